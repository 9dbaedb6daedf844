"""When a source is worth asking: its own slots, working days and holidays. Pure; the caller brings the time."""

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Days = Literal["us-federal", "china", "every-day"]

_LONGEST_CLOSURE = 14  # days; that of the Chinese New Year of 2020 was ten, and the day before it counts
_DAY = timedelta(days=1)
_SLOWER = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A stretch of the issuer's working day in which it is asked every `every`. `start` and `end` are wall times."""

    start: time
    end: time
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often to ask: inside a slot, outside the slots of a working day (`otherwise`), on other days (`off_days`)."""

    zone: str
    days: Days
    slots: tuple[Slot, ...]
    otherwise: timedelta
    off_days: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """A source without a known rhythm: asked more often while new things come, down to `fastest`, and less often otherwise.

    Raises ValueError unless 0 < `fastest` <= `start` <= `slowest`.
    """

    zone: str
    fastest: timedelta
    slowest: timedelta
    start: timedelta

    def __post_init__(self) -> None:
        """Refuse a rhythm that would never pause."""
        if not timedelta() < self.fastest <= self.start <= self.slowest:
            raise ValueError("fastest, start and slowest must be longer than nothing, and in this order")


def is_federal_business_day(day: date) -> bool:
    """Tell whether the Office of the Federal Register files and publishes on `day`.

    Holidays are those of 5 USC 6103 with their observed days. Closures by executive order are not known ahead:
    a poll on such a day finds nothing, which is harmless.
    """
    return day in _working_days("us-federal", day.year)


def is_working_day(days: Days, day: date) -> bool:
    """Tell whether `day` is a working day in the calendar named by `days`.

    The Chinese calendar moves working days onto weekends (调休). The State Council names them about two months before the
    year begins, and the library some weeks later: until then that year has its holidays and ordinary weekends.
    Source: the yearly notices of the General Office of the State Council for 2025 and 2026, against holidays 0.109, seen
    2026-11-23.
    """
    return days == "every-day" or day in _working_days(days, day.year)


@lru_cache(maxsize=32)
def _working_days(days: Literal["us-federal", "china"], year: int) -> frozenset[date]:
    import holidays  # takes ~50 ms to import; only a scheduler or a gap needs it

    known = holidays.country_holidays("CN" if days == "china" else "US", years=year)
    first = date(year, 1, 1).toordinal()
    whole_year = map(date.fromordinal, range(first, first + 365 + isleap(year)))
    return frozenset(day for day in whole_year if known.is_working_day(day))


def next_poll(rhythm: Rhythm | Adaptive, after: datetime, pace: timedelta | None = None) -> datetime:
    """Return the first instant (UTC) strictly later than `after` (aware) at which the source should be asked.

    An adaptive source is asked after its `pace` (None: the one it starts with). Of a calendar, the step in force at `after`
    is added; a slot that opens sooner wins, so that a slot is never slept through. Steps are elapsed time and slot edges
    are wall time, so the clock change neither skips nor doubles a slot.
    """
    # Elapsed time is counted in UTC: wall-clock arithmetic errs on the day the clock changes.
    after = after.astimezone(UTC)
    if isinstance(rhythm, Adaptive):
        return after + _within(rhythm, rhythm.start if pace is None else pace)
    zone = ZoneInfo(rhythm.zone)
    candidate = after + _step_at(rhythm, after.astimezone(zone))
    opening = _next_opening(rhythm, after, zone)
    return min(candidate, opening or candidate).astimezone(UTC)


def next_pace(rhythm: Adaptive, pace: timedelta | None, *, new: bool) -> timedelta:
    """Return how long to wait after a poll that brought something `new` or nothing; `pace` is the wait before it.

    Half of it after something new, down to `fastest`; a quarter more after nothing, up to `slowest`; `start` where there
    was no wait yet (None).
    """
    if pace is None:
        return rhythm.start
    return _within(rhythm, pace / 2 if new else pace * _SLOWER)


def working_time_between(days: Days, zone: str, start: datetime, end: datetime) -> timedelta:
    """Return the time from `start` to `end` (both aware) that lies in working days, as they are counted in `zone`.

    A working day counts from its local midnight to the next: 24 hours, or 23 or 25 where the clock changes. Nothing where
    `end` is not later than `start`.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if days == "every-day":
        return max(end - start, timedelta())
    where = ZoneInfo(zone)
    total = timedelta()
    day = start.astimezone(where).date()
    while start < end:
        day += _DAY
        midnight = min(datetime.combine(day, time(), where).astimezone(UTC), end)
        if is_working_day(days, day - _DAY):
            total += midnight - start
        start = midnight
    return total


def _within(rhythm: Adaptive, pace: timedelta) -> timedelta:
    return max(rhythm.fastest, min(pace, rhythm.slowest))


def _step_at(rhythm: Rhythm, local: datetime) -> timedelta:
    if not is_working_day(rhythm.days, local.date()):
        return rhythm.off_days
    wall = local.time()
    return next((slot.every for slot in rhythm.slots if slot.start <= wall < slot.end), rhythm.otherwise)


def _next_opening(rhythm: Rhythm, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the next slot opening after `after`; None if the rhythm has no slots. Looks past the longest closure."""
    today = after.astimezone(zone).date()
    for offset in range(_LONGEST_CLOSURE):
        day = today + offset * _DAY
        if not is_working_day(rhythm.days, day):
            continue
        openings = (datetime.combine(day, slot.start, zone) for slot in rhythm.slots)
        later = [opening for opening in openings if opening > after]
        if later:
            return min(later)
    return None
