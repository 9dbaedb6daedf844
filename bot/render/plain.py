"""An alert as a block of text for a terminal or a log: at most 80 columns wide, readable without colour. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import wcwidth

from bot.core.alert import Alert
from bot.core.channel import Language
from bot.core.decide import Reason
from bot.core.match import Severity
from bot.render import phrases
from bot.render.redline import redline_words
from bot.render.words import (
    date_label,
    day_words,
    document_words,
    evidence_words,
    instant_words,
    kind_words,
    loudness_words,
    places_words,
    reason_words,
    refs_words,
    span_words,
    stage_in_brackets,
    stage_words,
    without_controls,
)
from watchers.item import DateKind, LegalDate, Stage

WIDTH = 80
_LABEL = 13
_MARK = 8
_WORDS_SHOWN = 4

Emphasis = Callable[[str], str]


def as_is(text: str) -> str:
    """Return the text itself: the emphasis of a reader without bold."""
    return text


def render(
    alert: Alert,
    *,
    sent_at: datetime,
    zone: str,
    language: Language = "en",
    repeat: bool = False,
    bold: Emphasis = as_is,
) -> str:
    """Return the alert as lines of at most `WIDTH` columns, East Asian wide characters counted as two.

    `zone` and `language` are the reader's. `repeat` says that an earlier attempt may have been seen already.
    """
    lines = [bold(line) for line in (*_head(alert, language), *wrap(alert.title, ""))]
    if alert.summary:
        lines += wrap(f"“{alert.summary}”", "  ")
    found = [*_facts(alert, language), *_origin(alert, language), _times(alert, sent_at, zone, language)]
    lines += [line for label, value in found for line in field(label, value, is_address=value == alert.url)]
    if repeat:
        lines += wrap(phrases.SENT_AGAIN.say(language), "  ")
    return "\n".join(lines)


def mark_and_stage(alert: Alert, language: Language) -> str:
    """Return the first words of an alert on a terminal: a mark, padded, and the stage, with why it comes once more."""
    is_first = alert.severity is Severity.URGENT and alert.prior_stage is None
    mark = phrases.URGENT.say(language) if is_first else ""
    stage = stage_words(alert.stage, language)
    if alert.reason in {Reason.DATES_CHANGED, Reason.REVISED}:
        stage += phrases.WITH_REASON.say(language, reason=reason_words(alert.reason, language))
    elif alert.prior_stage and alert.prior_stage is not alert.stage:
        stage += phrases.WAS.say(language, stage=stage_in_brackets(alert.prior_stage, language))
    return f"{padded(mark, _MARK)}{stage}"


def beside(left: str, right: str, bold: Emphasis = as_is) -> list[str]:
    """Return one line with `right` at its end, or two where they do not fit side by side."""
    room = WIDTH - wcwidth.wcswidth(left) - wcwidth.wcswidth(right)
    lines = [f"{left}{' ' * room}{right}"] if room >= 2 else [left, *wrap(right, " " * _MARK)]
    return [bold(line) for line in lines]


def cut(text: str, columns: int) -> str:
    """Return `text` in at most `columns` columns of a terminal, ending in … where it had more."""
    if wcwidth.width(text) <= columns:
        return text
    return wcwidth.clip(text, 0, columns - 1).rstrip() + "…"


def padded(text: str, columns: int) -> str:
    """Return `text` with blanks up to so many columns of a terminal."""
    return text + " " * (columns - wcwidth.wcswidth(text))


def _head(alert: Alert, language: Language) -> list[str]:
    """Return the stage with topics and story at the right end of its line, or below it where they do not fit."""
    return beside(mark_and_stage(alert, language), f"[{', '.join(alert.topics)}]  {alert.story}")


def _facts(alert: Alert, language: Language) -> list[tuple[str, str]]:
    """Return what the act says of itself: dates, numbers, who issued it, what it changes."""
    number = document_words(alert.document, language)
    # A 文号 as printed says once more what our own words for the number say.
    refs = tuple(ref for ref in alert.refs if number is None or ref.kind != "notice")
    about = [kind_words(alert.kind, language), *filter(None, [number]), *refs_words(refs, language)]
    found = [
        (name_of(legal, alert, language), date_of(legal, alert, language)) for legal in ordered(alert.dates)
    ]
    found.append((phrases.DOCUMENT.say(language), " · ".join(about)))
    if alert.story_title != alert.title:
        found.append((phrases.STORY.say(language), alert.story_title))
    if alert.corrects:
        found.append((phrases.CORRECTS.say(language), corrects_words(alert, language)))
    if alert.agencies or alert.author:
        found.append((phrases.BY.say(language), issuers_words(alert, language)))
    changes = redline_words(alert.redline, language) if alert.redline else []
    return [*found, *_labelled(phrases.CHANGED.say(language), changes)]


def _origin(alert: Alert, language: Language) -> list[tuple[str, str]]:
    """Return why it came and where it stands."""
    matched = [evidence_words(match, limit=_WORDS_SHOWN, language=language) for match in alert.matches]
    reason = reason_words(alert.reason, language)
    reasons = matched or [phrases.NO_WORDS.say(language, story=alert.story, reason=reason)]
    found = _labelled(phrases.MATCHED.say(language), reasons)
    if why := reasons_of(alert):
        found.append((phrases.SEVERITY.say(language), loudness_words(alert.severity, why, language)))
    found.append((phrases.LINK.say(language), alert.url))
    if alert.also_at:
        found.append((phrases.ALSO_AT.say(language), places_words(alert.also_at, language)))
    return found


def reasons_of(alert: Alert) -> tuple[str, ...]:
    """Return the rules that made the alert as loud as it is; none where that is a topic's own, or what a claim may be at most."""
    loud = (match.reasons for match in alert.matches if match.severity is alert.severity)
    return tuple(dict.fromkeys(why for reasons in loud for why in reasons))


def _labelled(label: str, values: list[str]) -> list[tuple[str, str]]:
    """Return several values under one label, which stands at the first of them."""
    return [(label if place == 0 else "", value) for place, value in enumerate(values)]


def corrects_words(alert: Alert, language: Language) -> str:
    """Return the documents that an alert corrects, by number where they have one."""
    return phrases.LISTED.say(language).join(document_words(ref, language) or ref for ref in alert.corrects)


def issuers_words(alert: Alert, language: Language) -> str:
    """Return who issued it: the account, then the agencies."""
    named = (*filter(None, [alert.author]), *(each.name for each in alert.agencies))
    return phrases.SEMICOLON.say(language).join(named)


def name_of(legal: LegalDate, alert: Alert, language: Language) -> str:
    """Return what a legal date is called: a filing publishes, anything later was published."""
    if legal.kind is DateKind.PUBLICATION and alert.stage is not Stage.FILED:
        return phrases.PUBLISHED_ON.say(language)
    return date_label(legal.kind, language)


_DATE_ORDER = (DateKind.EFFECTIVE, DateKind.COMMENTS_CLOSE, DateKind.PUBLICATION, DateKind.SIGNING)


def ordered(dates: tuple[LegalDate, ...]) -> list[LegalDate]:
    """Return legal dates as they are read, the one that binds first."""
    return sorted(dates, key=lambda legal: _DATE_ORDER.index(legal.kind))


def date_of(legal: LegalDate, alert: Alert, language: Language) -> str:
    """Return a legal date in words. It is a calendar date of its issuer's, never an instant."""
    words = day_words(legal.on, near=alert.official_on, language=language)
    if legal.kind is DateKind.EFFECTIVE and alert.stage is Stage.FILED and legal.on == alert.official_on:
        return words + phrases.DAY_OF_FILING.say(language)
    return words


def verb_of(alert: Alert, language: Language) -> str:
    """Return what happened at the issuer's instant."""
    verbs = {Stage.FILED: phrases.FILED_AT, Stage.UNCONFIRMED: phrases.POSTED_AT}
    return verbs.get(alert.stage, phrases.OFFICIAL_AT).say(language)


def _times(alert: Alert, sent_at: datetime, zone: str, language: Language) -> tuple[str, str]:
    sent = phrases.SENT_AFTER.say(language, span=span_words(sent_at - alert.first_seen_at, language))
    label = phrases.TIMES.say(language)
    if alert.official_at is None:
        seen = instant_words(alert.first_seen_at, zone, with_day=True, language=language)
        return label, phrases.SEEN_AT.say(language, at=seen) + sent
    official = instant_words(alert.official_at, zone, with_day=not _same_day(alert, zone), language=language)
    later = span_words(alert.first_seen_at - alert.official_at, language)
    seen = phrases.SEEN_LATER.say(language, verb=verb_of(alert, language), at=official, span=later)
    return label, seen + sent


def _same_day(alert: Alert, zone: str) -> bool:
    days: set[date] = {
        at.astimezone(ZoneInfo(zone)).date() for at in (alert.official_at, alert.first_seen_at) if at
    }
    return len(days) == 1


def field(label: str, value: str, *, is_address: bool = False) -> list[str]:
    """Return a value with its name before it, wrapped; an address stays in one piece."""
    indent = " " * (_LABEL + 2)
    first, *rest = wrap(value, indent, whole_words=is_address) or [indent]
    return [f"  {padded(label, _LABEL)}{first.lstrip()}", *rest]


def wrap(text: str, first: str, others: str | None = None, *, whole_words: bool = False) -> list[str]:
    """Wrap to `WIDTH` columns, the first line after `first`, the others after `others` (by default the same).

    `whole_words` keeps an address in one piece; Chinese has no spaces and must break.
    """
    return wrap_styled(without_controls(text), first, others, whole_words=whole_words)


def wrap_styled(text: str, first: str, others: str | None = None, *, whole_words: bool = False) -> list[str]:
    """Wrap text of our own making, with what a terminal obeys in it: nothing from outside may be left in it as it came."""
    return wcwidth.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if others is None else others,
        break_long_words=not whole_words,
        break_on_hyphens=False,
    )
