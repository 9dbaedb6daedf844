"""The running service: due sources are polled, due alerts are sent, until it is told to stop. Then it drains and ends."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import timedelta

from bot.clock import Clock
from bot.config import SourceSettings
from bot.core.health import SourceState
from bot.errors import StoreError
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.scheduling import Schedule
from bot.store.health import load_state
from bot.store.writer import Store
from watchers.source import AnySource

log = logging.getLogger("tradewire.service")

WORKERS = 4
DRAIN_SECONDS = 8.0
"""How long a poll under way may take to finish after a stop. What it had stored stays; the next start catches up the rest."""

SWEEP_SECONDS = 5.0
"""How often the outbox is looked at when nobody woke it: retries fall due, other processes leave work behind."""


class Service:
    """Ties schedule, pipeline and outbox together. `run` returns when `stop` is set and everything is drained."""

    def __init__(
        self,
        *,
        store: Store,
        pipeline: Pipeline,
        outbox: Outbox,
        clock: Clock,
        sources: Mapping[str, tuple[AnySource, SourceSettings]],
    ) -> None:
        self._store, self._pipeline, self._outbox, self._clock = store, pipeline, outbox, clock
        self._sources = sources
        self._due: asyncio.Queue[str] = asyncio.Queue()
        self._waiting: set[str] = set()
        self._wake_sender = asyncio.Event()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises nothing that a source or a channel did."""
        schedule = Schedule(self._enqueue)
        now = self._clock.now()
        for key, (source, settings) in self._sources.items():
            state = await self._store.read(lambda connection, key=key: load_state(connection, key))  # type: ignore[misc]
            first = max(now, state.not_before or now)
            schedule.add(key, source.rhythm, settings.every, first=first)
        workers = [asyncio.create_task(self._work(), name=f"poll-{number}") for number in range(WORKERS)]
        sender = asyncio.create_task(self._send(), name="send")
        schedule.start()
        log.info("started", extra={"sources": len(self._sources)})
        await _first_of(stop, [*workers, sender])
        schedule.stop()
        await self._drain(workers, sender)
        log.info("stopped, nothing lost")

    async def _enqueue(self, key: str) -> None:
        if key not in self._waiting:
            self._waiting.add(key)
            self._due.put_nowait(key)

    async def _work(self) -> None:
        while True:
            key = await self._due.get()
            try:
                await self._poll(key)
            except StoreError as error:
                log.error("the store failed", extra={"what": str(error)})
                await asyncio.sleep(SWEEP_SECONDS)
            finally:
                self._waiting.discard(key)
                self._due.task_done()

    async def _poll(self, key: str) -> None:
        source, settings = self._sources[key]
        state = await self._store.read(lambda connection: load_state(connection, key))
        if _held_back(state, self._clock):
            return
        poll = await self._pipeline.poll(source, settings.options)
        if poll.alerts:
            self._wake_sender.set()
        log.info(
            "polled",
            extra={"source": key, "read": poll.read, "new": poll.new, "alerts": poll.alerts, "ok": poll.ok},
        )

    async def _send(self) -> None:
        """Drain the outbox whenever woken, and once more when stopping. Never cancelled, so a send is never cut in two."""
        while True:
            last = self._stopping
            try:
                await self._outbox.drain()
            except StoreError as error:
                log.error("the store failed", extra={"what": str(error)})
            if last:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake_sender.wait(), SWEEP_SECONDS)
            self._wake_sender.clear()

    async def _drain(self, workers: list[asyncio.Task[None]], sender: asyncio.Task[None]) -> None:
        try:
            await asyncio.wait_for(self._due.join(), DRAIN_SECONDS)
        except TimeoutError:
            log.warning(
                "a poll was cut short; the next start catches up", extra={"open": sorted(self._waiting)}
            )
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self._stopping = True
        self._wake_sender.set()
        await sender


def _held_back(state: SourceState, clock: Clock) -> bool:
    # The back-off ends where the schedule would next ask anyway: a second of slack keeps the two from missing each other.
    return state.not_before is not None and clock.now() + timedelta(seconds=1) < state.not_before


async def _first_of(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait until `stop` is set, or until a task that should never end has ended: then raise what ended it."""
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done - {stopping}:
        task.result()
