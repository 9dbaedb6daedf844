"""The rows of a list on a page, by CSS selectors: where each leads, its title, its date, and what else it says. Pure.

It invents nothing: a row without a date has none, and a date that only its title speaks of is not its date.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from watchers.dates import Order, find_date, find_dates
from watchers.markup import absolute, base_of, check_selector, plain_title
from watchers.row_dates import DateReader, is_date, without
from watchers.visible import fields_of, hidden_in, one_line, plain_blanks, text_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

ANY_LINK = "a[href]"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_IN_HEADING = ", ".join(f"{heading} a[href]" for heading in HEADINGS)
_ANY_HEADING = ", ".join(HEADINGS)
_HEADING_IN_LINK = ", ".join(f"a[href] {heading}" for heading in HEADINGS)
# Rows without any of these are read by the parser's own, faster way.
_NEEDS_CARE = "b, strong, em, i, u, font, mark, sup, sub, small, abbr, q, [hidden], [style]"
_MAX_TEXT_CHARS = 5_000
_MAX_READ_CHARS = 20_000  # rows may be nested, and each is read by itself
_MAX_FOLLOWERS = 4
_TITLE_WIDTH = 12
_SEPARATOR = "\x1e"

# Words of a link that are no title.
_NO_TITLE = re.compile(
    "(?:read|learn|see|view) more|more|more info|view|details|full text|continue reading|download|pdf"
    "|更多|详情|详细|查看详情|查看更多|全文|阅读全文|了解更多|下载|附件",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"(?:read|learn|see|view) more (?:about|on|of|:)?\s{0,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a list. `on` is its calendar date, `at` its instant (aware); None where the page gives none.

    `text` is what else it shows, on one line.
    """

    url: str
    title: str
    on: date | None
    at: datetime | None
    text: str


def select_rows(
    tree: "LexborHTMLParser",
    base_url: str,
    *,
    row: str,
    link: str = ANY_LINK,
    title: str | None = None,
    date: str | None = None,
    order: Order = "mdy",
    zone: str | None = None,
) -> tuple[Row, ...]:
    """Return the rows that the CSS selector `row` names, in the order of the page; those that lead nowhere are passed over.

    `link`, `title` and `date` are looked for inside each row. Without them, the link is the one that no other row has,
    the title its heading or its text, and the date a `<time>`, a piece of text that is a date, one set apart at either end of
    a piece, or one in the address. An instant needs a time of day and a zone: its own, or `zone` (IANA). An address that
    comes twice is one row: the one with a date, then the one with the longer title.

    Raises ValueError for a bad selector, zoneinfo.ZoneInfoNotFoundError for a `zone` that does not exist.
    """
    for selector in (row, link, title, date):
        if selector is not None:
            check_selector(selector)
    page = _Listed(tree, tree.css(row), link=link, title=title, date=date)
    dates = DateReader(order=order, zone=zone, only_elements=date is not None)
    return _each_once(_rows(page, base_of(tree, base_url), is_given=link != ANY_LINK, dates=dates))


def read_blocks(
    tree: "LexborHTMLParser", base_url: str, blocks: "list[LexborNode]", *, zone: str | None = None
) -> tuple[Row, ...]:
    """Return the rows that these elements are, as `select_rows` reads them where it is told no more than the rows and `zone`."""
    page = _Listed(tree, blocks, link=ANY_LINK, title=None, date=None)
    dates = DateReader(order="mdy", zone=zone, only_elements=False)
    return _each_once(_rows(page, base_of(tree, base_url), is_given=False, dates=dates))


def _each_once(rows: Iterable[Row]) -> tuple[Row, ...]:
    best: dict[str, Row] = {}
    for row in rows:
        known = best.get(row.url)
        if known is None or (row.on is not None, len(row.title)) > (known.on is not None, len(known.title)):
            best[row.url] = row
    return tuple(best.values())


class _Listed:
    """What belongs to which row, looked up for the whole page at once: twice as fast as row by row."""

    def __init__(
        self,
        tree: "LexborHTMLParser",
        blocks: "list[LexborNode]",
        *,
        link: str,
        title: str | None,
        date: str | None,
    ) -> None:
        self._tree = tree
        self.blocks = blocks
        self._index = {block.mem_id: place for place, block in enumerate(blocks)}
        self.followers = _followers(blocks)
        for place, nodes in self.followers.items():
            self._index.update((node.mem_id, place) for node in nodes)
        self.links = self._by_row(tree.css(link))
        self.titles = self._by_row(tree.css(title)) if title else {}
        self.dates = self._by_row(tree.css(date or "time"))
        self.careful = self._by_row(tree.css(_NEEDS_CARE)).keys()
        self.headings = self._by_row(tree.css(_HEADING_IN_LINK))
        self.hidden = hidden_in(tree.root) if self.careful and tree.root else frozenset()

    @cached_property
    def in_heading(self) -> AbstractSet[int]:
        """The `mem_id` of the links in headings."""
        return {node.mem_id for node in self._tree.css(_IN_HEADING)}

    def _by_row(self, nodes: "list[LexborNode]") -> "dict[int, list[LexborNode]]":
        found: dict[int, list[LexborNode]] = {}
        index = self._index
        for node in nodes:
            up: LexborNode | None = node
            while up is not None:
                place = index.get(up.mem_id)
                if place is not None:
                    found.setdefault(place, []).append(node)
                    break
                up = up.parent
        return found

    def pieces(self, place: int, node: "LexborNode") -> Sequence[str]:
        """Return the pieces of text in `node`, which is in the row at `place`."""
        if place in self.careful:
            return fields_of(node, without=self.hidden)
        text = plain_blanks(node.text(separator=_SEPARATOR, skip_empty=True)[:_MAX_READ_CHARS])
        if _SEPARATOR not in text:
            line = " ".join(text.split())
            return (line,) if line else ()
        lines = (" ".join(piece.split()) for piece in text.split(_SEPARATOR))
        return [line for line in lines if line]

    def dates_of(self, place: int) -> list[tuple[Sequence[str], str]]:
        """Return what the elements say in which a row's date stands, and their `datetime`."""
        nodes = self.dates.get(place, ())
        return [(self.pieces(place, node), node.attributes.get("datetime") or "") for node in nodes]

    def all_pieces(self, place: int) -> list[str]:
        """Return the pieces of text of a whole row."""
        nodes = (self.blocks[place], *self.followers.get(place, ()))
        return [piece for node in nodes for piece in self.pieces(place, node)]


def _followers(blocks: "list[LexborNode]") -> "dict[int, list[LexborNode]]":
    """Return the elements that belong to rows that are but headings or `<dt>`: their next siblings, at most 4.

    None where a date stands before the first of them: there, what follows a row belongs to the next.
    """
    first = blocks[0] if blocks else None
    if first is None or first.tag not in (*HEADINGS, "dt"):
        return {}
    before = first.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    if before is not None and find_date(before.text()) is not None:
        return {}
    return {place: _next_siblings(block) for place, block in enumerate(blocks)}


def _next_siblings(block: "LexborNode") -> "list[LexborNode]":
    found: list[LexborNode] = []
    sibling = block.next
    while sibling is not None and len(found) < _MAX_FOLLOWERS and sibling.tag != block.tag:
        if sibling.is_element_node:
            found.append(sibling)
        sibling = sibling.next
    return found


def _rows(page: _Listed, base: str, *, is_given: bool, dates: DateReader) -> Iterator[Row]:
    addresses = {
        place: [(node, url) for node in nodes if (url := absolute(base, node.attributes.get("href") or ""))]
        for place, nodes in page.links.items()
    }
    rows_with = Counter(url for found in addresses.values() for url in {url for _, url in found})
    for place, found in sorted(addresses.items()):
        if not found:
            continue
        node, url = found[0]
        if not is_given and len(found) > 1:
            node, url = max(found, key=lambda one: _rank(page, place, one[0], rows_with[one[1]]))
        title, own = _title(page, place, node)
        if title:
            own = own if len(own) == 1 else [piece for piece in own if piece in title]
            when, rest = dates.read(page.dates_of(place), without(page.all_pieces(place), own), url)
            title, in_title = _without_date(title)
            text = " ".join(piece for piece in rest if not _is_button(piece))
            yield Row(url=url, title=title, on=when.on or in_title, at=when.at, text=text[:_MAX_TEXT_CHARS])


def _rank(page: _Listed, place: int, node: "LexborNode", rows: int) -> tuple[bool, bool, int]:
    words, _ = _words(page, place, node)
    return rows == 1 and not _says_nothing(words), node.mem_id in page.in_heading, len(words)


def _title(page: _Listed, place: int, link: "LexborNode") -> tuple[str, Sequence[str]]:
    """Return the title of a row and the pieces of text of the element that it was found in."""
    node = page.titles[place][0] if place in page.titles else _heading_inside(page, place, link)
    if node is not None:
        pieces = page.pieces(place, node)
        return plain_title(pieces[0] if len(pieces) == 1 else one_line(node)), pieces
    words, own = _words(page, place, link)
    if not _says_nothing(words):
        if words.endswith(("…", "...")):
            words = max(words, link.attributes.get("title") or "", key=len)
        return plain_title(words), own
    heading = page.blocks[place].css_first(_ANY_HEADING)
    if heading is not None and (line := one_line(heading)):
        return plain_title(line), page.pieces(place, heading)
    described = _described(link) or words
    if not described and (beside := _beside(page, place)):
        return plain_title(beside), (beside,)
    return plain_title(_LEAD_IN.sub("", described, count=1)), own


def _beside(page: _Listed, place: int) -> str:
    """Return what could be the title of a row whose link has no words: the first of its texts that says something."""
    pieces = (piece for piece in page.all_pieces(place) if width(piece) >= _TITLE_WIDTH)
    return next((piece for piece in pieces if not _says_nothing(piece)), "")


def _heading_inside(page: _Listed, place: int, link: "LexborNode") -> "LexborNode | None":
    for heading in page.headings.get(place, ()):
        up = heading.parent
        while up is not None:
            if up.mem_id == link.mem_id:
                return heading
            up = up.parent
    return None


def _described(link: "LexborNode") -> str | None:
    """Return what a link without words of its own is called for those who cannot see it."""
    attributes = link.attributes
    image = link.css_first("img[alt]")
    drawn = image.attributes.get("alt") if image is not None else None
    return attributes.get("title") or attributes.get("aria-label") or drawn


def _words(page: _Listed, place: int, link: "LexborNode") -> tuple[str, Sequence[str]]:
    """Return what a link says, and its pieces of text.

    Of a link that holds a whole card it is the first line that could be a title; a date at its end is not part of it.
    """
    pieces = page.pieces(place, link)
    if len(pieces) < 2:
        return (pieces[0] if pieces else ""), pieces
    lines = [line for line in text_of(link).split("\n") if line and not is_date(line)]
    if not lines:
        return "", pieces
    line = next((line for line in lines if width(line) >= _TITLE_WIDTH), max(lines, key=len))
    for piece in pieces:
        if is_date(piece):
            line = line.removesuffix(piece).removeprefix(piece).strip()
    return line, pieces


def width(text: str) -> int:
    """Return how much a text says: a Chinese character counts as two."""
    return len(text) if text.isascii() else sum(1 if char < "\u2e80" else 2 for char in text)


def _without_date(title: str) -> tuple[str, date | None]:
    """Return a title without a date in brackets at its beginning, and that date."""
    if title[0] not in "[【(（〔":
        return title, None
    found = next(iter(find_dates(title)), None)
    if (
        found is None
        or found.start != 1
        or title[found.end : found.end + 1] not in {"]", "】", ")", "）", "〕"}
    ):
        return title, None
    return title[found.end + 1 :].strip() or title, found.on


def _says_nothing(words: str) -> bool:
    return not words or _is_button(words) or is_date(words)


def _is_button(words: str) -> bool:
    return len(words) < 30 and _NO_TITLE.fullmatch(words.strip(" .…»>›→[]()（）【】")) is not None
