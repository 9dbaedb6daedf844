"""What a chat message says, before any platform's markup: its lines, and which of them are whose business. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.channel import Language
from bot.core.posting import Kind, Posting
from bot.render import phrases
from bot.render.phrases import Phrase
from bot.render.spans import Line, Measure, Span, bold, plain
from bot.render.words import instant_words

_PLACE_OF_INSTANT = "\x00"  # no text holds it: every text of a source has lost its control characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: the channel's language and zone, and how its platform counts the length of a text."""

    language: Language
    zone: str
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The parts of a message.

    `spoken` says the head in one sentence, for lock screens and screen readers. `head` stands alone, `body` goes on, `listed` are
    lines of a list, of which `most` are shown; `small` is small print, `details` what belongs into the thread or behind a fold.
    `story` is what its buttons are about, None for a message without. `urgent`: it may make a sound.
    """

    spoken: str
    head: tuple[Line, ...]
    body: tuple[Line, ...] = ()
    listed: tuple[Line, ...] = ()
    most: int | None = None
    small: Line = ()
    details: tuple[Line, ...] = ()
    story: str | None = None
    urgent: bool = False


def reader_of(posting: Posting, measure: Measure) -> Reader:
    """Return who reads a posting on a platform that counts by `measure`."""
    return Reader(language=posting.channel.language, zone=posting.channel.zone, measure=measure)


def marked(message: Message, posting: Posting) -> Message:
    """Return the message; where it may be its second sight, with the line that says so. A change made twice is one change."""
    if not posting.repeat or posting.kind in {Kind.EDIT, Kind.GROWTH}:
        return message
    again = (plain(phrases.SENT_AGAIN.say(posting.channel.language)),)
    return replace(message, body=(*message.body, again))


def instant_of(at: datetime, reader: Reader) -> Span:
    """Return an instant, with the words for clients that cannot show it in their reader's zone."""
    words = instant_words(at, reader.zone, with_day=True, seconds=False, language=reader.language)
    return Span(text=words, at=at)


def with_instant(phrase: Phrase, at: datetime, reader: Reader, **values: object) -> Line:
    """Return a phrase whose `at` is an instant."""
    before, _, after = phrase.say(reader.language, at=_PLACE_OF_INSTANT, **values).partition(
        _PLACE_OF_INSTANT
    )
    return tuple(span for span in (plain(before), instant_of(at, reader), plain(after)) if span.text)


def labelled(label: Phrase | str, value: str | Line, language: Language) -> Line:
    """Return a value with its name in bold before it."""
    name = label if isinstance(label, str) else label.say(language)
    return (bold(name), plain(" "), *((plain(value),) if isinstance(value, str) else value))


def more_words(language: Language) -> Callable[[int], str]:
    """Return what says how many lines of a list are not shown."""
    return lambda count: phrases.MORE.say(language, count=count)
