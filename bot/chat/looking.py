"""Searching the archive and estimating volumes, a bounded piece at a time, so that alerts never wait behind a question."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.chat.answers_reading import MOST_FOUND, Found
from bot.core.archive import WINDOW, Place, Volume, volume_of
from bot.core.channel import Subscription
from bot.core.query import Query, QueryError, read
from bot.store.archive import AT_ONCE, MOST_LOOKED_AT, hits, newest, reach_of, texts_of
from bot.store.volume import topic_hits
from bot.store.writer import Connection, Store


async def search(store: Store, query: Query) -> Found:
    """Return the newest items that the query hits, at most five."""
    reach = await store.read(reach_of)
    places = await store.read(newest)
    found: list[Place] = []
    looked = 0
    for some in _pieces(places):
        found += await _hits(store, query, some)
        looked += len(some)
        if len(found) >= MOST_FOUND:
            break
    return Found(
        places=tuple(found[:MOST_FOUND]),
        looked=looked,
        looked_to=places[looked - 1].at if looked else None,
        whole=looked == len(places) < MOST_LOOKED_AT,
        reach=reach,
    )


async def estimate(store: Store, wanted: Sequence[Subscription], *, now: datetime) -> Volume:
    """Return how much these subscriptions together would have brought in the last 90 days.

    Topics are counted by the matches on record, words of one's own by looking at the texts again.
    """
    topics = [each for each in wanted if each.query is None]
    reach = await store.read(reach_of)
    found: list[Place] = []
    if topics:
        found += await store.read(partial(topic_hits, wanted=topics, now=now))
    looked_to = None
    queries = [(each.query, each) for each in wanted if each.query is not None]
    if queries:
        places = await store.read(partial(newest, since=now - WINDOW))
        looked_to = places[-1].at if len(places) >= MOST_LOOKED_AT else None
        for words, each in queries:
            found += await _all_hits(
                store, words, [place for place in places if each.takes_stage(place.stage)]
            )
    return volume_of(found, now=now, reach=reach, looked_to=looked_to)


async def _all_hits(store: Store, words: str, places: Sequence[Place]) -> list[Place]:
    try:
        query = read(words)
    except QueryError:  # kept from an earlier version: it brings nothing
        return []
    found: list[Place] = []
    for some in _pieces(places):
        found += await _hits(store, query, some)
    return found


async def _hits(store: Store, query: Query, places: Sequence[Place]) -> tuple[Place, ...]:
    def read(connection: Connection) -> tuple[tuple[Place, str], ...]:
        return texts_of(connection, places)

    return await asyncio.to_thread(hits, query, await store.read(read))


def _pieces(places: Sequence[Place]) -> list[Sequence[Place]]:
    return [places[start : start + AT_ONCE] for start in range(0, len(places), AT_ONCE)]
