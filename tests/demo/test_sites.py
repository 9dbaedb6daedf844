"""The stand-in for web sites serves each host's own pages, as of a moment, to a Fetcher that asks for the real address."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.sites import Recorded, Sites
from watchers.errors import Moved
from watchers.fetch import Fetcher, FetchRules
from watchers.source import Page, Request

NOON = datetime(2023, 7, 3, 12, 0, tzinfo=UTC)
# Names that lead nowhere: were the stand-in not dialled, the read would fail.
RULES = FetchRules(
    user_agent="Tradewire test (contact: test@localhost)",
    seconds_between_requests=0,
    attempts=1,
    allow_private_hosts=frozenset({"127.0.0.1"}),
)


def recorded(url: str, text: str, *, hours: int = -1, status: int = 200) -> Recorded:
    return Recorded(
        url=url,
        body=text.encode(),
        content_type="text/html; charset=utf-8",
        since=NOON + timedelta(hours=hours),
        status=status,
    )


async def get(sites: Sites, url: str) -> Page:
    async with Fetcher(RULES, now=lambda: NOON, dial=sites.dial) as fetcher:
        return await fetcher.fetch(Request(url=url), max_bytes=1000)


async def test_each_host_has_its_own_pages_and_a_page_keeps_its_real_address() -> None:
    pages = [recorded("https://one.example/a", "one"), recorded("https://two.example/a", "two")]
    async with Sites(pages, now=NOON) as sites:
        assert (await get(sites, "https://two.example/a")).body == b"two"
        page = await get(sites, "http://one.example/a?x=1")
    assert (page.url, page.body) == ("http://one.example/a?x=1", b"one")


async def test_the_latest_recording_that_had_appeared_is_served() -> None:
    url = "https://one.example/list"
    pages = [
        recorded(url, "new", hours=1),
        recorded(url, "old"),
        recorded(url, "blocked", hours=2, status=403),
    ]
    async with Sites(pages, now=NOON) as sites:
        assert (await get(sites, url)).body == b"old"
        sites.now = NOON + timedelta(hours=1)
        assert (await get(sites, url)).body == b"new"


async def test_nothing_is_there_before_it_appeared_or_where_nothing_was_recorded() -> None:
    async with Sites([recorded("https://one.example/a", "one", hours=1)], now=NOON) as sites:
        for url in ("https://one.example/a", "https://one.example/b", "https://three.example/a"):
            with pytest.raises(Moved):
                await get(sites, url)


async def test_a_recording_of_a_question_answers_that_question_alone() -> None:
    pages = [
        recorded("https://one.example/api?column=a%20b", "first"),
        recorded("https://one.example/api?column=c", "second"),
    ]
    async with Sites(pages, now=NOON) as sites:
        assert (await get(sites, "https://one.example/api?size=5&column=a+b")).body == b"first"
        assert (await get(sites, "https://one.example/api?column=c")).body == b"second"
