"""The text of one article, without the page around it, and the files that it links. Pure; it writes nothing of its own.

trafilatura chooses where no selector is given. It gets only what cannot keep it busy for long.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from watchers.markup import absolute, base_of, check_selector, parse
from watchers.tag_soup import names, tamed, up_to_tag
from watchers.visible import one_line, text_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_TEXT_CHARS = 60_000
_MIN_TEXT_CHARS = 40
_MAX_PAGE_CHARS, _MAX_TAGS = 4_000_000, 60_000  # more than the text that is kept can need
# trafilatura takes half a second for a megabyte of plain paragraphs (2.3.1, measured 2026-11-23); articles are shorter.
_MAX_EXTRACTED_CHARS, _MAX_EXTRACTED_TAGS = 800_000, 20_000
_CONTAINERS = names("div td article section main body center dd")
_FURNITURE = names("a nav footer aside button form label")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|wps)\Z", re.IGNORECASE)


def main_text(page_html: str, *, selectors: tuple[str, ...] = ()) -> str | None:
    """Return the text of the article on a page, at most 60,000 characters and then cut where a paragraph ends.

    The first of `selectors` (CSS) under which there are at least 40 characters wins; otherwise what trafilatura takes for the
    article, otherwise the part of the page with the most text that is not links. None where there is nothing of the kind.

    Raises ValueError for a bad selector, whatever the page, and nothing else.
    """
    for selector in selectors:
        check_selector(selector)
    page_html = up_to_tag(page_html[:_MAX_PAGE_CHARS], _MAX_TAGS)
    tree = parse(page_html)
    texts = (_selected(tree, selector) for selector in selectors)
    text = next((text for text in texts if len(text) >= _MIN_TEXT_CHARS), None)
    if text is None and (densest := _densest(tree)):
        text = _extracted(page_html) or densest  # of a page of links alone an extractor would return the menu
    return _cut(text) if text else None


def links_of(
    tree: "LexborHTMLParser", base_url: str, *, within: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the links of the page, or of what the CSS selector `within` names: each address once, with its text, in order.

    Raises ValueError for a bad selector.
    """
    found: dict[str, str] = {}
    for url, link in _links(tree, base_url, within):
        found[url] = found.get(url) or one_line(link)
    return tuple(found.items())


def attachments(
    tree: "LexborHTMLParser", base_url: str, *, within: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the files that the page links (PDF, Word, Excel, WPS, ZIP, and what is marked as a download), like `links_of`.

    A link without text is called by the name of its file. Raises ValueError for a bad selector.
    """
    found: dict[str, str] = {}
    for url, link in _links(tree, base_url, within):
        path = urlsplit(url).path
        if _FILE.search(path) or "download" in link.attributes:
            found[url] = found.get(url) or one_line(link)
    return tuple((url, text or unquote(urlsplit(url).path.rpartition("/")[2])) for url, text in found.items())


def _links(tree: "LexborHTMLParser", base_url: str, within: str | None) -> "Iterator[tuple[str, LexborNode]]":
    base = base_of(tree, base_url)
    for part in _outermost(tree, within or "body"):
        for link in part.css("a[href]"):
            url = absolute(base, link.attributes.get("href") or "")
            if url is not None:
                yield url, link


def _outermost(tree: "LexborHTMLParser", selector: str) -> "list[LexborNode]":
    """Return the elements that a selector names, without those inside another one of them."""
    check_selector(selector)
    named = tree.css(selector)
    inside = {node.mem_id for node in named}
    return [node for node in named if not _is_inside(node, inside)]


def _is_inside(node: "LexborNode", others: set[int]) -> bool:
    up = node.parent
    while up is not None:
        if up.mem_id in others:
            return True
        up = up.parent
    return False


def _selected(tree: "LexborHTMLParser", selector: str) -> str:
    return "\n\n".join(filter(None, (text_of(node) for node in _outermost(tree, selector))))


def _extracted(page_html: str) -> str | None:
    markup = tamed(page_html).replace("\0", "")
    if len(markup) > _MAX_EXTRACTED_CHARS or markup.count("<") > _MAX_EXTRACTED_TAGS:
        return None
    import trafilatura  # 180 ms to import, for the few items whose article is read

    try:
        text = trafilatura.extract(
            markup, include_comments=False, include_tables=True, favor_recall=True, fast=True
        )
    except Exception:  # whatever trips it, the page itself can still be read
        return None
    text = "\n".join(line.strip() for line in (text or "").splitlines()).strip()
    return text if len(text) >= _MIN_TEXT_CHARS else None


def _densest(tree: "LexborHTMLParser") -> str | None:
    """Return the text of the block that holds the most text outside links, half of it counting for the block around it."""
    body = tree.body
    weights: dict[int, float] = {}
    blocks: dict[int, LexborNode] = {}
    around: dict[int, int | None] = {}
    for node in body.traverse(include_text=True, skip_empty=True) if body is not None else ():
        weight = len((node.text_content or "").strip()) if node.is_text_node else 0
        inner = _container(node.parent, blocks, around) if weight else None
        if inner is None:
            continue
        weights[inner] = weights.get(inner, 0.0) + weight
        outer = _container(blocks[inner].parent, blocks, around)
        if outer is not None:
            weights[outer] = weights.get(outer, 0.0) + weight / 2
    if sum(weights.values()) < _MIN_TEXT_CHARS:
        return None
    text = text_of(blocks[max(weights, key=weights.__getitem__)])
    return text if len(text) >= _MIN_TEXT_CHARS else None


def _container(
    node: "LexborNode | None", blocks: "dict[int, LexborNode]", around: dict[int, int | None]
) -> int | None:
    """Return the `mem_id` of the block that `node` is in, itself included; None inside links and furniture."""
    passed: list[int] = []
    found: int | None = None
    while node is not None and (tag := node.tag) not in _FURNITURE:
        if node.mem_id in around:
            found = around[node.mem_id]
            break
        passed.append(node.mem_id)
        if tag in _CONTAINERS:
            found = node.mem_id
            blocks[found] = node
            break
        node = node.parent
    around.update(dict.fromkeys(passed, found))
    return found


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT_CHARS:
        return text
    for border in ("\n\n", "\n", " "):
        end = text.rfind(border, MAX_TEXT_CHARS // 2, MAX_TEXT_CHARS)
        if end > 0:
            return text[:end].rstrip()
    return text[:MAX_TEXT_CHARS]
