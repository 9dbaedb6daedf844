"""The schedule only enqueues, by each source's own calendar."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from bot.scheduling import RhythmTrigger, Schedule
from watchers.calendar import Rhythm, Slot

EASTERN_SLOT = Rhythm(
    zone="America/New_York",
    days="us-federal",
    slots=(Slot(start=time(8, 40), end=time(9, 5), every=timedelta(minutes=5)),),
    otherwise=timedelta(hours=3),
    off_days=timedelta(hours=12),
)
ALWAYS = Rhythm(
    zone="UTC",
    days="every-day",
    slots=(),
    otherwise=timedelta(milliseconds=20),
    off_days=timedelta(milliseconds=20),
)


def fires(trigger: RhythmTrigger, start: datetime, count: int) -> list[datetime]:
    times = [trigger.get_next_fire_time(None, start)]
    while len(times) < count:
        times.append(trigger.get_next_fire_time(times[-1], times[-1]))
    return times


def test_a_trigger_follows_the_sources_slots_in_its_own_zone() -> None:
    before = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert [f"{at:%H:%M}" for at in fires(RhythmTrigger(EASTERN_SLOT, None), before, 7)] == [
        "13:40", "13:45", "13:50", "13:55", "14:00", "14:05", "17:05",
    ]  # fmt: skip


def test_the_slot_keeps_its_wall_time_when_the_clock_changes() -> None:
    friday, monday = datetime(2026, 10, 30, 11, 0, tzinfo=UTC), datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
    trigger = RhythmTrigger(EASTERN_SLOT, None)
    assert f"{fires(trigger, friday, 1)[0]:%H:%M}" == "12:40"
    assert f"{fires(trigger, monday, 1)[0]:%H:%M}" == "13:40"


def test_the_operators_interval_replaces_the_rhythm() -> None:
    start = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    times = fires(RhythmTrigger(EASTERN_SLOT, timedelta(minutes=7)), start, 3)
    assert times == [start + timedelta(minutes=7 * count) for count in (1, 2, 3)]


async def test_a_due_source_is_enqueued_at_once_and_again_until_stopped() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put)
    schedule.add("quick", ALWAYS, None, first=datetime.now(UTC))
    schedule.start()
    assert [await asyncio.wait_for(due.get(), 5) for _ in range(3)] == ["quick"] * 3
    schedule.stop()
    await asyncio.sleep(0)
    while not due.empty():
        due.get_nowait()
    await asyncio.sleep(0.1)
    assert due.empty(), "nothing is enqueued after the stop"


async def test_a_loop_that_was_busy_still_polls_once() -> None:
    due: asyncio.Queue[str] = asyncio.Queue()
    schedule = Schedule(due.put)
    schedule.add("late", EASTERN_SLOT, timedelta(hours=1), first=datetime.now(UTC) - timedelta(hours=5))
    schedule.start()
    assert await asyncio.wait_for(due.get(), 5) == "late"
    await asyncio.sleep(0.05)
    assert due.empty(), "five missed hours are one poll"
    schedule.stop()
    await asyncio.sleep(0)
