"""Searching the archive and estimating volumes, a bounded piece at a time, so that alerts never wait behind a question."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.chat.answers_reading import MOST_FOUND, Found
from bot.core.archive import WINDOW, Place, Volume, volume_of
from bot.core.channel import Subscription
from bot.core.query import Query, QueryError, read
from bot.store.archive import AT_ONCE, candidates, hits, reach_of, texts_of
from bot.store.archive_index import caught_up
from bot.store.volume import topic_hits
from bot.store.writer import Store


async def search(store: Store, query: Query) -> Found:
    """Return the newest items that the query hits, at most five."""
    await caught_up(store)
    reach = await store.read(reach_of)
    numbers = await store.read(partial(candidates, queries=(query,)))
    found: list[Place] = []
    for some in _pieces(numbers):
        found += await _hits(store, query, some)
        if len(found) >= MOST_FOUND:
            break
    return Found(places=tuple(found[:MOST_FOUND]), reach=reach)


async def estimate(store: Store, wanted: Sequence[Subscription], *, now: datetime) -> Volume:
    """Return how much these subscriptions together would have brought in the last 90 days.

    Topics are counted by the matches on record, words of one's own by looking at the texts again.
    """
    topics = [each for each in wanted if each.query is None]
    reach = await store.read(reach_of)
    found: list[Place] = []
    if topics:
        found += await store.read(partial(topic_hits, wanted=topics, now=now))
    queries = [(each.query, each) for each in wanted if each.query is not None]
    if queries:
        await caught_up(store)
        for words, each in queries:
            found += [place for place in await _all_hits(store, words, now) if each.takes_stage(place.stage)]
    return volume_of(found, now=now, reach=reach)


async def _all_hits(store: Store, words: str, now: datetime) -> list[Place]:
    """Return what the words hit in the last 90 days."""
    try:
        query = read(words)
    except QueryError:  # kept from an earlier version: it brings nothing
        return []
    found: list[Place] = []
    for some in _pieces(await store.read(partial(candidates, queries=(query,), since=now - WINDOW))):
        found += await _hits(store, query, some)
    return found


async def _hits(store: Store, query: Query, numbers: Sequence[int]) -> tuple[Place, ...]:
    texts = await store.read(partial(texts_of, numbers=numbers))
    return await asyncio.to_thread(hits, query, texts)


def _pieces(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]
