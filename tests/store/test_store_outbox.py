"""Claims, leases, records: each alert has one sender at a time, and nothing that is due is forgotten."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.delivery import MAX_ATTEMPTS, AlertState, Claim, Outcome, Sent
from bot.store import schema
from bot.store.database import Database
from bot.store.outbox import count_by_state
from tests.fakes.ledger import CONSOLE, LEASE, NOON, SLACK, OpenStore, claim, item, record, rows, store_items

SECOND = timedelta(seconds=1)
SENT = Sent(outcome=Outcome.SENT)
TRY_AGAIN = Sent(outcome=Outcome.TRY_AGAIN, detail="busy")
GIVE_UP = Sent(outcome=Outcome.GIVE_UP, detail="the chat is gone")


def keys(claims: tuple[Claim, ...]) -> list[str]:
    return [each.alert.key for each in claims]


def states(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return count_by_state(connection)


def deliveries(database: Database) -> list[tuple[int, str, str | None]]:
    """(attempt, outcome, detail) of every delivery, in order."""
    table = schema.delivery
    found = rows(database, select(table).order_by(table.c.alert, table.c.attempt))
    return [(row["attempt"], row["outcome"], row["detail"]) for row in found]


def store_numbers(database: Database, *numbers: int, channels: tuple[str, ...] = (CONSOLE,)) -> None:
    for number in numbers:
        store_items(database, item(number), channels=channels)


# -- claiming


def test_an_alert_is_claimed_as_it_was_decided(database: Database) -> None:
    (decided,) = store_items(database, item(1)).alerts
    assert claim(database) == (Claim(id=1, attempt=1, alert=decided, channel=CONSOLE, repeat=False),)


def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(database: Database) -> None:
    store_numbers(database, 3, 1, 2)
    assert keys(claim(database, limit=2)) == ["doc-3", "doc-1"]
    assert keys(claim(database, limit=2)) == ["doc-2"]
    assert claim(database) == ()


def test_only_the_alerts_of_the_channels_asked_for_are_claimed(database: Database) -> None:
    store_numbers(database, 1, channels=(CONSOLE, SLACK))
    assert [each.alert.channel for each in claim(database, SLACK, "pager")] == [SLACK]
    assert claim(database, "pager") == ()
    assert [each.alert.channel for each in claim(database, SLACK, CONSOLE)] == [CONSOLE]


def test_only_what_is_due_is_claimed(database: Database) -> None:
    store_numbers(database, 1)
    assert claim(database, now=NOON - timedelta(microseconds=1)) == ()
    assert keys(claim(database, now=NOON)) == ["doc-1"]


def test_an_alert_claimed_by_one_process_is_not_claimed_by_another(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    store_numbers(one, 1)
    assert keys(claim(one)) == ["doc-1"]
    assert claim(other, now=NOON + LEASE) == ()


def test_two_processes_that_claim_at_once_never_get_the_same_alert(open_store: OpenStore) -> None:
    store_items(open_store(), *(item(number) for number in range(200)))
    taken: list[list[int]] = [[], []]
    start = threading.Barrier(2)

    def claim_all(mine: list[int], database: Database) -> None:
        start.wait()
        while claims := claim(database, limit=3):
            mine += [each.id for each in claims]

    threads = [threading.Thread(target=claim_all, args=(mine, open_store())) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken[0] + taken[1]) == list(range(1, 201))


def test_a_claim_is_on_record_before_the_send(database: Database) -> None:
    store_numbers(database, 1)
    claim(database)
    assert states(database) == {"sending": 1}
    assert rows(database, select(schema.delivery)) == [
        {
            "alert": 1,
            "attempt": 1,
            "started_at": NOON,
            "finished_at": None,
            "outcome": "sending",
            "detail": None,
            "platform_ref": None,
        }
    ]


def test_an_alert_that_cannot_be_read_is_dead_and_holds_up_no_other(database: Database) -> None:
    store_numbers(database, 1, 2, 3)
    with database.writing() as connection:
        connection.execute(update(schema.alert).where(schema.alert.c.id < 3).values(body='{"story": 1}'))
    assert keys(claim(database, limit=1)) == ["doc-3"]
    assert states(database) == {"dead": 2, "sending": 1}
    attempt, outcome, detail = deliveries(database)[0]
    assert (attempt, outcome) == (1, "give up")
    assert str(detail).startswith("it cannot be read any more: ")


# -- leases


def test_an_expired_claim_is_taken_back_as_unknown_and_sent_once_more_as_a_repeat(
    open_store: OpenStore,
) -> None:
    died, lives = open_store(), open_store()
    store_numbers(died, 1)
    assert [each.repeat for each in claim(died)] == [False]
    assert claim(lives, now=NOON + LEASE) == ()
    later = NOON + LEASE + SECOND
    (again,) = claim(lives, now=later)
    assert (again.attempt, again.repeat) == (2, True)
    assert deliveries(lives) == [(1, "unknown", None), (2, "sending", None)]
    assert record(lives, again, SENT, now=later) is AlertState.SENT
    assert deliveries(lives) == [(1, "unknown", None), (2, "sent", None)]
    assert claim(lives, now=later + timedelta(days=1)) == ()


def test_a_repeat_stays_a_repeat_until_it_is_sent(database: Database) -> None:
    store_numbers(database, 1)
    claim(database)
    now = NOON + timedelta(minutes=1)
    (again,) = claim(database, now=now)
    record(database, again, TRY_AGAIN, now=now)
    (third,) = claim(database, now=now + timedelta(hours=1))
    assert (third.attempt, third.repeat) == (3, True)


def test_an_expired_claim_is_taken_back_even_by_a_process_without_that_channel(database: Database) -> None:
    store_numbers(database, 1)
    claim(database)
    assert claim(database, SLACK, now=NOON + timedelta(minutes=1)) == ()
    assert states(database) == {"ready": 1}


def test_an_answer_after_the_lease_still_counts_while_nobody_claimed_again(database: Database) -> None:
    store_numbers(database, 1)
    (slow,) = claim(database)
    late = NOON + timedelta(minutes=1)
    assert claim(database, SLACK, now=late) == ()  # takes it back
    assert record(database, slow, SENT, now=late) is AlertState.SENT
    assert deliveries(database) == [(1, "sent", None)]
    assert claim(database, now=late) == ()


@pytest.mark.parametrize("answer", [SENT, TRY_AGAIN, GIVE_UP], ids=lambda sent: sent.outcome.value)
def test_an_answer_after_another_claim_is_noted_and_changes_nothing_else(
    database: Database, answer: Sent
) -> None:
    store_numbers(database, 1)
    (slow,) = claim(database)
    late = NOON + timedelta(minutes=1)
    (again,) = claim(database, now=late)
    assert record(database, slow, answer, now=late) is AlertState.SENDING
    assert claim(database, now=late + LEASE) == ()
    assert record(database, again, SENT, now=late) is AlertState.SENT
    assert record(database, slow, answer, now=late) is AlertState.SENT
    (first, second) = deliveries(database)
    assert first[:2] == (1, "unknown")
    assert str(first[2]).startswith(f"answered after its lease: {answer.outcome.value}")
    assert second == (2, "sent", None)
    assert claim(database, now=late + timedelta(days=1)) == ()


# -- recording


def test_what_was_sent_is_not_claimed_again(database: Database) -> None:
    store_numbers(database, 1)
    (taken,) = claim(database)
    sent = Sent(outcome=Outcome.SENT, platform_ref="1700000000.000100")
    assert record(database, taken, sent, now=NOON + SECOND) is AlertState.SENT
    assert claim(database, now=NOON + timedelta(days=365)) == ()
    (row,) = rows(database, select(schema.delivery))
    assert (row["finished_at"], row["platform_ref"]) == (NOON + SECOND, "1700000000.000100")
    (alert,) = rows(database, select(schema.alert.c.state, schema.alert.c.lease_until))
    assert alert == {"state": "sent", "lease_until": None}


def test_what_may_be_tried_again_is_claimed_when_it_is_due_and_not_before(database: Database) -> None:
    store_numbers(database, 1)
    (taken,) = claim(database)
    assert record(database, taken, TRY_AGAIN) is AlertState.RETRY
    assert claim(database, now=NOON + timedelta(seconds=4.999)) == ()
    (again,) = claim(database, now=NOON + timedelta(seconds=5))
    assert (again.attempt, again.repeat) == (2, False)
    assert deliveries(database) == [(1, "try again", "busy"), (2, "sending", None)]


def test_what_a_clock_that_was_ahead_put_off_or_claimed_is_sent_when_the_clock_is_right(
    database: Database,
) -> None:
    ahead = NOON + timedelta(days=400)
    store_numbers(database, 1, 2)
    for taken in claim(database, now=ahead)[:1]:
        record(database, taken, TRY_AGAIN, now=ahead)
    assert sorted(each.repeat for each in claim(database)) == [False, True]


def test_what_was_decided_by_a_clock_that_was_ahead_is_sent_when_the_clock_is_right(
    database: Database,
) -> None:
    ahead = NOON + timedelta(days=400)
    store_items(database, item(1, official_on=ahead.date()), at=ahead)
    (taken,) = claim(database)
    record(database, taken, TRY_AGAIN)
    assert claim(database) == ()
    assert len(claim(database, now=NOON + timedelta(seconds=5))) == 1


def test_a_wait_of_days_is_obeyed_too(database: Database) -> None:
    store_numbers(database, 1)
    (taken,) = claim(database)
    record(database, taken, Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(days=3)))
    assert claim(database) == claim(database, now=NOON + timedelta(days=3) - SECOND) == ()
    assert len(claim(database, now=NOON + timedelta(days=3))) == 1


def test_a_platform_that_names_a_longer_wait_is_obeyed(database: Database) -> None:
    store_numbers(database, 1)
    (taken,) = claim(database)
    record(database, taken, Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(minutes=7)))
    assert claim(database, now=NOON + timedelta(minutes=7) - SECOND) == ()
    assert len(claim(database, now=NOON + timedelta(minutes=7))) == 1


def test_what_was_given_up_is_dead_and_stays_on_record(database: Database) -> None:
    store_numbers(database, 1)
    (taken,) = claim(database)
    assert record(database, taken, GIVE_UP) is AlertState.DEAD
    assert claim(database, now=NOON + timedelta(days=365)) == ()
    assert deliveries(database) == [(1, "give up", "the chat is gone")]
    assert states(database) == {"dead": 1}


def test_an_alert_that_never_goes_through_is_dead_after_a_bounded_number_of_attempts(
    database: Database,
) -> None:
    store_numbers(database, 1)
    now = NOON
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (taken,) = claim(database, now=now)
        assert taken.attempt == attempt
        ended = record(database, taken, TRY_AGAIN, now=now)
        now += timedelta(hours=1)
    assert ended is AlertState.DEAD
    assert claim(database, now=now) == ()
    assert len(deliveries(database)) == MAX_ATTEMPTS


def test_an_alert_that_kills_every_process_that_sends_it_ends_as_a_dead_letter(database: Database) -> None:
    store_numbers(database, 1)
    now = NOON
    for _ in range(MAX_ATTEMPTS):
        assert len(claim(database, now=now)) == 1
        now += LEASE + SECOND
    assert claim(database, now=now) == ()
    assert states(database) == {"dead": 1}


def test_alerts_are_counted_by_state(database: Database) -> None:
    store_numbers(database, 1, 2, 3, 4, 5)
    for taken, sent in zip(claim(database, limit=3), (SENT, TRY_AGAIN, GIVE_UP), strict=True):
        record(database, taken, sent)
    claim(database, limit=1)
    assert states(database) == {"sent": 1, "retry": 1, "dead": 1, "sending": 1, "ready": 1}
