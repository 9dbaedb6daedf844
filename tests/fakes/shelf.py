"""A platform in memory, and an outbox that sends to it."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.core.alert import Alert
from bot.core.delivery import CANNOT_LOOK, Outcome, Sent
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.outbox import Outbox
from bot.store import schema
from bot.store.writer import Store
from tests.fakes.ledger import CONSOLE, SEEN_WELL, item, rows, store_items

MakeOutbox = Callable[..., Outbox]

SENT = Sent(outcome=Outcome.SENT)
TRY_AGAIN = Sent(outcome=Outcome.TRY_AGAIN, detail="busy")
GIVE_UP = Sent(outcome=Outcome.GIVE_UP, detail="the chat is gone")


class Shelf:
    """A platform that keeps what it is given, and answers in turn as it was told, `SENT` when that is used up."""

    def __init__(self, *answers: Sent | Exception, looked: Sent = CANNOT_LOOK, **traits: Any) -> None:
        self._answers, self._looked = list(answers), looked
        self.traits = Traits(**traits)
        self.postings: list[Posting] = []
        self.looks: list[tuple[int, datetime]] = []

    @property
    def keys(self) -> list[str]:
        return [each.told.key for each in self.postings if isinstance(each.told, Alert)]

    @property
    def repeats(self) -> list[bool]:
        return [each.repeat for each in self.postings]

    async def send(self, posting: Posting) -> Sent:
        self.postings.append(posting)
        answer = self._answers.pop(0) if self._answers else SENT
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def look(self, posting: Posting, since: datetime) -> Sent:
        self.looks.append((posting.attempt, since))
        return self._looked


class Hanging(Shelf):
    """A platform that never answers."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.began = asyncio.Event()

    async def send(self, posting: Posting) -> Sent:
        self.began.set()
        await asyncio.Event().wait()
        raise AssertionError(posting)


def outbox(store: Store, clock: Clock, *, platforms: dict[str, Any], **changes: Any) -> Outbox:
    """Return an outbox that sends on these platforms, and waits for none of their limits unless told to."""
    facts = {"coverage": lambda *_: SEEN_WELL, "patience_seconds": 0} | changes
    return Outbox(store=store, platforms=platforms, clock=clock, **facts)


def put(store: Store, numbers: Iterable[int], *channels: str) -> None:
    """Have alerts for these documents decided, one document after the other."""
    for number in numbers:
        store_items(store.database, item(number), channels=channels or (CONSOLE,))


def outcomes(store: Store) -> list[tuple[int, str]]:
    """(attempt, outcome) of every delivery, by post and attempt."""
    table = schema.delivery
    found = rows(store.database, select(table).order_by(table.c.post, table.c.attempt))
    return [(row["attempt"], row["outcome"]) for row in found]


def states(store: Store) -> list[str]:
    return [row["state"] for row in rows(store.database, select(schema.post).order_by(schema.post.c.id))]
