"""The life of a source incident: when it begins, when it is told, when it is over. Pure; it sends nothing and reads no clock.

An incident is one stretch of time in which one source is blind or silent. A source has at most one at a time.

| outcome                    | no incident     | open, not told         | open and told              | told as silent    |
|----------------------------|-----------------|------------------------|----------------------------|-------------------|
| read                       | nothing         | closes, not told       | closes, CLOSED             | stays¹            |
| read, and something new    | nothing         | closes, not told       | closes, CLOSED             | closes, CLOSED    |
| failed                     | opens, not told | OPENED once confirmed² | CHANGED: other action³     | CHANGED at third⁴ |
| refused, as is known of it | nothing         | closes, not told       | closes, REFUSED            | closes, REFUSED   |
| read, silent for too long  | opens, OPENED   | closes, not told       | closes, CLOSED⁵            | stays¹            |

1. Whatever leaves a told incident open says STILL where nothing was said of it for 24 hours.
2. Confirmed: three failed polls in a row, or two where at least 30 minutes lie between the first and now.
3. Another kind of failure is recorded and keeps `since`. It is told only where it asks something else of the operator
   (`Action`), two polls in a row showed it, and this incident was not told for that action before: a source that
   wavers between two failures is told of each once, and of the newer one in the daily line.
4. A silent source that fails three polls in a row is blind: its incident goes on as one of that failure.
5. It can be read again, so this incident is over; the next poll begins one of silence. Nothing is both at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watchers.errors import Blocked, BudgetSpent, HostResting, SourceError, TryLater

SILENT = "silent"
"""The kind of an incident of a source that can be read and brings nothing new for too long."""

CONFIRMED_TRIES = 3
CONFIRMED_AFTER = timedelta(minutes=30)
DAILY = timedelta(hours=24)

_SILENT_ADVICE = (
    "open the page: if it shows something newer, this source's settings or its reader must be mended"
)


class Phase(StrEnum):
    """What there is to say of an incident. REFUSED ends one like CLOSED, though the source is not readable: it never was."""

    OPENED = "opened"
    CHANGED = "changed"
    STILL = "still"
    CLOSED = "closed"
    REFUSED = "refused"


class Action(StrEnum):
    """What an incident asks of the operator: ask the site, wait, look and mend, raise a limit, compare with the page."""

    REFUSED = "refused"
    TRANSIENT = "transient"
    LAYOUT = "layout"
    LIMIT = "limit"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A poll that read everything. `new_at`: when this source last brought anything new, at this poll or before."""

    new_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A poll that failed: `kind` and `what` of its SourceError. `expects_refusal`: being refused is this source's known state."""

    kind: str
    what: str
    expects_refusal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A poll that read everything and shows that nothing new has come for too long: `bound` (working time) passed at `since`."""

    since: datetime
    bound: timedelta


Outcome = Read | Failed | Silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it is remembered. Instants are aware.

    `since`: the first failed poll, or when silence passed its bound; it never moves. `told_at`: None while not confirmed.
    `said_at`: the last line after that, daily or for a change. `told`: the actions it was told for, in order.
    `tries`: failed polls in a row. `last_good_at`: the last complete read, `last_good` the title of the last new item.
    """

    source: str
    kind: str
    what: str
    since: datetime
    told_at: datetime | None = None
    said_at: datetime | None = None
    closed_at: datetime | None = None
    tries: int = 0
    last_good_at: datetime | None = None
    last_good: str | None = None
    told: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an outcome makes of an incident (None: there is none), and what there is to say of it (None: nothing)."""

    incident: Incident | None
    notice: Phase | None = None


def judge(
    before: Incident | None,
    outcome: Outcome,
    *,
    source: str,
    now: datetime,
    last_good_at: datetime | None = None,
    last_good: str | None = None,
) -> Judgement:
    """Return what `outcome` makes of the source's incident: see the table above. A closed `before` counts as none.

    `last_good_at` and `last_good` are kept in an incident that opens. An incident that ends is returned with `closed_at`.
    """
    current = before if before is not None and before.closed_at is None else None
    if isinstance(outcome, Failed) and outcome.expects_refusal:
        if action_of(outcome.kind) is Action.REFUSED:
            return _end(current, Phase.REFUSED, now)
        if current is None and outcome.kind == HostResting.kind:
            return Judgement(incident=None)  # it was not even asked, and would only have been refused
    if current is None:
        if isinstance(outcome, Read):
            return Judgement(incident=None)
        opened = _open(outcome, source, now)
        incident = replace(opened, last_good_at=last_good_at, last_good=last_good)
        return _tell(incident, Phase.OPENED, now) if incident.kind == SILENT else Judgement(incident=incident)
    if isinstance(outcome, Failed):
        return _failed_again(current, outcome, now)
    return _read(current, outcome, now)


def action_of(kind: str) -> Action:
    """Return what a failure of this kind asks of the operator; an unknown kind must be looked at."""
    if kind == SILENT:
        return Action.SILENT
    error = _ERRORS.get(kind, SourceError)
    return next((action for base, action in _ACTIONS if issubclass(error, base)), Action.LAYOUT)


def advice_for(kind: str) -> str:
    """Return what the operator can do about an incident of this kind, as one clause without a full stop."""
    return _SILENT_ADVICE if kind == SILENT else _ERRORS.get(kind, SourceError).advice


def _tree(error: type[SourceError]) -> Iterator[type[SourceError]]:
    yield error
    for narrower in error.__subclasses__():
        yield from _tree(narrower)


_ERRORS = {error.kind: error for error in _tree(SourceError)}
_ACTIONS: tuple[tuple[type[SourceError], Action], ...] = (
    (TryLater, Action.TRANSIENT),
    (Blocked, Action.REFUSED),
    (BudgetSpent, Action.LIMIT),
)


def _open(outcome: Failed | Silent, source: str, now: datetime) -> Incident:
    if isinstance(outcome, Silent):
        what = f"nothing new for more than {_bound_words(outcome.bound)} of its working time"
        return Incident(source=source, kind=SILENT, what=what, since=outcome.since)
    return Incident(source=source, kind=outcome.kind, what=outcome.what, since=now, tries=1)


def _bound_words(bound: timedelta) -> str:
    days = bound / timedelta(days=1)
    return f"{days:.3g} days" if days >= 2 else f"{days * 24:.3g} hours"


def _read(current: Incident, outcome: Read | Silent, now: datetime) -> Judgement:
    """Close a failure; close a silence only where something new has come since it began to be too long."""
    if current.kind != SILENT:
        return _end(current, Phase.CLOSED, now)
    if isinstance(outcome, Read) and outcome.new_at is not None and outcome.new_at > current.since:
        return _end(current, Phase.CLOSED, now)
    return _still(replace(current, tries=0), now)


def _failed_again(current: Incident, failure: Failed, now: datetime) -> Judgement:
    tries = current.tries + 1
    was_silent = current.kind == SILENT
    if was_silent and tries < CONFIRMED_TRIES:
        return _still(replace(current, tries=tries), now)
    # A host at rest was not asked: that says nothing about why, which is what the incident already knows.
    if failure.kind == HostResting.kind and not was_silent:
        incident = replace(current, tries=tries)
    else:
        incident = replace(current, tries=tries, kind=failure.kind, what=failure.what)
    if current.told_at is None:
        return (
            _tell(incident, Phase.OPENED, now)
            if _is_confirmed(incident, now)
            else Judgement(incident=incident)
        )
    action = action_of(incident.kind)
    seen_twice = was_silent or action_of(current.kind) is action
    if seen_twice and action not in current.told:
        return _tell(incident, Phase.CHANGED, now)
    return _still(incident, now)


def _is_confirmed(incident: Incident, now: datetime) -> bool:
    return incident.tries >= CONFIRMED_TRIES or now - incident.since >= CONFIRMED_AFTER


def _tell(incident: Incident, phase: Phase, now: datetime) -> Judgement:
    told = (*incident.told, action_of(incident.kind))
    if phase is Phase.OPENED:
        return Judgement(incident=replace(incident, told_at=now, told=told), notice=phase)
    return Judgement(incident=replace(incident, said_at=now, told=told), notice=phase)


def _still(incident: Incident, now: datetime) -> Judgement:
    last = incident.said_at or incident.told_at
    if last is None or now - last < DAILY:
        return Judgement(incident=incident)
    return Judgement(incident=replace(incident, said_at=now), notice=Phase.STILL)


def _end(current: Incident | None, phase: Phase, now: datetime) -> Judgement:
    if current is None:
        return Judgement(incident=None)
    return Judgement(incident=replace(current, closed_at=now), notice=phase if current.told_at else None)
