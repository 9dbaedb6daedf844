"""Rows for the store's tests, made by the real intake and turns of the outbox: items of a made-up topic, alerts that are due."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.core.batch import Batch, Writes
from bot.core.channel import Burst, Channel, Subscription
from bot.core.delivery import Sent, State
from bot.core.intake import take_in
from bot.core.match import Severity
from bot.core.matching import Matcher
from bot.core.platform import Platforms, Traits
from bot.core.posting import Posting
from bot.core.topic import parse_topics
from bot.store.alerts import put_alerts
from bot.store.channels import load_channel, save_channel
from bot.store.database import Database
from bot.store.intake import apply, load_known
from bot.store.laying import Coverage
from bot.store.recording import Record
from bot.store.turn import SEND_LEASE, Brought, Turn, take_turn
from tests.fakes import items
from watchers.item import DateKind, Item, LegalDate, Stage

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SOURCE = "gazette"
CONSOLE, SLACK = "console", "slack"
LEASE = SEND_LEASE
"""How long a send may take."""

PLAIN: Platforms = {CONSOLE: Traits(), SLACK: Traits()}
SEEN_WELL = Coverage(read=3, sources=3, blind=(), last_read_at=NOON)
NEVER = Burst(alerts=1_000_000)
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


def batch(page: Iterable[Item], *, at: datetime = NOON, learning: bool = False) -> Batch:
    """Return the batch of one page read at `at`."""
    return Batch(
        source=SOURCE,
        items=tuple(page),
        seen_at=at,
        learning=learning,
        complete_at=None if learning else at - timedelta(minutes=5),
        fresh_for=timedelta(days=7),
        zone="America/New_York",
    )


def take(connection: Connection, page: Batch, *, channels: Iterable[str] = (CONSOLE,)) -> Writes:
    """Load, decide and write, as the pipeline does."""
    wanted = tuple(_channel_at(connection, address, page.seen_at) for address in channels)
    writes = take_in(page, load_known(connection, page), Matcher(TOPICS), wanted)
    apply(connection, page, writes)
    return writes


def channel(address: str = CONSOLE, **changed: Any) -> Channel:
    """Return a channel that asked for everything at once, however much it is."""
    facts: dict[str, Any] = {"address": address, "subscriptions": (Subscription(),), "burst": NEVER}
    return Channel(**facts | changed)


def save(database: Database, *channels: Channel, at: datetime = NOON) -> None:
    """Store channels as they are given."""
    with database.writing() as connection:
        for each in channels:
            save_channel(connection, each, now=at, by="a test")


def _channel_at(connection: Connection, address: str, at: datetime) -> Channel:
    known = load_channel(connection, address)
    return known or save_channel(connection, channel(address), now=at, by="a test")


def store_items(
    database: Database, *page: Item, at: datetime = NOON, channels: Iterable[str] = (CONSOLE,)
) -> Writes:
    """Store one page of items in a transaction of its own."""
    with database.writing() as connection:
        return take(connection, batch(page, at=at), channels=channels)


def decide(
    database: Database,
    key: str,
    *,
    to: str = CONSOLE,
    at: datetime = NOON,
    severity: Severity = Severity.NOTICE,
    **facts: Any,
) -> None:
    """Have one alert decided, of a story of its own unless one is named."""
    alert = items.alert(**{"story": key, "key": key, "channel": to, "severity": severity} | facts)
    with database.writing() as connection:
        put_alerts(connection, at, [alert])


def turn(database: Database, *, now: datetime = NOON, platforms: Platforms = PLAIN, **brought: Any) -> Turn:
    """Take one turn of the outbox in a transaction of its own; `brought` are the fields of what is brought to it."""
    with database.writing() as connection:
        return take_turn(
            connection, Brought(**brought), platforms, None, coverage=lambda _: SEEN_WELL, now=now
        )


def taken(
    database: Database, *names: str, now: datetime = NOON, limit: int = 20, platforms: Platforms = PLAIN
) -> tuple[Posting, ...]:
    """Lay out what is due and take what may go, on all platforms unless some are named."""
    some = {name: platforms[name] for name in names or platforms}
    return turn(database, now=now, platforms=some, room=limit).taken


def claim(
    database: Database, *names: str, now: datetime = NOON, limit: int = 20, platforms: Platforms = PLAIN
) -> tuple[Posting, ...]:
    """Take what may go, and begin to send it."""
    some = {name: platforms[name] for name in names or platforms}
    mine = taken(database, *names, now=now, limit=limit, platforms=platforms)
    return turn(database, now=now, platforms=some, begins=mine).begun


def record(
    database: Database, posting: Posting, sent: Sent, *, now: datetime = NOON, platforms: Platforms = PLAIN
) -> State:
    """Record how an attempt ended; return the post's state."""
    ended = (Record(posting=posting, sent=sent),)
    return turn(database, now=now, platforms=platforms, ended=ended).states[posting.id]


def look_up(
    database: Database, posting: Posting, sent: Sent, *, now: datetime, platforms: Platforms
) -> State:
    """Record what looking for a post in doubt showed; return the post's state."""
    looked = (Record(posting=posting, sent=sent),)
    return turn(database, now=now, platforms=platforms, looked=looked).states[posting.id]


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
