"""The words of a post, and with them the full addresses that its platform shortens or hides behind words. Pure.

Whoever searches for an address or reads an alert must find it whole, so a shortened one is replaced by what it stands for, and
one behind words stands at the end. It must never change any other word, cut a character, or raise.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from watchers.markup import absolute, parse, visible_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

URL = re.compile(r"https?://\S+")
MAX_ADDRESSES = 50

_NOWHERE = "https://nowhere.invalid/"  # an address that is not whole is none
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_EMPTY_LINES = re.compile("\n{3,}")
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?")


def tidy(text: str) -> str:
    """Return `text` without characters that nobody sees; runs of blanks are one, and of empty lines too."""
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text.replace("\r\n", "\n")))
    return _EMPTY_LINES.sub("\n\n", "\n".join(" ".join(line.split()) for line in text.split("\n"))).strip()


def address(url: str | None, base: str = _NOWHERE) -> str | None:
    """Return `url` as a whole, encoded http or https address, None where it is none. Without a `base` it must be whole."""
    found = absolute(base, url) if url else None
    return None if found and found.startswith(_NOWHERE) else found


def described(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return what there is of descriptions, each on one line."""
    return tuple(line for text in texts if text and (line := " ".join(tidy(text).split())))


def is_address(words: str, url: str) -> bool:
    """Tell whether `words` are `url` itself as a platform shows it: in full, or without its beginning, or cut short.

    What looks like a whole address is taken for it even if it is another: people shall see where a link really leads.
    """
    words = words.strip().lower()
    if not words or len(words.split()) > 1:
        return False
    shown = _SCHEME.sub("", words, count=1).removesuffix("…").removesuffix("...")
    return words.startswith(("http://", "https://")) or ("." in shown and shown in url.lower())


def with_addresses(text: str, urls: Iterable[str]) -> str:
    """Return `text` and, on a line each at its end, those of the first `MAX_ADDRESSES` of `urls` that it does not carry."""
    lacking = [url for url in islice(dict.fromkeys(urls), MAX_ADDRESSES) if url not in text]
    return "\n".join((text, *lacking)) if text else "\n".join(lacking)


def with_facets(text: str, facets: Iterable[tuple[int, int, str]]) -> str:
    """Return `text` with the addresses of its links. A facet is where a link begins and ends, in bytes of UTF-8, and its address.

    One that lies outside the text, cuts a character or overlaps an earlier one is passed over.
    """
    raw = text.encode("utf-8", "replace")
    parts: list[bytes] = []
    hidden: list[str] = []
    done = 0
    for start, end, url in sorted(facets):
        if not done <= start < end <= len(raw) or _is_inside(raw, start) or _is_inside(raw, end):
            continue
        if is_address(raw[start:end].decode(), url):
            parts += (raw[done:start], url.encode("utf-8", "replace"))
        else:
            parts.append(raw[done:end])
            hidden.append(url)
        done = end
    parts.append(raw[done:])
    return with_addresses(tidy(b"".join(parts).decode()), hidden)


def _is_inside(raw: bytes, position: int) -> bool:
    """Tell whether a byte position is in the middle of a character."""
    return position < len(raw) and raw[position] & 0xC0 == 0x80


def text_of_markup(node: "LexborNode | str", base: str) -> str:
    """Return the words of a post that is markup, with the addresses of its links; relative ones are relative to `base`.

    Mentions and hashtags stay words, and none runs into the word behind it. An element is changed by it.
    """
    if isinstance(node, str):
        if "<" not in node and "&" not in node:
            return tidy(node)
        body = parse(node).body
        if body is None:
            return ""
        node = body
    hidden: list[str] = []
    for link in node.css("a[href]"):
        words = link.text()
        url = address(link.attributes.get("href"), base)
        if words.lstrip()[:1] in ("@", "#"):
            _part_from_next(link)
        elif url and is_address(words, url):
            link.replace_with(url)
        elif url and words.strip():
            hidden.append(url)
    return with_addresses(tidy(visible_text(node)), hidden)


def _part_from_next(mention: "LexborNode") -> None:
    """Put a blank behind a mention that the next word follows without one, as Truth Social writes those it passes on."""
    last = mention
    if last.next is None and last.parent is not None and last.parent.tag == "span":
        last = last.parent
    if last.next is not None and last.next.tag == "-text" and (last.next.text_content or "")[:1].isalnum():
        last.insert_after(" ")
