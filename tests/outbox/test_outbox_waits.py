"""The outbox looks for what it may have sent, waits for what is due and no longer, and stops when it is told to."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.core.delivery import Outcome, Sent
from bot.core.pace import Limit, Limits
from bot.core.posting import Posting
from bot.outbox import Drained
from bot.store import schema
from bot.store.laying import MOST_AT_ONCE, Coverage
from bot.store.writer import Connection, Store
from tests.fakes.ledger import (
    CONSOLE,
    NOON,
    SEEN_WELL,
    SLACK,
    channel,
    item,
    rows,
    save,
    store_items,
)
from tests.fakes.shelf import SENT, TRY_AGAIN, Hanging, MakeOutbox, Shelf, outbox, outcomes, put, states
from tests.fakes.virtual_time import VirtualTime

# -- doubts that can be looked up


async def test_what_may_have_been_sent_is_looked_for_and_not_sent_twice(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1, 2])
    found = Sent(outcome=Outcome.FOUND, platform_ref="m1")
    shelf = Shelf(OSError("cut off"), looked=found, looks=True)
    box = outbox_to(console=shelf)
    assert (await box.drain()).uncertain == 1
    assert box.due_at == NOON + timedelta(seconds=10)
    await time.sleep(10.0)
    assert await box.drain() == Drained(sent=2)
    assert (shelf.keys, shelf.looks) == (["doc-1", "doc-2"], [(1, NOON)])
    assert outcomes(store) == [(1, "found"), (1, "sent")]


async def test_a_look_that_hangs_or_fails_is_made_again(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime, logged: list[logging.LogRecord]
) -> None:
    class Blind(Shelf):
        async def look(self, posting: Posting, since: datetime) -> Sent:
            await super().look(posting, since)
            if len(self.looks) == 1:
                raise ZeroDivisionError
            return self._looked if len(self.looks) == 3 else await asyncio.Event().wait()

    put(store, [1])
    shelf = Blind(OSError("cut off"), looked=Sent(outcome=Outcome.ABSENT), looks=True)
    box = outbox(
        store,
        time,
        platforms={CONSOLE: shelf},
        coverage=lambda *_: SEEN_WELL,
        send_seconds=0.05,
        patience_seconds=0,
    )
    for _ in range(4):
        await box.drain()
        await time.sleep(30.0)
    assert (len(shelf.looks), shelf.repeats) == (3, [False, False])
    assert [each.getMessage() for each in logged if each.levelno == logging.ERROR] == [
        "platform failed",
        "looking failed",
    ]
    assert states(store) == ["sent"]


# -- waiting and stopping


async def test_limits_are_waited_for_within_one_drain_and_kept(store: Store) -> None:
    """On the real clock: thirty posts, fifty a second."""
    put(store, range(30))
    limit = Limit(interval=timedelta(milliseconds=20), advance=5)
    shelf = Shelf(limits=Limits(overall=limit))
    box = outbox(
        store,
        SystemClock(),
        platforms={CONSOLE: shelf},
        patience_seconds=60,
    )
    assert await box.drain() == Drained(sent=30)
    assert shelf.keys == [f"doc-{number}" for number in range(30)]


async def test_a_drain_does_not_spin_while_a_send_is_slow(store: Store, time: VirtualTime) -> None:
    go = asyncio.Event()

    class Slow(Shelf):
        async def send(self, posting: Posting) -> Sent:
            await go.wait()
            return SENT

    put(store, [1, 2], CONSOLE, SLACK)
    turns = 0

    def coverage(*_: object) -> Coverage:
        raise AssertionError("no brief is due")

    class Counting(VirtualTime):
        def now(self) -> datetime:
            nonlocal turns
            turns += 1
            return super().now()

    platforms = {CONSOLE: Slow(), SLACK: Slow()}
    box = outbox(
        store,
        Counting(NOON),
        platforms=platforms,
        coverage=coverage,
    )
    draining = asyncio.create_task(box.drain())
    for _ in range(200):
        await asyncio.sleep(0.001)
    before = turns
    for _ in range(100):
        await asyncio.sleep(0.001)
    assert turns == before
    go.set()
    assert await draining == Drained(sent=4)


async def test_after_a_stop_nothing_more_is_begun_and_what_is_under_way_ends(
    store: Store, outbox_to: MakeOutbox
) -> None:
    stop = asyncio.Event()

    class Stopping(Shelf):
        async def send(self, posting: Posting) -> Sent:
            stop.set()
            await asyncio.sleep(0)
            return await super().send(posting)

    put(store, [1, 2, 3])
    shelf = Stopping()
    assert await outbox_to(console=shelf).drain(stop=stop) == Drained(sent=1)
    assert states(store) == ["sent", "ready", "ready"]
    assert await outbox_to(console=Shelf()).drain(stop=stop) == Drained()
    assert states(store) == ["sent", "ready", "ready"]
    assert await outbox_to(console=Shelf()).drain() == Drained(sent=2)


async def test_a_drain_that_is_cancelled_leaves_its_send_in_doubt_and_nothing_else(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1, 2])
    hanging = Hanging()
    draining = asyncio.create_task(outbox_to(console=hanging).drain())
    await hanging.began.wait()
    assert states(store) == ["sending", "ready"]
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    await time.sleep(60.0)
    shelf = Shelf()
    assert await outbox_to(console=shelf).drain() == Drained(sent=2)
    assert shelf.repeats == [True, False]


async def test_whoever_waits_is_woken_by_news_and_by_what_falls_due(
    store: Store, outbox_to: MakeOutbox
) -> None:
    box = outbox_to(console=Shelf(TRY_AGAIN))
    box.wake()
    await box.wait(3600)  # news came before the wait began
    put(store, [1])
    await box.drain()
    box.due_at = NOON
    await box.wait(3600)


async def test_more_than_one_turn_lays_out_is_laid_out_even_where_nothing_of_it_is_sent(
    store: Store, outbox_to: MakeOutbox
) -> None:
    many = MOST_AT_ONCE + 20
    store_items(store.database, *(item(number) for number in range(many)), channels=(SLACK,))
    save(store.database, channel(SLACK, muted_until=NOON + timedelta(hours=1)))
    put(store, [many], CONSOLE)
    shelf = Shelf()
    assert await outbox_to(console=shelf, slack=Shelf()).drain() == Drained(sent=1)
    waiting = select(schema.alert.c.id).where(schema.alert.c.state == "waiting")
    assert rows(store.database, waiting) == []


async def test_turns_that_share_a_transaction_with_one_that_fails_are_taken_once(
    store: Store, outbox_to: MakeOutbox
) -> None:
    put(store, range(12), CONSOLE, SLACK)
    over = asyncio.Event()
    failed = 0

    def fail(_connection: Connection) -> None:
        raise KeyError

    async def disturb() -> None:
        nonlocal failed
        while not over.is_set():
            with contextlib.suppress(KeyError):
                await store.write(fail)
            failed += 1
            await asyncio.sleep(0)

    console, slack = Shelf(), Shelf()
    async with asyncio.TaskGroup() as group:
        group.create_task(disturb())
        drained = await outbox_to(console=console, slack=slack).drain()
        over.set()
    assert failed > 3
    assert drained == Drained(sent=24)
    assert console.keys == slack.keys == [f"doc-{number}" for number in range(12)]
    assert states(store) == ["sent"] * 24
    assert outcomes(store) == [(1, "sent")] * 24
