"""When a channel is told: at once, or in a brief at a local time; and when it is left in peace. Pure.

Wall times are the channel's own. A wall time that a change of the clocks skips counts as the one after the gap, one that comes
twice as its first.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from watchers.calendar import Days, is_working_day

_LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = tuple(day[:3] for day in _LONG_WEEKDAYS)
_DAY = timedelta(days=1)
_LONGEST_CLOSURE = 30
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class Mode(StrEnum):
    """How alerts reach a channel."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A mode with its wall time, and for a week its day (0 is Monday). Raises ValueError for a time that the mode has not."""

    mode: Mode = Mode.INSTANT
    at: time | None = None
    weekday: int | None = None

    def __post_init__(self) -> None:
        """Refuse a brief without its time, and a time without a brief."""
        if (self.at is None) == (self.mode in {Mode.DAILY, Mode.WEEKLY}):
            raise ValueError("a daily or weekly brief has a time of day, and nothing else has")
        if (self.weekday is None) == (self.mode is Mode.WEEKLY):
            raise ValueError("a weekly brief has a day, and nothing else has")

    @property
    def words(self) -> str:
        """Return `instant`, `hourly`, `daily 08:30` or `weekly mon 08:30`; `timing_of` reads it."""
        day = None if self.weekday is None else WEEKDAYS[self.weekday]
        clock = None if self.at is None else f"{self.at:%H:%M}"
        return " ".join(filter(None, (self.mode.value, day, clock)))


INSTANT = Timing()
_DEFAULT_TIME = time(8, 30)


def timing_of(words: str) -> Timing:
    """Return the timing that `words` name; a brief without its time is at 08:30, a week without its day on Monday.

    Raises ValueError saying what was not understood.
    """
    first, *rest = words.lower().split() or [""]
    try:
        mode = Mode(first)
    except ValueError:
        raise ValueError(f'"{first}" is none of instant, hourly, daily and weekly') from None
    at, weekday = None, None
    for word in rest:
        if (day := _weekday_of(word)) is not None and mode is Mode.WEEKLY:
            weekday = day
        elif (clock := clock_of(word)) is not None and mode in {Mode.DAILY, Mode.WEEKLY}:
            at = clock
        else:
            raise ValueError(f'"{word}" does not go with {mode.value}')
    if mode in {Mode.DAILY, Mode.WEEKLY}:
        at = at or _DEFAULT_TIME
    return Timing(mode=mode, at=at, weekday=0 if mode is Mode.WEEKLY and weekday is None else weekday)


def _weekday_of(word: str) -> int | None:
    """Return the number of the day that `mon` or `monday` names, None for anything else."""
    named = (at for at, day in enumerate(_LONG_WEEKDAYS) if len(word) > 2 and day.startswith(word))
    return next(named, None)


def clock_of(word: str) -> time | None:
    """Return the wall time `8:30` or `08:30`, None for anything else."""
    found = _CLOCK.fullmatch(word)
    return time(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of the night in which only urgent alerts come, from `start` up to `end`, wall times. The same for both: all day."""

    start: time
    end: time

    @property
    def words(self) -> str:
        """Return `22:00 to 07:00`."""
        return f"{self.start:%H:%M} to {self.end:%H:%M}"

    def ends_at(self, now: datetime, zone: str) -> datetime | None:
        """Return when the quiet that `now` lies in ends (aware, UTC); None outside of it."""
        local = now.astimezone(ZoneInfo(zone))
        for day in (local.date() - _DAY, local.date()):
            start = at_wall_time(day, self.start, zone)
            end = at_wall_time(day if self.start < self.end else day + _DAY, self.end, zone)
            if start <= now < end:
                return end
        return None


def at_wall_time(day: date, at: time, zone: str) -> datetime:
    """Return the instant (aware, UTC) at which clocks in `zone` show `at` on `day`."""
    there = ZoneInfo(zone)
    # The first of two readings is meant, and in a gap the offset before it holds: what clocks then show is later by its width.
    return datetime.combine(day, at, tzinfo=there).astimezone(UTC)


def next_brief(timing: Timing, zone: str, after: datetime) -> datetime:
    """Return the first instant after `after` (aware) at which a brief of this timing is due, on working days of `zone`.

    An hourly brief is due every full hour. A weekly one whose day is a holiday is due on the next working day. Raises
    ValueError for `instant`, which has no brief.
    """
    if timing.mode is Mode.INSTANT:
        raise ValueError("what is told at once has no brief")
    if timing.at is None:
        whole = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return whole + timedelta(hours=1)
    days = days_of(zone)
    day = after.astimezone(ZoneInfo(zone)).date() - (_LONGEST_CLOSURE * _DAY)
    for _ in range(3 * _LONGEST_CLOSURE):
        due = _due_day(timing, days, day)
        if due is not None and (instant := at_wall_time(due, timing.at, zone)) > after:
            return instant
        day += _DAY
    raise AssertionError("no calendar is closed for a month")


def _due_day(timing: Timing, days: Days, day: date) -> date | None:
    """Return the day on which a brief that falls on `day` is due; None where none falls on it."""
    if timing.weekday is None:
        return day if is_working_day(days, day) else None
    if day.weekday() != timing.weekday:
        return None
    return next(each for step in range(_LONGEST_CLOSURE) if is_working_day(days, each := day + step * _DAY))


def days_of(zone: str) -> Days:
    """Return the calendar of working days that people in `zone` keep: the Chinese one in China, else that of Washington."""
    return "china" if zone in _CHINESE_ZONES else "us-federal"


_CHINESE_ZONES = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "PRC"})
