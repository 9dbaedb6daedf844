"""The list on a page: at the place that was configured, at the one that was remembered, or where the page looks like one. Pure.

A list that was emptied, or is not where it was, must never pass for one without news.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchers.dates import Order
from watchers.errors import Empty, NotSane, Redesigned, WrongCharset
from watchers.listing import detect_rows
from watchers.markup import check_selector, looks_garbled
from watchers.rows import ANY_LINK, Row, select_rows

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_SURE = 0.5
_SAMPLE_CHARS = 20_000
_INSIDE = re.compile(r"(?P<outer>.*[^\s>+~,])(?:\s+|\s*[>+~]\s*)[^\s>+~,]+\s*", re.DOTALL)
_FRAMES = frozenset({"html", "body", "main"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a list is, as CSS selectors (see `select_rows`): `row` (empty: to be found), and in a row `link`, `title`, `date`.

    `link_contains`: rows whose link does not are none of the list.
    """

    row: str = ""
    link: str = ANY_LINK
    title: str = ""
    date: str = ""
    order: Order = "mdy"
    zone: str | None = None
    link_contains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """The rows of a list. Where it had to be found: the `path` of its rows, to be remembered, and `how` sure that is.

    `moved` says so where it was at another path before.
    """

    rows: tuple[Row, ...]
    path: str = ""
    how: str = ""
    moved: str = ""


def list_on(tree: "LexborHTMLParser", url: str, place: Place, *, remembered: str = "") -> KnownList:
    """Return the list on the page that came from `url`. `remembered`: the path at which it was found before.

    Raises Redesigned where there is none, or none to be sure of; Empty where what holds it is there and has nothing to
    lead to; WrongCharset where nothing can be found because the page is garbled.
    """
    path = place.row or remembered
    rows = _rows(tree, url, place, path) if path else ()
    if rows:
        return KnownList(rows=rows)
    if path and _is_empty(tree, path):
        raise Empty(f"the list is there and has no rows: {path}")
    if place.row:
        raise _nothing_at(tree, place)
    found = detect_rows(tree, url)
    rows = _rows(tree, url, place, found.path) if found.path else ()
    how = f"{found.how} ({found.confidence:.2f})"
    if found.confidence < _SURE or not rows:
        _check_garbled(tree)
        best = f", the best was {how}" if found.path else ""
        raise Redesigned(f"no list of dated links found on the page{best}; say where it is with row = …")
    moved = f"the list was found elsewhere: {how}; nothing is left of it at {path}" if path else ""
    return KnownList(rows=rows, path=found.path or "", how=how, moved=moved)


def _rows(tree: "LexborHTMLParser", url: str, place: Place, row: str) -> tuple[Row, ...]:
    rows = select_rows(
        tree,
        url,
        row=row,
        link=place.link,
        title=place.title or None,
        date=place.date or None,
        order=place.order,
        zone=place.zone,
    )
    return tuple(each for each in rows if place.link_contains in each.url)


def _is_empty(tree: "LexborHTMLParser", row: str) -> bool:
    """Tell whether what the rows stood in is there, without a link: with nothing, or a row that says so.

    Nobody can tell of what every page has.
    """
    inside = _INSIDE.fullmatch(row)
    outer = inside["outer"] if inside else ""
    is_cut = any(outer.count(left) != outer.count(right) for left, right in ("()", "[]"))
    if not outer or is_cut or outer.lower() in _FRAMES or len(tree.css(row)) > 1:
        return False
    try:
        check_selector(outer)
    except ValueError:  # brackets in quotes may hide that it was cut
        return False
    around = tree.css(outer)
    return bool(around) and not any(node.css_first(ANY_LINK) for node in around)


def _nothing_at(tree: "LexborHTMLParser", place: Place) -> NotSane:
    """Return why there are no rows at the configured place. Raises WrongCharset."""
    count = len(tree.css(place.row))
    if not count:
        _check_garbled(tree)
        return Redesigned(f"nothing on the page matches row = {place.row!r}")
    wanted = f"a link at {place.link!r}"
    if place.link_contains:
        wanted += f" with {place.link_contains!r} in it"
    return Redesigned(f"{count} rows at row = {place.row!r}, and none has a title and {wanted}")


def _check_garbled(tree: "LexborHTMLParser") -> None:
    body = tree.body
    if body is not None and looks_garbled(body.text()[:_SAMPLE_CHARS]):
        raise WrongCharset("the page is garbled: it was read in a wrong encoding")
