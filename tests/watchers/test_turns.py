"""Turns at a host, on a clock that only moves when somebody sleeps."""

import asyncio
from datetime import timedelta

import pytest

from tests.fakes.virtual_time import VirtualTime
from watchers.errors import TimedOut
from watchers.turns import Budget, Turns


async def starts(
    time: VirtualTime, turns: Turns, hosts: list[str], took: float = 0.0
) -> list[tuple[str, float]]:
    seen: list[tuple[str, float]] = []

    async def visit(host: str) -> None:
        async with turns.turn(host):
            seen.append((host, time.monotonic()))
            if took:
                await time.sleep(took)

    await asyncio.gather(*(visit(host) for host in hosts))
    return seen


async def test_starts_at_one_host_are_a_pause_apart() -> None:
    time = VirtualTime()
    seen = await starts(time, Turns(1.5, sleep=time.sleep, monotonic=time.monotonic), ["a"] * 4)
    assert [at for _, at in seen] == [0.0, 1.5, 3.0, 4.5]


async def test_a_host_that_wants_a_longer_pause_than_ours_gets_it_before_the_next_request() -> None:
    time = VirtualTime()
    turns = Turns(1.0, sleep=time.sleep, monotonic=time.monotonic)
    seen = []
    for wanted in (0.0, 5.0, 0.2, 0.0):
        async with turns.turn("a", wanted):
            seen.append(time.monotonic())
    assert seen == [0.0, 5.0, 6.0, 7.0]


async def test_a_slow_request_holds_its_host_until_it_is_over() -> None:
    time = VirtualTime()
    seen = await starts(time, Turns(1.0, sleep=time.sleep, monotonic=time.monotonic), ["a"] * 3, took=4.0)
    assert [at for _, at in seen] == [0.0, 4.0, 8.0]


async def test_hosts_do_not_wait_for_each_other() -> None:
    time = VirtualTime()
    seen = await starts(time, Turns(1.0, sleep=time.sleep, monotonic=time.monotonic), ["a", "b", "c", "a"])
    assert seen == [("a", 0.0), ("b", 0.0), ("c", 0.0), ("a", 1.0)]


async def test_a_host_that_asks_for_time_gets_it_from_everybody() -> None:
    time = VirtualTime()
    turns = Turns(1.0, sleep=time.sleep, monotonic=time.monotonic)
    turns.hold("a", timedelta(seconds=3))
    seen = await starts(time, turns, ["a", "b", "a"])
    assert seen == [("b", 0.0), ("a", 3.0), ("a", 4.0)]


async def test_a_turn_ends_when_its_request_fails_or_is_cancelled() -> None:
    time = VirtualTime()
    turns = Turns(1.0, sleep=time.sleep, monotonic=time.monotonic)
    with pytest.raises(ValueError, match="broken"):
        async with turns.turn("a"):
            raise ValueError("broken")
    async with asyncio.timeout(1), turns.turn("a"):
        assert time.monotonic() == 1.0


async def test_a_budget_is_spent_over_several_exchanges() -> None:
    budget = Budget(timedelta(seconds=0.2))
    await budget.spend(asyncio.sleep(0.05))
    with pytest.raises(TimedOut, match=r"within 0\.2 s"):
        await budget.spend(asyncio.sleep(0.19))
