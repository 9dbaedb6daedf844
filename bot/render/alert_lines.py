"""The lines that messages about an alert are put together from: stage, headline, quote, dates, small print, details. Pure."""

import re

from bot.core.alert import Alert
from bot.core.decide import Reason
from bot.core.match import Match, Severity
from bot.core.redline import Redline
from bot.render import phrases
from bot.render.message import Reader, labelled, with_instant
from bot.render.phrases import Phrase
from bot.render.plain import corrects_words, date_of, issuers_words, name_of, ordered, reasons_of, verb_of
from bot.render.redline import redline_words
from bot.render.spans import Line, bold, cut, joined, link, plain, source_text, text_of
from bot.render.words import (
    document_words,
    has_beijing_dates,
    hits_words,
    host_of,
    kind_words,
    loudness_words,
    reason_words,
    refs_words,
    span_words,
    stage_words,
)
from watchers.item import DateKind, LegalDate, Stage

STAGE_CHARS, HEADLINE_CHARS, QUOTE_CHARS, DATES_CHARS, SMALL_CHARS = 40, 100, 240, 200, 200
"""What each line of an alert may hold. Source: design of the alert message, seen 2026-11-29."""

BETWEEN = " · "
_CHANGE_CHARS = 160
_NAME_CHARS = 60
_DETAIL_CHARS = 900
_TITLE_CHARS = 1_500
_REASONS_CHARS = 400
_LEAST_MATCHED_CHARS = 60
_WORDS_SHOWN, _WORDS_IN_DETAILS = 4, 12
_PLACES_SHOWN = 3
_NAME_OF_FIELD = re.compile(r"[a-z]+(_[a-z]+)+")


def is_urgent(alert: Alert) -> bool:
    """Tell whether the alert bears the mark. A claim never does, however loud its topic is."""
    return alert.severity is Severity.URGENT and alert.stage is not Stage.UNCONFIRMED


def stage_parts(alert: Alert, reader: Reader) -> list[str]:
    """Return what stands in the first line: the stage; for a claim also what it is; why an act comes without a new stage."""
    parts = [stage_words(alert.stage, reader.language)]
    if alert.stage is Stage.UNCONFIRMED and alert.kind:
        parts.append(kind_of(alert, reader))
    if alert.reason in {Reason.DATES_CHANGED, Reason.REVISED}:
        parts.append(reason_words(alert.reason, reader.language))
    return parts


def spoken(parts: list[str], title: str, reader: Reader) -> str:
    """Return the first two lines as one sentence: `URGENT, filed for public inspection: Entity List Additions`."""
    first, *rest = parts
    said = phrases.COMMA.say(reader.language).join([first, *(each[:1].lower() + each[1:] for each in rest)])
    return said + phrases.COLON.say(reader.language) + title


def headline(alert: Alert, reader: Reader) -> Line:
    """Return the title as the source has it, the whole of it a link."""
    title = source_text(alert.title) or host_of(source_text(alert.url))
    return cut((bold(title, alert.url),), HEADLINE_CHARS, reader.measure)


def quoted(alert: Alert, reader: Reader) -> Line:
    """Return the source's own sentence in quotation marks, nothing where there is none."""
    said = source_text(alert.summary or "")
    if not said:
        return ()
    inner = text_of(cut((plain(said),), QUOTE_CHARS, reader.measure))
    return (plain(f"“{inner}”"),)


def claim(alert: Alert, reader: Reader) -> Line:
    """Return what has to be said of a claim: that nothing official bears it out, and whose it is."""
    if alert.stage is not Stage.UNCONFIRMED:
        return ()
    nothing = plain(phrases.NO_OFFICIAL_DOCUMENT.say(reader.language))
    if not (alert.author or alert.agencies):
        return (nothing,)
    who = source_text(issuers_words(alert, reader.language))
    by = cut(labelled(phrases.SOURCE, who, reader.language), DATES_CHARS, reader.measure)
    warned = (plain(phrases.MAY_BE_DELETED.say(reader.language)),) if alert.author else ()
    return (nothing, plain(" "), *by, *warned)


def dates(alert: Alert, found: tuple[LegalDate, ...], reader: Reader) -> list[Line]:
    """Return each legal date with its name, the last with whose calendar it is, where we know that."""
    language = reader.language
    lines = [
        labelled(name_of(legal, alert, language), date_of(legal, alert, language), language)
        for legal in ordered(found)
    ]
    if lines and has_beijing_dates(alert.document):
        whose = phrases.BEIJING_DATE if len(lines) == 1 else phrases.BEIJING_DATES
        lines[-1] = (*lines[-1], plain(whose.say(language)))
    return lines


def number_of(alert: Alert, reader: Reader) -> str | None:
    """Return the number that people would quote: the citation once there is one, else the document's own."""
    citation = next((ref.value for ref in alert.refs if ref.kind == "citation"), None)
    number = source_text(citation or document_words(alert.document, reader.language) or "")
    return _short(number, reader) or None


def kind_of(alert: Alert, reader: Reader) -> str:
    """Return the kind of document."""
    return _short(kind_words(source_text(alert.kind), reader.language), reader)


def _short(text: str, reader: Reader) -> str:
    return text_of(cut((plain(text),), _NAME_CHARS, reader.measure))


def instrument(alert: Alert, reader: Reader) -> list[Line]:
    """Return what kind of document it is, its number, its place in the code, what it corrects and who issued it."""
    language = reader.language
    places = refs_words(tuple(ref for ref in alert.refs if ref.kind == "cfr"), language)
    kind = [] if alert.stage is Stage.UNCONFIRMED else [kind_of(alert, reader)]
    known = [source_text(each) for each in (*kind, number_of(alert, reader) or "", *places)]
    about = phrases.COMMA.say(language).join(filter(None, known))
    lines: list[Line] = [(plain(about),)] if about else []
    if alert.corrects:
        lines.append(labelled(phrases.CORRECTS, source_text(corrects_words(alert, language)), language))
    if alert.agencies and alert.stage is not Stage.UNCONFIRMED:
        lines.append(labelled(phrases.BY, source_text(issuers_words(alert, language)), language))
    return lines


def changes(redline: Redline | None, reader: Reader, *, most: int | None = None) -> list[Line]:
    """Return what was removed and added, each a line with a sign and a word."""
    words = redline_words(redline, reader.language) if redline else []
    return [cut((plain(source_text(each)),), _CHANGE_CHARS, reader.measure) for each in words[:most]]


def small_print(parts: list[Line], alert: Alert, reader: Reader) -> Line:
    """Return why it came and is that loud, where else it stands, and `parts`.

    What matched gives way where there is no room for everything.
    """
    rest = joined((how_loud(alert, reader), also_at(alert, reader), *parts), BETWEEN)
    taken = sum(reader.measure(span.text) for span in rest) + len(BETWEEN)
    room = max(SMALL_CHARS - taken, _LEAST_MATCHED_CHARS)
    return joined((cut(matched(alert, reader), room, reader.measure), rest), BETWEEN)


def matched(alert: Alert, reader: Reader) -> Line:
    """Return the topics, and the words that hit with their places."""
    topics = [_topic(match, reader, limit=_WORDS_SHOWN) for match in alert.matches]
    if topics:
        return _quietly(phrases.MATCHED, joined(topics, phrases.SEMICOLON.say(reader.language)), reader)
    reason = reason_words(alert.reason, reader.language)
    none = phrases.NO_WORDS.say(reader.language, story=alert.story, reason=reason)
    return _quietly(phrases.MATCHED, (plain(none),), reader)


def how_loud(alert: Alert, reader: Reader) -> Line:
    """Return the severity with the rules that set it: `urgent: watched party: Huawei`. Nothing where it is the topic's own."""
    why = reasons_of(alert)
    return (plain(source_text(loudness_words(alert.severity, why, reader.language))),) if why else ()


def _quietly(label: Phrase, value: Line, reader: Reader) -> Line:
    """Return a value of the small print with its name, which has no weight there."""
    return (plain(f"{label.say(reader.language)} "), *value)


def _topic(match: Match, reader: Reader, *, limit: int) -> Line:
    words = source_text(hits_words(match, limit=limit, language=reader.language))
    return (bold(source_text(match.topic)), plain(phrases.COLON.say(reader.language) + words))


def also_at(alert: Alert, reader: Reader) -> Line:
    """Return further places of the same act: host names as links, at most three, the others counted."""
    by_host = {source_text(host_of(url)): url for url in reversed(alert.also_at)}
    hosts = list(reversed(by_host.items()))
    if not hosts:
        return ()
    shown = joined(
        ((link(_short(host, reader), url),) for host, url in hosts[:_PLACES_SHOWN]),
        phrases.LISTED.say(reader.language),
    )
    more = len(hosts) - _PLACES_SHOWN
    rest = (plain(phrases.AND_MORE.say(reader.language, count=more)),) if more > 0 else ()
    return _quietly(phrases.ALSO_AT, (*shown, *rest), reader)


def seen(alert: Alert, reader: Reader) -> Line:
    """Return the issuer's instant and how much later it was seen; else when it was seen."""
    if alert.official_at is None:
        return _capital(with_instant(phrases.SEEN_AT, alert.first_seen_at, reader))
    later = span_words(alert.first_seen_at - alert.official_at, reader.language)
    verb = verb_of(alert, reader.language)
    return _capital(with_instant(phrases.SEEN_LATER, alert.official_at, reader, verb=verb, span=later))


def _capital(line: Line) -> Line:
    first, *rest = line
    if first.at is not None:
        return line
    return (plain(first.text[:1].upper() + first.text[1:]), *rest)


def behind_a_fold(alert: Alert, reader: Reader) -> tuple[Line, ...]:
    """Return what the same message has no room for: the title where it was cut, where dates were read, all numbers."""
    is_cut = text_of(headline(alert, reader)) != source_text(alert.title)
    title = _official_title(alert, reader) if is_cut and alert.title else []
    return (*title, *_cut(_facts(alert, reader), reader))


def details(alert: Alert, reader: Reader) -> tuple[Line, ...]:
    """Return everything that there is to say of an alert, for the thread under it."""
    language = reader.language
    lines = _facts(alert, reader)
    if alert.corrects:
        lines.append(labelled(phrases.CORRECTS, source_text(corrects_words(alert, language)), language))
    if alert.agencies or alert.author:
        lines.append(labelled(phrases.BY, source_text(issuers_words(alert, language)), language))
    found = [_topic(match, reader, limit=_WORDS_IN_DETAILS) for match in alert.matches]
    lines += [labelled(phrases.MATCHED, each, language) for each in found]
    if why := reasons_of(alert):
        said = loudness_words(alert.severity, why, language, limit=_REASONS_CHARS)
        lines.append(labelled(phrases.SEVERITY, source_text(said), language))
    if alert.url:
        lines.append(labelled(phrases.LINK, (link(source_text(alert.url), alert.url),), language))
    lines += [labelled(phrases.ALSO_AT, (link(source_text(url), url),), language) for url in alert.also_at]
    return (*_official_title(alert, reader), *_cut(lines, reader))


def _official_title(alert: Alert, reader: Reader) -> list[Line]:
    line = labelled(phrases.TITLE, source_text(alert.title), reader.language)
    return [cut(line, _TITLE_CHARS, reader.measure)]


def _facts(alert: Alert, reader: Reader) -> list[Line]:
    """Return the dates with what they were read from, all numbers, and the story where it is called otherwise."""
    language = reader.language
    lines = [_with_evidence(legal, alert, reader) for legal in ordered(alert.dates)]
    numbers = [*filter(None, [document_words(alert.document, language)]), *refs_words(alert.refs, language)]
    if numbers:
        about = BETWEEN.join([*filter(None, [kind_words(alert.kind, language)]), *numbers])
        lines.append(labelled(phrases.DOCUMENT, source_text(about), language))
    if alert.story_title != alert.title:
        lines.append(labelled(phrases.STORY, source_text(alert.story_title), language))
    return lines


def _cut(lines: list[Line], reader: Reader) -> tuple[Line, ...]:
    return tuple(cut(line, _DETAIL_CHARS, reader.measure) for line in lines)


def _with_evidence(legal: LegalDate, alert: Alert, reader: Reader) -> Line:
    (line,) = dates(alert, (legal,), reader)
    evidence = source_text(legal.evidence)
    if not evidence:
        return line
    phrase = phrases.ISSUERS_FIELD if _NAME_OF_FIELD.fullmatch(evidence) else phrases.READ_FROM
    return (*line, plain(phrase.say(reader.language, evidence=evidence)))


def day_of_stage(alert: Alert) -> LegalDate | None:
    """Return the date of publication of what was published; None for a stage that has another day, or none."""
    in_print = {Stage.PUBLISHED, Stage.PROPOSED, Stage.CORRECTED}
    found = (legal for legal in alert.dates if legal.kind is DateKind.PUBLICATION)
    return next(found, None) if alert.stage in in_print else None
