"""The store as the event loop sees it: one thread does all the database's work, and what waits for it shares a transaction."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.store.database import Database

Result = TypeVar("Result")

MOST_AT_ONCE = 100

__all__ = [
    "Connection",
    "Store",
]  # whoever hands work to the store names its connection without knowing the library


@dataclass(slots=True, kw_only=True)
class _Task:
    """Work to do on a connection, and who waits for what it returns."""

    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Store:
    """An open store on its own thread. `write` runs a function in one transaction, `read` in one consistent view.

    Functions that were handed over while the thread was busy share a transaction: a commit costs more than most of them.
    Where one of them fails, all are rolled back and each is run again in a transaction of its own. So a function may run
    twice, and must change nothing but the store.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._writes: list[_Task] = []
        self._reads: list[_Task] = []
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def open(cls, url: str) -> "Store":
        """Open and migrate the database at `url`. Raises StoreError."""
        return cls(await asyncio.to_thread(Database.open, url))

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction: all of it is stored or nothing. Raises StoreError.

        A cancelled caller does not stop the work: it is finished, or rolled back by its own error, on its thread.
        """
        return await self._hand_over(self._writes, work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on one consistent state. Raises StoreError."""
        return await self._hand_over(self._reads, work)

    async def close(self) -> None:
        """Finish what is under way and close."""
        await self._idle.wait()
        await asyncio.to_thread(self._thread.shutdown)
        self.database.close()

    async def _hand_over(self, tasks: list[_Task], work: Callable[[Connection], Result]) -> Result:
        loop = asyncio.get_running_loop()
        task = _Task(work=work, future=loop.create_future())
        tasks.append(task)
        if self._idle.is_set():
            self._idle.clear()
            loop.call_soon(self._start, loop)  # others that are about to ask come along
        result: Result = await task.future
        return result

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        writes, self._writes[:] = self._writes[:MOST_AT_ONCE], self._writes[MOST_AT_ONCE:]
        reads, self._reads[:] = self._reads[:MOST_AT_ONCE], self._reads[MOST_AT_ONCE:]
        self._thread.submit(self._run, writes, reads, loop)

    def _run(self, writes: list[_Task], reads: list[_Task], loop: asyncio.AbstractEventLoop) -> None:
        """Do what was handed over, on the store's thread, and tell the loop."""
        _together(self.database.writing, writes)
        _together(self.database.reading, reads)
        loop.call_soon_threadsafe(self._end, [*writes, *reads], loop)

    def _end(self, tasks: list[_Task], loop: asyncio.AbstractEventLoop) -> None:
        for task in tasks:
            if task.future.cancelled():
                continue
            if task.error is not None:
                task.future.set_exception(task.error)
            else:
                task.future.set_result(task.result)
        if self._writes or self._reads:
            loop.call_soon(self._start, loop)
        else:
            self._idle.set()


def _together(transaction: Callable[[], AbstractContextManager[Connection]], tasks: list[_Task]) -> None:
    """Run tasks in one transaction; where that fails, each in one of its own. What they return or raise is left in them."""
    if len(tasks) > 1 and _all_at_once(transaction, tasks):
        return
    for task in tasks:
        try:
            with transaction() as connection:
                task.result = task.work(connection)
        except BaseException as error:  # it belongs to whoever waits for it
            task.error = error


def _all_at_once(transaction: Callable[[], AbstractContextManager[Connection]], tasks: list[_Task]) -> bool:
    try:
        with transaction() as connection:
            for task in tasks:
                task.result = task.work(connection)
    except BaseException:  # whose error it was shows when each is run alone
        return False
    return True
