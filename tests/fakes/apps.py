"""A whole Tradewire for tests: real store, real fetching over loopback, a clock that is set by hand."""

import io
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.channels.console import Console, for_programs
from bot.config import Settings
from bot.demo.replay import ReplayClock
from bot.pipeline import Poll
from watchers.fetch import FetchRules
from watchers.registry import all_sources

LOOPBACK = FetchRules(
    user_agent="Tradewire test (contact: test@localhost)",
    seconds_between_requests=0,
    attempts=1,
    allow_private_hosts=frozenset({"127.0.0.1"}),
)

DESKS = ("federal-register", "public-inspection")

EVERYTHING = """
[everything]
title = "Everything"
title_zh = "全部"
severity = "notice"
any = ["type:Rule", "type:Proposed Rule", "type:Notice", "type:Presidential Document", "type:Proclamation",
       "type:Determination", "type:Document"]

[everything.examples]
match = [{ title = "A notice", type = "Notice" }]
ignore = ["A text of no type"]
"""
"""A topic that every document of the Register matches, to count alerts by."""


@dataclass(kw_only=True)
class Bench:
    """An open app, its clock, and what its console printed: alerts, and notices of incidents apart from them."""

    app: App
    clock: ReplayClock
    printed: io.StringIO = field(default_factory=io.StringIO)
    noted: io.StringIO = field(default_factory=io.StringIO)

    async def check(self, *keys: str, at: datetime | None = None) -> dict[str, Poll]:
        """Poll the named sources (all by default), one after the other, then send. Return the polls by source."""
        if at is not None:
            self.clock.at = at
        polls: dict[str, Poll] = {}
        for key in keys or tuple(self.app.sources):
            done, _ = await self.app.check([key])
            polls[key] = done[0]
        return polls

    def alerts(self) -> list[dict[str, Any]]:
        """Return every alert printed so far, in order."""
        return [json.loads(line) for line in self.printed.getvalue().splitlines()]

    def notices(self) -> list[dict[str, Any]]:
        """Return every notice of an incident printed so far, in order."""
        return [json.loads(line) for line in self.noted.getvalue().splitlines()]


def others_off(*wanted: str) -> str:
    """Return the tables of a configuration file that switch off every shipped source but these."""
    return "".join(f"[sources.{key}]\nenabled = false\n" for key in all_sources() if key not in wanted)


def settings_for(
    base_url: str, *, topics: Path | None = None, sources: dict[str, Any] | None = None, **more: Any
) -> Settings:
    """Return settings with both desks of the Register at `base_url`, and no other source."""
    tables: dict[str, dict[str, Any]] = {
        name: {"base_url": base_url} if name in DESKS else {"enabled": False} for name in all_sources()
    }
    for name, options in (sources or {}).items():
        tables[name] |= options
    return Settings(
        contact="test@example.org", sources=tables, topics={"directory": topics} if topics else {}, **more
    )


@asynccontextmanager
async def open_bench(
    base_url: str,
    store: Path,
    at: datetime,
    *,
    topics: str | None = None,
    sources: dict[str, Any] | None = None,
    **more: Any,
) -> AsyncIterator[Bench]:
    """Open an app on `store` with its clock at `at`. `topics` is the text of a topic file of its own."""
    directory = None
    if topics is not None:
        directory = store.parent / "topics"
        directory.mkdir(exist_ok=True)
        (directory / "own.toml").write_text(topics, encoding="utf-8")
    clock = ReplayClock(at)
    printed, noted = io.StringIO(), io.StringIO()
    async with open_app(
        settings_for(base_url, topics=directory, sources=sources, **more),
        store_url=f"sqlite:///{store}",
        rules=LOOPBACK,
        clock=clock,
        console=lambda shared: Console(printed, render=for_programs, now=shared.now, notes=noted),
    ) as app:
        yield Bench(app=app, clock=clock, printed=printed, noted=noted)


def counted(alerts: Iterable[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Return how often each (document, stage) was told."""
    counts: dict[tuple[str, str], int] = {}
    for alert in alerts:
        key = (alert["refs"][0], alert["stage"])
        counts[key] = counts.get(key, 0) + 1
    return counts
