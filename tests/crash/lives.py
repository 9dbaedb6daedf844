"""The lives of a service: started, killed at any moment or told to end, started again with its clock further on."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Connection, func, select

from bot.errors import StoreError
from bot.store import schema
from bot.store.channels import BURST
from bot.store.database import Database
from bot.store.turn import CLAIM_LEASE
from tests.crash.service_worker import Order, Setting
from tests.fakes.ledger import url_of
from tests.fakes.places import TOPICS, Places

ROOT = Path(__file__).resolve().parents[2]
STORE = "store.sqlite3"
_STILL = 12
"""How many looks at the store in a row, each a hundredth of a second later, show nothing new once nothing more is due."""


@dataclass(kw_only=True)
class Lives:
    """Runs the service on the store in `folder`, each time in a new process."""

    process: asyncio.subprocess.Process
    places: Places
    folder: Path
    chance: random.Random = field(default_factory=random.Random)
    killed: int = 0
    ended: int = 0
    runs: int = 0
    _child: int = 0
    _database: Database | None = None

    async def killed_at_random(self) -> None:
        """Live until a random moment: so long after the start, or at a call of a platform, before its work or after it."""
        await self._start(Order(at=self._later()))
        if self.chance.random() < 0.5:
            await asyncio.sleep(self.chance.uniform(0, 0.25))
            await self._end_with(signal.SIGKILL)
            return
        after, calls = self.chance.random() < 0.5, self.chance.randint(1, 8)
        reached = self._at_call(calls, after=after)
        with contextlib.suppress(TimeoutError):  # so many calls are not made in every life
            await asyncio.wait_for(reached, 0.3)
        self.places.on_call = None
        await self._end_with(signal.SIGKILL)

    async def stopped_at_random(self) -> None:
        """Live until a random moment, then be told to end: it does, and with 0."""
        before = len(self.places.register.requests)
        await self._start(Order(at=self._later()))
        await self.places.register.arrived(before + 1)  # by then it listens to signals
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        await self._end_with(signal.SIGTERM)

    async def in_peace(self, *, further: timedelta = timedelta()) -> None:
        """Live until nothing more is due, then be told to end."""
        self.places.now += further
        at = self._later()
        await self._start(Order(at=at))
        await self._until_still(at)
        await self._end_with(signal.SIGTERM)

    async def dies_at_its_first_send(self, platform: str, *, after: bool) -> None:
        """Live until it kills itself at the first send on a platform, before it or after it."""
        await self._start(Order(at=self._later(), die=f"{platform} {'after' if after else 'before'}"))
        assert int(await self._answer()) == -signal.SIGKILL
        self._ask(b"")
        self.killed += 1

    def waits(self) -> list[str]:
        """Return what still waits, now or for later."""
        alert, post, brief = schema.alert, schema.post, schema.brief
        with self.store() as connection:
            alerts = connection.execute(select(alert.c.id).where(alert.c.state == "waiting")).scalars().all()
            posts = connection.execute(select(post).where(post.c.open == 1)).all()
            bursts = connection.execute(select(brief).where(brief.c.timing == BURST)).all()
        return [
            *(f"alert {each}" for each in alerts),
            *(f"post {each.id} on {each.channel} is {each.state} until {each.due_at}" for each in posts),
            *(f"burst on {each.channel} until {each.next_at}" for each in bursts),
        ]

    def _later(self) -> datetime:
        """Return the time at which the next life begins: more than the longest lease after the last one."""
        self.runs += 1
        self.places.now += CLAIM_LEASE + timedelta(seconds=self.chance.randint(1, 180))
        return self.places.now

    async def _start(self, order: Order) -> None:
        self._ask(msgspec.json.encode(order))
        self._child = int(await self._answer())

    def _at_call(self, calls: int, *, after: bool) -> "asyncio.Future[None]":
        """Return what is done as soon as the service has made so many calls; it is dead by then."""
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        left = [calls]

        def on_call(is_after: bool) -> None:
            left[0] -= is_after is after
            if left[0] == 0 and not reached.done():
                os.kill(self._child, signal.SIGKILL)
                reached.set_result(None)

        self.places.on_call = on_call
        return reached

    async def _end_with(self, number: signal.Signals) -> None:
        os.kill(self._child, number)
        code = int(await self._answer())
        self._ask(b"")
        assert code == (-signal.SIGKILL if number is signal.SIGKILL else 0)
        self.killed += code == -signal.SIGKILL
        self.ended += code == 0

    async def _until_still(self, at: datetime) -> None:
        """Wait until all sources were read since `at` and nothing changes any more."""
        state, still = None, 0
        while still < _STILL:
            await asyncio.sleep(0.01)
            before, state = state, self._state(at)
            still = still + 1 if state is not None and state == before else 0

    def _state(self, at: datetime) -> tuple[int, ...] | None:
        """Return how much is on record, None where a source was not read since `at`."""
        if not (self.folder / STORE).exists():
            return None
        read, sends = schema.source_state, schema.delivery
        try:
            with self.store() as connection:
                if connection.execute(select(func.count()).where(read.c.complete_at >= at)).scalar() != 2:
                    return None
                queries = (
                    select(func.count()).select_from(each) for each in (schema.entry, schema.post, sends)
                )
                ended = select(func.count()).where(sends.c.finished_at.is_not(None))
                return tuple(connection.execute(query).scalar_one() for query in (*queries, ended))
        except StoreError:  # it is only being made
            return None

    @contextmanager
    def store(self) -> Iterator[Connection]:
        """Read the ledger as it stands."""
        if self._database is None:
            self._database = Database.open(url_of(self.folder / STORE), create=False)
        with self._database.reading() as connection:
            yield connection

    def _ask(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")

    async def _answer(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode()

    def close(self) -> None:
        """Close the ledger."""
        if self._database is not None:
            self._database.close()


@asynccontextmanager
async def open_lives(places: Places, folder: Path, *, seed: int = 0) -> AsyncIterator[Lives]:
    """Start what makes the processes, and end it."""
    topics = folder / "topics"
    topics.mkdir(exist_ok=True)
    (topics / "own.toml").write_text(TOPICS, encoding="utf-8")
    setting = Setting(
        base_url=places.register.base_url,
        store=str(folder / STORE),
        topics=str(topics),
        more=places.tables(),
    )
    file = folder / "setting.json"
    file.write_bytes(msgspec.json.encode(setting))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.service_worker", str(file)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    lives = Lives(process=process, places=places, folder=folder, chance=random.Random(seed))
    try:
        assert await lives._answer() == "ready\n"
        yield lives
    finally:
        lives.close()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
