"""When a source is worth asking: its own slots, working days and holidays. Pure; the caller brings the time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Days = Literal["us-federal", "every-day"]


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


@lru_cache(maxsize=16)
def _federal_holidays(year: int) -> frozenset[date]:
    import holidays  # takes ~50 ms to import; only a scheduler or a gap needs it

    return frozenset(holidays.country_holidays("US", years=year))


def is_federal_business_day(day: date) -> bool:
    """Tell whether the Office of the Federal Register files and publishes on `day`.

    Holidays are those of 5 USC 6103 with their observed days. Closures by executive order are not known ahead:
    a poll on such a day finds nothing, which is harmless.
    """
    return day.weekday() < 5 and day not in _federal_holidays(day.year)


def is_working_day(days: Days, day: date) -> bool:
    """Tell whether `day` is a working day in the calendar named by `days`."""
    return days == "every-day" or is_federal_business_day(day)


def next_poll(rhythm: Rhythm, after: datetime) -> datetime:
    """Return the first instant (UTC) strictly later than `after` (aware) at which the source should be asked.

    The step in force at `after` is added; a slot that opens sooner wins, so that a slot is never slept through.
    Steps are elapsed time and slot edges are wall time, so the clock change neither skips nor doubles a slot.
    """
    zone = ZoneInfo(rhythm.zone)
    after = after.astimezone(
        UTC
    )  # elapsed time is counted in UTC: wall-clock arithmetic errs on the day the clock changes
    candidate = after + _step_at(rhythm, after.astimezone(zone))
    opening = _next_opening(rhythm, after, zone)
    return min(candidate, opening or candidate).astimezone(UTC)


def _step_at(rhythm: Rhythm, local: datetime) -> timedelta:
    if not is_working_day(rhythm.days, local.date()):
        return rhythm.off_days
    wall = local.time()
    return next((slot.every for slot in rhythm.slots if slot.start <= wall < slot.end), rhythm.otherwise)


def _next_opening(rhythm: Rhythm, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the next slot opening after `after`; None if the rhythm has no slots. Looks at most 12 days ahead."""
    today = after.astimezone(zone).date()
    for offset in range(12):
        day = today + timedelta(days=offset)
        if not is_working_day(rhythm.days, day):
            continue
        openings = (datetime.combine(day, slot.start, zone) for slot in rhythm.slots)
        later = [opening for opening in openings if opening > after]
        if later:
            return min(later)
    return None
