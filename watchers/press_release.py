"""A press release's own page: its text, the files and the official numbers in it. Pure.

A release may be about several acts, so an act's number that it names is a ref of it, never its own.
"""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watchers.addresses import canonical_url
from watchers.article_text import attachments, links_of, main_text
from watchers.charset import decode
from watchers.dates import agreeing, find_date, find_instant
from watchers.errors import Moved, Redesigned, WrongCharset
from watchers.item import Item, Link
from watchers.markup import looks_garbled, open_html, plain_title, title_parts
from watchers.press import ZONE, Places, check_options
from watchers.refs import found_refs
from watchers.row_dates import is_date, is_other
from watchers.sanity import check_not_front, not_in_the_future
from watchers.source import Page, Plan
from watchers.visible import one_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_CANDIDATES = 200
_MAX_DATE_CHARS = 60
_LABEL_LEVELS = 3
# How pages are titled that are served with 200 in the place of one that is gone. Titles of releases say more than that.
_GONE = re.compile(
    r"(?:error )?404|(?:(?:error )?404:? )?(?:(?:(?:this|the) )?(?:requested )?page )?"
    r"(?:not found|(?:was|is) not found|(?:could|can) ?not be found|(?:is )?no longer available)[.!]?",
    re.IGNORECASE,
)
_FRAMES = ("article", "main")  # what a release is in where its text is not where it was


def read_article(page: Page, item: Item, plan: Plan[Any], places: Places, *, alike: float = 0.6) -> Item:
    """Return `item` with its text, the numbers that it names, the files that it links, and what its page dates it.

    The page's title is taken where it is like the one known, by at least `alike` of the words of both (0: in any case), so that
    a banner is not taken for one. Raises SourceError: Moved where the page is another one, Redesigned where it has no text
    of a release.
    """
    check_options(places.article_title, places.article_date, *places.article_body)
    check_not_front(page, item)
    tree = open_html(page)
    _check_is_there(tree, page, places)
    body = main_text(decode(page.body, page.headers.get("content-type")), selectors=places.article_body)
    title = _title(tree, places.article_title, item.title, alike)
    day, moment = _printed(tree, places.article_date, plan.now, known=item.official_on)
    if body is None:
        raise Redesigned("no text of a release on its page")
    if looks_garbled(body):
        raise WrongCharset("the text is garbled")
    within = next((one for one in (*places.article_body, *_FRAMES) if tree.css_first(one) is not None), None)
    addresses = (url for url, _ in links_of(tree, page.url, within=within))
    files = attachments(tree, page.url, within=within)
    return replace(
        item,
        title=title,
        body=body,
        official_at=item.official_at or moment,
        official_on=item.official_on or day,
        refs=found_refs("\n".join((title, body, *addresses))),
        links=(
            *(link for link in item.links if link.kind != "attachment"),
            *(Link(kind="attachment", url=url, title=name) for url, name in files),
        ),
    )


def _check_is_there(tree: "LexborHTMLParser", page: Page, places: Places) -> None:
    """Raise Moved where the page says that it is gone, and where it is at another path and has no text where a release has it.

    What text there is, of a list or of a form for instance, would else be told as the release's.
    """
    titles = (node.text() for node in tree.css("title, h1")[:_MAX_CANDIDATES])
    if any(_GONE.fullmatch(part) for title in titles for part in title_parts(title)):
        raise Moved("its page says that it is gone")
    asked, got = (urlsplit(canonical_url(url)).path for url in (page.request.url, page.url))
    if asked != got and not any(tree.css_first(selector) for selector in places.article_body):
        raise Moved("its page leads to one that is no release")


def _title(tree: "LexborHTMLParser", selector: str, known: str, alike: float) -> str:
    """Return the title on the page, the known one where none there is like it."""
    titles = [plain_title(one_line(node)) for node in tree.css(selector)[:_MAX_CANDIDATES]]
    titles = [title for title in titles if title]
    if not titles or known in titles:
        return known
    best = max(titles, key=lambda title: _likeness(title, known))
    return best if _likeness(best, known) >= alike else known


def _likeness(title: str, known: str) -> float:
    """Return how much two titles say the same, 0 to 1. One that was shortened is like the one that it begins."""
    if known.endswith(("…", "...")) and title.startswith(known.rstrip("….").rstrip()):
        return 1.0
    ours, theirs = (set(text.casefold().split()) for text in (title, known))
    return len(ours & theirs) / max(1, len(ours | theirs))


def _printed(
    tree: "LexborHTMLParser", selector: str, now: datetime, *, known: date | None
) -> tuple[date | None, datetime | None]:
    """Return the day that the first element says which is a date and nothing else, and the instant if it says one.

    Where the day is `known`, only an element that says that one is of this release; others stand beside links to others.
    """
    for node in tree.css(selector)[:_MAX_CANDIDATES] if selector else ():
        words = one_line(node)
        if len(words) > _MAX_DATE_CHARS or not is_date(words) or is_other(words, _said_before(node)):
            continue
        day = find_date(words)
        if day is None or not not_in_the_future(day, now, ZONE) or known not in (None, day):
            continue
        return day, agreeing(find_instant(words, ZONE), day, ZONE)
    return None, None


def _said_before(node: "LexborNode") -> str:
    """Return what stands next before an element, on its own level or on one of the two above: the label of a date may."""
    up: LexborNode | None = node
    for _ in range(_LABEL_LEVELS):
        before = up.prev if up is not None else None
        while before is not None and not (before.text() or "").strip():
            before = before.prev
        if before is not None:
            return " ".join((before.text() or "").split())
        up = up.parent if up is not None else None
    return ""
