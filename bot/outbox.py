"""The outbox: takes posts that may go, hands them to their platforms, records what became of them. Nothing else retries."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.core.delivery import Outcome, Sent, State
from bot.core.platform import Traits
from bot.core.posting import Kind, Posting
from bot.errors import StoreError
from bot.store.alerts import count_with_senders
from bot.store.channels import Roster
from bot.store.laying import Coverage
from bot.store.recording import Record
from bot.store.turn import Brought, Look, Turn, take_turn
from bot.store.writer import Connection, Store

log = logging.getLogger("tradewire.outbox")

SEND_SECONDS = 10.0
"""How long a platform may take for one post. Shorter than the lease: nobody else sends it while its answer may still come."""

IN_FLIGHT = 64
"""How many sends run at once, over all channels; one channel never has more than one."""

PATIENCE_SECONDS = 2.0
"""How long a drain waits for a platform's limits to let the next post through before it leaves the rest for later."""

_COMPANY_SECONDS = 0.005
"""How long an answer waits for others, to be put on record together: a turn for one costs nearly as much as one for all."""

KEPT = timedelta(hours=1)
"""How long an answer is kept that could not be put on record because the store failed. After that its post is in doubt."""


class Platform(Protocol):
    """What posts are sent to. Sends and looks, and nothing else; translates its errors into a Sent and never raises."""

    @property
    def traits(self) -> Traits:
        """Return what the outbox must know of it."""
        ...

    async def send(self, posting: Posting) -> Sent:
        """Send one post, or change the message that it names, and say what became of it."""
        ...

    async def look(self, posting: Posting, since: datetime) -> Sent:
        """Look whether a post was sent since then: FOUND with its name, ABSENT, GIVE_UP where this can never be told."""
        ...


class CoverageOf(Protocol):
    """Tells how well the sources can be read."""

    def __call__(self, connection: Connection, now: datetime, /) -> Coverage:
        """Return how well the sources could be read at `now`."""
        ...


@dataclass(slots=True, kw_only=True)
class Drained:
    """What one drain of the outbox came to, in alerts. `elsewhere` are with another process, alive or dead.

    `notices` of incidents that were sent are counted for themselves, as are `briefs`. `channels` are the names of those that
    were told of alerts.
    """

    sent: int = 0
    notices: int = 0
    briefs: int = 0
    retry: int = 0
    dead: int = 0
    uncertain: int = 0
    elsewhere: int = 0
    channels: set[str] = field(default_factory=set, compare=False)

    def count(self, state: State, posting: Posting) -> None:
        """Count one post that ended this attempt in `state`."""
        alerts = len(posting.alerts)
        if posting.kind is Kind.NOTICE:
            self.notices += state is State.SENT
        else:
            self.sent += alerts if state is State.SENT else 0
            self.channels |= {posting.channel.name} if alerts and state is State.SENT else set()
        self.briefs += posting.kind is Kind.BRIEF and state is State.SENT
        self.retry += alerts if state is State.RETRY else 0
        self.dead += alerts if state is State.DEAD else 0
        self.uncertain += alerts if state is State.UNCERTAIN else 0


@dataclass(slots=True, kw_only=True)
class _Work:
    """What one drain has under way, and who hears of what was sent."""

    on_sent: Callable[[Posting], None]
    drained: Drained = field(default_factory=Drained)
    taken: deque[Posting] = field(default_factory=deque)
    sends: dict[asyncio.Task[Sent], Posting] = field(default_factory=dict)
    looks: dict[asyncio.Task[Sent], Posting] = field(default_factory=dict)


class Outbox:
    """Sends what is due on the platforms it was given. One drain at a time."""

    def __init__(
        self,
        *,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        coverage: CoverageOf,
        send_seconds: float = SEND_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._store, self._platforms, self._clock = store, platforms, clock
        self._traits = {name: platform.traits for name, platform in platforms.items()}
        self._coverage, self._send_seconds, self._patience = coverage, send_seconds, patience_seconds
        self._roster: Roster | None = None
        self._wake = asyncio.Event()
        self._answered: tuple[Record, ...] = ()
        self.due_at: datetime | None = None

    def wake(self) -> None:
        """Say that something new may be due."""
        self._wake.set()

    async def wait(self, seconds: float) -> None:
        """Wait until something may be due, at most so long."""
        if self.due_at is not None:
            left = (self.due_at - self._clock.now()).total_seconds()
            seconds = max(0.01, min(seconds, left))
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return

    async def drain(
        self,
        *,
        stop: asyncio.Event | None = None,
        on_turn: Callable[[], None] = lambda: None,
        on_sent: Callable[[Posting], None] = lambda _posting: None,
    ) -> Drained:
        """Send everything that may go now, channel by channel in order. Raises StoreError.

        Once `stop` is set nothing more is taken; what is under way may end. `on_turn` is called whenever it has come round,
        `on_sent` with each post once it is on record as sent.
        """
        self.due_at = None  # should the store fail, nothing is known to be due
        work = _Work(on_sent=on_sent)
        room = 0 if stop is not None and stop.is_set() else IN_FLIGHT
        brought = Brought(ended=self._answered, room=room, slots=room)
        try:
            while True:
                self._wake.clear()
                turn = await self._take_turn(work, brought)
                on_turn()
                stopping = stop is not None and stop.is_set()
                idle = not (work.sends or work.looks or work.taken)
                if idle and not self._is_worth_a_wait(turn, stopping=stopping):
                    break
                if not work.taken or len(work.sends) >= IN_FLIGHT:
                    await self._wait(work, turn, stop)
                brought = self._gather(work, stopping=stop is not None and stop.is_set())
        except StoreError:
            await self._keep_answers(work, brought)
            raise
        finally:
            await self._give_up(work)
        work.drained.elsewhere = await self._store.read(count_with_senders)
        return work.drained

    async def _take_turn(self, work: _Work, brought: Brought) -> Turn:
        turn: Turn = await self._store.write(
            lambda connection: take_turn(
                connection,
                brought,
                self._traits,
                self._roster,
                coverage=lambda connection: self._coverage(connection, self._clock.now()),
                now=self._clock.now(),
            )
        )
        self._roster, self.due_at, self._answered = turn.roster, turn.due_at, ()
        for each in (*brought.ended, *brought.looked):
            state = turn.states[each.posting.id]
            work.drained.count(state, each.posting)
            if state is State.SENT:
                work.on_sent(each.posting)
        for posting in turn.begun:
            work.sends[asyncio.create_task(self._send(posting))] = posting
        for look in turn.looks:
            work.looks[asyncio.create_task(self._look(look))] = look.posting
        work.taken.extend(turn.taken)
        return turn

    def _gather(self, work: _Work, *, stopping: bool) -> Brought:
        """Return what the next turn is to record and begin."""
        ended = tuple(
            Record(posting=work.sends[task], sent=task.result()) for task in work.sends if task.done()
        )
        looked = tuple(
            Record(posting=work.looks[task], sent=task.result()) for task in work.looks if task.done()
        )
        work.sends = {task: posting for task, posting in work.sends.items() if not task.done()}
        work.looks = {task: posting for task, posting in work.looks.items() if not task.done()}
        if stopping:
            returned = tuple(work.taken)
            work.taken.clear()
            return Brought(ended=ended, looked=looked, returned=returned)
        free = max(0, IN_FLIGHT - len(work.sends))
        begins = tuple(work.taken.popleft() for _ in range(min(free, len(work.taken))))
        now = self._clock.now()
        return Brought(
            ended=ended,
            looked=looked,
            begins=tuple(replace(posting, at=now) for posting in begins),
            room=max(0, IN_FLIGHT - len(work.taken)),
            slots=free - len(begins),
        )

    def _is_worth_a_wait(self, turn: Turn, *, stopping: bool) -> bool:
        """Tell whether what waits comes so soon that the drain goes on."""
        if stopping or turn.due_at is None:
            return False
        return (turn.due_at - self._clock.now()).total_seconds() <= self._patience

    async def _wait(self, work: _Work, turn: Turn, stop: asyncio.Event | None) -> None:
        """Wait until a send ends, something new comes in, or something falls due."""
        seconds = None
        if turn.due_at is not None:
            seconds = max(0.001, (turn.due_at - self._clock.now()).total_seconds())
        events = [self._wake, *([stop] if stop is not None and not stop.is_set() else [])]
        woken = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(
                [*work.sends, *work.looks, *woken], timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if any(task.done() for task in work.sends):
                await asyncio.wait(work.sends, timeout=_COMPANY_SECONDS)
        finally:
            for task in woken:
                task.cancel()

    async def _send(self, posting: Posting) -> Sent:
        try:
            async with asyncio.timeout(self._send_seconds):
                sent = await self._platforms[posting.channel.platform].send(posting)
        except TimeoutError:
            detail = f"no answer from its platform within {self._send_seconds:g} s"
            sent = Sent(outcome=Outcome.UNKNOWN, detail=detail)
        except (
            Exception
        ) as error:  # a defect of the platform's own: it may have sent, and must not stop the others
            log.exception("platform failed", extra={"post": posting.id, "channel": posting.channel.address})
            sent = Sent(outcome=Outcome.UNKNOWN, detail=f"its platform failed: {type(error).__name__}")
        if sent.outcome is not Outcome.SENT:
            why = {"post": posting.id, "outcome": sent.outcome.value, "why": sent.detail}
            log.warning("not sent", extra=why)
        return sent

    async def _look(self, look: Look) -> Sent:
        posting = look.posting
        try:
            async with asyncio.timeout(self._send_seconds):
                return await self._platforms[posting.channel.platform].look(posting, look.since)
        except TimeoutError:
            return Sent(outcome=Outcome.TRY_AGAIN, detail="no answer when looking")
        except Exception as error:  # a defect of the platform's own
            log.exception("looking failed", extra={"post": posting.id, "channel": posting.channel.address})
            return Sent(outcome=Outcome.TRY_AGAIN, detail=f"its platform failed: {type(error).__name__}")

    async def _keep_answers(self, work: _Work, brought: Brought) -> None:
        """Let what is under way be answered, and keep every answer for the next drain: no platform can know of our store."""
        if work.sends:
            await asyncio.wait(work.sends)
        answered = (*brought.ended, *self._gather(work, stopping=True).ended)
        now = self._clock.now()
        self._answered = tuple(each for each in answered if now - each.posting.at < KEPT)
        self.due_at = (
            None  # what was due is due at the next look, and not a hundred times a second until then
        )

    async def _give_up(self, work: _Work) -> None:
        """Leave nothing running behind: what is cut off here is in doubt after its lease."""
        left = [*work.sends, *work.looks]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
