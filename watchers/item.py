"""The values that leave this package. Frozen, flowing one way; they hold what the issuer published, never what we think of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Stage(StrEnum):
    """Where a policy act stands. One vocabulary in code, messages, pages and JSON."""

    UNCONFIRMED = "unconfirmed"
    ANNOUNCED = "announced"
    FILED = "filed"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    EFFECTIVE = "effective"
    COMMENTS_CLOSE = "comments_close"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class DateKind(StrEnum):
    """What a legal date means. Legal dates are calendar dates in the issuer's zone, never instants."""

    PUBLICATION = "publication"
    EFFECTIVE = "effective"
    COMMENTS_CLOSE = "comments_close"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDate:
    """A calendar date with legal meaning and the words (or the issuer's field) that it was read from."""

    kind: DateKind
    on: date
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An issuing agency. `slug` is None where the issuer maps the printed name to no agency."""

    name: str
    slug: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """An official number that the item carries, e.g. kind `rin`, value `0694-AJ35`.

    Kinds: fr (a document number of the Federal Register), citation, docket,
    rin, cfr (`15/744`), eo, proclamation, presidential, notice (a Chinese 文号 as printed), csms.
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another address of the item. Kinds: pdf, text, html_body, filed_pdf, comment, json; attachment (a file that belongs to
    it, with its `title`); and, of a post, embed, quoted, replied_to.
    """

    kind: str
    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A file that belongs to an item and what it says. `cut`: it says more than was read."""

    url: str
    title: str
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published thing, as its issuer published it. Identity is `(source, key)`.

    `ref` is the surest name of the act it tells of: its official number (`fr:2024-01580`, `mofcom:announcement:2025:61`), else
    the issuer's own id, else its address (`url:…`). A filing and its publication share it, and so do two portals' copies.
    `aliases` are other names of the same act, surest first: the address of a copy whose number was not known at first.
    `corrects` names the acts (same form as `ref`) that this item corrects. `author` is who posted it, where that is a person
    or an account.
    `official_at` is the issuer's instant (aware) or None; `official_on` its calendar date or None. Never invent either.
    Every text is plain text without markup, None where the issuer gives none.
    """

    source: str
    key: str
    ref: str
    stage: Stage
    kind: str
    title: str
    url: str
    lang: str
    official_at: datetime | None = None
    official_on: date | None = None
    abstract: str | None = None
    action: str | None = None
    dates_text: str | None = None
    note: str | None = None
    body: str | None = None
    author: str | None = None
    aliases: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    agencies: tuple[Agency, ...] = ()
    dates: tuple[LegalDate, ...] = ()
    refs: tuple[Ref, ...] = ()
    corrects: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    significant: bool | None = field(default=None)
