"""One polite, bounded, guarded GET at a time: a Request in, a Page or a SourceError out. The only home of HTTP clients.

It must never read a page's meaning, keep a cache or a cookie, send a credential, or let a foreign exception out.
Why it is built this way: docs/adr/0005-fetching.md.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv6Address, ip_address
from typing import Self

import aiohttp
import httpx
import stamina
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream
from yarl import URL

from watchers import guard
from watchers.errors import RateLimited, ServerFault, SourceError, TooLarge, Truncated, Unreachable, Unsafe
from watchers.inflate import ACCEPT_ENCODING, Inflater
from watchers.refusal import broken_connection, refusal
from watchers.source import Page, Request, Validators
from watchers.turns import Budget, Turns

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Resolve a host name and port to IP addresses, best first; raises OSError where there is none."""

_log = logging.getLogger("tradewire.fetch")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORTH_WAITING = timedelta(seconds=5)  # a longer Retry-After is the next poll's business
_MAX_BACK_OFF = timedelta(seconds=5)
_EXCERPT_BYTES = 16_384  # of an error page, to look for the server's own message
_EXCERPT_SECONDS = 1.0
_MAX_HEADER_BYTES = 32_768  # one header; content security policies outgrow aiohttp's 8 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """How to read the outside world. `user_agent` already holds the operator's contact, in printable ASCII.

    `deadline` is for one attempt: connect, redirects and body, without the waiting for a turn. `max_wire_bytes` caps
    the body as sent, before unpacking. `seconds_between_requests` counts from start to start, per host name.
    `attempts` is the number of tries within one `fetch`; `retry_wait` the first back-off, doubled for each later one,
    with up to as much again of jitter. `allow_private_hosts` are host names or IP literals that may be private and may
    use any port.
    """

    user_agent: str
    deadline: timedelta = timedelta(seconds=30)
    max_wire_bytes: int = 5_000_000
    seconds_between_requests: float = 1.0
    attempts: int = 3
    retry_wait: timedelta = timedelta(seconds=0.5)
    allow_private_hosts: frozenset[str] = frozenset()
    max_redirects: int = 5


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """Return the addresses the machine's resolver gives for `host`; raises OSError where there is none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Fetcher:
    """Fetches pages for all sources; enter it once (`async with`) and share it, for it holds the hosts' turns.

    `now` (aware) dates pages and reads Retry-After; `sleep` and `monotonic` pace requests; `lookup` resolves names;
    `tls` verifies servers (default: certifi's roots, or SSL_CERT_FILE).
    """

    def __init__(
        self,
        rules: FetchRules,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._rules = rules
        self._now = now
        self._turns = Turns(rules.seconds_between_requests, sleep=sleep, monotonic=monotonic)
        self._lookup = lookup
        self._tls = tls
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool; it needs the running loop."""
        tls = self._tls or httpx.create_ssl_context()
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_CheckedResolver(self._lookup, self._rules.allow_private_hosts),
                use_dns_cache=False,  # every dial is looked up and checked
                limit_per_host=1,
                ssl=tls,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_field_size=_MAX_HEADER_BYTES,
        )
        self._client = httpx.AsyncClient(
            transport=_ExactTransport(client=session, verify=tls, trust_env=False),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # httpx has a jar of its own
            follow_redirects=False,
            trust_env=False,
            timeout=None,  # noqa: S113 -- the deadline below is total, which httpx has no word for
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page at `request.url`, unpacked to at most `max_bytes`; status 304 only if validators were sent.

        Tries again, up to `rules.attempts` in all, after Unreachable, Truncated, ServerFault, and after a RateLimited
        of at most 5 seconds; not after TimedOut, which has had its 30 seconds and would hold up the host's other
        readers. Raises a SourceError, and nothing else.
        """
        tries = 0
        try:
            async for attempt in stamina.retry_context(
                on=_try_again,
                attempts=self._rules.attempts,
                timeout=None,
                wait_initial=self._rules.retry_wait,
                wait_jitter=self._rules.retry_wait,
                wait_max=_MAX_BACK_OFF,
            ):
                tries = attempt.num
                with attempt:
                    return await self._attempt(request, max_bytes, validators)
        except SourceError as error:
            error.url = error.url or guard.shown_url(request.url, query=not isinstance(error, Unsafe))
            if tries > 1:
                error.what = f"{error.what}, after {tries} tries"
                error.args = (error.what,)
            raise
        raise AssertionError("stamina neither returned nor raised")

    async def _attempt(self, request: Request, max_bytes: int, validators: Validators | None) -> Page:
        throw_away = f"_={int(self._now().timestamp() * 1000)}" if request.fresh else ""
        url = guard.with_parameter(request.url, throw_away)
        conditions = _conditions(validators) if request.conditional else {}
        headers = {
            "User-Agent": self._rules.user_agent,
            "Accept": f"{request.accept}, */*;q=0.1",
            "Accept-Encoding": ACCEPT_ENCODING,
            **conditions,
        }
        budget = Budget(self._rules.deadline)
        for hop in range(self._rules.max_redirects + 1):
            target = _target(url, self._rules.allow_private_hosts)
            async with self._turns.turn(target.raw_host or ""):
                answer = await budget.spend(self._exchange(target, headers, max_bytes))
                self._refuse(answer, target, conditional=bool(conditions))
            _log_age(url, answer)
            if answer.status in _REDIRECTS:
                url = _next_url(target, answer.headers.get("location", ""))
                continue
            return Page(
                request=request,
                url=request.url if hop == 0 else guard.without_parameter(url, throw_away),
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                fetched_at=self._now().astimezone(UTC),
            )
        raise Unsafe(f"more than {self._rules.max_redirects} redirects")

    async def _exchange(self, target: URL, headers: Mapping[str, str], max_bytes: int) -> "_Answer":
        """Make one request, follow nothing, and read as much body as the status calls for."""
        if self._client is None:
            raise RuntimeError("the Fetcher is not open: use `async with`")
        answer = _Answer()
        with _translated(answer):
            async with self._client.stream(
                "GET", str(target), headers=headers, extensions={"target": target}
            ) as response:
                answer.status, answer.headers = response.status_code, dict(response.headers.items())
                if answer.status == httpx.codes.OK:
                    answer.body = await _body(response, self._rules.max_wire_bytes, max_bytes)
                elif response.is_error:
                    answer.body = await _excerpt(response)
        return answer

    def _refuse(self, answer: "_Answer", target: URL, *, conditional: bool) -> None:
        """Raise what a status other than 200, a redirect or an expected 304 stands for."""
        if answer.status == httpx.codes.OK or answer.status in _REDIRECTS:
            return
        if answer.status == httpx.codes.NOT_MODIFIED and conditional:
            return
        error = refusal(status=answer.status, headers=answer.headers, body=answer.body, now=self._now())
        if (wait := _short_wait(error)) is not None:
            # The wait is the host's and not this call's: whoever reads there next waits too.
            self._turns.hold(target.raw_host or "", wait)
        raise error


@dataclass(slots=True, kw_only=True)
class _Answer:
    """One exchange as far as it got; status 0 means that no headers came."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class _CheckedResolver(AbstractResolver):
    """Hands aiohttp nothing but checked addresses. aiohttp dials exactly these, so no second answer can slip in."""

    def __init__(self, lookup: Lookup, allowed: frozenset[str]) -> None:
        self._lookup = lookup
        self._allowed = allowed

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 -- aiohttp's signature; we give both families
    ) -> list[ResolveResult]:
        addresses = await self._lookup(host, port)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        guard.check_addresses(host, addresses, self._allowed)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if isinstance(ip_address(address), IPv6Address) else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Hold nothing open."""


class _ExactTransport(AiohttpTransport):
    """Dials the very URL object that was checked, and sends its path and query byte for byte.

    The transport it builds on hands aiohttp a string, which yarl then quotes anew (`%2C` becomes `,`).
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        session = self.get_client()
        response = await session.request(
            request.method,
            request.extensions["target"],
            headers=request.headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the attempt's deadline holds
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.raw_headers,
            stream=AiohttpResponseStream(response),
            request=request,
        )


def _try_again(error: Exception) -> bool | float:
    """Tell stamina whether another try can help: True backs off, 0.0 goes at once (the host's turn does the waiting)."""
    if _short_wait(error) is not None:
        return 0.0
    return isinstance(error, Unreachable | Truncated | ServerFault)


def _short_wait(error: Exception) -> timedelta | None:
    wait = error.retry_after if isinstance(error, RateLimited) else None
    return wait if wait is not None and wait <= _WORTH_WAITING else None


def _target(url: str, allowed: frozenset[str]) -> URL:
    """Return the checked address to dial, encoded as it will be sent. httpx turns raw characters into ASCII first."""
    try:
        target = URL(str(httpx.URL(url)), encoded=True)
        port = target.port or 0  # reading it is what finds a bad one
    except (httpx.InvalidURL, ValueError) as error:
        raise Unsafe("this is not a readable address", url=guard.shown_url(url, query=False)) from error
    guard.check_target(
        scheme=target.scheme,
        host=target.raw_host or "",
        port=port,
        userinfo=target.raw_user is not None or target.raw_password is not None,
        allowed=allowed,
    )
    return target


def _next_url(here: URL, location: str) -> str:
    """Return where a redirect leads; raises Unsafe for a lost one and for one from https to http."""
    if not location:
        raise Unsafe("a redirect that leads nowhere")
    try:
        there = httpx.URL(str(here)).join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unsafe("a redirect to an unreadable address") from error
    if here.scheme == "https" and there.scheme == "http":
        raise Unsafe(f"a redirect from https to http, at {guard.shown_host(there.host)}")
    return str(there)


def _conditions(validators: Validators | None) -> dict[str, str]:
    """Return the conditional headers, verbatim. A validator that is not printable ASCII cannot be sent and is left out."""
    if validators is None:
        return {}
    pairs = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in pairs.items() if value and value.isascii() and value.isprintable()}


async def _body(response: httpx.Response, max_wire_bytes: int, max_bytes: int) -> bytes:
    """Return the unpacked body under both caps. The announced length is looked at before a byte of it is read."""
    inflater = Inflater(response.headers.get("content-encoding", ""), cap=max_bytes)
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_wire_bytes:
        raise TooLarge(f"the body has {int(announced):,} bytes, over the cap of {max_wire_bytes:,}")
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > max_wire_bytes:
            raise TooLarge(f"the body has more than {max_wire_bytes:,} bytes on the wire")
        inflater.feed(chunk)
    return inflater.finish()


async def _excerpt(response: httpx.Response) -> bytes:
    """Return a short error body, or nothing: a fault or a delay in reading it must not hide the status."""
    with suppress(SourceError, httpx.HTTPError, aiohttp.ClientError, OSError):  # TimeoutError is an OSError
        async with asyncio.timeout(_EXCERPT_SECONDS):
            return await _body(response, _EXCERPT_BYTES, _EXCERPT_BYTES)
    return b""


def _log_age(url: str, answer: _Answer) -> None:
    age = answer.headers.get("age", "")
    if age.isdecimal() and age.strip("0"):
        _log.debug("%s came from a shared cache, %s s old", guard.shown_url(url), age[:10])


@contextmanager
def _translated(answer: _Answer) -> Iterator[None]:
    """Turn what the HTTP libraries raise into SourceErrors; ours and a cancellation pass.

    A connection that breaks means Unreachable before the headers of `answer` came, and Truncated after.
    """
    try:
        yield
    except httpx.RemoteProtocolError as error:
        # Our transport raises none: it is httpx, which reads the Location of every redirect, followed or not.
        raise Unsafe("a redirect to an unreadable address") from error
    except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError) as error:
        reason = _reason(error)
        if answer.status:
            raise Truncated(f"the body ended early: {reason}") from error
        raise Unreachable(reason) from error


def _reason(error: BaseException) -> str:
    """Return in a few words what broke, from the innermost cause we know; never the library's text, which holds urls."""
    cause: BaseException | None = error
    reason = "connection failed"
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectorCertificateError):
            cause = cause.certificate_error
        elif isinstance(cause, aiohttp.ClientConnectorError):
            cause = cause.os_error
        if isinstance(cause, aiohttp.ServerDisconnectedError):
            return "the connection was closed without an answer"
        if isinstance(cause, aiohttp.ClientResponseError):
            return "the answer is not proper HTTP"
        if isinstance(cause, aiohttp.ClientPayloadError):
            reason = "the connection was closed before the announced end"
        elif isinstance(cause, OSError) and not isinstance(cause, aiohttp.ClientError):
            return broken_connection(cause)
        cause = cause.__cause__
    return reason
