"""What the ops channel is told of an incident: everything it says, fixed when it is decided, to be rendered anywhere. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.incident import Incident, Phase, advice_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to say of one incident. Instants are aware, UTC; `at` is when it was decided.

    `covered_by` are the titles of sources that carry the same acts, and whether each is healthy. `topics` usually get items
    from this source. `blind_for` (None before the end), `backfilled` and `alerts_late` belong to the end of an incident;
    `others_blind` are the titles of the other sources that cannot be read at `at`.
    """

    incident: str
    phase: Phase
    source: str
    title: str
    kind: str
    what: str
    advice: str
    since: datetime
    at: datetime
    tries: int
    last_good_at: datetime | None
    last_good: str | None
    covered_by: tuple[tuple[str, bool], ...] = ()
    topics: tuple[str, ...] = ()
    next_try_at: datetime | None = None
    blind_for: timedelta | None = None
    backfilled: int = 0
    alerts_late: int = 0
    others_blind: tuple[str, ...] = ()

    @property
    def is_end(self) -> bool:
        """Tell whether this is the last that is said of the incident."""
        return self.phase in {Phase.CLOSED, Phase.REFUSED}


def compose(
    incident: Incident,
    phase: Phase,
    *,
    incident_id: str,
    title: str,
    at: datetime,
    covered_by: tuple[tuple[str, bool], ...] = (),
    topics: tuple[str, ...] = (),
    next_try_at: datetime | None = None,
    backfilled: int = 0,
    alerts_late: int = 0,
    others_blind: tuple[str, ...] = (),
) -> Notice:
    """Return the notice that tells `phase` of `incident`, as `judge` returned both. `title` is the source's."""
    blind_for = max(incident.closed_at - incident.since, timedelta()) if incident.closed_at else None
    return Notice(
        incident=incident_id,
        phase=phase,
        source=incident.source,
        title=title,
        kind=incident.kind,
        what=incident.what,
        advice=advice_for(incident.kind),
        since=incident.since,
        at=at,
        tries=incident.tries,
        last_good_at=incident.last_good_at,
        last_good=incident.last_good,
        covered_by=covered_by,
        topics=topics,
        next_try_at=next_try_at,
        blind_for=blind_for,
        backfilled=backfilled,
        alerts_late=alerts_late,
        others_blind=others_blind,
    )
