"""Faults strike as often as they are told to, and only the calls that they are meant for."""

from random import Random

from bot.demo.loopback import Answer, Call, Outcome, json_answer
from tests.fakes import platform_faults as faults


async def struck(share: float, method: str) -> tuple[int, int]:
    """Of 100 calls of `method`, how many were not answered with a success, and how often the work was done."""
    done = 0

    async def work() -> Outcome:
        nonlocal done
        done += 1
        return json_answer({"ok": True})

    between = faults.random_faults(Random(7), share)
    outcomes = [await between(Call(method=method, parameters={}), work) for _ in range(100)]
    good = json_answer({"ok": True})
    return sum(not isinstance(one, Answer) or one.body != good.body for one in outcomes), done


async def test_random_faults_strike_their_share_of_what_is_sent() -> None:
    assert await struck(0.0, "sendMessage") == (0, 100)
    assert await struck(1.0, "getUpdates") == (0, 100)
    failed, done = await struck(1.0, "chat.postMessage")
    assert failed == 100
    assert 0 < done < 100
    assert 15 < (await struck(0.3, "sendMessage"))[0] < 45
