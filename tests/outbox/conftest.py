"""A store, a clock that is set by hand, an outbox between them, and what it logs."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.outbox import Outbox, Platform
from bot.store.writer import Store
from tests.fakes.ledger import NOON, SEEN_WELL, url_of
from tests.fakes.shelf import MakeOutbox
from tests.fakes.virtual_time import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime(NOON)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(url_of(tmp_path / "store.sqlite3"))
    yield opened
    await opened.close()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[logging.LogRecord]]:
    """What the outbox logs, however logging is configured."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    records: list[logging.LogRecord] = []
    logger, keep = logging.getLogger("tradewire.outbox"), Keep()
    before = logger.level
    logger.setLevel(logging.DEBUG)
    monkeypatch.setattr(logger, "disabled", False)
    logger.addHandler(keep)
    yield records
    logger.removeHandler(keep)
    logger.setLevel(before)


@pytest.fixture
def outbox_to(store: Store, time: VirtualTime) -> MakeOutbox:
    """Make an outbox that sends on these platforms."""

    def make(**platforms: Platform) -> Outbox:
        return Outbox(
            store=store, platforms=platforms, clock=time, coverage=lambda *_: SEEN_WELL, patience_seconds=0
        )

    return make
