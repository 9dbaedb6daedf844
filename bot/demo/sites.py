"""Web sites on loopback: recorded pages served under their own hosts and paths, as of a moment. Reaches no other host.

A page has the address that it has in the world; `dial` leads a Fetcher from there to this server, which tells hosts apart by
the Host header. Of several recordings of one address the latest that had appeared by `now` is served, and 404 before the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from yarl import URL

from bot.demo.loopback import Loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded answer. `url` may name parts of a query: every one of them must be asked for. `since` is when it appeared."""

    url: str
    body: bytes
    content_type: str
    since: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def answers(self, host: str, path: str, query: Iterable[tuple[str, str]]) -> bool:
        """Tell whether this is an answer to a request for `path` at `host` with these parameters."""
        parts = urlsplit(self.url)
        return (parts.netloc, parts.path or "/") == (host, path) and set(parse_qsl(parts.query)) <= set(query)


class Sites:
    """Recorded pages behind a real server on 127.0.0.1; use as `async with Sites(pages, now=…) as sites`.

    `elsewhere` are hosts that another server on loopback stands in for, by its port.
    """

    def __init__(
        self, pages: Iterable[Recorded], *, now: datetime, elsewhere: Mapping[str, int] | None = None
    ) -> None:
        self.now = now
        self._pages = sorted(pages, key=lambda page: page.since)
        self._elsewhere = dict(elsewhere or {})
        self._server = Loopback(self._routes, 0)

    def dial(self, target: URL) -> URL:
        """Return where on this machine the page at `target` is served."""
        port = self._elsewhere.get(target.raw_host or "", self._server.port)
        return URL(f"http://127.0.0.1:{port}{target.raw_path_qs}", encoded=True)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    def _routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/{path:.*}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        query = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
        host = request.headers.get("Host", "")
        shown = [
            page
            for page in self._pages
            if page.since <= self.now and page.answers(host, request.rel_url.path, query)
        ]
        if not shown:
            return web.Response(status=404, text="no page there")
        page = shown[-1]
        return web.Response(
            status=page.status, body=page.body, headers={"Content-Type": page.content_type, **page.headers}
        )
