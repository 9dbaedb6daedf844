"""How attempts end: what follows from each answer, how doubts are settled, and what an answer that comes late still means."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.core.delivery import CANNOT_LOOK, MAX_ATTEMPTS, MAX_DOUBTS, Outcome, Sent, State
from bot.core.platform import Platforms, Traits
from bot.core.posting import Posting
from bot.store import schema
from bot.store.alerts import count_by_state
from bot.store.database import Database
from bot.store.recording import Record
from bot.store.turn import Look
from tests.fakes.ledger import (
    CONSOLE,
    LEASE,
    NOON,
    PLAIN,
    SLACK,
    OpenStore,
    claim,
    item,
    look_up,
    record,
    rows,
    store_items,
    taken,
    turn,
)

SECOND = timedelta(seconds=1)
SENT = Sent(outcome=Outcome.SENT, platform_ref="m1")
TRY_AGAIN = Sent(outcome=Outcome.TRY_AGAIN, detail="busy")
GIVE_UP = Sent(outcome=Outcome.GIVE_UP, detail="the chat is gone")
UNKNOWN = Sent(outcome=Outcome.UNKNOWN, detail="cut off")
FOUND = Sent(outcome=Outcome.FOUND, platform_ref="m7")
ABSENT = Sent(outcome=Outcome.ABSENT)
LOOKING: Platforms = {CONSOLE: Traits(looks=True), SLACK: Traits(looks=True)}
REPEATABLE: Platforms = {CONSOLE: Traits(repeatable=True)}


def deliveries(database: Database) -> list[tuple[int, str, str | None]]:
    """(attempt, outcome, detail) of every delivery, in order."""
    table = schema.delivery
    found = rows(database, select(table).order_by(table.c.post, table.c.attempt))
    return [(row["attempt"], row["outcome"], row["detail"]) for row in found]


def states(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return count_by_state(connection)


def sealed(database: Database) -> list[str]:
    """Return the facts of every attempt that is sealed, in order."""
    table = schema.entry
    found = rows(database, select(table.c.body).where(table.c.kind == "delivery").order_by(table.c.id))
    return [row["body"] for row in found]


@pytest.fixture
def one(database: Database) -> Posting:
    """The only post there is, on its way at noon."""
    store_items(database, item(1))
    (posting,) = claim(database)
    return posting


# -- answers


def test_what_was_sent_is_on_record_with_the_platforms_name_and_sealed(
    database: Database, one: Posting
) -> None:
    assert record(database, one, SENT, now=NOON + SECOND) is State.SENT
    (row,) = rows(database, select(schema.delivery))
    assert (row["outcome"], row["finished_at"], row["platform_ref"]) == ("sent", NOON + SECOND, "m1")
    (post,) = rows(database, select(schema.post))
    assert (post["platform_ref"], post["ended_at"], post["open"]) == ("m1", NOON + SECOND, 0)
    (facts,) = sealed(database)
    assert '"state":"sent"' in facts
    assert '"alerts":[1]' in facts


def test_what_may_be_tried_again_is_claimed_when_it_is_due_and_not_before(
    database: Database, one: Posting
) -> None:
    assert record(database, one, TRY_AGAIN) is State.RETRY
    assert claim(database, now=NOON + timedelta(seconds=4.999)) == ()
    (again,) = claim(database, now=NOON + timedelta(seconds=5))
    assert (again.attempt, again.repeat) == (2, False)
    assert deliveries(database) == [(1, "try again", "busy"), (2, "sending", None)]


def test_a_platform_that_names_a_longer_wait_is_obeyed(database: Database, one: Posting) -> None:
    record(database, one, Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(minutes=7)))
    assert claim(database, now=NOON + timedelta(minutes=7) - SECOND) == ()
    assert len(claim(database, now=NOON + timedelta(minutes=7))) == 1


def test_what_was_given_up_is_dead_with_its_reason_and_stays_on_record(
    database: Database, one: Posting
) -> None:
    assert record(database, one, GIVE_UP) is State.DEAD
    assert claim(database, now=NOON + timedelta(days=365)) == ()
    assert deliveries(database) == [(1, "give up", "the chat is gone")]
    (post,) = rows(database, select(schema.post.c.why))
    assert post["why"] == "the chat is gone"
    assert states(database) == {"dead": 1}


def test_what_never_goes_through_is_dead_after_a_bounded_number_of_attempts(database: Database) -> None:
    store_items(database, item(1))
    now, ended = NOON, State.READY
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (posting,) = claim(database, now=now)
        assert posting.attempt == attempt
        ended = record(database, posting, TRY_AGAIN, now=now)
        now += timedelta(hours=1)
    assert ended is State.DEAD
    assert claim(database, now=now) == ()
    assert len(deliveries(database)) == MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("platforms", "sends"), [(PLAIN, MAX_DOUBTS), (REPEATABLE, MAX_ATTEMPTS), (LOOKING, MAX_ATTEMPTS)]
)
def test_what_kills_every_process_that_sends_it_ends_as_a_dead_letter(
    database: Database, platforms: Platforms, sends: int
) -> None:
    store_items(database, item(1))
    now = NOON
    for _ in range(sends):
        assert len(claim(database, CONSOLE, now=now, platforms=platforms)) == 1
        now += LEASE + SECOND
        turn(database, now=now, platforms=platforms)
        for look in turn(database, now=now + 10 * SECOND, platforms=platforms).looks:
            look_up(database, look.posting, ABSENT, now=now, platforms=platforms)
        now += timedelta(hours=1)
    assert claim(database, CONSOLE, now=now, platforms=platforms) == ()
    assert states(database) == {"dead": 1}
    (post,) = rows(database, select(schema.post.c.why))
    assert post["why"]


# -- doubts where nobody can look


def test_an_expired_send_is_taken_back_as_unknown_and_sent_once_more_as_a_repeat(
    open_store: OpenStore,
) -> None:
    died, lives = open_store(), open_store()
    store_items(died, item(1))
    assert [each.repeat for each in claim(died)] == [False]
    assert claim(lives, now=NOON + LEASE) == ()
    later = NOON + LEASE + SECOND
    (again,) = claim(lives, now=later)
    assert (again.attempt, again.repeat) == (2, True)
    assert deliveries(lives) == [(1, "unknown", None), (2, "sending", None)]
    assert record(lives, again, SENT, now=later) is State.SENT
    assert deliveries(lives) == [(1, "unknown", None), (2, "sent", None)]
    assert claim(lives, now=later + timedelta(days=1)) == ()


def test_a_repeat_stays_a_repeat_until_it_is_sent(database: Database, one: Posting) -> None:
    now = NOON + timedelta(minutes=1)
    (again,) = claim(database, now=now)
    record(database, again, TRY_AGAIN, now=now)
    (third,) = claim(database, now=now + timedelta(hours=1))
    assert (third.attempt, third.repeat) == (3, True)


def test_a_send_of_unknown_outcome_is_repeated_after_a_wait_marked_and_ends_after_five(
    database: Database,
) -> None:
    store_items(database, item(1))
    now = NOON
    for number in range(1, MAX_DOUBTS + 1):
        (posting,) = claim(database, now=now)
        assert (posting.attempt, posting.repeat) == (number, number > 1)
        ended = record(database, posting, UNKNOWN, now=now)
        assert claim(database, now=now + 4 * SECOND) == ()
        now += timedelta(hours=1)
    assert ended is State.DEAD
    assert states(database) == {"dead": 1}


def test_where_a_repeat_is_no_second_sight_it_is_tried_again_unmarked(database: Database) -> None:
    store_items(database, item(1))
    (posting,) = claim(database, CONSOLE, platforms=REPEATABLE)
    assert record(database, posting, UNKNOWN, platforms=REPEATABLE) is State.RETRY
    (again,) = claim(database, CONSOLE, now=NOON + 5 * SECOND, platforms=REPEATABLE)
    assert (again.attempt, again.repeat) == (2, False)


def test_an_expired_send_is_taken_back_also_without_its_platform_and_settled_with_it(
    database: Database, one: Posting
) -> None:
    now = NOON + timedelta(minutes=1)
    assert claim(database, SLACK, now=now) == ()
    assert states(database) == {"uncertain": 1}
    assert [each.repeat for each in claim(database, now=now + 10 * SECOND)] == [True]


def test_doubts_are_never_counted_out_by_a_process_that_cannot_look_where_others_can(
    database: Database, one: Posting
) -> None:
    with database.writing() as connection:
        connection.execute(update(schema.post).values(doubts=MAX_DOUBTS))
    turn(database, now=NOON + timedelta(minutes=1), platforms={SLACK: Traits()})
    assert states(database) == {"uncertain": 1}


# -- doubts that are looked up


def in_doubt(database: Database, one: Posting) -> Look:
    """Have the only send end in doubt, and return how it is looked for ten seconds later."""
    assert record(database, one, UNKNOWN, platforms=LOOKING) is State.UNCERTAIN
    assert turn(database, now=NOON + 9 * SECOND, platforms=LOOKING, room=9).looks == ()
    found = turn(database, now=NOON + 10 * SECOND, platforms=LOOKING, room=9)
    assert found.taken == ()
    (look,) = found.looks
    return look


def test_what_is_in_doubt_is_looked_for_by_one_and_by_the_next_if_that_one_dies(
    database: Database, one: Posting
) -> None:
    look = in_doubt(database, one)
    assert (look.since, look.posting.attempt, look.posting.key) == (NOON, 1, one.key)
    assert turn(database, now=NOON + 39 * SECOND, platforms=LOOKING).looks == ()
    assert len(turn(database, now=NOON + 40 * SECOND, platforms=LOOKING).looks) == 1


def test_what_is_found_was_sent(database: Database, one: Posting) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    assert look_up(database, look.posting, FOUND, now=now, platforms=LOOKING) is State.SENT
    assert deliveries(database) == [(1, "found", None)]
    (post,) = rows(database, select(schema.post.c.platform_ref, schema.post.c.open))
    assert post == {"platform_ref": "m7", "open": 0}
    assert '"outcome":"found"' in sealed(database)[-1]


def test_what_is_not_there_is_sent_and_is_no_repeat(database: Database, one: Posting) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    assert look_up(database, look.posting, ABSENT, now=now, platforms=LOOKING) is State.READY
    (again,) = claim(database, now=now, platforms=LOOKING)
    assert (again.attempt, again.repeat) == (2, False)


def test_what_cannot_be_read_back_is_sent_once_more_marked(database: Database, one: Posting) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    assert look_up(database, look.posting, CANNOT_LOOK, now=now, platforms=LOOKING) is State.READY
    assert [each.repeat for each in claim(database, now=now, platforms=LOOKING)] == [True]


def test_a_look_that_fails_is_made_again_when_the_platform_says(database: Database, one: Posting) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    later = Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(hours=3))
    assert look_up(database, look.posting, later, now=now, platforms=LOOKING) is State.UNCERTAIN
    for wait in (SECOND, timedelta(minutes=30), timedelta(hours=2.9)):
        assert turn(database, now=now + wait, platforms=LOOKING).looks == ()
    assert len(turn(database, now=now + timedelta(hours=3), platforms=LOOKING).looks) == 1


def test_a_look_that_ends_after_another_attempt_began_changes_nothing(
    database: Database, one: Posting
) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    look_up(database, look.posting, ABSENT, now=now, platforms=LOOKING)
    claim(database, now=now, platforms=LOOKING)
    assert look_up(database, look.posting, FOUND, now=now, platforms=LOOKING) is State.SENDING
    assert deliveries(database)[1] == (2, "sending", None)


# -- late answers


def test_an_answer_after_the_lease_still_counts_while_no_other_attempt_began(
    database: Database, one: Posting
) -> None:
    late = NOON + timedelta(minutes=1)
    turn(database, now=late)  # takes it back
    assert states(database) == {"ready": 1}
    assert record(database, one, SENT, now=late) is State.SENT
    assert deliveries(database) == [(1, "sent", None)]
    assert claim(database, now=late) == ()


def test_an_answer_after_the_lease_counts_also_for_whoever_took_the_post_and_did_not_begin(
    database: Database, one: Posting
) -> None:
    late = NOON + timedelta(minutes=1)
    theirs = taken(database, now=late)
    assert len(theirs) == 1
    assert record(database, one, SENT, now=late) is State.SENT
    assert turn(database, now=late, begins=theirs).begun == ()


def test_an_answer_after_the_lease_counts_while_the_post_is_looked_for(
    database: Database, one: Posting
) -> None:
    look = in_doubt(database, one)
    now = NOON + 11 * SECOND
    assert record(database, one, SENT, now=now, platforms=LOOKING) is State.SENT
    assert look_up(database, look.posting, ABSENT, now=now, platforms=LOOKING) is State.SENT


@pytest.mark.parametrize("answer", [SENT, TRY_AGAIN, GIVE_UP], ids=lambda sent: sent.outcome.value)
def test_an_answer_after_another_attempt_began_is_noted_and_changes_nothing_else(
    database: Database, one: Posting, answer: Sent
) -> None:
    late = NOON + timedelta(minutes=1)
    (again,) = claim(database, now=late)
    assert record(database, one, answer, now=late) is State.SENDING
    assert claim(database, now=late + LEASE) == ()
    assert record(database, again, SENT, now=late) is State.SENT
    assert record(database, one, answer, now=late) is State.SENT
    (first, second) = deliveries(database)
    assert first[:2] == (1, "unknown")
    assert str(first[2]).startswith(f"answered after its lease: {answer.outcome.value}")
    assert second == (2, "sent", None)
    assert claim(database, now=late + timedelta(days=1)) == ()


def test_an_answer_that_is_recorded_twice_counts_once(database: Database, one: Posting) -> None:
    twice = (Record(posting=one, sent=SENT), Record(posting=one, sent=Sent(outcome=Outcome.SENT)))
    assert turn(database, ended=twice).states == {1: State.SENT}
    assert record(database, one, GIVE_UP) is State.SENT
    (row,) = rows(database, select(schema.delivery.c.outcome, schema.delivery.c.platform_ref))
    assert row == {"outcome": "sent", "platform_ref": "m1"}
    assert len(sealed(database)) == 1
