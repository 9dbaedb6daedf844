"""The words that people read: stages, dates, instants, differences. One vocabulary for every channel. Pure."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.core.match import Evidence, Match
from watchers.item import DateKind, Ref, Stage

STAGE = {
    Stage.UNCONFIRMED: "UNCONFIRMED",
    Stage.ANNOUNCED: "Announced",
    Stage.FILED: "Filed for public inspection",
    Stage.PROPOSED: "Proposed",
    Stage.PUBLISHED: "Published",
    Stage.CORRECTED: "Corrected",
    Stage.EFFECTIVE: "Effective",
    Stage.COMMENTS_CLOSE: "Comments close",
    Stage.SUSPENDED: "Suspended",
    Stage.LAPSED: "Lapsed",
    Stage.WITHDRAWN: "Withdrawn",
}

STAGE_SHORT = STAGE | {Stage.FILED: "Filed"}

DATE = {
    DateKind.EFFECTIVE: "Effective",
    DateKind.PUBLICATION: "Publishes",
    DateKind.COMMENTS_CLOSE: "Comments to",
    DateKind.SIGNING: "Signed",
}

FIELD = {"abstract": "summary"}
"""Fields whose reader's name is another than ours."""

_REF = {
    "rin": "RIN {}",
    "docket": "Docket {}",
    "eo": "Executive Order {}",
    "proclamation": "Proclamation {}",
    "presidential": "Presidential Document {}",
}

# Never CST or BJT: abbreviations with two meanings. Source: design of the alert message, seen 2026-11-23.
_ZONE = {"America/New_York": "ET", "America/Chicago": "CT", "Asia/Shanghai": "Beijing"}
_AMBIGUOUS = "CST"

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date, *, near: date | None = None) -> str:
    """Return `17 Oct 2023`, with the weekday where it lies within 14 days of `near`. Independent of the locale."""
    words = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if near is not None and abs((day - near).days) <= 14:
        return f"{_WEEKDAYS[day.weekday()]} {words}"
    return words


def instant_words(at: datetime, zone: str, *, with_day: bool, seconds: bool = True) -> str:
    """Return `16:15:00 ET`, or `17 Oct 2023 16:15:00 ET`, in the reader's zone."""
    local = at.astimezone(ZoneInfo(zone))
    name = _ZONE.get(zone) or local.tzname()
    if name == _AMBIGUOUS:
        name = zone.rpartition("/")[2].replace("_", " ")
    clock = f"{local:{'%H:%M:%S' if seconds else '%H:%M'}} {name}"
    return f"{day_words(local.date())} {clock}" if with_day else clock


def count_words(count: int, thing: str) -> str:
    """Return `1 alert`, `2 alerts`, `1,204 stories`."""
    if count == 1:
        return f"1 {thing}"
    return f"{count:,} {thing.removesuffix('y')}ies" if thing.endswith("y") else f"{count:,} {thing}s"


def span_words(span: timedelta) -> str:
    """Return a difference as `40 s`, `4 min 10 s`, `4 h 10 min` or `3 d 2 h`. Negative spans read as 0 s."""
    seconds = max(0, round(span.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    first = next((position for position, (count, _) in enumerate(parts) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def one_unit(span: timedelta) -> str:
    """Return a span in one unit, the largest that takes no fraction: `90 s`, `5 min`, `2 h`, `1 d`."""
    seconds = round(span.total_seconds())
    sizes = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    size, unit = next(each for each in sizes if seconds % each[0] == 0)
    return f"{seconds // size} {unit}"


_SERIES = {
    "mofcom:announcement": "MOFCOM No. {1} of {0} / {0}年第{1}号",
    "mofcom:order": "MOFCOM Order No. {1} of {0} / {0}年第{1}号令",
    "mofcom:uel": "Unreliable Entity List notice No. {1} of {0} / 〔{0}〕{1}号",
    "gacc:announcement": "GACC No. {1} of {0} / {0}年第{1}号",
    "tariff-commission:announcement": "Tariff Commission No. {1} of {0} / {0}年第{1}号",
    "mot:announcement": "MOT No. {1} of {0} / {0}年第{1}号",
    "state-council:order": "State Council Order No. {0} / 国务院令第{0}号",
    "mfa:order": "MFA Order No. {0} / 外交部令第{0}号",
    "csms": "CSMS # {0}",
    "fr": "{0}",
}
"""How issuers' numbers are written, in both languages where they have both, by the beginning of a reference."""


def document_words(ref: str) -> str | None:
    """Return a document's reference as its issuer prints the number: `2024-01580`, `MOFCOM No. 23 of 2023 / 2023年第23号`.

    None for a name that is no number: an address, a post's id.
    """
    for series, form in _SERIES.items():
        if ref.startswith(f"{series}:"):
            parts = ref.removeprefix(f"{series}:").split(":")
            return form.format(*parts) if len(parts) == (2 if "{1}" in form else 1) else None
    return None


def refs_words(refs: tuple[Ref, ...]) -> list[str]:
    """Return official numbers as people write them, the parts of one title of the CFR together."""
    parts: dict[str, list[str]] = {}
    for ref in refs:
        if ref.kind == "cfr":
            title, _, part = ref.value.partition("/")
            parts.setdefault(title, []).append(part)
    places = [f"{title} CFR {', '.join(filter(None, numbers))}".rstrip() for title, numbers in parts.items()]
    return [_ref(ref) for ref in refs if ref.kind != "cfr"] + places


def _ref(ref: Ref) -> str:
    if ref.kind == "docket" and ref.value.lower().startswith("docket"):
        return ref.value
    return _REF.get(ref.kind, "{}").format(ref.value)


def evidence_words(match: Match, *, limit: int) -> str:
    """Return the words that hit and where each stands first, at most `limit` of them.

    Such as `party-lists: “Entity List” in the title, “实体清单” in the summary`.
    """
    shown: dict[str, Evidence] = {}
    for evidence in match.evidence:
        shown.setdefault(evidence.words.casefold(), evidence)
    words = [_place(evidence) for evidence in list(shown.values())[:limit]]
    more = len(shown) - limit
    return f"{match.topic}: {', '.join(words)}" + (f" and {more} more" if more > 0 else "")


def _place(evidence: Evidence) -> str:
    if evidence.end == 0:
        return f"{evidence.field} {evidence.words}"
    return f"“{evidence.words}” in the {FIELD.get(evidence.field, evidence.field)}"


_PLACES_SHOWN = 3


def places_words(urls: tuple[str, ...]) -> str:
    """Return further places of an act by host, at most three of them: `aqygzj.mofcom.gov.cn, www.mofcom.gov.cn and 2 more`."""
    hosts = list(dict.fromkeys(urlsplit(url).hostname or url for url in urls))
    more = len(hosts) - _PLACES_SHOWN
    return ", ".join(hosts[:_PLACES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def without_controls(text: str) -> str:
    """Return `text` without what could move the cursor, colour the terminal or turn the reading direction.

    White space of every kind (line ends, tabs, no-break and ideographic spaces) becomes a space, so that words stay apart.
    """
    return "".join(" " if each.isspace() else each for each in text if each.isprintable() or each.isspace())
