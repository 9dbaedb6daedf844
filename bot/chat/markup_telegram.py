"""An answer as Telegram shows it: HTML, the same without markup, and rows of buttons. Pure: it knows Telegram's limits only.

Source: core.telegram.org/bots/api (formatting options, InlineKeyboardButton), seen 2026-11-29.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from bot.chat.answer import Answer, Button, Line, fits, plain
from bot.chat.spoken import spans_of, stretches
from bot.render.telegram import MAX_UNITS, marked_up, units

MAX_BUTTONS = 100
MAX_IN_ROW = 8

_MORE = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAnswer:
    """What is sent, or put in the place of a message. `plain` is for a server that refuses the markup."""

    html: str
    plain: str
    keyboard: tuple[tuple[Button, ...], ...] = ()


def written(answer: Answer) -> TelegramAnswer:
    """Return an answer with its buttons; a toast alone as a line."""
    lines = tuple(_fitting(answer.lines or (plain(answer.toast),)))
    return TelegramAnswer(
        html="\n".join(_marked_up(lines)),
        plain="\n".join(line.text.replace("@", "＠") for line in lines),
        keyboard=keyboard_of(answer),
    )


def keyboard_of(answer: Answer) -> tuple[tuple[Button, ...], ...]:
    """Return the rows of buttons that Telegram takes: as many as it does, and none whose value is too long."""
    kept: list[tuple[Button, ...]] = []
    left = MAX_BUTTONS
    for row in answer.buttons:
        usable = [each for each in row if each.label and each.data and fits(each.data)]
        fitting = tuple(usable[: min(MAX_IN_ROW, left)])
        left -= len(fitting)
        if fitting:
            kept.append(fitting)
    return tuple(kept)


def _fitting(lines: Iterable[Line]) -> Iterator[Line]:
    """Return the lines that fit one message, and a sign where some do not."""
    left = MAX_UNITS - units(_MORE) - 1
    for line in lines:
        if (size := units(line.text) + 1) > left:
            yield plain(_MORE)
            return
        left -= size
        yield line


def _marked_up(lines: Iterable[Line]) -> Iterator[str]:
    for fixed, some in stretches(lines):
        if fixed:
            inner = "\n".join(escape(line.text, quote=False) for line in some)
            yield f"<pre>{inner}</pre>"
        else:
            yield from (marked_up(spans_of(line), with_time=False) for line in some)
