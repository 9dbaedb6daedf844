"""What the listeners have in common: whom they ask, how they wait, and that no defect ever ends one. It knows no platform."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Protocol

from bot.chat.answer import MAX_TOAST_CHARS, Answer, plain
from bot.chat.asked import Asked

log = logging.getLogger("tradewire.chat")

MOST_AT_ONCE = 32
MOST_WAITING = 500
"""How many questions are answered at once, and how many more may wait; what comes then is dropped, and said by log."""

ENDING_SECONDS = 1.0
"""How long answers under way may take once the service stops."""

LONGEST_PAUSE = timedelta(seconds=60)
REFUSED_PAUSE = timedelta(minutes=5)
"""How long a platform rests at most that cannot be reached, and how long one that knows our token no more."""

MOST_PATIENCE = timedelta(seconds=20)
"""How long an answer waits where its platform says that we were too fast; then it is dropped. Alerts wait in the outbox."""

Sleep = Callable[[float], Awaitable[None]]
OnUpdate = Callable[[Answer], Awaitable[None]]
Work = Callable[[], Awaitable[None]]

_SORRY = (
    "Something went wrong here; the operator finds it in the log. Try again in a minute.",
    "出了点问题，运维人员可在日志中查看。请稍后再试。",
)


class Desk(Protocol):
    """Answers what people ask."""

    async def answer(self, asked: Asked, on_update: OnUpdate | None = None) -> Answer | None:
        """Return what is answered, None for silence. `on_update` is given what the answer becomes later."""


async def answer_of(desk: Desk, asked: Asked, on_update: OnUpdate) -> Answer | None:
    """Return the desk's answer; where it fails, one polite line, with the reason in the log alone."""
    try:
        return await desk.answer(asked, on_update)
    except Exception:
        log.exception("a question could not be answered", extra={"channel": asked.channel})
        lines = tuple(map(plain, _SORRY))
        return Answer(lines=lines, toast=_SORRY[0][:MAX_TOAST_CHARS])


def pause_after(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row: none after the first, then 1, 2, 4, … 60."""
    if failures <= 1:
        return 0.0
    return float(min(2 ** min(failures - 2, 10), LONGEST_PAUSE.total_seconds()))


class Turns:
    """The questions under way. One person's in one place are answered in the order in which they came."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self._last: dict[str, asyncio.Task[None]] = {}

    def take(self, lane: str, work: Work) -> None:
        """Let `work` be done after everything that came in the same lane before it. What it raises is logged."""
        if len(self._tasks) >= MOST_AT_ONCE + MOST_WAITING:
            log.warning("too many questions at once: one is dropped")
            return
        task = asyncio.create_task(self._do(self._last.get(lane), work))
        self._tasks.add(task)
        self._last[lane] = task

        def ended(_: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if self._last.get(lane) is task:
                del self._last[lane]

        task.add_done_callback(ended)

    async def end(self) -> None:
        """Wait a moment for what is under way, and end the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ENDING_SECONDS)
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        if left:
            log.warning("answers were cut short by the stop", extra={"answers": len(left)})
            await asyncio.wait(left)

    async def _do(self, before: asyncio.Task[None] | None, work: Work) -> None:
        try:
            if before is not None:
                await asyncio.wait([before])
            async with self._places:
                await work()
        except Exception:
            log.exception("what was asked in chat could not be answered")


async def until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work` until it ends or `stop` is set; then it is cancelled, and its end awaited. Raises what it raised."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        await asyncio.wait([working])
    if not working.cancelled():
        working.result()
