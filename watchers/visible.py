"""The words that a reader of a page sees, out of its parsed tree. Pure; it changes no word and puts no blank between two."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watchers.tag_soup import names

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN = names(
    "head title script style template noscript iframe object svg math canvas select datalist textarea audio video"
)
_HIDDEN = '[hidden], [style*="display:none" i], [style*="display: none" i]'
_PARAGRAPHS = names(
    "p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol dl figure hr article section main header footer fieldset"
)
_LINES = names(
    "div li tr td th dt dd address aside nav form figcaption caption legend details summary center body dialog search"
)
_EMPHASIS = names(
    "abbr acronym b bdi bdo big cite code dfn em font i ins kbd mark q s samp small strike strong sub sup tt u var wbr"
)

# What stands in the text for a new line, an empty line and a `<br>` until blanks are folded. On a page they are blanks too.
_LINE, _PARAGRAPH, _BREAK = "\x1e", "\x1f", "\x1d"
_BREAKS = re.compile(r"[\x1d-\x1f][ \x1d-\x1f]*")
_BLANKS = "\t\n\x0b\x0c\r\x1c\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# Invisible characters that split words for whoever searches: control, zero-width and direction characters, soft hyphens.
_INVISIBLE = [*range(9), *range(0x0E, 0x1C), 0x7F, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F]
_INVISIBLE += [*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_ODD = re.compile("[" + re.escape("".join(map(chr, _INVISIBLE)) + _BLANKS.replace("\n", "")) + "]")
_PLAIN = {**dict.fromkeys(_INVISIBLE), **dict.fromkeys(map(ord, _BLANKS), " ")}
_FEW_NODES = 2_000
_ROW_CHARS = 1000  # cells that are longer together are a layout, not a row


def text_of(node: "LexborNode", *, may_hide: bool = True) -> str:
    """Return the visible text in `node`: paragraphs apart by an empty line, other blocks and `<br>` by a new line.

    A row of a table is one line, its cells joined by ` | `. Runs of blanks, among them no-break and ideographic ones, are one
    space, and none at the ends of a line. Scripts and what is hidden is left out. `may_hide=False`: nothing in it is hidden,
    so nothing needs to be looked for.
    """
    writer = _Writer()
    _walk(node, writer, hidden_in(node) if may_hide else frozenset())
    return _tidy("".join(writer.parts))


def fields_of(node: "LexborNode", *, without: AbstractSet[int]) -> tuple[str, ...]:
    """Return the visible pieces of text in `node`, each one line, cut where any element but emphasis begins or ends.

    `without`: the `mem_id` of elements that are passed over. What is hidden is among them only if it is named. Of an element
    that holds thousands of others only the beginning is read: rows may be nested, and each is read by itself.
    """
    writer = _FieldWriter()
    _walk(node, writer, without, most=_FEW_NODES)
    text = _tidy("".join(writer.parts))
    return tuple(line for line in text.split("\n") if line)


def hidden_in(node: "LexborNode") -> frozenset[int]:
    """Return the `mem_id` of the elements below `node` that are marked as not to be shown."""
    return frozenset(hidden.mem_id for hidden in node.css(_HIDDEN))


def one_line(node: "LexborNode") -> str:
    """Return the visible text in `node` on one line; of an element that holds thousands of others, its beginning."""
    writer = _Writer()
    _walk(node, writer, hidden_in(node), most=_FEW_NODES)
    return " ".join(_tidy("".join(writer.parts)).split())


def plain_blanks(text: str) -> str:
    """Return `text` with every kind of blank as a space, and without invisible characters."""
    return text.translate(_PLAIN) if _ODD.search(text) else text


def _tidy(text: str) -> str:
    text = plain_blanks(text).replace("\n", " ")
    while (
        "  " in text
    ):  # halves what is left of the longest run, and is faster than a pattern that stops at every blank
        text = text.replace("  ", " ")
    for mark in (_LINE, _PARAGRAPH, _BREAK):  # here and not in the pattern, which would stop at every blank
        text = text.replace(f" {mark}", mark)
    return _BREAKS.sub(_newlines, text).strip()


def _newlines(found: re.Match[str]) -> str:
    marks = found[0]
    return "\n\n" if _PARAGRAPH in marks or marks.count(_BREAK) > 1 else "\n"


@dataclass(slots=True)
class _Row:
    start: int
    cells: list[tuple[int, int]] = field(default_factory=list)
    is_layout: bool = False


@dataclass(slots=True)
class _Writer:
    parts: list[str] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    pre: int = 0

    def say(self, text: str) -> None:
        self.parts.append(text.replace("\n", _BREAK) if self.pre else text)

    def enter(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append(_PARAGRAPH)
            self.pre += tag == "pre"
            if tag == "table" and self.rows:
                self.rows[-1].is_layout = True
        elif tag in _LINES:
            self.parts.append(_LINE)
            if tag == "tr":
                self.rows.append(_Row(len(self.parts)))
            elif tag in ("td", "th"):
                self.cells.append(len(self.parts))
        elif tag == "br":
            self.parts.append(_BREAK)

    def leave(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append(_PARAGRAPH)
            self.pre -= tag == "pre"
        elif tag in _LINES:
            if tag in ("td", "th") and self.cells:
                start = self.cells.pop()
                if self.rows:
                    self.rows[-1].cells.append((start, len(self.parts)))
            elif tag == "tr" and self.rows:
                self._end_row(self.rows.pop())
            self.parts.append(_LINE)

    def pass_over(self) -> None:
        """What is hidden does not part the words around it."""

    def _end_row(self, row: _Row) -> None:
        if row.is_layout:
            return
        cells = ["".join(self.parts[start:end]) for start, end in row.cells]
        if sum(map(len, cells)) <= _ROW_CHARS:
            lines = (" ".join(cell.split()) for cell in cells)
            self.parts[row.start :] = [" | ".join(filter(None, lines))]


class _FieldWriter(_Writer):
    __slots__ = ()

    def enter(self, tag: str) -> None:
        if tag not in _EMPHASIS:
            self.parts.append(_LINE)

    leave = enter

    def pass_over(self) -> None:
        self.parts.append(_LINE)


def _walk(root: "LexborNode", writer: _Writer, without: AbstractSet[int], *, most: int | None = None) -> None:
    """Lead `writer` through all that is seen below `root`; not by recursion, a page may be nested deeply."""
    node, depth = root.first_child, 0
    left = most or -1
    while node is not None and left != 0:
        left -= 1
        tag = node.tag or "-"
        if tag == "-text":
            writer.say(node.text_content or "")
        elif tag[0] == "-" or tag in _UNSEEN:
            pass
        elif node.mem_id in without:
            writer.pass_over()
        else:
            writer.enter(tag)
            child = node.first_child
            if child is not None:
                node, depth = child, depth + 1
                continue
            writer.leave(tag)
        following = node.next
        while following is None and depth and (parent := node.parent) is not None:
            node, depth = parent, depth - 1
            writer.leave(node.tag or "-")
            following = node.next
        node = following
