"""One polite, bounded, guarded GET at a time: a Request in, a Page or a SourceError out. Puts together the rooms beside it.

It must never read a page's meaning, keep a cache or a cookie, or let a foreign exception out; a credential goes where its
Request says and nowhere else. Why it is built this way: docs/adr/0005-fetching.md.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Self

from yarl import URL

from watchers import guard, robots
from watchers.breaker import Breaker
from watchers.errors import NotSane, SourceError, TooLarge, Unsafe
from watchers.outgoing import ours, outgoing
from watchers.refusal import refusal, short_wait
from watchers.source import Page, Request, Validators
from watchers.target import read_target, redirected
from watchers.transport import Answer, Dial, Lookup, Transport, system_lookup
from watchers.tries import Tries
from watchers.turns import Budget, Turns

__all__ = ["Dial", "FetchRules", "Fetcher", "Lookup", "system_lookup"]

_log = logging.getLogger("tradewire.fetch")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """How to read the outside world. `user_agent` already holds the operator's contact, in printable ASCII.

    `deadline` is for one attempt: connect, redirects and body, without the waiting for a turn. `max_wire_bytes` caps
    the body as sent, before unpacking. `seconds_between_requests` counts from start to start, per host name; a host that
    wants a longer pause gets it. `attempts` is the number of tries within one `fetch`; `retry_wait` the first back-off,
    doubled for each later one, with up to as much again of jitter. `allow_private_hosts` are host names or IP literals
    that may be private and may use any port.
    """

    user_agent: str
    deadline: timedelta = timedelta(seconds=30)
    max_wire_bytes: int = 5_000_000
    seconds_between_requests: float = 1.0
    attempts: int = 3
    retry_wait: timedelta = timedelta(seconds=0.5)
    allow_private_hosts: frozenset[str] = frozenset()
    max_redirects: int = 5


class Fetcher:
    """Fetches pages for all sources; enter it once (`async with`) and share it, for it holds what is known of the hosts:
    whose turn it is, which rest, and what their robots.txt ask.

    `now` (aware) dates pages, reads Retry-After and times the rest of hosts; `sleep` and `monotonic` pace requests; `lookup`
    resolves names; `tls` verifies servers (default: certifi's roots, or SSL_CERT_FILE); `dial` leads to a stand-in.
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
        dial: Dial | None = None,
    ) -> None:
        self._rules = rules
        self._now = now
        self._tries = Tries(rules.attempts, rules.retry_wait)
        self._turns = Turns(rules.seconds_between_requests, sleep=sleep, monotonic=monotonic)
        self._breaker = Breaker(now=now)
        self._robots = robots.Robots(robots.product_token(rules.user_agent), read=self._read_robots, now=now)
        self._transport = Transport(
            lookup=lookup,
            allowed=rules.allow_private_hosts,
            max_wire_bytes=rules.max_wire_bytes,
            tls=tls,
            dial=dial,
        )

    async def __aenter__(self) -> Self:
        """Open the connection pool; it needs the running loop."""
        self._transport.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._transport.close()

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page at `request.url`, unpacked to at most `max_bytes`; status 304 only if validators were sent.

        Tries again, up to `rules.attempts` in all, after Unreachable, Truncated, ServerFault, and after a RateLimited
        of at most 5 seconds; not after TimedOut, which has had its 30 seconds and would hold up the host's other
        readers. Where HTML is asked for, the host's robots.txt is read first and obeyed (RobotsRefused). A host that
        failed too often is not asked at all (HostResting). Raises a SourceError, and nothing else.
        """
        try:
            return await self._tries.until_done(lambda: self._attempt(request, max_bytes, validators))
        except SourceError as error:
            error.url = error.url or guard.shown_url(request.url, query=not isinstance(error, Unsafe))
            raise

    async def _attempt(self, request: Request, max_bytes: int, validators: Validators | None) -> Page:
        throw_away = f"_={int(self._now().timestamp() * 1000)}" if request.fresh else ""
        start = guard.with_parameter(request.url, throw_away)
        first = read_target(start, self._rules.allow_private_hosts)
        headers = outgoing(request, user_agent=self._rules.user_agent, validators=validators)
        budget = Budget(self._rules.deadline)
        judge = partial(self._refusal, conditional=headers.conditional)

        async def ask(target: URL) -> Answer:
            nonlocal headers
            # For good: a host in between may choose where it leads back to.
            headers = headers.passed_on(first, target)
            if "html" in request.accept:
                await self._robots.check(target)
            return await self._exchange(
                target, headers.revealed(), max_bytes=max_bytes, budget=budget, judge=judge
            )

        final, answer = await self._follow(start, ask)
        _log_age(final, answer)
        return Page(
            request=request,
            url=request.url if final == start else guard.without_parameter(final, throw_away),
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched_at=self._now().astimezone(UTC),
        )

    async def _read_robots(self, url: str) -> bytes:
        """Return the robots.txt at `url`: nothing where there is none that can be read as one (RFC 9309).

        Raises what kept us from knowing: no connection, a failing server, a host that rests.
        """
        headers = ours(self._rules.user_agent, "text/plain", accept_encoding="identity")
        budget = Budget(self._rules.deadline)

        async def ask(target: URL) -> Answer:
            return await self._exchange(
                target,
                headers,
                max_bytes=robots.MAX_BYTES,
                budget=budget,
                judge=self._robots_refusal,
                cut=True,
            )

        try:
            _, answer = await self._follow(url, ask)
        except (NotSane, TooLarge, Unsafe):
            return b""
        return answer.body if answer.status == HTTPStatus.OK else b""

    async def _follow(self, url: str, ask: Callable[[URL], Awaitable[Answer]]) -> tuple[str, Answer]:
        """Return the address at the end of the redirects from `url`, and its answer; each hop is checked before `ask`."""
        for _ in range(self._rules.max_redirects + 1):
            target = read_target(url, self._rules.allow_private_hosts)
            answer = await ask(target)
            if answer.status not in _REDIRECTS:
                return url, answer
            url = redirected(target, answer.headers.get("location", ""))
        raise Unsafe(f"more than {self._rules.max_redirects} redirects")

    async def _exchange(
        self,
        target: URL,
        headers: Mapping[str, str],
        *,
        max_bytes: int,
        budget: Budget,
        judge: Callable[[Answer], SourceError | None],
        cut: bool = False,
    ) -> Answer:
        """Make one request in its host's turn, unless the host rests; raises what `judge` has to say of the answer."""
        host = target.raw_host or ""
        self._breaker.check(host)  # a host that rests is not even queued for
        async with self._turns.turn(host, self._robots.delay_seconds(host)):
            with self._breaker.watched(host):
                answer = await budget.spend(
                    self._transport.get(target, headers, max_bytes=max_bytes, cut=cut)
                )
                error = judge(answer)
                if error is None:
                    return answer
                if (wait := short_wait(error)) is not None:
                    # The wait is the host's and not this call's: whoever reads there next waits too.
                    self._turns.hold(host, wait)
                raise error

    def _refusal(self, answer: Answer, *, conditional: bool) -> SourceError | None:
        """Return what a status other than 200, a redirect or an expected 304 stands for."""
        if answer.status == HTTPStatus.OK or answer.status in _REDIRECTS:
            return None
        if answer.status == HTTPStatus.NOT_MODIFIED and conditional:
            return None
        return refusal(status=answer.status, headers=answer.headers, body=answer.body, now=self._now())

    def _robots_refusal(self, answer: Answer) -> SourceError | None:
        """Return what kept us from knowing a robots.txt; that there is none (4xx) is knowing it."""
        status = answer.status
        if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
            return None
        return refusal(status=status, headers=answer.headers, body=answer.body, now=self._now())


def _log_age(url: str, answer: Answer) -> None:
    age = answer.headers.get("age", "")
    if age.isdecimal() and age.strip("0"):
        _log.debug("%s came from a shared cache, %s s old", guard.shown_url(url), age[:10])
