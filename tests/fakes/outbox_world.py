"""A small world for the outbox: platforms that answer at random and keep what arrived, processes that die, a clock that jumps."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.core.channel import Burst, Subscription
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent, Trouble
from bot.core.match import Severity
from bot.core.pace import Limit, Limits
from bot.core.platform import Platforms, Traits
from bot.core.posting import Posting
from bot.core.timing import INSTANT, timing_of
from bot.store import schema
from bot.store.database import Database
from bot.store.recording import Record
from bot.store.turn import Look
from tests.fakes.ledger import NOON, channel, decide, rows, save, turn

SECOND = timedelta(seconds=1)
PLATFORMS: Platforms = {
    "console": Traits(),
    "slack": Traits(
        looks=True,
        threads=True,
        edits=True,
        details=True,
        limits=Limits(overall=Limit(interval=timedelta(milliseconds=300), advance=3)),
    ),
    "telegram": Traits(threads=True, edits=True, limits=Limits(group=Limit(interval=3 * SECOND, advance=2))),
    "webhook": Traits(repeatable=True),
}
CHANNELS = ("console", "slack:C01", "slack:C02", "telegram:-1/1", "telegram:-1/2", "webhook:a")
DAILY = timing_of("daily 08:30")


@dataclass(kw_only=True)
class Process:
    """A sender: what it took, what it is sending with the answer to come (None: it hangs), what it looks for."""

    taken: list[Posting] = field(default_factory=list)
    sends: list[tuple[Posting, Sent | None]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)


@dataclass(kw_only=True)
class World:
    """Everything outside of the store. `calm`: everything goes well from now on."""

    database: Database
    chance: random.Random
    now: datetime = NOON
    calm: bool = False
    arrived: list[Posting] = field(default_factory=list)
    processes: list[Process] = field(default_factory=lambda: [Process(), Process()])
    decided: Counter[str] = field(default_factory=Counter)

    def set_up(self) -> None:
        """Store the channels, of which one asked for a brief as well."""
        briefed = (Subscription(), Subscription(what="minerals", timing=DAILY))
        for address in CHANNELS:
            asked = briefed if address == "slack:C02" else (Subscription(),)
            save(self.database, channel(address, burst=Burst(alerts=3, minutes=1), subscriptions=asked))

    def step(self) -> None:
        """Let something happen."""
        what = self.chance.choices(
            (self.decide, self.turn, self.wait, self.die, self.jump), weights=(30, 60, 12, 3, 1)
        )[0]
        what()
        self.check()

    def decide(self) -> None:
        """Decide on an alert, often of a story that is told already."""
        address = self.chance.choice(CHANNELS)
        story = f"story-{self.chance.randrange(6)}"
        self.decided[story, address] += 1  # type: ignore[index]
        timing = DAILY if address == "slack:C02" and self.chance.random() < 0.3 else INSTANT
        decide(
            self.database,
            f"{story}-{self.chance.randrange(10**6)}",
            to=address,
            at=self.now,
            story=story,
            revision=self.decided[story, address],  # type: ignore[index]
            severity=self.chance.choice((Severity.NOTICE, Severity.NOTICE, Severity.URGENT)),
            timing=timing,
        )

    def turn(self) -> None:
        """Let one process take a turn."""
        mine = self.chance.choice(self.processes)
        ended = [each for each in mine.sends if each[1] is not None and self._happens(0.8)]
        begins = [each for each in mine.taken if self._happens(0.8)]
        returned = [each for each in mine.taken if each not in begins and self._happens(0.3)]
        looked = [each for each in mine.looks if self._happens(0.8)]
        found = turn(
            self.database,
            now=self.now,
            platforms=PLATFORMS,
            ended=tuple(Record(posting=posting, sent=sent) for posting, sent in ended if sent is not None),
            looked=tuple(Record(posting=each.posting, sent=self._look(each.posting)) for each in looked),
            begins=tuple(begins),
            returned=tuple(returned),
            room=9 if self.calm else self.chance.choice((0, 1, 2, 9)),
        )
        gone = {id(each) for each in (*begins, *returned)}
        mine.taken = [each for each in mine.taken if id(each) not in gone] + list(found.taken)
        mine.sends = [each for each in mine.sends if each not in ended]
        mine.sends += [(posting, self._send(posting)) for posting in found.begun]
        mine.looks = [each for each in mine.looks if each not in looked] + list(found.looks)

    def wait(self) -> None:
        """Let time pass: mostly seconds, now and then a night."""
        self.now += self.chance.choice((SECOND, 4 * SECOND, 20 * SECOND, 70 * SECOND, timedelta(hours=9)))

    def die(self) -> None:
        """Let a process end without a word, and another begin."""
        self.processes[self.chance.randrange(len(self.processes))] = Process()

    def jump(self) -> None:
        """Let the clock be days ahead for a while, in which turns are taken, and right again."""
        right = self.now
        self.now += self.chance.choice((timedelta(minutes=20), timedelta(days=3), timedelta(days=400)))
        for _ in range(4):
            self.turn()
            self.check()
        self.now = right

    def settle(self) -> None:
        """Let everything go well, and time pass, until nothing is left to do."""
        self.calm = True
        self.processes = [Process()]
        for _ in range(400):
            before = len(self.arrived), self._open()
            for _ in range(3):
                self.turn()
                self.check()
            if (len(self.arrived), self._open()) == before:
                if not self._open() and self.chance.random() < 0.2:
                    return
                self.now += timedelta(hours=7)
            self.now += 2 * SECOND

    def check(self) -> None:
        """Hold what holds at every moment: a channel has one post at a time on its way."""
        post = schema.post
        way = (
            select(post.c.channel, func.count().label("posts"))
            .where(post.c.state.in_(["claimed", "sending"]))
            .group_by(post.c.channel)
        )
        assert [row for row in rows(self.database, way) if row["posts"] > 1] == []

    def _open(self) -> int:
        open_posts = select(schema.post.c.id).where(schema.post.c.open == 1)
        waiting = select(schema.alert.c.id).where(schema.alert.c.state == "waiting")
        return len(rows(self.database, open_posts)) + len(rows(self.database, waiting))

    def _happens(self, probability: float) -> bool:
        return self.calm or self.chance.random() < probability

    def _send(self, posting: Posting) -> Sent | None:
        """Answer a send; whether it arrived is another matter."""
        done = Sent(outcome=Outcome.SENT, platform_ref=f"m{posting.id}.{posting.attempt}")
        if self.calm or self.chance.random() < 0.6:
            self.arrived.append(posting)
            return done
        answer, arrives = self.chance.choice(tuple(_troubles()))
        if arrives:
            self.arrived.append(posting)
        return answer

    def _look(self, posting: Posting) -> Sent:
        """Answer a look: truly, or not at all."""
        if not self.calm and self.chance.random() < 0.3:
            return self.chance.choice((CANNOT_LOOK, Sent(outcome=Outcome.TRY_AGAIN)))
        there = [each for each in self.arrived if each.id == posting.id]
        if not there:
            return Sent(outcome=Outcome.ABSENT)
        return Sent(outcome=Outcome.FOUND, platform_ref=f"m{posting.id}.{there[-1].attempt}")


def _troubles() -> Iterator[tuple[Sent | None, bool]]:
    """Yield what may go wrong with a send, and whether it arrives all the same."""

    def sent(outcome: Outcome, **facts: Any) -> Sent:
        return Sent(outcome=outcome, **facts)

    yield sent(Outcome.TRY_AGAIN), False
    yield sent(Outcome.TRY_AGAIN, retry_after=timedelta(minutes=2)), False
    yield sent(Outcome.TRY_AGAIN, trouble=Trouble.THREAD), False
    yield sent(Outcome.GIVE_UP, trouble=Trouble.CREDENTIAL), False
    yield sent(Outcome.UNCLEAR), False
    yield sent(Outcome.GIVE_UP, detail="too long"), False
    for arrives in (False, True):
        yield sent(Outcome.UNKNOWN), arrives
        yield None, arrives
