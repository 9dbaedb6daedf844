"""Claims, beginnings, limits and rests: each post has one sender at a time, each channel one post, and urgent ones go first."""

import re
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.core.alert import Alert
from bot.core.delivery import Outcome, Sent, State
from bot.core.match import Severity
from bot.core.platform import Platforms, Traits
from bot.core.posting import Posting
from bot.store import schema
from bot.store.alerts import count_by_state, put_alerts
from bot.store.database import Database
from bot.store.turn import CLAIM_LEASE
from tests.fakes import items
from tests.fakes.ledger import (
    CONSOLE,
    LEASE,
    NOON,
    PLAIN,
    SLACK,
    OpenStore,
    channel,
    claim,
    decide,
    item,
    record,
    rows,
    save,
    store_items,
    taken,
    turn,
)

SECOND = timedelta(seconds=1)
SENT = Sent(outcome=Outcome.SENT, platform_ref="m1")
TRY_AGAIN = Sent(outcome=Outcome.TRY_AGAIN, detail="busy")
CHATS = "telegram"


def keys(postings: Sequence[Posting]) -> list[str]:
    return [each.told.key for each in postings if isinstance(each.told, Alert)]


def states(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return count_by_state(connection)


def send_all(
    database: Database, *, now: datetime = NOON, platforms: Platforms = PLAIN, rounds: int = 99
) -> list[str]:
    """Claim and send until nothing goes any more; return the keys in order."""
    sent: list[str] = []
    for _ in range(rounds):
        claimed = claim(database, now=now, platforms=platforms)
        if not claimed:
            break
        sent += keys(claimed)
        for each in claimed:
            record(database, each, SENT, now=now, platforms=platforms)
    return sent


# -- claiming


def test_a_post_is_claimed_with_the_alert_as_it_was_decided(database: Database) -> None:
    (decided,) = store_items(database, item(1)).alerts
    (posting,) = claim(database)
    assert (posting.id, posting.attempt, posting.told, posting.repeat) == (1, 1, decided, False)
    assert (posting.channel, posting.alerts) == (channel(), (1,))
    assert re.fullmatch("post-[0-9a-f]{8}-1", posting.key)


def test_each_channel_gets_one_at_a_time_the_oldest_first(database: Database) -> None:
    for number in (3, 1, 2):
        store_items(database, item(number), channels=(CONSOLE, SLACK))
    first = claim(database)
    assert [(each.channel.address, each.told.key) for each in first if isinstance(each.told, Alert)] == [
        (CONSOLE, "doc-3"),
        (SLACK, "doc-3"),
    ]
    assert claim(database) == ()
    record(database, first[0], SENT)
    assert keys(claim(database)) == ["doc-1"]


def test_no_more_are_claimed_than_asked_for(database: Database) -> None:
    store_items(database, item(1), channels=(CONSOLE, SLACK))
    assert len(taken(database, limit=1)) == 1
    assert taken(database, limit=0) == ()
    assert len(taken(database, limit=5)) == 1


def test_only_the_posts_of_the_platforms_asked_for_are_claimed(database: Database) -> None:
    store_items(database, item(1), channels=(CONSOLE, SLACK))
    assert [each.channel.address for each in claim(database, SLACK)] == [SLACK]
    assert [each.channel.address for each in claim(database)] == [CONSOLE]


def test_only_what_is_due_is_laid_out_and_claimed(database: Database) -> None:
    store_items(database, item(1))
    assert claim(database, now=NOON - timedelta(microseconds=1)) == ()
    assert states(database) == {"waiting": 1}
    assert keys(claim(database, now=NOON)) == ["doc-1"]


def test_a_post_claimed_by_one_process_is_not_claimed_by_another(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    store_items(one, item(1))
    assert keys(claim(one)) == ["doc-1"]
    assert claim(other, now=NOON + LEASE) == ()


def test_two_processes_that_claim_at_once_never_get_the_same_post(open_store: OpenStore) -> None:
    names = [f"webhook:{number}" for number in range(120)]
    store_items(open_store(), item(1), channels=names)
    found: list[list[int]] = [[], []]
    start = threading.Barrier(2)

    def claim_all(mine: list[int], database: Database) -> None:
        start.wait()
        while postings := claim(database, limit=3, platforms={"webhook": Traits()}):
            mine += [each.id for each in postings]

    threads = [threading.Thread(target=claim_all, args=(mine, open_store())) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found[0] + found[1]) == list(range(1, 121))


def test_a_send_is_on_record_before_it_begins(database: Database) -> None:
    store_items(database, item(1))
    taken(database)
    assert (states(database), rows(database, select(schema.delivery))) == ({"claimed": 1}, [])
    claim(database, now=NOON + CLAIM_LEASE + SECOND)
    assert states(database) == {"sending": 1}
    (row,) = rows(database, select(schema.delivery))
    assert (row["post"], row["attempt"], row["outcome"]) == (1, 1, "sending")
    assert (row["started_at"], row["finished_at"]) == (NOON + CLAIM_LEASE + SECOND, None)


def test_of_two_that_took_the_same_post_only_the_first_to_begin_sends_it(open_store: OpenStore) -> None:
    slow, quick = open_store(), open_store()
    store_items(slow, item(1))
    mine = taken(slow)
    later = NOON + CLAIM_LEASE + SECOND
    theirs = taken(quick, now=later)
    assert keys(theirs) == keys(mine) == ["doc-1"]
    assert len(turn(slow, now=later, begins=mine).begun) == 1
    assert turn(quick, now=later, begins=theirs).begun == ()
    assert len(rows(slow, select(schema.delivery))) == 1


def test_who_took_the_same_post_twice_because_its_claim_ran_out_sends_it_once(database: Database) -> None:
    store_items(database, item(1))
    first = taken(database)
    later = NOON + CLAIM_LEASE + SECOND
    again = taken(database, now=later)
    assert len(turn(database, now=later, begins=(*first, *again)).begun) == 1


def test_what_was_taken_and_given_back_is_there_for_others(database: Database) -> None:
    store_items(database, item(1))
    mine = taken(database)
    assert taken(database) == ()
    turn(database, returned=mine)
    assert keys(taken(database)) == ["doc-1"]


def test_a_post_whose_channel_is_gone_or_that_cannot_be_read_is_dead_and_holds_up_no_other(
    database: Database,
) -> None:
    store_items(database, item(1), channels=(CONSOLE, SLACK))
    store_items(database, item(2), channels=(CONSOLE, SLACK))
    turn(database)  # lays them out
    with database.writing() as connection:
        connection.execute(update(schema.alert).where(schema.alert.c.id == 1).values(body='{"story": 1}'))
        connection.execute(schema.channel.delete().where(schema.channel.c.address == SLACK))
    assert claim(database) == ()
    assert keys(claim(database)) == ["doc-2"]
    dead = rows(database, select(schema.post.c.why).where(schema.post.c.state == "dead"))
    assert [row["why"].partition(": ")[0] for row in dead] == ["it cannot be read any more"] * len(dead)
    assert len(dead) == 3


def test_an_alert_that_cannot_be_read_is_dropped_with_its_reason_and_holds_up_no_other(
    database: Database,
) -> None:
    for number in (1, 2, 3):
        store_items(database, item(number))
    with database.writing() as connection:
        connection.execute(update(schema.alert).where(schema.alert.c.id < 3).values(body='{"story": 1}'))
    assert keys(claim(database)) == ["doc-3"]
    assert states(database) == {"dropped": 2, "sending": 1}
    endings = rows(database, select(schema.alert.c.ending).where(schema.alert.c.id < 3))
    assert all(row["ending"].startswith("it cannot be read any more: ") for row in endings)
    sealed = rows(database, select(schema.entry.c.subject).where(schema.entry.c.kind == "dropped"))
    assert sealed == [{"subject": "alert-1"}, {"subject": "alert-2"}]


# -- the order in a channel


def test_what_must_wait_holds_its_channel_back_and_no_other(database: Database) -> None:
    for number in (1, 2):
        store_items(database, item(number), channels=(CONSOLE, SLACK))
    first, _ = claim(database)
    assert first.channel.address == CONSOLE
    record(database, first, TRY_AGAIN)
    record(database, _, SENT)
    assert [each.channel.address for each in claim(database)] == [SLACK]
    again = NOON + timedelta(seconds=5)
    assert keys(claim(database, CONSOLE, now=again)) == ["doc-1"]


def test_an_urgent_one_overtakes_also_what_must_wait_or_is_in_doubt(database: Database) -> None:
    save(database, channel())
    for key in ("one", "two"):
        decide(database, key)
    (first,) = claim(database)
    record(database, first, TRY_AGAIN)
    decide(database, "loud", severity=Severity.URGENT)
    assert send_all(database) == ["loud"]
    (first,) = claim(database, now=NOON + 5 * SECOND)
    looking = {CONSOLE: Traits(looks=True)}
    record(database, first, Sent(outcome=Outcome.UNKNOWN), now=NOON + 5 * SECOND, platforms=looking)
    decide(database, "louder", severity=Severity.URGENT)
    assert send_all(database, now=NOON + 5 * SECOND, platforms=looking) == ["louder"]


def test_an_urgent_one_does_not_overtake_what_is_being_sent(database: Database) -> None:
    save(database, channel())
    decide(database, "one")
    (mine,) = taken(database)
    decide(database, "loud", severity=Severity.URGENT)
    assert taken(database) == ()
    turn(database, begins=(mine,))
    assert taken(database) == ()
    record(database, mine, SENT)
    assert keys(taken(database)) == ["loud"]


@pytest.mark.parametrize("laid_out", ["together", "apart"])
def test_an_urgent_reply_never_overtakes_the_head_of_its_own_thread(
    database: Database, laid_out: str
) -> None:
    save(database, channel())
    platforms = {CONSOLE: Traits(threads=True)}
    decide(database, "other")
    decide(database, "head", story="7f3a")
    if laid_out == "apart":
        turn(database, platforms=platforms)
    decide(database, "reply", story="7f3a", revision=2, severity=Severity.URGENT)
    assert send_all(database, platforms=platforms) == ["head", "reply", "other"]
    places = rows(database, select(schema.post.c.id, schema.post.c.root, schema.post.c.head))
    assert [(row["root"], row["head"]) for row in places] == [(None, 1), (None, 1), (2, 0)]


def test_a_head_that_waits_holds_back_an_urgent_reply_of_its_own(database: Database) -> None:
    save(database, channel())
    decide(database, "head", story="7f3a")
    (head,) = claim(database)
    record(database, head, TRY_AGAIN)
    decide(database, "reply", story="7f3a", revision=2, severity=Severity.URGENT)
    decide(database, "other", severity=Severity.URGENT)
    assert send_all(database) == []
    assert send_all(database, now=NOON + 5 * SECOND) == ["head", "reply", "other"]


# -- leases and clocks


def test_what_was_only_claimed_by_a_dead_process_is_sent_without_a_doubt(open_store: OpenStore) -> None:
    died, lives = open_store(), open_store()
    store_items(died, item(1))
    taken(died)
    assert taken(lives, now=NOON + CLAIM_LEASE) == ()
    (again,) = claim(lives, now=NOON + CLAIM_LEASE + SECOND)
    assert (again.attempt, again.repeat) == (1, False)


def test_what_a_clock_that_was_ahead_put_off_or_claimed_is_sent_when_the_clock_is_right(
    database: Database,
) -> None:
    ahead = NOON + timedelta(days=400)
    names = ("webhook:claimed", "webhook:begun", "webhook:waits")
    platforms = {"webhook": Traits()}
    store_items(database, item(1), channels=names)
    mine = taken(database, now=ahead, platforms=platforms)
    begun = turn(database, now=ahead, platforms=platforms, begins=mine[1:]).begun
    record(database, begun[1], TRY_AGAIN, now=ahead, platforms=platforms)
    found = {each.channel.address: each.repeat for each in claim(database, platforms=platforms)}
    assert found == {"webhook:claimed": False, "webhook:begun": True, "webhook:waits": False}


def test_what_was_decided_by_a_clock_that_was_ahead_is_sent_when_the_clock_is_right(
    database: Database,
) -> None:
    ahead = NOON + timedelta(days=400)
    save(database, channel())
    alert = items.alert(not_before=ahead + timedelta(hours=8))  # its quiet hours would have ended then
    with database.writing() as connection:
        put_alerts(connection, ahead, [alert])
    store_items(database, item(1, official_on=ahead.date()), at=ahead)
    assert len(send_all(database)) == 2


def test_a_wait_of_days_is_obeyed_too(database: Database) -> None:
    store_items(database, item(1))
    (posting,) = claim(database)
    record(database, posting, Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(days=3)))
    assert claim(database) == claim(database, now=NOON + timedelta(days=3) - SECOND) == ()
    assert len(claim(database, now=NOON + timedelta(days=3))) == 1


def test_a_wait_that_cannot_be_meant_is_cut_and_neither_forgotten_nor_an_error(database: Database) -> None:
    store_items(database, item(1))
    (posting,) = claim(database)
    record(database, posting, Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(days=999_999_999)))
    assert claim(database) == claim(database, now=NOON + timedelta(days=6)) == ()
    assert len(claim(database, now=NOON + timedelta(days=7))) == 1


def test_what_was_sent_is_not_claimed_again(database: Database) -> None:
    store_items(database, item(1))
    (posting,) = claim(database)
    assert record(database, posting, SENT, now=NOON + SECOND) is State.SENT
    assert claim(database, now=NOON + timedelta(days=365)) == ()
    (row,) = rows(database, select(schema.post.c.state, schema.post.c.open, schema.post.c.lease_until))
    assert row == {"state": "sent", "open": 0, "lease_until": None}
