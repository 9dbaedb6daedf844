"""The words that people read: stages, dates, instants, differences. One vocabulary for every channel, in its language. Pure.

The tables here are English; the Chinese ones are in `words_zh`. What the source wrote stays as the source has it.
"""

from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.core.channel import Language
from bot.core.decide import Reason
from bot.core.match import QUIET, WATCHED, Evidence, Match, Severity
from bot.core.summary import shorten
from bot.render import phrases, words_zh
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

FIELD = {
    "abstract": "summary",
    "lang": "language",
    "hts": "HTS code",
    "eccn": "ECCN",
    "control": "Chinese control code",
    "cfr": "CFR",
    "docket": "docket",
    "rin": "RIN",
    "eo": "Executive Order",
    "fr": "FR document",
    "mofcom": "MOFCOM announcement",
    "case": "AD/CVD case",
    "party": "party",
    "effective": "effective date",
    "comments": "comment deadline",
    "published": "publication date",
    "signed": "signing date",
}
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


def stage_words(stage: Stage, language: Language = "en") -> str:
    """Return a stage as a message begins with it: `Filed for public inspection`, `公开查阅`."""
    return words_zh.STAGE[stage] if language == "zh" else STAGE[stage]


def stage_in_brackets(stage: Stage, language: Language = "en") -> str:
    """Return a stage as it stands inside a sentence: `filed`, `公开查阅`."""
    return words_zh.STAGE[stage] if language == "zh" else STAGE_SHORT[stage].lower()


def date_label(kind: DateKind, language: Language = "en") -> str:
    """Return what a legal date is called: `Effective`, `生效`."""
    return words_zh.DATE[kind] if language == "zh" else DATE[kind]


def field_words(name: str, language: Language = "en") -> str:
    """Return what readers call a field of an item; one without a name of its own keeps ours."""
    return (words_zh.FIELD if language == "zh" else FIELD).get(name, name)


def reason_words(reason: Reason, language: Language = "en") -> str:
    """Return why something was told or not: `dates changed`, `日期变更`."""
    return words_zh.REASON[reason] if language == "zh" else reason.value


def severity_words(severity: Severity, language: Language = "en") -> str:
    """Return how loud something is: `urgent`, `紧急`."""
    return words_zh.SEVERITY[severity] if language == "zh" else severity.word


_WHY_CHARS = 80


def rule_words(why: str, language: Language = "en", *, limit: int = _WHY_CHARS) -> str:
    """Return the rule that set a severity, at most `limit` characters of it: `watched party: Huawei`, `type:rule`."""
    if why.startswith(WATCHED):
        said = phrases.WATCHED_PARTY.say(language, party=why.removeprefix(WATCHED))
    elif why.startswith(QUIET):
        said = phrases.TAKEN_DOWN.say(language, rule=why.removeprefix(QUIET))
    else:
        said = why
    return shorten(said, limit)


def loudness_words(
    severity: Severity, reasons: tuple[str, ...], language: Language = "en", *, limit: int = _WHY_CHARS
) -> str:
    """Return a severity with the rules that set it, in at most `limit` characters and a word: `urgent: watched party: Huawei`.

    Of several rules those that fit, and how many more there are; the severity alone where no rule set it.
    """
    word = severity_words(severity, language)
    if not reasons:
        return word
    first, *others = reasons
    why = rule_words(first, language, limit=limit)
    semicolon = phrases.SEMICOLON.say(language)
    while others and len(why) + len(semicolon) + len(rule_words(others[0], language)) <= limit:
        why += semicolon + rule_words(others.pop(0), language)
    return phrases.HOW_LOUD.say(language, severity=word, why=why + _and_more(len(others), language))


def kind_words(kind: str, language: Language = "en") -> str:
    """Return the kind of a document, in Chinese where it is a word that we know; the issuer's own word otherwise."""
    return words_zh.KIND.get(kind.casefold(), kind) if language == "zh" else kind


def day_words(day: date, *, near: date | None = None, language: Language = "en") -> str:
    """Return `17 Oct 2023` or `2023年10月17日`, with the weekday where it lies within 14 days of `near`.

    Independent of the locale.
    """
    with_weekday = near is not None and abs((day - near).days) <= 14
    if language == "zh":
        words = f"{day.year}年{day.month}月{day.day}日"
        return f"{words}{words_zh.WEEKDAYS[day.weekday()]}" if with_weekday else words
    words = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_WEEKDAYS[day.weekday()]} {words}" if with_weekday else words


def day_in_year(day: date, year: int, language: Language = "en") -> str:
    """Return `17 Oct` or `10月17日`, with its year where that is another than `year`."""
    if day.year != year:
        return day_words(day, language=language)
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {_MONTHS[day.month - 1]}"


def instant_words(
    at: datetime, zone: str, *, with_day: bool, seconds: bool = True, language: Language = "en"
) -> str:
    """Return `16:15:00 ET`, or `17 Oct 2023 16:15:00 ET`, in the reader's zone; in Chinese the zone comes first.

    Such as `北京时间2023年10月17日16:15`; a zone without a Chinese name comes last, as in English.
    """
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:{'%H:%M:%S' if seconds else '%H:%M'}}"
    day = day_words(local.date(), language=language) if with_day else ""
    if language == "zh" and zone in words_zh.ZONE:
        return f"{words_zh.ZONE[zone]}{day}{clock}"
    name = _ZONE.get(zone) or local.tzname()
    if name == _AMBIGUOUS:
        name = zone.rpartition("/")[2].replace("_", " ")
    return f"{day} {clock} {name}" if with_day else f"{clock} {name}"


def count_words(count: int, thing: str) -> str:
    """Return `1 alert`, `2 alerts`, `1,204 stories`."""
    if count == 1:
        return f"1 {thing}"
    return f"{count:,} {thing.removesuffix('y')}ies" if thing.endswith("y") else f"{count:,} {thing}s"


_UNITS = (("d", "天"), ("h", "小时"), ("min", "分钟"), ("s", "秒"))


def span_words(span: timedelta, language: Language = "en") -> str:
    """Return a difference as `40 s`, `4 min 10 s`, `4 h 10 min` or `3 d 2 h`; `4小时10分钟`. Negative spans read as 0 s."""
    seconds = max(0, round(span.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = list(zip((days, hours, minutes, seconds), _UNITS, strict=True))
    first = next((position for position, (count, _) in enumerate(parts) if count), 3)
    shown = [(count, unit) for count, unit in parts[first : first + 2] if count] or [(0, _UNITS[-1])]
    if language == "zh":
        return "".join(f"{count}{unit}" for count, (_, unit) in shown)
    return " ".join(f"{count} {unit}" for count, (unit, _) in shown)


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


def document_words(ref: str, language: Language = "en") -> str | None:
    """Return a document's reference as its issuer prints the number: `2024-01580`, `MOFCOM No. 23 of 2023 / 2023年第23号`.

    None for a name that is no number: an address, a post's id.
    """
    for series, form in (words_zh.SERIES if language == "zh" else _SERIES).items():
        if ref.startswith(f"{series}:"):
            parts = ref.removeprefix(f"{series}:").split(":")
            return form.format(*parts) if len(parts) == (2 if "{1}" in form else 1) else None
    return None


_BEIJING = tuple(f"{series}:" for series in _SERIES if series not in {"fr", "csms"})


def has_beijing_dates(ref: str) -> bool:
    """Tell whether the legal dates of this document are calendar dates in China, by its number's series."""
    return ref.startswith(_BEIJING)


def refs_words(refs: tuple[Ref, ...], language: Language = "en") -> list[str]:
    """Return official numbers as people write them, the parts of one title of the CFR together."""
    parts: dict[str, list[str]] = {}
    for ref in refs:
        if ref.kind == "cfr":
            title, _, part = ref.value.partition("/")
            parts.setdefault(title, []).append(part)
    places = [f"{title} CFR {', '.join(filter(None, numbers))}".rstrip() for title, numbers in parts.items()]
    return [_ref(ref, language) for ref in refs if ref.kind != "cfr"] + places


def _ref(ref: Ref, language: Language) -> str:
    if ref.kind == "docket" and ref.value.lower().startswith("docket"):
        return ref.value
    return (words_zh.REF if language == "zh" else _REF).get(ref.kind, "{}").format(ref.value)


def evidence_words(match: Match, *, limit: int, language: Language = "en") -> str:
    """Return the words that hit and where each stands first, at most `limit` of them.

    Such as `party-lists: “Entity List” in the title, “实体清单” in the summary`.
    """
    shown = _once_each(match)
    words = phrases.LISTED.say(language).join(_place(evidence, language) for evidence in shown[:limit])
    return f"{match.topic}{phrases.COLON.say(language)}{words}{_and_more(len(shown) - limit, language)}"


def hits_words(match: Match, *, limit: int, language: Language = "en") -> str:
    """Return the same more shortly and without the topic: `“镓”, “锗” (title), “出口管制” (summary)`."""
    shown = _once_each(match)
    listed = phrases.LISTED.say(language)
    groups = [
        listed.join(f"“{each.words}”" if each.end else each.words for each in group)
        + phrases.BRACKETS.say(language, inner=field_words(name, language))
        for name, group in groupby(shown[:limit], key=lambda each: each.field)
    ]
    return listed.join(groups) + _and_more(len(shown) - limit, language)


def _once_each(match: Match) -> list[Evidence]:
    """Return the first hit of each word."""
    shown: dict[str, Evidence] = {}
    for evidence in match.evidence:
        shown.setdefault(evidence.words.casefold(), evidence)
    return list(shown.values())


def _and_more(count: int, language: Language) -> str:
    return phrases.AND_MORE.say(language, count=count) if count > 0 else ""


def _place(evidence: Evidence, language: Language) -> str:
    field = field_words(evidence.field, language)
    if evidence.end == 0:
        return f"{field} {evidence.words}"
    return phrases.IN_THE_FIELD.say(language, words=f"“{evidence.words}”", field=field)


_PLACES_SHOWN = 3


def places_words(urls: tuple[str, ...], language: Language = "en") -> str:
    """Return further places of an act by host, at most three of them: `aqygzj.mofcom.gov.cn, www.mofcom.gov.cn and 2 more`."""
    hosts = list(dict.fromkeys(host_of(url) for url in urls))
    named = phrases.LISTED.say(language).join(hosts[:_PLACES_SHOWN])
    return named + _and_more(len(hosts) - _PLACES_SHOWN, language)


def host_of(url: str) -> str:
    """Return the host of an address; the address itself where it has none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def without_controls(text: str) -> str:
    """Return `text` without what could move the cursor, colour the terminal or turn the reading direction.

    White space of every kind (line ends, tabs, no-break and ideographic spaces) becomes a space, so that words stay apart.
    """
    if text.isprintable():  # and most are: no white space but spaces is printable
        return text
    return "".join(" " if each.isspace() else each for each in text if each.isprintable() or each.isspace())
