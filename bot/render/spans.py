"""Text with its weight, before it becomes anybody's markup: what a chat message is made of, and cut by. Pure.

A line is cut here, piece by piece, so that no cut can ever fall inside a tag, a link or an escaped sign.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.render.words import without_controls

ELLIPSIS = "…"

Measure = Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of one line. `url` makes it a link; `at` (aware) an instant that the reader's client may show in its own zone.

    Bold are mark and stage, headline and field names, and nothing else. The text of an instant is what is shown where the
    client cannot, so it is never cut. Code is something to type.
    """

    text: str
    is_bold: bool = False
    is_code: bool = False
    url: str | None = None
    at: datetime | None = None


Line = tuple[Span, ...]


def source_text(text: str) -> str:
    """Return what somebody else wrote as it may stand in a chat: on one line, and calling nobody.

    Both platforms look for `@name` in the text itself, whatever its markup, so the sign becomes its full-width form: it reads
    the same, stays on sight in every client, and names nobody. A zero-width character would be a hidden one, and may be dropped.
    """
    return " ".join(without_controls(text).replace("@", "＠").split())


def plain(text: str) -> Span:
    """Return a piece without weight."""
    return Span(text=text)


def bold(text: str, url: str | None = None) -> Span:
    """Return a bold piece, a link where it has an address."""
    return Span(text=text, is_bold=True, url=url)


def link(text: str, url: str) -> Span:
    """Return a link."""
    return Span(text=text, url=url)


def text_of(line: Line) -> str:
    """Return a line without any markup."""
    return "".join(span.text for span in line)


def cut(line: Line, limit: int, measure: Measure = len) -> Line:
    """Return the line with at most `limit` of what `measure` counts, cut at a word, with an ellipsis where it was cut."""
    if measured(line, measure) <= limit:
        return line
    kept: list[Span] = []
    room = limit - measure(ELLIPSIS)
    for span in line:
        size = measure(span.text)
        if size <= room:
            kept.append(span)
            room -= size
            continue
        shortened = "" if span.at else _shortened(span.text, room, measure)
        kept.append(replace(span, text=f"{shortened}{ELLIPSIS}", at=None))
        break
    return tuple(kept)


def measured(line: Line, measure: Measure = len) -> int:
    """Return what `measure` counts of a line."""
    return sum(measure(span.text) for span in line)


def _shortened(text: str, room: int, measure: Measure) -> str:
    """Return the longest beginning that fits into `room`, back to the end of a word where that costs less than half of it."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= room else (low, middle - 1)
    head = text[:low]
    at_word = head.rfind(" ")
    return (head[:at_word] if at_word > low // 2 else head).rstrip(" ,;:，、；：")


def joined(lines: Iterable[Line], between: str) -> Line:
    """Return several lines as one; empty ones leave no trace."""
    spans: list[Span] = []
    for line in filter(None, lines):
        spans += [plain(between), *line] if spans else line
    return tuple(spans)


def within(
    lines: Sequence[Line],
    limit: int,
    more: Callable[[int], str],
    size_of: Callable[[Line], int],
    *,
    most: int | None = None,
) -> tuple[Line, ...]:
    """Return as many lines as `limit` and `most` allow, and in the place of the others how many `more` they are.

    `size_of` measures a line; the break after it counts one.
    """
    sizes = [size_of(line) + 1 for line in lines]
    if sum(sizes) <= limit and (most is None or len(lines) <= most):
        return tuple(lines)
    room = limit - size_of((plain(more(len(lines))),)) - 1
    shown = 0
    for size in sizes[:most]:
        if size > room:
            break
        room -= size
        shown += 1
    return (*lines[:shown], (plain(more(len(lines) - shown)),))
