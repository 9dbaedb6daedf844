"""One vocabulary in two languages: everything that has a word in one has it in the other, and nothing is said twice over."""

import string
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.actions import Asked, Wish, asked_of
from bot.core.decide import Reason
from bot.core.incident import advice_for
from bot.core.query import FACTS, TEXT_FIELDS, codes
from bot.core.query.fields import DATES, FIELDS
from bot.core.text import has_han
from bot.core.timing import Mode
from bot.render import notice, phrases, words, words_zh
from bot.render.phrases import Phrase
from watchers.item import DateKind, Ref, Stage


def all_phrases() -> dict[str, Phrase]:
    """Return every phrase by its name."""
    found = {name: each for name, each in vars(phrases).items() if isinstance(each, Phrase)}
    for name, table in (("BRIEFS", phrases.BRIEFS), ("BUTTONS", phrases.BUTTONS)):
        found |= {f"{name}.{key}": each for key, each in table.items()}
    return found


@pytest.mark.parametrize("name", all_phrases())
def test_a_phrase_says_the_same_in_both_languages(name: str) -> None:
    phrase = all_phrases()[name]
    english, chinese = (
        {each[1] for each in string.Formatter().parse(form) if each[1]} for form in (phrase.en, phrase.zh)
    )
    assert english - {"counted"} <= chinese, "something is left out in Chinese"
    assert chinese - {"count"} <= english, "something is left out in English"
    assert not has_han(phrase.en)
    assert [each.name for each in fields(phrase)] == ["en", "zh"]


def test_everything_with_a_word_has_one_in_both_languages() -> None:
    assert set(words_zh.STAGE) == set(words.STAGE) == set(Stage)
    assert set(words_zh.DATE) == set(words.DATE) == set(DateKind)
    assert set(words_zh.REASON) == set(Reason)
    assert set(words_zh.INCIDENT) == set(notice.REASON) == set(words_zh.ADVICE)
    assert {*TEXT_FIELDS, *FACTS, *FIELDS} <= set(words_zh.FIELD)
    assert {"lang", *codes.KINDS, *DATES} <= set(words.FIELD), "a reader would not know our name for it"
    assert set(words_zh.SERIES) == set(words._SERIES)
    assert set(words_zh.REF) == set(words._REF)
    assert set(phrases.BRIEFS) == set(Mode)
    assert list(phrases.BUTTONS) == list(Wish)


def test_no_two_stages_share_a_word() -> None:
    for table in (words.STAGE, words_zh.STAGE):
        assert len(set(table.values())) == len(Stage)


def test_the_stages_are_called_as_the_design_calls_them() -> None:
    said = [
        "未证实",
        "已公布",
        "公开查阅",
        "拟议",
        "已刊登",
        "更正",
        "生效",
        "意见截止",
        "暂停实施",
        "到期",
        "撤回",
    ]
    assert list(words_zh.STAGE.values()) == said


def test_every_advice_is_said_in_chinese() -> None:
    assert all(has_han(advice) for advice in words_zh.ADVICE.values())
    same = {kind: advice_for(kind) for kind in words_zh.ADVICE}
    for kind, advice in same.items():
        others = [other for other, said in same.items() if said == advice]
        assert len({words_zh.ADVICE[other] for other in others}) == 1, kind


def test_days_instants_and_spans_in_chinese() -> None:
    day, at = date(2023, 10, 17), datetime(2023, 10, 17, 20, 15, tzinfo=UTC)
    assert words.day_words(day, language="zh") == "2023年10月17日"
    assert words.day_words(day, near=day, language="zh") == "2023年10月17日周二"
    assert words.day_in_year(day, 2023, "zh") == "10月17日"
    assert words.day_in_year(day, 2024, "zh") == "2023年10月17日"
    assert words.day_in_year(day, 2023) == "17 Oct"

    def said(zone: str, **more: Any) -> str:
        return words.instant_words(at, zone, **{"with_day": True, "seconds": False, "language": "zh"} | more)

    assert said("Asia/Shanghai") == "北京时间2023年10月18日04:15"
    assert said("America/New_York", with_day=False, seconds=True) == "美东时间16:15:00"
    assert said("Europe/Berlin") == "2023年10月17日 22:15 CEST"
    assert said("Asia/Taipei") == "2023年10月18日 04:15 Taipei"
    assert words.span_words(timedelta(seconds=15_000), "zh") == "4小时10分钟"
    assert words.span_words(timedelta(), "zh") == "0秒"


def test_numbers_and_kinds_in_chinese() -> None:
    assert words.document_words("mofcom:announcement:2023:23", "zh") == "商务部公告2023年第23号"
    assert words.document_words("fr:2024-01580", "zh") == "2024-01580"
    assert words.refs_words(
        (Ref(kind="eo", value="14257"), Ref(kind="docket", value="Docket No. 1")), "zh"
    ) == [
        "第14257号行政命令",
        "Docket No. 1",
    ]
    assert words.kind_words("Proposed Rule", "zh") == "拟议规则"
    assert words.kind_words("公告", "zh") == words.kind_words("公告") == "公告"
    assert words.kind_words("Unheard of", "zh") == "Unheard of"


def test_whose_calendar_a_legal_date_is_in() -> None:
    assert words.has_beijing_dates("mofcom:announcement:2023:23")
    assert words.has_beijing_dates("state-council:order:803")
    assert not words.has_beijing_dates("fr:2023-23048")
    assert not words.has_beijing_dates("url:www.mofcom.gov.cn/x")


@pytest.mark.parametrize("wish", Wish)
def test_what_a_button_asks_for_is_read_back(wish: Wish) -> None:
    asked = Asked(wish=wish, story="7f3a")
    assert asked_of(asked.value) == asked


@pytest.mark.parametrize(
    "value", ["", "why", "why:", "why:xyz!", "drop:7f3a", "why:7f3a\n", " why:7f3a", "why:7F3A", "t:12:1"]
)
def test_what_no_button_of_ours_carries_is_not_understood(value: str) -> None:
    assert asked_of(value) is None
