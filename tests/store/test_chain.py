"""The chain of entries: whoever changes, removes, inserts or moves one breaks it from there on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from bot.store import schema
from bot.store.chain import BEGINNING, Entry, append, seal, walk
from bot.store.database import Database
from tests.fakes.ledger import NOON

_entry = schema.entry
TEXTS = st.text(max_size=12)
ENTRIES = st.builds(
    lambda kind, subject, body: Entry(kind=kind, subject=subject, body=body), TEXTS, TEXTS, TEXTS
)


def entries(count: int, first: int = 1) -> list[Entry]:
    return [
        Entry(kind="page", subject=f"https://a.example/{number}", body=f'{{"size":{number}}}')
        for number in range(first, first + count)
    ]


def holds(database: Database) -> list[bool]:
    with database.reading() as connection:
        return [whole for _, whole in walk(connection)]


@pytest.fixture
def chained(database: Database) -> Database:
    """A store with a chain of six entries, of three transactions."""
    for first in (1, 3, 5):
        with database.writing() as connection:
            assert append(connection, NOON + first * timedelta(seconds=1), entries(2, first)) == first
    return database


def test_an_empty_chain_is_whole(database: Database) -> None:
    assert holds(database) == []
    with database.writing() as connection:
        assert append(connection, NOON, []) == 0


def test_each_entry_follows_from_the_one_before(chained: Database) -> None:
    assert holds(chained) == [True] * 6
    with chained.reading() as connection:
        found = [sealed for sealed, _ in walk(connection)]
    assert [each.id for each in found] == [1, 2, 3, 4, 5, 6]
    assert found[0].hash == seal(BEGINNING, found[0].at, entries(1)[0])
    assert all(re.fullmatch(r"[0-9a-f]{64}", each.hash) for each in found)


def test_a_chain_that_is_rolled_back_goes_on_as_if_nothing_had_been(chained: Database) -> None:
    def fail() -> None:
        with chained.writing() as connection:
            append(connection, NOON, entries(3, 7))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with chained.writing() as connection:
        assert append(connection, NOON, entries(1, 7)) == 7
    assert holds(chained) == [True] * 7


@pytest.mark.parametrize("column", ["at", "kind", "subject", "body", "hash"])
@pytest.mark.parametrize("number", [1, 3, 6])
def test_whoever_changes_an_entry_breaks_the_chain_there(chained: Database, column: str, number: int) -> None:
    value = NOON if column == "at" else "other"
    with chained.writing() as connection:
        connection.execute(update(_entry).where(_entry.c.id == number).values({column: value}))
    found = holds(chained)
    assert found.index(False) == number - 1


def _remove(connection: Connection) -> None:
    connection.execute(delete(_entry).where(_entry.c.id == 3))


def _remove_the_first(connection: Connection) -> None:
    connection.execute(delete(_entry).where(_entry.c.id == 1))


def _swap(connection: Connection) -> None:
    for before, after in ((3, 99), (4, 3), (99, 4)):
        connection.execute(update(_entry).where(_entry.c.id == before).values(id=after))


def _insert(connection: Connection) -> None:
    connection.execute(update(_entry).where(_entry.c.id == 6).values(id=8))
    connection.execute(update(_entry).where(_entry.c.id == 5).values(id=7))
    last = connection.execute(select(_entry.c.hash).where(_entry.c.id == 4)).scalar_one()
    (new,) = entries(1, 99)
    row = {"id": 5, "at": NOON, "kind": new.kind, "subject": new.subject, "body": new.body}
    connection.execute(insert(_entry), row | {"hash": seal(last, NOON, new)})


@pytest.mark.parametrize("meddle", [_remove, _remove_the_first, _swap, _insert])
def test_whoever_removes_moves_or_inserts_entries_breaks_the_chain(
    chained: Database, meddle: Callable[[Connection], None]
) -> None:
    with chained.writing() as connection:
        meddle(connection)
    assert False in holds(chained)


@given(ENTRIES, ENTRIES)
def test_no_two_entries_have_the_same_hash_wherever_their_fields_end(one: Entry, other: Entry) -> None:
    assert (seal(BEGINNING, NOON, one) == seal(BEGINNING, NOON, other)) == (one == other)


def test_nothing_can_be_moved_from_one_field_into_the_next() -> None:
    one = Entry(kind="page", subject="a\nb", body="c")
    other = Entry(kind="page", subject="a", body="b\nc")
    assert seal(BEGINNING, NOON, one) != seal(BEGINNING, NOON, other)


def test_a_lone_surrogate_can_be_sealed_and_an_instant_counts_whatever_its_zone() -> None:
    odd = Entry(kind="page", subject="\ud800", body="{}")
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    assert seal(BEGINNING, NOON, odd) == seal(BEGINNING, beijing, odd)
    assert seal(BEGINNING, datetime(2026, 1, 1, tzinfo=UTC), odd) != seal(BEGINNING, NOON, odd)
