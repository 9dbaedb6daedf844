"""The whole service as processes to be killed: each polls and sends as `tradewire run` does, until a signal ends it.

Loads all modules once, then makes one child for each order on standard input, a line of JSON: `at` (what its clock shall show),
`die` (a platform, and `before` or `after` its first send). On standard output the child says its process id when it begins, and
this process says how it ended. The argument is the settings' file, see `Setting`.
"""

import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from bot.app import open_app
from bot.channels.console import Console, for_programs
from bot.clock import Clock
from bot.config import Settings
from bot.core.delivery import Sent
from bot.core.pace import Limit, Limits
from bot.core.platform import Traits
from bot.core.posting import Posting
from bot.outbox import Outbox, Platform
from bot.platforms import open_platforms
from bot.store.lookups import coverage_of
from tests.crash.worker import RunningClock, how_it_ended
from tests.fakes.apps import LOOPBACK, settings_for

WARM_SECONDS = 0.5
"""How long the life is that warms up: both sources are read in it."""

SEND_SECONDS = 0.4
"""How long a platform may take here."""

QUICK = Limits(
    overall=Limit(interval=timedelta(milliseconds=2), advance=4),
    chat=Limit(interval=timedelta(milliseconds=20)),
    group=Limit(interval=timedelta(milliseconds=40), advance=2),
)
"""The limits that hold here: of the shape of Telegram's, fifty times as quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all children share: where everything is, and who asked for what. `more` are tables of the configuration."""

    base_url: str
    store: str
    topics: str
    more: dict[str, Any]

    def settings(self, *, platforms: bool) -> Settings:
        """Return the configuration, with or without the tables of the platforms."""
        more = {key: table for key, table in self.more.items() if platforms or key in _NO_PLATFORMS}
        return settings_for(self.base_url, topics=Path(self.topics), **more)


_NO_PLATFORMS = frozenset({"console", "subscriptions", "ops", "fetch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one child is to do."""

    at: datetime
    die: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dying:
    """A platform that kills its process at its first send: before it, or after it and before anybody hears of it."""

    platform: Platform
    after: bool

    @property
    def traits(self) -> Traits:
        return self.platform.traits

    async def send(self, posting: Posting) -> Sent:
        if self.after:
            await self.platform.send(posting)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    async def look(self, posting: Posting, since: datetime) -> Sent:
        return await self.platform.look(posting, since)


async def serve(setting: Setting, order: Order) -> None:
    """Run the service until it is told to end. All is as in `tradewire run` but clock, limits and the time for one send."""
    clock = RunningClock(order.at)
    async with (
        open_platforms(
            setting.settings(platforms=True), clock, console=_console, user_agent="Test", limits=QUICK
        ) as platforms,
        open_app(
            setting.settings(platforms=False),
            store_url=f"sqlite:///{setting.store}",
            rules=LOOPBACK,
            clock=clock,
            console=_console,
        ) as app,
    ):
        outbox = Outbox(
            store=app.store,
            platforms=_doomed(platforms, order.die),
            clock=clock,
            coverage=coverage_of({key: source for key, (source, _) in app.sources.items()}),
            send_seconds=SEND_SECONDS,
        )
        await replace(app, outbox=outbox).serve(lambda: setting.settings(platforms=False))


def _console(clock: Clock) -> Platform:
    return Console(sys.stderr, render=for_programs, now=clock.now)


def _doomed(platforms: Mapping[str, Platform], die: str) -> Mapping[str, Platform]:
    name, _, where = die.partition(" ")
    return {
        key: Dying(platform=platform, after=where == "after") if key == name else platform
        for key, platform in platforms.items()
    }


def child(setting: Setting, order: Order) -> None:
    """Work and end, with 0 only if everything went well. Never returns."""
    try:
        print(os.getpid(), flush=True)
        asyncio.run(serve(setting, order))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


async def warm_up(setting: Setting) -> None:
    """Live once on a store of its own: what is then loaded and put together no child has to do again."""
    order = Order(at=datetime(2026, 11, 16, 14, 0, tzinfo=UTC))
    living = asyncio.create_task(serve(replace(setting, store=f"{setting.store}-warm"), order))
    # It would die of a signal that it does not listen to yet, and nothing tells when it does.
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL and not living.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(WARM_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    await living


if __name__ == "__main__":
    logging.disable(logging.ERROR)  # what the platforms did to it is told by the ledger
    mine = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Setting)
    asyncio.run(warm_up(mine))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = msgspec.json.decode(line, type=Order)
        pid = os.fork()
        if pid == 0:
            child(mine, wanted)
        print(how_it_ended(pid), flush=True)
        sys.stdin.readline()  # until here the test may signal the child by its id
        os.waitpid(pid, 0)
