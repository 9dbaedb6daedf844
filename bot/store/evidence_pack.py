"""The evidence of a story or of a channel: what was read when, how it was decided, what was sent when and to whom. Reads only.

Every record names the entries of the chain that seal it, so that whoever has the chain's last hash can check it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from bot.store import chain, schema
from bot.store.evidence import ItemEntry
from bot.store.rows import rows_where, unpack

_entry, _alert, _post, _delivery = schema.entry, schema.alert, schema.post, schema.delivery

Record = dict[str, Any]
"""One record: `record` says what it is; instants are aware, UTC."""


def evidence_of_story(connection: Connection, story: str) -> Iterator[Record]:
    """Yield the evidence of a story: pages, items, decisions, alerts, posts, deliveries. Nothing for a story there is not."""
    row = connection.execute(select(schema.story).where(schema.story.c.id == story)).first()
    if row is None:
        return
    yield _head(connection, f"story {story}")
    kept = ("id", "ref", "stage", "title", "url", "began_at", "moved_at")
    yield {"record": "story"} | {name: row._mapping[name] for name in kept}
    items = connection.execute(
        select(schema.item.c.source, schema.item.c.key)
        .where(schema.item.c.story == story)
        .order_by(schema.item.c.first_seen_at, schema.item.c.source, schema.item.c.key)
    ).all()
    for item in items:
        yield from _item(connection, item.source, item.key)
    yield from _sends(connection, _alert.c.story == story)


def evidence_of_channel(connection: Connection, address: str) -> Iterator[Record]:
    """Yield the evidence of a channel: what it asked for when, and everything that was sent to it, or not."""
    changes = _entries(connection, chain.CHANNEL, [address])
    if not changes:
        return
    yield _head(connection, f"channel {address}")
    for entry in changes:
        yield {"record": "subscriptions", "channel": address, **_sealed(entry)} | msgspec.json.decode(
            entry.body
        )
    yield from _sends(connection, _alert.c.channel == address)


def _head(connection: Connection, subject: str) -> Record:
    last = connection.execute(
        select(_entry.c.id, _entry.c.hash, _entry.c.at).order_by(_entry.c.id.desc()).limit(1)
    ).first()
    return {
        "record": "head",
        "subject": subject,
        "entries": last.id if last else 0,
        "chain_head": last.hash if last else chain.BEGINNING,
        "last_entry_at": last.at if last else None,
    }


def _item(connection: Connection, source: str, key: str) -> Iterator[Record]:
    entries = _entries(connection, chain.ITEM, [f"{source}/{key}"])
    sealed = {(each := unpack(entry.body, ItemEntry)).revision: (entry, each) for entry in entries}
    numbers = sorted({number for _, each in sealed.values() for number in each.pages})
    for page in rows_where(connection, select(_entry), _entry.c.id, numbers):
        yield {"record": "page", **_sealed(page)} | msgspec.json.decode(page.body)
    revision, decision = schema.item_revision, schema.decision
    mine = connection.execute(
        select(revision)
        .where(revision.c.source == source, revision.c.key == key)
        .order_by(revision.c.revision)
    )
    for row in mine:
        entry = sealed.get(row.revision)
        yield {
            "record": "item",
            "source": source,
            "key": key,
            "revision": row.revision,
            "seen_at": row.seen_at,
            "fingerprint": row.fingerprint,
            "pages": list(entry[1].pages) if entry else [],
            "item": msgspec.json.decode(row.body) if row.body else None,
            **(_sealed(entry[0]) if entry else _NOT_SEALED),
        }
    decided = connection.execute(
        select(decision)
        .where(decision.c.source == source, decision.c.key == key)
        .order_by(decision.c.revision, decision.c.channel)
    )
    for row in decided:
        yield {"record": "decision"} | dict(row._mapping)


def _sends(connection: Connection, which: ColumnElement[bool]) -> Iterator[Record]:
    alerts = connection.execute(select(_alert).where(which).order_by(_alert.c.id)).all()
    for row in alerts:
        kept = (
            "id",
            "kind",
            "story",
            "channel",
            "reason",
            "created_at",
            "state",
            "due_at",
            "timing",
            "post",
            "ending",
        )
        told = {"alert": msgspec.json.decode(row.body)}
        yield {"record": "alert"} | {name: row._mapping[name] for name in kept} | told
    posts = sorted({row.post for row in alerts if row.post is not None})
    hung = [row.id for row in rows_where(connection, select(_post.c.id, _post.c.root), _post.c.root, posts)]
    numbers = sorted({*posts, *hung})
    kept = (
        "id",
        "channel",
        "kind",
        "story",
        "root",
        "created_at",
        "state",
        "attempt",
        "doubts",
        "platform_ref",
        "ended_at",
    )
    for row in rows_where(connection, select(_post).order_by(_post.c.id), _post.c.id, numbers):
        yield {"record": "post"} | {name: row._mapping[name] for name in (*kept, "why")}
    sealed: dict[tuple[str, int], Any] = {}
    for entry in _entries(connection, chain.DELIVERY, [f"post-{number}" for number in numbers]):
        sealed[entry.subject, msgspec.json.decode(entry.body)["attempt"]] = entry
    query = select(_delivery).order_by(_delivery.c.post, _delivery.c.attempt)
    for row in rows_where(connection, query, _delivery.c.post, numbers):
        entry = sealed.get((f"post-{row.post}", row.attempt))
        yield {"record": "delivery", **dict(row._mapping), **(_sealed(entry) if entry else _NOT_SEALED)}


_NOT_SEALED: Record = {"entry": None, "hash": None}


def _sealed(entry: Any) -> Record:
    return {"entry": entry.id, "hash": entry.hash}


def _entries(connection: Connection, kind: str, subjects: Sequence[str]) -> list[Any]:
    query = select(_entry).where(_entry.c.kind == kind)
    return sorted(rows_where(connection, query, _entry.c.subject, subjects), key=lambda entry: entry.id)
