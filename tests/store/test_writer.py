"""Work handed to the store while it is busy shares a transaction, and nobody pays for another's error."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.errors import StoreError
from bot.store import schema
from bot.store.writer import Store
from tests.fakes.ledger import url_of

_table = schema.story_document


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(url_of(tmp_path / "s.sqlite3"))
    yield store
    await store.close()


def add(ref: str):
    def work(connection: Connection) -> str:
        connection.execute(insert(_table), {"ref": ref, "story": "7f3a"})
        return ref

    return work


async def kept(store: Store) -> set[str]:
    return set(await store.read(lambda connection: tuple(connection.execute(select(_table.c.ref)).scalars())))


async def test_work_that_waits_together_is_done_and_each_gets_its_own_answer(store: Store) -> None:
    names = [f"fr:{number}" for number in range(250)]
    assert await asyncio.gather(*(store.write(add(name)) for name in names)) == names
    assert await kept(store) == set(names)


async def test_one_that_fails_takes_nobody_with_it(store: Store) -> None:
    def fails(connection: Connection) -> str:
        add("fr:half")(connection)
        raise ValueError("not this one")

    done = await asyncio.gather(
        store.write(add("fr:1")),
        store.write(fails),
        store.write(add("fr:2")),
        store.write(add("fr:1")),
        return_exceptions=True,
    )
    assert done[0] == "fr:1"
    assert isinstance(done[1], ValueError)
    assert done[2] == "fr:2"
    assert isinstance(done[3], StoreError), "the same key twice is refused"
    assert await kept(store) == {"fr:1", "fr:2"}


async def test_a_caller_that_is_cancelled_does_not_stop_the_work(store: Store) -> None:
    task = asyncio.create_task(store.write(add("fr:1")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await kept(store) == {"fr:1"}


async def test_what_was_handed_over_is_done_before_it_closes(tmp_path: Path) -> None:
    store = await Store.open(url_of(tmp_path / "s.sqlite3"))
    tasks = [asyncio.create_task(store.write(add(f"fr:{number}"))) for number in range(150)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*tasks)) == 150


async def test_a_write_is_seen_by_a_read_that_comes_after_it(store: Store) -> None:
    for number in range(20):
        await store.write(add(f"fr:{number}"))
        assert len(await kept(store)) == number + 1
