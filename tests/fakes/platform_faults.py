"""What can go wrong between a bot and a chat platform, to be put into a stand-in as its `between`.

A fault has the shape of `between` itself. `scripted` and `random_faults` choose one for each call.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from random import Random

from bot.demo.loopback import Answer, Between, Call, Dropped, Outcome, Work, straight

_BETWEEN_PIECES = 0.01


def rate_limited(retry_after: int | None = 1) -> Between:
    """Answer 429 in the words of both platforms, without doing the work; None: without saying how long to wait."""
    content: dict[str, object] = {"ok": False, "error": "ratelimited", "error_code": 429}
    content["description"] = "Too Many Requests" + (f": retry after {retry_after}" if retry_after else "")
    if retry_after is not None:
        content["parameters"] = {"retry_after": retry_after}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _instead(Answer(status=429, body=json.dumps(content).encode(), headers=headers))


def ok_false(error: str) -> Between:
    """Refuse the call as Slack does, with this error code, without doing the work."""
    return _instead(Answer(body=json.dumps({"ok": False, "error": error}).encode()))


def bot_api_error(status: int, description: str) -> Between:
    """Refuse the call as Telegram does, without doing the work."""
    content = {"ok": False, "error_code": status, "description": description}
    return _instead(Answer(status=status, body=json.dumps(content).encode()))


def server_error(*, content_type: str = "text/html", status: int = 502) -> Between:
    """Answer as a proxy does that cannot reach its server: no JSON, the work not done."""
    return _instead(Answer(status=status, body=b"<h1>upstream is away</h1>", content_type=content_type))


def server_error_after(*, content_type: str = "text/html", status: int = 502) -> Between:
    """Do the work, and answer as a proxy that has lost its server meanwhile."""
    return _after(lambda: Answer(status=status, body=b"<h1>upstream is away</h1>", content_type=content_type))


def drop_before() -> Between:
    """Cut the line before the work."""
    return _instead(Dropped())


def drop_after() -> Between:
    """Do the work and cut the line."""
    return _after(Dropped)


def endless_body() -> Between:
    """Do the work and answer with a body that never ends."""
    return _after(lambda: Answer(body=_blanks()))


def hang_after() -> Between:
    """Do the work and never answer."""

    async def fault(_: Call, work: Work) -> Outcome:
        await work()
        return await _for_ever()

    return fault


def hang_before() -> Between:
    """Never come to the work."""

    async def fault(_: Call, __: Work) -> Outcome:
        return await _for_ever()

    return fault


def late(opened: asyncio.Event) -> Between:
    """Wait for `opened`, then do the work and answer."""

    async def fault(_: Call, work: Work) -> Outcome:
        await opened.wait()
        return await work()

    return fault


def scripted(method: str, faults: Sequence[Between | None]) -> Between:
    """Meet each call of `method` with the next fault (None: with none), every later call and every other method with none."""
    left = list(faults)

    async def between(call: Call, work: Work) -> Outcome:
        fault = left.pop(0) if left and call.method == method else None
        return await (fault or straight)(call, work)

    return between


def random_faults(
    rng: Random,
    share: float,
    *,
    methods: Collection[str] = ("chat.postMessage", "chat.update", "sendMessage", "editMessageText"),
    faults: Sequence[Between] = (),
) -> Between:
    """Meet a `share` of the calls of `methods` with one of `faults` (default: every one that lets a call end)."""
    choices = list(faults) or [
        rate_limited(1),
        rate_limited(None),
        server_error(),
        server_error(content_type="text/plain", status=500),
        server_error_after(),
        drop_before(),
        drop_after(),
    ]

    async def between(call: Call, work: Work) -> Outcome:
        struck = call.method in methods and rng.random() < share
        return await (rng.choice(choices) if struck else straight)(call, work)

    return between


def _instead(outcome: Outcome) -> Between:
    async def fault(_: Call, __: Work) -> Outcome:
        return outcome

    return fault


def _after(outcome: Callable[[], Outcome]) -> Between:
    async def fault(_: Call, work: Work) -> Outcome:
        await work()
        return outcome()

    return fault


async def _blanks() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(_BETWEEN_PIECES)


def _for_ever() -> Awaitable[Outcome]:
    never: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    return never
