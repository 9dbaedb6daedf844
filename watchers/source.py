"""What a source is: pure functions that say what to ask and what an answer holds. A source does no I/O and reads no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from watchers.calendar import Rhythm
from watchers.item import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a host gave us to ask "changed since?" with. Kept verbatim, weak prefix included."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET to make. `url` is complete and already encoded.

    `fresh` adds a throw-away query to pass shared caches; `conditional` sends the stored validators of this URL.
    `accept` is the media type that is due: anything else than it is treated as a refusal by the reader.
    """

    url: str
    accept: str = "application/json"
    fresh: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came back: final address, status, headers (lower-case names), decompressed bytes, when (aware, UTC).

    `status` is 200 or, for a conditional request, 304 with an empty body. Everything else was raised as a SourceError.
    """

    request: Request
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime

    @property
    def validators(self) -> Validators:
        """Return what this answer gives for the next conditional request."""
        return Validators(etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One record of a page that could not be read: which one, and why. The records around it were read."""

    record: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source read out of one page. `total` is the issuer's own count for the whole listing, None if it gives none."""

    items: tuple[Item, ...] = ()
    follow: tuple[Request, ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int | None = None


OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[OptionsT]):
    """What a poll knows before it asks: the time (aware), the last complete read of this source (None: never), its options."""

    now: datetime
    complete_at: datetime | None
    options: OptionsT


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[OptionsT]):
    """One watched source: `requests(plan)` says what to ask first, `read(page, options)` what one answer holds.

    `read` raises SourceError when the page as a whole is not what is due; a single bad record is a Problem in Found.

    `options` is a frozen dataclass type with a default for every field: the source's configuration keys.
    `fresh_for` is how old an item may be, measured back from the last complete read, and still alert.
    `max_bytes` caps a decompressed page. `reader_version` changes when the reader does, so that validators are dropped.
    """

    key: str
    title: str
    issuer: str
    home: str
    rhythm: Rhythm
    options: type[OptionsT]
    requests: Callable[[Plan[OptionsT]], tuple[Request, ...]]
    read: Callable[[Page, OptionsT], Found]
    fresh_for: timedelta = timedelta(days=7)
    max_bytes: int = 5_000_000
    reader_version: int = 1


AnySource = Source[Any]
