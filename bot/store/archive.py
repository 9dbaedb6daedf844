"""Looking through the archive: what there is, newest first, and the texts of a few at a time. Reads only.

Whoever looks takes the places once and then texts by the hundred, so that nothing that must be stored waits behind a search.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from bot.core.archive import Place, Reach
from bot.core.matching import document_of
from bot.core.query import Query, evaluate
from bot.store import schema
from bot.store.rows import unpack
from watchers.item import Item, Stage

MOST_LOOKED_AT = 10_000
AT_ONCE = 100

_item, _revision = schema.item, schema.item_revision

ITEM_COLUMNS = (
    _item.c.source,
    _item.c.key,
    _item.c.revision,
    _item.c.title,
    _item.c.url,
    _item.c.story,
    _item.c.stage,
    _item.c.official_at,
    _item.c.official_on,
    _item.c.first_seen_at,
)


def place_of(row: Any) -> Place:
    """Return the place that a row with the columns `ITEM_COLUMNS` describes."""
    return Place(
        source=row.source,
        key=row.key,
        revision=row.revision,
        title=row.title,
        url=row.url,
        story=row.story,
        stage=Stage(row.stage),
        at=_dated(row.official_at, row.official_on, row.first_seen_at),
        on=row.official_on,
    )


def _dated(at: datetime | None, on: date | None, seen: datetime) -> datetime:
    return at or (datetime.combine(on, time(), tzinfo=UTC) if on else seen)


def newest(
    connection: Connection, *, since: datetime | None = None, limit: int = MOST_LOOKED_AT
) -> tuple[Place, ...]:
    """Return the places of the items that were first seen last, newest date first, at most `limit`; none dated before `since`."""
    query = select(*ITEM_COLUMNS).order_by(_item.c.first_seen_at.desc()).limit(limit)
    if since is not None:
        query = query.where(_item.c.first_seen_at >= since)
    places = [place_of(row) for row in connection.execute(query)]
    kept = [place for place in places if since is None or place.at >= since]
    return tuple(sorted(kept, key=lambda each: (each.at, each.source, each.key), reverse=True))


def reach_of(connection: Connection) -> Reach | None:
    """Return how far back the archive goes, None while it is empty.

    What is dated before `kept_since` is only what the sources' lists still showed when they were first read.
    """
    dates = (_item.c.first_seen_at, _item.c.official_at, _item.c.official_on)
    row = connection.execute(select(*(func.min(each) for each in dates))).one()
    seen, at, on = row[0], row[1], row[2]
    if seen is None:
        return None
    return Reach(kept_since=seen, oldest=min(seen, at or seen, _dated(None, on, seen)))


def texts_of(connection: Connection, places: Sequence[Place]) -> tuple[tuple[Place, str], ...]:
    """Return these places (at most `AT_ONCE`) with their latest texts as stored, in their order; those that have one."""
    wanted = [(place.source, place.key, place.revision) for place in places]
    columns = (_revision.c.source, _revision.c.key, _revision.c.revision)
    rows = connection.execute(select(*columns, _revision.c.body).where(tuple_(*columns).in_(wanted)))
    bodies = {(row.source, row.key, row.revision): row.body for row in rows if row.body}
    return tuple((place, bodies[name]) for place, name in zip(places, wanted, strict=True) if name in bodies)


def hits(query: Query, texts: Iterable[tuple[Place, str]]) -> tuple[Place, ...]:
    """Return the places whose texts the query hits. No store is touched: it may run anywhere."""
    return tuple(place for place, body in texts if evaluate(query, document_of(unpack(body, Item))))
