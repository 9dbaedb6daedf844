"""The shapes that the Federal Register's two desks share: the envelope, agencies, times and dates.

Every field may be null or absent in real answers, so everything but the document number is optional here.
Source: facts gathered 2026-11-23 (API v1; its own source read at 2025-01-28, live probes of 2026-09 and 2026-10).
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode, urljoin

import msgspec

from watchers.dates import is_meant
from watchers.errors import NotSane
from watchers.item import Agency, Item
from watchers.sanity import json_body
from watchers.source import Page, Problem

BASE_URL = "https://www.federalregister.gov/api/v1/"
DOCUMENT_URL = "https://www.federalregister.gov/d/{number}"
"""The short address survives publication. Source: routes of the Register's own site, seen 2026-11-23."""

ZONE = "America/New_York"


class AgencyRecord(msgspec.Struct):
    """An agency as printed. A name that maps to no agency has `raw_name` alone."""

    raw_name: str | None = None
    name: str | None = None
    slug: str | None = None


class Envelope(msgspec.Struct):
    """A listing's answer. A search without hits has no `results` at all; `count` stops at 10,000."""

    count: int | None = None
    results: list[msgspec.Raw] | None = None
    next_page_url: str | None = None


COUNT_CEILING = 10_000

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Record = TypeVar("Record", bound=msgspec.Struct)


def open_envelope(page: Page) -> Envelope:
    """Return the listing in `page`. Raises Blocked, Truncated or NotSane."""
    body = json_body(page)
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except _UNREADABLE as error:
        raise NotSane(f"not the listing that is due: {error}", url=page.url) from error
    if envelope.count is None:
        raise NotSane("not the listing that is due: no count", url=page.url)
    return envelope


def read_records(
    envelope: Envelope, shape: type[Record], to_item: Callable[[Record, list[Problem]], Item]
) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """Return the items of a listing, each once, and the records that could not be read, each named by number or position.

    Of two records with one number the first is kept, and the other is a Problem.
    """
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    for position, raw in enumerate(envelope.results or (), start=1):
        try:
            record = msgspec.json.decode(raw, type=shape)
        except _UNREADABLE as error:
            problems.append(Problem(record=_name_of(raw, position), reason=str(error)))
            continue
        item = to_item(record, problems)
        if items.setdefault(item.key, item) is not item:
            problems.append(
                Problem(record=f"record {position}", reason=f"another one has its number, {item.key}")
            )
    return tuple(items.values()), tuple(problems)


class _Named(msgspec.Struct):
    document_number: str


def _name_of(raw: msgspec.Raw, position: int) -> str:
    try:
        return msgspec.json.decode(raw, type=_Named).document_number
    except _UNREADABLE:
        return f"record {position}"


def read_agencies(records: list[AgencyRecord] | None) -> tuple[Agency, ...]:
    """Return the agencies in printed order, by full name where one is known."""
    named = ((record.name or record.raw_name, record.slug) for record in records or ())
    return tuple(Agency(name=plain(name), slug=slug) for name, slug in named if name)


def plain(text: str) -> str:
    """Return `text` on one line with single spaces."""
    return " ".join(text.split())


def plain_or_none(text: str | None) -> str | None:
    """Return `text` on one line, None where nothing is left."""
    return plain(text) or None if text else None


def read_date(value: str | None, *, number: str, field: str, problems: list[Problem]) -> date | None:
    """Return a calendar date; a value that is none is noted as a problem and read as absent."""
    if not value:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or not is_meant(day):
        problems.append(Problem(record=number, reason=f"{field} is no date: {value[:40]!r}"))
        return None
    return day


def read_instant(value: str | None, *, number: str, field: str, problems: list[Problem]) -> datetime | None:
    """Return an aware instant from either of the API's spellings (offset or Z); anything else is noted and read as absent."""
    if not value:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not is_meant(instant):
        problems.append(Problem(record=number, reason=f"{field} is no instant with a zone: {value[:40]!r}"))
        return None
    return instant


def ask(base_url: str, path: str, parameters: list[tuple[str, str]]) -> str:
    """Return the address of a question, with brackets percent-encoded as the API's own links have them."""
    query = urlencode(parameters)
    return urljoin(base_url.rstrip("/") + "/", path) + (f"?{query}" if query else "")
