"""One poll of one source: fetch, read, follow, check. Yields what each page held as soon as it is read.

A failure ends the poll by an exception of the SourceError tree; what was yielded before stands. Never stores, never decides.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from watchers.errors import NotSane, ReaderFailed, SourceError, Unsafe
from watchers.source import AnySource, Found, Page, Plan, Request, Validators

MAX_PAGES = 200


class Fetch(Protocol):
    """How a page is got. `watchers.fetch.Fetcher` is the one real implementation."""

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        """Return the page, or raise a SourceError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page and what was found on it."""

    page: Page
    found: Found

    @property
    def unchanged(self) -> bool:
        """Tell whether the host said that nothing changed (304)."""
        return self.page.status == 304


async def watch(
    source: AnySource, plan: Plan[object], fetch: Fetch, validators: Mapping[str, Validators]
) -> AsyncGenerator[Reading, None]:
    """Poll `source` and yield one Reading per page, in the order read.

    Raises SourceError when a page cannot be had or is not sane, when a listing leads to another host, repeats itself,
    does not end, or carries fewer records than it says it has.
    """
    for first in source.requests(plan):
        listing = _Listing()
        pending: list[Request] = [first]
        while pending:
            request = pending.pop(0)
            listing.enter(request)
            page = await fetch.fetch(
                request, max_bytes=source.max_bytes, validators=validators.get(request.url)
            )
            if page.status == 304:
                yield Reading(page=page, found=Found())
                continue
            found = _read(source, page, plan.options)
            pending += _followed(request, found)
            listing.note(page, found)
            yield Reading(page=page, found=found)
        listing.close()


def _read(source: AnySource, page: Page, options: object) -> Found:
    """Read a page. A reader that trips over it is that source's failure, never everybody's; the cause goes along."""
    try:
        return source.read(page, options)
    except SourceError:
        raise
    except Exception as error:  # whatever a reader raises, the other sources go on
        raise ReaderFailed(f"its reader failed: {type(error).__name__}", url=page.url) from error


def _followed(request: Request, found: Found) -> tuple[Request, ...]:
    home = _origin(request.url)
    for following in found.follow:
        if _origin(following.url) != home:
            raise Unsafe(f"the next page is on another host: {_origin(following.url)[1]!r}", url=request.url)
    return found.follow


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


class _Listing:
    """What one listing has shown so far, to notice that it turns in circles or falls short of its own count."""

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._keys: set[str] = set()
        self._unread = 0
        self._total: int | None = None
        self._last_url = ""

    def enter(self, request: Request) -> None:
        if request.url in self._addresses:
            raise NotSane("the listing leads back to a page already read", url=request.url)
        if len(self._addresses) >= MAX_PAGES:
            raise NotSane(f"the listing does not end after {MAX_PAGES} pages", url=request.url)
        self._addresses.add(request.url)

    def note(self, page: Page, found: Found) -> None:
        keys = {item.key for item in found.items}
        if keys and keys <= self._keys:
            raise NotSane("a page repeats records that earlier pages carried", url=page.url)
        self._keys |= keys
        self._unread += len({problem.record for problem in found.problems} - keys)
        self._total = found.total if self._total is None else self._total
        self._last_url = page.url

    def close(self) -> None:
        carried = len(self._keys) + self._unread
        if self._total is not None and carried < self._total:
            raise NotSane(
                f"incomplete: it says {self._total} records and carries {carried}", url=self._last_url
            )
