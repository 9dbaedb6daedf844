"""A host that keeps failing, or that named a time, is left alone by every source that reads there."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.fetching import loopback_names, quick_fetcher
from tests.fakes.http_site import http_site, reply
from tests.fakes.virtual_time import VirtualTime
from watchers.errors import Blocked, HostResting, Moved, RateLimited, ServerFault, SourceError, Unsafe
from watchers.fetch import Fetcher
from watchers.source import Request

MAX = 1000


async def fails(fetcher: Fetcher, url: str, kind: type[SourceError]) -> SourceError:
    with pytest.raises(kind) as caught:
        await fetcher.fetch(Request(url=url), max_bytes=MAX)
    assert type(caught.value) is kind
    return caught.value


async def test_after_five_failures_nobody_asks_the_host_for_a_minute() -> None:
    time = VirtualTime()
    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/a", reply(status=500))
        site.on("/b", reply(status=403))
        site.on("/c", reply(b"x"))
        for path, kind in (("/a", ServerFault), ("/b", Blocked), ("/a", ServerFault), ("/b", Blocked)):
            await fails(fetcher, site.url(path), kind)
        await fails(fetcher, site.url("/a"), ServerFault)
        await time.sleep(20)
        resting = await fails(fetcher, site.url("/c?token=s3cret"), HostResting)
        assert isinstance(resting, HostResting)
        assert resting.retry_after == timedelta(seconds=40)
        assert resting.url == site.url("/c?token=…")
        assert len(site.asked) == 5
        await time.sleep(40)
        assert (await fetcher.fetch(Request(url=site.url("/c")), max_bytes=MAX)).body == b"x"


async def test_the_tries_of_one_fetch_count_and_end_where_the_host_rests() -> None:
    async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
        site.on("/", reply(status=500))
        first = await fails(fetcher, site.url("/"), ServerFault)
        second = await fails(fetcher, site.url("/"), ServerFault)
        await fails(fetcher, site.url("/"), HostResting)
    assert first.what.endswith("after 3 tries")
    assert second.what.endswith("after 2 tries")
    assert len(site.asked) == 5


async def test_one_read_tries_whether_the_host_is_back_while_the_others_rest_on() -> None:
    time = VirtualTime()
    gate, reached = asyncio.Event(), asyncio.Event()

    async def answer_late(writer: asyncio.StreamWriter) -> None:
        reached.set()
        await gate.wait()
        writer.write(reply(b"back"))
        await writer.drain()

    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/", *[reply(status=500)] * 5, answer_late, reply(b"x"))
        for _ in range(5):
            await fails(fetcher, site.url("/"), ServerFault)
        await time.sleep(60)
        trial = asyncio.create_task(fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX))
        await reached.wait()
        await fails(fetcher, site.url("/"), HostResting)
        gate.set()
        assert (await trial).body == b"back"
        assert (await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)).body == b"x"
    assert len(site.asked) == 7


async def test_a_crowd_that_waited_for_its_turn_does_not_fall_on_a_host_that_is_still_down() -> None:
    time = VirtualTime()
    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/", reply(status=500))
        request = Request(url=site.url("/"))
        for rest, asked in ((0, 5), (60, 6), (60, 6), (60, 7)):
            await time.sleep(rest)
            await asyncio.gather(
                *(fetcher.fetch(request, max_bytes=MAX) for _ in range(10)), return_exceptions=True
            )
            assert len(site.asked) == asked


async def test_a_trial_that_is_cancelled_is_left_to_the_next_reader() -> None:
    time = VirtualTime()
    reached = asyncio.Event()

    async def hang(writer: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.sleep(3600)

    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/", *[reply(status=500)] * 5, hang, reply(b"x"))
        for _ in range(5):
            await fails(fetcher, site.url("/"), ServerFault)
        await time.sleep(60)
        trial = asyncio.create_task(fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX))
        await reached.wait()
        trial.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trial
        assert (await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)).body == b"x"


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_named_a_time_is_left_alone_for_exactly_that_by_all(status: int) -> None:
    time = VirtualTime()
    async with http_site() as site, quick_fetcher(time=time) as fetcher:
        site.on("/a", reply(status=status, headers={"Retry-After": "120"}))
        site.on("/b", reply(b"x"))
        await fails(fetcher, site.url("/a"), RateLimited)
        await time.sleep(119)
        resting = await fails(fetcher, site.url("/b"), HostResting)
        assert "come back in 120 s" in resting.what
        await time.sleep(1)
        assert (await fetcher.fetch(Request(url=site.url("/b")), max_bytes=MAX)).body == b"x"


async def test_other_hosts_are_read_on_and_pages_that_moved_keep_nobody_away() -> None:
    hosts = ("a.example", "b.example")
    rules: dict[str, Any] = {"lookup": loopback_names(*hosts), "allow_private_hosts": frozenset(hosts)}
    async with http_site() as site, quick_fetcher(**rules) as fetcher:
        site.on("/", reply(status=500))
        site.on("/x", reply(b"x"))
        for _ in range(5):
            await fails(fetcher, site.url("/", host="a.example"), ServerFault)
        await fails(fetcher, site.url("/x", host="a.example"), HostResting)
        for _ in range(9):
            await fails(fetcher, site.url("/gone", host="b.example"), Moved)
        page = await fetcher.fetch(Request(url=site.url("/x", host="b.example")), max_bytes=MAX)
    assert page.body == b"x"


async def test_an_address_that_may_not_be_read_is_unsafe_and_never_a_host_that_rests() -> None:
    names = loopback_names("inside.example")
    async with quick_fetcher(lookup=names, allow_private_hosts=frozenset()) as fetcher:
        for _ in range(7):
            await fails(fetcher, "http://inside.example/", Unsafe)
