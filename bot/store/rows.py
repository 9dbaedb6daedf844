"""Values to text columns and back, and the few statements that every part of the store writes alike."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, insert

from bot.errors import StoreError

Value = TypeVar("Value")


def pack(value: object) -> str:
    """Return `value` (a dataclass or a tuple of them) as JSON text."""
    return msgspec.json.encode(value).decode()


def unpack(text: str, shape: type[Value]) -> Value:
    """Return the value that `pack` wrote. Raises StoreError if the text is of another shape."""
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"the store holds a {shape.__name__} that cannot be read: {error}",
            try_="restore the store from a backup",
        ) from error


_CHUNK = 500  # bound parameters per query; both databases take more, none takes endlessly many


def rows_where(
    connection: Connection, query: Select[Any], column: ColumnElement[Value], values: Iterable[Value]
) -> Iterator[Any]:
    """Yield the rows of `query` whose `column` is one of `values`, a bounded number of values at a time."""
    wanted = list(values)
    for start in range(0, len(wanted), _CHUNK):
        yield from connection.execute(query.where(column.in_(wanted[start : start + _CHUNK])))


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, if any."""
    if rows:
        connection.execute(insert(table), rows)


def upsert(
    connection: Connection, table: Table, rows: list[dict[str, Any]], *, keep: tuple[str, ...] = ()
) -> None:
    """Insert rows, or overwrite those with the same primary key; columns in `keep` stay as they were first written."""
    if rows:
        connection.execute(_upserting(connection.dialect.name, table, tuple(rows[0]), keep), rows)


@lru_cache(maxsize=64)
def _upserting(dialect: str, table: Table, columns: tuple[str, ...], keep: tuple[str, ...]) -> Any:
    """Return the statement for these columns; putting it together costs as much as running it."""
    statement = _dialect_insert(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in columns if name not in key and name not in keep}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def _dialect_insert(dialect: str, table: Table) -> Any:
    """Return the database's own insert, which knows conflicts. Only the dialect in use is imported: each costs 60 ms."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
