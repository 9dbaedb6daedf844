"""Telegram's web preview: paging back over a gap, order, selectors of one's own, and pages made to hurt."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, Platform, asked_of, page
from watchers.builders.telegram_preview import BUILDER, Options
from watchers.errors import NotSane, Redesigned, SourceError
from watchers.source import HTML, Page, Request

RECORDED = Path(__file__).parent / "telegram-preview"
MINUTE = timedelta(minutes=1)
OPTIONS = Options(channel="trade_desk")
SOURCE = BUILDER.make("my-desk", OPTIONS)


def message(number: int, at: datetime, text: str = "") -> str:
    return (
        f'<div class="tgme_widget_message" data-post="trade_desk/{number}">'
        f'<div class="tgme_widget_message_text js-message_text">{text or f"Message {number}"}</div>'
        f'<a class="tgme_widget_message_date" href="#"><time datetime="{at.isoformat()}">now</time></a></div>'
    )


def shown(*messages: str) -> bytes:
    section = f'<section class="tgme_channel_history">{"".join(messages)}</section>'
    return f"<!DOCTYPE html><html><body><p>Preview</p>{section}</body></html>".encode()


def html(body: bytes) -> Page:
    return page(body, url="https://t.me/s/trade_desk", type_="text/html; charset=utf-8")


class Preview(Platform):
    """The preview of a channel: 20 messages a page, oldest first, older ones `before` a number."""

    def __init__(self, messages: dict[int, datetime]) -> None:
        super().__init__(self._answer, content_type="text/html; charset=utf-8")
        self.messages = messages

    def _answer(self, request: Request) -> bytes:
        before = int(asked_of(request).get("before", 10**9))
        numbers = sorted(number for number in self.messages if number < before)[-20:]
        return shown(*(message(number, self.messages[number]) for number in numbers))


async def test_the_preview_is_asked_for_as_a_web_page() -> None:
    desk = Account(SOURCE, OPTIONS, Preview({7: NOON}))
    (request,) = await desk.poll()
    assert (request.url, request.accept) == ("https://t.me/s/trade_desk", HTML)


@given(gap=st.integers(0, 150), minutes=st.integers(1, 600))
@settings(max_examples=15)
async def test_nothing_of_a_gap_is_missed(gap: int, minutes: int) -> None:
    preview = Preview({number: NOON - number * MINUTE for number in range(1, 40)})
    preview.messages = {40 - number: at for number, at in preview.messages.items()}
    desk = Account(SOURCE, OPTIONS, preview)
    assert len(await desk.poll()) == 1, "the first read is one page"
    preview.messages |= {100 + number: NOON + number * minutes * MINUTE for number in range(gap)}
    await desk.poll(NOON + gap * minutes * MINUTE)
    assert {str(100 + number) for number in range(gap)} <= set(desk.found)
    assert desk.problems == []


async def test_a_gap_longer_than_ten_pages_is_told() -> None:
    preview = Preview({1: NOON})
    desk = Account(SOURCE, OPTIONS, preview)
    await desk.poll()
    preview.messages |= dict.fromkeys(range(2, 400), NOON + MINUTE)
    assert len(await desk.poll(NOON + 2 * MINUTE)) == 10
    assert [problem.record for problem in desk.problems] == ["older posts"]


def test_reordered_messages_are_the_same_items() -> None:
    newest = SOURCE.read(html((RECORDED / "newest.html").read_bytes()), plan_of(OPTIONS, now=NOON))
    reordered = SOURCE.read(html((RECORDED / "reordered.html").read_bytes()), plan_of(OPTIONS, now=NOON))
    assert {item.key: item for item in newest.items} == {item.key: item for item in reordered.items}


def test_views_and_what_the_platform_says_itself_are_in_no_item() -> None:
    found = SOURCE.read(html((RECORDED / "newest.html").read_bytes()), plan_of(OPTIONS, now=NOON))
    told = json.dumps([[item.title, item.body, item.note, item.subjects] for item in found.items])
    for words in (
        "2.1K",
        "views",
        "VIEW IN",
        "not supported",
        "Anonymous Poll",
        "61%",
        "photo updated",
        "412.3",
    ):
        assert words not in told


def test_selectors_are_options_and_a_wrong_one_is_refused_at_the_start() -> None:
    mine = Options(channel="trade_desk", history=".feed", message="article", text="p", time="time")
    body = (
        '<body><div class="feed"><article data-post="trade_desk/7"><p>New words</p>'
        f'<time datetime="{NOON.isoformat()}"></time></article></div></body>'
    )
    (item,) = BUILDER.make("my-desk", mine).read(html(body.encode()), plan_of(mine, now=NOON)).items
    assert (item.key, item.title, item.official_at) == ("7", "New words", NOON)
    with pytest.raises(ValueError, match="not a CSS selector"):
        BUILDER.make("my-desk", Options(channel="trade_desk", text="p >"))


@pytest.mark.parametrize("channel", ["", "@", "a/b", "https://t.me/a", "1abcd", "abc", "канал"])
def test_a_channel_that_cannot_be_one_is_refused_at_the_start(channel: str) -> None:
    with pytest.raises(ValueError, match="channel should be the name"):
        BUILDER.make("my-desk", Options(channel=channel))


NEWEST = (RECORDED / "newest.html").read_bytes()


@given(st.integers(0, len(NEWEST) - 1), st.binary(max_size=8), st.integers(0, 40))
@settings(max_examples=60)
def test_a_damaged_page_raises_nothing_but_a_source_error(at: int, put: bytes, cut: int) -> None:
    with suppress(SourceError):
        SOURCE.read(html(NEWEST[:at] + put + NEWEST[at + cut :]), plan_of(OPTIONS, now=NOON))


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_no_bytes_raise_anything_but_a_source_error(body: bytes) -> None:
    with suppress(SourceError):
        SOURCE.read(html(body), plan_of(OPTIONS, now=NOON))


@pytest.mark.parametrize("renamed", ["tgme_widget_message_text", "js-message_text"])
def test_a_page_whose_words_are_no_longer_where_they_were_is_not_a_channel_of_silence(renamed: str) -> None:
    body = shown(*(message(number, NOON) for number in range(1, 6)))
    with pytest.raises(Redesigned, match="5 of 5 messages say nothing"):
        SOURCE.read(html(body.replace(renamed.encode(), b"new_name")), plan_of(OPTIONS))


def test_a_message_that_shows_nothing_is_still_a_post() -> None:
    odd = message(2, NOON).replace("tgme_widget_message_text js-message_text", "dice")
    found = SOURCE.read(html(shown(message(1, NOON), odd)), plan_of(OPTIONS))
    assert [item.key for item in found.items] == ["1", "2"]


def test_messages_inside_messages_and_endless_ones_do_not_keep_the_reader() -> None:
    opened = '<div class="tgme_widget_message" data-post="trade_desk/{}">'
    nested = "".join(opened.format(number) for number in range(1, 150)) + "<b>x</b>" * 20_000
    found = SOURCE.read(html(shown(nested)), plan_of(OPTIONS, now=NOON))
    assert [item.key for item in found.items] == ["1"]
    with pytest.raises(NotSane, match="messages on a page"):
        SOURCE.read(
            html(shown(opened.format(1) + "</div>" + message(2, NOON) * 5_000)), plan_of(OPTIONS, now=NOON)
        )
