"""What we know of a source's health and what a poll's end makes of it. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
_REFUSED_FIRST_PAUSE, _REFUSED_LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=6)

REFUSALS = frozenset({"blocked", "unsafe address", "moved"})
"""Failures that asking again soon cannot mend (the `kind` of the error)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source's memory between polls. All instants aware UTC; None: never, or not now.

    `complete_at` is the start of the last complete read, `learned_at` the first. `not_before` holds scheduled polls back.
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

    @property
    def learning(self) -> bool:
        """Tell whether no complete read has been made yet, so that everything is baseline."""
        return self.learned_at is None


def after_success(state: SourceState, *, started_at: datetime, new: bool, now: datetime) -> SourceState:
    """Return the state after a complete read that began at `started_at`."""
    return replace(
        state,
        learned_at=state.learned_at or now,
        complete_at=started_at,
        attempted_at=now,
        new_at=now if new else state.new_at,
        failures=0,
        blind_since=None,
        error_kind=None,
        error_what=None,
        not_before=None,
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


def state_word(state: SourceState, *, enabled: bool) -> str:
    """Return the one word that commands and pages show: learning, healthy, BLIND or paused."""
    if not enabled:
        return "paused"
    if state.blind_since:
        return "BLIND"
    return "learning" if state.learning else "healthy"
