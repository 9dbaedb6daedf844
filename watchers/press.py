"""What press desks have in common: a list of dated links on one page. Pure.

A redesigned list must never pass for one without news, and no release gets a date that its desk did not print.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watchers.addresses import canonical_url, url_ref
from watchers.errors import Empty, NotSane, Redesigned, WrongCharset
from watchers.feeds import Entry
from watchers.item import Agency, Item, Stage
from watchers.listing import detect_rows
from watchers.markup import absolute, base_of, check_selector, looks_garbled, open_html
from watchers.rows import ANY_LINK, Row, read_blocks, select_rows
from watchers.sanity import not_in_the_future
from watchers.source import HTML, Css, Page, Problem, Request

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

ZONE = "America/New_York"

_MIN_CONFIDENCE = 0.6
_FEW_ROWS, _MANY_ROWS = 3, 10
_SAMPLE = 200  # titles
# Quotation marks and letters of English titles, read as another charset, or as Chinese. A Chinese name in a title is none:
# UTF-8's dashes and quotation marks begin with the two bytes that are 鈥 in GB 18030; and a letter that became a character
# stands within its word, where names do not, and is two bytes of UTF-8, or a byte of windows-1252 with the letter behind it.
_HAN = re.compile("[\u3400-\u9fff]")
_MISREAD = re.compile("â€|Ã[\x80-\xbf]|鈥")
_IN_A_WORD = re.compile("(?<=[A-Za-z])[\u3400-\u9fff]|[\u3400-\u9fff](?=[A-Za-z])")
_LETTER_BYTES = re.compile(rb"[\xc3-\xc5][\x80-\xbf]|[\x81-\xfe][A-Za-z]")
_FRAME = frozenset({"body", "main", "html"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things stand on a desk's pages, as CSS selectors.

    `row`: one entry of the list; empty: the largest part of the page around a link to one release.
    `link`: in an entry, the link to the release.
    `title`: in an entry, its title; empty: what the link says.
    `date`: in an entry, its date; empty: whatever stands apart and is one.
    `link_contains`: what the path of such a link has in it, where `row` is empty or finds nothing.
    `container`: what holds the list, with entries or without.
    `article_title`: on a release's own page, its title.
    `article_date`: there, its date; empty: that of the list is all there is.
    `article_body`: there, its text; the first that holds any.
    """

    row: Css = ""
    link: Css = ANY_LINK
    title: Css = ""
    date: Css = ""
    link_contains: str = ""
    container: Css = ""
    article_title: Css = "h1, h2"
    article_date: Css = "time, span"
    article_body: tuple[Css, ...] = ()


def _as_it_is(item: Item, _row: Row) -> Item:
    return item


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whose releases these are. `kind` is what the desk calls one; `finish` names an item otherwise than by its address."""

    key: str
    kind: str
    agency: Agency
    finish: Callable[[Item, Row], Item] = _as_it_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list read: its page, parsed, its rows in the order of the page, and what was wrong with it."""

    tree: "LexborHTMLParser"
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


# -- asking


def stand_in(options: Any, field: str, request: Request) -> tuple[Request, ...]:
    """Return what is asked where the list at `base_url` cannot be had: `request`, whose address is the option `field`.

    Nothing where `base_url` was set to lead elsewhere and `field` was not: then the issuer's own host is not meant.
    """
    shipped = type(options)()
    moved = options.base_url != shipped.base_url
    return () if moved and getattr(options, field) == getattr(shipped, field) else (request,)


def local_day(moment: datetime) -> date:
    """Return the day on which an instant (aware) falls in Washington."""
    return moment.astimezone(ZoneInfo(ZONE)).date()


def day_of(entry: Entry) -> date | None:
    """Return the day on which an entry of a feed was published, in Washington where it gives the instant."""
    return local_day(entry.published) if entry.published else entry.published_on


def article_request(item: Item, options: object) -> Request:  # noqa: ARG001 (what an Article asks with)
    """Ask for a release's own page."""
    return Request(url=item.url, accept=HTML, role="article")


# -- the list


def read_rows(page: Page, places: Places) -> Listed:
    """Return the rows of the list on `page` that lead to a release.

    Where the selectors find none, a list that shows itself by its dates is read instead, and a Problem says so. Raises
    SourceError: Empty where the container is there and nothing in it, Redesigned where there is no list.
    """
    check_options(places.row, places.link, places.title, places.date, places.container)
    tree = open_html(page)
    rows = _selected(tree, page.url, places)
    problems: tuple[Problem, ...] = ()
    if not rows:
        found = detect_rows(tree, page.url)
        rows = found.rows if found.confidence >= _MIN_CONFIDENCE else ()
        rows = tuple(row for row in rows if places.link_contains in urlsplit(row.url).path)
        reason = f"its selectors find nothing; the list was found by itself ({found.how})"
        problems = (Problem(record="the list", reason=reason),)
    if not rows and places.container and tree.css_first(places.container) is not None:
        raise Empty("the list is there and has no entries")
    if not rows:
        raise Redesigned("no list of releases on the page")
    check_words(row.title for row in rows)
    return Listed(tree=tree, rows=rows, problems=problems)


def check_words(titles: Iterable[str]) -> None:
    """Raise WrongCharset where most titles that are more than plain ASCII make no words. One may be the issuer's own slip."""
    foreign = [title for title in titles if not title.isascii()][:_SAMPLE]
    misread = [title for title in foreign if _is_misread(title)]
    is_slip = len(misread) == 1 and not _HAN.search(misread[0])
    if misread and not is_slip and len(misread) * 2 >= len(foreign):
        raise WrongCharset("the titles are garbled")


def _is_misread(title: str) -> bool:
    letters = (char.encode("gb18030") for char in _IN_A_WORD.findall(title))
    return (
        _MISREAD.search(title) is not None
        or looks_garbled(title)
        or any(map(_LETTER_BYTES.fullmatch, letters))
    )


def check_options(*selectors: str) -> None:
    """Raise NotSane where one of these selectors, empty ones aside, is none that can be used."""
    for selector in filter(None, selectors):
        try:
            check_selector(selector)
        except ValueError as error:
            raise NotSane(f"an option of this source cannot be meant: {error}") from error


def _selected(tree: "LexborHTMLParser", page_url: str, places: Places) -> tuple[Row, ...]:
    if places.row:
        title, day = places.title or None, places.date or None
        return select_rows(tree, page_url, row=places.row, link=places.link, title=title, date=day, zone=ZONE)
    rows = read_blocks(tree, page_url, _around_links(tree, page_url, places.link_contains), zone=ZONE)
    dated = sum(row.on is not None for row in rows)
    is_list = len(rows) >= _MANY_ROWS or (len(rows) >= _FEW_ROWS and dated * 2 >= len(rows))
    return rows if is_list else ()


def _around_links(tree: "LexborHTMLParser", page_url: str, contained: str) -> "list[LexborNode]":
    """Return the largest elements that hold links to one release and to no other, in the order of the page."""
    base = base_of(tree, page_url)
    below: dict[int, str | None] = {}  # the one address below an element, None for several
    links: list[tuple[LexborNode, str]] = []
    for node in tree.css("body a[href]"):
        url = absolute(base, node.attributes.get("href") or "")
        # The whole address first: a page may have thousands of links, and taking one apart costs more than all the rest.
        if url is None or contained not in url or contained not in urlsplit(url).path:
            continue
        address = canonical_url(url)
        links.append((node, address))
        up: LexborNode | None = node
        while up is not None and up.tag not in _FRAME:
            known = below.get(up.mem_id, "")
            if known is None or known == address:
                break  # and so it is all the way up
            below[up.mem_id] = None if known else address
            up = up.parent
    found: dict[int, LexborNode] = {}
    for node, address in links:
        largest = node
        while (around := largest.parent) is not None and below.get(around.mem_id) == address:
            largest = around
        found.setdefault(largest.mem_id, largest)
    return list(found.values())


def to_items(rows: Iterable[Row], desk: Desk, now: datetime) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Return an item for each row, each once, and what was wrong with them. `now` is aware.

    A row's date that is to come is a misprint: a Problem, and left out. Of two rows of one release the dated one is kept.
    """
    problems: list[Problem] = []
    items = [
        desk.finish(_item(row, desk, dated(row.on, now, name=row.url, problems=problems)), row)
        for row in rows
    ]
    return each_once(items), tuple(problems)


def each_once(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return each item once by its key, in their order; of two of the same key the one that has a date."""
    found: dict[str, Item] = {}
    for item in items:
        known = found.get(item.key)
        if known is None or (known.official_on is None and item.official_on is not None):
            found[item.key] = item
    return tuple(found.values())


def dated(day: date | None, now: datetime, *, name: str, problems: list[Problem]) -> date | None:
    """Return `day`, or None where it is to come: then it is noted as a Problem of the record called `name`."""
    if day is None or not_in_the_future(day, now, ZONE):
        return day
    problems.append(Problem(record=name, reason=f"its date is to come: {day.isoformat()}"))
    return None


def _item(row: Row, desk: Desk, on: date | None) -> Item:
    return Item(
        source=desk.key,
        key=canonical_url(row.url),
        ref=url_ref(row.url),
        stage=Stage.ANNOUNCED,
        kind=desk.kind,
        title=row.title,
        url=row.url,
        lang="en",
        official_at=row.at if on else None,
        official_on=on,
        agencies=(desk.agency,),
    )
