"""What we know of a source's health and what a poll's end makes of it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchers.calendar import Adaptive, Rhythm, next_poll

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
_REFUSED_FIRST_PAUSE, _REFUSED_LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=6)

REFUSALS = frozenset({"blocked", "disallowed", "unsafe address", "moved", "redesigned", "budget spent"})
"""Failures that asking again soon cannot mend (the `kind` of the error)."""

_REFUSED = frozenset({"blocked", "disallowed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source's memory between polls. All instants aware UTC; None: never, or not now.

    `complete_at` is the start of the last complete read, `learned_at` the first. `not_before` holds scheduled polls back.
    `pace_seconds` is how long it waits between polls, where it has no calendar. `note` says what the last complete read
    could not read, or had to read elsewhere. `memory` is the source's own, as JSON. `incident` is the number of the open one.
    """

    source: str
    learned_at: datetime | None = None
    complete_at: datetime | None = None
    attempted_at: datetime | None = None
    new_at: datetime | None = None
    failures: int = 0
    blind_since: datetime | None = None
    error_kind: str | None = None
    error_what: str | None = None
    not_before: datetime | None = None
    pace_seconds: int | None = None
    note: str | None = None
    memory: str | None = None
    incident: int | None = None

    @property
    def learning(self) -> bool:
        """Tell whether no complete read has been made yet, so that everything is baseline."""
        return self.learned_at is None


def as_of(state: SourceState, now: datetime) -> SourceState:
    """Return the state as it can be at `now`: what a clock that was ahead wrote must hold nothing back."""
    if state.attempted_at is None or state.attempted_at <= now:
        return state
    return replace(
        state,
        complete_at=min(state.complete_at, now) if state.complete_at else None,
        new_at=min(state.new_at, now) if state.new_at else None,
        attempted_at=now,
        not_before=None,
    )


def remembered(state: SourceState) -> dict[str, str]:
    """Return what the source wanted to know next time, by name."""
    memory: dict[str, str] = json.loads(state.memory) if state.memory else {}
    return memory


def with_memory(state: SourceState, memory: Mapping[str, str]) -> SourceState:
    """Return the state with this memory."""
    return replace(state, memory=json.dumps(dict(memory), ensure_ascii=False) if memory else None)


def after_success(
    state: SourceState,
    *,
    started_at: datetime,
    new: bool,
    now: datetime,
    note: str | None = None,
    unreadable: tuple[str, str] | None = None,
) -> SourceState:
    """Return the state after a complete read that began at `started_at`; `note`: it was not quite complete.

    `unreadable`: the kind and words of the failure by which no text of its items can be had. It is blind for these, and
    its listing is read on as often as ever.
    """
    kind, what = unreadable or (None, None)
    return replace(
        state,
        learned_at=state.learned_at or now,
        complete_at=started_at,
        attempted_at=now,
        new_at=now if new else state.new_at,
        failures=0,
        blind_since=(state.blind_since or now) if unreadable else None,
        error_kind=kind,
        error_what=what,
        not_before=None,
        note=note,
    )


def after_failure(
    state: SourceState,
    *,
    kind: str,
    what: str,
    retry_after: timedelta | None,
    new: bool,
    now: datetime,
    chance: float,
) -> SourceState:
    """Return the state after a failed read. `chance` (0 to 1) spreads the back-off; a host's own Retry-After is obeyed."""
    failures = state.failures + 1
    return replace(
        state,
        attempted_at=now,
        new_at=now if new else state.new_at,
        failures=failures,
        blind_since=state.blind_since or now,
        error_kind=kind,
        error_what=what,
        not_before=now + max(backoff(kind, failures, chance), retry_after or timedelta()),
    )


def backoff(kind: str, failures: int, chance: float) -> timedelta:
    """Return how long to wait after `failures` failed polls in a row: doubling, capped, the upper half left to chance."""
    refused = kind in REFUSALS
    first, longest = (
        (_REFUSED_FIRST_PAUSE, _REFUSED_LONGEST_PAUSE) if refused else (_FIRST_PAUSE, _LONGEST_PAUSE)
    )
    whole: timedelta = min(longest, first * (1 << min(failures - 1, 16)))
    return whole * (0.5 + chance / 2)


def next_poll_at(
    rhythm: Rhythm | Adaptive, every: timedelta | None, state: SourceState, now: datetime
) -> datetime:
    """Return when a running service asks a source next: by the operator's own interval or its rhythm, after any back-off."""
    after = state.attempted_at or now
    pace = timedelta(seconds=state.pace_seconds) if state.pace_seconds else None
    regular = after + every if every else next_poll(rhythm, after, pace)
    return max(regular, state.not_before or regular, now)


def is_expected(kind: str | None, *, expects_refusal: bool) -> bool:
    """Tell whether a failure of this kind is the known state of a source that is always refused."""
    return expects_refusal and kind in _REFUSED


def state_word(
    state: SourceState, *, enabled: bool, expects_refusal: bool = False, silent: bool = False
) -> str:
    """Return the one word that commands and pages show: learning, healthy, late, BLIND, refused (as expected) or paused."""
    if not enabled:
        return "paused"
    if state.blind_since:
        # Where its list was read meanwhile, it is the pages of its items that cannot be.
        was_read = state.complete_at is not None and state.complete_at >= state.blind_since
        expected = is_expected(state.error_kind, expects_refusal=expects_refusal) and not was_read
        return "refused" if expected else "BLIND"
    if state.learning:
        return "learning"
    return "late" if silent else "healthy"
