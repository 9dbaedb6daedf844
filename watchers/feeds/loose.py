"""Feeds that are not well-formed, by feedparser's loose reading. Pure; feedparser is never given a name that it could open.

Given text or bytes, feedparser takes them for an address or a file of ours if they could be one; so it gets a stream.
Source: feedparser 6.0.14, read 2026-11-23.
"""

import re
from io import BytesIO
from typing import Any

from watchers.feeds.raw import RawEntry, RawFeed, address_of

MAX_CHARS = 1_000_000
MAX_TAGS = 50_000
MAX_BASES = 50
# It remembers the base of every element that is open, each longer by the one within: a page of 0.9 MB took 170 s and 4 GB.
_BASE = re.compile(r"\bbase\s{0,20}=", re.IGNORECASE)


def read_loosely(text: str, url: str) -> RawFeed | None:
    """Return what can be read of the feed in `text`, which holds no document type and came from `url`.

    The dates are as written; of other vocabularies nothing is read. None where it cannot be read, and for more than
    `MAX_CHARS` characters, `MAX_TAGS` tags or `MAX_BASES` bases: this is fifty times slower than reading by the rules.
    """
    if len(text) > MAX_CHARS or text.count("<") > MAX_TAGS or len(_BASE.findall(text)) > MAX_BASES:
        return None
    import feedparser

    try:
        parsed = feedparser.parse(
            BytesIO(text.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        own: dict[str, Any] = parsed["feed"]
        return RawFeed(
            title=_text(own, "title"),
            home=address_of(url, _text(own, "link") or ""),
            lang=_text(own, "language"),
            entries=[_entry(one, url) for one in parsed["entries"]],
        )
    except Exception:  # it lets through what its parts raise, for instance on addresses and on numbers
        return None


def _entry(entry: dict[str, Any], url: str) -> RawEntry:
    permalink = bool(_plain(entry, "guidislink"))
    identity = _text(entry, "id")
    links = [link for link in _plain(entry, "links") or () if link.get("href")]
    pages = [link["href"] for link in links if link.get("rel") == "alternate"]
    first = _text(entry, "link")
    content = _text((_plain(entry, "content") or [{}])[0], "value")
    summary = _text(entry, "summary")
    return RawEntry(
        base=url,
        id=identity,
        id_is_permalink=permalink,
        # A guid that is no address is handed on as the link all the same.
        links=[link for link in (first, *pages) if link and (link != identity or address_of("", link))],
        title=_text(entry, "title"),
        summary=None if summary == content else summary,
        content=content,
        published=_text(entry, "published"),
        updated=_text(entry, "updated"),
        author=_text(entry, "author"),
        categories=[tag["term"] for tag in _plain(entry, "tags") or () if tag.get("term")],
        enclosures=[link["href"] for link in links if link.get("rel") == "enclosure"],
    )


def _text(entry: dict[str, Any], key: str) -> str | None:
    value = _plain(entry, key)
    return value if isinstance(value, str) and value else None


def _plain(entry: dict[str, Any], key: str) -> Any:
    """Return what is stored under `key` itself: feedparser's own look-up answers with other keys' values, and warns."""
    return dict.get(entry, key)
