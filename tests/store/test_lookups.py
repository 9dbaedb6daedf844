"""What people ask of the ledger: the trail of an item, how things stand. Answered from an index, however full the store."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from bot.core.alert import Alert
from bot.core.delivery import Outcome, Sent
from bot.core.health import SourceState
from bot.core.platform import Traits
from bot.store import schema
from bot.store.database import Database
from bot.store.health import save_state
from bot.store.lookups import Overview, SendRow, Trail, find_trails, overview, stories_told
from bot.store.recording import Record
from bot.store.turn import Brought, take_turn
from tests.fakes.ledger import (
    CONSOLE,
    LEASE,
    NOON,
    PLAIN,
    SEEN_WELL,
    SLACK,
    batch,
    claim,
    item,
    look_up,
    record,
    store_items,
    take,
    turn,
)
from watchers.item import Stage

LATER = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)
SENT = Sent(outcome=Outcome.SENT)
GIVE_UP = Sent(outcome=Outcome.GIVE_UP, detail="too long")


def find(database: Database, word: str) -> tuple[Trail, ...]:
    with database.reading() as connection:
        return find_trails(connection, word)


def found(database: Database, word: str) -> list[str]:
    return [trail.key for trail in find(database, word)]


def stand(database: Database, now: Any = NOON) -> Overview:
    with database.reading() as connection:
        return overview(connection, now=now)


# -- trails


@pytest.mark.parametrize("word", ["doc-1", "fr:doc-1", "https://gazette.example/doc-1"])
def test_an_item_is_found_by_its_number_and_its_address(database: Database, word: str) -> None:
    store_items(database, item(1), item(2))
    assert found(database, word) == ["doc-1"]


def test_all_items_of_a_story_are_found_by_its_id_oldest_first(database: Database) -> None:
    (story,) = store_items(database, item(1)).stories.values()
    store_items(database, item(3, stage=Stage.CORRECTED, corrects=("fr:doc-1",)), at=LATER)
    store_items(database, item(2, ref="fr:doc-1", stage=Stage.PROPOSED), at=LATER + SECOND)
    store_items(database, item(4), at=LATER)
    assert found(database, story.id) == ["doc-1", "doc-3", "doc-2"]


def test_filing_and_publication_share_a_number_and_are_found_together(database: Database) -> None:
    store_items(database, item(1, key="filing", stage=Stage.FILED))
    store_items(database, item(1), at=LATER)
    assert found(database, "fr:doc-1") == found(database, "doc-1") == ["filing", "doc-1"]


def test_latest_is_the_item_of_the_last_alert(database: Database) -> None:
    store_items(database, item(1))
    store_items(database, item(2), at=LATER)
    store_items(database, item(3, title="Nothing of interest"), at=LATER)
    assert found(database, "latest") == ["doc-2"]


@pytest.mark.parametrize("word", ["latest", "", "fr:", "doc-1", "%", "' OR 1=1 --"])
def test_nothing_is_found_where_nothing_is(database: Database, word: str) -> None:
    store_items(database, item(7, title="Nothing of interest"))
    assert find(database, word) == ()


def test_at_most_twenty_trails_are_shown_the_oldest(database: Database) -> None:
    for number in range(25):
        store_items(database, item(number, ref="fr:one"), at=NOON + number * SECOND)
    assert found(database, "fr:one") == [f"doc-{number}" for number in range(20)]


def test_a_trail_tells_the_text_the_hits_the_decisions_and_every_send(database: Database) -> None:
    document = item(1, official_at=NOON - timedelta(hours=2))
    (story,) = store_items(database, document, channels=(CONSOLE, SLACK)).stories.values()
    (first,) = claim(database, CONSOLE)
    record(database, first, Sent(outcome=Outcome.TRY_AGAIN, detail="busy"), now=NOON + SECOND)
    (again,) = claim(database, CONSOLE, now=LATER)
    record(database, again, SENT, now=LATER + SECOND)
    (trail,) = find(database, "doc-1")
    assert trail.item == document
    assert (trail.title, trail.url, trail.story) == (document.title, document.url, story.id)
    assert (trail.first_seen_at, trail.official_at) == (NOON, NOON - timedelta(hours=2))
    assert [(match.topic, match.evidence[0].words) for match in trail.matches] == [("tariffs", "Tariff")]
    assert [(each.channel, each.reason) for each in trail.decisions] == [
        (CONSOLE, "first"),
        (SLACK, "first"),
    ]
    assert trail.sends == (
        SendRow(
            channel=CONSOLE,
            state="sent",
            attempt=1,
            outcome="try again",
            finished_at=NOON + SECOND,
            detail="busy",
        ),
        SendRow(
            channel=CONSOLE,
            state="sent",
            attempt=2,
            outcome="sent",
            finished_at=LATER + SECOND,
            detail=None,
        ),
    )


def test_the_hits_of_a_trail_are_those_of_the_latest_revision_and_the_decisions_of_all(
    database: Database,
) -> None:
    store_items(database, item(1))
    store_items(database, item(1, title="Nothing of interest any more"), at=LATER)
    (trail,) = find(database, "doc-1")
    assert (trail.revision, trail.matches) == (2, ())
    assert [(each.revision, each.reason) for each in trail.decisions] == [
        (1, "first"),
        (2, "text changed"),
    ]


def test_a_trail_survives_the_loss_of_its_text(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        connection.execute(update(schema.item_revision).values(body=None))
    (trail,) = find(database, "doc-1")
    assert trail.item is None
    assert trail.title == "Tariff schedule number 1"


# -- how things stand


def test_an_empty_store_stands_at_nothing(database: Database) -> None:
    assert stand(database) == Overview(
        items=0,
        stories=0,
        states=(),
        waiting=0,
        sending=0,
        dead=0,
        sent=0,
        sent_last_day=0,
        uncertain=0,
        last_sent_at=None,
        seconds_to_send=(),
    )


def end_all(database: Database, *answers: Sent, now: datetime = NOON) -> None:
    """Send the next posts of the console one after the other, each answered so."""
    for answer in answers:
        (posting,) = claim(database, now=now)
        record(database, posting, answer, now=now)


def test_how_things_stand_is_counted(database: Database) -> None:
    store_items(database, *(item(number) for number in range(7)), item(8, title="Nothing of interest"))
    claim(database, limit=1)  # never answered
    later = NOON + LEASE + SECOND
    end_all(database, SENT, GIVE_UP, SENT, now=later)
    claim(database, now=later)
    with database.writing() as connection:
        save_state(connection, SourceState(source="gazette", learned_at=NOON))
    standing = stand(database, later)
    assert (standing.items, standing.stories) == (8, 7)
    assert standing.states == (SourceState(source="gazette", learned_at=NOON),)
    assert (standing.sent, standing.dead, standing.sending) == (2, 1, 1)
    assert standing.waiting == 3
    assert (standing.uncertain, standing.last_sent_at) == (1, later)


def test_what_was_found_by_looking_was_sent(database: Database) -> None:
    looking = {CONSOLE: Traits(looks=True)}
    store_items(database, item(1, official_at=NOON))
    (posting,) = claim(database, platforms=looking)
    record(database, posting, Sent(outcome=Outcome.UNKNOWN), platforms=looking)
    (look,) = turn(database, now=NOON + 10 * SECOND, platforms=looking).looks
    found = Sent(outcome=Outcome.FOUND, platform_ref="m1")
    look_up(database, look.posting, found, now=NOON + 11 * SECOND, platforms=looking)
    standing = stand(database, LATER)
    assert (standing.sent, standing.sent_last_day, standing.uncertain) == (1, 1, 0)
    assert (standing.last_sent_at, standing.seconds_to_send) == (NOON + 11 * SECOND, (11.0,))


def test_the_last_day_and_the_last_week_end_at_the_present(database: Database) -> None:
    store_items(database, item(1, official_at=NOON), item(2, official_at=NOON))
    end_all(database, SENT, now=NOON)
    end_all(database, SENT, now=NOON + timedelta(days=6))
    now = NOON + timedelta(days=6, hours=23)
    standing = stand(database, now)
    assert (standing.sent, standing.sent_last_day) == (2, 1)
    assert standing.seconds_to_send == (0.0, 6 * 86400.0)
    assert stand(database, now + timedelta(days=1)).seconds_to_send == (6 * 86400.0,)


def test_the_seconds_to_a_send_run_from_the_issuers_instant_in_order_of_length(database: Database) -> None:
    store_items(
        database,
        item(1, official_at=NOON - timedelta(seconds=90.5)),
        item(2, official_at=NOON - timedelta(seconds=30)),
        item(3),  # has a date, and no instant to count from
        item(4, official_at=NOON - timedelta(seconds=1)),
    )
    for _ in range(4):
        (posting,) = claim(database)
        assert isinstance(posting.told, Alert)
        record(database, posting, GIVE_UP if posting.told.key == "doc-4" else SENT)
    assert stand(database).seconds_to_send == (30.0, 90.5)


def test_a_story_told_to_two_channels_in_two_steps_is_one_story_told(database: Database) -> None:
    store_items(database, item(1, stage=Stage.FILED), channels=(CONSOLE, SLACK))
    store_items(database, item(1), at=LATER, channels=(CONSOLE, SLACK))
    with database.writing() as connection:
        take(connection, batch([item(2)], learning=True))
        assert stories_told(connection) == 1


# -- from an index


@pytest.fixture
def full(database: Database) -> Database:
    """A store with a past: most of what is in it is over and done."""
    store_items(database, *(item(number) for number in range(300)))
    turn(database)  # lays them out
    with database.writing() as connection:
        over = {"state": "sent", "open": 0, "attempt": 1, "ended_at": NOON}
        connection.execute(update(schema.post).where(schema.post.c.id <= 290).values(over))
        sent = {"attempt": 1, "started_at": NOON, "finished_at": NOON, "outcome": "sent"}
        connection.execute(insert(schema.delivery), [sent | {"post": number} for number in range(1, 291)])
    return database


def _plan(database: Database, work: Callable[[Connection], object]) -> list[str]:
    """Do the work and return how the database went about each of its queries."""
    asked: list[tuple[str, Any]] = []
    with database.writing() as connection:

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        work(connection)
        event.remove(connection, "before_cursor_execute", note)
        raw: Any = connection.connection.driver_connection
        return [row[3] for text, values in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", values)]


@pytest.mark.parametrize("word", ["doc-17", "fr:doc-17", "https://gazette.example/doc-17", "no such word"])
def test_a_trail_is_found_without_reading_the_whole_store(full: Database, word: str) -> None:
    plan = _plan(full, lambda connection: find_trails(connection, word))
    assert [step for step in plan if step.startswith("SCAN")] == []
    assert any("ix_item_url" in step for step in plan)


def test_the_latest_alert_is_read_from_the_end(full: Database) -> None:
    plan = _plan(full, lambda connection: find_trails(connection, "latest"))
    assert plan[0] == "SCAN alert"  # backwards, one row
    assert [step for step in plan[1:] if step.startswith(("SCAN", "USE TEMP"))] == []


def test_a_turn_reads_only_what_is_open(full: Database) -> None:
    (posting,) = claim(full, now=LATER)
    ended = (Record(posting=posting, sent=SENT),)

    def work(connection: Connection) -> None:
        brought = Brought(ended=ended, room=9)
        take_turn(connection, brought, PLAIN, None, coverage=lambda _: SEEN_WELL, now=LATER)

    plan = _plan(full, work)
    whole = [step for step in plan if step.startswith("SCAN") and step.partition(" USING ")[0] in LARGE]
    assert whole == []


LARGE = {"SCAN alert", "SCAN post", "SCAN later", "SCAN queued", "SCAN delivery", "SCAN item"}


def test_sends_are_counted_and_timed_without_reading_every_delivery(full: Database) -> None:
    plan = _plan(full, lambda connection: overview(connection, now=NOON))
    whole = [step for step in plan if step.startswith("SCAN") and "COVERING INDEX" not in step]
    assert [step for step in whole if "source_state" not in step] == []
