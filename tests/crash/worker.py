"""Processes to be killed: each polls the Register of the test that asked for it, sends to a file, and ends.

Loads all modules once, then makes one child for each line `<time its clock shall show> <file> <where to die>` on standard
input. On standard output the child says its process id when it begins, and this process says how it ended.
"""

import asyncio
import os
import signal
import sys
import time
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from bot.app import open_app
from bot.channels.console import Console, for_programs
from bot.clock import Clock
from bot.core.delivery import CANNOT_LOOK, Sent
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.outbox import Platform
from tests.fakes.apps import LOOPBACK, settings_for


class RunningClock:
    """Shows `start` when it is made, and goes on from there."""

    def __init__(self, start: datetime) -> None:
        self._start, self._made = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._made)


class Dying:
    """A console that kills its process at one point of the first send: `before`, `half-way` or `after` the writing."""

    traits = Traits()

    def __init__(self, file: TextIO, clock: Clock, where: str) -> None:
        self._file, self._clock, self._where = file, clock, where
        self._console = Console(file, render=for_programs, now=clock.now)

    async def send(self, posting: Posting) -> Sent:
        if self._where == "half-way":
            self._file.write(for_programs(posting, self._clock.now())[:99])
            self._file.flush()
        if self._where == "after":
            await self._console.send(posting)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    async def look(self, posting: Posting, since: datetime) -> Sent:
        return CANNOT_LOOK


async def work(
    base_url: str, store: str, topics: str, per_page: str, *, at: str, file: TextIO, die: str
) -> None:
    def console(clock: Clock) -> Platform:
        if die == "nowhere":
            return Console(file, render=for_programs, now=clock.now)
        return Dying(file, clock, die)

    settings = settings_for(
        base_url, topics=Path(topics), sources={"federal-register": {"per_page": int(per_page)}}
    )
    async with open_app(
        settings,
        store_url=f"sqlite:///{store}",
        rules=LOOPBACK,
        clock=RunningClock(datetime.fromisoformat(at)),
        console=console,
    ) as app:
        polls, _ = await app.check(["federal-register"])
    assert all(poll.ok for poll in polls), polls


def child(at: str, path: str, die: str) -> None:
    """Work and end, with 0 only if everything went well. Never returns."""
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            print(os.getpid(), flush=True)
            asyncio.run(work(*sys.argv[1:], at=at, file=file, die=die))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def how_it_ended(pid: int) -> int:
    """Wait for the child and return its exit code, or less than 0: the signal. Its id is not given to another process yet."""
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


if __name__ == "__main__":
    print("ready", flush=True)
    for order in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(*order.split())
        print(how_it_ended(pid), flush=True)
        sys.stdin.readline()  # until here the test may signal the child by its id
        os.waitpid(pid, 0)
