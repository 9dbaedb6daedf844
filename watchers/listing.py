"""Finds the list of news on a page by itself: the repeated, dated links that are not the page's own furniture. Pure.

It proposes; what it found is a CSS path that can be remembered, so that a later redesign shows when the path finds nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watchers.markup import absolute, base_of, check_selector
from watchers.rows import Row, read_blocks, select_rows, width
from watchers.tag_soup import names

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Detected", "Row", "check_selector", "detect_rows", "select_rows"]

# The page's own furniture. A `<header>` inside an article or a row holds its title.
_FURNITURE = (
    "nav a, footer a, aside a, [role=navigation] a, [role=contentinfo] a, [class*=breadcrumb i] a, [class*=pager i] a,"
    " [class*=pagination i] a, .sidebar a, #sidebar a, header a"
)
_NO_FURNITURE = "article header a, li header a, section header a, main header a"
_MAX_LINKS = 4_000
_MAX_LEVELS = 8  # how far above its link a row may begin
_MIN_ROWS = 3
_MANY_ROWS = 20
_TRIED = 4  # how many groups are read to see their dates
_MIN_TITLE_WIDTH, _GOOD_TITLE_WIDTH = 8, 36
_MIN_CONFIDENCE = 0.25
_MIN_CONFIDENCE_IN_FURNITURE = 0.85
_MIN_DATED_ROWS = 5  # so many with one and the same date are not dated by it
_PATH_LEVELS = 5

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
_NUMBERED = re.compile(r"\d{2,}|[-_]\d+\Z")
_NOTHING: frozenset[int] = frozenset()
_STATES = names("first last odd even active current selected sticky clearfix new hot top on cur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What `detect_rows` found. `how` says it in a sentence; `select_rows` with `path` as its `row` gives the same rows."""

    rows: tuple[Row, ...] = ()
    confidence: float = 0.0
    how: str = "no list of links found"
    path: str | None = None


@dataclass(slots=True)
class _Link:
    node: "LexborNode"
    url: str
    width: int


@dataclass(slots=True)
class _Group:
    """Blocks of the same tag in parents of the same kind, and the links in each."""

    depth: int
    blocks: "dict[int, LexborNode]" = field(default_factory=dict)
    links: dict[int, list[_Link]] = field(default_factory=dict)


def detect_rows(tree: "LexborHTMLParser", base_url: str) -> Detected:
    """Return the list of news on the page; without rows and with confidence 0 where there is none.

    `confidence` (0 to 1) is higher the more rows there are, the more of them are dated, in order and on the page's own host,
    and the more their titles read like titles.
    """
    base = base_of(tree, base_url)
    furniture = {node.mem_id for node in tree.css(_FURNITURE)} - {
        node.mem_id for node in tree.css(_NO_FURNITURE)
    }
    for without, least in ((furniture, _MIN_CONFIDENCE), (_NOTHING, _MIN_CONFIDENCE_IN_FURNITURE)):
        best, confidence = _best_group(tree, base, _links(tree, base, without))
        if best is not None and confidence >= least:
            path = _path(tree, list(best.blocks.values()))
            rows = select_rows(tree, base_url, row=path)
            dated = sum(row.on is not None for row in rows)
            how = f"{path}: {len(rows)} links, {dated} with a date"
            return Detected(rows=rows, confidence=round(confidence, 2), how=how, path=path)
    return Detected()


def _best_group(tree: "LexborHTMLParser", base: str, links: list[_Link]) -> tuple[_Group | None, float]:
    host = urlsplit(base).hostname or ""
    best, confidence = None, 0.0
    for group in _promising(_groups(links), host):
        rows = read_blocks(tree, base, list(group.blocks.values()))
        score = _score(rows, host) * len(rows) / len(group.blocks)  # what comes twice is no row of its own
        if score > confidence:
            best, confidence = group, score
    return best, confidence


def _links(tree: "LexborHTMLParser", base: str, without: AbstractSet[int]) -> list[_Link]:
    return [
        _Link(node, url, width(" ".join(node.text().split())))
        for node in tree.css("body a[href]")[:_MAX_LINKS]
        if node.mem_id not in without and (url := absolute(base, node.attributes.get("href") or ""))
    ]


def _groups(links: list[_Link]) -> list[_Group]:
    """Return all that could be the rows of a list: every block around a link, with the others of its kind."""
    kinds = _Kinds()
    groups: dict[tuple[int, str], _Group] = {}
    for link in links:
        node: LexborNode | None = link.node
        for _ in range(_MAX_LEVELS):
            parent = node.parent if node is not None else None
            if node is None or parent is None or node.tag == "body":
                break
            kind, depth = kinds.of(parent)
            group = groups.setdefault((kind, node.tag or ""), _Group(depth))
            group.blocks[node.mem_id] = node
            group.links.setdefault(node.mem_id, []).append(link)
            node = parent
    return [group for group in groups.values() if len(group.blocks) >= _MIN_ROWS]


class _Kinds:
    """Numbers the kinds of elements: two are of one kind if they, and all around them, have the same tag, id and classes."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}
        self._numbers: dict[tuple[int, str], int] = {}

    def of(self, node: "LexborNode") -> tuple[int, int]:
        """Return the number of an element's kind, and how deep it stands."""
        chain: list[LexborNode] = []
        up: LexborNode | None = node
        while up is not None and up.mem_id not in self._known:
            chain.append(up)
            up = up.parent
        kind, depth = self._known[up.mem_id] if up is not None else (0, 0)
        for one in reversed(chain):
            kind = self._numbers.setdefault((kind, _simple_selector(one)), len(self._numbers) + 1)
            depth += 1
            self._known[one.mem_id] = kind, depth
        return kind, depth


def _promising(groups: list[_Group], host: str) -> list[_Group]:
    """Return the few groups that look most like lists, outermost first.

    Of nested blocks around the same links only the outermost is looked at: it holds all that belongs to a row.
    """
    ranked: dict[tuple[str, ...], tuple[float, _Group]] = {}
    for group in sorted(groups, key=lambda group: group.depth):
        rows_with = Counter(url for links in group.links.values() for url in {link.url for link in links})
        mains = [
            max(links, key=lambda link: (rows_with[link.url] == 1, link.width))
            for links in group.links.values()
        ]
        addresses = tuple(sorted({link.url for link in mains}))
        if len(addresses) < _MIN_ROWS or addresses in ranked:
            continue
        crowd = sum(
            len({link.url for link in links if rows_with[link.url] == 1 and link.width >= _MIN_TITLE_WIDTH})
            for links in group.links.values()
        )
        titles = sum(map(_like_a_title, (link.width for link in mains))) / len(mains)
        at_home = sum(urlsplit(url).hostname == host for url in addresses) / len(addresses)
        promise = (titles + _many(len(addresses)) + at_home / 4) * len(addresses) / len(mains)
        ranked[addresses] = promise / max(1.0, crowd / len(mains)), group
    best = sorted(ranked.values(), key=lambda one: one[0], reverse=True)[:_TRIED]
    return sorted((group for _, group in best), key=lambda group: group.depth)


def _many(rows: int) -> float:
    return math.sqrt(min(1.0, rows / _MANY_ROWS))


def _like_a_title(title_width: int) -> float:
    return min(1.0, max(0.0, (title_width - _MIN_TITLE_WIDTH) / (_GOOD_TITLE_WIDTH - _MIN_TITLE_WIDTH)))


def _score(rows: tuple[Row, ...], host: str) -> float:
    """Return how much these rows look like a list of news, 0 to 1."""
    if len(rows) < _MIN_ROWS:
        return 0.0
    days = [row.on for row in rows if row.on is not None]
    dated = len(days) / len(rows)
    if len(days) >= _MIN_DATED_ROWS and len(set(days)) == 1:
        dated /= 2
    titles = sum(_like_a_title(width(row.title)) for row in rows) / len(rows)
    at_home = sum(urlsplit(row.url).hostname == host for row in rows) / len(rows)
    looks = 0.55 * dated + 0.15 * dated * _in_order(days) + 0.25 * titles + 0.05 * at_home
    return looks * (0.6 + 0.4 * _many(len(rows)))


def _in_order(days: "list[date]") -> float:
    """Return the share of neighbours that are in the order of the others, newest first or oldest first."""
    pairs = list(pairwise(days))
    if not pairs:
        return 0.0
    return max(sum(a >= b for a, b in pairs), sum(a <= b for a, b in pairs)) / len(pairs)


def _path(tree: "LexborHTMLParser", blocks: "list[LexborNode]") -> str:
    """Return a CSS path that names `blocks` and, if that can be had, no other block with a link in it."""
    own = {block.mem_id for block in blocks}
    first = blocks[0]
    common = frozenset.intersection(*(frozenset(_classes(block)) for block in blocks))
    path = "".join((_tag(first), *(f".{name}" for name in _classes(first) if name in common)))
    parent = first.parent
    for _ in range(_PATH_LEVELS):
        if parent is None or parent.tag in ("html", "-document"):
            break
        path = f"{_simple_selector(parent)} > {path}"
        if all(node.mem_id in own or node.css_first("a[href]") is None for node in tree.css(path)):
            break
        parent = parent.parent
    return path


def _simple_selector(node: "LexborNode") -> str:
    """Return tag, id and classes of an element, without what numbers it or says in which state it is."""
    name = node.attributes.get("id") or ""
    has_id = _PLAIN_NAME.fullmatch(name) and not _NUMBERED.search(name)
    return "".join((_tag(node), f"#{name}" if has_id else "", *(f".{one}" for one in _classes(node))))


def _tag(node: "LexborNode") -> str:
    """Return the name of an element as a selector has it; any element, where a page made up a name that none can have."""
    name = node.tag or ""
    return name if _PLAIN_NAME.fullmatch(name) else "*"


def _classes(node: "LexborNode") -> list[str]:
    all_of_them = (node.attributes.get("class") or "").split()[:20]
    stable = (name for name in all_of_them if _PLAIN_NAME.fullmatch(name) and not _NUMBERED.search(name))
    return [name for name in dict.fromkeys(stable) if name not in _STATES][:4]
