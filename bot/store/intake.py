"""Loading what bears on a batch, and writing what was decided about it. Both belong into one write transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.core.batch import Batch, Known, Seen, Writes
from bot.core.fingerprint import fingerprint
from bot.core.layout import AlertState
from bot.core.story import Story, begun_ref, candidate_ids, documents
from bot.store import schema
from bot.store.alerts import put_alerts
from bot.store.followups import refresh_heads
from bot.store.rows import insert_rows, pack, rows_where, unpack, upsert
from watchers.item import Item


def load_known(connection: Connection, batch: Batch) -> Known:
    """Return everything the store knows that bears on the batch."""
    seen = _seen(connection, batch)
    prints = {place: fingerprint(item) for place, item in enumerate(batch.items) if item.key in seen}
    earlier = _earlier(connection, batch, seen, prints)
    refs = {ref for item in (*batch.items, *earlier.values()) for ref in documents(item)}
    story_of = _story_of(connection, refs)
    stories = _stories(connection, set(story_of.values()))
    told, alerted = _told(connection, stories)
    return Known(
        seen=seen,
        prints=prints,
        earlier=earlier,
        stories=stories,
        story_of=story_of,
        told=told,
        alerted=alerted,
        taken=_taken(connection, {begun_ref(item) for item in batch.items} - story_of.keys()),
    )


def _seen(connection: Connection, batch: Batch) -> dict[str, Seen]:
    table = schema.seen
    columns = (
        table.c.revision,
        table.c.fingerprint,
        table.c.dates,
        table.c.told,
        table.c.changes,
        table.c.passing,
    )
    query = select(table.c.key, *columns)
    rows = rows_where(
        connection,
        query.where(table.c.source == batch.source),
        table.c.key,
        {item.key for item in batch.items},
    )
    return {
        row.key: Seen(
            revision=row.revision,
            fingerprint=row.fingerprint,
            dates=row.dates,
            told=row.told,
            changes=unpack(row.changes, tuple[datetime, ...]),
            passing=bool(row.passing),
        )
        for row in rows
    }


def _earlier(
    connection: Connection, batch: Batch, seen: Mapping[str, Seen], prints: Mapping[int, str]
) -> dict[str, Item]:
    """Return the items that changed since, or whose changes were held back, as readers know them; nothing for dropped texts."""
    table = schema.item_revision
    wanted = {
        batch.items[place].key
        for place, printed in prints.items()
        if seen[batch.items[place].key].fingerprint != printed or seen[batch.items[place].key].held
    }
    query = select(table.c.key, table.c.revision, table.c.body).where(
        table.c.source == batch.source, table.c.body.is_not(None)
    )
    rows = rows_where(connection, query, table.c.key, wanted)
    return {row.key: unpack(row.body, Item) for row in rows if row.revision == seen[row.key].told}


def _story_of(connection: Connection, refs: Iterable[str]) -> dict[str, str]:
    table = schema.story_document
    return {
        row.ref: row.story
        for row in rows_where(connection, select(table.c.ref, table.c.story), table.c.ref, refs)
    }


def _stories(connection: Connection, ids: Iterable[str]) -> dict[str, Story]:
    table = schema.story
    rows = rows_where(connection, select(table.c.id, table.c.body), table.c.id, ids)
    return {row.id: unpack(row.body, Story) for row in rows}


def _told(
    connection: Connection, stories: Iterable[str]
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], int]]:
    """Return what each channel was last told of each story, and the highest revision of its alerts, dropped ones with them."""
    table = schema.alert
    columns = (table.c.story, table.c.channel, table.c.stage, table.c.revision, table.c.state)
    told: dict[tuple[str, str], str] = {}
    alerted: dict[tuple[str, str], int] = {}
    query = select(*columns).order_by(table.c.revision)
    for row in rows_where(connection, query, table.c.story, stories):
        alerted[row.story, row.channel] = row.revision
        if row.state != AlertState.DROPPED.value:
            told[row.story, row.channel] = row.stage
    return told, alerted


def _taken(connection: Connection, refs: Iterable[str]) -> frozenset[str]:
    table = schema.story
    candidates = [each for ref in refs for each in candidate_ids(ref)]
    return frozenset(row.id for row in rows_where(connection, select(table.c.id), table.c.id, candidates))


def apply(connection: Connection, batch: Batch, writes: Writes) -> None:
    """Write everything that was decided about a batch."""
    _write_seen(connection, batch, writes)
    _clear_again(connection, batch, writes)
    _write_items(connection, batch, writes)
    _write_matches(connection, batch, writes)
    _write_stories(connection, batch.seen_at, batch.source, writes)
    put_alerts(connection, batch.seen_at, writes.alerts)
    refresh_heads(connection, writes.copied, now=batch.seen_at)


def _write_seen(connection: Connection, batch: Batch, writes: Writes) -> None:
    rows = [
        {
            "source": batch.source,
            "key": key,
            "revision": seen.revision,
            "fingerprint": seen.fingerprint,
            "dates": seen.dates,
            "first_seen_at": batch.seen_at,
            "told": seen.told,
            "changes": pack(seen.changes),
            "passing": int(seen.passing),
        }
        for key, seen in writes.seen.items()
    ]
    upsert(connection, schema.seen, rows, keep=("first_seen_at",))


def _clear_again(connection: Connection, batch: Batch, writes: Writes) -> None:
    """Make room for revisions that take the place of one on record: of an item that flaps only the latest is kept."""
    for each in writes.revisions:
        if each.again:
            for table in (schema.item_revision, schema.topic_match, schema.decision):
                connection.execute(
                    delete(table).where(
                        table.c.source == batch.source,
                        table.c.key == each.item.key,
                        table.c.revision == each.revision,
                    )
                )


def _write_items(connection: Connection, batch: Batch, writes: Writes) -> None:
    items, revisions = [], []
    for each in writes.revisions:
        key = {"source": batch.source, "key": each.item.key, "revision": each.revision}
        item = each.item
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
            | {"number": None}  # not, or no longer, in the archive's index: it catches up before it is asked
        )
        revisions.append(
            key | {"fingerprint": each.fingerprint, "seen_at": batch.seen_at, "body": pack(item)}
        )
    upsert(connection, schema.item, items, keep=("first_seen_at",))
    insert_rows(connection, schema.item_revision, revisions)


def _write_matches(connection: Connection, batch: Batch, writes: Writes) -> None:
    matches = [
        {
            "source": batch.source,
            "key": each.item.key,
            "revision": each.revision,
            "topic": match.topic,
            "severity": int(match.severity),
            "evidence": pack(match.evidence),
            "reasons": pack(match.reasons),
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
    insert_rows(connection, schema.topic_match, matches)
    insert_rows(connection, schema.decision, decisions)


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
    upsert(connection, schema.story, stories, keep=("began_at",))
    joined = [{"ref": ref, "story": story} for ref, story in writes.documents.items()]
    insert_rows(connection, schema.story_document, joined)
    insert_rows(connection, schema.story_revision, steps)
