"""What the readers of feeds hand on: a feed as it is written, with its markup, its relative links and its own dates. Pure."""

import re
from dataclasses import dataclass, field

from watchers.markup import absolute
from watchers.source import Problem

MAX_ENTRIES = 2_000
# More tags, or commas in JSON, than two thousand entries with all their trimmings have. Every one costs memory once read.
MAX_PARTS = 400_000

# What needs no look at its parts: nearly every address in nearly every feed.
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]{1,253}(?:/[A-Za-z0-9._~/%:=&?+,;'()*!$#-]{0,2000})?")


def address_of(base: str, link: str) -> str | None:
    """Return the whole address that `link`, relative to `base`, leads to; None for anything but http and https."""
    link = link.strip()
    return link if _PLAIN_ADDRESS.fullmatch(link) else absolute(base, link)


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry. `base` is what its relative links are relative to; `literal` says that `content` is no markup."""

    base: str
    id: str | None = None
    id_is_permalink: bool = False
    links: list[str] = field(default_factory=list)
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    literal: bool = False
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    categories: list[str] = field(default_factory=list)
    enclosures: list[str] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether there is anything to know this entry by."""
        return bool(self.id or self.title or any(self.links))


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """One feed. `home` is the address of the site or None."""

    title: str | None = None
    home: str | None = None
    lang: str | None = None
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def too_many_entries() -> Problem:
    """Return the Problem of a feed that was read up to the cap only."""
    return Problem(record="feed", reason=f"more than {MAX_ENTRIES:,} entries: the rest was not read")
