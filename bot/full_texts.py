"""Items in full: which of a page's items are read in full now, reading them, and what to remember of it. Stores nothing."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.core import full_text
from bot.core.fingerprint import fingerprint
from bot.core.full_text import Article
from bot.core.health import SourceState
from bot.store import articles
from bot.store.writer import Store
from watchers.errors import SourceError
from watchers.full_text import read_in_full
from watchers.item import Item
from watchers.source import AnySource, Plan, Problem
from watchers.watch import Fetch

log = logging.getLogger("tradewire.full-texts")

MAX_AGAIN = 10
"""How many pages one poll reads again for edits: the host's turns are for what is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Items to take in at once, and what to remember of their articles in the same transaction.

    `learning`: nothing in it may alert. `last` ends a page. `owed`: the listing says something that waits for an item's page.
    """

    items: tuple[Item, ...] = ()
    articles: tuple[Article, ...] = ()
    problems: tuple[Problem, ...] = ()
    learning: bool = False
    last: bool = True
    owed: bool = False


class FullTexts:
    """Turns the items of a listing into items in full, where their source has pages of their own."""

    def __init__(self, *, store: Store, fetch: Fetch, clock: Clock) -> None:
        self._store, self._fetch, self._clock = store, fetch, clock

    async def chunks(
        self, source: AnySource, plan: Plan[object], state: SourceState, items: tuple[Item, ...]
    ) -> AsyncIterator[Chunk]:
        """Yield the items of one page: first those that are as complete as they get, then each of the others when it is read.

        One that cannot be read in full is yielded as the listing has it, so that no alert waits for its text.
        """
        if source.article is None:
            yield Chunk(items=items, learning=state.learning)
            return
        keys = [item.key for item in items]
        known, seen = await self._store.read(
            lambda connection: (
                articles.load_articles(connection, source.key, keys),
                articles.seen_keys(connection, source.key, keys),
            )
        )
        known = {key: full_text.as_of(each, self._clock.now()) for key, each in known.items()}
        plain, wanted = self._sorted_out(source, state, items, known, seen)
        # Of what was never read in full the listing is all there is.
        listed = tuple(item for item in plain if item.key not in known or known[item.key].read_at is None)
        yield Chunk(
            items=listed,
            learning=state.learning,
            last=not wanted,
            owed=any(_is_owed(known[item.key], item) for item in plain if item.key in known),
        )
        for place, item in enumerate(wanted, start=1):
            chunk = await self._in_full(source, plan, item, known.get(item.key), learning=state.learning)
            yield replace(chunk, last=place == len(wanted))

    async def again(self, source: AnySource, plan: Plan[object]) -> AsyncIterator[Chunk]:
        """Yield the items whose page is to be read again by now, each when it is read: for edits, and where it failed."""
        if source.article is None:
            return
        now = self._clock.now()
        due = await self._store.read(
            lambda connection: articles.due_articles(connection, source.key, now, limit=MAX_AGAIN)
        )
        for each, item in due:
            article = full_text.as_of(each, now)
            yield await self._in_full(source, plan, item, article, list_print=article.list_print)

    def _sorted_out(
        self,
        source: AnySource,
        state: SourceState,
        items: tuple[Item, ...],
        known: Mapping[str, Article],
        seen: frozenset[str],
    ) -> tuple[list[Item], list[Item]]:
        """Return the items that are taken (or left) as they are, and those to be read in full, oldest first."""
        now = self._clock.now()
        since = (state.complete_at or now) - source.fresh_for
        plain: list[Item] = []
        wanted: list[Item] = []
        for item in items:
            is_wanted = full_text.is_wanted(
                known.get(item.key),
                list_print=fingerprint(item),
                is_new=item.key not in seen,
                is_fresh=full_text.is_fresh(
                    item, since=since, zone=source.rhythm.zone, learning=state.learning
                ),
                now=now,
            )
            (wanted if is_wanted else plain).append(item)
        return plain, sorted(wanted, key=_age)

    async def _in_full(
        self,
        source: AnySource,
        plan: Plan[object],
        item: Item,
        known: Article | None,
        *,
        learning: bool = False,
        list_print: str | None = None,
    ) -> Chunk:
        printed = list_print or fingerprint(item)
        # A first read teaches, and so does the text of one of its items that could only be read later.
        baseline = known.baseline if known else learning
        never_read = known is None or known.read_at is None
        teaches = learning or (baseline and never_read)
        kept = item if never_read else await self._with_annexes(source, item)
        try:
            full = await read_in_full(source, kept, plan, self._fetch)
        except SourceError as error:
            log.info("not read in full", extra={"source": source.key, "item": item.key, "why": error.what})
            article = full_text.after_failure(
                known,
                key=item.key,
                list_print=printed,
                now=self._clock.now(),
                baseline=baseline,
                error=error.what,
                error_kind=error.kind,
            )
            problem = Problem(record=item.key, reason=f"its page: {error.what}")
            return Chunk(
                items=(item,) if never_read else (),  # then the listing is all there is
                articles=(article,),
                problems=(problem,),
                learning=learning,
                owed=not never_read,
            )
        article = full_text.after_read(
            known, key=item.key, list_print=printed, now=self._clock.now(), baseline=baseline
        )
        return Chunk(items=(full.item,), articles=(article,), problems=full.problems, learning=teaches)

    async def _with_annexes(self, source: AnySource, item: Item) -> Item:
        """Return the item with the annexes that it had when it was read last: the listing knows nothing of them."""
        if item.annexes:
            return item
        kept = await self._store.read(
            lambda connection: articles.annexes_of(connection, source.key, item.key)
        )
        return replace(item, annexes=kept)


def _age(item: Item) -> tuple[bool, str]:
    moment = item.official_at.isoformat() if item.official_at else str(item.official_on or "")
    return not moment, moment


def _is_owed(known: Article, item: Item) -> bool:
    """Tell whether the listing says something of the item that waits until its page can be read."""
    waits = known.read_at is not None and known.next_at is not None
    return waits and known.list_print != fingerprint(item)
