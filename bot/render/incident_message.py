"""Messages about a source that cannot be read, or can be again. Pure."""

from bot.core.incident import SILENT, Phase
from bot.core.notice import Notice
from bot.render import phrases
from bot.render.message import Message, Reader, labelled, with_instant
from bot.render.notice import (
    advice_words,
    brought_words,
    covered_words,
    for_how_long,
    last_good_words,
    mark,
    others_words,
    probe_command,
    reason_words,
)
from bot.render.spans import Line, bold, cut, joined, plain, source_text, text_of

_TITLE_CHARS, _LINE_CHARS = 80, 300


def incident_message(notice: Notice, reader: Reader) -> Message:
    """Return a notice: what it is and which source, since when and why, what it costs, what is done about it."""
    lines = _end(notice, reader) if notice.is_end else _open(notice, reader)
    name = f"{mark(notice, reader.language)} · {source_text(notice.title)}"
    head = cut((bold(name),), _TITLE_CHARS, reader.measure)
    after = phrases.COMMA.say(reader.language) + _how_it_ended(notice, reader) if notice.is_end else ""
    first = (*head, *((plain(after),) if after else ()))
    body = tuple(cut(line, _LINE_CHARS, reader.measure) for line in lines if line)
    return Message(spoken=_spoken(notice, first, body[0], reader), head=(first,), body=body)


def _spoken(notice: Notice, first: Line, reason: Line, reader: Reader) -> str:
    """Return the head in a sentence, with why it is blind, or what its end brought."""
    said = text_of(first).replace(" · ", phrases.COLON.say(reader.language), 1)
    comma = phrases.COMMA.say(reader.language)
    if not notice.is_end:
        why = text_of(reason)
        return f"{said}{comma}{why[:1].lower()}{why[1:]}"
    if notice.phase is Phase.CLOSED and notice.kind != SILENT:
        brought = brought_words(notice, reader.language)
        return said + phrases.CAUGHT_UP.say(reader.language, brought=brought)
    return said


def _how_it_ended(notice: Notice, reader: Reader) -> str:
    if notice.phase is Phase.REFUSED:
        return phrases.AS_IS_KNOWN.say(reader.language)
    return for_how_long(notice, reader.language)


def _end(notice: Notice, reader: Reader) -> list[Line]:
    language = reader.language
    lines = [labelled(phrases.WAS_FIELD, source_text(reason_words(notice, language)), language)]
    if notice.phase is Phase.CLOSED and notice.kind != SILENT:
        lines.append(labelled(phrases.BACK_FILLED, brought_words(notice, language), language))
    lines.append(labelled(phrases.OTHERS, source_text(others_words(notice, language)), language))
    return lines


def _open(notice: Notice, reader: Reader) -> list[Line]:
    language = reader.language
    since = phrases.OVERDUE_SINCE if notice.kind == SILENT else phrases.UNREADABLE_SINCE
    reason = source_text(reason_words(notice, language))
    if notice.phase is Phase.CHANGED:
        reason += phrases.OTHER_REASON.say(language)
    lines = [with_instant(since, notice.since, reader, reason=reason)]
    if notice.phase is not Phase.STILL:
        lines += [
            joined((_missing(notice, reader), _covered(notice, reader)), " · "),
            _last_good(notice, reader),
        ]
    lines.append(labelled(phrases.ADVICE, source_text(advice_words(notice, language)), language))
    if notice.next_try_at is not None:
        tried = with_instant(phrases.BY_ITSELF, notice.next_try_at, reader)
        lines.append(labelled(phrases.NEXT_TRY, tried, language))
    lines.append(labelled(phrases.YOU_CAN, source_text(probe_command(notice)), language))
    return lines


def _missing(notice: Notice, reader: Reader) -> Line:
    if not notice.topics:
        return ()
    label = phrases.MAY_MISS if notice.kind == SILENT else phrases.MISSING
    topics = phrases.LISTED.say(reader.language).join(notice.topics)
    return labelled(label, source_text(topics), reader.language)


def _covered(notice: Notice, reader: Reader) -> Line:
    return labelled(phrases.COVERED_BY, source_text(covered_words(notice, reader.language)), reader.language)


def _last_good(notice: Notice, reader: Reader) -> Line:
    language = reader.language
    if notice.last_good_at is None:
        return labelled(phrases.LAST_GOOD, source_text(last_good_words(notice, None, language)), language)
    title = source_text(notice.last_good or "")
    last = phrases.LAST_ITEM.say(language, title=title) if title else ""
    read = with_instant(phrases.READ_AT, notice.last_good_at, reader)
    return labelled(phrases.LAST_GOOD, (*read, plain(last)), language)
