"""What is written about a batch is what the next batch knows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.core.batch import Known, Seen
from bot.core.fingerprint import dates_key, fingerprint
from bot.errors import StoreError
from bot.store import schema
from bot.store.database import Database
from bot.store.intake import load_known
from bot.store.rows import unpack
from tests.fakes.ledger import (
    CONSOLE,
    NOON,
    SLACK,
    SOURCE,
    batch,
    count,
    effective,
    item,
    rows,
    store_items,
    take,
)
from watchers.item import Agency, Item, Link, Ref, Stage

LATER = NOON + timedelta(hours=1)
TABLES = (
    schema.seen,
    schema.item,
    schema.item_revision,
    schema.topic_match,
    schema.decision,
    schema.story,
    schema.story_document,
    schema.story_revision,
    schema.alert,
)


def known_of(database: Database, *items: Item) -> Known:
    with database.reading() as connection:
        return load_known(connection, batch(items, at=LATER))


def test_an_empty_store_knows_nothing(database: Database) -> None:
    assert known_of(database, item()) == Known(seen={}, stories={}, story_of={}, told={}, taken=frozenset())


def test_what_one_batch_wrote_the_next_one_knows(database: Database) -> None:
    first = item(1, dates=effective(date(2026, 12, 1)))
    writes = store_items(database, first, channels=(CONSOLE, SLACK))
    (story,) = writes.stories.values()
    known = known_of(database, first)
    assert known.seen == {
        "doc-1": Seen(
            revision=1, fingerprint=fingerprint(first), dates=dates_key(first), told=1, changes=(NOON,)
        ),
    }
    assert known.stories == {story.id: story}
    assert known.story_of == {"fr:doc-1": story.id}
    assert known.told == {(story.id, CONSOLE): "published", (story.id, SLACK): "published"}
    assert known.taken == frozenset()  # no candidate: the item's story is known


def test_only_what_bears_on_the_batch_is_loaded(database: Database) -> None:
    store_items(database, item(1), item(2))
    known = known_of(database, item(2))
    assert list(known.seen) == ["doc-2"]
    assert list(known.story_of) == ["fr:doc-2"]
    assert len(known.stories) == len(known.told) == 1


def test_items_of_another_source_are_not_mistaken_for_this_ones(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        connection.execute(update(schema.seen).values(source="herald"))
    assert known_of(database, item(1)).seen == {}


def test_a_channel_is_known_by_the_stage_it_was_last_told_of(database: Database) -> None:
    store_items(database, item(1, stage=Stage.FILED))
    store_items(database, item(1, stage=Stage.PUBLISHED), at=LATER)
    assert list(known_of(database, item(1)).told.values()) == ["published"]


def test_a_story_id_in_use_is_not_given_to_another_story(database: Database) -> None:
    (story,) = store_items(database, item(1)).stories.values()
    with database.writing() as connection:  # as if another number had come to the same short id
        connection.execute(update(schema.story).values(ref="fr:other"))
        connection.execute(update(schema.story_document).values(ref="fr:other"))
    assert known_of(database, item(1)).taken == {story.id}
    second = item(1, key="again")
    (other,) = store_items(database, second, at=LATER).stories.values()
    assert other.id.startswith(story.id)
    assert len(other.id) > len(story.id)


def test_a_correction_finds_the_story_it_corrects(database: Database) -> None:
    (story,) = store_items(database, item(1)).stories.values()
    correction = item(2, stage=Stage.CORRECTED, corrects=("fr:doc-1",))
    store_items(database, correction, at=LATER)
    assert count(database, schema.story) == 1
    assert known_of(database, correction).story_of == {"fr:doc-1": story.id, "fr:doc-2": story.id}


def test_the_same_page_again_writes_nothing(database: Database) -> None:
    store_items(database, item(1), item(2, title="Nothing of interest"))
    before = {table.name: count(database, table) for table in TABLES}
    writes = store_items(database, item(1), item(2, title="Nothing of interest"), at=LATER)
    assert writes.unchanged == 2
    assert {table.name: count(database, table) for table in TABLES} == before


def test_twelve_hundred_items_fit_in_one_batch_and_are_all_known_afterwards(database: Database) -> None:
    items = [item(number) for number in range(1200)]
    writes = store_items(database, *items)
    assert len(writes.alerts) == 1200
    assert [count(database, table) for table in TABLES] == [1200] * len(TABLES)
    again = store_items(database, *items, at=LATER)
    assert again.unchanged == 1200
    known = known_of(database, *items)
    assert len(known.seen) == len(known.stories) == len(known.story_of) == len(known.told) == 1200


def test_a_change_keeps_the_first_sight_and_every_revision(database: Database) -> None:
    store_items(database, item(1))
    store_items(database, item(1, title="Tariff schedule, amended"), at=LATER)
    assert rows(database, select(schema.seen.c.revision, schema.seen.c.first_seen_at)) == [
        {"revision": 2, "first_seen_at": NOON}
    ]
    assert rows(database, select(schema.item.c.title, schema.item.c.first_seen_at)) == [
        {"title": "Tariff schedule, amended", "first_seen_at": NOON}
    ]
    revisions = select(schema.item_revision.c.revision, schema.item_revision.c.seen_at)
    assert rows(database, revisions.order_by(schema.item_revision.c.revision)) == [
        {"revision": 1, "seen_at": NOON},
        {"revision": 2, "seen_at": LATER},
    ]


def test_a_story_that_moves_keeps_its_beginning(database: Database) -> None:
    store_items(database, item(1, stage=Stage.FILED))
    store_items(database, item(1, stage=Stage.PUBLISHED), at=LATER)
    (story,) = rows(database, select(schema.story))
    assert (story["began_at"], story["moved_at"], story["revision"]) == (NOON, LATER, 2)
    assert [alert["revision"] for alert in rows(database, select(schema.alert.c.revision))] == [1, 2]


def test_an_item_twice_on_one_page_is_stored_as_it_stands_last(database: Database) -> None:
    store_items(database, item(1), item(1, title="Tariff schedule, amended"))
    assert rows(database, select(schema.item.c.title, schema.item.c.revision)) == [
        {"title": "Tariff schedule, amended", "revision": 2}
    ]
    assert count(database, schema.item_revision) == 2


@pytest.mark.parametrize("drop_rows", [False, True], ids=["bodies dropped", "revisions dropped"])
def test_what_retention_dropped_does_not_come_back_as_new(database: Database, drop_rows: bool) -> None:
    store_items(database, item(1), item(2, title="Nothing of interest"))
    table = schema.item_revision
    with database.writing() as connection:
        connection.execute(delete(table) if drop_rows else update(table).values(body=None))
    writes = store_items(database, item(1), item(2, title="Nothing of interest"), at=LATER)
    assert writes.unchanged == 2
    assert writes.alerts == []
    assert count(database, schema.alert) == 1


def test_a_change_after_retention_is_a_change_and_not_a_new_item(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        connection.execute(delete(schema.item_revision))
    writes = store_items(database, item(1, title="Tariff schedule, amended"), at=LATER)
    assert [each.revision for each in writes.revisions] == [2]
    assert writes.alerts == []


def test_a_transaction_that_fails_leaves_nothing_of_the_batch(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            take(connection, batch([item(1), item(2)]))
            take(connection, batch([item(1), item(2)], at=LATER))
            raise KeyError("something else went wrong")

    with pytest.raises(KeyError):
        fail()
    assert [count(database, table) for table in TABLES] == [0] * len(TABLES)
    assert len(store_items(database, item(1), item(2), at=LATER).alerts) == 2


def test_learning_stores_and_tells_nobody(database: Database) -> None:
    with database.writing() as connection:
        take(connection, batch([item(1)], learning=True))
    assert (count(database, schema.story), count(database, schema.alert)) == (1, 0)
    assert rows(database, select(schema.decision.c.channel, schema.decision.c.reason)) == [
        {"channel": "*", "reason": "baseline"}
    ]


def test_an_item_comes_back_whole(database: Database) -> None:
    whole = item(
        1,
        title="Tariff “复关” 公告 \U0001f4dc",
        official_at=NOON,
        abstract="Line one\nline two",
        agencies=(Agency(name="Commerce", slug="commerce"), Agency(name="商务部")),
        dates=effective(date(2026, 12, 1)),
        refs=(Ref(kind="rin", value="0694-AJ35"),),
        corrects=("fr:doc-0",),
        links=(Link(kind="pdf", url="https://gazette.example/1.pdf"),),
        significant=False,
    )
    store_items(database, whole)
    (row,) = rows(database, select(schema.item_revision.c.body))
    assert unpack(row["body"], Item) == whole
    (row,) = rows(database, select(schema.item))
    assert (row["source"], row["official_at"], row["official_on"]) == (SOURCE, NOON, NOON.date())


def test_a_fingerprint_of_an_older_version_is_replaced_and_later_changes_are_seen(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        connection.execute(update(schema.seen).values(fingerprint="0:older"))
    quiet = store_items(database, item(1), at=LATER)
    assert (quiet.revisions, quiet.alerts, quiet.unchanged) == ([], [], 1)
    (row,) = rows(database, select(schema.seen.c.revision, schema.seen.c.fingerprint))
    assert row == {"revision": 1, "fingerprint": fingerprint(item(1))}
    changed = store_items(database, item(1, dates=effective(date(2027, 1, 1))), at=LATER)
    assert [each.revision for each in changed.revisions] == [2]


def test_a_story_that_cannot_be_read_is_the_stores_failure(database: Database) -> None:
    store_items(database, item(1))
    with database.writing() as connection:
        connection.execute(update(schema.story).values(body='{"id": 1}'))
    with pytest.raises(StoreError, match="a Story that cannot be read"):
        store_items(database, item(1, title="Tariff again"), at=LATER)
