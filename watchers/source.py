"""What a source is: pure functions that say what to ask and what an answer holds. A source does no I/O and reads no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Generic, Literal, TypeVar

from watchers.calendar import Adaptive, Rhythm
from watchers.item import Item
from watchers.secret import Secret

HTML = "text/html"
FEED = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9"

Language = Literal["en", "zh"]


Css = Annotated[str, "CSS"]
"""An option that is a CSS selector, refused where it is configured if it is none; empty where the source may do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a host gave us to ask "changed since?" with. Kept verbatim, weak prefix included.

    `body_print` tells whether the body is the one of last time, for hosts that give nothing, or a new ETag for the old page.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_print: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET to make. `url` is complete and already encoded.

    `fresh` adds a throw-away query to pass shared caches; `conditional` sends the stored validators of this URL.
    `accept` is the media type that is due: anything else than it is treated as a refusal by the reader.
    `role` says to the source's own reader which kind of answer this is. `headers` go with it; a Secret among them never
    leaves for another host. `otherwise` is asked in its place, in order, where it cannot be had or read.
    """

    url: str
    accept: str = "application/json"
    fresh: bool = False
    conditional: bool = False
    role: str = "list"
    headers: tuple[tuple[str, str | Secret], ...] = ()
    otherwise: tuple["Request", ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One record of a page that could not be read: which one, and why. The records around it were read."""

    record: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source read out of one page. `total` is the issuer's own count for the whole listing, None if it gives none.

    `memory` is what the source wants to know at its next poll; a key that it does not name stays as it was. `lacks` says what
    is missing, where what was found stands and yet cannot be all: the poll then ends as one that failed.
    """

    items: tuple[Item, ...] = ()
    follow: tuple[Request, ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int | None = None
    lacks: str | None = None
    memory: Mapping[str, str] = field(default_factory=dict)


OptionsT = TypeVar("OptionsT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[OptionsT]):
    """What a poll knows before it asks: the time (aware), the last complete read of this source (None: never), its options.

    `memory` is what earlier pages of this source gave to be remembered, a few short texts by name.
    """

    now: datetime
    complete_at: datetime | None
    options: OptionsT
    memory: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Generic[OptionsT]):
    """How a source's items are read in full, where its listing holds little more than titles.

    `request(item, options)` says where (None: this one has no page of its own); `read(page, item, plan)` returns the item
    with its text, numbers and dates, and raises SourceError where the page is not that item's. `annexes`: the PDF and DOCX
    files it links hold lists that must be searched too.
    """

    request: Callable[[Item, OptionsT], Request | None]
    read: Callable[[Page, Item, Plan[OptionsT]], Item]
    max_bytes: int = 5_000_000
    annexes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an operator should know of a source, for docs/sources.md: which path is asked, what identifies an item there,
    what it cannot do, and the day on which this was last checked.
    """

    path: str
    identity: str
    limits: str
    seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[OptionsT]):
    """One watched source: `requests(plan)` says what to ask first, `read(page, plan)` what one answer holds.

    `read` raises SourceError when the page as a whole is not what is due; a single bad record is a Problem in Found.

    `options` is a frozen dataclass type with a default for every field: the source's configuration keys.
    `fresh_for` is how old an item may be, measured back from the last complete read, and still alert.
    `quiet_for` is how long, in its working days, it may bring nothing new before that is suspicious (None: learned).
    `covers` are the keys of sources that carry (some of) the same acts. `expects_refusal`: being refused is its known state,
    except where the option `opened_by` is set. `counted_in`: reading it costs money, and this is the part of its memory in
    which that is counted.
    `max_bytes` caps a decompressed page. `reader_version` changes when the reader does, so that validators are dropped.
    """

    key: str
    title: str
    issuer: str
    home: str
    rhythm: Rhythm | Adaptive
    options: type[OptionsT]
    requests: Callable[[Plan[OptionsT]], tuple[Request, ...]]
    read: Callable[[Page, Plan[OptionsT]], Found]
    facts: Facts
    article: Article[OptionsT] | None = None
    lang: Language = "en"
    fresh_for: timedelta = timedelta(days=7)
    quiet_for: timedelta | None = None
    covers: tuple[str, ...] = ()
    expects_refusal: bool = False
    opened_by: str | None = None
    counted_in: str | None = None
    max_bytes: int = 5_000_000
    reader_version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder(Generic[OptionsT]):
    """Makes a source out of a table of the configuration alone: `[sources.NAME] builder = "KEY"`.

    `options` is a frozen dataclass type; a field without a default must be given. `make(key, options)` returns the source,
    whose items carry that key; it raises ValueError, with words for the operator, for options that cannot be meant.
    `title` and `facts` describe the builder itself.
    """

    key: str
    title: str
    options: type[OptionsT]
    make: Callable[[str, OptionsT], Source[OptionsT]]
    facts: Facts


AnySource = Source[Any]
AnyBuilder = Builder[Any]
