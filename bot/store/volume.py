"""How much a subscription would have brought: counted over what the archive holds of the last 90 days. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select

from bot.core.channel import QUERY, Subscription
from bot.store import schema
from bot.store.archive import ITEM_COLUMNS, Place, Reach, place_of

WINDOW = timedelta(days=90)
FLOOD_PER_DAY = 30
"""More alerts a day than anybody reads. Asked for on purpose, they come."""

MOST_EXAMPLES = 3
_item, _match = schema.item, schema.topic_match


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many acts would have been told in the last 90 days, of those that the archive holds.

    `days` is over how many of them they are spread. `kept_since`: the archive is younger than that, and holds of what was
    before only what the lists still showed; None where it reaches over all of the 90 days. `examples` are titles, newest
    first, at most three.
    """

    acts: int
    days: float
    kept_since: datetime | None = None
    examples: tuple[str, ...] = ()

    @property
    def per_day(self) -> float:
        """Return how many came a day; less than a day counts as one."""
        return self.acts / max(1.0, self.days)

    @property
    def is_flood(self) -> bool:
        """Tell whether this is more than `FLOOD_PER_DAY` a day on average."""
        return self.per_day > FLOOD_PER_DAY


def volume_of(
    found: Iterable[Place], *, now: datetime, reach: Reach | None, looked_to: datetime | None = None
) -> Volume:
    """Return the volume of what was found. `looked_to`: only items dated after it were looked at."""
    acts: dict[str, Place] = {}
    for place in sorted(found, key=lambda each: each.at, reverse=True):
        acts.setdefault(place.act, place)
    begin = max(filter(None, (now - WINDOW, reach.oldest if reach else now, looked_to)))
    young = reach is None or reach.kept_since > now - WINDOW
    return Volume(
        acts=len(acts),
        days=(now - begin) / timedelta(days=1),
        kept_since=(reach.kept_since if reach else now) if young else None,
        examples=tuple(place.title for place in acts.values())[:MOST_EXAMPLES],
    )


def topic_hits(connection: Connection, wanted: Iterable[Subscription], *, now: datetime) -> tuple[Place, ...]:
    """Return the items of the last 90 days that any of these subscriptions would have told of, by the matches on record."""
    wanted = tuple(wanted)
    of_it = and_(
        _match.c.source == _item.c.source, _match.c.key == _item.c.key, _match.c.revision == _item.c.revision
    )
    query = (
        select(*ITEM_COLUMNS, _match.c.topic, _match.c.severity)
        .join(_match, of_it)
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


def is_query(subscription: Subscription) -> bool:
    """Tell whether a subscription is to words of one's own, whose hits may not be on record yet."""
    return subscription.what.startswith(QUERY)


def _is_wanted(wanted: tuple[Subscription, ...], place: Place, topic: str, severity: int) -> bool:
    return any(
        each.covers(topic) and severity >= each.min_severity and each.takes_stage(place.stage)
        for each in wanted
    )
