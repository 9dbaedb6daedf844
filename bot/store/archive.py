"""Looking through the archive: what may be meant, newest first, and the texts of a few at a time. Reads only.

Whoever looks lets the index catch up, takes the numbers once and then texts by the hundred, so that nothing that must be stored
waits behind a search.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal_column, or_, select, text

from bot.core.archive import Place, Reach
from bot.core.matching import document_of
from bot.core.query import Query, evaluate
from bot.store import schema
from bot.store.archive_index import asked_of
from bot.store.instant import Instant
from bot.store.rows import unpack
from watchers.item import Item, Stage

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


_AT = literal_column(
    "coalesce(item.official_at, item.official_on || ' 00:00:00.000000', item.first_seen_at)", Instant
)


def candidates(
    connection: Connection,
    queries: Iterable[Query] = (),
    *,
    since: datetime | None = None,
    stories: Iterable[str] = (),
) -> tuple[int, ...]:
    """Return the numbers of all items that any of the queries may hit, newest date first; all where there are no queries.

    Those of `stories` in any case.

    None dated before `since`. Only what the index has caught up with has a number.
    """
    found = select(_item.c.number).where(_item.c.number.is_not(None))
    asked = asked_of(queries)
    if asked is not None:
        words = text("archive_words MATCH :asked").bindparams(asked=asked)
        index: Select[int] = (
            select(literal_column("archive_words.rowid")).select_from(text("archive_words")).where(words)
        )
        found = found.where(or_(_item.c.number.in_(index), _item.c.story.in_(tuple(stories))))
    if since is not None:
        found = found.where(since <= _AT)
    return tuple(
        connection.execute(found.order_by(_AT.desc(), _item.c.source.desc(), _item.c.key.desc())).scalars()
    )


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


def texts_of(connection: Connection, numbers: Sequence[int]) -> tuple[tuple[Place, str], ...]:
    """Return the items with these numbers (at most `AT_ONCE`) and their latest texts as stored, in their order.

    Those without a text are left out, and those that have changed meanwhile.
    """
    of_it = and_(
        _revision.c.source == _item.c.source,
        _revision.c.key == _item.c.key,
        _revision.c.revision == _item.c.revision,
    )
    query = select(*ITEM_COLUMNS, _item.c.number, _revision.c.body).join_from(_item, _revision, of_it)
    rows = connection.execute(query.where(_item.c.number.in_(numbers), _revision.c.body.is_not(None)))
    found = {row.number: (place_of(row), row.body) for row in rows}
    return tuple(found[number] for number in numbers if number in found)


def hits(query: Query, texts: Iterable[tuple[Place, str]]) -> tuple[Place, ...]:
    """Return the places whose texts the query hits. No store is touched: it may run anywhere."""
    return tuple(place for place, body in texts if evaluate(query, document_of(unpack(body, Item))))
