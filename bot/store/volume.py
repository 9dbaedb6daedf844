"""How much a subscription would have brought: counted over what the archive holds of the last 90 days. Reads only."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, select

from bot.core.archive import WINDOW, Place
from bot.core.channel import Subscription
from bot.store import schema
from bot.store.archive import ITEM_COLUMNS, place_of

_item, _match = schema.item, schema.topic_match
_OF_IT = and_(
    _match.c.source == _item.c.source, _match.c.key == _item.c.key, _match.c.revision == _item.c.revision
)


def topic_hits(connection: Connection, wanted: Iterable[Subscription], *, now: datetime) -> tuple[Place, ...]:
    """Return the items of the last 90 days that any of these subscriptions would have told of, by the matches on record."""
    wanted = tuple(wanted)
    query = (
        select(*ITEM_COLUMNS, _match.c.topic, _match.c.severity)
        .join(_match, _OF_IT)
        .where(_item.c.first_seen_at >= now - WINDOW)
    )
    keys = {each.what for each in wanted}
    if not any(each.covers("") for each in wanted):  # nobody wants all topics
        query = query.where(_match.c.topic.in_(sorted(keys)))
    found = []
    for row in connection.execute(query):
        place = place_of(row)
        if place.at >= now - WINDOW and _is_wanted(wanted, place, row.topic, row.severity):
            found.append(place)
    return tuple(found)


def _is_wanted(wanted: tuple[Subscription, ...], place: Place, topic: str, severity: int) -> bool:
    return any(
        each.covers(topic) and severity >= each.min_severity and each.takes_stage(place.stage)
        for each in wanted
    )


def acts_by_topic(connection: Connection, *, now: datetime) -> dict[str, int]:
    """Return how many acts of the last 90 days each topic hit, by key."""
    found: dict[str, set[str]] = {}
    query = (
        select(*ITEM_COLUMNS, _match.c.topic)
        .join(_match, _OF_IT)
        .where(_item.c.first_seen_at >= now - WINDOW)
    )
    for row in connection.execute(query):
        place = place_of(row)
        if place.at >= now - WINDOW:
            found.setdefault(row.topic, set()).add(place.act)
    return {topic: len(acts) for topic, acts in found.items()}
