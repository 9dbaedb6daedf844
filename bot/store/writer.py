"""The store as the event loop sees it: one thread does all the database's work, one hop per piece of work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from bot.store.database import Database

Result = TypeVar("Result")

__all__ = [
    "Connection",
    "Store",
]  # whoever hands work to the store names its connection without knowing the library


class Store:
    """An open store on its own thread. `write` runs a function in one transaction, `read` in one consistent view."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    async def open(cls, url: str) -> "Store":
        """Open and migrate the database at `url`. Raises StoreError."""
        return cls(await asyncio.to_thread(Database.open, url))

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in one transaction: all of it is stored or nothing. Raises StoreError.

        A cancelled caller does not stop the work: it is finished, or rolled back by its own error, on its thread.
        """
        return await self._run(self._in_write, work)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on one consistent state. Raises StoreError."""
        return await self._run(self._in_read, work)

    async def close(self) -> None:
        """Finish what is under way and close."""
        await asyncio.to_thread(self._thread.shutdown)
        self.database.close()

    async def _run(
        self,
        how: Callable[[Callable[[Connection], Result]], Result],
        work: Callable[[Connection], Result],
    ) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, how, work)

    def _in_write(self, work: Callable[[Connection], Result]) -> Result:
        with self.database.writing() as connection:
            return work(connection)

    def _in_read(self, work: Callable[[Connection], Result]) -> Result:
        with self.database.reading() as connection:
            return work(connection)
