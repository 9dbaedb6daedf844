"""A gazette on loopback, and the pipeline that reads it under a clock set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.topic import parse_topics
from bot.pipeline import Pipeline, Poll
from bot.store.lookups import find_trails
from tests.fakes.apps import LOOPBACK, Bench, open_bench
from tests.fakes.gazette import SOURCE, listing, options_at
from tests.fakes.http_site import HttpSite, http_site
from watchers.fetch import Fetcher

MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
TOPICS = parse_topics(
    """
[minerals]
title = "Minerals"
severity = "notice"
any = ["gallium"]
[parties]
title = "Parties"
severity = "notice"
any = ["annex:Acme"]
""",
    "made-up.toml",
)
OLD = {"id": "1", "title": "An old notice", "on": "2026-10-01"}
NEW = {"id": "2", "title": "A notice", "on": "2026-11-16"}


class Desk:
    """A gazette on loopback and the pipeline that reads it."""

    def __init__(self, site: HttpSite, bench: Bench, fetcher: Fetcher, **changed: Any) -> None:
        self.site, self.bench, self.fetcher = site, bench, fetcher
        self.source = replace(SOURCE, **changed)
        self.pipeline = Pipeline(
            store=bench.app.store,
            fetch=fetcher,
            clock=bench.clock,
            topics=TOPICS,
            sources={SOURCE.key: self.source},
        )

    def show(self, *rows: dict[str, Any]) -> None:
        self.site.on("/list", listing(*rows))

    async def poll(self, after: timedelta = timedelta()) -> Poll:
        self.bench.clock.at += after
        poll = await self.pipeline.poll(self.source, options_at(self.site))
        await self.bench.app.outbox.drain()
        return poll

    def told(self) -> list[tuple[str, str]]:
        return [(alert["reason"], alert["refs"][0]) for alert in self.bench.alerts()]

    async def reasons(self, key: str) -> list[str]:
        trails = await self.bench.app.store.read(lambda connection: find_trails(connection, key))
        return [decision.reason for trail in trails for decision in trail.decisions]


@asynccontextmanager
async def open_desk(tmp_path: Path, **changed: Any) -> AsyncIterator[Desk]:
    """Open a desk on a gazette with these facts changed."""
    async with (
        http_site() as site,
        open_bench("https://unused.example/", tmp_path / "s.sqlite3", MONDAY) as bench,
        Fetcher(LOOPBACK, now=bench.clock.now) as fetcher,
    ):
        yield Desk(site, bench, fetcher, **changed)
