"""One GET or POST over the wire, of an address that was checked, under every cap. The only home of HTTP clients.

It must never follow a redirect, retry, pause, keep a cache or a cookie, judge a status, log what it sends, or let a foreign
exception out. Why it is built this way: docs/adr/0005-fetching.md.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream
from yarl import URL

from watchers import guard
from watchers.errors import SourceError, TooLarge, Truncated, Unreachable
from watchers.inflate import Inflater
from watchers.refusal import broken_connection

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Resolve a host name and port to IP addresses, best first; raises OSError where there is none."""

Dial = Callable[[URL], URL]
"""Return the address that is dialled in the place of a checked one: a stand-in's. The host that was meant is still named."""

_EXCERPT_BYTES = 16_384  # of an error page, to look for the server's own message
_EXCERPT_SECONDS = 1.0
_MAX_HEADER_BYTES = 32_768  # one header; content security policies outgrow aiohttp's 8 KiB
_NO_TIME_OUT = aiohttp.ClientTimeout(total=None, sock_connect=None)  # the attempt's own deadline holds


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """Return the addresses the machine's resolver gives for `host`; raises OSError where there is none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(slots=True, kw_only=True)
class Answer:
    """One exchange as far as it got; status 0 means that no headers came. Header names are lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport:
    """Open connections, one per host. `open` needs the running loop; whoever opened it closes it.

    `allowed` are the hosts that may be private. `tls` verifies servers (default: certifi's roots, or SSL_CERT_FILE).
    `dial` leads to a stand-in.
    """

    def __init__(
        self,
        *,
        lookup: Lookup,
        allowed: frozenset[str],
        max_wire_bytes: int,
        tls: ssl.SSLContext | None,
        dial: Dial | None = None,
    ) -> None:
        self._lookup = lookup
        self._allowed = allowed
        self._max_wire_bytes = max_wire_bytes
        self._tls = tls
        self._dial = dial
        self._http: _ExactTransport | None = None

    def open(self) -> None:
        """Open the connection pool."""
        tls = self._tls or httpx.create_ssl_context()
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_CheckedResolver(self._lookup, self._allowed),
                use_dns_cache=False,  # every dial is looked up and checked
                limit_per_host=1,
                ssl=tls,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=_NO_TIME_OUT,
            max_field_size=_MAX_HEADER_BYTES,
        )
        self._http = _ExactTransport(client=session, verify=tls, trust_env=False)

    async def close(self) -> None:
        """Close every connection."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def get(
        self, target: URL, headers: Mapping[str, str], *, max_bytes: int, cut: bool = False
    ) -> Answer:
        """Return the answer to one GET of `target`, an address that was checked, with as much body as its status calls for.

        A 200 is unpacked to at most `max_bytes`: raises TooLarge over them, unless `cut`, which leaves the rest of a body
        that is not packed where it is. An error's body is a short excerpt. Raises Unreachable, Truncated, Unsafe, NotSane.
        """
        answer = Answer()
        with _translated(answer):
            response = await self._ask("GET", target, headers)
            try:
                answer.headers, answer.status = dict(response.headers.items()), response.status_code
                if answer.status == HTTPStatus.OK:
                    wire = max_bytes if cut else self._max_wire_bytes
                    answer.body = await _body(response, wire, max_bytes, cut=cut)
                elif answer.status >= HTTPStatus.BAD_REQUEST:
                    answer.body = await _excerpt(response)
            finally:
                await response.aclose()
        return answer

    async def post(self, target: URL, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return status and headers of the answer to one POST of `body` to `target`, an address that was checked.

        The answer's own body is not read. Raises Unreachable, also where the line broke after the request, and Unsafe.
        """
        answer = Answer()
        with _translated(answer):
            response = await self._ask("POST", target, headers, body)
            answer.headers, answer.status = dict(response.headers.items()), response.status_code
            await response.aclose()
        return answer

    async def _ask(
        self, method: str, target: URL, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Response:
        if self._http is None:
            raise RuntimeError("the transport is not open: use `async with`")
        dialled = self._dial(target) if self._dial else target
        if dialled is not target:
            headers = {**headers, "Host": target.raw_authority}
        # The transport is used without httpx's client: cookies, redirects and hooks are not ours, and cost three times as much.
        request = httpx.Request(
            method, str(dialled), headers=headers, content=body, extensions={"target": dialled}
        )
        return await self._http.handle_async_request(request)


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
            data=request.content or None,
            allow_redirects=False,
            timeout=_NO_TIME_OUT,
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.raw_headers,
            stream=AiohttpResponseStream(response),
            request=request,
        )


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


async def _body(response: httpx.Response, max_wire_bytes: int, max_bytes: int, *, cut: bool = False) -> bytes:
    """Return the unpacked body under both caps. The announced length is looked at before a byte of it is read."""
    inflater = Inflater(response.headers.get("content-encoding", ""), cap=max_bytes)
    announced = response.headers.get("content-length", "")
    # The length first: a number of thousands of digits does not even convert.
    length = int(announced.lstrip("0")[:15] or "0") if announced.isdecimal() else 0
    if length > max_wire_bytes and not cut:
        raise TooLarge(f"the body has {length:,} bytes, over the cap of {max_wire_bytes:,}")
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > max_wire_bytes:
            if cut:
                inflater.feed(chunk[: max_wire_bytes - received])
                break
            raise TooLarge(f"the body has more than {max_wire_bytes:,} bytes on the wire")
        inflater.feed(chunk)
    return inflater.finish()


async def _excerpt(response: httpx.Response) -> bytes:
    """Return a short error body, or nothing: a fault or a delay in reading it must not hide the status."""
    with suppress(SourceError, httpx.HTTPError, aiohttp.ClientError, OSError):  # TimeoutError is an OSError
        async with asyncio.timeout(_EXCERPT_SECONDS):
            return await _body(response, _EXCERPT_BYTES, _EXCERPT_BYTES)
    return b""


@contextmanager
def _translated(answer: Answer) -> Iterator[None]:
    """Turn what the HTTP libraries raise into SourceErrors; ours and a cancellation pass.

    A connection that breaks means Unreachable before the headers of `answer` came, and Truncated after.
    """
    try:
        yield
    except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
        # Not chained: the library's errors carry the request, headers and all, and one of those may be a secret.
        reason = _reason(error)
        if answer.status:
            raise Truncated(f"the body ended early: {reason}") from None
        raise Unreachable(reason) from None


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
