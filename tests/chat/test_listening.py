"""What the listeners share: what came before is known again within bounds, and one person's questions keep their order."""

import asyncio
from datetime import timedelta

from bot.chat.kept import Kept, Seen
from bot.chat.listening import Turns, pause_after, until
from tests.fakes.archive import NOW

HOUR = timedelta(hours=1)


def test_what_is_kept_ends_by_age_and_by_number() -> None:
    kept: Kept[int] = Kept(span=HOUR, most=2)
    kept.put("a", 1, NOW)
    assert (kept.get("a", NOW), kept.get("a", NOW + HOUR)) == (1, None)
    kept.put("b", 2, NOW)
    kept.put("c", 3, NOW)
    assert [kept.get(name, NOW) for name in "abc"] == [None, 2, 3]


def test_a_thing_is_known_by_any_of_its_names() -> None:
    known = Seen()
    assert not known.again(("envelope-1", "event-1"), NOW)
    assert known.again(("envelope-2", "event-1"), NOW)
    assert not known.again(("envelope-3", "event-1"), NOW + 2 * HOUR)


def test_pauses_grow_and_have_an_end() -> None:
    assert [pause_after(failures) for failures in (0, 1, 2, 3, 8, 9, 10_000)] == [0, 0, 1, 2, 60, 60, 60]


async def test_one_lane_keeps_its_order_and_lanes_do_not_wait_for_each_other() -> None:
    turns, done, go = Turns(), [], asyncio.Event()

    async def slow() -> None:
        await go.wait()
        done.append("slow")

    async def quick(name: str) -> None:
        done.append(name)
        if name == "other":
            go.set()

    turns.take("mei", slow)
    turns.take("mei", lambda: quick("after slow"))
    turns.take("tom", lambda: quick("other"))
    await turns.end()
    assert done == ["other", "slow", "after slow"]


async def test_a_defect_ends_neither_its_lane_nor_the_others() -> None:
    turns, done = Turns(), []

    async def broken() -> None:
        raise RuntimeError

    async def fine() -> None:
        done.append("fine")

    turns.take("mei", broken)
    turns.take("mei", fine)
    await turns.end()
    assert done == ["fine"]


async def test_work_ends_with_the_stop() -> None:
    stop = asyncio.Event()
    stop.set()
    await until(stop, asyncio.Event().wait())  # type: ignore[arg-type]
