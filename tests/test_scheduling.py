"""Sources are due when they were said to be, and are only enqueued then."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock
from bot.demo.replay import ReplayClock
from bot.scheduling import Schedule


async def test_a_source_is_enqueued_once_for_each_time_it_is_said_to_be_due_until_stopped() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put, clock=SystemClock())
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
    schedule = Schedule(due.put, clock=SystemClock())
    schedule.start()
    schedule.due("moved", datetime.now(UTC) + timedelta(milliseconds=40))
    schedule.due("moved", datetime.now(UTC) + timedelta(hours=1))
    await asyncio.sleep(0.15)
    assert due.empty()
    schedule.stop()


async def test_a_time_that_has_gone_by_is_now() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put, clock=SystemClock())
    schedule.due("late", datetime.now(UTC) - timedelta(hours=5))
    schedule.start()
    assert await asyncio.wait_for(due.get(), 5) == "late"
    await asyncio.sleep(0.05)
    assert due.empty(), "five missed hours are one poll"
    schedule.stop()


async def test_what_is_due_is_said_in_the_time_of_the_clock_it_was_given() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    then = datetime(2023, 10, 17, 12, 0, tzinfo=UTC)
    schedule = Schedule(due.put, clock=ReplayClock(then))
    schedule.start()
    schedule.due("later", then + timedelta(hours=1))
    schedule.due("now", then)
    assert await asyncio.wait_for(due.get(), 5) == "now"
    await asyncio.sleep(0.05)
    assert due.empty(), "an hour of the clock that it was given has not gone by"
    schedule.stop()
