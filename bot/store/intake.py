"""Loading what bears on a batch, and writing what was decided about it. Both belong into one write transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, insert, select, update

from bot.core.intake import Batch, Known, Seen, Writes
from bot.core.story import Story, begun_ref, candidate_ids, documents
from bot.store import schema
from bot.store.rows import pack, unpack

READY = "ready"

_CHUNK = 500  # bound parameters per query; both databases take more, none takes endlessly many


def load_known(connection: Connection, batch: Batch) -> Known:
    """Return everything the store knows that bears on the batch."""
    story_of = _story_of(connection, {ref for item in batch.items for ref in documents(item)})
    stories = _stories(connection, set(story_of.values()))
    return Known(
        seen=_seen(connection, batch),
        stories=stories,
        story_of=story_of,
        told=_told(connection, stories),
        taken=_taken(connection, {begun_ref(item) for item in batch.items} - story_of.keys()),
    )


def _seen(connection: Connection, batch: Batch) -> dict[str, Seen]:
    table = schema.seen
    query = select(table.c.key, table.c.revision, table.c.fingerprint, table.c.dates)
    rows = _rows(
        connection,
        query.where(table.c.source == batch.source),
        table.c.key,
        {item.key for item in batch.items},
    )
    return {
        row.key: Seen(revision=row.revision, fingerprint=row.fingerprint, dates=row.dates) for row in rows
    }


def _story_of(connection: Connection, refs: Iterable[str]) -> dict[str, str]:
    table = schema.story_document
    return {
        row.ref: row.story for row in _rows(connection, select(table.c.ref, table.c.story), table.c.ref, refs)
    }


def _stories(connection: Connection, ids: Iterable[str]) -> dict[str, Story]:
    table = schema.story
    rows = _rows(connection, select(table.c.id, table.c.body), table.c.id, ids)
    return {row.id: unpack(row.body, Story) for row in rows}


def _told(connection: Connection, stories: Iterable[str]) -> dict[tuple[str, str], str]:
    table = schema.alert
    query = select(table.c.story, table.c.channel, table.c.stage).order_by(table.c.revision)
    return {(row.story, row.channel): row.stage for row in _rows(connection, query, table.c.story, stories)}


def _taken(connection: Connection, refs: Iterable[str]) -> frozenset[str]:
    table = schema.story
    candidates = [each for ref in refs for each in candidate_ids(ref)]
    return frozenset(row.id for row in _rows(connection, select(table.c.id), table.c.id, candidates))


def _rows(
    connection: Connection, query: Select[Any], column: ColumnElement[str], values: Iterable[str]
) -> Iterator[Any]:
    """Yield the rows of `query` whose `column` is one of `values`, a bounded number of values at a time."""
    wanted = list(values)
    for start in range(0, len(wanted), _CHUNK):
        yield from connection.execute(query.where(column.in_(wanted[start : start + _CHUNK])))


def apply(connection: Connection, batch: Batch, writes: Writes) -> None:
    """Write everything that was decided about a batch."""
    _write_rehashed(connection, batch, writes)
    _write_items(connection, batch, writes)
    _write_matches(connection, batch, writes)
    _write_stories(connection, batch.seen_at, batch.source, writes)
    _write_alerts(connection, batch.seen_at, writes)


def _write_rehashed(connection: Connection, batch: Batch, writes: Writes) -> None:
    table = schema.seen
    for key, seen in writes.rehashed.items():
        connection.execute(
            update(table)
            .where(table.c.source == batch.source, table.c.key == key)
            .values(fingerprint=seen.fingerprint, dates=seen.dates)
        )


def _write_items(connection: Connection, batch: Batch, writes: Writes) -> None:
    seen, items, revisions = [], [], []
    for each in writes.revisions:
        key = {"source": batch.source, "key": each.item.key, "revision": each.revision}
        item = each.item
        seen.append(
            key | {"fingerprint": each.fingerprint, "dates": each.dates, "first_seen_at": batch.seen_at}
        )
        items.append(
            key
            | {
                "ref": item.ref,
                "stage": item.stage.value,
                "title": item.title,
                "url": item.url,
                "lang": item.lang,
            }
            | {"official_at": item.official_at, "official_on": item.official_on}
            | {"first_seen_at": batch.seen_at, "story": each.story}
        )
        revisions.append(
            key | {"fingerprint": each.fingerprint, "seen_at": batch.seen_at, "body": pack(item)}
        )
    _upsert(connection, schema.seen, seen, keep=("first_seen_at",))
    _upsert(connection, schema.item, items, keep=("first_seen_at",))
    _insert(connection, schema.item_revision, revisions)


def _write_matches(connection: Connection, batch: Batch, writes: Writes) -> None:
    matches = [
        {
            "source": batch.source,
            "key": each.item.key,
            "revision": each.revision,
            "topic": match.topic,
            "severity": int(match.severity),
            "evidence": pack(match.evidence),
        }
        for each in writes.revisions
        for match in each.matches
    ]
    decisions = [
        {
            "source": batch.source,
            "key": each.key,
            "revision": each.revision,
            "channel": each.channel,
            "reason": each.reason.value,
            "story": each.story,
            "decided_at": batch.seen_at,
        }
        for each in writes.decisions
    ]
    _insert(connection, schema.topic_match, matches)
    _insert(connection, schema.decision, decisions)


def _write_stories(connection: Connection, at: datetime, source: str, writes: Writes) -> None:
    stories = [
        {
            "id": story.id,
            "ref": story.ref,
            "stage": story.stage.value,
            "revision": story.revision,
            "title": story.title,
            "url": story.url,
            "body": pack(story),
            "began_at": at,
            "moved_at": at,
        }
        for story in writes.stories.values()
    ]
    steps = [
        {
            "story": step.story.id,
            "revision": step.story.revision,
            "source": source,
            "key": step.key,
            "item_revision": step.revision,
            "move": step.move.value,
            "stage": step.story.stage.value,
            "moved_at": at,
        }
        for step in writes.steps
    ]
    _upsert(connection, schema.story, stories, keep=("began_at",))
    joined = [{"ref": ref, "story": story} for ref, story in writes.documents.items()]
    _insert(connection, schema.story_document, joined)
    _insert(connection, schema.story_revision, steps)


def _write_alerts(connection: Connection, at: datetime, writes: Writes) -> None:
    alerts = [
        {
            "story": alert.story,
            "revision": alert.revision,
            "channel": alert.channel,
            "source": alert.source,
            "key": alert.key,
            "reason": alert.reason.value,
            "stage": alert.stage.value,
            "severity": int(alert.severity),
            "body": pack(alert),
            "created_at": at,
            "state": READY,
            "attempt": 0,
            "due_at": at,
        }
        for alert in writes.alerts
    ]
    _insert(connection, schema.alert, alerts)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _upsert(
    connection: Connection, table: Table, rows: list[dict[str, Any]], *, keep: tuple[str, ...]
) -> None:
    """Insert rows, or overwrite those with the same primary key; columns in `keep` stay as they were first written."""
    if not rows:
        return
    statement = _dialect_insert(connection, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key and name not in keep}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)


def _dialect_insert(connection: Connection, table: Table) -> Any:
    """Return the database's own insert, which knows conflicts. Only the dialect in use is imported: each costs 60 ms."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
