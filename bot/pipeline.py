"""One poll of one source, from the first request to the stored decisions. Sends nothing; that is the outbox's work."""

import logging
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.health import SourceState, after_failure, after_success
from bot.core.intake import Batch, Writes, take_in
from bot.core.routing import Subscription
from bot.core.topic import Topic
from bot.store import health
from bot.store.intake import apply, load_known
from bot.store.writer import Connection, Store
from watchers.errors import RateLimited, ReaderFailed, SourceError
from watchers.source import AnySource, Plan, Problem, Validators
from watchers.watch import Fetch, Reading, watch

log = logging.getLogger("tradewire.pipeline")

OnPage = Callable[[AnySource, int], None]
"""Called after each page with the source and the number of items read so far in this poll."""


def nobody(*_report: object) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll of one source came to. `learned`: this was (part of) its first read, so nothing alerts."""

    source: AnySource
    state: SourceState
    read: int = 0
    new: int = 0
    changed: int = 0
    alerts: int = 0
    learned: bool = False
    took: timedelta = field(default_factory=timedelta)
    problems: tuple[Problem, ...] = ()
    error: SourceError | None = None

    @property
    def ok(self) -> bool:
        """Tell whether everything that the source showed was read."""
        return self.error is None and not self.problems


def _asked_to_wait(state: SourceState, now: datetime) -> RateLimited | None:
    """Return why a host that named a time is not asked before it, by hand or by schedule; None where it may be asked."""
    if state.error_kind != RateLimited.kind or state.not_before is None or state.not_before <= now:
        return None
    left = state.not_before - now
    return RateLimited(
        f"it asked us to come back later, {left.total_seconds():,.0f} s from now", retry_after=left
    )


class _Tally:
    """Counts while pages come in."""

    def __init__(self) -> None:
        self.read = self.new = self.changed = self.alerts = 0
        self.problems: list[Problem] = []

    def add(self, reading: Reading, writes: Writes) -> None:
        self.read += len(reading.found.items)
        self.new += sum(1 for each in writes.revisions if each.revision == 1)
        self.changed += sum(1 for each in writes.revisions if each.revision > 1)
        self.alerts += len(writes.alerts)
        self.problems += reading.found.problems


class Pipeline:
    """Polls sources. Holds no state of its own: everything lasting is in the store."""

    def __init__(
        self,
        *,
        store: Store,
        fetch: Fetch,
        clock: Clock,
        topics: tuple[Topic, ...],
        subscriptions: tuple[Subscription, ...],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._fetch, self._clock, self._chance = store, fetch, clock, chance
        self._topics, self._subscriptions = topics, subscriptions

    async def poll(self, source: AnySource, options: object, *, on_page: OnPage = nobody) -> Poll:
        """Poll `source` and store all it showed. A source that fails is a Poll with `error`; only StoreError is raised."""
        started_at = self._clock.now()
        state, validators = await self._store.read(
            lambda connection: (
                health.load_state(connection, source.key),
                health.load_validators(connection, source),
            )
        )
        if (waiting := _asked_to_wait(state, started_at)) is not None:
            return Poll(source=source, state=state, learned=state.learning, error=waiting)
        plan = Plan(now=started_at, complete_at=state.complete_at, options=options)
        tally = _Tally()
        error = await self._read(source, plan, state, validators, tally, on_page)
        now = self._clock.now()
        after = self._judge(state, error, started_at=started_at, new=tally.new > 0, now=now)
        await self._store.write(lambda connection: health.save_state(connection, after))
        return Poll(
            source=source,
            state=after,
            read=tally.read,
            new=tally.new,
            changed=tally.changed,
            alerts=tally.alerts,
            learned=state.learning,
            took=now - started_at,
            problems=tuple(tally.problems),
            error=error,
        )

    async def _read(
        self,
        source: AnySource,
        plan: Plan[object],
        state: SourceState,
        validators: Mapping[str, Validators],
        tally: _Tally,
        on_page: OnPage,
    ) -> SourceError | None:
        """Read page after page, storing each before the next is asked for; return what ended the read early, if anything."""
        try:
            async with aclosing(watch(source, plan, self._fetch, validators)) as readings:
                async for reading in readings:
                    batch = self._batch(source, state, reading)
                    writes = await self._store.write(
                        lambda connection, b=batch, r=reading: self._take_in(connection, source, b, r)  # type: ignore[misc]
                    )
                    tally.add(reading, writes)
                    on_page(source, tally.read)
        except SourceError as error:
            log.warning("source failed", extra={"source": source.key, "kind": error.kind, "what": error.what})
            if isinstance(error, ReaderFailed):
                log.error("reader failed", extra={"source": source.key}, exc_info=error.__cause__)
            return error
        return None

    def _batch(self, source: AnySource, state: SourceState, reading: Reading) -> Batch:
        return Batch(
            source=source.key,
            items=reading.found.items,
            seen_at=self._clock.now(),
            learning=state.learning,
            complete_at=state.complete_at,
            fresh_for=source.fresh_for,
            zone=source.rhythm.zone,
        )

    def _take_in(self, connection: Connection, source: AnySource, batch: Batch, reading: Reading) -> Writes:
        writes = take_in(batch, load_known(connection, batch), self._topics, self._subscriptions)
        apply(connection, batch, writes)
        if reading.page.request.conditional and not reading.unchanged:
            health.save_validators(connection, source, reading.page)
        return writes

    def _judge(
        self, state: SourceState, error: SourceError | None, *, started_at: datetime, new: bool, now: datetime
    ) -> SourceState:
        if error is None:
            return after_success(state, started_at=started_at, new=new, now=now)
        return after_failure(
            state,
            kind=error.kind,
            what=error.what,
            retry_after=error.retry_after if isinstance(error, RateLimited) else None,
            new=new,
            now=now,
            chance=self._chance(),
        )
