"""Storing what a page, or one of its items in full, brought: in one transaction, against what the store knows by then.

Another process may have polled the source since this poll began, so nothing that was loaded before counts here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.batch import Batch, Seen, Writes
from bot.core.change import SETTLED_AFTER
from bot.core.full_text import Article
from bot.core.health import SourceState, remembered, with_memory
from bot.core.intake import take_in
from bot.core.matching import Matcher
from bot.full_texts import Chunk
from bot.store import health
from bot.store.articles import load_articles, save_articles
from bot.store.channels import Roster
from bot.store.evidence import seal_intake
from bot.store.intake import apply, load_known
from bot.store.rulebook import rules_number
from bot.store.writer import Connection
from watchers.source import AnySource, Page
from watchers.watch import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A chunk of a page as a batch. `page` ends with it, None where more of it follows; `memory` is that of earlier pages.

    `again`: an earlier chunk of the page left something to be told later, so the page must be read again. `read` are all
    pages that came back since the last that were sealed; `sealed` the entries of those that earlier chunks of the page sealed.
    """

    source: AnySource
    batch: Batch
    chunk: Chunk
    page: Reading | None
    memory: Mapping[str, str]
    again: bool
    read: tuple[Page, ...] = ()
    sealed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The topics in force, with the hash by which their rulebook is known."""

    matcher: Matcher
    printed: str


def take_chunk(
    connection: Connection,
    brought: Brought,
    rules: Rules,
    roster: Roster,
) -> tuple[Writes, bool, tuple[int, ...]]:
    """Decide and store; return what was written, whether the page must be read again whatever its host says of it, and the
    entries that seal what it was read from.
    """
    source, chunk = brought.source, brought.chunk
    state = health.load_state(connection, source.key)
    stored = load_articles(connection, source.key, [each.key for each in chunk.articles])
    # What could not be read here, and was read meanwhile elsewhere, is left as it was read.
    overtaken = {
        each.key
        for each in chunk.articles
        if each.read_at is None and each.key in stored and stored[each.key].read_at is not None
    }
    batch = replace(
        _as_learning(brought.batch, state, stored),
        items=tuple(item for item in brought.batch.items if item.key not in overtaken),
    )
    known = load_known(connection, batch)
    writes = take_in(batch, known, rules.matcher, roster.channels)
    apply(connection, batch, writes)
    sealed = seal_intake(
        connection,
        source.key,
        writes,
        brought.read,
        rules=rules_number(connection, rules.matcher, rules.printed, now=batch.seen_at)
        if writes.revisions
        else 0,
        roster=roster.version,
        now=batch.seen_at,
        sealed_before=brought.sealed,
    )
    seen = dict(known.seen) | writes.seen
    articles = [
        _settling(each, seen.get(each.key), batch) for each in chunk.articles if each.key not in overtaken
    ]
    save_articles(connection, source.key, articles)
    again = brought.again or chunk.owed or any(each.held for each in seen.values())
    if brought.page is not None:
        _end_page(connection, brought, brought.page, state, again=again)
    return writes, again, sealed


def _as_learning(batch: Batch, state: SourceState, stored: Mapping[str, Article]) -> Batch:
    """Return the batch as one that no longer teaches, where another process made the source's first read meanwhile."""
    if not batch.learning or batch.complete_at is not None or state.learning:
        return batch
    taught = any(each.baseline and each.read_at is None for each in stored.values())
    return replace(batch, learning=taught, complete_at=state.complete_at)


def _settling(article: Article, seen: Seen | None, batch: Batch) -> Article:
    """Return the article with its next read no later than a change that is held back may be told."""
    if seen is None or not seen.held:
        return article
    settles = batch.seen_at + SETTLED_AFTER
    return replace(article, next_at=min(article.next_at or settles, settles))


def _end_page(
    connection: Connection, brought: Brought, page: Reading, state: SourceState, *, again: bool
) -> None:
    found = page.found
    if found.memory:
        memory = remembered(state) | dict(brought.memory) | dict(found.memory)
        health.save_state(connection, with_memory(state, memory))
    if page.page.request.conditional:
        # A page that was not read whole, leads to pages still unread, or carries what is to be told later, is read again
        # whatever the host says of it.
        whole = not (again or found.problems or found.lacks or found.follow)
        keep = health.save_validators if whole else health.drop_validators
        keep(connection, brought.source, page.page)
