"""How long a source may bring nothing new before that is suspicious, and since when it is. Pure.

All bounds are working time of the source's own calendar, in which a working day counts as its 24 hours and others as nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil

MIN_GAPS = 10
_PERCENT = 95
_TIMES = 3
_LEAST = timedelta(days=2)
_TOGETHER = timedelta(hours=1)
_STEP = timedelta(minutes=1)

WorkingTime = Callable[[datetime, datetime], timedelta]
"""Returns the working time between two aware instants; never less for a later end."""


def quiet_bound(declared: timedelta | None, gaps: Sequence[timedelta]) -> timedelta | None:
    """Return how much working time without anything new is suspicious; None where too little is known to say.

    What the source declares goes first. Else three times the 95th percentile (nearest rank) of `gaps`, the working time
    between arrivals, and two working days at least. Items that came within an hour are one arrival: one poll may take as long.
    """
    if declared is not None:
        return declared
    known = sorted(gap for gap in gaps if gap >= _TOGETHER)
    if len(known) < MIN_GAPS:
        return None
    percentile = known[ceil(len(known) * _PERCENT / 100) - 1]
    return max(_TIMES * percentile, _LEAST)


def silent_since(
    last_new_at: datetime | None, now: datetime, bound: timedelta | None, working_time: WorkingTime
) -> datetime | None:
    """Return the instant (to the minute) at which the silence passed `bound`; None while it has not, or cannot be judged.

    The same answer whenever it is asked later. Calls `working_time` once, and some twenty times more where it is too late.
    """
    if last_new_at is None or bound is None or working_time(last_new_at, now) <= bound:
        return None
    too_early, passed = 0, ceil((now - last_new_at) / _STEP)
    while passed - too_early > 1:
        middle = (too_early + passed) // 2
        if working_time(last_new_at, last_new_at + middle * _STEP) > bound:
            passed = middle
        else:
            too_early = middle
    return min(last_new_at + passed * _STEP, now)
