"""What is said: the same in both languages, with what was typed never read as a template; and pages that a platform takes."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.answer import PAGE_CHARS, Style, fits, pages, plain
from bot.chat.texts_en import ENGLISH
from bot.chat.texts_zh import CHINESE
from bot.chat.voice import Voice

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    assert ENGLISH.keys() == CHINESE.keys()
    assert [key for key in ENGLISH if names(ENGLISH[key]) != names(CHINESE[key])] == []


def test_what_somebody_typed_is_never_a_template_nor_control() -> None:
    line = Voice(now=NOW).say("no_verb", word="{by:b} \x1b[1m\u202e*x*")
    assert line.text == "I do not know “{by:b} [1m*x*”."
    assert {run.style for run in line.runs} == {Style.PLAIN}


def test_commands_are_shown_as_they_are_typed_here() -> None:
    line = Voice(now=NOW, prefix="/tradewire ").say("next_why")
    assert line.text == "Why an alert came: /tradewire why latest"
    assert line.runs[-1].style is Style.CODE


@pytest.mark.parametrize(
    ("language", "zone", "at", "words"),
    [
        ("en", "America/New_York", NOW, "09:00 ET"),
        ("en", "Asia/Shanghai", NOW + timedelta(days=1), "30 Nov 2026 22:00 Beijing"),
        ("zh", "Asia/Shanghai", NOW - timedelta(days=43), "2026年10月17日 22:00 北京时间"),
        ("en", "America/New_York", datetime(2026, 11, 30, 4, 30, tzinfo=UTC), "23:30 ET"),
    ],
)
def test_an_instant_is_told_on_the_channels_clock(language, zone, at, words) -> None:
    assert Voice(now=NOW, language=language, zone=zone).instant(at) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1_440, "1 day"), (90, "90 minutes"), (180, "3 hours"), (2_160, "36 hours"), (1, "1 minute")],
)
def test_a_span_is_told_in_whole_units(minutes: int, words: str) -> None:
    assert Voice(now=NOW).span(timedelta(minutes=minutes)) == words


@given(st.lists(st.text(max_size=5_000), max_size=8), st.sampled_from(["slack", "telegram", "console"]))
def test_pages_hold_everything_and_no_more_than_a_platform_takes(texts: list[str], platform: str) -> None:
    parts = pages([plain(text) for text in texts], platform)
    most = PAGE_CHARS.get(platform, 3_000)
    assert all(part and sum(line.chars for line in part) <= most for part in parts)
    assert "".join(line.text for part in parts for line in part) == "".join(texts)


def test_a_buttons_value_is_counted_in_bytes() -> None:
    assert fits("镓" * 21)
    assert not fits("镓" * 22)
