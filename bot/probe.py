"""One fresh look at one source: what is asked, what comes back, what is found on it, and why not. Stores and sends nothing."""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from watchers.errors import SourceError
from watchers.full_text import read_in_full
from watchers.item import Item
from watchers.source import AnySource, Found, Page, Plan, Request, Validators
from watchers.watch import Fetch, watch

Result = TypeVar("Result", bound=Found | Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One request: the page it brought (None: none came) and what was found on it, or the error. `memory` is that before it."""

    request: Request
    page: Page | None = None
    found: Found | Item | None = None
    error: SourceError | None = None
    memory: Mapping[str, str] = field(default_factory=dict)
    item: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """Every look, in order, and the error that nothing stood in for, if any."""

    looks: tuple[Look, ...]
    error: SourceError | None = None


class _Noting:
    """Fetches and reads as the source does, and notes what came of each page: also of one that another stood in for."""

    def __init__(self, fetch: Fetch, memory: Mapping[str, str]) -> None:
        self._fetch = fetch
        self.memory = dict(memory)
        self.item: Item | None = None
        self.looks: list[Look] = []
        self.error: SourceError | None = None

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        own = self.item if request.role == "article" else None
        look = Look(request=request, memory=dict(self.memory), item=own)
        try:
            page = await self._fetch.fetch(request, max_bytes=max_bytes, validators=validators)
        except SourceError as error:
            self.looks.append(replace(look, error=error))
            raise
        self.looks.append(replace(look, page=page))
        return page

    def reading(self, read: Callable[..., Result]) -> Callable[..., Result]:
        """Return `read`, which notes with the page that came last what it finds there."""

        def noted(*given: Any) -> Result:
            try:
                found = read(*given)
            except SourceError as error:
                self._note(error=error)
                raise
            self._note(found=found)
            if isinstance(found, Found):
                self.memory |= found.memory
            return found

        return noted

    def end(self, error: SourceError) -> None:
        """Note what ended the read: it is the last page's where it is not that of one already."""
        self.error = self.error or error
        if not any(look.error is error for look in self.looks):
            if not self.looks:
                self.looks.append(Look(request=Request(url=error.url), memory=dict(self.memory)))
            self._note(error=error)

    def _note(self, **outcome: Any) -> None:
        self.looks[-1] = replace(self.looks[-1], **outcome)


async def probe(
    source: AnySource,
    options: object,
    fetch: Fetch,
    *,
    now: datetime,
    memory: Mapping[str, str],
    in_full: int = 1,
) -> Probed:
    """Read `source` once as if never before, and the first `in_full` of its items in full.

    What fails is a look with an error, never an exception of the SourceError tree.
    """
    noting = _Noting(fetch, memory)
    source = _noted(source, noting)
    plan: Plan[object] = Plan(now=now, complete_at=None, options=options, memory=memory)
    items: list[Item] = []
    try:
        async with aclosing(watch(source, plan, noting, {})) as readings:
            async for reading in readings:
                items += reading.found.items
    except SourceError as error:
        noting.end(error)
    plan = replace(plan, memory=dict(noting.memory))
    for item in items[:in_full] if source.article else []:
        noting.item = item
        try:
            await read_in_full(source, item, plan, noting)
        except SourceError as error:
            noting.end(error)
    return Probed(looks=tuple(noting.looks), error=noting.error)


def _noted(source: AnySource, noting: _Noting) -> AnySource:
    article = source.article
    if article is not None:
        article = replace(article, read=noting.reading(article.read))
    return replace(source, read=noting.reading(source.read), article=article)
