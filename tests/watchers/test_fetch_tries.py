"""Trying again, taking turns, and what a broken network becomes."""

import asyncio
import traceback
from datetime import timedelta

import pytest

from tests.fakes.fetching import AGENT, loopback_names, quick_fetcher
from tests.fakes.http_site import Cut, http_site, redirect, reply
from tests.fakes.tls_certificates import EXPIRED, GOOD, client_tls, server_tls
from tests.fakes.virtual_time import VirtualTime
from watchers.errors import (
    Blocked,
    RateLimited,
    ServerFault,
    SourceError,
    TimedOut,
    Truncated,
    Unreachable,
    Unsafe,
)
from watchers.fetch import Fetcher, FetchRules, system_lookup
from watchers.source import Request

MAX = 100_000
LIMITED = {"Retry-After": "4"}


class TestTries:
    @pytest.mark.parametrize(
        "fault",
        [reply(status=500), reply(status=503), Cut(b""), Cut(reply(b"half", length=100))],
        ids=["500", "503", "no answer", "cut"],
    )
    async def test_a_passing_fault_is_tried_again(self, fault: bytes | Cut) -> None:
        async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
            site.on("/", fault, fault, reply(b"at last"))
            page = await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert page.body == b"at last"
        assert (
            len(site.asked) >= 3
        )  # the HTTP library itself may ask once more on a connection that was closed

    async def test_the_last_error_says_how_often_it_was_tried(self) -> None:
        async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
            site.on("/", reply(status=500), reply(status=502), reply(status=520))
            with pytest.raises(ServerFault, match=r"^the server failed \(520\), after 3 tries$") as caught:
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert caught.value.what == str(caught.value)
        assert len(site.asked) == 3

    @pytest.mark.parametrize("status", [403, 404, 400, 204, 304])
    async def test_an_answer_that_will_not_change_is_not_asked_for_again(self, status: int) -> None:
        async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
            site.on("/", reply(status=status))
            with pytest.raises(SourceError) as caught:
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert len(site.asked) == 1
        assert "tries" not in caught.value.what

    async def test_a_refusal_ends_the_tries(self) -> None:
        async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
            site.on("/", reply(status=500), reply(status=403))
            with pytest.raises(Blocked, match="after 2 tries"):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert len(site.asked) == 2

    async def test_a_time_out_is_left_to_the_next_poll(self) -> None:
        async def say_nothing(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3600)

        async with (
            http_site() as site,
            quick_fetcher(attempts=3, deadline=timedelta(seconds=0.05)) as fetcher,
        ):
            site.on("/", say_nothing)
            with pytest.raises(TimedOut):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert len(site.asked) == 1

    async def test_a_short_retry_after_is_waited_out_exactly(self) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(attempts=3, time=time) as fetcher:
            site.on("/", reply(status=429, headers=LIMITED), reply(b"x"))
            page = await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert page.body == b"x"
        assert time.slept == [4.0]

    async def test_a_short_retry_after_holds_back_every_reader_of_the_host(self) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(attempts=1, time=time) as fetcher:
            site.on("/a", reply(status=429, headers=LIMITED))
            site.on("/b", reply(b"x"))
            with pytest.raises(RateLimited):
                await fetcher.fetch(Request(url=site.url("/a")), max_bytes=MAX)
            await fetcher.fetch(Request(url=site.url("/b")), max_bytes=MAX)
        assert time.slept == [4.0]

    @pytest.mark.parametrize("headers", [{"Retry-After": "6"}, {}])
    async def test_a_long_or_unknown_retry_after_is_handed_on_at_once(self, headers: dict[str, str]) -> None:
        time = VirtualTime()
        async with http_site() as site, quick_fetcher(attempts=3, time=time) as fetcher:
            site.on("/", reply(status=429, headers=headers))
            with pytest.raises(RateLimited):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert len(site.asked) == 1
        assert time.slept == []


class TestPoliteness:
    async def test_starts_at_one_host_are_a_pause_apart_redirects_and_tries_included(self) -> None:
        time = VirtualTime()
        starts: list[float] = []

        async with (
            http_site() as site,
            quick_fetcher(attempts=2, time=time, seconds_between_requests=1.0) as fetcher,
        ):

            def noting(answer: bytes):
                async def answer_it(writer: asyncio.StreamWriter) -> None:
                    starts.append(time.monotonic())
                    writer.write(answer)
                    await writer.drain()

                return answer_it

            site.on("/a", noting(reply(status=500)), noting(redirect("/b")))
            site.on("/b", noting(reply(b"x")))
            await asyncio.gather(
                *(
                    fetcher.fetch(Request(url=site.url(target)), max_bytes=MAX)
                    for target in ("/a", "/b", "/b")
                )
            )
        assert starts == [0.0, 1.0, 2.0, 3.0, 4.0]

    async def test_one_request_at_a_time_per_host(self) -> None:
        async def slow(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.01)
            writer.write(reply(b"x"))
            await writer.drain()

        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", slow)
            await asyncio.gather(
                *(fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX) for _ in range(6))
            )
        assert len(site.asked) == 6
        assert site.most_in_flight == 1

    async def test_other_hosts_do_not_wait(self) -> None:
        gate = asyncio.Event()

        async def wait_for_the_others(writer: asyncio.StreamWriter) -> None:
            await gate.wait()
            writer.write(reply(b"slow"))
            await writer.drain()

        hosts = ("a.example", "b.example")
        rules = {"lookup": loopback_names(*hosts), "allow_private_hosts": frozenset(hosts)}
        async with http_site() as site, quick_fetcher(**rules) as fetcher:
            site.on("/slow", wait_for_the_others)
            site.on("/fast", reply(b"fast"))
            slow = asyncio.create_task(
                fetcher.fetch(Request(url=site.url("/slow", host="a.example")), max_bytes=MAX)
            )
            fast = await fetcher.fetch(Request(url=site.url("/fast", host="b.example")), max_bytes=MAX)
            assert fast.body == b"fast"
            assert not slow.done()
            gate.set()
            assert (await slow).body == b"slow"

    async def test_waiting_for_a_turn_does_not_eat_the_deadline(self) -> None:
        async def slow(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.1)
            writer.write(reply(b"x"))
            await writer.drain()

        async with http_site() as site, quick_fetcher(deadline=timedelta(seconds=0.25)) as fetcher:
            site.on("/", slow)
            await asyncio.gather(
                *(fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX) for _ in range(4))
            )
        assert len(site.asked) == 4


class TestBrokenNetwork:
    async def reason(self, url: str, **given: object) -> str:
        async with quick_fetcher(**given) as fetcher:
            with pytest.raises(Unreachable) as caught:
                await fetcher.fetch(Request(url=url), max_bytes=MAX)
        assert type(caught.value) is Unreachable
        return caught.value.what

    async def test_nobody_listening_is_connection_refused(self, unused_tcp_port: int) -> None:
        assert await self.reason(f"http://127.0.0.1:{unused_tcp_port}/") == "connection refused"

    async def test_an_unknown_name_is_no_such_host(self) -> None:
        assert await self.reason("http://nowhere.example/", lookup=loopback_names()) == "no such host"

    async def test_a_name_without_addresses_is_no_such_host(self) -> None:
        async def nothing(host: str, port: int) -> list[str]:
            return []

        assert await self.reason("http://empty.example/", lookup=nothing) == "no such host"

    async def test_a_name_that_cannot_be_one_is_no_such_host(self) -> None:
        url = f"http://{'a' * 64}.localhost/"
        assert await self.reason(url, lookup=system_lookup) == "no such host"

    async def test_a_connection_closed_without_an_answer_says_so(self) -> None:
        async with http_site() as site:
            site.on("/", Cut(b""))
            assert await self.reason(site.url("/")) == "the connection was closed without an answer"

    async def test_an_answer_that_is_not_http_says_so(self) -> None:
        async with http_site() as site:
            site.on("/", Cut(b"220 mail.example ESMTP\r\n\r\n"))
            assert await self.reason(site.url("/")) == "the answer is not proper HTTP"

    async def test_headers_without_end_are_refused(self) -> None:
        async with http_site() as site:
            site.on("/", reply(headers={"X-Long": "x" * 70_000}))
            assert await self.reason(site.url("/")) == "the answer is not proper HTTP"

    @pytest.mark.parametrize(
        ("shown", "trusted", "host", "reason"),
        [
            (EXPIRED, EXPIRED, "tls.example", "TLS: certificate has expired"),
            (GOOD, None, "tls.example", "TLS: self-signed certificate"),
            (
                GOOD,
                GOOD,
                "other.example",
                "TLS: Hostname mismatch, certificate is not valid for 'other.example'",
            ),
        ],
    )
    async def test_a_certificate_that_does_not_hold_says_why(
        self, shown: str, trusted: str | None, host: str, reason: str
    ) -> None:
        async with http_site(tls=server_tls(shown)) as site:
            found = await self.reason(
                site.url("/", host=host, scheme="https"),
                lookup=loopback_names(host),
                allow_private_hosts=frozenset({host}),
                tls=client_tls(trusted) if trusted else client_tls(),
            )
        assert found.replace("self signed", "self-signed") == reason

    async def test_plain_http_where_tls_is_due_says_so(self) -> None:
        async def answer_anything(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(reply(b"plain"))
            writer.close()

        async with await asyncio.start_server(answer_anything, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            assert await self.reason(f"https://127.0.0.1:{port}/") == "TLS: WRONG VERSION NUMBER"

    async def test_a_reset_in_the_body_is_truncated(self) -> None:
        async def reset(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            await writer.drain()
            writer.transport.abort()

        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", reset)
            with pytest.raises(Truncated, match="ended early"):
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)

    async def test_no_secret_of_the_address_is_in_the_error(self, unused_tcp_port: int) -> None:
        url = f"http://127.0.0.1:{unused_tcp_port}/?access_token=s3cret&page=2"
        async with quick_fetcher() as fetcher:
            with pytest.raises(Unreachable) as caught:
                await fetcher.fetch(Request(url=url), max_bytes=MAX)
        assert "s3cret" not in f"{caught.value.what} {caught.value.url} {caught.value!r}"
        assert caught.value.url.endswith("page=2")


class TestEnding:
    async def test_a_cancellation_passes_through_and_frees_the_host(self) -> None:
        reached = asyncio.Event()

        async def hang(writer: asyncio.StreamWriter) -> None:
            reached.set()
            await asyncio.sleep(3600)

        async with http_site() as site, quick_fetcher(attempts=3) as fetcher:
            site.on("/", hang, reply(b"x"))
            task = asyncio.create_task(fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX))
            await reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()
            assert (await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)).body == b"x"

    async def test_a_callers_own_deadline_stays_a_timeout_error(self) -> None:
        async def hang(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3600)

        async with http_site() as site, quick_fetcher() as fetcher:
            site.on("/", hang)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)

    async def test_the_defaults_make_a_fetcher_that_opens_and_closes(self) -> None:
        async with Fetcher(FetchRules(user_agent=AGENT), now=VirtualTime().now) as fetcher:
            with pytest.raises(Unsafe):
                await fetcher.fetch(Request(url="http://127.0.0.1/"), max_bytes=MAX)

    async def test_a_fetcher_that_is_not_open_says_so(self) -> None:
        with pytest.raises(RuntimeError, match="async with"):
            await quick_fetcher().fetch(Request(url="http://127.0.0.1/"), max_bytes=MAX)

    async def test_an_error_is_raised_once_and_not_wrapped_by_the_retries(self) -> None:
        async with http_site() as site, quick_fetcher(attempts=2) as fetcher:
            site.on("/", reply(status=500))
            with pytest.raises(ServerFault) as caught:
                await fetcher.fetch(Request(url=site.url("/")), max_bytes=MAX)
        assert "RetryError" not in "".join(traceback.format_exception(caught.value))
