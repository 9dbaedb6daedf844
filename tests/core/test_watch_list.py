"""A watched party makes any match that names it louder, in whatever topic, and makes none by itself."""

import pytest

from bot.core.document import Document
from bot.core.match import Match, Severity
from bot.core.matching import Matcher
from bot.core.own_queries import topic_of_query
from bot.core.query import read
from bot.core.topic_value import Topic
from bot.core.watch_list import NOBODY, WatchList, checked_party, raises_of

WATCHED = WatchList(parties=("Huawei", "华为"))
CHIPS = topic_of_query("chip* OR 芯片")


def found(title: str, topic: Topic = CHIPS, watch_list: WatchList = WATCHED) -> tuple[Match, ...]:
    return Matcher((topic,), raises_of(watch_list)).match(Document(texts=(("title", title),)))


@pytest.mark.parametrize(
    ("title", "party"),
    [("Chips for Huawei Technologies Co., Ltd.", "Huawei"), ("對華為出口芯片的管制", "华为")],
)
def test_a_match_that_names_a_watched_party_is_urgent_and_says_so(title: str, party: str) -> None:
    (match,) = found(title)
    assert match.severity is Severity.URGENT
    assert match.reasons == (f"watched party: {party}",)


def test_a_match_that_names_nobody_keeps_its_severity() -> None:
    (match,) = found("Chips")
    assert (match.severity, match.reasons) == (Severity.NOTICE, ())


def test_a_name_inside_a_longer_word_is_another_name() -> None:
    (match,) = found("Chips of Huaweiland")
    assert match.severity is Severity.NOTICE


def test_a_watched_party_alone_makes_no_match() -> None:
    assert found("Huawei opens a campus") == ()


def test_both_names_are_reasons_where_both_stand() -> None:
    (match,) = found("Huawei (华为) chips")
    assert match.reasons == ("watched party: Huawei", "watched party: 华为")


def test_the_operator_says_how_loud_and_a_louder_topic_stays_as_it_is() -> None:
    (match,) = found("Huawei chips", watch_list=WatchList(parties=("Huawei",), severity=Severity.INFO))
    assert (match.severity, match.reasons) == (Severity.NOTICE, ())


def test_what_a_topic_takes_down_stays_down() -> None:
    topic = Topic(
        key="chips",
        title="Chips",
        title_zh="芯片",
        severity=Severity.NOTICE,
        query=read("chip*"),
        match_examples=(),
        ignore_examples=(),
        origin="a test",
        quiet=read("title:webinar"),
    )
    (match,) = found("Webinar: Huawei and chips", topic)
    assert match.severity is Severity.INFO


def test_without_a_watch_list_nothing_is_raised() -> None:
    assert raises_of(NOBODY) == ()


@pytest.mark.parametrize("name", ["", "  ", '"', "—…", "X", "华", "Hua*wei", "*", "a" * 300])
def test_what_is_no_name_is_refused_without_repeating_much(name: str) -> None:
    with pytest.raises(ValueError, match="name") as caught:
        checked_party(name)
    assert len(str(caught.value)) < 400


def test_a_name_is_kept_with_single_blanks_and_without_quotation_marks() -> None:
    assert checked_party(' Hikvision  "Digital"\n Co., Ltd. ') == "Hikvision Digital Co., Ltd."
