"""A posting as a Telegram message: HTML, the same without markup, and its buttons. Pure: it knows Telegram's limits, no client.

Whoever sends it turns link previews off. A server that knows no `tg-time` (Bot API before 9.5) refuses the message for its
entities: then `without_time` is sent, and where even that is refused, `plain`.
Source: Telegram Bot API, formatting options and limits, Bot API 10.0 and changelog 9.5, seen 2026-11-23.
"""

from dataclasses import dataclass
from html import escape

from bot.core.actions import Asked, Wish
from bot.core.channel import Language
from bot.core.posting import Posting
from bot.render import phrases
from bot.render.addresses import linkable
from bot.render.message import Message, more_words
from bot.render.spans import Line, Span, text_of, within
from bot.render.told import message_of

MAX_UNITS = 4_000
"""UTF-16 code units after the markup was read; Telegram takes 4,096."""

MAX_BUTTON_BYTES = 64

_ROWS = ((Wish.WHY, Wish.FOLLOW), (Wish.MUTE_24_HOURS,), (Wish.RELEVANT, Wish.NOT_RELEVANT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message. `data` comes back when it is pressed: at most 64 bytes."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessage:
    """What is sent, or put in the place of a message. `plain` ends with the address that the headline leads to.

    `silent`: it makes no sound. `keyboard` are rows of buttons, empty for none.
    """

    html: str
    without_time: str
    plain: str
    silent: bool
    keyboard: tuple[tuple[Button, ...], ...] = ()


def render(posting: Posting) -> TelegramMessage:
    """Return a posting as its chat sees it."""
    message = message_of(posting, units)
    lines, folded, small = _fitted(message, posting.channel.language)
    return TelegramMessage(
        html=_html(lines, folded, small, with_time=True),
        without_time=_html(lines, folded, small, with_time=False),
        plain=_plain([*lines, *folded, *([small] if small else [])], message.head),
        silent=not message.urgent,
        keyboard=keyboard(message.story, posting.channel.language) if message.story else (),
    )


def units(text: str) -> int:
    """Return the length of a text as Telegram counts: in UTF-16 code units."""
    return len(text) + sum(each > "\uffff" for each in text)


def _fitted(message: Message, language: Language) -> tuple[list[Line], list[Line], Line]:
    """Return the lines that stand open, those behind a fold, and small print; what does not fit is counted."""
    more = more_words(language)
    opened = [*message.head, *message.body]
    room = MAX_UNITS - sum(_size(line) + 1 for line in (*opened, message.small))
    opened += within(message.listed, room, more, _size, most=message.most)
    room = MAX_UNITS - sum(_size(line) + 1 for line in (*opened, message.small))
    folded = list(within(message.details, room, more, _size))
    return (opened, folded, message.small) if message.head else (folded, [], message.small)


def _size(line: Line) -> int:
    return units(text_of(line))


def _html(lines: list[Line], folded: list[Line], small: Line, *, with_time: bool) -> str:
    parts = [marked_up(line, with_time=with_time) for line in lines]
    if folded:
        inner = "\n".join(marked_up(line, with_time=with_time) for line in folded)
        parts.append(f"<blockquote expandable>{inner}</blockquote>")
    if small:
        parts.append(f"<i>{marked_up(small, with_time=with_time)}</i>")
    return "\n".join(parts)


def marked_up(line: Line, *, with_time: bool) -> str:
    """Return a line as HTML; instants as such where `with_time`."""
    return "".join(_piece(span, with_time=with_time) for span in line if span.text)


def _piece(span: Span, *, with_time: bool) -> str:
    """Return one piece with all that is opened closed again: whole pieces are left out, never parts of them."""
    text = escape(span.text, quote=False)
    if span.at is not None and with_time:
        text = f'<tg-time unix="{int(span.at.timestamp())}" format="Dt">{text}</tg-time>'
    elif span.url is not None and (address := linkable(span.url)):
        text = f'<a href="{escape(address)}">{text}</a>'
    tag = "b" if span.is_bold else "code" if span.is_code else ""
    return f"<{tag}>{text}</{tag}>" if tag else text


def _plain(lines: list[Line], head: tuple[Line, ...]) -> str:
    """Return the lines without markup; the address that the head leads to goes to the end, where there is room for it."""
    text = "\n".join(map(text_of, lines))
    addresses = (linkable(span.url) for line in head for span in line if span.url)
    address = next(filter(None, addresses), None)
    return f"{text}\n{address}" if address and units(text) + 1 + len(address) <= MAX_UNITS else text


def keyboard(story: str, language: Language) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under an alert: the same five wishes as everywhere."""
    return tuple(
        tuple(
            Button(label=phrases.BUTTONS[wish].say(language), data=Asked(wish=wish, story=story).value)
            for wish in row
        )
        for row in _ROWS
    )
