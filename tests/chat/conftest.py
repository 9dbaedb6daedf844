"""A desk with a real store, a clock that is set by hand, and people who ask."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.answer import Answer, Button
from bot.chat.asked import Access, Asked
from bot.chat.desk import Desk
from bot.core.channel import Channel
from bot.demo.telegram_stand_in import TelegramStandIn
from bot.store.channels import load_channel
from bot.store.database import Database
from bot.store.writer import Connection, Store
from bot.topics import load
from tests.fakes.archive import NOW, Entry, put
from tests.fakes.patience import running, seen
from tests.fakes.telegram_bots import TOKEN
from tests.fakes.telegram_square import Square

HERE = "slack:C0123"
TOPICS = load()
SOURCES = {
    "bis-press": "BIS press",
    "mofcom-announcements": "MOFCOM announcements",
    "mofcom-export-control": "MOFCOM export control",
}


@dataclass(kw_only=True)
class SetClock:
    """Stands still where it was set."""

    at: datetime

    def now(self) -> datetime:
        """Return where it was set."""
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSource:
    """A source by its key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeFailure:
    """Why a source could not be read."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePoll:
    """What one poll came to."""

    source: FakeSource
    new: int = 0
    alerts: int = 0
    ok: bool = True
    error: FakeFailure | None = None


@dataclass(kw_only=True)
class ScriptedChecker:
    """A checker that does what a test says: `script` is run with the keys and `on_poll`."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    script: Callable[..., object] | None = None

    async def check(self, keys: Sequence[str], *, on_poll: Callable[[FakePoll], None]) -> object:
        """Note what was asked, then follow the script; without one every source brings nothing."""
        self.asked.append(tuple(keys))
        if self.script is not None:
            return await self.script(keys, on_poll)  # type: ignore[misc]
        for key in keys:
            on_poll(FakePoll(source=FakeSource(key=key)))
        return None


@dataclass(kw_only=True)
class Chat:
    """The desk with what is around it."""

    desk: Desk
    store: Store
    clock: SetClock
    checker: ScriptedChecker

    async def say(self, text: str, **more: object) -> Answer:
        """Type a line as an admin called Mei, and return the answer; there must be one."""
        answer = await self.ask(text=text, **more)
        assert answer is not None
        return answer

    async def press(self, button: Button | str, **more: object) -> Answer:
        """Press a button as an admin called Mei; there must be an answer."""
        answer = await self.ask(data=button if isinstance(button, str) else button.data, **more)
        assert answer is not None
        return answer

    async def ask(self, *, on_update: object = None, patient: bool = True, **asked: object) -> Answer | None:
        """Ask the desk. A patient person waits until nobody counts their last questions."""
        if patient:
            self.clock.at += timedelta(seconds=7)
        usual = {
            "platform": "slack",
            "channel": HERE,
            "user": "U1",
            "user_name": "Mei",
            "title": "#law",
            "is_admin": True,
            "prefix": "/tradewire ",
        }
        return await self.desk.answer(Asked(**(usual | asked)), on_update)  # type: ignore[arg-type]

    async def channel(self, address: str = HERE) -> Channel | None:
        """Return the channel as stored."""

        def read(connection: Connection) -> Channel | None:
            return load_channel(connection, address)

        return await self.store.read(read)

    async def put(self, *entries: Entry, now: datetime = NOW) -> None:
        """Put items into the archive."""
        await self.store.write(lambda connection: put(connection, TOPICS, *entries, now=now))


@pytest.fixture(scope="session")
def blank_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store to copy: that is quicker than to make one for each test."""
    path = tmp_path_factory.mktemp("blank") / "store.sqlite3"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def access() -> Access:
    """Nobody but admins may change anything; a test may say otherwise."""
    return Access()


@pytest.fixture
async def chat(blank_store: Path, tmp_path: Path, access: Access) -> AsyncIterator[Chat]:
    """A desk on a store of its own."""
    path = tmp_path / "store.sqlite3"
    shutil.copy(blank_store, path)
    store = await Store.open(f"sqlite:///{path}")
    clock, checker = SetClock(at=NOW), ScriptedChecker()
    desk = Desk(store=store, clock=clock, topics=TOPICS, access=access, checker=checker, sources=SOURCES)
    yield Chat(desk=desk, store=store, clock=clock, checker=checker)
    await desk.finish()
    await store.close()


@pytest.fixture
async def telegram(chat: Chat) -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(now=chat.clock.now, bot_token=TOKEN) as opened:
        yield opened


@pytest.fixture
def quiet_square(telegram: TelegramStandIn, chat: Chat) -> Square:
    """Nobody listens yet."""
    return Square(telegram, chat)


@pytest.fixture
async def square(quiet_square: Square) -> AsyncIterator[Square]:
    async with running(quiet_square.listener()):
        await seen(lambda: quiet_square.chats.updates.is_polled)
        yield quiet_square
