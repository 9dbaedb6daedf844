"""A whole Tradewire beside its places, in the test's own process: real pipeline, outbox, platforms, store; time stands still."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.channels.console import Console, for_programs
from bot.clock import Clock
from bot.core.channel import Channel
from bot.core.pace import Limits
from bot.outbox import Outbox, Platform
from bot.platforms import open_platforms
from bot.store.channels import load_channel, save_channel
from bot.store.database import Database
from bot.store.lookups import coverage_of
from bot.store.queue import drive
from tests.crash.accounts import Accounts
from tests.fakes.apps import LOOPBACK, settings_for
from tests.fakes.ledger import url_of
from tests.fakes.places import TOPICS, Places


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesClock:
    """Shows what the places believe it is."""

    places: Places

    def now(self) -> datetime:
        return self.places.now


@dataclass(kw_only=True)
class Running:
    """An open app, its places, and its ledger as another process sees it."""

    app: App
    places: Places
    ledger: Database

    async def check(self, after: timedelta = timedelta()) -> None:
        """Read every source and send what is due, so much later than the last time, or earlier."""
        self.places.now += after
        await self.app.check(tuple(self.app.sources))

    async def settle(self) -> None:
        """Check until nothing waits any more, an hour later each time."""
        for _ in range(24):
            await self.check(timedelta(hours=1))

    async def change(self, address: str, **changes: Any) -> Channel:
        """Change a channel, as somebody who has the right to."""

        def work(connection: Any) -> Channel:
            channel = load_channel(connection, address)
            assert channel is not None
            return save_channel(connection, replace(channel, **changes), now=self.places.now, by="a test")

        return await self.app.store.write(work)

    async def channel(self, address: str) -> Channel:
        """Return a channel as it is on record."""
        found = await self.app.store.read(lambda connection: load_channel(connection, address))
        assert found is not None
        return found

    async def drive(self, channel: str) -> tuple[int, ...]:
        """Ask for what was given up in a channel, and return the posts."""
        now = self.places.now
        return await self.app.store.write(
            lambda connection: drive(connection, channel=channel, now=now, by="a test")
        )

    def audit(self, *, driven: tuple[int, ...] = ()) -> None:
        """Hold the platforms' logs beside the ledger."""
        with self.ledger.reading() as connection:
            accounts = Accounts(places=self.places, connection=connection, driven=frozenset(driven))
            assert accounts.lost() == []
            assert accounts.unexplained() == []
            assert accounts.out_of_order() == []
            assert accounts.behind() == []
            assert accounts.left_open() == []

    def titles_on(self, address: str) -> list[str]:
        """Return what stands in a Slack channel, without replies: the notifications' texts."""
        messages = self.places.slack.workspace.messages(address.partition(":")[2])
        return [each.text for each in messages if each.thread_ts is None]


@asynccontextmanager
async def open_running(places: Places, folder: Path) -> AsyncIterator[Running]:
    """Open it, and learn what is there."""
    topics = folder / "topics"
    topics.mkdir(exist_ok=True)
    (topics / "own.toml").write_text(TOPICS, encoding="utf-8")
    store = url_of(folder / "store.sqlite3")
    clock = PlacesClock(places=places)
    settings = settings_for(places.register.base_url, topics=topics, **places.tables())
    async with (
        open_platforms(settings, clock, console=_console, user_agent="Test", limits=Limits()) as platforms,
        open_app(settings, store_url=store, rules=LOOPBACK, clock=clock, console=_console) as app,
    ):
        outbox = Outbox(
            store=app.store,
            platforms=platforms,
            clock=clock,
            coverage=coverage_of({key: source for key, (source, _) in app.sources.items()}),
            send_seconds=0.4,
            patience_seconds=0,  # a clock that stands still comes to nothing that is to come soon
        )
        ledger = Database.open(store, create=False)
        try:
            running = Running(app=replace(app, outbox=outbox), places=places, ledger=ledger)
            await running.check()
            yield running
        finally:
            ledger.close()


def _console(clock: Clock) -> Platform:
    return Console(io.StringIO(), render=for_programs, now=clock.now)
