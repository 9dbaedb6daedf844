"""A Federal Register on loopback: the API the watchers speak to, served from memory for the demo and the tests.

It answers as the real API does, traps included, and never reaches any other host. What is listed when is decided in
register_desk, searching in register_search. Faults are a setting of this stand-in, not of the code that talks to it.
Source: usnationalarchives/federalregister-api-core and recorded answers, read 2026-11-23.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.demo import register_desk as desk
from bot.demo import register_search as search
from bot.demo.register_search import Refused

ISSUE_HOUR = time(6, 0)
MAX_NUMBERS = 250
HEADERS = {
    "Cache-Control": "no-store, no-cache, must-revalidate, private",
    "Access-Control-Allow-Origin": "*",
}
_BASE = "/api/v1"
_DESK_SPELLINGS = ("public-inspection-documents", "public_inspection_documents")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came in. `target` is path and query, byte for byte as sent; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Canned:
    path_prefix: str
    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]


class Register:
    """Documents and filings behind a real server on 127.0.0.1; use as `async with Register(documents, filings) as register`.

    `now` (aware) is the time it believes it is; None, the default, means the end of time: every document is published and
    the desk shows the last issue it knows. A document is visible from 06:00 Eastern on its publication day. `origin` is how it
    calls itself in its answers, where it stands in for a host of another name (default: its own address).
    `requests` holds what was received, oldest first.
    """

    def __init__(
        self,
        documents: Iterable[Record] = (),
        filings: Iterable[Record] = (),
        *,
        now: datetime | None = None,
        origin: str = "",
    ) -> None:
        self.requests: list[Received] = []
        self._documents = list(documents)
        self._filings = [desk.read_filing(record) for record in filings]
        self._current: tuple[Record, ...] | None = None
        self._now: datetime | None = None
        self.now = now
        self._canned: list[_Canned] = []
        self._pages_before_stall: int | None = None
        self._released = asyncio.Event()
        self._arrival = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._origin, self._called = "", origin
        self.port = 0

    # -- what a caller sets

    @property
    def now(self) -> datetime | None:
        """The time the register believes it is."""
        return self._now

    @now.setter
    def now(self, now: datetime | None) -> None:
        if now is not None and now.tzinfo is None:
            raise ValueError("register.now needs a time zone")
        self._now = now

    @property
    def base_url(self) -> str:
        """The address of the API, with a slash at its end. Raises RuntimeError before the server is up."""
        if not self._origin:
            raise RuntimeError("the register is not open; use `async with`")
        return f"{self._origin}{_BASE}/"

    @property
    def targets(self) -> tuple[str, ...]:
        """Path and query of every request, oldest first, as sent."""
        return tuple(received.target for received in self.requests)

    def put_document(self, record: Record) -> None:
        """Add a document, in the place of one with the same number."""
        number = record["document_number"]
        self._documents = [*(one for one in self._documents if one["document_number"] != number), record]

    def put_filing(self, record: Record) -> None:
        """Add a filing, in the place of one with the same number."""
        number, filing = record["document_number"], desk.read_filing(record)
        self._filings = [*(one for one in self._filings if one.record["document_number"] != number), filing]

    def set_current(self, records: Iterable[Record] | None) -> None:
        """Lay exactly `records` on the desk, whatever `now` is; None goes back to the model."""
        self._current = None if records is None else tuple(records)

    def answer_with(
        self,
        path_prefix: str,
        status: int,
        body: bytes | str,
        content_type: str = "application/json",
        *,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the next `times` requests whose path begins with `path_prefix` (after `/api/v1/`) with this instead."""
        content = body.encode() if isinstance(body, str) else body
        prefix = f"{_BASE}/{path_prefix.lstrip('/').removeprefix('api/v1/')}"
        canned = _Canned(
            path_prefix=prefix, status=status, body=content, content_type=content_type, headers=headers or {}
        )
        self._canned += [canned] * times

    def stall_after(self, n_pages: int) -> None:
        """Answer `n_pages` more pages of documents, then let every further one hang until `release`."""
        self._pages_before_stall = n_pages
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let hanging pages be answered, and stall no more."""
        self._pages_before_stall = None
        self._released.set()

    async def arrived(self, count: int) -> None:
        """Wait until `count` requests in all have come in, answered or not."""
        while len(self.requests) < count:
            self._arrival.clear()
            await self._arrival.wait()

    # -- the server

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._receive])
        app.router.add_get(f"{_BASE}/documents{{suffix:(?:\\.json)?}}", self._search_documents)
        app.router.add_get(f"{_BASE}/documents/{{numbers}}", self._look_up_documents)
        for spelling in _DESK_SPELLINGS:
            app.router.add_get(f"{_BASE}/{spelling}{{suffix:(?:\\.json)?}}", self._search_desk)
            app.router.add_get(f"{_BASE}/{spelling}/current.json", self._current_issue)
            app.router.add_get(f"{_BASE}/{spelling}/{{numbers}}", self._look_up_filings)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._origin = self._called or f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        runner, self._runner, self._origin = self._runner, None, ""
        if runner is not None:
            await runner.cleanup()

    @web.middleware
    async def _receive(self, request: web.Request, handler: Any) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Received(method=request.method, target=request.raw_path, headers=headers))
        self._arrival.set()
        for index, canned in enumerate(self._canned):
            if request.path.startswith(canned.path_prefix):
                del self._canned[index]
                headers = {"Content-Type": canned.content_type, **canned.headers}
                return web.Response(status=canned.status, body=canned.body, headers=headers)
        try:
            answer: web.StreamResponse = await handler(request)
        except Refused as refused:
            return _json(refused.body, status=refused.status)
        except web.HTTPNotFound:
            return _json({"status": 404, "message": "Record Not Found"}, status=404)
        return answer

    # -- documents

    async def _search_documents(self, request: web.Request) -> web.Response:
        _only_json(request)
        await self._stall()
        documents = self._published()
        query = search.read_query(
            _raw_query(request),
            conditions=search.DOCUMENT_CONDITIONS,
            agencies=self._slugs(),
        )
        # The real API writes the next page's address without `.json`, with `format=json`.
        return _json(search.search_documents(query, documents, address=f"{self._origin}{_BASE}/documents"))

    async def _look_up_documents(self, request: web.Request) -> web.Response:
        numbers = _numbers(request)
        day = request.query.get("publication_date")
        query = search.read_query(_raw_query(request), conditions=search.DOCUMENT_CONDITIONS, agencies=())
        found = {
            record["document_number"]: search.select(record, query.fields)
            if query.fields
            else desk.public(record)
            for record in self._published()
            if day is None or record["publication_date"] == day
        }
        return _looked_up(numbers, found)

    def _published(self) -> list[Record]:
        if self._now is None:
            return self._documents
        local = self._now.astimezone(desk.EASTERN)
        today = local.date().isoformat()
        out_today = local.time() >= ISSUE_HOUR
        return [
            record
            for record in self._documents
            if record["publication_date"] < today or (out_today and record["publication_date"] == today)
        ]

    async def _stall(self) -> None:
        if self._pages_before_stall is None:
            return
        if self._pages_before_stall > 0:
            self._pages_before_stall -= 1
            return
        await self._released.wait()

    # -- public inspection

    async def _current_issue(self, _request: web.Request) -> web.Response:
        return _json(desk.issue_answer(self._on_desk()))

    async def _search_desk(self, request: web.Request) -> web.Response:
        _only_json(request)
        available_on = request.query.getall("conditions[available_on]", [])
        if available_on:  # every other condition is then ignored, as by the real API
            return _json(desk.issue_answer(desk.listed(self._filings, _day(available_on[-1]), self._now)))
        query = search.read_query(
            _raw_query(request),
            conditions=search.DESK_CONDITIONS,
            agencies=self._slugs(),
            fields=search.DESK_FIELDS,
        )
        address = f"{self._origin}{_BASE}/{_DESK_SPELLINGS[1]}"
        records = [desk.utc(record) for record in self._on_desk()]
        return _json(search.search_desk(query, records, address=address))

    async def _look_up_filings(self, request: web.Request) -> web.Response:
        if self._current is not None:
            records = self._on_desk()
        else:
            filed = (one for one in self._filings if self._now is None or one.filed_at <= self._now)
            records = [desk.as_of(filing, self._now) for filing in filed]
        found = {record["document_number"]: desk.look_up(record) for record in records}
        return _looked_up(_numbers(request), found)

    def _on_desk(self) -> list[dict[str, Any]]:
        if self._current is not None:
            return [desk.public(record) for record in self._current]
        issue: date | None
        if self._now is not None:
            issue = desk.current_issue(self._now)
        else:
            issue = max((filing.issues[-1] for filing in self._filings), default=None)
        return [] if issue is None else desk.listed(self._filings, issue, self._now)

    def _slugs(self) -> set[str]:
        records = [*self._documents, *(filing.record for filing in self._filings), *(self._current or ())]
        return {slug for record in records for slug in search.slugs(record)}


def _json(body: Mapping[str, Any], *, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        status=status, text=text, content_type="application/json", charset="utf-8", headers=HEADERS
    )


def _raw_query(request: web.Request) -> str:
    return request.raw_path.partition("?")[2]


def _only_json(request: web.Request) -> None:
    if not request.match_info["suffix"] and request.query.get("format") != "json":
        raise web.HTTPNotFound


def _numbers(request: web.Request) -> list[str]:
    text = request.match_info["numbers"]
    if not text.endswith(".json"):
        raise web.HTTPNotFound
    return text.removesuffix(".json").split(",")


def _looked_up(numbers: list[str], found: Mapping[str, Record]) -> web.Response:
    if len(numbers) == 1:
        if numbers[0] not in found:
            raise web.HTTPNotFound
        return _json(found[numbers[0]])
    asked = list(dict.fromkeys(numbers))[:MAX_NUMBERS]
    results = [found[number] for number in asked if number in found]
    answer: dict[str, Any] = {"count": len(results), "results": results}
    missing = [number for number in asked if number not in found]
    return _json(answer | {"errors": {"not_found": missing}} if missing else answer)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(400, {"errors": {"available_on": "is not a valid date"}}) from None
