"""What is remembered of reading items in full."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from bot.core.full_text import LONGEST_WAIT, Article
from bot.store import schema
from bot.store.rows import rows_where, unpack, upsert
from watchers.item import Annex, Item

_article = schema.article


def load_articles(connection: Connection, source: str, keys: Iterable[str]) -> dict[str, Article]:
    """Return what is remembered of these items of `source`, by key."""
    query = select(_article).where(_article.c.source == source)
    return {row.key: _article_of(row) for row in rows_where(connection, query, _article.c.key, keys)}


def seen_keys(connection: Connection, source: str, keys: Iterable[str]) -> frozenset[str]:
    """Return those of `keys` under which `source` has shown an item before."""
    table = schema.seen
    query = select(table.c.key).where(table.c.source == source)
    return frozenset(row.key for row in rows_where(connection, query, table.c.key, keys))


def last_tried(connection: Connection, source: str, now: datetime, *, limit: int) -> tuple[Article, ...]:
    """Return the articles of `source` whose first try was last, the newest first."""
    rows = connection.execute(
        select(_article)
        .where(_article.c.source == source, _article.c.first_tried_at <= now)
        .order_by(_article.c.first_tried_at.desc(), _article.c.key)
        .limit(limit)
    )
    return tuple(_article_of(row) for row in rows)


def annexes_of(connection: Connection, source: str, key: str) -> tuple[Annex, ...]:
    """Return the annexes of an item as they were last read."""
    query = _latest_bodies(select(schema.item_revision.c.body)).where(
        schema.item_revision.c.source == source, schema.item_revision.c.key == key
    )
    body = connection.execute(query).scalar()
    return unpack(body, Item).annexes if body else ()


def _latest_bodies(query: Select[Any]) -> Select[Any]:
    """Return the query of revisions, narrowed to the latest of each item."""
    item, revision = schema.item, schema.item_revision
    return query.join(
        item,
        (item.c.source == revision.c.source)
        & (item.c.key == revision.c.key)
        & (item.c.revision == revision.c.revision),
    )


def due_articles(
    connection: Connection, source: str, now: datetime, *, limit: int
) -> tuple[tuple[Article, Item], ...]:
    """Return the items of `source` whose page is to be read again by now, the longest overdue first, as they were last read."""
    revision = schema.item_revision
    query = (
        _latest_bodies(select(_article, revision.c.body).select_from(revision))
        .join(_article, (revision.c.source == _article.c.source) & (revision.c.key == _article.c.key))
        .where(
            _article.c.source == source,
            or_(_article.c.next_at <= now, _article.c.next_at > now + LONGEST_WAIT),
            revision.c.body.is_not(None),
        )
        .order_by(_article.c.next_at)
        .limit(limit)
    )
    return tuple((_article_of(row), unpack(row.body, Item)) for row in connection.execute(query))


def save_articles(connection: Connection, source: str, articles: Iterable[Article]) -> None:
    """Write what is remembered of these items."""
    names = [column.name for column in _article.columns if column.name != "source"]
    rows: list[dict[str, Any]] = [
        {"source": source} | {name: getattr(each, name) for name in names} | {"baseline": int(each.baseline)}
        for each in articles
    ]
    upsert(connection, _article, rows)


def _article_of(row: Any) -> Article:
    return Article(
        key=row.key,
        list_print=row.list_print,
        first_tried_at=row.first_tried_at,
        read_at=row.read_at,
        next_at=row.next_at,
        tries=row.tries,
        baseline=bool(row.baseline),
        error=row.error,
        error_kind=row.error_kind,
    )
