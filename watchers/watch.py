"""One poll of one source: fetch, read, follow, check. Yields what each page held as soon as it is read.

A failure ends the poll by an exception of the SourceError tree; what was yielded before stands. Never stores, never decides.
"""

import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from watchers.errors import NotSane, ReaderFailed, SourceError, Unsafe
from watchers.guard import shown_url
from watchers.source import AnySource, Found, Page, Plan, Problem, Request, Validators

MAX_PAGES = 200
_NO_ACCIDENT = (
    3  # a new record or two that cannot be read are theirs to mend; with all of more, it is the source
)

Result = TypeVar("Result")


class Fetch(Protocol):
    """How a page is got. `watchers.fetch.Fetcher` is the one real implementation."""

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page, or raise a SourceError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page and what was found on it. `unchanged`: the host said so (304), or it is the same to the byte."""

    page: Page
    found: Found
    unchanged: bool = False


async def watch(
    source: AnySource, plan: Plan[object], fetch: Fetch, validators: Mapping[str, Validators]
) -> AsyncGenerator[Reading, None]:
    """Poll `source` and yield one Reading per page, in the order read.

    Raises SourceError when a page cannot be had or is not sane (and what stands in for it neither), when a listing leads
    to another host, repeats itself, does not end, or carries less than it says, or its source knows, that it has.
    """
    for first in source.requests(plan):
        listing = _Listing()
        pending: list[Request] = [first]
        while pending:
            request = pending.pop(0)
            reading = await _read_or_stand_in(source, plan, fetch, validators, request, listing)
            if reading.found.memory:
                plan = replace(plan, memory={**plan.memory, **reading.found.memory})
            pending += reading.found.follow
            yield reading
        listing.close()


async def _read_or_stand_in(
    source: AnySource,
    plan: Plan[object],
    fetch: Fetch,
    validators: Mapping[str, Validators],
    request: Request,
    listing: "_Listing",
) -> Reading:
    """Read the page at `request`, or the first of its stand-ins that can be read; then say which, and why.

    Raises the error of the first.
    """
    try:
        return await _read_page(source, plan, fetch, validators, request, listing)
    except SourceError as error:
        for other in request.otherwise:
            try:
                reading = await _read_page(source, plan, fetch, validators, other, listing)
            except SourceError:
                continue
            problem = Problem(
                record=shown_url(request.url, query=False),
                reason=f"{error.what}; another page was read instead",
            )
            found = replace(reading.found, problems=(*reading.found.problems, problem))
            return replace(reading, found=found)
        raise


async def _read_page(
    source: AnySource,
    plan: Plan[object],
    fetch: Fetch,
    validators: Mapping[str, Validators],
    request: Request,
    listing: "_Listing",
) -> Reading:
    listing.enter(request)
    known = validators.get(request.url)
    page = await fetch.fetch(request, max_bytes=source.max_bytes, validators=known)
    if page.status == 304 or (request.conditional and known and known.body_print == body_print(page)):
        listing.excuse()
        return Reading(page=page, found=Found(), unchanged=True)
    found = guarded(lambda: source.read(page, plan), page)
    _check_hosts(request, found)
    listing.note(page, found)
    return Reading(page=page, found=found)


def body_print(page: Page) -> str:
    """Return what tells one body from another."""
    return hashlib.blake2b(page.body, digest_size=16).hexdigest()


def guarded(read: Callable[[], Result], page: Page) -> Result:
    """Return what `read` makes of `page`. A reader that trips over it is that source's failure, never everybody's.

    Raises SourceError; the cause of a ReaderFailed goes along.
    """
    try:
        return read()
    except SourceError as error:
        error.url = error.url or shown_url(page.url)
        raise
    except Exception as error:  # whatever a reader raises, the other sources go on
        raise ReaderFailed(f"its reader failed: {type(error).__name__}", url=page.url) from error


def _check_hosts(request: Request, found: Found) -> None:
    home = _origin(request.url)
    for following in found.follow:
        where = _origin(following.url)
        if where is None:
            raise NotSane(f"the address of the next page is none: {following.url[:80]!r}", url=request.url)
        if where != home:
            raise Unsafe(f"the next page is on another host: {where[1]!r}", url=request.url)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return None


class _Listing:
    """What one listing has shown so far, to notice that it turns in circles or falls short of its own count."""

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._keys: set[str] = set()
        self._unread = 0
        self._total: int | None = None
        self._lacks: str | None = None
        self._last_url = ""
        self._why = ""

    def enter(self, request: Request) -> None:
        if request.url in self._addresses:
            raise NotSane("the listing leads back to a page already read", url=request.url)
        if len(self._addresses) >= MAX_PAGES:
            raise NotSane(f"the listing does not end after {MAX_PAGES} pages", url=request.url)
        self._addresses.add(request.url)

    def excuse(self) -> None:
        """Count no more: one of its pages was not sent again, so what it carries is not in sight."""
        self._total = 0

    def note(self, page: Page, found: Found) -> None:
        keys = {item.key for item in found.items}
        if keys and keys <= self._keys:
            raise NotSane("a page repeats records that earlier pages carried", url=page.url)
        self._keys |= keys
        self._unread += len({problem.record for problem in found.problems} - keys)
        self._why = self._why or next((problem.reason for problem in found.problems), "")
        self._total = found.total if self._total is None else self._total
        self._lacks = self._lacks or found.lacks
        self._last_url = page.url

    def close(self) -> None:
        if self._lacks:
            raise NotSane(self._lacks, url=self._last_url)
        if self._unread >= _NO_ACCIDENT and not self._keys:
            why = f"none of its {self._unread} records could be read; the first: {self._why}"
            raise NotSane(why, url=self._last_url)
        carried = len(self._keys) + self._unread
        if self._total is not None and carried < self._total:
            raise NotSane(
                f"incomplete: it says {self._total} records and carries {carried}", url=self._last_url
            )
