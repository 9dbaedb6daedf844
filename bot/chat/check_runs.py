"""Checks by hand: one at a time, shared by whoever asks meanwhile, told while it goes on and when it is over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Protocol

from bot.chat import answers_reading
from bot.chat.answer import Answer
from bot.chat.answers_reading import Progress
from bot.chat.here import Here
from bot.chat.tokens import folded
from bot.chat.voice import Voice
from bot.clock import Clock

log = logging.getLogger("tradewire.chat")

TELL_EVERY = timedelta(seconds=3)
FRESH_FOR = timedelta(seconds=60)
"""As long as the result of a check is given again instead of asking every site anew."""

_MOST_NAMED = 3
_SLOW_AFTER = timedelta(seconds=10)

OnUpdate = Callable[[Answer], Awaitable[None]]
"""Called with each later text of an answer; the listener edits its message."""


class PolledSource(Protocol):
    """The source of a poll."""

    @property
    def key(self) -> str:
        """Its key."""


class Failure(Protocol):
    """Why a source could not be read, in one line without secrets."""

    @property
    def what(self) -> str:
        """Why."""


class Polled(Protocol):
    """What one poll of one source came to."""

    @property
    def source(self) -> PolledSource:
        """The source."""

    @property
    def new(self) -> int:
        """How many items were never seen before."""

    @property
    def alerts(self) -> int:
        """How many alerts it made, in all channels."""

    @property
    def ok(self) -> bool:
        """Whether everything was read, or refused as it always is."""

    @property
    def error(self) -> Failure | None:
        """Why it could not be read."""


class Checker(Protocol):
    """Reads sources now. `on_poll` is told of each as it ends."""

    async def check(self, keys: Sequence[str], *, on_poll: Callable[[Polled], None]) -> object:
        """Read these sources. Raises StoreError."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """A check under way, and who hears of it."""

    by: str
    began: datetime
    keys: frozenset[str]
    waiting: dict[str, str]
    count: int
    told_at: datetime
    hearing: list[tuple[Voice, OnUpdate]] = field(default_factory=list)
    new: int = 0
    alerts: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    telling: asyncio.Task[None] | None = None

    def progress(self, now: datetime) -> Progress:
        took = now - self.began
        slow = tuple((title, took) for title in self.waiting.values()) if took >= _SLOW_AFTER else ()
        return Progress(
            count=self.count,
            done=self.count - len(self.waiting),
            new=self.new,
            alerts=self.alerts,
            took=took,
            slow=slow,
            failed=tuple(self.failed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """The last check that came to its end."""

    keys: frozenset[str]
    at: datetime
    progress: Progress


class CheckRuns:
    """Starts a check where none is under way. `sources` are the titles of those that are watched, by key."""

    def __init__(self, *, checker: Checker, sources: Mapping[str, str], clock: Clock) -> None:
        self._checker = checker
        self._sources = sources
        self._clock = clock
        self._run: _Run | None = None
        self._last: _Ended | None = None
        self._task: asyncio.Task[None] | None = None

    def ask(self, words: Sequence[str], here: Here, on_update: OnUpdate | None) -> Answer:
        """Start a check of the sources that the words name, or join the one under way. Answers at once."""
        hearing = [(here.voice, on_update)] if on_update is not None else []
        keys: list[str] = []
        for word in words:
            named = self._named(word)
            if not named:
                near = get_close_matches(folded(word), self._sources, n=3, cutoff=0.5)
                return answers_reading.no_source(here.voice, word, near)
            keys += [key for key in named if key not in keys]
        titles = {key: self._sources[key] for key in keys or self._sources}
        if self._run is not None:
            return self._join(self._run, titles, here, hearing)
        last = self._last
        if last is not None and here.now - last.at < FRESH_FOR and last.keys >= titles.keys():
            return answers_reading.check_recent(here.voice, last.progress, here.now - last.at)
        self._run = _Run(
            by=here.asked.by,
            began=here.now,
            keys=frozenset(titles),
            waiting=dict(titles),
            count=len(titles),
            told_at=here.now,
            hearing=hearing,
        )
        self._task = asyncio.create_task(self._carry_out(self._run, tuple(titles)))
        return answers_reading.check_started(here.voice, len(titles))

    def _join(
        self, run: _Run, titles: Mapping[str, str], here: Here, hearing: Sequence[tuple[Voice, OnUpdate]]
    ) -> Answer:
        """Share the check under way, unless it leaves out what is asked for."""
        by, ago = run.by, here.now - run.began
        left_out = [title for key, title in titles.items() if key not in run.keys]
        if left_out:
            named = left_out if len(left_out) <= _MOST_NAMED else [*left_out[:_MOST_NAMED], "…"]
            return answers_reading.check_other(here.voice, by=by, ago=ago, sources=named)
        run.hearing += hearing
        return answers_reading.check_joined(here.voice, by=by, ago=ago)

    async def finish(self) -> None:
        """Wait for the check under way, if any."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Stop the check under way, if any."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _named(self, word: str) -> list[str]:
        """Return the sources with this key; else all with a word in key or title that begins so."""
        wanted = folded(word)
        if wanted in self._sources:
            return [wanted]
        names = {key: f" {key} {folded(title)}".replace("-", " ") for key, title in self._sources.items()}
        begins = f" {wanted.replace('-', ' ')}"
        return [key for key, name in names.items() if begins in name] if wanted else []

    async def _carry_out(self, run: _Run, keys: tuple[str, ...]) -> None:
        def on_poll(poll: Polled) -> None:
            title = run.waiting.pop(poll.source.key, poll.source.key)
            run.new += poll.new
            run.alerts += poll.alerts
            if not poll.ok:
                run.failed.append((title, poll.error.what if poll.error else "read in part"))
            now = self._clock.now()
            if (
                now - run.told_at >= TELL_EVERY
                and run.waiting
                and (run.telling is None or run.telling.done())
            ):
                run.told_at = now
                run.telling = asyncio.create_task(self._tell(run, run.progress(now)))

        over = False
        try:
            await self._checker.check(keys, on_poll=on_poll)
            over = True
        except Exception:
            log.exception("a check by hand ended before its time")
        finally:
            self._run = None
            if run.telling is not None:
                await asyncio.wait([run.telling])
        now = self._clock.now()
        if over:
            self._last = _Ended(keys=frozenset(keys), at=now, progress=run.progress(now))
        await self._tell(run, run.progress(now) if over else None, over=True)

    async def _tell(self, run: _Run, progress: Progress | None, *, over: bool = False) -> None:
        """Tell everybody who hears of the run how far it is. None: it was stopped."""
        for voice, on_update in tuple(run.hearing):
            if progress is None:
                answer = answers_reading.check_stopped(voice)
            elif over:
                answer = answers_reading.check_done(voice, progress)
            else:
                answer = answers_reading.check_progress(voice, progress)
            try:
                await on_update(answer)
            except Exception:
                log.exception("the result of a check could not be shown")
