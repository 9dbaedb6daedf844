"""Who may ask a host next, and how long an attempt may take. No I/O, no meaning of answers; clock and sleep come in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from watchers.errors import TimedOut

_T = TypeVar("_T")


class Turns:
    """Hands out turns at hosts, first come, first served. Hosts do not wait for each other.

    `pause_seconds` counts from start to start of two requests to one host name; ports and schemes share it.
    """

    def __init__(
        self,
        pause_seconds: float,
        *,
        sleep: Callable[[float], Awaitable[None]],
        monotonic: Callable[[], float],
    ) -> None:
        self._pause_seconds = pause_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._hosts: dict[str, _Turn] = {}  # grows with the hosts ever read: those of the configuration

    @asynccontextmanager
    async def turn(self, host: str, pause_seconds: float = 0.0) -> AsyncIterator[None]:
        """Wait until it is our turn at `host`, and keep it until the request is over.

        `pause_seconds` is what the host itself wants to have passed since the last request: the longer pause holds.
        """
        turn = self._hosts.setdefault(host, _Turn())
        pause = max(self._pause_seconds, pause_seconds)
        async with turn.lock:
            while (wait := max(turn.started_at + pause, turn.held_until) - self._monotonic()) > 0:
                await self._sleep(wait)
            turn.started_at = self._monotonic()
            yield

    def hold(self, host: str, pause: timedelta) -> None:
        """Let nobody start a request to this host for that long from now, because it asked for it."""
        turn = self._hosts.setdefault(host, _Turn())
        turn.held_until = max(turn.held_until, self._monotonic() + pause.total_seconds())


class Budget:
    """The deadline of one attempt: spent by its exchanges, not by the waits between them.

    A slow neighbour at the same host, or the pause after a redirect, is no fault of the page's.
    """

    def __init__(self, deadline: timedelta) -> None:
        self._deadline = deadline
        self._left_seconds = deadline.total_seconds()

    async def spend(self, exchange: Coroutine[Any, Any, _T]) -> _T:
        """Return what `exchange` returns; raises TimedOut, having cancelled it, when the whole deadline is spent."""
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(self._left_seconds):
                return await exchange
        except TimeoutError as error:
            raise TimedOut(f"no complete answer within {self._deadline.total_seconds():g} s") from error
        finally:
            self._left_seconds -= clock() - started


@dataclass(slots=True, kw_only=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    started_at: float = float("-inf")
    held_until: float = float("-inf")
