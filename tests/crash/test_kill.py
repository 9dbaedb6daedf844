"""Killed at any moment and started again: nothing is lost, and nothing is told twice unless the ledger says why.

`TRADEWIRE_CRASH_ROUNDS` sets about how many kills there are at random moments (15).
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.demo import recording
from bot.demo.register import Register
from bot.store import schema
from bot.store.database import Database
from bot.store.turn import CLAIM_LEASE
from tests.fakes.ledger import count, rows, url_of

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("TRADEWIRE_CRASH_ROUNDS", "15"))
KILLS = 15  # on one store
PAGE = 10
EVE = datetime(2023, 10, 17, 15, 0, tzinfo=UTC)
DAY = EVE + timedelta(days=1)
TOPICS = """
[kumquats]
title = "Kumquats"
title_zh = "金橘"
severity = "notice"
any = ["kumquat"]

[kumquats.examples]
match = [{ title = "A kumquat" }]
ignore = [{ title = "A rule" }]
"""


def _documents(day: datetime, name: str, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Return documents of one issue; two of three match the topic."""
    template = next(one for one in recording.load().documents if one["title"].startswith("Airworthiness"))
    return [
        template
        | {
            "document_number": f"{name}-{number:05}",
            "title": f"{'Weather' if number % 3 == 0 else 'Kumquat'} schedule {number}",
            "publication_date": day.date().isoformat(),
        }
        for number in numbers
    ]


def _numbers(documents: list[dict[str, Any]]) -> list[str]:
    return sorted(one["document_number"] for one in documents)


def _matched(documents: list[dict[str, Any]]) -> list[str]:
    return _numbers([one for one in documents if "Kumquat" in one["title"]])


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


@dataclass(kw_only=True)
class Worker:
    """Works on the store in `folder`, each time in a new process, which may be killed; keeps all that they printed."""

    process: asyncio.subprocess.Process
    folder: Path
    chance: random.Random = field(default_factory=random.Random)
    printed: list[dict[str, Any]] = field(default_factory=list)
    killed: int = 0
    runs: int = 0

    async def run(self, at: datetime, *, kill: bool = False, die: str = "nowhere") -> bool:
        """Work, with a clock at least the longest lease later than the last time. Tell whether the work came to its end."""
        self.runs += 1
        now = at + self.runs * (CLAIM_LEASE + timedelta(seconds=1))
        printed = self.folder / f"printed-{self.process.pid}-{self.runs}"
        self._ask(f"{now.isoformat()} {printed} {die}")
        child = int(await self._answer())
        if kill:
            await self._wait_a_little(printed)
            os.kill(child, signal.SIGKILL)
        code = int(await self._answer())
        self._ask("")
        assert code in {0, -signal.SIGKILL}
        self.killed += code == -signal.SIGKILL
        # What follows the last line end is an alert that was cut in two.
        self.printed += map(json.loads, printed.read_text(encoding="utf-8").split("\n")[:-1])
        return code == 0

    async def _wait_a_little(self, printed: Path) -> None:
        """Wait for a random time after the start, or after a random alert."""
        alerts = self.chance.choice((0, 0, 1, 1, 2, 3, 4))
        for _ in range(200):
            if _lines(printed) >= alerts:
                break
            await asyncio.sleep(0.001)
        await asyncio.sleep(self.chance.uniform(0, 0.003 if alerts else 0.12))

    def _ask(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    async def _answer(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode()


@asynccontextmanager
async def _worker(register: Register, folder: Path) -> AsyncIterator[Worker]:
    topics = folder / "topics"
    topics.mkdir(exist_ok=True)
    (topics / "own.toml").write_text(TOPICS, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.crash.worker"),
        *(register.base_url, str(folder / "store.sqlite3"), str(topics), str(PAGE)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield Worker(process=process, folder=folder)
    finally:
        process.stdin.close()
        await process.wait()


def _told(*workers: Worker) -> Counter[str]:
    alerts = (alert for worker in workers for alert in worker.printed)
    return Counter(alert["refs"][0].removeprefix("fr:") for alert in alerts)


def _uncertain(database: Database) -> Counter[str]:
    query = select(schema.alert.c.key).join(schema.delivery, schema.delivery.c.post == schema.alert.c.post)
    return Counter(row["key"] for row in rows(database, query.where(schema.delivery.c.outcome == "unknown")))


async def _until_killed_or_done(worker: Worker, at: datetime, *, kills: int) -> None:
    """Run and kill, `kills` times at most, then run to the end."""
    for _ in range(kills):
        if await worker.run(at, kill=True):
            return
    assert await worker.run(at)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Open the store that the workers left; closed after the test."""
    opened: list[Database] = []

    def _open() -> Database:
        opened.append(Database.open(url_of(tmp_path / "store.sqlite3"), create=False))
        return opened[-1]

    yield _open
    for database in opened:
        database.close()


@pytest.mark.parametrize("seed", range(max(1, ROUNDS // KILLS)))
async def test_killed_at_any_moment_it_stores_everything_once_and_loses_no_alert(
    tmp_path: Path, stored: Callable[[], Database], seed: int
) -> None:
    old = _documents(EVE, "2023-1", range(3 * PAGE))
    new = _documents(DAY, "2023-2", range(12 * PAGE))
    async with Register([*old, *new], now=EVE) as register, _worker(register, tmp_path) as worker:
        worker.chance.seed(seed)
        await _until_killed_or_done(worker, EVE, kills=KILLS // 3)
        register.now = DAY
        await _until_killed_or_done(worker, DAY, kills=KILLS - KILLS // 3)
    assert worker.killed > 0

    database = stored()
    everything = _numbers([*old, *new])
    items = rows(database, select(schema.item.c.key).order_by(schema.item.c.key))
    assert [row["key"] for row in items] == everything
    assert count(database, schema.seen) == count(database, schema.item_revision) == len(everything)
    told_by = select(schema.alert.c.key, schema.post.c.state).join(
        schema.post, schema.post.c.id == schema.alert.c.post
    )
    alerts = rows(database, told_by.order_by(schema.alert.c.key))
    assert [(row["key"], row["state"]) for row in alerts] == [(number, "sent") for number in _matched(new)]

    told, uncertain = _told(worker), _uncertain(database)
    assert sorted(told) == _matched(new)
    assert {number for number, times in told.items() if times > 1 + uncertain[number]} == set()
    # A kill leaves at most the one alert in doubt that was under way, and what is sent after a doubt says so.
    assert uncertain.total() <= worker.killed
    marked = {alert["refs"][0].removeprefix("fr:") for alert in worker.printed if alert["repeat"]}
    assert marked == set(uncertain)


async def test_killed_in_a_send_it_tells_again_marked_and_the_ledger_says_why(
    tmp_path: Path, stored: Callable[[], Database]
) -> None:
    async with (
        Register(_documents(EVE, "2023-1", [1]), now=EVE) as register,
        _worker(register, tmp_path) as worker,
    ):
        assert await worker.run(EVE)
        register.now = DAY
        for number, die in ((1, "before"), (2, "half-way"), (4, "after")):
            register.put_document(*_documents(DAY, "2023-2", [number]))
            assert not await worker.run(DAY, die=die)
            assert await worker.run(DAY)
            assert worker.printed[-1]["repeat"] is True
    assert _told(worker) == {"2023-2-00001": 1, "2023-2-00002": 1, "2023-2-00004": 2}
    table = schema.delivery
    deliveries = rows(
        stored(), select(table.c.attempt, table.c.outcome).order_by(table.c.post, table.c.attempt)
    )
    assert deliveries == [{"attempt": 1, "outcome": "unknown"}, {"attempt": 2, "outcome": "sent"}] * 3


async def test_two_processes_at_once_store_everything_once_and_tell_everything_once(
    tmp_path: Path, stored: Callable[[], Database]
) -> None:
    old = _documents(EVE, "2023-1", range(PAGE))
    new = _documents(DAY, "2023-2", range(3 * PAGE))
    async with (
        Register([*old, *new], now=EVE) as register,
        _worker(register, tmp_path) as one,
        _worker(register, tmp_path) as other,
    ):
        assert await one.run(EVE)
        other.runs = one.runs
        register.now = DAY
        assert await asyncio.gather(one.run(DAY), other.run(DAY)) == [True, True]
    assert _told(one, other) == Counter(_matched(new))
    database = stored()
    assert count(database, schema.item_revision) == len(old) + len(new)
    assert _uncertain(database) == Counter()
