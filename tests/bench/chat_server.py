"""A Slack and a Telegram that take every message at once, as a process of its own: `python -m tests.bench.chat_server`.

Prints its port. It judges nothing, for the benchmarks measure the other side. `/arrivals` answers when each message came since it
was last asked, as seconds of the machine's monotonic clock, which is the same in every process, and whether it was a reply.
"""

import asyncio
import itertools
import json
import sys
import time

from aiohttp import web

_TELEGRAM = (
    b'{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":-1,"type":"group","title":"A desk"}}}'
)
_SLACK = b'{"ok":true,"channel":"C1","ts":"%d.000100"}'


class Chats:
    """Takes messages and remembers when they came."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._arrivals: list[tuple[float, bool]] = []

    async def take(self, request: web.BaseRequest) -> web.Response:
        """Answer a message as its platform would."""
        came_at = time.monotonic()
        body = await request.read()
        if request.path == "/arrivals":
            told, self._arrivals = self._arrivals, []
            return web.Response(body=json.dumps(told).encode(), content_type="application/json")
        self._arrivals.append((came_at, b'"thread_ts"' in body))
        answer = _TELEGRAM if request.path.startswith("/bot") else _SLACK
        return web.Response(body=answer % next(self._numbers), content_type="application/json")


async def main() -> None:
    """Serve until the process is ended."""
    runner = web.ServerRunner(web.Server(Chats().take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
