"""One item in full: its own page, and the files that belong to it. Fetches and reads; never stores, never decides when."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from watchers.annex.text import AnnexText, annex_text, kind_of
from watchers.errors import NotSane, SourceError
from watchers.item import Annex, Item, Link
from watchers.source import AnySource, Page, Plan, Problem, Request
from watchers.watch import Fetch, guarded

MAX_ANNEXES = 6
MAX_ANNEX_BYTES = 12_000_000
MAX_ANNEX_CHARS = 120_000

ReadAnnex = Callable[[bytes, Literal["pdf", "docx"]], Awaitable[AnnexText]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InFull:
    """An item with all that could be had of it, and what could not."""

    item: Item
    problems: tuple[Problem, ...] = ()


async def read_in_full(
    source: AnySource, item: Item, plan: Plan[object], fetch: Fetch, *, read_annex: ReadAnnex = annex_text
) -> InFull:
    """Return `item` with the text of its own page, where it has one, and of its annexes.

    Raises SourceError where its page cannot be had or is not what is due. An annex that cannot be read is a Problem: its
    address stays with the item.
    """
    article = source.article
    if article is None:
        return InFull(item=item)
    full = item
    if (request := article.request(item, plan.options)) is not None:
        page = await fetch.fetch(request, max_bytes=article.max_bytes)
        full = guarded(lambda: article.read(page, item, plan), page)
    if not article.annexes:
        return InFull(item=full)
    return await _with_annexes(full, fetch, read_annex)


async def _with_annexes(item: Item, fetch: Fetch, read_annex: ReadAnnex) -> InFull:
    annexes: list[Annex] = []
    problems: list[Problem] = []
    before = {annex.url: annex for annex in item.annexes}
    files = [link for link in item.links if link.kind == "attachment"]
    for link in files[:MAX_ANNEXES]:
        try:
            annexes.append(await _annex(link, fetch, read_annex))
        except SourceError as error:
            if link.url in before:  # what it said is not taken back by a fault
                annexes.append(before[link.url])
            problems.append(Problem(record=item.key, reason=f"annex {link.title or link.url}: {error.what}"))
    if len(files) > MAX_ANNEXES:
        reason = f"{len(files)} annexes; the first {MAX_ANNEXES} were read"
        problems.append(Problem(record=item.key, reason=reason))
    return InFull(item=replace(item, annexes=tuple(annexes)), problems=tuple(problems))


async def _annex(link: Link, fetch: Fetch, read_annex: ReadAnnex) -> Annex:
    request = Request(url=link.url, accept="application/pdf, application/octet-stream", role="annex")
    page = await fetch.fetch(request, max_bytes=MAX_ANNEX_BYTES)
    kind = kind_of(page.url, _media_type(page), page.body[:4096])
    if kind is None:
        raise NotSane("neither a PDF nor a DOCX file", url=page.url)
    read = await read_annex(page.body, kind)
    return Annex(
        url=link.url,
        title=link.title or link.url.rpartition("/")[2],
        text=read.text[:MAX_ANNEX_CHARS],
        cut=read.cut or len(read.text) > MAX_ANNEX_CHARS,
    )


def _media_type(page: Page) -> str:
    return page.headers.get("content-type", "").partition(";")[0].strip().lower()
