"""The chain of entries: what was read, decided, subscribed and sent, each sealed with a hash over the one before it.

Entries are only ever added. Whoever changes or removes one, or anything that one seals, breaks the chain from there on.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from bot.store import schema
from bot.store.rows import insert_rows

_entry = schema.entry

PAGE, ITEM, CHANNEL, DELIVERY = "page", "item", "channel", "delivery"
DROPPED, DRIVEN, RULES = "dropped", "driven", "rules"
BEGINNING = "0" * 64
"""What stands for the hash before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact to be sealed: its kind, what it is about, and the facts as JSON text."""

    kind: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An entry as it is on record."""

    id: int
    at: datetime
    kind: str
    subject: str
    body: str
    hash: str


def seal(before: str, at: datetime, entry: Entry) -> str:
    """Return the hash of an entry that follows the one with hash `before`: SHA-256 over both as a JSON array, as hex.

    As an array, so that nothing can be moved from one field into the next.
    """
    told = [before, at.astimezone(UTC).isoformat(), entry.kind, entry.subject, entry.body]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def append(connection: Connection, at: datetime, entries: Sequence[Entry]) -> int:
    """Add entries to the chain, in order, and return the number of the first. Belongs into a write transaction.

    `at` is an aware instant in UTC.
    """
    if not entries:
        return 0
    last = connection.execute(_LAST).first()
    first = last.id + 1 if last else 1
    sealed = last.hash if last else BEGINNING
    rows = []
    for number, entry in enumerate(entries, first):
        sealed = seal(sealed, at, entry)
        rows.append(
            {
                "id": number,
                "at": at,
                "kind": entry.kind,
                "subject": entry.subject,
                "body": entry.body,
                "hash": sealed,
            }
        )
    insert_rows(connection, _entry, rows)
    return first


_LAST = select(_entry.c.id, _entry.c.hash).order_by(_entry.c.id.desc()).limit(1)


def walk(connection: Connection) -> Iterator[tuple[Sealed, bool]]:
    """Yield every entry in order, and whether its hash follows from what stands before it."""
    before = BEGINNING
    query = select(_entry).order_by(_entry.c.id).execution_options(yield_per=1_000)
    for row in connection.execute(query):
        sealed = Sealed(**row._mapping)
        entry = Entry(kind=row.kind, subject=row.subject, body=row.body)
        yield sealed, seal(before, row.at, entry) == row.hash
        before = row.hash
