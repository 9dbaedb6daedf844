"""What becomes of a page: a reader that trips over it, and what is kept to ask "changed since?" with."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.health import remembered
from bot.demo.register import Register
from bot.pipeline import Pipeline
from tests.fakes.apps import open_bench
from tests.fakes.gazette_desk import NEW, OLD, open_desk
from watchers.calendar import Rhythm
from watchers.errors import ReaderFailed
from watchers.source import Found, Page, Plan, Request, Source, Validators
from watchers.sources import federal_register

MONDAY = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def trap(read: Any) -> Source[Any]:
    source = federal_register.SOURCE
    return Source(
        key="trap",
        title="Trap",
        issuer="Nobody",
        home="https://example.org",
        rhythm=Rhythm(
            zone="UTC", days="every-day", slots=(), otherwise=timedelta(hours=1), off_days=timedelta(hours=1)
        ),
        options=federal_register.Options,
        requests=source.requests,
        read=read,
        facts=source.facts,
    )


async def test_a_reader_that_trips_over_its_page_is_that_sources_failure(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def trips(_page: Page, _options: object) -> Found:
        raise KeyError("nobody expected this")

    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        poll = await bench.app.pipeline.poll(
            trap(trips), federal_register.Options(base_url=register.base_url)
        )
    assert isinstance(poll.error, ReaderFailed)
    assert "KeyError" in poll.error.what
    assert "reader failed" in caplog.text, "a defect is logged whole"


class Tripping:
    """Fails as nothing may."""

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        raise OverflowError(f"{request.url} {max_bytes}")


async def test_a_defect_that_nobody_foresaw_blinds_its_source_and_ends_nothing_else(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = trap(lambda _page, _options: Found())
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        pipeline = Pipeline(store=bench.app.store, fetch=Tripping(), clock=bench.clock, topics=())
        poll = await pipeline.poll(source, source.options())
    assert (poll.state.error_kind, poll.state.error_what) == (
        "reader failed",
        "a defect ended the poll: OverflowError",
    )
    assert "OverflowError: https://" in caplog.text, "a defect is logged whole"


class Answering:
    """Answers every request alike and remembers what it was asked with."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status, self.headers = status, headers
        self.asked_with: list[Validators | None] = []

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        self.asked_with.append(validators)
        return Page(
            request=request,
            url=request.url,
            status=self.status,
            headers=self.headers,
            body=b"",
            fetched_at=MONDAY,
        )


async def test_validators_are_kept_with_what_the_page_held_and_sent_next_time(store: Path) -> None:
    def conditional(_plan: Plan[Any]) -> tuple[Request, ...]:
        return (Request(url="https://example.org/list", conditional=True),)

    source = replace(trap(lambda _page, _options: Found()), requests=conditional)
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        fetch = Answering(200, {"etag": 'W/"a"', "last-modified": "Mon, 16 Nov 2026 00:00:00 GMT"})
        pipeline = Pipeline(store=bench.app.store, fetch=fetch, clock=bench.clock, topics=())
        for _ in range(2):
            assert (await pipeline.poll(source, source.options())).ok
        fetch.status, fetch.headers = 304, {}
        for _ in range(2):
            assert (await pipeline.poll(source, source.options())).ok
        nothing = hashlib.blake2b(b"", digest_size=16).hexdigest()
        kept = Validators(etag='W/"a"', last_modified="Mon, 16 Nov 2026 00:00:00 GMT", body_print=nothing)
        assert fetch.asked_with == [None, kept, kept, kept]
        await pipeline.poll(replace(source, reader_version=2), source.options())
        assert fetch.asked_with[-1] is None, "another reader must see the whole page"


@pytest.mark.parametrize("conditional", [True, False])
async def test_what_was_held_back_is_told_once_it_has_settled_though_its_page_stays_the_same(
    tmp_path: Path, conditional: bool
) -> None:
    async with open_desk(tmp_path, article=None) as desk:
        if not conditional:
            listed = Request(url=desk.site.url("/list"))
            desk.source = replace(desk.source, requests=lambda _plan: (listed,))
        desk.show(OLD)
        await desk.poll()
        for tons in range(6):
            desk.show(OLD, NEW | {"title": f"Gallium quota of {tons} tons"})
            await desk.poll(timedelta(minutes=20))
        held = len(desk.told())
        for _ in range(12):
            await desk.poll(timedelta(hours=1))
        assert [alert["title"] for alert in desk.bench.alerts()[held:]] == ["Gallium quota of 5 tons"]


async def test_what_a_source_remembers_is_kept_only_with_what_its_page_held(tmp_path: Path) -> None:
    async with open_desk(tmp_path, article=None) as desk:
        desk.show(OLD)
        await desk.poll()
        desk.show(OLD, NEW | {"title": "Half a character: \ud800"})
        poll = await desk.poll(timedelta(minutes=5))
        assert isinstance(poll.error, ReaderFailed)
        assert remembered(poll.state) == {"polls": "1"}
        desk.show(OLD, NEW | {"title": "Gallium"})
        poll = await desk.poll(timedelta(hours=1))
        assert remembered(poll.state) == {"polls": "2"}
        assert desk.told() == [("first", "gazette:2")]
