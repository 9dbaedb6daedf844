"""A setback as a message, as a block of text, and as a JSON object. Pure."""

from typing import Any

from bot.core.channel import Language
from bot.core.setback import Setback, SetbackKind
from bot.render import phrases
from bot.render.jsonline import instant
from bot.render.message import Message, Reader, labelled
from bot.render.plain import Emphasis, as_is, field, wrap
from bot.render.spans import bold, cut, plain, source_text

_TITLE_CHARS, _LINE_CHARS = 80, 300


def setback_message(setback: Setback, reader: Reader) -> Message:
    """Return a setback: what takes nothing any more, why, what that cost, what to do."""
    language = reader.language
    first = cut(
        (bold(f"{_mark(setback, language)} · {source_text(setback.name)}"),), _TITLE_CHARS, reader.measure
    )
    lines = [labelled(label, source_text(value), language) for label, value in _fields(setback, language)]
    said = f"{_mark(setback, language)}{phrases.COLON.say(language)}{source_text(setback.name)}"
    spoken = f"{said}{phrases.COMMA.say(language)}{source_text(setback.why)}"
    body = tuple(cut(line, _LINE_CHARS, reader.measure) for line in lines)
    small = (plain(source_text(setback.subject)),) if setback.name != setback.subject else ()
    return Message(spoken=spoken, head=(first,), body=body, small=small)


def render(setback: Setback, *, language: Language, bold: Emphasis = as_is) -> str:
    """Return the setback as lines of at most 80 columns."""
    head = wrap(f"{_mark(setback, language)}  {setback.name}", "", "  ")
    fields = [line for label, value in _fields(setback, language) for line in field(label, value)]
    return "\n".join((*map(bold, head), *fields))


def setback_object(setback: Setback) -> dict[str, Any]:
    """Return the setback's object. The instant is UTC with `Z`."""
    return {
        "kind": setback.kind.value,
        "subject": setback.subject,
        "name": setback.name,
        "why": setback.why,
        "given_up": setback.given_up,
        "at": instant(setback.at),
    }


def _mark(setback: Setback, language: Language) -> str:
    mark = phrases.PAUSED if setback.kind is SetbackKind.CHANNEL else phrases.NOT_SENDING
    return mark.say(language)


def _fields(setback: Setback, language: Language) -> list[tuple[str, str]]:
    found = [(phrases.WHY_FIELD.say(language), setback.why)]
    if setback.kind is SetbackKind.CREDENTIAL:
        return [
            *found,
            (phrases.MEANWHILE.say(language), phrases.NOTHING_LOST.say(language)),
            (phrases.YOU_CAN.say(language), phrases.CHECK_TOKEN.say(language)),
        ]
    if setback.given_up:
        posts = phrases.ONE_POST if setback.given_up == 1 else phrases.POSTS
        found.append((phrases.GIVEN_UP.say(language), posts.say(language, count=setback.given_up)))
    commands = f"tradewire subscriptions resume {setback.subject}"
    if setback.given_up:
        commands += f"; tradewire outbox retry --channel {setback.subject}"
    return [*found, (phrases.YOU_CAN.say(language), commands)]
