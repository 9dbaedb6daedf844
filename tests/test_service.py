"""The service sends as long as it runs, is woken by news, and ends in time however much is left to send."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.core.delivery import Sent
from bot.core.pace import Limit, Limits
from bot.core.posting import Posting
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.service import Service
from bot.store import schema
from bot.store.archive_index import waiting
from bot.store.writer import Store
from tests.fakes.ledger import CONSOLE, item, rows, store_items, url_of
from tests.fakes.shelf import Shelf, outbox


class Noticing(Shelf):
    """A platform that says when it was given something."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.got = asyncio.Event()

    async def send(self, posting: Posting) -> Sent:
        self.got.set()
        return await super().send(posting)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(url_of(tmp_path / "store.sqlite3"))
    yield opened
    await opened.close()


def service(store: Store, box: Outbox) -> Service:
    """Return a service that watches nothing, and so only sends."""

    async def fetch(*_: object) -> None:
        raise AssertionError("there is nothing to fetch")

    clock = SystemClock()
    pipeline = Pipeline(store=store, fetch=fetch, clock=clock, topics=())  # type: ignore[arg-type]
    return Service(store=store, pipeline=pipeline, outbox=box, clock=clock, sources={}, send_seconds=0.05)


async def test_a_long_queue_under_its_platforms_limits_does_not_hold_up_the_end(store: Store) -> None:
    store_items(store.database, *(item(number) for number in range(9)))
    shelf = Noticing(limits=Limits(overall=Limit(interval=timedelta(seconds=1))))
    box = outbox(store, SystemClock(), platforms={CONSOLE: shelf}, patience_seconds=9)
    stop = asyncio.Event()
    running = asyncio.create_task(service(store, box).run(stop))
    await shelf.got.wait()
    stop.set()
    await running
    states = [
        row["state"] for row in rows(store.database, select(schema.post.c.state).order_by(schema.post.c.id))
    ]
    assert (states[0], states[-1]) == ("sent", "ready")
    assert {"claimed", "sending", "uncertain"} & set(states) == set()


async def test_what_is_decided_while_it_waits_is_sent_when_it_is_woken(store: Store) -> None:
    shelf = Noticing()
    box = outbox(store, SystemClock(), platforms={CONSOLE: shelf})
    stop = asyncio.Event()
    running = asyncio.create_task(service(store, box).run(stop))
    store_items(store.database, item(1))
    box.wake()
    await shelf.got.wait()
    stop.set()
    await running
    assert shelf.keys == ["doc-1"]


async def test_the_index_of_the_archive_follows_what_is_read_without_a_search(store: Store) -> None:
    store_items(store.database, *(item(number) for number in range(3)))
    assert await store.read(waiting) == 3
    stop = asyncio.Event()
    box = outbox(store, SystemClock(), platforms={CONSOLE: Shelf()})
    running = asyncio.create_task(service(store, box).run(stop))
    async with asyncio.timeout(20):
        while await store.read(waiting):
            pass
    stop.set()
    await running


async def test_what_cannot_be_taken_into_the_index_does_not_end_the_alerts(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def defect(_store: Store) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.service.caught_up", defect)
    shelf, stop = Noticing(), asyncio.Event()
    box = outbox(store, SystemClock(), platforms={CONSOLE: shelf})
    running = asyncio.create_task(service(store, box).run(stop))
    store_items(store.database, item(1))
    box.wake()
    await shelf.got.wait()
    assert "a defect keeps the archive's index behind" in caplog.text
    stop.set()
    await running
