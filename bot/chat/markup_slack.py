"""An answer as Slack shows it: text for notifications, and blocks. Pure: it knows Slack's limits and none of its clients.

Source: docs.slack.dev (Block Kit: section, actions, button) and slack_sdk 3.47, seen 2026-11-29.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.chat.answer import Answer, Button, Line
from bot.chat.spoken import spans_of, stretches
from bot.render.slack_text import escaped, in_code, mrkdwn

MAX_SECTION_CHARS = 3_000
MAX_ALL_CHARS = 12_000  # see bot.render.slack
MAX_TEXT_CHARS = 3_000
MAX_ROWS = 20
MAX_IN_ROW = 25
MAX_LABEL_CHARS = 75

_FENCE = "```"
_MORE = "…"

Block = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAnswer:
    """What is posted, or put in the place of a message. `text` is what a notification shows; `blocks` are ready for JSON."""

    text: str
    blocks: tuple[Block, ...]


def written(answer: Answer) -> SlackAnswer:
    """Return an answer with its buttons; a toast alone as a line."""
    text = escaped(answer.text.replace("@", "＠").replace("\n", " "))
    return SlackAnswer(text=_cut(text, MAX_TEXT_CHARS), blocks=blocks_of(answer))


def blocks_of(answer: Answer) -> tuple[Block, ...]:
    """Return the lines as sections, each as full as it may be, and a block for each row of buttons."""
    return (*_sections(answer), *_rows(answer))


def _sections(answer: Answer) -> Iterator[Block]:
    left = MAX_ALL_CHARS
    section = ""
    for piece in _pieces(answer):
        left -= len(piece) + 1
        shown = piece if left >= 0 else _MORE
        if section and len(section) + 1 + len(shown) > MAX_SECTION_CHARS:
            yield _section(section)
            section = ""
        section = f"{section}\n{shown}" if section else shown
        if left < 0:
            break
    if section:
        yield _section(section)


def _pieces(answer: Answer) -> Iterator[str]:
    """Return what may stand alone: a line, or a stretch of lines in one width. None is longer than a section."""
    if not answer.lines and answer.toast:
        yield _cut(escaped(answer.toast.replace("@", "＠")), MAX_SECTION_CHARS)
    for fixed, lines in stretches(answer.lines):
        if fixed:
            yield _fenced(lines)
        else:
            yield from (_whole(line) for line in lines)


def _whole(line: Line) -> str:
    """Return one line, without its emphasis where it would have to be cut."""
    text = mrkdwn(spans_of(line))
    return text if len(text) <= MAX_SECTION_CHARS else _cut(escaped(line.text), MAX_SECTION_CHARS)


def _fenced(lines: tuple[Line, ...]) -> str:
    inner = "\n".join(in_code(line.text) for line in lines)
    return _FENCE + _cut(inner, MAX_SECTION_CHARS - 2 * len(_FENCE)) + _FENCE


def _cut(text: str, most: int) -> str:
    """Return an escaped text cut where no escape is torn."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    start = kept.rfind("&", len(kept) - 5)
    return (kept[:start] if start >= 0 and ";" not in kept[start:] else kept) + _MORE


def _section(text: str) -> Block:
    # verbatim: Slack makes links and mentions of nothing but what is written as one.
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _rows(answer: Answer) -> Iterator[Block]:
    for number, row in enumerate(answer.buttons[:MAX_ROWS]):
        elements = [_button(each, f"chat_{number}_{place}") for place, each in enumerate(row[:MAX_IN_ROW])]
        if elements:
            yield {"type": "actions", "elements": elements}


def _button(button: Button, action: str) -> Block:
    label = (
        button.label if len(button.label) <= MAX_LABEL_CHARS else button.label[: MAX_LABEL_CHARS - 1] + _MORE
    )
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "button", "action_id": action, "text": text, "value": button.data}
