"""The outbox sends each alert once, in order, and outlives whatever a platform or a process does."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.delivery import MAX_DOUBTS, Sent
from bot.core.posting import Posting
from bot.errors import StoreError
from bot.outbox import Drained
from bot.store import schema
from bot.store.writer import Store
from tests.fakes.ledger import (
    CONSOLE,
    LEASE,
    SLACK,
    claim,
    rows,
)
from tests.fakes.shelf import GIVE_UP, TRY_AGAIN, Hanging, MakeOutbox, Shelf, outbox, outcomes, put, states
from tests.fakes.virtual_time import VirtualTime


async def test_nothing_due_is_nothing_sent(outbox_to: MakeOutbox) -> None:
    assert await outbox_to(console=Shelf()).drain() == Drained()


async def test_everything_due_is_sent_in_the_order_it_was_decided_and_recorded(
    store: Store, outbox_to: MakeOutbox
) -> None:
    put(store, range(30, 0, -1))
    shelf = Shelf()
    assert await outbox_to(console=shelf).drain() == Drained(sent=30)
    assert shelf.keys == [f"doc-{number}" for number in range(30, 0, -1)]
    assert states(store) == ["sent"] * 30
    assert outcomes(store) == [(1, "sent")] * 30


async def test_a_second_drain_sends_nothing_again(store: Store, outbox_to: MakeOutbox) -> None:
    put(store, [1, 2])
    shelf = Shelf()
    box = outbox_to(console=shelf)
    await box.drain()
    assert await box.drain() == Drained()
    assert len(shelf.postings) == 2


async def test_each_channel_gets_its_own_alerts(store: Store, outbox_to: MakeOutbox) -> None:
    put(store, [1], CONSOLE, SLACK)
    put(store, [2], SLACK)
    console, slack = Shelf(), Shelf()
    assert await outbox_to(console=console, slack=slack).drain() == Drained(sent=3)
    assert (console.keys, slack.keys) == (["doc-1"], ["doc-1", "doc-2"])


async def test_alerts_for_a_channel_that_is_not_there_wait_for_it(
    store: Store, outbox_to: MakeOutbox
) -> None:
    put(store, [1], SLACK)
    assert await outbox_to(console=Shelf()).drain() == Drained()
    assert states(store) == []
    assert await outbox_to(slack=Shelf()).drain() == Drained(sent=1)


async def test_an_alert_is_on_record_as_being_sent_while_it_is_sent_and_only_that_one(
    store: Store, outbox_to: MakeOutbox
) -> None:
    put(store, [1, 2, 3])
    seen: list[list[str]] = []

    class Watching(Shelf):
        async def send(self, posting: Posting) -> Sent:
            seen.append(states(store))
            return await super().send(posting)

    await outbox_to(console=Watching()).drain()
    assert seen == [
        ["sending", "ready", "ready"],
        ["sent", "sending", "ready"],
        ["sent", "sent", "sending"],
    ]


async def test_a_channel_that_asks_to_be_tried_again_is_at_its_time_and_in_its_order_and_the_others_go_on(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1, 2], CONSOLE, SLACK)
    shelf, other = Shelf(TRY_AGAIN), Shelf()
    box = outbox_to(console=shelf, slack=other)
    assert await box.drain() == Drained(sent=2, retry=1)
    assert (shelf.keys, other.keys) == (["doc-1"], ["doc-1", "doc-2"])
    assert box.due_at == time.now() + timedelta(seconds=5)
    await time.sleep(4.9)
    assert await box.drain() == Drained()
    await time.sleep(0.1)
    assert await box.drain() == Drained(sent=2)
    assert shelf.keys == ["doc-1", "doc-1", "doc-2"]
    assert shelf.repeats == [False, False, False]


async def test_each_further_wait_is_longer(store: Store, outbox_to: MakeOutbox, time: VirtualTime) -> None:
    put(store, [1])
    box = outbox_to(console=Shelf(*[TRY_AGAIN] * 4))
    for wait in (5, 10, 20, 40):
        assert await box.drain() == Drained(retry=1)
        await time.sleep(wait - 1)
        assert await box.drain() == Drained()
        await time.sleep(1)
    assert await box.drain() == Drained(sent=1)


async def test_a_refusal_is_final_and_leaves_a_dead_letter(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime, logged: list[logging.LogRecord]
) -> None:
    put(store, [1, 2])
    shelf = Shelf(GIVE_UP)
    box = outbox_to(console=shelf)
    assert await box.drain() == Drained(sent=1, dead=1)
    assert [record.getMessage() for record in logged] == ["not sent"]
    await time.sleep(86400.0)
    assert await box.drain() == Drained()
    assert states(store) == ["dead", "sent"]


async def test_a_platform_that_raises_loses_nothing_and_stops_nobody(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime, logged: list[logging.LogRecord]
) -> None:
    put(store, [1, 2], CONSOLE, SLACK)
    broken, whole = Shelf(ZeroDivisionError("token=hunter2")), Shelf()
    box = outbox_to(console=broken, slack=whole)
    assert await box.drain() == Drained(sent=2, uncertain=1, elsewhere=1)
    (failure,) = (record for record in logged if record.levelno == logging.ERROR)
    assert (failure.getMessage(), failure.exc_info is not None) == ("platform failed", True)
    await time.sleep(5.0)
    assert await box.drain() == Drained(sent=2)
    assert broken.keys == ["doc-1", "doc-1", "doc-2"]
    assert broken.repeats == [False, True, False]  # it may have been sent
    details = rows(store.database, select(schema.delivery.c.outcome, schema.delivery.c.detail))
    assert {"outcome": "unknown", "detail": "its platform failed: ZeroDivisionError"} in details
    assert "hunter2" not in str(details)
    assert states(store) == ["sent"] * 4


async def test_a_platform_that_hangs_is_given_up_for_now_and_the_others_go_on(
    store: Store, time: VirtualTime
) -> None:
    put(store, [1], CONSOLE, SLACK)
    whole = Shelf()
    platforms = {CONSOLE: Hanging(), SLACK: whole}
    quick = outbox(store, time, platforms=platforms, send_seconds=0.05)
    assert await quick.drain() == Drained(sent=1, uncertain=1, elsewhere=1)
    assert whole.keys == ["doc-1"]
    details = rows(store.database, select(schema.delivery.c.outcome, schema.delivery.c.detail))
    assert {"outcome": "unknown", "detail": "no answer from its platform within 0.05 s"} in details


async def test_a_platform_that_always_raises_ends_with_a_dead_letter(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1])
    shelf = Shelf(*[OSError("gone")] * 60)
    box = outbox_to(console=shelf)
    for _ in range(MAX_DOUBTS):
        await box.drain()
        await time.sleep(3600.0)
    assert states(store) == ["dead"]
    assert shelf.repeats == [False, *[True] * (MAX_DOUBTS - 1)]


async def test_what_a_dead_process_was_sending_is_sent_after_its_lease_and_marked(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1], CONSOLE, SLACK)
    claim(store.database, CONSOLE, limit=1)  # by a process that then died
    shelf, other = Shelf(), Shelf()
    box = outbox_to(console=shelf, slack=other)
    assert await box.drain() == Drained(sent=1, elsewhere=1)
    assert (shelf.keys, other.keys) == ([], ["doc-1"])
    await time.sleep((LEASE + timedelta(milliseconds=1)).total_seconds())
    assert await box.drain() == Drained(sent=1)
    assert (shelf.keys, shelf.repeats) == (["doc-1"], [True])
    assert outcomes(store) == [(1, "unknown"), (2, "sent"), (1, "sent")]


async def test_a_send_that_outlives_its_lease_does_not_undo_what_another_process_did_meanwhile(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1])
    quick = Shelf()

    class Slow(Shelf):
        async def send(self, posting: Posting) -> Sent:
            await time.sleep(60.0)
            assert await outbox_to(console=quick).drain() == Drained(sent=1)
            return TRY_AGAIN

    assert await outbox_to(console=Slow()).drain() == Drained(sent=1)
    await time.sleep(86400.0)
    assert await outbox_to(console=quick).drain() == Drained()
    assert len(quick.postings) == 1
    assert outcomes(store) == [(1, "unknown"), (2, "sent")]


async def test_a_store_that_fails_after_the_send_leaves_the_alert_to_be_sent_again_marked(
    store: Store, outbox_to: MakeOutbox, time: VirtualTime
) -> None:
    put(store, [1])

    class Spoiling(Shelf):
        async def send(self, posting: Posting) -> Sent:
            await store.write(
                lambda connection: connection.exec_driver_sql("ALTER TABLE delivery RENAME TO x")
            )
            return await super().send(posting)

    with pytest.raises(StoreError, match="no such table"):
        await outbox_to(console=Spoiling()).drain()
    await store.write(lambda connection: connection.exec_driver_sql("ALTER TABLE x RENAME TO delivery"))
    assert states(store) == ["sending"]
    await time.sleep(60.0)
    shelf = Shelf()
    assert await outbox_to(console=shelf).drain() == Drained(sent=1)
    assert shelf.repeats == [True]
