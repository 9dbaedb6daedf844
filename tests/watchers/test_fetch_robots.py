"""A page for people is read only where its site's robots.txt lets us."""

import asyncio
import gzip
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.fetching import AGENT, loopback_names, quick_fetcher
from tests.fakes.http_site import Answer, Cut, http_site, redirect, reply
from tests.fakes.virtual_time import VirtualTime
from watchers.errors import (
    Blocked,
    HostResting,
    RateLimited,
    RobotsRefused,
    ServerFault,
    SourceError,
    TimedOut,
    Unreachable,
    Unsafe,
)
from watchers.source import FEED, HTML, Request

MAX = 100_000
NOT_HERE = reply(b"User-agent: *\nDisallow: /private/\n")
HOSTS = ("a.example", "b.example")
NAMED: dict[str, Any] = {"lookup": loopback_names(*HOSTS), "allow_private_hosts": frozenset(HOSTS)}


async def test_the_file_is_read_before_the_first_page_and_not_before_each() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/robots.txt", NOT_HERE)
        site.on("/a", reply(b"page"))
        request = Request(url=site.url("/a"), accept=HTML)
        bodies = [(await fetcher.fetch(request, max_bytes=MAX)).body for _ in range(3)]
    assert bodies == [b"page"] * 3
    assert site.targets == ["/robots.txt", "/a", "/a", "/a"]
    assert dict(site.asked[0].headers) == {
        "host": f"127.0.0.1:{site.port}",
        "user-agent": AGENT,
        "accept": "text/plain, */*;q=0.1",
        "accept-encoding": "identity",
        "connection": "keep-alive",
    }


async def test_a_page_that_it_asks_us_to_leave_is_left() -> None:
    async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
        site.on("/robots.txt", NOT_HERE)
        with pytest.raises(RobotsRefused) as caught:
            await fetcher.fetch(Request(url=site.url("/private/1?page=2"), accept=HTML), max_bytes=MAX)
    assert caught.value.url == site.url("/private/1?page=2")
    assert site.targets == ["/robots.txt"]


@pytest.mark.parametrize("accept", ["application/json", FEED, "text/plain"])
async def test_what_is_made_for_machines_is_read_without_it(accept: str) -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/robots.txt", NOT_HERE)
        site.on("/private/api", reply(b"{}"))
        await fetcher.fetch(Request(url=site.url("/private/api"), accept=accept), max_bytes=MAX)
    assert site.targets == ["/private/api"]


async def test_the_throw_away_query_is_part_of_what_is_asked() -> None:
    async with http_site() as site, quick_fetcher() as fetcher:
        site.on("/robots.txt", reply(b"User-agent: *\nDisallow: /*?"))
        site.on("/a", reply(b"x"))
        await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        with pytest.raises(RobotsRefused):
            await fetcher.fetch(Request(url=site.url("/a"), accept=HTML, fresh=True), max_bytes=MAX)


class TestWhatIsThere:
    @pytest.mark.parametrize(
        "answer",
        [
            *(reply(status=status) for status in (400, 401, 403, 404, 410, 412, 204, 300, 304)),
            reply(b"<html>Disallow: /</html>", headers={"Content-Type": "text/html"}),
            reply(b"User-agent: *\nDisallow: /", headers={"Content-Encoding": "br"}),
            reply(b"not gzip", headers={"Content-Encoding": "gzip"}),
            redirect("http://10.0.0.1/"),
            redirect("/robots.txt"),
            redirect(""),
        ],
    )
    async def test_where_there_is_none_everything_may_be_read(self, answer: Answer) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", answer)
            site.on("/a", reply(b"page"))
            for _ in range(2):
                await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert [one.target for one in site.pages] == ["/a", "/a"]

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (reply(status=500), ServerFault),
            (reply(status=503), ServerFault),
            (reply(status=521), Blocked),
            (reply(status=429), RateLimited),
            (Cut(b""), Unreachable),
        ],
    )
    async def test_what_keeps_us_from_knowing_is_raised_and_no_page_is_asked_for(
        self, answer: Answer, kind: type[SourceError]
    ) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", answer)
            with pytest.raises(kind) as caught:
                await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert type(caught.value) is kind
        assert caught.value.url == site.url("/robots.txt")
        assert site.pages == []

    async def test_a_passing_fault_of_it_is_tried_again(self) -> None:
        async with http_site() as site, quick_fetcher(attempts=2) as fetcher:
            site.on("/robots.txt", reply(status=500), NOT_HERE)
            site.on("/a", reply(b"page"))
            await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert site.targets == ["/robots.txt", "/robots.txt", "/a"]

    async def test_a_slow_one_is_a_time_out(self) -> None:
        async def say_nothing(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3600)

        async with http_site() as site, quick_fetcher(deadline=timedelta(seconds=0.05)) as fetcher:
            site.on("/robots.txt", say_nothing)
            with pytest.raises(TimedOut):
                await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)

    async def test_of_an_endless_one_the_beginning_counts(self) -> None:
        async def pour(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nUser-agent: *\nDisallow: /private/\n")
            while True:
                writer.write(b"# nothing here\n" * 4000)
                await writer.drain()

        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", pour)
            site.on("/a", reply(b"page"))
            await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/private/"), accept=HTML), max_bytes=MAX)

    async def test_a_long_one_says_its_length_and_is_still_read(self) -> None:
        async with http_site() as site, quick_fetcher(max_wire_bytes=600_000) as fetcher:
            body = b"User-agent: *\nDisallow: /private/\n" + b"#" * 700_000
            site.on("/robots.txt", reply(body))
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/private/"), accept=HTML), max_bytes=MAX)

    async def test_a_packed_one_is_read_though_it_was_not_asked_for(self) -> None:
        packed = gzip.compress(b"User-agent: *\nDisallow: /private/\n")
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", reply(packed, headers={"Content-Encoding": "gzip"}))
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/private/"), accept=HTML), max_bytes=MAX)


class TestRedirects:
    async def test_the_file_may_stand_elsewhere_and_still_speaks_for_its_origin(self) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", redirect("/static/robots"))
            site.on("/static/robots", NOT_HERE)
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/private/1"), accept=HTML), max_bytes=MAX)
        assert site.targets == ["/robots.txt", "/static/robots"]

    async def test_a_page_that_leads_to_another_site_is_held_to_the_wishes_of_that_one(self) -> None:
        async with http_site() as site, http_site() as other, quick_fetcher(**NAMED) as fetcher:
            site.on("/a", redirect(other.url("/private/1", host="b.example")))
            other.on("/robots.txt", NOT_HERE)
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/a", host="a.example"), accept=HTML), max_bytes=MAX)
        assert site.targets == ["/robots.txt", "/a"]
        assert other.targets == ["/robots.txt"]

    async def test_a_page_that_leads_to_one_that_must_be_left_is_left_too(self) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", NOT_HERE)
            site.on("/a", redirect("/private/1"))
            with pytest.raises(RobotsRefused):
                await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert site.targets == ["/robots.txt", "/a"]

    async def test_no_robots_txt_leads_us_to_a_private_place(self) -> None:
        names = loopback_names("a.example", "inside.example")
        async with (
            http_site() as site,
            quick_fetcher(lookup=names, allow_private_hosts=frozenset({"a.example"})) as fetcher,
        ):
            site.on("/robots.txt", redirect("http://inside.example/admin"))
            site.on("/a", reply(b"page"))
            await fetcher.fetch(Request(url=site.url("/a", host="a.example"), accept=HTML), max_bytes=MAX)
        assert site.targets == ["/robots.txt", "/a"]

    async def test_a_private_host_is_not_even_asked_for_it(self) -> None:
        async with http_site() as site, quick_fetcher(allow_private_hosts=frozenset()) as fetcher:
            with pytest.raises(Unsafe):
                await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert site.asked == []


class TestPace:
    async def test_it_counts_as_a_request_of_its_host(self) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(time=time, seconds_between_requests=1.0) as fetcher:
            site.on("/a", reply(b"page"))
            await fetcher.fetch(Request(url=site.url("/a"), accept=HTML), max_bytes=MAX)
        assert time.monotonic() == 1.0

    async def test_the_pause_it_asks_for_holds_for_every_reader_of_the_host_from_then_on(self) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(time=time, seconds_between_requests=1.0) as fetcher:
            site.on("/robots.txt", reply(b"User-agent: *\nCrawl-delay: 10\n"))
            site.on("/a", reply(b"page"))
            starts = []
            for accept in (HTML, HTML, "application/json"):
                await fetcher.fetch(Request(url=site.url("/a"), accept=accept), max_bytes=MAX)
                starts.append(time.monotonic())
        assert starts == [10.0, 20.0, 30.0]

    async def test_readers_that_come_together_read_it_once(self) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", NOT_HERE)
            site.on("/a", reply(b"page"))
            request = Request(url=site.url("/a"), accept=HTML)
            await asyncio.gather(*(fetcher.fetch(request, max_bytes=MAX) for _ in range(4)))
        assert site.targets == ["/robots.txt", "/a", "/a", "/a", "/a"]

    async def test_a_crowd_at_a_host_that_fails_is_turned_away(self) -> None:
        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/robots.txt", reply(status=500))
            request = Request(url=site.url("/a"), accept=HTML)
            ends = await asyncio.gather(
                *(fetcher.fetch(request, max_bytes=MAX) for _ in range(20)), return_exceptions=True
            )
        assert len(site.asked) == 5
        assert [type(end) for end in ends] == [ServerFault] * 5 + [HostResting] * 15

    async def test_a_host_without_one_is_not_kept_away_for_it_after_a_rest(self) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(time=time) as fetcher:
            site.on("/robots.txt", *[reply(status=500)] * 5, reply(status=403))
            site.on("/a", reply(b"page"))
            request = Request(url=site.url("/a"), accept=HTML)
            for _ in range(5):
                with pytest.raises(ServerFault):
                    await fetcher.fetch(request, max_bytes=MAX)
            await time.sleep(60)
            assert (await fetcher.fetch(request, max_bytes=MAX)).body == b"page"
