"""What a robots.txt asks of us, how long that holds, and what nobody's robots.txt can do to us."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from watchers.errors import Blocked, RobotsRefused, ServerFault, SourceError, Unreachable
from watchers.robots import MAX_BYTES, Robots, Rules, product_token

SITE = "https://news.example"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRIVATE = b"User-agent: *\nDisallow: /private/\n"


def allowed(text: str, path: str) -> bool:
    return Rules(text.encode(), "Tradewire").allow(f"{SITE}{path}")


# -- rules


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("Tradewire/1.2 (trade-policy alerts; contact: x@y.example)", "Tradewire"),
        ("Tradewire test (contact: x)", "Tradewire"),
        ("My_Bot-x/2", "My_Bot-x"),
        ("", "*"),
        ("(nobody)", "*"),
    ],
)
def test_our_name_is_the_first_product_of_the_user_agent(agent: str, token: str) -> None:
    assert product_token(agent) == token


@pytest.mark.parametrize(
    ("text", "path", "may"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1.html", True),
        ("User-agent: *\nAllow: /\nDisallow: /news/", "/news/1.html", False),  # the longer rule holds
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /*?", "/list?page=2", False),
        ("User-agent: *\nDisallow: /公告/", "/%E5%85%AC%E5%91%8A/1", False),
        ("User-agent: *\nDisallow: /%e5%85%ac", "/公告", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        # whose rules
        ("User-agent: Tradewire\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: tradewire/9\nDisallow: /a", "/a", False),
        ("User-agent: Tradewire\nDisallow:\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: Trade\nDisallow: /", "/a", True),
        ("User-agent: Tradewirebot\nDisallow: /", "/a", True),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: other\nUser-agent: Tradewire\nCrawl-delay: 5\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: Tradewire\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: Tradewire\nDisallow: /b", "/b", False),
        # how it is written
        ("\ufeffUSER-AGENT : *   # all\r\n  disallow: /a # not this\r\n", "/a", False),
        ("User-agent: *\nSitemap: https://news.example/s.xml\nDisallow: /a", "/a", False),
        ("User-agent: *\n\n\nDisallow: /a", "/a", False),
        ("User-agent: *\nDissalow: /a", "/a", False),
        ("Disallow: /", "/a", True),
        ("user-agent *:x\nUser-agent: *\nDisallow /a", "/a", True),
        # a page in place of the file
        ("<!doctype html>\nUser-agent: *\nDisallow: /", "/a", True),
        ("\n\n  <html>User-agent: *\nDisallow: /", "/a", True),
        ('{"error": "not found"}', "/a", True),
    ],
)  # fmt: skip
def test_a_page_is_read_only_where_the_site_lets_us(text: str, path: str, may: bool) -> None:
    assert allowed(text, path) == may


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 60),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: Tradewire\nCrawl-delay: 3\nDisallow: /x", 3),
        ("User-agent: *\nCrawl-delay: 10\nUser-agent: Tradewire\nDisallow: /x", 0),
        ("User-agent: other\nCrawl-delay: 10", 0),
        *((f"User-agent: *\nCrawl-delay: {bad}", 0) for bad in ("-1", "nan", "inf", "1e999", "soon", "")),
    ],
)
def test_the_pause_that_is_asked_for_has_bounds(text: str, seconds: float) -> None:
    assert Rules(text.encode(), "Tradewire").delay_seconds == seconds


def test_what_stands_behind_the_cap_is_not_read() -> None:
    text = "User-agent: *\nDisallow: /a\n" + "#" * MAX_BYTES + "\nDisallow: /b\n"
    assert not allowed(text, "/a")
    assert allowed(text, "/b")


LINES = st.lists(
    st.tuples(
        st.sampled_from(["User-agent", "Disallow", "Allow", "Crawl-delay", "Sitemap", "user-agent *", "", "x"]),
        st.sampled_from([":", ": ", " ", " :", "#", "::"]),
        st.one_of(st.sampled_from(["*", "Tradewire", "/", "/a", "/*$", "$", "%", "%zz", "-1"]), st.text(max_size=20)),
        st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\x00", "\u2028"]),
    ).map("".join),
    max_size=30,
)  # fmt: skip


@settings(max_examples=100)
@given(
    st.one_of(st.binary(max_size=500), LINES.map(lambda lines: "".join(lines).encode())), st.text(max_size=30)
)
def test_whatever_it_holds_it_is_obeyed_or_it_holds_nothing(body: bytes, path: str) -> None:
    rules = Rules(body, "Tradewire")
    assert rules.allow(f"{SITE}/{path}") in (True, False)
    assert 0 <= rules.delay_seconds <= 60
    assert rules.allow(f"{SITE}/robots.txt")


@given(st.sampled_from(["other", "somebody-else", "bot"]), st.lists(st.sampled_from(["/", "/a", "/*", "$"])))
def test_rules_for_somebody_else_change_nothing(agent: str, rules: list[str]) -> None:
    others = f"User-agent: {agent}\n" + "".join(f"Disallow: {rule}\n" for rule in rules)
    for path in ("/a", "/b", "/private/x"):
        assert allowed(others + "\n" + PRIVATE.decode(), path) == allowed(PRIVATE.decode(), path)


# -- keeping


class Site:
    """Answers with the robots.txt that it is told to, and keeps what was asked and when."""

    def __init__(self) -> None:
        self.now = NOON
        self.asked: list[str] = []
        self.answer: bytes | Callable[[], SourceError] = PRIVATE
        self.robots = Robots("Tradewire", read=self._read, now=lambda: self.now)

    async def _read(self, url: str) -> bytes:
        self.asked.append(url)
        await asyncio.sleep(0)
        if isinstance(self.answer, bytes):
            return self.answer
        raise self.answer()

    async def may(self, url: str = f"{SITE}/private/1") -> bool:
        try:
            await self.robots.check(URL(url))
        except RobotsRefused:
            return False
        return True

    def fails(self) -> None:
        self.answer = lambda: ServerFault("the server failed (500)")


@pytest.fixture
def site() -> Site:
    return Site()


async def test_a_refusal_says_whose_wish_it_is(site: Site) -> None:
    with pytest.raises(RobotsRefused, match=r"robots\.txt asks us not to") as caught:
        await site.robots.check(URL(f"{SITE}/private/1"))
    assert isinstance(caught.value, Blocked)
    assert caught.value.kind == "disallowed"


async def test_it_is_read_once_for_many_readers_and_again_after_a_day(site: Site) -> None:
    assert await asyncio.gather(*(site.may() for _ in range(5))) == [False] * 5
    site.answer = b""
    site.now += timedelta(hours=23, minutes=59)
    assert not await site.may()
    assert len(site.asked) == 1
    site.now += timedelta(minutes=1)
    assert await site.may()
    assert site.asked == [f"{SITE}/robots.txt"] * 2


async def test_each_origin_has_its_own(site: Site) -> None:
    for url in (
        *("https://news.example/x", "https://news.example:443/x", "http://news.example/x"),
        *("https://news.example:8443/x", "https://[2001:db8::1]:8443/x"),
    ):
        assert await site.may(url)
    assert site.asked == [
        "https://news.example/robots.txt",
        "http://news.example/robots.txt",
        "https://news.example:8443/robots.txt",
        "https://[2001:db8::1]:8443/robots.txt",
    ]


async def test_a_file_that_cannot_be_had_is_no_permission_and_is_asked_for_anew(site: Site) -> None:
    site.fails()
    for _ in range(2):
        with pytest.raises(ServerFault) as caught:
            await site.may("https://news.example/open")
        assert caught.value.url == f"{SITE}/robots.txt"
    site.answer = PRIVATE
    assert await site.may("https://news.example/open")
    assert len(site.asked) == 3


async def test_an_older_copy_serves_for_a_week(site: Site) -> None:
    await site.may()
    site.answer = lambda: Unreachable("connection refused")
    site.now += timedelta(days=6, hours=23)
    assert not await site.may()
    assert not await site.may()
    assert len(site.asked) == 2, "it is not asked for anew with every page"
    site.now += timedelta(minutes=5)
    assert not await site.may()
    assert len(site.asked) == 3
    site.now += timedelta(hours=1)
    with pytest.raises(Unreachable):
        await site.may()


async def test_a_clock_that_is_set_back_does_not_keep_a_copy_for_ever(site: Site) -> None:
    await site.may()
    site.now -= timedelta(days=300)
    await site.may()
    assert len(site.asked) == 2


async def test_a_reader_that_is_cancelled_takes_nobody_with_it(site: Site) -> None:
    first = asyncio.create_task(site.may())
    second = asyncio.create_task(site.may())
    await asyncio.sleep(0)
    first.cancel()
    assert not await second
    assert len(site.asked) == 2


async def test_the_longest_pause_that_a_host_asks_for_holds_for_all_of_it(site: Site) -> None:
    assert site.robots.delay_seconds("news.example") == 0
    site.answer = b"User-agent: *\nCrawl-delay: 7"
    await site.may("https://news.example/")
    site.answer = b"User-agent: *\nCrawl-delay: 2"
    await site.may("http://news.example/")
    assert site.robots.delay_seconds("news.example") == 7
    assert site.robots.delay_seconds("other.example") == 0
    site.now += timedelta(days=1)
    await site.may("https://news.example/")
    assert site.robots.delay_seconds("news.example") == 2


async def test_hosts_without_end_do_not_fill_the_memory(site: Site) -> None:
    for number in range(600):
        await site.may(f"https://h{number}.example/")
    await site.may("https://h599.example/")
    assert len(site.asked) == 600
    await site.may("https://h0.example/")
    assert len(site.asked) == 601
