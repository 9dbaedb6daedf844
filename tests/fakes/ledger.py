"""Rows for the store's tests, made by the real intake: items with a made-up topic, batches, alerts that are due."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.core.batch import Batch, Writes
from bot.core.intake import take_in
from bot.core.routing import Subscription
from bot.core.topic import parse_topics
from bot.store import outbox
from bot.store.database import Database
from bot.store.intake import apply, load_known
from watchers.item import DateKind, Item, LegalDate, Stage

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SOURCE = "gazette"
CONSOLE, SLACK = "console", "slack"
LEASE = timedelta(seconds=15)
TOPICS = parse_topics(
    """
[tariffs]
title = "Tariffs"
title_zh = "关税"
severity = "notice"
any = ["tariff"]

[tariffs.examples]
match = [{ title = "A tariff" }]
ignore = [{ title = "A rule" }]
""",
    "made up",
)


def item(number: int = 1, **changed: Any) -> Item:
    """Return document `number` of the gazette, one that matches; `changed` are fields to set otherwise."""
    fields: dict[str, Any] = {
        "source": SOURCE,
        "key": f"doc-{number}",
        "ref": f"fr:doc-{number}",
        "stage": Stage.PUBLISHED,
        "kind": "Rule",
        "title": f"Tariff schedule number {number}",
        "url": f"https://gazette.example/doc-{number}",
        "lang": "en",
        "official_on": NOON.date(),
    }
    return Item(**(fields | changed))


def effective(on: date) -> tuple[LegalDate, ...]:
    """Return the legal dates of an item in force from `on`."""
    return (LegalDate(kind=DateKind.EFFECTIVE, on=on, evidence="effective_on"),)


def batch(items: Iterable[Item], *, at: datetime = NOON, learning: bool = False) -> Batch:
    """Return the batch of one page read at `at`."""
    return Batch(
        source=SOURCE,
        items=tuple(items),
        seen_at=at,
        learning=learning,
        complete_at=None if learning else at - timedelta(minutes=5),
        fresh_for=timedelta(days=7),
        zone="America/New_York",
    )


def take(connection: Connection, page: Batch, *, channels: Iterable[str] = (CONSOLE,)) -> Writes:
    """Load, decide and write, as the pipeline does."""
    wanted = tuple(Subscription(channel=channel) for channel in channels)
    writes = take_in(page, load_known(connection, page), TOPICS, wanted)
    apply(connection, page, writes)
    return writes


def store_items(
    database: Database, *items: Item, at: datetime = NOON, channels: Iterable[str] = (CONSOLE,)
) -> Writes:
    """Store one page of items in a transaction of its own."""
    with database.writing() as connection:
        return take(connection, batch(items, at=at), channels=channels)


def claim(
    database: Database,
    *channels: str,
    now: datetime = NOON,
    limit: int = 20,
    lease: timedelta = LEASE,
) -> tuple[outbox.Claim, ...]:
    """Claim in a transaction of its own, for the console unless other channels are named."""
    with database.writing() as connection:
        return outbox.claim(connection, channels or (CONSOLE,), now=now, lease=lease, limit=limit)


def record(
    database: Database, taken: outbox.Claim, sent: outbox.Sent, *, now: datetime = NOON
) -> outbox.AlertState:
    """Record in a transaction of its own."""
    with database.writing() as connection:
        return outbox.record(connection, taken, sent, now=now)


def rows(database: Database, query: Select[Any]) -> list[dict[str, Any]]:
    """Return what `query` finds."""
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def count(database: Database, table: Any) -> int:
    """Return how many rows `table` has."""
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def url_of(path: Path) -> str:
    """Return the store address of the file `path`."""
    return f"sqlite:///{path}"


OpenStore = Callable[..., Database]
