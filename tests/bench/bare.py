"""The bare peer of the store: sqlite3 writing the very same rows, and nothing else."""

import sqlite3
from pathlib import Path
from typing import Any

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(path: Path) -> Rows:
    """Return all rows of our tables in a store, by table."""
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ours = [name for name in names if not name.startswith(("sqlite_", "alembic_", "archive_words"))]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in ours}  # noqa: S608 (names from the schema)
    finally:
        connection.close()


def write_bare(empty: Path, path: Path, tables: Rows, *, turns: int = 10) -> None:
    """Write the rows into a copy of the store `empty`, in so many transactions."""
    path.write_bytes(empty.read_bytes())
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        for start in range(turns):
            connection.execute("BEGIN IMMEDIATE")
            for name, rows in tables.items():
                some = rows[start::turns]
                if some:
                    marks = ",".join("?" * len(some[0]))
                    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", some)  # noqa: S608 (names from the schema)
            connection.execute("COMMIT")
    finally:
        connection.close()
