"""When a feed says that something was published. Pure; reads no clock and fills in nothing that is not written.

A time without a zone that can be trusted is no instant, so only its day is kept.
"""

import re
from datetime import UTC, date, datetime, timedelta

from watchers.dates import is_meant

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_MONTH_DIGITS = {name.title(): f"{number:02}" for name, number in _MONTHS.items()}
# The names that RFC 822 gives, in hours. CST is left out: it is US Central Time there and China Standard Time in what is
# written in China, fourteen hours apart.
_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z"), 0),
    "edt": -4,
    **dict.fromkeys(("est", "cdt"), -5),
    "mdt": -6,
    **dict.fromkeys(("mst", "pdt"), -7),
    "pst": -8,
}
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_LONGEST = 100

_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d{0,12})?)?"
_ZONE = r"(?:\s{0,3}([+-]\d{2}:?\d{2}|[a-z]{1,5}))?(?:\s{1,3}\([^()]{0,40}\))?"
# Fri, 24 Jul 2026 18:01:00 GMT. The weekday is not looked at: a wrong one says nothing about the day.
_RFC_822 = re.compile(
    r"(?:[a-z]{2,9}\.?,?\s{1,3})?(\d{1,2})[ -]{1,3}([a-z]{3,9})\.?[ -]{1,3}(\d{4}|\d{2})"
    rf"(?:,?\s{{1,3}}{_TIME}{_ZONE})?",
    re.IGNORECASE | re.ASCII,
)
# 2026-07-24T18:01:00Z and its looser kin: 2026/7/24 18:01, 2026年7月24日.
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:(?:t|\s{{1,3}}){_TIME}{_ZONE})?",
    re.IGNORECASE | re.ASCII,
)


def read_date(text: str) -> datetime | date | None:
    """Return the instant (aware, UTC) that `text` names, else its day; None where it names neither, or what cannot be meant.

    Reads RFC 822 (a year of two digits is 1969 to 2068, as e-mail has it) and ISO 8601, both as loosely as feeds write
    them, and days in Chinese. Never raises.
    """
    text = " ".join(text[: _LONGEST + 1].split())
    if len(text) > _LONGEST:
        return None
    try:
        when = _fast(text) or _slow(text)
    except (ValueError, OverflowError):
        return None
    return when if when is not None and is_meant(when) else None


def _fast(text: str) -> datetime | date | None:
    """Read the two spellings that nearly all feeds use, by position; None for everything else."""
    if text[3:5] == ", " and text[7:8] == text[11:12] == text[16:17] == text[25:26] == " ":
        zone = "+00:00" if text[26:] == "GMT" else text[26:]
        text = f"{text[12:16]}-{_MONTH_DIGITS.get(text[8:11])}-{text[5:7]}T{text[17:25]}{zone}"
    if text[10:11] != "T":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.date() if at.tzinfo is None else at.astimezone(UTC)


def _slow(text: str) -> datetime | date | None:
    """Raises ValueError or OverflowError for a time that cannot exist."""
    found = _RFC_822.fullmatch(text)
    if found is not None:
        day, name, year, *clock = found.groups()
        month = _MONTHS.get(name[:3].lower())
        if month is None:
            return None
        on = date(_full_year(year), month, int(day))
    else:
        found = _YEAR_FIRST.fullmatch(text)
        if found is None:
            return None
        year, month_digits, day, *clock = found.groups()
        on = date(int(year), int(month_digits), int(day))
    return _at(on, *clock)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 69 else 1900)


def _at(
    on: date, hour: str | None, minute: str | None, second: str | None, fraction: str | None, zone: str | None
) -> datetime | date:
    if hour is None or minute is None:
        return on
    microsecond = int((fraction or "0").ljust(6, "0"))
    at = datetime(on.year, on.month, on.day, int(hour), int(minute), int(second or 0), microsecond)  # noqa: DTZ001
    ahead = None if zone is None else _ahead_of_utc(zone)
    return on if ahead is None else (at - ahead).replace(tzinfo=UTC)


def _ahead_of_utc(zone: str) -> timedelta | None:
    """Return how far a zone's clocks are ahead; None for a name that means nothing certain. ValueError over a day."""
    offset = _OFFSET.fullmatch(zone)
    if offset is None:
        hours = _ZONES.get(zone.lower())
        return None if hours is None else timedelta(hours=hours)
    sign, hours_text, minutes_text = offset.groups()
    ahead = timedelta(hours=int(hours_text), minutes=int(minutes_text))
    if ahead >= timedelta(days=1):
        raise ValueError(zone)
    return -ahead if sign == "-" else ahead
