"""Feeds: RSS, RDF, Atom and JSON Feed to plain values. Pure: bytes in, values out.

It never asks for an address that a page names, never expands an entity, and never fills in what an issuer did not write.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from watchers.addresses import canonical_url
from watchers.charset import decode
from watchers.errors import Truncated
from watchers.feeds.dates import read_date
from watchers.feeds.json import read_json_feed
from watchers.feeds.raw import MAX_ENTRIES, RawEntry, RawFeed, address_of
from watchers.feeds.xml import read_xml
from watchers.markup import plain_title, visible_text
from watchers.source import Page, Problem

MAX_TEXT_CHARS = 100_000
_MAX_MARKUP_CHARS = 4 * MAX_TEXT_CHARS  # markup that is longer than its text
_MAX_CATEGORIES = 50
_MAX_ENCLOSURES = 20
_MAX_PROBLEMS = 50
_BLANKS = " \t\r\n\f\v\ufeff\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed, as its issuer wrote it. Every text is plain text.

    `id` is the issuer's own (guid, Atom id, rdf:about), None where there is none; `id_is_permalink` says that it is an
    address meant to be opened. `url` is absolute, http or https. `title` is one line, empty where there is none. `content`
    is what the feed carries as the full text, None where it has none.
    `published` and `updated` are instants in UTC; `published_on` is the day where the feed gives no more than a day, or a
    time without a zone that can be trusted. `extensions` are short texts of other vocabularies by their names in the feed,
    e.g. `("truth:originalId", "115…")`, in the order of the page, at most 20.
    """

    id: str | None
    id_is_permalink: bool
    url: str | None
    title: str
    summary: str | None
    content: str | None
    published: datetime | None
    published_on: date | None
    updated: datetime | None
    author: str | None
    categories: tuple[str, ...]
    enclosures: tuple[str, ...]
    extensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: its title (one line), the address of its site, its entries in the order of the page, what was wrong with it."""

    title: str
    home: str | None
    entries: tuple[Entry, ...]
    lang: str | None
    problems: tuple[Problem, ...]


def read_feed(page: Page) -> Feed:
    """Return the feed that `page` holds: at most 2,000 entries, each text at most 100,000 characters.

    An entry without id, address and title is left out. That, a date that cannot be read, one id for several addresses,
    entries over the cap, and a feed that could only be read loosely are Problems.

    Raises Truncated for an empty body or a feed that ends early, Blocked for a check page, NotSane for a web page, for what
    is no feed or is text in no known encoding, for a document type that declares something, and for what passes a limit.
    """
    text = decode(_marked(page.body), page.headers.get("content-type")).lstrip(_BLANKS)
    if not text:
        raise Truncated("an empty body instead of a feed")
    if text.startswith(("{", "[")):
        return _finished(read_json_feed(text, page.url))
    return _finished(read_xml(text, page.body, page.url))


def entry_key(entry: Entry) -> str:
    """Return what tells this entry from the others of its source: its id, else its address, else a print of title and date.

    Source: facts gathered 2026-11-23 (the order).
    """
    if entry.id:
        return entry.id
    if entry.url:
        return canonical_url(entry.url)
    when = entry.published or entry.published_on
    seed = f"{entry.title}\n{when.isoformat() if when else ''}"
    return "title:" + hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()


def _marked(body: bytes) -> bytes:
    """Return `body` with the mark that UTF-16 without one lacks: read byte by byte it would pass for UTF-8 full of zeros."""
    if body.startswith(b"<\x00"):
        return b"\xff\xfe" + body
    return b"\xfe\xff" + body if body.startswith(b"\x00<") else body


# -- from what is written to what is meant


def _finished(raw: RawFeed) -> Feed:
    problems = list(raw.problems)
    found = raw.entries[:MAX_ENTRIES]  # a loose reading may see more than there are
    kept = tuple(filter(None, (_entry(one, problems) for one in found)))
    if len(kept) < len(found):
        left_out = f"{len(found) - len(kept):,} entries without id, address and title were left out"
        problems.append(Problem(record="feed", reason=left_out))
    problems += _shared_ids(kept)
    if len(problems) > _MAX_PROBLEMS:
        left = len(problems) - _MAX_PROBLEMS
        problems[_MAX_PROBLEMS:] = [Problem(record="feed", reason=f"{left:,} more problems like these")]
    return Feed(
        title=_line(raw.title),
        home=raw.home,
        entries=kept,
        lang=_words(raw.lang),
        problems=tuple(problems),
    )


def _entry(raw: RawEntry, problems: list[Problem]) -> Entry | None:
    """Return the entry, None where there is nothing to know it by; dates that cannot be read go into `problems`."""
    identity = (raw.id or "").strip()[:MAX_TEXT_CHARS] or None
    url = _first_address(raw)
    title = _line(raw.title)
    name = identity or url or title
    if not name:
        return None
    published = _date(raw.published, "published", name, problems)
    updated = _date(raw.updated, "updated", name, problems)
    content = _literal(raw.content) if raw.literal else _text(raw.content)
    return Entry(
        id=identity,
        id_is_permalink=raw.id_is_permalink and identity is not None and address_of("", identity) is not None,
        url=url,
        title=title,
        summary=_text(raw.summary),
        content=content,
        published=published if isinstance(published, datetime) else None,
        published_on=None if published is None or isinstance(published, datetime) else published,
        updated=updated if isinstance(updated, datetime) else None,
        author=_words(raw.author),
        categories=_several([_words(one) for one in raw.categories], _MAX_CATEGORIES),
        enclosures=_several([address_of(raw.base, link) for link in raw.enclosures], _MAX_ENCLOSURES),
        extensions=tuple(raw.extensions),
    )


def _date(text: str | None, field: str, name: str, problems: list[Problem]) -> datetime | date | None:
    if not text or text.isspace():
        return None
    when = read_date(text)
    if when is None:
        reason = f"{field} is no date that can be read: {' '.join(text[:40].split())!r}"
        problems.append(Problem(record=name[:200], reason=reason))
    return when


def _shared_ids(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Name each id that stands for more than one address: all but one of those entries would be taken for known."""
    addresses: dict[str, str] = {}
    shared: set[str] = set()
    for entry in entries:
        if not entry.id or not entry.url or entry.id in shared:
            continue
        first = addresses.setdefault(entry.id, entry.url)
        if first != entry.url and canonical_url(first) != canonical_url(entry.url):
            shared.add(entry.id)
            yield Problem(
                record=entry.id[:200], reason="several entries with different addresses have this id"
            )


def _first_address(raw: RawEntry) -> str | None:
    for link in raw.links:
        if address := address_of(raw.base, link):
            return address
    return None


def _several(texts: Sequence[str | None], most: int) -> tuple[str, ...]:
    """Return the texts that are there, each once, at most so many."""
    found = [text for text in texts if text]
    return tuple(found if len(found) < 2 else list(dict.fromkeys(found))[:most])


# -- texts


def _line(markup: str | None) -> str:
    """Return a title, at most 500 characters, as one line."""
    if not markup:
        return ""
    if len(markup) < 500 and "<" not in markup and "&" not in markup and markup.isprintable():
        return " ".join(markup.split())
    return plain_title(markup)


def _words(markup: str | None) -> str | None:
    return _line(markup) or None


def _text(markup: str | None) -> str | None:
    if not markup:
        return None
    text = markup[:_MAX_MARKUP_CHARS]
    if "<" in text or "&" in text:
        text = visible_text(text)
    elif "\n" in text or "  " in text or "\t" in text or "\xa0" in text or "\u3000" in text:
        text = " ".join(text.split())
    return text[:MAX_TEXT_CHARS].strip() or None


def _literal(text: str | None) -> str | None:
    return text.strip()[:MAX_TEXT_CHARS] or None if text else None
