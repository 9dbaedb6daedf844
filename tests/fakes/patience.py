"""Waiting in tests: for a condition, for no longer than it takes; and pauses that are noted instead of kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

Value = TypeVar("Value")

_MOST_SECONDS = 10
_MOMENT = 0.003


async def seen(what: Callable[[], Value]) -> Value:
    """Return what `what` returns as soon as that is true. Raises TimeoutError where it never is."""
    async with asyncio.timeout(_MOST_SECONDS):
        while not (value := what()):  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(_MOMENT)
    return value


async def comes_true(what: Callable[[], Awaitable[Value]], wanted: Value) -> None:
    """Return as soon as `what` returns what is wanted. Raises TimeoutError where it never does."""
    async with asyncio.timeout(_MOST_SECONDS):
        while await what() != wanted:  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(_MOMENT)


class Pauses(list[float]):
    """A sleep that takes a moment, however long it is to be; it holds the seconds that were asked for."""

    async def __call__(self, seconds: float) -> None:
        """Note a pause."""
        self.append(seconds)
        await asyncio.sleep(_MOMENT)


class Runs(Protocol):
    """Something that runs until it is told to stop."""

    def run(self, stop: asyncio.Event) -> Coroutine[Any, Any, None]:
        """Run until `stop` is set."""


@asynccontextmanager
async def running(what: Runs) -> AsyncIterator[None]:
    """Let something run meanwhile, and have it stop; what it raised is raised here."""
    stop = asyncio.Event()
    task = asyncio.create_task(what.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(_MOST_SECONDS):
            await task
