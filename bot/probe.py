"""One fresh look at one source: what is asked, what comes back, what is found on it, and why not. Stores and sends nothing."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime

from watchers.errors import SourceError
from watchers.full_text import InFull, read_in_full
from watchers.item import Item
from watchers.source import AnySource, Found, Page, Plan, Request, Validators
from watchers.watch import Fetch, watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One request: the page it brought (None: none came) and what was found on it, or the error. `memory` is that before it."""

    request: Request
    page: Page | None = None
    found: Found | Item | None = None
    error: SourceError | None = None
    memory: Mapping[str, str] = field(default_factory=dict)
    item: Item | None = None


class _Noting:
    """Fetches, and notes what came."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.pages: list[tuple[Request, Page | None, SourceError | None]] = []

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        try:
            page = await self._fetch.fetch(request, max_bytes=max_bytes, validators=validators)
        except SourceError as error:
            self.pages.append((request, None, error))
            raise
        self.pages.append((request, page, None))
        return page


async def probe(
    source: AnySource,
    options: object,
    fetch: Fetch,
    *,
    now: datetime,
    memory: Mapping[str, str],
    in_full: int = 1,
) -> tuple[Look, ...]:
    """Read `source` once as if never before, and the first `in_full` of its items in full. Return every look, in order.

    What fails is a look with an error, never an exception of the SourceError tree.
    """
    noting = _Noting(fetch)
    plan: Plan[object] = Plan(now=now, complete_at=None, options=options, memory=memory)
    looks: list[Look] = []
    items: list[Item] = []
    try:
        async with aclosing(watch(source, plan, noting, {})) as readings:
            async for reading in readings:
                looks += _looks(noting, memory, found=reading.found)
                memory = {**memory, **reading.found.memory}
                items += reading.found.items
    except SourceError as error:
        looks += _looks(noting, memory, error=error)
    plan = Plan(now=now, complete_at=None, options=options, memory=memory)
    for item in items[:in_full] if source.article else []:
        looks += await _in_full(source, item, plan, noting)
    return tuple(looks)


async def _in_full(source: AnySource, item: Item, plan: Plan[object], noting: _Noting) -> list[Look]:
    try:
        full: InFull = await read_in_full(source, item, plan, noting)
    except SourceError as error:
        return _looks(noting, plan.memory, error=error, item=item)
    return _looks(noting, plan.memory, found=full.item, item=item)


def _looks(
    noting: _Noting,
    memory: Mapping[str, str],
    *,
    found: Found | Item | None = None,
    error: SourceError | None = None,
    item: Item | None = None,
) -> list[Look]:
    """Return what was fetched since, the finding or the error with the last page that can have given it."""
    pages, noting.pages = noting.pages, []
    if error is not None and not pages:
        return [Look(request=Request(url=error.url), error=error, memory=memory, item=item)]
    given = next(
        (at for at, (request, _, _) in enumerate(pages) if request.role == "article"), len(pages) - 1
    )
    looks = []
    for at, (request, page, failed) in enumerate(pages):
        here = at == given
        looks.append(
            Look(
                request=request,
                page=page,
                found=found if here else None,
                error=failed or (error if here else None),
                memory=memory,
                item=item if request.role == "article" else None,
            )
        )
    return looks
