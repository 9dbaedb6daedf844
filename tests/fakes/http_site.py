"""A small real HTTP/1.1 server on the loopback, scripted byte by byte, that keeps what it was asked.

Raw sockets and not a web framework: the faults worth testing (a cut body, a dripping one, a bomb in one chunk) are those
that a framework refuses to serve.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in: the raw target (path and query), headers with lower-case names, the body."""

    target: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Cut:
    """Bytes to send before the connection is dropped."""

    data: bytes


Answer = bytes | Cut | Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(
    body: bytes = b"",
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """Return a whole answer with a Content-Length (`length` tells a lie about it)."""
    fields = {"Content-Length": str(len(body) if length is None else length), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Because\r\n{lines}\r\n".encode("latin-1") + body


def redirect(location: str, *, status: int = 302) -> bytes:
    """Return a redirect to `location`."""
    return reply(status=status, headers={"Location": location})


@dataclass(slots=True)
class HttpSite:
    """The running server. `on` scripts a path; each request takes its next answer, the last one stays."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    most_in_flight: int = 0
    _in_flight: int = 0
    _answers: dict[str, list[Answer]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def on(self, path: str, *answers: Answer) -> None:
        """Answer requests to `path` (query not looked at) with `answers`, in order."""
        self._answers[path] = list(answers)

    def url(self, target: str = "/", *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """Return the address of `target` on this server, under any name that resolves to it."""
        return f"{scheme}://{host}:{self.port}{target}"

    @property
    def targets(self) -> list[str]:
        """Return what was asked for, in order."""
        return [one.target for one in self.asked]

    @property
    def pages(self) -> list[Asked]:
        """Return what was asked, in order, without the robots.txt."""
        return [one for one in self.asked if one.target != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer(reader, writer):
                pass
        self._tasks.discard(task)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append(Asked(target=target, headers=headers, method=method, body=body))
        answer = self._next(target.partition("?")[0])
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            if isinstance(answer, Cut | bytes):
                writer.write(answer.data if isinstance(answer, Cut) else answer)
                await writer.drain()
                return isinstance(answer, bytes)
            await answer(writer)
            return False
        finally:
            self._in_flight -= 1

    def _next(self, path: str) -> Answer:
        answers = self._answers.get(path, [reply(status=404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await server.wait_closed()


@contextlib.asynccontextmanager
async def http_site(
    *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[HttpSite]:
    """Run a server until the block ends."""
    site = HttpSite()
    server = await asyncio.start_server(site._serve, host, port, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        await site._stop(server)
