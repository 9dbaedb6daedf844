"""Transactions, waiting, and what an operator is told when the store cannot be used."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import StatementError

from bot.errors import StoreError
from bot.store import schema
from bot.store.database import Database
from tests.fakes.ledger import NOON, OpenStore, count, item, store_items, url_of


def _see(connection: Connection, key: str, at: datetime = NOON) -> None:
    row = {"source": "gazette", "key": key, "revision": 1, "fingerprint": "1:a", "dates": ""}
    connection.execute(insert(schema.seen), row | {"first_seen_at": at})


def _keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(schema.seen.c.key).order_by(schema.seen.c.key)).scalars())


def _pragma(connection: Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection]:
    """Hold the write lock of the store as another process would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


# -- transactions


def test_a_store_keeps_a_log_beside_the_file_and_checks_foreign_keys(database: Database) -> None:
    with database.reading() as connection:
        assert _pragma(connection, "journal_mode") == "wal"
        assert (
            _pragma(connection, "synchronous") == 1
        )  # NORMAL: with a log, safe against the end of the process
        assert _pragma(connection, "foreign_keys") == 1
        assert _pragma(connection, "busy_timeout") == 10_000


def test_what_was_written_is_there_for_the_next_process(open_store: OpenStore) -> None:
    with open_store().writing() as connection:
        _see(connection, "a")
    with open_store().reading() as connection:
        assert _keys(connection) == ["a"]


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            _see(connection, "a")
            raise KeyError("b")

    with pytest.raises(KeyError):
        fail()
    assert count(database, schema.seen) == 0


def test_a_reader_is_not_held_up_by_a_writer_and_sees_one_state_throughout(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store(busy_seconds=0)
    with writer.writing() as connection:
        _see(connection, "a")
    with reader.reading() as reading:
        with writer.writing() as writing:
            _see(writing, "b")
            assert _keys(reading) == ["a"]
        assert _keys(reading) == ["a"]
    with reader.reading() as reading:
        assert _keys(reading) == ["a", "b"]


def test_a_writer_takes_the_lock_before_it_reads_so_that_nothing_changes_under_it(
    open_store: OpenStore,
) -> None:
    first, second = open_store(), open_store(busy_seconds=0)
    with first.writing() as connection:
        assert _keys(connection) == []
        with pytest.raises(StoreError, match="locked"), second.writing():
            pytest.fail("two writers at once")


def test_a_second_writer_waits_for_the_first(open_store: OpenStore) -> None:
    first, second = open_store(), open_store()
    about_to_write = threading.Event()

    def write() -> None:
        about_to_write.set()
        with second.writing() as connection:
            _see(connection, "b" if _keys(connection) == ["a"] else "too early")

    thread = threading.Thread(target=write)
    with first.writing() as connection:
        thread.start()
        about_to_write.wait()
        _see(connection, "a")
    thread.join()
    with first.reading() as connection:
        assert _keys(connection) == ["a", "b"]


# -- what goes wrong


def test_a_store_held_for_too_long_is_an_error_with_advice(open_store: OpenStore, file: Path) -> None:
    database = open_store(busy_seconds=0.01)
    with _held(file):
        with pytest.raises(StoreError) as caught, database.writing():
            pass
        assert caught.value.message == f"{file}: database is locked"
        assert caught.value.try_ == "another process holds the store; try again when it is done"
        assert count(database, schema.seen) == 0  # reading still works
    store_items(database, item())  # and so does writing, once the other is done


def test_a_new_store_held_by_another_process_is_an_error_with_advice(
    open_store: OpenStore, file: Path
) -> None:
    with _held(file), pytest.raises(StoreError, match="locked") as caught:
        open_store(busy_seconds=0.01)
    assert "another process" in caught.value.try_


@pytest.mark.parametrize("place", ["/proc/tradewire.sqlite3", "{tmp}/absent/tradewire.sqlite3", "{tmp}"])
def test_a_place_that_takes_no_file_is_named_with_advice(place: str, tmp_path: Path) -> None:
    place = place.format(tmp=tmp_path)
    with pytest.raises(StoreError) as caught:
        Database.open(f"sqlite:///{place}")
    assert caught.value.message == f"{place}: unable to open database file"
    assert caught.value.try_ == "check that the directory exists and may be written to"


def test_a_file_that_is_no_database_is_named_with_advice_and_left_alone(
    open_store: OpenStore, file: Path
) -> None:
    file.write_bytes(b"My dear diary, " * 100)
    with pytest.raises(StoreError) as caught:
        open_store()
    assert caught.value.message == f"{file}: file is not a database"
    assert "backup" in caught.value.try_
    assert file.read_bytes() == b"My dear diary, " * 100


def test_a_full_disk_is_said_and_leaves_what_was_there(database: Database) -> None:
    store_items(database, item(1))

    def fill() -> None:
        with database.writing() as connection:
            _pragma(connection, f"max_page_count = {_pragma(connection, 'page_count')}")
            for number in range(1000):
                _see(connection, f"key {number} " + "long " * 100)

    with pytest.raises(StoreError, match="full") as caught:
        fill()
    assert "free some disk space" in caught.value.try_
    assert count(database, schema.seen) == 1


def test_a_missing_store_is_not_made_where_it_must_be_there(open_store: OpenStore, file: Path) -> None:
    with pytest.raises(StoreError, match="no store at") as caught:
        open_store(create=False)
    assert caught.value.try_ == "tradewire check"
    assert not file.exists()


@pytest.mark.parametrize(
    "url", ["postgresql://me:hunter2@localhost/tradewire", "no address", "sqlite://", "sqlite:///:memory:"]
)
def test_an_address_that_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(url)
    assert caught.value.try_ == "sqlite:///tradewire.sqlite3"
    assert "hunter2" not in caught.value.message


# -- copies


def test_a_copy_is_made_while_another_process_writes_and_holds_only_what_was_committed(
    open_store: OpenStore, tmp_path: Path
) -> None:
    database, other = open_store(), open_store()
    store_items(database, item(1))
    copy = tmp_path / "copy.sqlite3"
    with other.writing() as connection:
        _see(connection, "half-way")
        database.copy_to(copy)
    copied = Database.open(url_of(copy))
    with copied.reading() as connection:
        assert _keys(connection) == ["doc-1"]
    copied.close()


def test_a_copy_that_cannot_be_written_is_named_with_advice(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "absent" / "copy.sqlite3"
    with pytest.raises(StoreError) as caught:
        database.copy_to(copy)
    assert caught.value.message == f"{copy}: unable to open database file"
    assert "directory" in caught.value.try_


# -- instants


def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Database) -> None:
    in_beijing = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as connection:
        _see(connection, "a", at=in_beijing)
    with database.reading() as connection:
        found = connection.execute(select(schema.seen.c.first_seen_at)).scalar_one()
    assert found == in_beijing
    assert found.tzinfo is UTC
    assert found.microsecond == 456789


def test_instants_of_different_zones_are_compared_as_instants(database: Database) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=14)))  # a later day on the calendar
    with database.writing() as connection:
        _see(connection, "a", at=east)
        later = select(schema.seen.c.key).where(schema.seen.c.first_seen_at > NOON)
        at_once = select(schema.seen.c.key).where(schema.seen.c.first_seen_at <= NOON)
        assert connection.execute(later).all() == []
        assert connection.execute(at_once).scalars().all() == ["a"]


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="an instant needs a zone"), database.writing() as connection:
        _see(connection, "a", at=NOON.replace(tzinfo=None))
    assert count(database, schema.seen) == 0
