"""Dates and times as official pages print them. Pure; it reads what is written out in full and never guesses.

A date without its year, a two-digit year and a word like "yesterday" are no dates here. A date alone is never an instant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Order = Literal["mdy", "dmy"]

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# What systems write where they know no date: the zero of databases and spreadsheets, and that of Unix, 0:00 in London, which
# is still the day before in Washington; or 0:00 of the same day in the writer's own zone.
_ZERO_DAYS = frozenset({date(1900, 1, 1), date(1969, 12, 31), date(1970, 1, 1)})
_ZERO, _ZERO_WITHIN = datetime(1970, 1, 1, tzinfo=UTC), timedelta(hours=9)

# One character for one character, so that a place in the plain text is the same place in the original.
_PLAIN = str.maketrans("０１２３４５６７８９／－．：，", "0123456789/-.:,")
_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0}

# Every repetition is bounded and every part begins with what the one before cannot hold: no input makes this slow.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Every date hugs its year, and years are quickly found: then it is enough to look at what is before and behind each.
_HAN = "〇○零一二三四五六七八九"
_YEAR = re.compile(rf"(?<![0-9])[0-9]{{4}}(?![0-9])|(?<![{_HAN}])[{_HAN}]{{4}}(?=年)")
_FROM_YEAR = re.compile(
    rf"""
      (?<![0-9][-.]) (?P<iso_y>[0-9]{{4}})
        (?P<mark>[-/.]) (?P<iso_m>[0-9]{{1,2}}) (?P=mark) (?P<iso_d>[0-9]{{1,2}}) (?![0-9]|[-.][0-9])
    | (?P<zh_y>[0-9]{{4}}) \s{{0,2}}年\s{{0,2}} (?P<zh_m>[0-9]{{1,2}}) \s{{0,2}}月\s{{0,2}} (?P<zh_d>[0-9]{{1,2}}) \s{{0,2}}[日号]
    | (?P<han_y>[{_HAN}]{{4}}) 年 (?P<han_m>[一二三四五六七八九十]{{1,2}}) 月 (?P<han_d>[一二三四五六七八九十]{{1,3}}) [日号]
    """,
    re.VERBOSE,
)
_TO_YEAR = re.compile(
    rf"""
    (?: (?<![a-z]) (?P<us_m>{_MONTH}) \s{{1,20}} (?P<us_d>[0-9]{{1,2}}) (?:st|nd|rd|th)? (?:,\s{{0,20}}|\s{{1,20}})
      | (?<![0-9]) (?P<eu_d>[0-9]{{1,2}}) (?:st|nd|rd|th)? (?:\s{{1,20}}|-) (?:of\s{{1,20}})?
        (?P<eu_m>{_MONTH}) (?:,?\s{{1,20}}|-)
      | (?<![0-9/]) (?P<n_1>[0-9]{{1,2}}) / (?P<n_2>[0-9]{{1,2}}) /
    ) (?P<y>[0-9]{{4}}) \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE_YEAR = 60  # how many characters of a date stand before its year, at most
# Letters on either side mean that the digits are part of a name or a hash; `t` is how Chinese sites begin a file's name.
_COMPACT = re.compile(
    r"(?<![0-9A-Za-z])t?(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9A-Za-z])", re.IGNORECASE
)

_TIME = re.compile(
    r"""(?: T | \s{1,20}(?:at\s{1,20})? | ,\s{0,20}(?:at\s{1,20})? )
    (?P<hour>[0-9]{1,2}) : (?P<minute>[0-9]{2}) (?: : (?P<second>[0-9]{2}) (?:[.][0-9]{1,9})? )? (?![0-9:])
    (?: \s{0,2} (?P<half>[ap])[.]?m\b[.]? )?
    (?: \s{0,2} (?: (?:UTC|GMT)? (?P<offset>[+-][0-9]{1,2}(?: :?[0-9]{2})?) (?![0-9:]) | (?P<zone>[A-Z]{1,5}) (?![A-Z]) ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_US_ZONES: dict[str, tzinfo] = {
    f"{letter}{kind}T": timezone(timedelta(hours=hours + (kind == "D")))
    for letter, hours in (("E", -5), ("C", -6), ("M", -7), ("P", -8))
    for kind in "SD"
}
_US_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_FURTHEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A calendar date and where it stands: `text[start:end]`, without brackets and without the name of the day."""

    on: date
    start: int
    end: int


def find_date(text: str, *, order: Order = "mdy", compact: bool = False) -> date | None:
    """Return the first calendar date written in `text`, None where there is none. See `find_dates`."""
    found = next(_dates(text, order, compact), None)
    return found.on if found else None


def find_dates(text: str, *, order: Order = "mdy", compact: bool = False) -> tuple[FoundDate, ...]:
    """Return the calendar dates written in `text`, in its order, of the years 1900 to 2199.

    Read are 2025-10-09 (also with `/` or `.`), October 9, 2025, Oct. 9, 2025, 9 October 2025, 10/09/2025 (`order` says what
    comes first), 2025年10月9日 and 二〇二五年十月九日, with full-width digits too. 20251009 is read only where `compact` asks
    for it, which is meant for addresses. A date that no calendar has is passed over.
    """
    return tuple(_dates(text, order, compact))


def find_instant(text: str, zone: str, *, order: Order = "mdy") -> datetime | None:
    """Return the first date in `text` that a time of day follows, as an aware datetime; None where there is none.

    Read are 2025-10-09 09:00 and 09:00:15, ISO 8601, RFC 2822, 07/21/2026 05:26 PM EDT, and any date that `find_dates`
    reads with such a time behind it. `zone` (an IANA name) is used where the text names none. CST is US Central time, but
    on a page in an Asian zone it is that zone. A zone that is named and not known makes it None.

    Raises zoneinfo.ZoneInfoNotFoundError for a `zone` that does not exist.
    """
    home = ZoneInfo(zone)
    plain = text.translate(_PLAIN)
    for found in _dates(text, order, compact=False):
        time = _TIME.match(plain, found.end)
        if time is not None:
            return _instant(found.on, time, home)
    return None


def is_meant(when: date) -> bool:
    """Tell whether a day, or an instant (aware), can be what its issuer means: of the years 1900 to 2199, and no system's zero.

    Feeds and archives may well be about documents that are older than the web.
    """
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        return False
    return abs(when - _ZERO) > _ZERO_WITHIN if isinstance(when, datetime) else when not in _ZERO_DAYS


def agreeing(at: datetime | None, on: date | None, zone: str | None) -> datetime | None:
    """Return the instant `at` (aware) where it falls on the day `on` in `zone`, else None: one of the two is of something else.

    Without a `zone` (an IANA name) it is the day in the zone that the instant itself names.
    """
    local = at.astimezone(ZoneInfo(zone)) if at is not None and zone else at
    return at if local is not None and local.date() == on else None


def _dates(text: str, order: Order, compact: bool) -> Iterator[FoundDate]:
    plain = text if text.isascii() else text.translate(_PLAIN)
    if not compact:
        yield from filter(None, _written(plain, order))
        return
    names = (_found(match, match["y"], match["m"], match["d"]) for match in _COMPACT.finditer(plain))
    both = (*filter(None, _written(plain, order)), *filter(None, names))
    yield from sorted(both, key=lambda found: found.start)


def _written(plain: str, order: Order) -> Iterator[FoundDate | None]:
    free = 0  # where the last year ended: nothing is looked at twice
    for year in _YEAR.finditer(plain):
        start, end = year.span()
        behind = _FROM_YEAR.match(plain, start)
        if behind is not None:
            kind = (behind.lastgroup or "").partition("_")[0]
            yield _found(behind, behind[f"{kind}_y"], behind[f"{kind}_m"], behind[f"{kind}_d"])
            free = behind.end()
            continue
        before = plain[start - 1 : start]
        if before == "/":
            match = _TO_YEAR.search(plain, max(free, start - 6), end)
        elif before in {",", "-"} or before.isspace():
            match = _TO_YEAR.search(plain, max(free, start - _BEFORE_YEAR), end)
        else:
            match = None
        if match is not None and not (before == "/" and plain[end : end + 1] == "/"):
            yield _found(match, match["y"], *_month_and_day(match, order))
        free = end


def _month_and_day(match: re.Match[str], order: Order) -> tuple[str, str]:
    if match["n_1"] is not None:
        return (match["n_1"], match["n_2"]) if order == "mdy" else (match["n_2"], match["n_1"])
    return (match["us_m"], match["us_d"]) if match["us_m"] is not None else (match["eu_m"], match["eu_d"])


def _found(match: re.Match[str], *parts: str) -> FoundDate | None:
    year, month, day = (_number(part) for part in parts)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        on = date(year, month, day)
    except ValueError:
        return None
    return FoundDate(on=on, start=match.start(), end=match.end())


def _number(word: str) -> int:
    """Return what a part of a date says: digits, a month's name, or Chinese numerals (0 for what cannot be meant)."""
    if word.isascii():
        return int(word) if word.isdigit() else _MONTHS.index(word[:3].lower()) + 1
    if "十" not in word:
        return int("".join(str(_NUMERALS[numeral]) for numeral in word))
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1 or ones == "十":
        return 0
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)


def _instant(on: date, time: re.Match[str], home: ZoneInfo) -> datetime | None:
    zone = _zone(time["offset"], time["zone"], home)
    hour = int(time["hour"])
    if time["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if time["half"] in "pP" else 0)
    if zone is None:
        return None
    try:
        return datetime(
            on.year, on.month, on.day, hour, int(time["minute"]), int(time["second"] or 0), tzinfo=zone
        )
    except ValueError:
        return None


def _zone(offset: str | None, name: str | None, home: ZoneInfo) -> tzinfo | None:
    """Return the zone that the text names, `home` where it names none, None for one that we do not know."""
    if offset is not None:
        digits = offset[1:].replace(":", "")
        hours, minutes = int(digits[:-2] or 0) if len(digits) > 2 else int(digits), int(digits[2:] or 0)
        ahead = timedelta(hours=hours, minutes=minutes)
        if minutes > 59 or ahead > _FURTHEST_OFFSET:
            return None
        return timezone(-ahead if offset[0] == "-" else ahead)
    if name is None or not name.isupper():
        return home
    if name in {"Z", "UTC", "GMT"}:
        return UTC
    if name == "CST" and (home.key or "").startswith("Asia/"):
        return home
    if name in _US_PLACES:
        return ZoneInfo(_US_PLACES[name])
    known = _US_ZONES.get(name)
    # Another capital word may just be the next one; what looks like a zone (CEST, HKT) must not be read as ours.
    return known or (None if len(name) > 2 and name.endswith("T") else home)
