"""Opening, migrating and using the database. Synchronous; `bot.store.writer` puts it on its own thread.

Every transaction that writes takes the write lock at once (`BEGIN IMMEDIATE`), so that two processes on one file, a
service and a manual check, wait for each other instead of failing half-way.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import StoreError, StoreMissing

HEAD = "0006"
"""The newest migration. A store that names another one is migrated, or refused if it is newer than this program."""

BUSY_SECONDS = 10
_SWITCH_PAUSE_SECONDS = 0.01


class Database:
    """One open database. Close it. Use `writing()` and `reading()`; both give a connection inside a transaction."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.place = place

    @classmethod
    def open(cls, url: str, *, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> "Database":
        """Open and migrate. With `create=False` a missing SQLite file is an error. Raises StoreError.

        A writer waits up to `busy_seconds` for another one.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise StoreError(
                "store.url is no database address", try_="sqlite:///tradewire.sqlite3"
            ) from error
        if parsed.get_backend_name() != "sqlite":
            raise StoreError("only SQLite stores are supported", try_="sqlite:///tradewire.sqlite3")
        if parsed.database in (None, "", ":memory:"):  # would be another, empty store on each thread
            raise StoreError("store.url names no file", try_="sqlite:///tradewire.sqlite3")
        path = Path(parsed.database)
        if not create and not path.exists():
            raise StoreMissing(f"no store at {path} yet", try_="tradewire check")
        database = cls(_sqlite_engine(url, busy_seconds), str(path))
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection inside a transaction that may write; committed at the end, rolled back on an error."""
        with _translated(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state and waits for nobody."""
        with (
            _translated(self.place),
            self._engine.connect().execution_options(tradewire_reading=True) as connection,
        ):
            yield connection

    def copy_to(self, path: Path) -> None:
        """Copy the whole store, as it is now, into a new SQLite file."""
        with self.reading() as connection, _translated(str(path)), closing(sqlite3.connect(path)) as target:
            source: Any = connection.connection.driver_connection
            source.backup(target)

    def _migrate(self) -> None:
        with self.reading() as connection:
            version = _version(connection)
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreError(
                f"{self.place} was written by a newer Tradewire (store version {version}, this one knows {HEAD})",
                try_="upgrade Tradewire, or point store.url at another file",
            )
        with self.writing() as connection:
            if _version(connection) != HEAD:  # another process may have migrated while we waited for the lock
                _upgrade(connection)


@contextmanager
def _translated(place: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(f"{place}: {said}", try_=_advice(str(said))) from error


def _advice(message: str) -> str:
    if "locked" in message:
        return "another process holds the store; try again when it is done"
    if "full" in message:
        return "free some disk space; nothing that was told is lost"
    if "unable to open" in message or "readonly" in message:
        return "check that the directory exists and may be written to"
    return "restore the store from a backup, or point store.url at a new file"


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command  # ~150 ms to import, needed only when there is something to migrate
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _to_wal(connection: Any, busy_seconds: float) -> None:
    """Put a new file into WAL mode, waiting for others that do the same: SQLite's own timeout does not cover this switch."""
    give_up_at = time.monotonic() + busy_seconds
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(_SWITCH_PAUSE_SECONDS)


def _sqlite_engine(url: str, busy_seconds: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own: see _begin
        _to_wal(connection, busy_seconds)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("tradewire_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
