"""What follows from answers: details, edits, new threads, pauses, rests, and a channel that moves to another address."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.core.alert import Alert
from bot.core.channel import Subscription
from bot.core.delivery import Outcome, Sent, State, Trouble
from bot.core.match import Severity
from bot.core.platform import Traits
from bot.core.posting import Head, Kind, Posting
from bot.core.timing import timing_of
from bot.store import schema
from bot.store.channels import load_channel, move_channel, save_channel
from bot.store.database import Database
from tests.fakes.ledger import (
    NOON,
    SLACK,
    channel,
    claim,
    decide,
    item,
    look_up,
    record,
    rows,
    save,
    store_items,
    turn,
)

SECOND = timedelta(seconds=1)
FULL = {SLACK: Traits(looks=True, threads=True, edits=True, details=True)}
CHATS = {"telegram": Traits()}
GROUP, SUPERGROUP = "telegram:-100", "telegram:-200"


def sent(number: int) -> Sent:
    return Sent(outcome=Outcome.SENT, platform_ref=f"m{number}")


def one(database: Database, *, now: datetime = NOON, platforms: Any = FULL) -> Posting:
    (posting,) = claim(database, now=now, platforms=platforms)
    return posting


def send_all(database: Database, *, now: datetime = NOON) -> list[Posting]:
    """Send until nothing goes any more; each message is named after its post."""
    postings: list[Posting] = []
    while claimed := claim(database, now=now, platforms=FULL):
        for each in claimed:
            postings.append(each)
            record(database, each, sent(each.id), now=now, platforms=FULL)
    return postings


def kinds(postings: list[Posting]) -> list[tuple[Kind, str | None, str | None]]:
    """(kind, thread, target) of each."""
    return [(each.kind, each.thread, each.target) for each in postings]


def deaths(database: Database) -> list[str]:
    found = rows(database, select(schema.post.c.why).where(schema.post.c.state == "dead"))
    return [row["why"] for row in found]


@pytest.fixture(autouse=True)
def slack(database: Database) -> None:
    save(database, channel(SLACK))


# -- threads


def test_details_follow_under_the_head_and_a_reply_brings_the_head_up_to_date(database: Database) -> None:
    decide(database, "1", to=SLACK, story="7f3a")
    assert kinds(send_all(database)) == [(Kind.ALERT, None, None), (Kind.DETAILS, "m1", None)]
    decide(database, "2", to=SLACK, story="7f3a", revision=2, title="Later")
    alert, edit = send_all(database, now=NOON + SECOND)
    assert kinds([alert, edit]) == [(Kind.ALERT, "m1", None), (Kind.EDIT, None, "m1")]
    assert isinstance(edit.told, Head)
    assert (edit.told.first.key, edit.told.newest.title) == ("1", "Later")
    assert edit.told.updated_at == NOON + SECOND


def test_a_copy_found_later_is_shown_in_the_head_and_told_to_nobody(database: Database) -> None:
    store_items(database, item(1), channels=[SLACK])
    assert kinds(send_all(database)) == [(Kind.ALERT, None, None), (Kind.DETAILS, "m1", None)]
    copy = item(2, ref="fr:doc-1", url="https://mirror.example/doc-1")
    writes = store_items(database, copy, at=NOON + SECOND, channels=[SLACK])
    assert (len(writes.alerts), len(writes.copied)) == (0, 1)
    (edit,) = send_all(database, now=NOON + SECOND)
    assert kinds([edit]) == [(Kind.EDIT, None, "m1")]
    assert isinstance(edit.told, Head)
    assert edit.told.newest.also_at == ("https://mirror.example/doc-1",)
    store_items(database, copy, at=NOON + 2 * SECOND, channels=[SLACK])
    assert send_all(database, now=NOON + 2 * SECOND) == []


def test_a_head_that_cannot_be_changed_is_left_as_it_is(database: Database) -> None:
    save(database, channel("webhook:desk"))
    store_items(database, item(1), channels=["webhook:desk"])
    hooks = {"webhook": Traits(repeatable=True)}
    record(database, one(database, platforms=hooks), sent(1), platforms=hooks)
    copy = item(2, ref="fr:doc-1", url="https://mirror.example/doc-1")
    store_items(database, copy, at=NOON + SECOND, channels=["webhook:desk"])
    assert claim(database, now=NOON + SECOND, platforms=hooks) == ()


def test_however_many_replies_wait_the_head_is_brought_up_to_date_once_after_them(
    database: Database,
) -> None:
    for number in range(1, 5):
        decide(database, str(number), to=SLACK, story="7f3a", revision=number)
    found = send_all(database)
    assert [each.kind for each in found] == [*[Kind.ALERT] * 4, Kind.DETAILS, Kind.EDIT]
    (edit,) = (each.told for each in found if isinstance(each.told, Head))
    assert edit.newest.key == "4"


def test_a_post_that_was_found_has_its_details_too_and_only_once(database: Database) -> None:
    decide(database, "1", to=SLACK)
    head = one(database)
    record(database, head, Sent(outcome=Outcome.UNKNOWN), platforms=FULL)
    (look,) = turn(database, now=NOON + 10 * SECOND, platforms=FULL).looks
    found = Sent(outcome=Outcome.FOUND, platform_ref="m1")
    look_up(database, look.posting, found, now=NOON + 11 * SECOND, platforms=FULL)
    record(database, head, sent(1), now=NOON + 12 * SECOND, platforms=FULL)  # its own answer, late
    assert kinds(send_all(database, now=NOON + 12 * SECOND)) == [(Kind.DETAILS, "m1", None)]


def test_a_reply_whose_thread_is_gone_begins_one_anew_and_what_follows_goes_on_under_it(
    database: Database,
) -> None:
    decide(database, "1", to=SLACK, story="7f3a")
    send_all(database)
    for number in (2, 3):
        decide(database, str(number), to=SLACK, story="7f3a", revision=number)
    reply = one(database)
    assert reply.thread == "m1"
    gone = Sent(outcome=Outcome.TRY_AGAIN, trouble=Trouble.THREAD)
    record(database, reply, gone, platforms=FULL)
    anew, third, details, edit = send_all(database, now=NOON + 5 * SECOND)
    assert (anew.kind, anew.thread, anew.told) == (Kind.ALERT, None, reply.told)
    assert [third.thread, details.thread, edit.target] == [f"m{anew.id}"] * 3
    decide(database, "4", to=SLACK, story="7f3a", revision=4)
    assert send_all(database, now=NOON + 6 * SECOND)[0].thread == f"m{anew.id}"


def test_a_reply_whose_head_died_stands_alone_and_has_details_of_its_own(database: Database) -> None:
    for number in (1, 2, 3):
        decide(database, str(number), to=SLACK, story="7f3a", revision=number)
    head = one(database)
    record(database, head, Sent(outcome=Outcome.GIVE_UP, detail="too long"), platforms=FULL)
    alone, reply, details, _edit = send_all(database)
    assert isinstance(alone.told, Alert)
    assert (alone.told.key, alone.thread) == ("2", None)
    assert reply.thread == details.thread == f"m{alone.id}"


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.DETAILS])
def test_what_only_hangs_on_a_message_ends_with_it_and_stops_nothing(database: Database, kind: Kind) -> None:
    decide(database, "1", to=SLACK, story="7f3a")
    decide(database, "2", to=SLACK, story="7f3a", revision=2)
    now = NOON
    for _ in range(9):
        for each in claim(database, now=now, platforms=FULL):
            gone = Sent(outcome=Outcome.TRY_AGAIN, trouble=Trouble.THREAD, detail="no such message")
            record(database, each, gone if each.kind is kind else sent(each.id), now=now, platforms=FULL)
        now += timedelta(minutes=1)
    assert len(deaths(database)) == 1
    decide(database, "other", to=SLACK, at=now)
    assert send_all(database, now=now)[0].kind is Kind.ALERT


# -- channels and platforms that refuse us


def test_a_channel_that_refuses_us_is_paused_and_its_queue_ends_with_the_reason(database: Database) -> None:
    for number in range(3):
        decide(database, str(number), to=SLACK)
    refused = Sent(outcome=Outcome.GIVE_UP, trouble=Trouble.CHANNEL, detail="we were removed")
    assert record(database, one(database), refused, platforms=FULL) is State.DEAD
    assert deaths(database) == ["we were removed"] * 3
    with database.reading() as connection:
        paused = load_channel(connection, SLACK)
    assert paused is not None
    assert paused.paused == "we were removed"
    decide(database, "later", to=SLACK)
    turn(database, platforms=FULL)
    endings = rows(database, select(schema.alert.c.ending).where(schema.alert.c.state == "dropped"))
    assert endings == [{"ending": "the channel is paused"}]


def test_what_comes_out_of_doubt_after_a_pause_waits_until_the_channel_goes_on(database: Database) -> None:
    refused = Sent(outcome=Outcome.GIVE_UP, trouble=Trouble.CHANNEL, detail="we were removed")
    decide(database, "1", to=SLACK)
    record(database, one(database), Sent(outcome=Outcome.UNKNOWN), platforms=FULL)
    decide(database, "loud", to=SLACK, severity=Severity.URGENT)
    record(database, one(database), refused, platforms=FULL)
    (look,) = turn(database, now=NOON + 10 * SECOND, platforms=FULL).looks
    absent = Sent(outcome=Outcome.ABSENT)
    look_up(database, look.posting, absent, now=NOON + 10 * SECOND, platforms=FULL)
    assert claim(database, now=NOON + 10 * SECOND, platforms=FULL) == ()
    assert deaths(database) == ["we were removed"]
    with database.writing() as connection:
        paused = load_channel(connection, SLACK)
        assert paused is not None
        save_channel(connection, replace(paused, paused=None), now=NOON + 10 * SECOND, by="ann")
    assert one(database, now=NOON + 10 * SECOND, platforms=FULL).story == "1"


def test_a_refused_credential_rests_the_whole_platform_and_nothing_is_lost(database: Database) -> None:
    other = "slack:C02"
    platforms = {"slack": Traits()}
    save(database, channel(other))
    decide(database, "1", to=SLACK)
    decide(database, "2", to=other)
    refused = Sent(outcome=Outcome.GIVE_UP, trouble=Trouble.CREDENTIAL, detail="invalid_auth")
    first, second = claim(database, platforms=platforms)
    assert record(database, first, refused, platforms=platforms) is State.RETRY
    record(database, second, sent(2), platforms=platforms)
    decide(database, "3", to=other)
    assert claim(database, now=NOON + 59 * SECOND, platforms=platforms) == ()
    later = claim(database, now=NOON + 60 * SECOND, platforms=platforms)
    assert [each.channel.address for each in later] == [SLACK, other]


def test_a_chat_that_asks_us_to_wait_rests_with_its_forum_topics_and_the_urgent(database: Database) -> None:
    topics = ("telegram:-1/1", "telegram:-1/2")
    save(database, *(channel(each) for each in topics))
    for each in topics:
        decide(database, each, to=each)
    first, second = claim(database, platforms=CHATS)
    slow = Sent(outcome=Outcome.TRY_AGAIN, retry_after=timedelta(seconds=30))
    record(database, first, slow, platforms=CHATS)
    record(database, second, sent(2), platforms=CHATS)
    decide(database, "loud", to=topics[1], severity=Severity.URGENT)
    assert claim(database, now=NOON + 29 * SECOND, platforms=CHATS) == ()
    assert len(claim(database, now=NOON + 30 * SECOND, platforms=CHATS)) == 2


# -- moving


def test_a_channel_that_moves_takes_everything_along(database: Database) -> None:
    daily = Subscription(timing=timing_of("daily 08:30"), by="@ann")
    save(database, channel(GROUP, title="Desk", subscriptions=(daily,)))
    decide(database, "told", to=GROUP)
    first = one(database, platforms=CHATS)
    record(database, first, sent(1), platforms=CHATS)
    decide(database, "brief", to=GROUP, timing=daily.timing)
    decide(database, "queued", to=GROUP)
    moved = Sent(outcome=Outcome.TRY_AGAIN, moved_to=SUPERGROUP)
    assert record(database, one(database, platforms=CHATS), moved, platforms=CHATS) is State.RETRY
    with database.reading() as connection:
        assert load_channel(connection, GROUP) is None
        arrived = load_channel(connection, SUPERGROUP)
    assert arrived == channel(SUPERGROUP, title="Desk", subscriptions=(daily,))
    again = one(database, now=NOON + 5 * SECOND, platforms=CHATS)
    assert again.channel == arrived
    for table in (schema.alert, schema.post, schema.brief):
        assert {row["channel"] for row in rows(database, select(table.c.channel))} == {SUPERGROUP}
    assert {row["chat"] for row in rows(database, select(schema.post.c.chat))} == {SUPERGROUP}
    decide(database, "more", to=SUPERGROUP, story="told", revision=2)
    record(database, again, sent(2), now=NOON + 5 * SECOND, platforms=CHATS)
    reply = one(database, now=NOON + 5 * SECOND, platforms=CHATS)
    # Messages are numbered anew where it is now: what was sent before cannot be answered.
    assert (reply.thread, reply.target) == (None, None)


def test_a_channel_that_moves_to_where_one_is_already_tells_nothing_twice(database: Database) -> None:
    old, new = channel(GROUP), channel(SUPERGROUP)
    save(database, old, new)
    for address in (GROUP, SUPERGROUP):
        decide(database, "both", to=address)
    decide(database, "old", to=GROUP)
    with database.writing() as connection:
        for address in (GROUP, SUPERGROUP):
            label = {"channel": address, "story": "both", "by": "@ann", "relevant": 1, "at": NOON}
            connection.execute(insert(schema.label), label)
        move_channel(connection, old, SUPERGROUP, now=NOON)
    told = rows(database, select(schema.alert.c.key, schema.alert.c.channel, schema.alert.c.state))
    assert [tuple(row.values()) for row in told] == [
        ("both", GROUP, "dropped"),
        ("both", SUPERGROUP, "waiting"),
        ("old", SUPERGROUP, "waiting"),
    ]


def test_what_a_channel_asked_for_holds_on_where_another_moves_to_it(database: Database) -> None:
    old = channel(GROUP, followed=("7f3a",))
    there = channel(SUPERGROUP, title="Desk", subscriptions=(Subscription(what="minerals"),))
    save(database, old, there)
    with database.writing() as connection:
        move_channel(connection, old, SUPERGROUP, now=NOON)
        joined = load_channel(connection, SUPERGROUP)
    assert joined is not None
    assert [each.what for each in joined.subscriptions] == ["minerals", "*"]
    assert (joined.title, joined.followed) == ("Desk", ("7f3a",))
