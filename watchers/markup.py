"""Web pages opened: is this the page that was due, and what are its words and addresses? Pure, and the one home of selectolax.

A refusal or a check page dressed as an answer must not be read as a page without news, so it is an error here. What a reader
gets from `open_html` cannot hurt a parser (`watchers.tag_soup`).
"""

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from watchers.charset import decode
from watchers.errors import Blocked, NotSane, TooLarge, Truncated
from watchers.sanity import looks_like_challenge
from watchers.source import Page
from watchers.tag_soup import MAX_TAGS, has_too_many_tags, tamed
from watchers.visible import text_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_STARTS_LIKE_HTML = re.compile(r"<(?:!doctype\s{1,9}html|html|head|body)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-z!?/]", re.IGNORECASE)
_XML = re.compile(r"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_ENDS = re.compile(r"</(?:body|html)\b", re.IGNORECASE)
_HEAD_CHARS, _TAIL_CHARS = 2_000, 20_000
_MAX_SELECTOR_CHARS = 500

# What check pages are titled, as a whole or in one part of it. Source: facts gathered 2026-11-23 (Cloudflare, Akamai, the
# Register's own check).
_CHECK_TITLE = re.compile(
    r"(?:just a moment|attention required|access denied|request access|one moment, please|verify you are human"
    r"|security check|请稍候|安全验证|访问验证)",
    re.IGNORECASE,
)
_TITLE_PARTS = re.compile(r"::|\||\s[-–—]\s")
# Pages of news use the same words, and the scripts of their forms name captchas. A check page says hardly anything else.
_CHECK_CHARS, _SHORT_CHARS, _BARE_CHARS = 3_000, 600, 80
_FEW_LINKS = 10
_SOMETHING = "body :not(script, style, noscript, meta, link, input, br)"

_BREAKING_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|td|tr|table|section|article|blockquote|hr)\b[^<>]*>", re.IGNORECASE
)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|ins|mark|q|s|small|span|strong|sub|sup|time|tt|u|wbr|o:p)\b[^<>]*>"
    r"|<!--[^<>]*>",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(script|style)\b[^<>]*+>[^<]*+(?:</\1\s{0,9}>|\Z)", re.IGNORECASE)
_TITLE_CHARS, _TITLE_READ_CHARS = 500, 10_000
_WORD_CHARS = 60  # how far back the end of a word is looked for

# Bytes of UTF-8, as they look when each was read as a character of Latin-1 or windows-1252, or by twos as GB 18030.
_SINGLE = {ord(bytes([byte]).decode("cp1252", "replace")): byte for byte in range(0x80, 0x100)}
_SINGLE = _SINGLE | {byte: byte for byte in range(0x80, 0x100)}
_LATIN_RUN = re.compile("[" + "".join(map(chr, sorted(_SINGLE.keys() - {0xFFFD}))) + "]{2,}")
_HAN_RUN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]{4,}")
_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8_HAN = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef\xbc[\x80-\xbf]")
_GB2312 = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]){2,}")
_LOST = re.compile("\ufffd|锟斤拷")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_GARBLED_CHARS, _GARBLED_SAMPLE = 3, 20_000

_URL_CHARS = 4096
_SAFE = "%/:=&?~#+!$,;'@()*[]|"  # what stands in an address stays in it
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_EDGES = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u3000\ufeff"
_BREAKS = str.maketrans("", "", "\t\r\n")
_PLAIN_PATH = re.compile(r"/(?!/)[A-Za-z0-9_.~/-]*+(?:\?[A-Za-z0-9_.~=&%+-]*+)?")


def open_html(page: Page, *, whole: bool = True) -> "LexborHTMLParser":
    """Return the parsed page.

    Raises Truncated for an empty body, and, where the page is to be there as a `whole`, for a document without `</body>` or
    `</html>` at its end: HTML 5 lets both be left out, but nothing else tells that a list was not cut between two rows.
    Blocked for a check page and for a login page; NotSane for what is no web page or text in no known encoding; TooLarge
    for more tags than any page of news has.
    """
    if not page.body.strip():
        raise Truncated("an empty body instead of a page", url=page.url)
    try:
        text = decode(page.body, page.headers.get("content-type"))
    except NotSane as error:
        raise NotSane(error.what, url=page.url) from error
    _check_kind(text, page.url)
    tree = parse(text)
    _check_refusal(tree, page)
    if whole and _STARTS_LIKE_HTML.search(text[:_HEAD_CHARS]) and not _ENDS.search(text[-_TAIL_CHARS:]):
        raise Truncated(
            "the page ends in the middle: neither </body> nor </html> is at its end", url=page.url
        )
    return tree


def parse(markup: str) -> "LexborHTMLParser":
    """Return the tree of a page or a part of one. Never raises: what could hurt the parser was taken out."""
    from selectolax.lexbor import LexborHTMLParser  # 20 ms to import, for those who read a page

    return LexborHTMLParser(tamed(markup).encode("utf-8", "replace"))


@lru_cache(maxsize=512)
def check_selector(css: str) -> None:
    """Raise ValueError, with words for whoever configured it, if `css` is no selector that can be used here."""
    if not css.strip():
        raise ValueError("an empty selector")
    if len(css) > _MAX_SELECTOR_CHARS:
        raise ValueError(f"a selector of more than {_MAX_SELECTOR_CHARS} characters")
    from selectolax.lexbor import SelectolaxError

    try:
        parse("").css(css)
    except (SelectolaxError, UnicodeError) as error:
        raise ValueError(f"not a CSS selector: {css!r}") from error


def _check_kind(text: str, url: str) -> None:
    start = text[:_HEAD_CHARS].lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")) or not _ANY_TAG.search(start):
        raise NotSane(f"not a web page: starts with {start[:20]!r}", url=url)
    if _XML.search(start) and not _STARTS_LIKE_HTML.search(start):
        raise NotSane("a feed or another XML file where a web page is due", url=url)
    if has_too_many_tags(text):
        raise TooLarge(f"more than {MAX_TAGS:,} tags on one page", url=url)


def _check_refusal(tree: "LexborHTMLParser", page: Page) -> None:
    body, titled = tree.body, tree.css_first("title")
    words = " ".join((body.text() if body is not None else "").split())
    title = titled.text() if titled is not None else ""
    if len(words) < _CHECK_CHARS and _is_check(title, words, page.body):
        raise Blocked("a check page instead of the page", url=page.url)
    if not words and tree.css_first("script") is not None and tree.css_first(_SOMETHING) is None:
        raise Blocked("a page of script alone, as check pages are", url=page.url)
    if len(words) < _CHECK_CHARS and tree.css_first("input[type=password i]") is not None:
        links = {link.attributes.get("href") for link in tree.css("a[href]") if len(link.text().strip()) > 3}
        if len(links) < _FEW_LINKS:
            raise Blocked("a login page instead of the page", url=page.url)


def _is_check(title: str, words: str, body: bytes) -> bool:
    if any(map(_CHECK_TITLE.match, title_parts(title))):
        return True
    if len(words) < _SHORT_CHARS and looks_like_challenge(words.encode("utf-8", "replace")):
        return True
    return len(words) < _BARE_CHARS and looks_like_challenge(body)


def title_parts(title: str) -> list[str]:
    """Return the parts of a page's title, each on one line: mostly that of the page and that of the site."""
    return [" ".join(part.split()) for part in _TITLE_PARTS.split(title)]


def visible_text(node: "LexborNode | str") -> str:
    """Return the text that a reader sees in an element, or in a piece of markup. Never raises.

    Paragraphs are apart by an empty line, other blocks and `<br>` by a new line; a row of a table is one line, its cells
    joined by ` | `. Runs of blanks, no-break and ideographic ones among them, are one space. Nothing of scripts or of what is
    hidden. Entities are decoded once.
    """
    if not isinstance(node, str):
        return text_of(node)
    body = parse(node).body
    if body is None:
        return ""
    folded = node.lower()
    return text_of(body, may_hide="hidden" in folded or "display" in folded)


def plain_title(text: str) -> str:
    """Return a title as one line of plain text, at most 500 characters, cut at a word with an ellipsis.

    It may carry markup, escaped or not, once or twice over. Only tags that titles have are taken for tags.
    """
    text = text[:_TITLE_READ_CHARS]
    for again in (True, True, False):
        if "<" in text:
            text = _BREAKING_TAG.sub(" ", _INLINE_TAG.sub("", _CODE.sub("", text)))
        if again and "&" in text:
            text = _unescaped(text)
    if not text.isprintable():
        # Control characters and separators are blanks; format characters (direction, zero width) and surrogates are nothing.
        kinds = ((char, unicodedata.category(char)) for char in text)
        text = "".join(
            " " if kind in ("Cc", "Zl", "Zp") else char for char, kind in kinds if kind not in ("Cf", "Cs")
        )
    return _shortened(" ".join(text.split()))


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _shortened(line: str) -> str:
    if len(line) <= _TITLE_CHARS:
        return line
    cut = line[: _TITLE_CHARS - 1]
    if line[_TITLE_CHARS - 1] != " ":
        last = cut.rfind(" ", _TITLE_CHARS - _WORD_CHARS)
        cut = cut[:last] if last > 0 else cut
    return f"{cut.rstrip()}…"


def looks_garbled(text: str) -> bool:
    """Tell whether `text` was decoded with the wrong charset somewhere on its way: most that is not ASCII makes no words.

    Looks at the first 20,000 characters. One broken quotation mark on a page is not enough.
    """
    text = text[:_GARBLED_SAMPLE]
    if text.isascii():
        return False
    bad = sum(len(found) for found in _LOST.findall(text))
    private = len(_PRIVATE.findall(text))
    bad += private if private * 5 >= len(text) else 0  # fewer are icons
    bad += sum(_misread_single(run) for run in _LATIN_RUN.findall(text))
    bad += sum(_misread_double(run) for run in _HAN_RUN.findall(text))
    foreign = sum(not char.isascii() for char in text)
    return bad >= _GARBLED_CHARS and bad * 2 >= foreign and bad * 50 >= len(text)


def _misread_single(run: str) -> int:
    """Return how many characters of a run from the upper half of Latin-1 look like bytes of UTF-8 or of GB 2312."""
    raw = bytes(_SINGLE[ord(char)] for char in run)
    return max(sum(map(len, _UTF8.findall(raw))), sum(map(len, _GB2312.findall(raw))))


def _misread_double(run: str) -> int:
    raw = run.encode("gb18030")
    return len(run) if sum(map(len, _UTF8_HAN.findall(raw))) * 3 >= len(raw) * 2 else 0


def base_of(tree: "LexborHTMLParser", page_url: str) -> str:
    """Return the address that the page's links are relative to: that of `<base href>` if it has one."""
    base = tree.css_first("base[href]")
    return (absolute(page_url, base.attributes.get("href") or "") if base is not None else None) or page_url


def absolute(base_url: str, href: str) -> str | None:
    """Return the whole address of a link, encoded; None where it leads to no other page (`#top`, `javascript:`, `mailto:`).

    Only http and https, never with a user or password, at most 4096 characters. Never raises.
    """
    href = href.strip(_EDGES)
    if not href or href[0] == "#" or len(href) > _URL_CHARS:
        return None
    if _PLAIN_PATH.fullmatch(href) and "/." not in href:
        origin = _origin(base_url)
        return origin + href if origin else None
    href = href.translate(_BREAKS)
    if _SCHEME.match(href) and href[:5].lower() not in ("http:", "https"):
        return None
    try:
        return _joined(base_url, href.replace("\\", "/") if "\\" in href.partition("?")[0] else href)
    except ValueError:  # a host that is none
        return None


@lru_cache(maxsize=64)
def _origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else None


def _joined(base_url: str, href: str) -> str | None:
    joined = urljoin(base_url, href)
    parts = urlsplit(joined)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    if parts.fragment and urldefrag(joined)[0] == urldefrag(base_url)[0]:
        return None
    _ = parts.port  # raises for one that is none
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    return quote(parts._replace(netloc=host).geturl(), safe=_SAFE, errors="replace")
