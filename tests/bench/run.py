"""Benchmarks: each figure beside a named peer that does the same work in the same run. Writes build/bench.json.

Not part of the tests: machines differ, ratios last. Run with `make bench`.
"""

import json
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.batch import Batch
from bot.core.channel import CONSOLE, Channel, Subscription
from bot.core.intake import take_in
from bot.core.matching import Matcher, document_of
from bot.store.database import Database
from bot.store.intake import apply, load_known
from bot.topics import load
from tests.bench.backtests import backtests
from tests.bench.bare import rows_of, write_bare
from tests.bench.deliveries import deliveries
from tests.bench.feeds import polling
from tests.bench.figures import ROOT, Figure, figure, paired, show
from tests.bench.matching import matching_figures
from tests.bench.pages import list_page, own_pages
from tests.bench.quality import quality
from tests.fakes.plans import plan_of
from watchers.item import Item
from watchers.source import Page, Request
from watchers.sources import federal_register

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def main() -> None:
    """Run every benchmark, print the tables and write the file."""
    body = listing(1_000)
    items = read(body).items
    figures = [
        help_speed(),
        reading(body),
        ingest(items),
        unchanged(items),
        matching(items),
        *matching_figures(),
        *list_page(),
        *own_pages(),
        *polling(),
        *deliveries(),
        *backtests(),
    ]
    show(figures)
    figures += quality()
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def listing(count: int) -> bytes:
    """Return a page of made-up documents with abstracts of a realistic length."""
    sentence = (
        "The Bureau amends the regulations on items of class {} and asks for comments on the amendment. "
    )
    blank = dict.fromkeys(federal_register.FIELDS)
    documents = [
        blank
        | {
            "document_number": f"2026-{number:05}",
            "title": f"Amendment of the Regulations on Class {number} Items"
            + (", Entity List" if number % 50 == 0 else ""),
            "type": "Rule",
            "abstract": "".join(sentence.format(part) for part in range(8)),
            "publication_date": "2026-11-23",
            "agencies": [
                {"raw_name": "COMMERCE", "name": "Commerce Department", "slug": "commerce-department"}
            ],
            "docket_ids": [f"Docket No. 2611{number:05}"],
        }
        for number in range(count)
    ]
    return json.dumps({"count": count, "results": documents}).encode()


def read(body: bytes) -> Any:
    request = Request(url="https://www.federalregister.gov/api/v1/documents.json")
    headers = {"content-type": "application/json"}
    page = Page(request=request, url=request.url, status=200, headers=headers, body=body, fetched_at=NOW)
    return federal_register.read(page, plan_of(federal_register.Options()))


def help_speed() -> Figure:
    """`tradewire --help` against a Python that does nothing."""

    def call(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 (our own program)

    ours, theirs = paired(
        lambda: call("-c", "from bot.cli import main; main(['--help'])"),
        lambda: call("-I", "-S", "-c", "pass"),
    )
    ratio = ours / theirs
    return figure(
        "help",
        ours * 1e3,
        "ms",
        peer="python -I -S -c pass",
        version=platform.python_version(),
        ratio=ratio,
        goal="<= 6",
        met=ratio <= 6,
    )


def reading(body: bytes) -> Figure:
    """A page of 1,000 documents into items, against the standard library merely parsing it."""
    ours, theirs = paired(lambda: read(body), lambda: json.loads(body))
    return figure(
        "read 1,000 documents",
        ours * 1e3,
        "ms",
        peer="json.loads",
        version=platform.python_version(),
        ratio=ours / theirs,
        goal="",
        met=None,
    )


def _batch(items: tuple[Item, ...]) -> Batch:
    return Batch(
        source="federal-register",
        items=items,
        seen_at=NOW,
        learning=False,
        complete_at=NOW - timedelta(hours=1),
        fresh_for=timedelta(days=7),
        zone="America/New_York",
    )


def _take(database: Database, items: tuple[Item, ...]) -> None:
    matcher, channels = Matcher(load()), (Channel(address=CONSOLE, subscriptions=(Subscription(),)),)
    for start in range(0, len(items), 100):
        batch = _batch(items[start : start + 100])
        with database.writing() as connection:
            apply(connection, batch, take_in(batch, load_known(connection, batch), matcher, channels))


def ingest(items: tuple[Item, ...]) -> Figure:
    """New items into the store, topics and ledger on, against bare sqlite3 writing the very same rows."""
    with tempfile.TemporaryDirectory() as scratch:
        count = 0

        def fresh(name: str) -> Path:
            nonlocal count
            count += 1
            return Path(scratch) / f"{name}{count}.sqlite3"

        def ours() -> None:
            database = Database.open(f"sqlite:///{fresh('ours')}")
            _take(database, items)
            database.close()

        model = fresh("model")
        database = Database.open(f"sqlite:///{model}")
        _take(database, items)
        database.close()
        empty = fresh("empty")
        Database.open(f"sqlite:///{empty}").close()
        tables = rows_of(model)
        mine, bare = paired(ours, lambda: write_bare(empty, fresh("bare"), tables))
    rate = len(items) / mine
    return figure(
        "ingest, new items",
        rate,
        "items/s",
        peer="bare sqlite3, same rows",
        version=sqlite3.sqlite_version,
        ratio=bare / mine,
        goal=">= 0.5",
        met=bare / mine >= 0.5,
    )


def unchanged(items: tuple[Item, ...]) -> Figure:
    """A second poll of the same 1,000 items, against the first."""
    with tempfile.TemporaryDirectory() as scratch:
        database = Database.open(f"sqlite:///{scratch}/store.sqlite3")
        began = time.perf_counter()
        _take(database, items)
        first = time.perf_counter() - began
        again, _ = paired(lambda: _take(database, items), lambda: None)
        database.close()
    return figure(
        "poll again, nothing new",
        len(items) / again,
        "items/s",
        peer="the first poll",
        version="",
        ratio=again / first,
        goal="",
        met=None,
    )


def matching(items: tuple[Item, ...]) -> Figure:
    """All shipped topics over 1,000 items, against looking for one word with `in`."""
    matcher = Matcher(load())
    ours, theirs = paired(
        lambda: [matcher.match(document_of(item)) for item in items],
        lambda: ["gallium" in f"{item.title} {item.abstract}".lower() for item in items],
    )
    return figure(
        "match, the shipped topics",
        len(items) / ours,
        "items/s",
        peer="one word with `in`",
        version=platform.python_version(),
        ratio=ours / theirs,
        goal="",
        met=None,
    )


if __name__ == "__main__":
    main()
