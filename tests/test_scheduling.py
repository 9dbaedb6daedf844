"""Sources are due when they were said to be, and are only enqueued then."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.scheduling import Schedule


async def test_a_source_is_enqueued_once_for_each_time_it_is_said_to_be_due_until_stopped() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put)
    schedule.start()
    for _ in range(3):
        schedule.due("quick", datetime.now(UTC))
        assert await asyncio.wait_for(due.get(), 5) == "quick"
    schedule.due("quick", datetime.now(UTC) + timedelta(milliseconds=50))
    schedule.stop()
    await asyncio.sleep(0.15)
    assert due.empty(), "nothing is enqueued after the stop"


async def test_what_was_said_last_holds() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put)
    schedule.start()
    schedule.due("moved", datetime.now(UTC) + timedelta(milliseconds=40))
    schedule.due("moved", datetime.now(UTC) + timedelta(hours=1))
    await asyncio.sleep(0.15)
    assert due.empty()
    schedule.stop()


async def test_a_time_that_has_gone_by_is_now() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put)
    schedule.due("late", datetime.now(UTC) - timedelta(hours=5))
    schedule.start()
    assert await asyncio.wait_for(due.get(), 5) == "late"
    await asyncio.sleep(0.05)
    assert due.empty(), "five missed hours are one poll"
    schedule.stop()
