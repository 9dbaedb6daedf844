"""Telegram messages: whole markup whatever the text, within the limit, the same words without markup, and short button data."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from bot.core.actions import asked_of
from bot.core.posting import Burst, Kind, Posting
from bot.render.telegram import MAX_BUTTON_BYTES, MAX_UNITS, TelegramMessage, render, units
from tests.fakes.hostile import PIECES, alerts, posts
from tests.fakes.posts import ANNOUNCED, BLIND, BRIEF, FILED, PUBLISHED, cases, post
from watchers.item import LegalDate

# Source: Telegram Bot API, HTML style, and changelog 9.5 (tg-time), seen 2026-11-23.
_TAGS = {"b": set(), "i": set(), "a": {"href"}, "blockquote": {"expandable"}, "tg-time": {"unix", "format"}}


def parsed(html: str) -> etree._Element:
    """Return the markup as a strict parser reads it: everything opened is closed in its order, every sign is escaped."""
    whole = html.replace("<blockquote expandable>", '<blockquote expandable="">')
    root = etree.fromstring(f"<message>{whole}</message>")
    for element in root.iterdescendants():
        assert set(element.attrib) == _TAGS[element.tag], element.tag
    return root


def text_of(html: str) -> str:
    return "".join(parsed(html).itertext())


def check(message: TelegramMessage) -> None:
    text = text_of(message.html)
    assert 0 < len(text.encode("utf-16-le")) // 2 <= MAX_UNITS
    assert text == text_of(message.without_time)
    assert "<tg-time" not in message.without_time
    assert message.plain.startswith(text)
    assert units(message.plain) <= MAX_UNITS
    assert "@" not in text
    assert all(each.isprintable() or each == "\n" for each in text)
    for row in message.keyboard:
        for button in row:
            assert 1 <= len(button.data.encode()) <= MAX_BUTTON_BYTES
            assert asked_of(button.data)
            assert button.label


@settings(max_examples=250)
@given(posts())
def test_no_text_breaks_the_markup_or_passes_the_limit(posting: Posting) -> None:
    check(render(posting))


@settings(max_examples=40)
@given(alerts())
def test_a_message_that_is_full_of_everything_is_cut_between_pieces(alert: Any) -> None:
    long = tuple(LegalDate(kind=each.kind, on=each.on, evidence="𠀀&<b>" * 400) for each in FILED.dates * 9)
    message = render(post(replace(alert, dates=long)))
    check(message)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reviewed_case_is_whole(language: Any) -> None:
    for each in cases(language).values():
        for posting in each:
            check(render(posting))


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_title_stays_in_its_place(piece: str) -> None:
    check(render(post(replace(FILED, title=f"{piece} and {piece}", summary=piece * 9))))


def test_only_what_is_urgent_makes_a_sound() -> None:
    assert not render(post(FILED)).silent
    assert render(post(PUBLISHED, thread="1")).silent
    assert not render(post(PUBLISHED, thread="1", resurfaces=True)).silent
    assert render(post(replace(FILED, severity=FILED.severity.NOTICE))).silent
    assert render(post(BLIND, Kind.NOTICE)).silent
    assert render(post(BRIEF, Kind.BRIEF)).silent


def test_the_buttons_stand_under_what_begins_a_thread() -> None:
    rows = [[button.data for button in row] for row in render(post(FILED)).keyboard]
    assert rows == [["why:7f3a", "follow:7f3a"], ["mute24:7f3a"], ["rel:7f3a", "nrel:7f3a"]]
    assert render(post(PUBLISHED, thread="1")).keyboard == ()
    assert render(post(BRIEF, Kind.BRIEF)).keyboard == ()


def test_the_plain_text_ends_with_where_the_headline_leads() -> None:
    assert render(post(FILED)).plain.endswith("\nhttps://www.federalregister.gov/d/2023-23048")
    assert "https://" not in render(post(BRIEF, Kind.BRIEF)).plain


def test_a_legal_date_is_text_and_an_instant_a_time() -> None:
    root = parsed(render(post(FILED)).html)
    times = [(each.get("unix"), "".join(each.itertext())) for each in root.iter("tg-time")]
    assert times == [("1697573700", "17 Oct 2023 16:15 ET")]


def test_a_burst_of_any_size_fits_and_counts_what_it_leaves_out() -> None:
    burst = Burst(alerts=(ANNOUNCED,) * 400, since=BRIEF.at, until=BRIEF.at)
    message = render(post(burst, Kind.GROWTH))
    check(message)
    lines = text_of(message.html).split("\n")
    assert lines[-1] == f"{400 - (len(lines) - 2)} more"


def test_length_is_counted_as_telegram_counts_it() -> None:
    for text in ("abc", "𠀀b", "镓", "👩‍👩‍👧"):
        assert units(text) == len(text.encode("utf-16-le")) // 2


def test_no_fold_is_empty() -> None:
    for each in cases("en").values():
        assert not any(
            re.search(r"<blockquote expandable>\s*</blockquote>", render(posting).html) for posting in each
        )
