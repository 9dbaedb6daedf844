"""An alert as a block of text for a terminal or a log: at most 80 columns wide, readable without colour. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import wcwidth

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.match import Severity
from bot.render.redline import redline_words
from bot.render.words import (
    DATE,
    STAGE,
    STAGE_SHORT,
    day_words,
    document_words,
    evidence_words,
    instant_words,
    places_words,
    refs_words,
    span_words,
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
    alert: Alert, *, sent_at: datetime, zone: str, repeat: bool = False, bold: Emphasis = as_is
) -> str:
    """Return the alert as lines of at most `WIDTH` columns, East Asian wide characters counted as two.

    `zone` is the reader's. `repeat` says that an earlier attempt may have been seen already.
    """
    lines = [bold(line) for line in (*_head(alert), *_wrap(alert.title, ""))]
    if alert.summary:
        lines += _wrap(f"“{alert.summary}”", "  ")
    lines += [line for label, value in _fields(alert, sent_at, zone) for line in _field(label, value)]
    if repeat:
        lines += _wrap("Sent again: whether the first try arrived is not known.", "  ")
    return "\n".join(lines)


def _head(alert: Alert) -> list[str]:
    """Return the stage with topics and story at the right end of its line, or below it where they do not fit."""
    mark = "URGENT" if alert.severity is Severity.URGENT and alert.prior_stage is None else ""
    stage = STAGE[alert.stage]
    if alert.reason in {Reason.DATES_CHANGED, Reason.REVISED}:
        stage += f" ({alert.reason.value})"
    elif alert.prior_stage and alert.prior_stage is not alert.stage:
        stage += f" (was: {STAGE_SHORT[alert.prior_stage].lower()})"
    left = f"{mark:<{_MARK}}{stage}"
    right = f"[{', '.join(alert.topics)}]  {alert.story}"
    room = WIDTH - len(left) - len(right)
    return [f"{left}{' ' * room}{right}"] if room >= 2 else [left, *_wrap(right, " " * _MARK)]


def _fields(alert: Alert, sent_at: datetime, zone: str) -> list[tuple[str, str]]:
    number = document_words(alert.document)
    # A 文号 as printed says once more what our own words for the number say.
    refs = tuple(ref for ref in alert.refs if number is None or ref.kind != "notice")
    about = [alert.kind, *filter(None, [number]), *refs_words(refs)]
    found = [(_date_label(legal, alert), _date(legal, alert)) for legal in _ordered(alert.dates)]
    found.append(("Document", " · ".join(about)))
    if alert.story_title != alert.title:
        found.append(("Story", alert.story_title))
    if alert.corrects:
        found.append(("Corrects", ", ".join(document_words(ref) or ref for ref in alert.corrects)))
    if alert.agencies or alert.author:
        found.append(
            ("By", "; ".join((*filter(None, [alert.author]), *(each.name for each in alert.agencies))))
        )
    if alert.redline:
        found += [("Changed" if not at else "", line) for at, line in enumerate(redline_words(alert.redline))]
    matched = [evidence_words(match, limit=_WORDS_SHOWN) for match in alert.matches]
    reasons = matched or [f"no words this time: it continues story {alert.story}, {alert.reason.value}"]
    found += [("Matched" if place == 0 else "", words) for place, words in enumerate(reasons)]
    found.append(("Link", alert.url))
    if alert.also_at:
        found.append(("Also at", places_words(alert.also_at)))
    return [*found, ("Times", _times(alert, sent_at, zone))]


def _date_label(legal: LegalDate, alert: Alert) -> str:
    if legal.kind is DateKind.PUBLICATION and alert.stage is not Stage.FILED:
        return "Published"
    return DATE[legal.kind]


_DATE_ORDER = (DateKind.EFFECTIVE, DateKind.COMMENTS_CLOSE, DateKind.PUBLICATION, DateKind.SIGNING)


def _ordered(dates: tuple[LegalDate, ...]) -> list[LegalDate]:
    return sorted(dates, key=lambda legal: _DATE_ORDER.index(legal.kind))


def _date(legal: LegalDate, alert: Alert) -> str:
    words = day_words(legal.on, near=alert.official_on)
    if legal.kind is DateKind.EFFECTIVE and alert.stage is Stage.FILED and legal.on == alert.official_on:
        return f"{words} (day of filing)"
    return words


def _times(alert: Alert, sent_at: datetime, zone: str) -> str:
    sent = f"sent {span_words(sent_at - alert.first_seen_at)} after"
    if alert.official_at is None:
        return f"seen {instant_words(alert.first_seen_at, zone, with_day=True)}, {sent}"
    official = instant_words(alert.official_at, zone, with_day=not _same_day(alert, zone))
    verb = {Stage.FILED: "filed", Stage.UNCONFIRMED: "posted"}.get(alert.stage, "official")
    return f"{verb} {official}, seen {span_words(alert.first_seen_at - alert.official_at)} later, {sent}"


def _same_day(alert: Alert, zone: str) -> bool:
    days: set[date] = {
        at.astimezone(ZoneInfo(zone)).date() for at in (alert.official_at, alert.first_seen_at) if at
    }
    return len(days) == 1


def _field(label: str, value: str) -> list[str]:
    indent = " " * (_LABEL + 2)
    first, *rest = _wrap(value, indent, whole_words=label == "Link") or [indent]
    return [f"  {label:<{_LABEL}}{first.lstrip()}", *rest]


def _wrap(text: str, indent: str, *, whole_words: bool = False) -> list[str]:
    """Wrap to `WIDTH` columns. `whole_words` keeps an address in one piece; Chinese has no spaces and must break."""
    return wcwidth.wrap(
        without_controls(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=not whole_words,
        break_on_hyphens=False,
    )
