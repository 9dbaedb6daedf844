"""A clock that moves only when everybody sleeps: hand `sleep`, `monotonic` and `now` to what is under test."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta


class VirtualTime:
    """Time that costs nothing. Sleepers wake in order of their time, each after the others have had a chance to run."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._seconds = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int]] = []
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Return seconds since the start."""
        return self._seconds

    def now(self) -> datetime:
        """Return the time of day, aware, UTC."""
        return self._start + timedelta(seconds=self._seconds)

    async def sleep(self, seconds: float) -> None:
        """Return when it is our time and nobody sleeps for less."""
        self.slept.append(seconds)
        me = (self._seconds + seconds, next(self._order))
        heapq.heappush(self._sleepers, me)
        try:
            for _ in range(10):  # whoever can run without sleeping goes first
                await asyncio.sleep(0)
            while self._sleepers[0] != me:  # noqa: ASYNC110 -- an event would have to be set by the next in line
                await asyncio.sleep(0)
            self._seconds = max(self._seconds, me[0])
        finally:
            self._sleepers.remove(me)
            heapq.heapify(self._sleepers)
