"""Messages about an alert: the one that begins a story's thread, the reply that continues it, the head brought up to date. Pure.

What is said here is what the alert carries: nothing is reckoned, compared or guessed.
"""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.posting import Head, Posting
from bot.render import phrases
from bot.render.alert_lines import (
    BETWEEN,
    DATES_CHARS,
    SMALL_CHARS,
    STAGE_CHARS,
    behind_a_fold,
    changes,
    claim,
    dates,
    day_of_stage,
    details,
    headline,
    instrument,
    is_urgent,
    kind_of,
    matched,
    number_of,
    quoted,
    seen,
    small_print,
    spoken,
    stage_parts,
)
from bot.render.message import Message, Reader, with_instant
from bot.render.spans import Line, bold, cut, joined, link, plain, source_text, text_of
from bot.render.words import day_in_year, day_words, span_words, stage_in_brackets
from watchers.item import LegalDate, Stage

_CHANGES_IN_HEAD = 2
_NUMBERED = {Stage.ANNOUNCED, Stage.FILED, Stage.PROPOSED, Stage.PUBLISHED, Stage.CORRECTED}
"""Stages that an act reaches under the number of its document; the others happen to a document."""


def first_message(alert: Alert, posting: Posting, reader: Reader) -> Message:
    """Return the message that begins the thread of a story: at most four lines, and the details behind them."""
    mark = [phrases.URGENT.say(reader.language)] if is_urgent(alert) else []
    parts = [*mark, *stage_parts(alert, reader)]
    stage = cut((bold(BETWEEN.join(parts)),), STAGE_CHARS, reader.measure)
    title = headline(alert, reader)
    return Message(
        spoken=spoken(parts, text_of(title), reader),
        head=((*stage, *_was(alert, reader)), title),
        body=_body(alert, alert.dates, reader),
        small=small_print([(*seen(alert, reader), *_sent(alert, posting.at, reader))], alert, reader),
        details=behind_a_fold(alert, reader),
        story=alert.story,
        urgent=is_urgent(alert),
    )


def _was(alert: Alert, reader: Reader) -> Line:
    if alert.prior_stage is None or alert.prior_stage is alert.stage:
        return ()
    stage = stage_in_brackets(alert.prior_stage, reader.language)
    return (plain(phrases.WAS.say(reader.language, stage=stage)),)


def _body(alert: Alert, found: tuple[LegalDate, ...], reader: Reader) -> tuple[Line, ...]:
    facts = joined((*dates(alert, found, reader), *instrument(alert, reader)), BETWEEN)
    lines = (
        claim(alert, reader),
        quoted(alert, reader),
        cut(facts, DATES_CHARS, reader.measure),
        *changes(alert.redline, reader, most=_CHANGES_IN_HEAD),
    )
    return tuple(filter(None, lines))


def _sent(alert: Alert, at: datetime, reader: Reader) -> Line:
    if alert.not_before is not None and at >= alert.not_before:
        return (plain(phrases.HELD.say(reader.language)),)
    span = span_words(at - alert.first_seen_at, reader.language)
    return (plain(phrases.SENT_AFTER.say(reader.language, span=span)),)


def reply_message(alert: Alert, posting: Posting, reader: Reader) -> Message:
    """Return the reply that continues a thread: its first word is the new stage, then only what is new."""
    title = text_of(headline(alert, reader))
    named = alert.story_title != alert.title or posting.resurfaces or alert.prior_stage is Stage.UNCONFIRMED
    day = day_of_stage(alert) if _is_new_stage(alert) else None
    rest = tuple(legal for legal in alert.dates if legal is not day)
    body = (
        headline(alert, reader) if named else (),
        cut(joined(dates(alert, rest, reader), BETWEEN), DATES_CHARS, reader.measure),
        quoted(alert, reader) if _brings_text(alert) else (),
        *changes(alert.redline, reader),
    )
    number = number_of(alert, reader)
    about = f"{title}{phrases.COMMA.say(reader.language)}{number}" if number else title
    return Message(
        spoken=spoken(stage_parts(alert, reader), about, reader),
        head=(_step(alert, day, reader),),
        body=tuple(filter(None, body)),
        small=cut(matched(alert, reader), SMALL_CHARS, reader.measure) if named and alert.matches else (),
        urgent=is_urgent(alert) and posting.resurfaces,
    )


def _is_new_stage(alert: Alert) -> bool:
    return alert.reason not in {Reason.DATES_CHANGED, Reason.REVISED}


def _brings_text(alert: Alert) -> bool:
    """Tell whether the sentence of the source is new: publication says what the filing said; a change shows what changed."""
    if not _is_new_stage(alert):
        return False
    return not (alert.prior_stage is Stage.FILED and alert.stage in {Stage.PUBLISHED, Stage.PROPOSED})


def _step(alert: Alert, day: LegalDate | None, reader: Reader) -> Line:
    """Return the stage, its day and the document: `Published Thu 19 Oct 2023 as 88 FR 71991.`"""
    language = reader.language
    is_new = _is_new_stage(alert)
    on = day.on if day else alert.official_on
    line: list[Line] = [(bold(BETWEEN.join(stage_parts(alert, reader))),)]
    if is_new and on is not None:
        line.append((plain(day_words(on, near=on, language=language)),))
    number = number_of(alert, reader)
    name = number or kind_of(alert, reader) or text_of(headline(alert, reader))
    takes_number = is_new and number is not None and on is not None and alert.stage in _NUMBERED
    before = (phrases.AS_NUMBER if takes_number else phrases.COLON).say(language)
    return (*joined(line, " "), plain(before), link(name, alert.url), plain(phrases.STOP.say(language)))


def edited_message(head: Head, reader: Reader) -> Message:
    """Return the head of a thread as it stands now: the newest stage in its first line, the first one in brackets after it.

    No word of it can go stale: whoever reads it later reads the same.
    """
    first, newest = head.first, head.newest
    mark = [phrases.URGENT.say(reader.language)] if is_urgent(first) or is_urgent(newest) else []
    parts = [*mark, *_newest_stage(first, newest, reader)]
    standing = _standing(head)
    title = headline(standing, reader)
    updated = with_instant(phrases.UPDATED, head.updated_at, reader)
    return Message(
        spoken=spoken(parts, text_of(title), reader),
        head=((bold(BETWEEN.join(parts)), *_began(first, newest, reader)), title),
        body=_body(standing, standing.dates, reader),
        small=small_print([seen(first, reader), updated], standing, reader),
        details=behind_a_fold(standing, reader),
        story=newest.story,
    )


def _newest_stage(first: Alert, newest: Alert, reader: Reader) -> list[str]:
    stage, *rest = stage_parts(newest, reader)
    if newest.stage is first.stage:
        return [stage, *rest]
    day = day_of_stage(newest)
    on = day.on if day else newest.official_on
    return [f"{stage} {day_words(on, language=reader.language)}" if on else stage]


def _began(first: Alert, newest: Alert, reader: Reader) -> Line:
    if newest.stage is first.stage:
        return ()
    began = _begun_on(first, reader)
    day = day_in_year(began, (newest.official_on or began).year, reader.language)
    stage = stage_in_brackets(first.stage, reader.language)
    return (plain(phrases.BEGAN.say(reader.language, stage=stage, day=day)),)


def _begun_on(first: Alert, reader: Reader) -> date:
    return first.official_on or first.first_seen_at.astimezone(ZoneInfo(reader.zone)).date()


def _standing(head: Head) -> Alert:
    """Return the act as it stands: what began the thread, with the newest numbers and dates.

    A correction or withdrawal is no document to stand for the act. A claim gives way to the act that it was about.
    """
    first, newest = head.first, head.newest
    source = first if newest.stage in {Stage.CORRECTED, Stage.WITHDRAWN} else newest
    is_act = first.stage is Stage.UNCONFIRMED and newest.stage is not Stage.UNCONFIRMED
    shown = newest if is_act else first
    return replace(
        source,
        stage=newest.stage,
        title=shown.title,
        story_title=shown.title,
        summary=shown.summary,
        url=shown.url,
        dates=_standing_dates(first, newest),
        matches=first.matches,
        also_at=newest.also_at,
        redline=None,
    )


def _standing_dates(first: Alert, newest: Alert) -> tuple[LegalDate, ...]:
    """Return the legal dates as they stand: none of what was withdrawn, else the newest, and those that only the first gave."""
    if newest.stage is Stage.WITHDRAWN:
        return ()
    if newest.stage is Stage.CORRECTED:
        return first.dates
    if newest.stage is Stage.SUSPENDED or newest.reason is Reason.DATES_CHANGED:
        return newest.dates
    given = {legal.kind for legal in newest.dates}
    return (*newest.dates, *(legal for legal in first.dates if legal.kind not in given))


def details_message(alert: Alert, reader: Reader) -> Message:
    """Return the first reply under an alert: all that the channel had no room for."""
    name = phrases.DETAILS.say(reader.language)
    title = text_of(headline(alert, reader))
    return Message(
        spoken=name + phrases.COLON.say(reader.language) + title,
        head=(),
        details=details(alert, reader),
        story=alert.story,
    )


def stage_and_title(alert: Alert, reader: Reader) -> Line:
    """Return an alert as one line of a list: mark and stage, title, topics."""
    mark = [phrases.URGENT.say(reader.language)] if is_urgent(alert) else []
    parts = [*mark, *stage_parts(alert, reader)]
    topics = phrases.LISTED.say(reader.language).join(source_text(topic) for topic in alert.topics)
    title = tuple(link(span.text, alert.url) for span in headline(alert, reader))
    beside = cut((plain(topics),), STAGE_CHARS, reader.measure)
    return joined(((bold(BETWEEN.join(parts)),), title, beside), BETWEEN)
