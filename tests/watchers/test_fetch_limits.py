"""Time, size and wholeness of what is read."""

import asyncio
import gzip
import tracemalloc
import zlib
from contextlib import suppress
from datetime import timedelta

import pytest

from tests.fakes.fetching import quick_fetcher
from tests.fakes.http_site import Answer, Cut, http_site, redirect, reply
from watchers.errors import NotSane, SourceError, TimedOut, TooLarge, Truncated, TryLater
from watchers.source import Page, Request

MAX = 100_000
GZIP = {"Content-Encoding": "gzip"}
HASTE = timedelta(seconds=0.15)


async def fetch_one(answer: Answer, *, max_bytes: int = MAX, **rules: object) -> Page:
    async with http_site() as site, quick_fetcher(**rules) as fetcher:
        site.on("/", answer)
        return await fetcher.fetch(Request(url=site.url("/")), max_bytes=max_bytes)


async def refused(
    kind: type[SourceError], answer: Answer, *, words: str | None = None, **given: object
) -> None:
    with pytest.raises(kind, match=words) as caught:
        await fetch_one(answer, **given)  # type: ignore[arg-type]
    assert type(caught.value) is kind


def chunked(*chunks: bytes, end: bool = True, headers: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{headers}\r\n".encode()
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + (b"0\r\n\r\n" if end else b"")


async def drip_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: x\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def say_nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


class TestTime:
    @pytest.mark.parametrize("answer", [drip_body, drip_headers, say_nothing])
    async def test_a_server_that_drips_for_ever_runs_into_the_total_deadline(self, answer: Answer) -> None:
        await refused(TimedOut, answer, deadline=HASTE, words=r"no complete answer within 0\.15 s")

    async def test_redirects_share_one_deadline(self) -> None:
        async def slow_redirect(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.06)
            writer.write(redirect("/"))
            await writer.drain()

        await refused(TimedOut, slow_redirect, deadline=HASTE, max_redirects=50)

    async def test_a_slow_error_body_does_not_hide_the_status(self) -> None:
        async def drip_refusal(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad\r\nContent-Length: 1000\r\n\r\n")
            await say_nothing(writer)

        await refused(NotSane, drip_refusal, words="answered 400")

    async def test_a_fetcher_that_gave_up_once_works_on(self) -> None:
        async with http_site() as site, quick_fetcher(deadline=HASTE) as fetcher:
            site.on("/", drip_body, reply(b"x"))
            with pytest.raises(TimedOut):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
            assert (await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)).body == b"x"


class TestSize:
    async def test_a_body_announced_over_the_wire_cap_is_not_read(self) -> None:
        await refused(
            TooLarge, reply(b"", length=5_000_001), words="5,000,001 bytes, over the cap of 5,000,000"
        )

    async def test_a_body_that_does_not_say_its_length_is_counted(self) -> None:
        await refused(
            TooLarge, chunked(*[b"x" * 1000] * 20), max_wire_bytes=10_000, words="more than 10,000 bytes"
        )

    async def test_a_header_as_long_as_real_sites_send_is_read(self) -> None:
        policy = "default-src 'self' " * 1500
        page = await fetch_one(reply(b"x", headers={"Content-Security-Policy": policy.strip()}))
        assert page.headers["content-security-policy"] == policy.strip()

    async def test_an_endless_body_is_cut_off_at_the_cap(self) -> None:
        async def pour(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()

        await refused(TooLarge, pour, max_wire_bytes=1_000_000, max_bytes=10**9)

    async def test_a_plain_body_is_held_to_the_page_cap(self) -> None:
        assert len((await fetch_one(reply(b"x" * 1000), max_bytes=1000)).body) == 1000
        await refused(TooLarge, reply(b"x" * 1001), max_bytes=1000)

    async def test_a_gzip_bomb_in_one_chunk_is_refused_before_it_unfolds(self) -> None:
        bomb = reply(gzip.compress(bytes(20_000_000)), headers=GZIP)  # 19 KB on the wire
        assert len(bomb) < 25_000
        tracemalloc.start()
        try:
            await refused(TooLarge, bomb, words="unpacked")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 3_000_000


class TestPacking:
    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", gzip.compress(b"a page " * 100)),
            ("GZIP", gzip.compress(b"a page " * 50) + gzip.compress(b"a page " * 50)),
            ("gzip", gzip.compress(b"a page " * 100) + b"\0\0\0"),
            ("deflate", zlib.compress(b"a page " * 100)),
            ("deflate", zlib.compress(b"a page " * 100, wbits=-15)),
            ("identity", b"a page " * 100),
        ],
        ids=["gzip", "members", "padded", "zlib", "bare", "plain"],
    )
    async def test_every_packing_we_ask_for_is_read(self, encoding: str, body: bytes) -> None:
        page = await fetch_one(reply(body, headers={"Content-Encoding": encoding}))
        assert page.body == b"a page " * 100

    async def test_a_packed_body_in_tiny_chunks_is_put_together(self) -> None:
        packed = gzip.compress(bytes(range(256)) * 4)
        pieces = [packed[at : at + 1] for at in range(len(packed))]
        page = await fetch_one(chunked(*pieces, headers="Content-Encoding: gzip\r\n"))
        assert page.body == bytes(range(256)) * 4

    @pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
    async def test_a_packing_we_did_not_ask_for_is_not_sane(self, encoding: str) -> None:
        await refused(NotSane, reply(b"x", headers={"Content-Encoding": encoding}), words="not asked for")

    async def test_two_encoding_headers_count_as_nested(self) -> None:
        body = gzip.compress(gzip.compress(b"x"))
        answer = chunked(body, headers="Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n")
        await refused(NotSane, answer, words="not asked for")

    async def test_html_called_gzip_is_not_sane(self) -> None:
        await refused(NotSane, reply(b"<html>hello</html>", headers=GZIP), words="damaged")


class TestWholeness:
    async def test_a_body_shorter_than_announced_is_truncated(self) -> None:
        await refused(Truncated, Cut(reply(b"only this", length=100)), words="announced end")

    async def test_a_chunked_body_without_its_last_chunk_is_truncated(self) -> None:
        await refused(Truncated, Cut(chunked(b"only this", end=False)))

    async def test_a_chunk_of_garbage_is_never_taken_for_the_end(self) -> None:
        async def derail(writer: asyncio.StreamWriter) -> None:
            writer.write(chunked(b"fine", end=False))
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b"zz\r\ngarbage\r\n")
            await writer.drain()

        with pytest.raises(TryLater):  # aiohttp may not notice by itself: then the deadline does
            await fetch_one(derail, deadline=HASTE)

    async def test_a_gzip_stream_without_its_end_is_truncated_though_the_length_is_right(self) -> None:
        packed = gzip.compress(bytes(range(256)) * 20)
        await refused(Truncated, reply(packed[:-9], headers=GZIP), words="ends early")

    async def test_a_gzip_stream_cut_by_a_dropped_connection_is_truncated(self) -> None:
        packed = gzip.compress(bytes(range(256)) * 20)
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
        await refused(Truncated, Cut(head + packed[:-9]))

    async def test_a_body_ended_by_the_connection_alone_is_read(self) -> None:
        page = await fetch_one(Cut(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it"))
        assert page.body == b"all of it"

    async def test_an_empty_body_is_a_page(self) -> None:
        assert (await fetch_one(reply(b"", headers=GZIP))).body == b""


@pytest.mark.parametrize(
    ("length", "body"), [("0" * 5_000 + "5", b"hello"), ("5", b"hello")], ids=["of 5,001 digits", "plain"]
)
async def test_a_length_of_many_digits_is_a_length_or_a_failure_of_this_source_alone(
    length: str, body: bytes
) -> None:
    with suppress(SourceError):
        page = await fetch_one(Cut(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + body))
        assert page.body == body


async def test_an_announced_length_without_end_is_too_large_whatever_its_digits() -> None:
    with pytest.raises(SourceError):
        await fetch_one(Cut(f"HTTP/1.1 200 OK\r\nContent-Length: {'9' * 5_000}\r\n\r\nhello".encode()))
