"""How often something is tried, and how long is waited between."""

from datetime import timedelta

import pytest

from watchers.errors import (
    Blocked,
    HostResting,
    Moved,
    NotSane,
    RateLimited,
    ServerFault,
    SourceError,
    TimedOut,
    TooLarge,
    Truncated,
    Unreachable,
    Unsafe,
)
from watchers.tries import Tries

SHORT = RateLimited("soon", retry_after=timedelta(seconds=3))
RESTING = HostResting("left alone", retry_after=timedelta(minutes=1))


class Desk:
    """Asks as often as told, with these ends."""

    def __init__(self, *ends: SourceError | str, attempts: int = 3) -> None:
        self.ends = list(ends)
        self.tries = Tries(attempts, timedelta(milliseconds=1))

    async def ask(self) -> str:
        end = self.ends.pop(0)
        if isinstance(end, SourceError):
            raise end
        return end

    async def answer(self) -> str:
        return await self.tries.until_done(self.ask)


async def test_what_comes_at_once_is_what_is_returned() -> None:
    assert await Desk("page").answer() == "page"


async def test_it_ends_with_the_last_error_which_says_how_many_tries_there_were() -> None:
    desk = Desk(*[ServerFault(f"{number}") for number in range(4)], attempts=3)
    with pytest.raises(ServerFault, match=r"^2, after 3 tries$"):
        await desk.answer()
    assert len(desk.ends) == 1


@pytest.mark.parametrize("error", [Unreachable("x"), Truncated("x"), ServerFault("x"), SHORT])
async def test_what_may_pass_is_tried_again(error: SourceError) -> None:
    assert await Desk(error, "page").answer() == "page"


@pytest.mark.parametrize(
    "error",
    [
        *(TimedOut("x"), Blocked("x"), Moved("x"), NotSane("x"), TooLarge("x"), Unsafe("x"), RESTING),
        *(RateLimited("x"), RateLimited("x", retry_after=timedelta(seconds=6))),
    ],
)
async def test_what_will_not_pass_is_not_tried_again(error: SourceError) -> None:
    desk = Desk(error, "page")
    with pytest.raises(type(error)) as caught:
        await desk.answer()
    assert caught.value is error
    assert desk.ends == ["page"]
    assert "tries" not in str(error)


async def test_a_host_that_rests_by_now_does_not_hide_why() -> None:
    desk = Desk(ServerFault("one"), Truncated("two"), RESTING)
    with pytest.raises(Truncated, match=r"^two, after 2 tries$") as caught:
        await desk.answer()
    assert caught.value.what == str(caught.value)
