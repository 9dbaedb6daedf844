"""Reading list pages: a page of 200 links, and each source's own page at its real size, beside the bare parser."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from tests.bench.figures import Figure, figure, paired
from tests.fakes.plans import plan_of
from tests.fakes.press_pages import Recorded, all_recorded, outcome
from watchers.builders import page as builder
from watchers.registry import all_sources
from watchers.source import Found, Page, Request

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ADDRESS = "https://www.example.org/news"
LINKS = 200
MOST = 2.0  # times the bare parse and selection
MOST_MS = 50
# Bytes of the page as its site serves it, and the milliseconds that reading it may take there.
# Source: facts gathered 2026-11-23.
SIZE = {"bis-press": 3_600_000, "white-house": 600_000}
MOST_MS_AT = {"bis-press": 400}
COMMON_SIZE = 150_000  # a list page of an agency with its menus


def list_page() -> list[Figure]:
    """Return the time to read a page of 200 dated links with configured selectors, beside lexbor's parse and selection."""
    body = _body()
    options = builder.Options(
        url=ADDRESS,
        row="ul.news > li",
        link="a.title",
        title_selector="a.title",
        date_selector="span.date",
        limit=LINKS,
    )
    source = builder.make("news", options)
    page = Page(request=Request(url=ADDRESS), url=ADDRESS, status=200, headers={}, body=body, fetched_at=NOW)
    plan = plan_of(options, now=NOW)

    def ours() -> int:
        return len(source.read(page, plan).items)

    def bare() -> int:
        tree = LexborHTMLParser(body)
        links = tree.css("ul.news > li a.title")
        dates = [node.text() for node in tree.css("ul.news > li span.date")]
        return len(
            [
                (node.text(), node.attributes.get("href"), when)
                for node, when in zip(links, dates, strict=True)
            ]
        )

    if ours() != LINKS or bare() != LINKS:
        raise AssertionError("the two do not read the same page")
    mine, theirs = paired(ours, bare)
    return [
        figure(
            f"list page, {LINKS} links",
            mine * 1000,
            "ms",
            peer="lexbor parse and selection",
            version=version("selectolax"),
            ratio=mine / theirs,
            goal=f"<= {MOST:.2f}",
            met=mine / theirs <= MOST,
        )
    ]


def _body() -> bytes:
    first = date(2026, 11, 20)
    rows = "\n".join(
        f'<li><a class="title" href="/news/2026/{number:04}">Bureau amends the licence rules for items of class '
        f'{number}</a><span class="date">{(first - timedelta(days=number)).isoformat()}</span></li>'
        for number in range(LINKS)
    )
    menu = "".join(f'<li><a href="/menu/{number}">Topic {number}</a></li>' for number in range(40))
    return (
        f"<!doctype html><html><head><title>News</title></head><body><nav><ul>{menu}</ul></nav>"
        f'<main><ul class="news">{rows}</ul></main></body></html>'
    ).encode()


def own_pages() -> list[Figure]:
    """Return the time to read each source's page, grown to its real size, beside its bare parse."""
    return [_own_page(key) for key in all_sources()]


def _own_page(key: str) -> Figure:
    pages = [one for one in all_recorded([key]) if one.item is None]
    # Pages that are refused are fast.
    usual = max(
        (one for one in pages if isinstance(found := outcome(one, one.page.body), Found) and found.items),
        key=lambda one: len(one.page.body),
    )
    body = _grown(usual.page.body, SIZE.get(key, COMMON_SIZE))
    if not isinstance(outcome(usual, body), Found):
        raise AssertionError(f"{key}: its page cannot be read at its real size")
    mine, theirs = paired(lambda: usual.read(body), _bare(usual, body))
    most = MOST_MS_AT.get(key, MOST_MS)
    return figure(
        f"read {key}, {len(body) // 1000} kB",
        mine * 1000,
        "ms",
        peer="its bare parse",
        version=version("selectolax"),
        ratio=mine / theirs,
        goal=f"<= {most} ms",
        met=mine * 1000 <= most,
    )


def _grown(body: bytes, size: int) -> bytes:
    """Return a web page with the menus, or a feed with the older entries, that it has at its site."""
    for end, more in ((b"</body>", _MENU), (b"</channel>", _ENTRY)):
        before, found, after = body.rpartition(end)
        if found:
            count = max(0, size - len(body)) // len(more)
            return (
                before
                + b"".join(more.replace(b"@", b"%d" % number) for number in range(count))
                + found
                + after
            )
    return body


_MENU = (
    b'<nav class="menu"><div class="group"><button type="button"><svg viewBox="0 0 24 24"><path d="M5 9l7 7"/></svg>'
    b'</button><a class="link" href="/topics/@" data-menu="main"><span>A topic of the agency</span></a></div></nav>'
)
_ENTRY = (
    b"<item><title>An older entry, number @</title><link>https://www.whitehouse.gov/presidential-actions/older/</link>"
    b"<guid>https://www.whitehouse.gov/?p=9@</guid><description>"
    + b"Words of its beginning. "
    * 20
    + b"</description>"
    b"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA["
    + b"<p>By the authority vested in me as President.</p>" * 120
    + b"]]></content:encoded></item>"
)


def _bare(usual: Recorded, body: bytes) -> Callable[[], object]:
    if body.lstrip().startswith((b"{", b"[")):
        return lambda: json.loads(body)
    if usual.page.url.endswith((".xml", "/feed/")) or b"<rss" in body[:500]:
        return lambda: etree.fromstring(body)
    return lambda: LexborHTMLParser(body)
