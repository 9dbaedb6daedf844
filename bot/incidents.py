"""What a poll's end means for its source: blind, silent, or back. Runs in the transaction that ends the poll; sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.core.health import SourceState
from bot.core.incident import Failed, Judgement, Outcome, Phase, Read, Silent, judge
from bot.core.notice import Notice, compose
from bot.core.silence import quiet_bound, silent_since
from bot.store import incidents
from bot.store.alerts import put_notice
from bot.store.channels import ops_channels
from bot.store.writer import Connection
from watchers.calendar import Days, Rhythm, working_time_between
from watchers.source import AnySource

_ARRIVALS = 1_000  # one poll may bring many, each read in full at its own moment
_NEVER_SILENT_BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a poll ended. `state` is the source's after it; `failed` its error's kind and words, None for a complete read.

    `expects_refusal`: being refused is the known state of what failed.
    """

    source: AnySource
    state: SourceState
    failed: tuple[str, str] | None
    expects_refusal: bool
    new: int
    alerts: int
    next_try_at: datetime
    now: datetime


def settle(
    connection: Connection, ended: Ended, *, sources: Mapping[str, AnySource]
) -> tuple[SourceState, bool]:
    """Open, keep or close the source's incident, and lay out what there is to say of it to the ops channels.

    Return the state with the number of its open incident, and whether anything was laid out. `sources` are all that are
    watched, by key.
    """
    state = ended.state
    outcome = _outcome(connection, ended)
    if state.incident is None and isinstance(outcome, Read):
        return state, False
    before = incidents.load_incident(connection, state.incident) if state.incident is not None else None
    judged = judge(
        before,
        outcome,
        source=ended.source.key,
        now=ended.now,
        last_good_at=state.complete_at,
        last_good=incidents.last_title(connection, ended.source.key) if before is None else None,
    )
    if judged.incident is None:
        return replace(state, incident=None), False
    number = incidents.save_incident(connection, judged.incident, state.incident)
    told: tuple[str, ...] = ()
    if judged.notice is not None:
        notice = _notice(connection, ended, judged, judged.notice, number, sources)
        told = ops_channels(connection)
        put_notice(connection, ended.now, notice, told)
    open_now = number if judged.incident.closed_at is None else None
    return replace(state, incident=open_now), bool(told)


def _outcome(connection: Connection, ended: Ended) -> Outcome:
    if ended.failed is not None:
        kind, what = ended.failed
        return Failed(kind=kind, what=what, expects_refusal=ended.expects_refusal)
    since, bound = _silence(connection, ended)
    return Silent(since=since, bound=bound) if since and bound else Read(new_at=ended.state.new_at)


def _silence(connection: Connection, ended: Ended) -> tuple[datetime | None, timedelta | None]:
    last = ended.state.new_at
    if last is None or ended.now - last < _NEVER_SILENT_BEFORE:
        return None, None  # so nearly every poll asks nothing more
    days, zone = _days_of(ended.source), ended.source.rhythm.zone

    def working_time(start: datetime, end: datetime) -> timedelta:
        return working_time_between(days, zone, start, end)

    gaps: list[timedelta] = []
    if ended.source.quiet_for is None:
        came = incidents.arrivals(connection, ended.source.key, limit=_ARRIVALS)
        gaps = [working_time(one, other) for one, other in pairwise(came)]
    bound = quiet_bound(ended.source.quiet_for, gaps)
    return silent_since(last, ended.now, bound, working_time), bound


def _days_of(source: AnySource) -> Days:
    return source.rhythm.days if isinstance(source.rhythm, Rhythm) else "every-day"


def _notice(
    connection: Connection,
    ended: Ended,
    judged: Judgement,
    phase: Phase,
    number: int,
    sources: Mapping[str, AnySource],
) -> Notice:
    assert judged.incident is not None  # noqa: S101 -- whoever has something to say has something to say it of
    covering = [sources[key] for key in ended.source.covers if key in sources]
    failing = incidents.failing_sources(connection, [each.key for each in covering])
    blind = incidents.told_blind(connection) & sources.keys() - {ended.source.key}
    return compose(
        judged.incident,
        phase,
        incident_id=f"incident:{number}",
        title=ended.source.title,
        at=ended.now,
        covered_by=tuple((each.title, each.key not in failing) for each in covering),
        topics=incidents.topics_fed(connection, ended.source.key, since=ended.now - incidents.LEARNT_FROM),
        next_try_at=ended.next_try_at,
        backfilled=ended.new,
        alerts_late=ended.alerts,
        others_blind=tuple(sources[key].title for key in sorted(blind)),
    )
