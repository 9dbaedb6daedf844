"""White House actions: which feed, how far back after a gap, and the number of the post."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.fakes.plans import plan_of
from tests.fakes.platforms import Account, Platform, asked_of
from tests.fakes.press_pages import recorded
from watchers.source import FEED, Found, Request
from watchers.sources.white_house import MAX_PAGES, SOURCE, Options

FEED_URL = "https://www.whitehouse.gov/presidential-actions/feed/"
START = datetime(2025, 4, 9, 12, tzinfo=UTC)
PER_PAGE = 30


def feed(newest: int, hours_apart: int, page: int) -> bytes:
    """Return a page of 30 posts, the newest of all numbered `newest` and posted at START."""
    numbers = range(newest - (page - 1) * PER_PAGE, newest - page * PER_PAGE, -1)
    items = "".join(
        f"<item><title>Action {number}</title><link>https://www.whitehouse.gov/presidential-actions/{number}/</link>"
        f"<pubDate>{format_datetime(START - timedelta(hours=hours_apart * (newest - number)))}</pubDate>"
        f'<guid isPermaLink="false">https://www.whitehouse.gov/?p={number}</guid></item>'
        for number in numbers
    )
    return f'<rss version="2.0"><channel><title>Actions</title>{items}</channel></rss>'.encode()


def desk(hours_apart: int) -> Account:
    def answer(request: Request) -> bytes:
        return feed(50_000, hours_apart, int(asked_of(request).get("paged", 1)))

    return Account(SOURCE, Options(), Platform(answer, content_type="application/rss+xml"))


@pytest.mark.parametrize(
    ("umbrella", "url"), [(False, FEED_URL), (True, "https://www.whitehouse.gov/news/feed/")]
)
def test_presidential_actions_are_asked_for_or_all_news(umbrella: bool, url: str) -> None:
    (request,) = SOURCE.requests(plan_of(Options(umbrella=umbrella)))
    assert (request.url, request.accept, request.conditional) == (url, FEED, True)


async def test_a_first_read_takes_the_newest_page_alone() -> None:
    account = desk(hours_apart=24)
    assert [one.url for one in await account.poll(START)] == [FEED_URL]
    assert len(account.found) == PER_PAGE


@pytest.mark.parametrize(("days", "pages"), [(1, 1), (29, 1), (31, 2), (75, 3), (2000, MAX_PAGES)])
async def test_after_a_gap_older_pages_are_read_down_to_the_last_complete_read(days: int, pages: int) -> None:
    account = desk(hours_apart=24)
    account.complete_at = START - timedelta(days=days)
    asked = await account.poll(START)
    assert [one.url for one in asked] == [
        FEED_URL,
        *(f"{FEED_URL}?paged={number}" for number in range(2, pages + 1)),
    ]
    assert len(account.found) == pages * PER_PAGE


@pytest.mark.parametrize("year", [2024, 2020, 1999])
async def test_an_old_entry_among_newer_ones_does_not_end_the_reading(year: int) -> None:
    def answer(request: Request) -> bytes:
        body = feed(50_000, 24, int(asked_of(request).get("paged", 1)))
        return body.replace(b"08 Apr 2025", f"08 Apr {year}".encode())

    account = Account(SOURCE, Options(), Platform(answer, content_type="application/rss+xml"))
    account.complete_at = START - timedelta(days=31)
    assert len(await account.poll(START)) == 2


@pytest.mark.parametrize(("days", "pages"), [(28, 1), (29, 2), (31, 2)])
async def test_entries_that_say_but_a_day_are_dated_and_lead_back_too(days: int, pages: int) -> None:
    def answer(request: Request) -> bytes:
        body = feed(50_000, 24, int(asked_of(request).get("paged", 1)))
        return re.sub(rb" \d{2}:00:00 \+0000", b"", body)

    account = Account(SOURCE, Options(), Platform(answer, content_type="application/rss+xml"))
    account.complete_at = START - timedelta(days=days)
    assert len(await account.poll(START)) == pages
    first = account.items[0]
    assert (first.official_on, first.official_at) == (START.date(), None)


def test_a_title_in_capitals_stays_as_it_is_and_the_category_is_the_kind() -> None:
    found = recorded("white-house/feed.xml").read()
    assert isinstance(found, Found)
    assert found.items[0].title.isupper()
    assert [item.kind for item in found.items] == [
        "Executive Order",
        "Executive Order",
        "Nomination",
        "Proclamation",
    ]


def test_the_text_is_there_without_another_request() -> None:
    assert SOURCE.article is None
    found = recorded("white-house/feed.xml").read()
    assert isinstance(found, Found)
    assert found.items[0].body is not None
    assert found.items[0].body.startswith("Section 1. On April 2 I issued Executive Order 14257")
