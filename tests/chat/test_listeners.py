"""Listeners are kept up: what ends one before its time is in the log, and it begins anew."""

import asyncio
import logging

import pytest

from bot import listeners
from bot.listeners import kept_up


class Frail:
    """A listener that a defect ends the first time."""

    def __init__(self) -> None:
        self.begun = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Fail once, then listen until `stop` is set."""
        self.begun += 1
        if self.begun == 1:
            raise RuntimeError("no connections are left")
        stop.set()
        await stop.wait()


async def test_a_listener_that_a_defect_ended_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    frail = Frail()
    with caplog.at_level(logging.ERROR):
        await kept_up(frail, asyncio.Event(), again_seconds=0.01)
    assert frail.begun == 2
    assert [record.message for record in caplog.records] == ["a listener ended before its time"]
    assert listeners.AGAIN_SECONDS >= 1
