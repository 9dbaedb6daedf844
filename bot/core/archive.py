"""What the archive can tell, as values: its items without their texts, how far back it goes, how much a subscription would bring.

Pure; `bot.store` fills them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watchers.item import Stage

WINDOW = timedelta(days=90)
FLOOD_PER_DAY = 30
"""More alerts a day than anybody reads. Asked for on purpose, they come."""

MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An item in the archive, without its text.

    `at` is when its issuer dates it, else when it was first seen; aware, UTC. `on` is the issuer's own calendar date: what is
    shown, for no reader's zone may shift it.
    """

    source: str
    key: str
    revision: int
    title: str
    url: str
    story: str | None
    stage: Stage
    at: datetime
    on: date | None = None

    @property
    def act(self) -> str:
        """Return what counts as one: the story, or the item where it belongs to none."""
        return self.story or f"{self.source} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far back the archive goes: since when it is kept, and the date of the oldest item in it. Aware, UTC."""

    kept_since: datetime
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How many acts would have been told in the last 90 days, of those that the archive holds.

    `days` is how many of them were looked at. `kept_since`: the archive is younger than that, and holds of what was
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


def volume_of(found: Iterable[Place], *, now: datetime, reach: Reach | None) -> Volume:
    """Return the volume of what was found."""
    acts: dict[str, Place] = {}
    for place in sorted(found, key=lambda each: each.at, reverse=True):
        acts.setdefault(place.act, place)
    begin = max(now - WINDOW, reach.oldest if reach else now)
    young = reach is None or reach.kept_since > now - WINDOW
    return Volume(
        acts=len(acts),
        days=(now - begin) / timedelta(days=1),
        kept_since=(reach.kept_since if reach else now) if young else None,
        examples=tuple(place.title for place in acts.values())[:MOST_EXAMPLES],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How a channel's alerts stand: sent in the last 30 days, waiting to be sent, given up; and when the last was sent."""

    sent: int
    waiting: int
    failed: int
    last_sent_at: datetime | None
