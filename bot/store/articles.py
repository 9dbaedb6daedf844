"""What is remembered of reading items in full."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.core.full_text import Article
from bot.store import schema
from bot.store.rows import rows_where, unpack, upsert
from watchers.item import Item

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


def due_articles(
    connection: Connection, source: str, now: datetime, *, limit: int
) -> tuple[tuple[Article, Item], ...]:
    """Return the items of `source` whose page is to be read again by now, the longest overdue first, as they were last read."""
    item, revision = schema.item, schema.item_revision
    query = (
        select(_article, revision.c.body)
        .join(item, (item.c.source == _article.c.source) & (item.c.key == _article.c.key))
        .join(
            revision,
            (revision.c.source == item.c.source)
            & (revision.c.key == item.c.key)
            & (revision.c.revision == item.c.revision),
        )
        .where(_article.c.source == source, _article.c.next_at <= now, revision.c.body.is_not(None))
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
    )
