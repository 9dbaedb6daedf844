"""How fast a platform may be sent to: a limit is a steady interval with a few in advance, and its state is one instant. Pure.

The instant (when the next would be due if all came evenly) is kept in the store, so that a restart forgets nothing. In any
stretch of time no more than `advance` + the stretch divided by `interval` pass. This is the generic cell rate algorithm.
Source: ITU-T I.371 annex A, as a virtual schedule, seen 2026-11-29.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One every `interval`, and up to `advance` at once after a rest."""

    interval: timedelta
    advance: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a platform: for all of it, for each chat, and for a chat of many (None: there is none)."""

    overall: Limit | None = None
    chat: Limit | None = None
    group: Limit | None = None


def admit(limit: Limit, even_at: datetime | None, now: datetime) -> datetime | None:
    """Return the state after one more at `now`; None where it must wait. `even_at` is the state before, None for none yet.

    A state that lies further ahead than the limit can ever bring it was written by a clock that was ahead: see `used_up`.
    """
    ahead = limit.interval * limit.advance
    even = max(now, min(even_at or now, now + ahead))
    return even + limit.interval if even + limit.interval - now <= ahead else None


def used_up(limit: Limit, even_at: datetime, now: datetime) -> datetime | None:
    """Return the state to put in the place of one that a clock that was ahead wrote: used up as of now. None where it may stand.

    Whoever must wait keeps it: else each look would find the limit used up anew, until the wrong clock's time has come.
    """
    latest = now + limit.interval * limit.advance
    return latest if even_at > latest else None


def free_at(limit: Limit, even_at: datetime) -> datetime:
    """Return from when on one more would be let through."""
    return even_at - limit.interval * (limit.advance - 1)


def admit_all(
    wanted: Mapping[str, Limit], states: Mapping[str, datetime], now: datetime
) -> dict[str, datetime] | None:
    """Return the new states of all scopes where every one lets one more through; None, and nothing used, where one does not."""
    after = {scope: admit(limit, states.get(scope), now) for scope, limit in wanted.items()}
    passed = {scope: state for scope, state in after.items() if state is not None}
    return passed if len(passed) == len(after) else None
