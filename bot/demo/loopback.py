"""How a chat platform's stand-in listens on 127.0.0.1, and what may stand between its network and its work.

`between` is asked on every call. Called with the call and the work to do, it returns the answer: `straight` does the work and
nothing else, others may answer something else, be late, or lose the line before the work or after it. Reaches no other host.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Parameters = Mapping[str, Any]

_MAX_CALL_BYTES = 2**22


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it came in: a method of the platform and its parameters, as sent."""

    method: str
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back. A `body` that is an iterator is sent as it comes, without a length."""

    status: int = 200
    body: bytes | AsyncIterator[bytes] = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """The line is lost: nothing goes back."""


Outcome = Answer | Dropped
Work = Callable[[], Awaitable[Outcome]]
Between = Callable[[Call, Work], Awaitable[Outcome]]


async def straight(_: Call, work: Work) -> Outcome:
    """Do the work and return its answer."""
    return await work()


def json_answer(content: Mapping[str, Any], *, status: int = 200) -> Answer:
    """Return `content` as a JSON answer."""
    return Answer(status=status, body=json.dumps(content, ensure_ascii=False).encode())


async def parameters_of(request: web.Request) -> dict[str, Any]:
    """Return the parameters of a call, from the query and a JSON or form body. A later one wins.

    A body that is neither reads as no parameters.
    """
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            content = json.loads(await request.read() or b"{}")
        except ValueError:
            content = {}
        found |= content if isinstance(content, dict) else {}
    else:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return found


def decoded(value: Any) -> Any:
    """Return a parameter that forms carry as JSON text as what it says; None where it is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def yes(value: Any) -> bool:
    """Tell whether a parameter says yes, in JSON or as forms spell it."""
    return value is True or str(value).lower() in {"true", "1"}


class Loopback:
    """A server on 127.0.0.1 for what `routes` adds; use as `async with Loopback(routes, port) as server`.

    Port 0 takes a free one. It can be entered again after its end, and keeps its port.
    """

    def __init__(self, routes: Callable[[web.UrlDispatcher], None], port: int) -> None:
        self._routes = routes
        self._runner: web.AppRunner | None = None
        self.port = port

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_MAX_CALL_BYTES)
        self._routes(app.router)
        # Half-read answers and long polls are cut soon: whoever closes the server waits for nothing more.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


async def send(request: web.Request, outcome: Outcome) -> web.StreamResponse:
    """Send `outcome` as the answer to `request`, or cut its line."""
    if isinstance(outcome, Dropped):
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    headers = {"Content-Type": outcome.content_type, **outcome.headers}
    if isinstance(outcome.body, bytes):
        return web.Response(status=outcome.status, body=outcome.body, headers=headers)
    response = web.StreamResponse(status=outcome.status, headers=headers)
    await response.prepare(request)
    async for piece in outcome.body:
        await response.write(piece)
    return response
