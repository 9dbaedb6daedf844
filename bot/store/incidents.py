"""Incidents, and what is said with them: which topics a source feeds, when it brought something new, how the others stand."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from bot.core.incident import SILENT, Incident
from bot.store import schema
from bot.store.rows import pack, unpack

_incident, _seen, _match = schema.incident, schema.seen, schema.topic_match
_revision = schema.item_revision


def load_incident(connection: Connection, number: int) -> Incident:
    """Return the incident of that number."""
    body = connection.execute(select(_incident.c.body).where(_incident.c.id == number)).scalar_one()
    return unpack(body, Incident)


def save_incident(connection: Connection, incident: Incident, number: int | None) -> int:
    """Write an incident, a new one where `number` is None, and return its number."""
    row = {
        "source": incident.source,
        "kind": incident.kind,
        "since": incident.since,
        "told_at": incident.told_at,
        "closed_at": incident.closed_at,
        "body": pack(incident),
    }
    if number is not None:
        connection.execute(update(_incident).where(_incident.c.id == number).values(row))
        return number
    inserted = connection.execute(insert(_incident).values(row)).inserted_primary_key
    return int(inserted[0]) if inserted else 0


def open_incidents(connection: Connection) -> dict[str, Incident]:
    """Return every incident that has not ended, by source."""
    rows = connection.execute(select(_incident.c.body).where(_incident.c.closed_at.is_(None)))
    return {incident.source: incident for incident in (unpack(row.body, Incident) for row in rows)}


def arrivals(connection: Connection, source: str, *, limit: int) -> tuple[datetime, ...]:
    """Return the last instants at which `source` brought something new, oldest first. Items that came together count once."""
    rows = connection.execute(
        select(_seen.c.first_seen_at)
        .where(_seen.c.source == source)
        .distinct()
        .order_by(_seen.c.first_seen_at.desc())
        .limit(limit)
    )
    return tuple(sorted(row.first_seen_at for row in rows))


def last_title(connection: Connection, source: str) -> str | None:
    """Return the title of the newest item of `source`."""
    item = schema.item
    return connection.execute(
        select(item.c.title).where(item.c.source == source).order_by(item.c.first_seen_at.desc()).limit(1)
    ).scalar()


def topics_fed(connection: Connection, source: str, *, since: datetime) -> tuple[str, ...]:
    """Return the topics that items of `source` matched since then, the most often matched first."""
    rows = connection.execute(
        select(_match.c.topic, func.count().label("hits"))
        .join(
            _revision,
            (_revision.c.source == _match.c.source)
            & (_revision.c.key == _match.c.key)
            & (_revision.c.revision == _match.c.revision),
        )
        .where(_match.c.source == source, _revision.c.seen_at >= since)
        .group_by(_match.c.topic)
        .order_by(func.count().desc(), _match.c.topic)
    )
    return tuple(row.topic for row in rows)


def told_blind(connection: Connection) -> frozenset[str]:
    """Return the sources of which it was told that they cannot be read, and not yet that they can."""
    rows = connection.execute(
        select(_incident.c.source).where(
            _incident.c.closed_at.is_(None), _incident.c.told_at.is_not(None), _incident.c.kind != SILENT
        )
    )
    return frozenset(row.source for row in rows)


def failing_sources(connection: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Return those of `keys` whose last read failed."""
    table = schema.source_state
    rows = connection.execute(
        select(table.c.source).where(table.c.source.in_(list(keys)), table.c.blind_since.is_not(None))
    )
    return frozenset(row.source for row in rows)


LEARNT_FROM = timedelta(days=90)
"""How far back a source's habits are looked at."""
