"""The lines of an answer as pieces that the renderers of alerts know, so that both are escaped in one way. Pure."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bot.chat import answer
from bot.chat.answer import Style
from bot.render import spans
from bot.render.spans import Span


def spans_of(line: answer.Line) -> spans.Line:
    """Return a line as pieces. Platforms look for `@name` in the text itself: only in what is to be typed it stays."""
    return tuple(
        Span(
            text=run.text if run.style is Style.CODE else run.text.replace("@", "＠"),
            is_bold=run.style is Style.BOLD,
            is_code=run.style is Style.CODE,
        )
        for run in line.runs
    )


def stretches(lines: Iterable[answer.Line]) -> Iterator[tuple[bool, tuple[answer.Line, ...]]]:
    """Part lines into stretches of one kind: whether their characters stand under each other, and the lines."""
    for fixed, some in groupby(lines, key=lambda line: line.fixed):
        yield fixed, tuple(some)
