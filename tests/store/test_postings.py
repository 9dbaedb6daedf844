"""What a platform is given: the words, the thread, the message to change, whether it repeats and whether all should see it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.channel import Burst, Subscription
from bot.core.decide import Reason
from bot.core.delivery import Outcome, Sent
from bot.core.platform import Traits
from bot.core.posting import Burst as ToldBurst
from bot.core.posting import Head, Kind, Posting
from bot.core.timing import timing_of
from bot.store.database import Database
from bot.store.postings import unknown_since
from tests.fakes.ledger import NOON, SLACK, channel, claim, decide, record, save
from watchers.item import Stage

SECOND = timedelta(seconds=1)
THREADS = {SLACK: Traits(threads=True, edits=True)}
UNKNOWN = Sent(outcome=Outcome.UNKNOWN)
TRY_AGAIN = Sent(outcome=Outcome.TRY_AGAIN)


def one(database: Database, *, now: Any = NOON) -> Posting:
    (posting,) = claim(database, now=now, platforms=THREADS)
    return posting


def answer(database: Database, posting: Posting, sent: Sent | None = None, *, now: Any = NOON) -> Posting:
    done = Sent(outcome=Outcome.SENT, platform_ref=f"m{posting.id}")
    record(database, posting, sent or done, now=now, platforms=THREADS)
    return posting


def send_next(database: Database) -> Posting:
    return answer(database, one(database))


def test_a_first_alert_stands_alone(database: Database) -> None:
    save(database, channel(SLACK))
    decide(database, "1", to=SLACK)
    posting = one(database, now=NOON + SECOND)
    assert isinstance(posting.told, Alert)
    assert (posting.kind, posting.thread, posting.target, posting.root) == (Kind.ALERT, None, None, None)
    assert (posting.story, posting.at, posting.repeat, posting.resurfaces) == (
        "1",
        NOON + SECOND,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("resurface", "facts", "seen"),
    [
        ("legal", {"reason": Reason.NEW_STAGE}, False),
        ("legal", {"reason": Reason.WITHDRAWN}, True),
        ("legal", {"reason": Reason.NEW_STAGE, "stage": Stage.SUSPENDED}, True),
        ("always", {"reason": Reason.NEW_STAGE}, True),
        ("never", {"reason": Reason.WITHDRAWN}, False),
    ],
)
def test_a_reply_answers_the_head_and_is_seen_by_all_where_the_channel_wants_it(
    database: Database, resurface: Any, facts: dict[str, Any], seen: bool
) -> None:
    save(database, channel(SLACK, resurface=resurface))
    decide(database, "1", to=SLACK, story="7f3a", **facts)
    assert send_next(database).resurfaces is False
    decide(database, "2", to=SLACK, story="7f3a", revision=2, **facts)
    reply = one(database)
    assert (reply.thread, reply.root, reply.resurfaces) == ("m1", 1, seen)


def test_a_repeat_says_so_and_an_edit_never_does(database: Database) -> None:
    save(database, channel(SLACK))
    decide(database, "1", to=SLACK, story="7f3a")
    answer(database, one(database), UNKNOWN)
    now = NOON + 5 * SECOND
    again = answer(database, one(database, now=now), now=now)
    assert (again.repeat, again.attempt) == (True, 2)
    decide(database, "2", to=SLACK, story="7f3a", revision=2)
    answer(database, one(database, now=now), now=now)
    edit = answer(database, one(database, now=now), UNKNOWN, now=now)
    assert (edit.kind, edit.target, edit.repeat) == (Kind.EDIT, "m1", False)
    edited = one(database, now=now + 5 * SECOND)
    assert isinstance(edited.told, Head)
    assert (edited.id, edited.repeat) == (edit.id, False)


def test_a_growth_whose_burst_never_came_is_a_burst_of_what_it_brings(database: Database) -> None:
    save(database, channel(SLACK, burst=Burst(alerts=0)))
    decide(database, "1", to=SLACK)
    burst = one(database)
    assert (burst.kind, burst.thread, burst.target) == (Kind.BURST, None, None)
    for key in ("2", "3"):
        decide(database, key, to=SLACK)
    answer(database, burst, Sent(outcome=Outcome.GIVE_UP))
    anew = one(database)
    assert isinstance(anew.told, ToldBurst)
    assert (anew.kind, [each.key for each in anew.told.alerts]) == (Kind.BURST, ["2", "3"])
    answer(database, anew, TRY_AGAIN)
    again = one(database, now=NOON + 5 * SECOND)
    assert (again.kind, again.told) == (Kind.BURST, anew.told)


def test_a_brief_is_put_together_as_it_is_sent_and_the_same_each_time(database: Database) -> None:
    hourly = timing_of("hourly")
    save(database, channel(SLACK, subscriptions=(Subscription(timing=hourly),)))
    decide(database, "1", to=SLACK, timing=hourly)
    hour = (NOON + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    first = answer(database, one(database, now=hour), TRY_AGAIN, now=hour)
    again = one(database, now=hour + 5 * SECOND)
    assert isinstance(first.told, Brief)
    assert (again.told, again.alerts, again.at) == (first.told, (1,), hour + 5 * SECOND)


def test_what_was_in_doubt_is_looked_for_from_the_first_doubtful_send_on(database: Database) -> None:
    save(database, channel(SLACK))
    decide(database, "1", to=SLACK)
    answer(database, one(database), TRY_AGAIN)
    now = NOON + 5 * SECOND
    answer(database, one(database, now=now), UNKNOWN, now=now)
    later = now + 10 * SECOND
    answer(database, one(database, now=later), UNKNOWN, now=later)
    with database.reading() as connection:
        assert unknown_since(connection, 1) == now
        assert unknown_since(connection, 2) is None
