"""The running service: due sources are polled, due alerts are sent, until it is told to stop. Then it drains and ends."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.clock import Clock
from bot.config_sources import SourceSettings
from bot.core.health import as_of
from bot.errors import StoreError
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.scheduling import Schedule
from bot.store.archive_index import caught_up
from bot.store.lookups import source_states
from bot.store.writer import Store
from watchers.source import AnySource

log = logging.getLogger("tradewire.service")

WORKERS = 16
POLL_SECONDS, SEND_SECONDS, LAST_SECONDS = 4.0, 3.0, 2.5
"""How long, after a stop, polls under way may take to finish; then what is due may take to be sent; then sends under way.

Less than ten seconds together. What a poll had stored stays, the next start catches up the rest; a send that is cut off is in
doubt, and is looked for.
"""

RETRY = timedelta(seconds=30)
"""When a source is tried again whose poll the store or a defect ended."""

SWEEP_SECONDS = 5.0
"""How often the outbox is looked at when nobody woke it: retries fall due, other processes leave work behind."""

INDEX_SECONDS = 60.0
"""How often the archive's index takes in what was read, so that no search has to."""

PATIENCE_SECONDS = 60.0
"""How long a loop may take to come round before the service counts as stuck. Each comes round every few seconds."""

Loop = Literal["poll", "send"]

_TURN = "(turn)"
"""Goes the way of a source, through clock, queue and workers, and is no source: how the poll loop shows that it turns."""


class Service:
    """Ties schedule, pipeline and outbox together. `run` returns when `stop` is set and everything is drained.

    `turned` is set once every loop has come round for the first time.
    """

    def __init__(
        self,
        *,
        store: Store,
        pipeline: Pipeline,
        outbox: Outbox,
        clock: Clock,
        sources: Mapping[str, tuple[AnySource, SourceSettings]],
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._store, self._pipeline, self._outbox, self._clock = store, pipeline, outbox, clock
        self._sources, self._send_seconds = sources, send_seconds
        self._due: asyncio.Queue[str] = asyncio.Queue()
        self._waiting: set[str] = set()
        self._ending = asyncio.Event()
        self._stopping = False
        self._schedule: Schedule
        self._came_round: dict[Loop, float] = {}
        self.turned = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises nothing that a source or a channel did."""
        schedule = self._schedule = Schedule(self._enqueue, clock=self._clock)
        now = self._clock.now()
        states = {state.source: state for state in await self._store.read(source_states)}
        for key in self._sources:
            not_before = as_of(states[key], now).not_before if key in states else None
            schedule.due(key, max(now, not_before or now))
        workers = [asyncio.create_task(self._work(), name=f"poll-{number}") for number in range(WORKERS)]
        workers.append(asyncio.create_task(self._index(), name="index"))
        sender = asyncio.create_task(self._send(), name="send")
        schedule.due(_TURN, now)
        schedule.start()
        log.info("started", extra={"sources": len(self._sources)})
        await _first_of(stop, [*workers, sender])
        schedule.stop()
        await self._drain(workers, sender)
        log.info("stopped, nothing lost")

    def stuck(self, now: float) -> tuple[Loop, ...]:
        """Return the loops that have not come round lately; none: alive. `now` is a time of the event loop's own clock."""
        return tuple(loop for loop, at in self._came_round.items() if now - at > PATIENCE_SECONDS)

    def _comes_round(self, loop: Loop) -> None:
        self._came_round[loop] = asyncio.get_running_loop().time()
        if len(self._came_round) == len(get_args(Loop)):
            self.turned.set()

    async def _enqueue(self, key: str) -> None:
        if key not in self._waiting:
            self._waiting.add(key)
            self._due.put_nowait(key)

    async def _work(self) -> None:
        while True:
            key = await self._due.get()
            next_at = self._clock.now() + RETRY
            try:
                next_at = await self._poll(key)
            except StoreError as error:
                log.error("the store failed", extra={"what": str(error)})
            finally:
                self._waiting.discard(key)
                self._due.task_done()
                self._comes_round("poll")
                if not self._stopping:
                    self._schedule.due(key, next_at)

    async def _poll(self, key: str) -> datetime:
        """Poll one source and return when it is due again."""
        if key == _TURN:
            return self._clock.now() + timedelta(seconds=SWEEP_SECONDS)
        source, settings = self._sources[key]
        poll = await self._pipeline.poll(source, settings.options, every=settings.every)
        if poll.alerts or poll.noticed:
            self._outbox.wake()
        log.info(
            "polled",
            extra={"source": key, "read": poll.read, "new": poll.new, "alerts": poll.alerts, "ok": poll.ok},
        )
        return poll.next_at

    async def _index(self) -> None:
        """Let the archive's index follow what is read. Without it searches still find everything, after a wait."""
        while True:
            try:
                await caught_up(self._store)
            except StoreError as error:
                log.error("the store failed", extra={"what": str(error)})
            except Exception:  # a text that cannot be taken in must not end the alerts
                log.exception("a defect keeps the archive's index behind")
            await asyncio.sleep(INDEX_SECONDS)

    async def _send(self) -> None:
        """Drain the outbox whenever something is due, until stopping and nothing more is."""
        while True:
            try:
                await self._outbox.drain(stop=self._ending, on_turn=lambda: self._comes_round("send"))
            except StoreError as error:
                log.error("the store failed", extra={"what": str(error)})
            self._comes_round("send")
            if self._stopping:
                return
            await self._outbox.wait(SWEEP_SECONDS)

    async def _drain(self, workers: list[asyncio.Task[None]], sender: asyncio.Task[None]) -> None:
        try:
            await asyncio.wait_for(self._due.join(), POLL_SECONDS)
        except TimeoutError:
            log.warning(
                "a poll was cut short; the next start catches up", extra={"open": sorted(self._waiting)}
            )
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._stopping = True
        self._outbox.wake()
        await asyncio.wait([sender], timeout=self._send_seconds)
        self._ending.set()
        await asyncio.wait([sender], timeout=LAST_SECONDS)
        if not sender.done():
            log.warning("a send was cut off; what became of it is looked for by the next start")
            sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender


async def _first_of(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait until `stop` is set, or until a task that should never end has ended: then raise what ended it."""
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done - {stopping}:
        task.result()
