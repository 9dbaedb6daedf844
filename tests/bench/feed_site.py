"""A server of many feeds for the benchmarks, as a process of its own: `python -m tests.bench.feed_site COUNT`. Prints its port.

`/feed/N` is a feed of twenty entries with an ETag; `/next` adds one new entry to each.
"""

import sys

from aiohttp import web

ENTRIES = 20
_TEXT = (
    "The Bureau amends the regulations on items of this class and asks for comments on the amendment. " * 5
)


def feed(number: int, newest: int) -> bytes:
    """Return feed `number` whose newest entry is number `newest`, as RSS."""
    entries = "".join(
        f'<item><guid isPermaLink="false">{number}-{entry}</guid><title>Notice {entry} of desk {number}</title>'
        f"<link>https://desk{number}.example/notices/{entry}</link>"
        f"<pubDate>Mon, {1 + entry % 28:02} Nov 2026 08:00:00 GMT</pubDate><description>{_TEXT}</description></item>"
        for entry in range(newest, newest - ENTRIES, -1)
    )
    head = f"<title>Desk {number}</title><link>https://desk{number}.example/</link><description>Notices</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{entries}</channel></rss>'.encode()


class Feeds:
    """Serves the feeds from memory."""

    def __init__(self, count: int) -> None:
        self._count, self._newest = count, ENTRIES
        self._bodies = [feed(number, self._newest) for number in range(count)]

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with a feed, or 304 where it is as it was."""
        etag = f'"{self._newest}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = self._bodies[int(request.match_info["number"])]
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    async def next(self, _request: web.Request) -> web.Response:
        """Add one entry to each feed."""
        self._newest += 1
        self._bodies = [feed(number, self._newest) for number in range(self._count)]
        return web.Response(text="done")


def main() -> None:
    """Serve until the process is ended."""
    feeds = Feeds(int(sys.argv[1]))
    app = web.Application()
    app.router.add_get("/feed/{number:[0-9]+}", feeds.serve)
    app.router.add_get("/next", feeds.next)
    web.run_app(app, host="127.0.0.1", port=0, access_log=None, print=_say_port)


def _say_port(text: str) -> None:
    port = text.partition("127.0.0.1:")[2].partition(" ")[0].strip()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
