"""What goes wrong with the store: somebody else holds it, the disk is full. It is said, survived, and made good later."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from bot.demo.loopback import Call, Outcome, Work
from bot.errors import StoreError
from bot.service import Service
from bot.store import schema
from tests.fakes.places import LOUD, Places, open_places
from tests.faults.running import Running, open_running

MINUTE = timedelta(minutes=1)
FILE = "store.sqlite3"


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    async with open_places() as opened:
        yield opened


@dataclass(kw_only=True)
class Terms:
    """Under which every connection to a store works from now on: how long it waits for others, how many pages it may fill."""

    busy_ms: int = 20
    pages: int = 1 << 30


@pytest.fixture
def terms() -> Iterator[Terms]:
    """Set the terms for each connection as it is taken."""
    mine = Terms()

    def _taken(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={mine.busy_ms}")
        connection.execute(f"PRAGMA max_page_count={mine.pages}")

    event.listen(Engine, "checkout", _taken)
    yield mine
    event.remove(Engine, "checkout", _taken)


@pytest.fixture
async def running(places: Places, tmp_path: Path, terms: Terms) -> AsyncIterator[Running]:
    async with open_running(places, tmp_path) as opened:
        yield opened


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the store's write lock, as another process does."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def count(running: Running, table: Any) -> int:
    with running.ledger.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


async def test_the_service_survives_a_store_that_others_hold_and_sends_everything_later(
    running: Running, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app, places = running.app, running.places
    places.appears_newly(LOUD)
    await app.pipeline.poll(*_source(running))
    places.appears_newly(LOUD)
    places.now += MINUTE
    stop = asyncio.Event()
    service = Service(
        store=app.store, pipeline=app.pipeline, outbox=app.outbox, clock=app.clock, sources=app.sources
    )
    with held(tmp_path):
        life = asyncio.create_task(service.run(stop))
        # Two polls and the sender. There is nothing to wait for but what they log.
        while caplog.messages.count("the store failed") < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert not life.done()
    app.outbox.wake()
    while not places.telegram.chats.messages(places.group):  # noqa: ASYNC110 (the stand-in calls nobody)
        await asyncio.sleep(0.01)
    stop.set()
    await life
    await running.settle()
    running.audit()
    assert len(places.telegram.chats.messages(places.group)) == 2


def _source(running: Running) -> tuple[Any, Any]:
    source, settings = running.app.sources["federal-register"]
    return source, settings.options


async def test_an_answer_that_could_not_be_put_on_record_is_kept_and_nothing_comes_twice(
    running: Running, tmp_path: Path
) -> None:
    places = running.places
    places.appears_newly(LOUD)
    await running.app.pipeline.poll(*_source(running))
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:

        async def hold_and_do(_: Call, work: Work) -> Outcome:
            if not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")
            return await work()

        places.telegram.between = hold_and_do
        with pytest.raises(StoreError, match="locked") as caught:
            await running.app.outbox.drain()
        assert caught.value.try_ == "another process holds the store; try again when it is done"
        assert running.app.outbox.due_at is None, "a store that fails is asked at the next look, not at once"
        other.execute("ROLLBACK")
        places.telegram.between = places.slack.between
    places.now += MINUTE
    await running.settle()
    running.audit()
    assert len(places.telegram.chats.messages(places.group)) == 1


async def test_a_full_disk_is_said_leaves_nothing_half_written_and_is_made_good_when_there_is_room(
    running: Running, terms: Terms
) -> None:
    places = running.places
    tables = [schema.item, schema.item_revision, schema.decision, schema.alert, schema.entry, schema.story]
    before = [count(running, table) for table in tables]
    with running.ledger.reading() as connection:
        terms.pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()) + 2
    for _ in range(60):
        places.appears_newly(LOUD)
    with pytest.raises(StoreError, match="full") as caught:
        await running.check(MINUTE)
    assert caught.value.try_ == "free some disk space; nothing that was told is lost"
    assert [count(running, table) for table in tables] == before
    assert places.telegram.chats.messages(places.group) == ()

    terms.pages = 1 << 30
    await running.settle()
    running.audit()
    assert len(places.telegram.chats.messages(places.group)) == 60
