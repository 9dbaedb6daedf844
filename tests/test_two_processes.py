"""Two processes on one store, such as the service and a check by hand: whichever ends last undoes nothing of the other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.pipeline import Pipeline, Poll
from bot.store.writer import Store
from tests.fakes.gazette import article, options_at
from tests.fakes.gazette_desk import NEW, OLD, TOPICS, Desk, open_desk
from tests.fakes.http_site import reply
from watchers.fetch import Fetcher
from watchers.source import Page, Request


class Held:
    """Fetches, and addresses that end with `what` only when it is let go."""

    def __init__(self, fetcher: Fetcher, what: str) -> None:
        self._fetcher, self._what = fetcher, what
        self.go, self.began = asyncio.Event(), asyncio.Event()

    async def fetch(self, request: Request, **how: Any) -> Page:
        if request.url.endswith(self._what):
            self.began.set()
            await self.go.wait()
        return await self._fetcher.fetch(request, **how)


class Other:
    """Another process: a store and a pipeline of its own, and a poll that is under way until `end`."""

    def __init__(self, desk: Desk, store: Store, held: str = "") -> None:
        self._held = Held(desk.fetcher, held)
        pipeline = Pipeline(store=store, fetch=self._held, clock=desk.bench.clock, topics=TOPICS)
        self._poll = asyncio.create_task(pipeline.poll(desk.source, options_at(desk.site)))

    async def begin(self) -> None:
        await self._held.began.wait()

    async def end(self) -> Poll:
        self._held.go.set()
        return await self._poll


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, article=None) as opened:
        opened.show(OLD)
        yield opened


@pytest.fixture
async def store(desk: Desk, tmp_path: Path) -> AsyncIterator[Store]:
    """The same store, opened once more."""
    opened = await Store.open(f"sqlite:///{tmp_path / 's.sqlite3'}")
    yield opened
    await opened.close()


async def test_a_check_that_began_before_the_first_read_and_fails_does_not_make_it_the_first_again(
    desk: Desk, store: Store
) -> None:
    other = Other(desk, store)
    await other.begin()
    assert (await desk.poll()).learned
    desk.site.on("/list", reply(status=503))
    assert (await other.end()).error is not None
    desk.show(OLD, NEW | {"title": "Gallium"})
    await desk.poll(timedelta(minutes=5))
    assert desk.told() == [("first", "gazette:2")]


async def test_a_read_that_began_while_its_source_was_learning_teaches_nothing_that_is_new_since(
    desk: Desk, store: Store
) -> None:
    other = Other(desk, store)
    await other.begin()
    assert (await desk.poll()).learned
    desk.show(OLD, NEW | {"title": "Gallium"})
    await other.end()
    assert "baseline" not in await desk.reasons("2")


async def test_a_check_by_hand_opens_no_second_incident(desk: Desk, store: Store) -> None:
    await desk.poll()
    other = Other(desk, store)
    await other.begin()
    desk.site.on("/list", reply(status=403))
    for _ in range(3):
        await desk.poll(timedelta(minutes=20))
    await other.end()
    desk.show(OLD)
    await desk.poll(timedelta(minutes=20))
    assert [notice["phase"] for notice in desk.bench.notices()] == ["opened", "closed"]
    assert len({notice["incident"] for notice in desk.bench.notices()}) == 1


async def test_a_page_that_fails_for_one_process_takes_back_nothing_that_the_other_read(
    tmp_path: Path,
) -> None:
    async with open_desk(tmp_path) as desk:
        desk.show(OLD)
        await desk.poll()
        store = await Store.open(f"sqlite:///{tmp_path / 's.sqlite3'}")
        desk.show(OLD, NEW)
        desk.site.on("/2", article("It controls gallium."))
        other = Other(desk, store, held="/2")
        await other.begin()
        await desk.poll(timedelta(minutes=5))
        desk.site.on("/2", reply(status=503))
        await other.end()
        desk.site.on("/2", article("It controls gallium."))
        await desk.poll(timedelta(hours=2))
        await store.close()
        assert desk.told() == [("first", "gazette:2")]
