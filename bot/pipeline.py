"""One poll of one source, from the first request to the stored decisions. Sends nothing; that is the outbox's work."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.batch import Batch, Writes
from bot.core.health import (
    SourceState,
    as_of,
    is_expected,
    next_poll_at,
    remembered,
)
from bot.core.matching import Matcher
from bot.core.own_queries import watched
from bot.core.topic_value import Topic
from bot.core.watch_list import NOBODY, WatchList, raises_of
from bot.errors import StoreError
from bot.full_texts import Chunk, FullTexts
from bot.page_intake import Brought, Rules, take_chunk
from bot.poll_end import Polled, end_poll
from bot.store import health
from bot.store.channels import Roster, load_roster
from bot.store.rulebook import print_of_rules
from bot.store.writer import Connection, Store
from watchers.errors import RateLimited, ReaderFailed, SourceError
from watchers.source import AnySource, Page, Plan, Problem, Request, Validators
from watchers.watch import Fetch, Reading, watch

log = logging.getLogger("tradewire.pipeline")

OnPage = Callable[[AnySource, int], None]
"""Called after each page with the source and the number of items read so far in this poll."""


def nobody(*_report: object) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll of one source came to. `learned`: this was (part of) its first read, so nothing alerts.

    `next_at` is when a service asks again. `noticed`: there is something to say to the ops channel.
    """

    source: AnySource
    state: SourceState
    next_at: datetime
    read: int = 0
    new: int = 0
    changed: int = 0
    alerts: int = 0
    learned: bool = False
    noticed: bool = False
    took: timedelta = field(default_factory=timedelta)
    problems: tuple[Problem, ...] = ()
    error: SourceError | None = None

    @property
    def is_refused_as_expected(self) -> bool:
        """Tell whether the source is one that is always refused, and was."""
        return self.error is not None and is_expected(
            self.error.kind, expects_refusal=self.source.expects_refusal
        )

    @property
    def ok(self) -> bool:
        """Tell whether everything that the source showed was read, or was refused as it always is."""
        return self.is_refused_as_expected or (self.error is None and not self.problems)


def _asked_to_wait(state: SourceState, now: datetime) -> RateLimited | None:
    """Return why a host that named a time is not asked before it, by hand or by schedule; None where it may be asked."""
    if state.error_kind != RateLimited.kind or state.not_before is None or state.not_before <= now:
        return None
    left = state.not_before - now
    return RateLimited(
        f"it asked us to come back later, {left.total_seconds():,.0f} s from now", retry_after=left
    )


_NOT_MODIFIED = 304


class _Witness:
    """Fetches for one poll, and keeps each page that came back until what was read from it is sealed."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.pages: list[Page] = []

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        page = await self._fetch.fetch(request, max_bytes=max_bytes, validators=validators)
        if page.status != _NOT_MODIFIED:
            self.pages.append(page)
        return page


@dataclass(slots=True, kw_only=True)
class _Tally:
    """Counts while pages come in, and what the source wants to know next time.

    `again` and `sealed` are of this page, as `take_chunk` has them.
    """

    memory: dict[str, str] = field(default_factory=dict)
    read: int = 0
    new: int = 0
    changed: int = 0
    alerts: int = 0
    problems: list[Problem] = field(default_factory=list)
    again: bool = False
    sealed: tuple[int, ...] = ()
    witness: _Witness

    def add(self, writes: Writes) -> None:
        self.new += sum(1 for each in writes.revisions if each.revision == 1)
        self.changed += sum(1 for each in writes.revisions if each.revision > 1)
        self.alerts += len(writes.alerts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Given:
    """What the operator asks for."""

    topics: tuple[Topic, ...]
    watch_list: WatchList


@dataclass(frozen=True, slots=True, kw_only=True)
class _InForce:
    """The channels and the rules by which a transaction decided, and what they were made of."""

    roster: Roster
    rules: Rules
    given: _Given


class Pipeline:
    """Polls sources. Everything lasting is in the store, the channels and what they asked for with it.

    `sources` are all that are watched, by key; `watch_list` raises what names its parties, in any topic.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetch: Fetch,
        clock: Clock,
        topics: tuple[Topic, ...],
        watch_list: WatchList = NOBODY,
        sources: Mapping[str, AnySource] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._fetch, self._clock, self._chance = store, fetch, clock, chance
        self._sources = sources or {}
        self._given = _Given(topics=topics, watch_list=watch_list)
        self._in_force: _InForce | None = None
        self._turns: dict[str, asyncio.Lock] = {}

    def use(self, topics: tuple[Topic, ...], watch_list: WatchList) -> None:
        """Decide by other topics from the next transaction on."""
        self._given = _Given(topics=topics, watch_list=watch_list)

    async def poll(
        self,
        source: AnySource,
        options: object,
        *,
        every: timedelta | None = None,
        on_page: OnPage = nobody,
    ) -> Poll:
        """Poll `source` and store all it showed. A source that fails is a Poll with `error`; only StoreError is raised.

        `every` is the operator's own interval, where there is one. Two polls of one source never run at once.
        """
        async with self._turns.setdefault(source.key, asyncio.Lock()):
            return await self._poll(source, options, every=every, on_page=on_page)

    async def _poll(
        self, source: AnySource, options: object, *, every: timedelta | None, on_page: OnPage
    ) -> Poll:
        started_at = self._clock.now()
        state, validators = await self._store.read(
            lambda connection: (
                health.load_state(connection, source.key),
                health.load_validators(connection, source),
            )
        )
        state = as_of(state, started_at)
        if (waiting := _asked_to_wait(state, started_at)) is not None:
            next_at = next_poll_at(source.rhythm, every, state, started_at)
            return Poll(source=source, state=state, next_at=next_at, learned=state.learning, error=waiting)
        plan = Plan(now=started_at, complete_at=state.complete_at, options=options, memory=remembered(state))
        tally = _Tally(witness=_Witness(self._fetch))
        error = await self._read(source, plan, state, validators, tally, on_page)
        return await self._end(source, state, tally, error, every=every, started_at=started_at)

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
            async with aclosing(watch(source, plan, tally.witness, validators)) as readings:
                async for reading in readings:
                    tally.problems += reading.found.problems
                    tally.again, tally.sealed = False, ()
                    await self._take_page(source, plan, state, reading, tally)
                    tally.memory |= reading.found.memory
                    on_page(source, tally.read)
            tally.sealed = ()
            async for chunk in self._full_texts(tally).again(source, plan):
                await self._store_chunk(source, state, chunk, tally)
        except SourceError as error:
            log.warning("source failed", extra={"source": source.key, "kind": error.kind, "what": error.what})
            if isinstance(error, ReaderFailed):
                log.error("reader failed", extra={"source": source.key}, exc_info=error.__cause__)
            return error
        except StoreError:
            raise
        except Exception as defect:  # it blinds one source, like any other failure; the others go on
            log.exception("a defect ended a poll", extra={"source": source.key})
            return ReaderFailed(f"a defect ended the poll: {type(defect).__name__}")
        return None

    def _full_texts(self, tally: _Tally) -> FullTexts:
        return FullTexts(store=self._store, fetch=tally.witness, clock=self._clock)

    async def _take_page(
        self, source: AnySource, plan: Plan[object], state: SourceState, reading: Reading, tally: _Tally
    ) -> None:
        if reading.unchanged:
            return  # nothing on it that is not stored: no work, and no transaction
        tally.read += len(reading.found.items)
        async for chunk in self._full_texts(tally).chunks(source, plan, state, reading.found.items):
            await self._store_chunk(source, state, chunk, tally, reading)

    async def _store_chunk(
        self,
        source: AnySource,
        state: SourceState,
        chunk: Chunk,
        tally: _Tally,
        reading: Reading | None = None,
    ) -> None:
        tally.problems += chunk.problems
        brought = Brought(
            source=source,
            batch=self._batch(source, state, chunk),
            chunk=chunk,
            page=reading if chunk.last else None,
            memory=tally.memory,
            again=tally.again,
            read=tuple(tally.witness.pages),
            sealed=tally.sealed,
        )

        def take(connection: Connection) -> tuple[Writes, bool, tuple[int, ...], _InForce]:
            in_force = self._now_in_force(connection)
            return *take_chunk(connection, brought, in_force.rules, in_force.roster), in_force

        # What is kept of the store is kept only once it is stored for good.
        writes, tally.again, tally.sealed, self._in_force = await self._store.write(take)
        if writes.revisions:
            tally.witness.pages.clear()
        tally.add(writes)

    def _now_in_force(self, connection: Connection) -> _InForce:
        """Return the channels and the rules as of this transaction: those of before, where nothing has changed."""
        given, before = self._given, self._in_force
        roster = load_roster(connection, before.roster if before else None)
        if before is not None and roster is before.roster and given is before.given:
            return before
        found = watched(given.topics, roster.channels)
        for each in found.unreadable:
            why = {"channel": each.channel, "query": each.query, "why": each.problem}
            log.error("the words of a subscription cannot be read", extra=why)
        matcher = Matcher(found.topics, raises_of(given.watch_list))
        rules = Rules(matcher=matcher, printed=print_of_rules(matcher))
        return _InForce(roster=roster, rules=rules, given=given)

    def _batch(self, source: AnySource, state: SourceState, chunk: Chunk) -> Batch:
        return Batch(
            source=source.key,
            items=chunk.items,
            seen_at=self._clock.now(),
            learning=chunk.learning,
            complete_at=state.complete_at,
            fresh_for=source.fresh_for,
            zone=source.rhythm.zone,
        )

    async def _end(
        self,
        source: AnySource,
        before: SourceState,
        tally: _Tally,
        error: SourceError | None,
        *,
        every: timedelta | None,
        started_at: datetime,
    ) -> Poll:
        polled = Polled(
            source=source,
            started_at=started_at,
            now=self._clock.now(),
            every=every,
            chance=self._chance(),
            memory=tally.memory,
            problems=tally.problems,
            new=tally.new,
            alerts=tally.alerts,
            error=error,
        )
        state, next_at, noticed = await self._store.write(
            lambda connection: end_poll(connection, polled, sources=self._sources)
        )
        return Poll(
            source=source,
            state=state,
            next_at=next_at,
            read=tally.read,
            new=tally.new,
            changed=tally.changed,
            alerts=tally.alerts,
            learned=before.learning,
            noticed=noticed,
            took=polled.now - started_at,
            problems=tuple(tally.problems),
            error=error,
        )
