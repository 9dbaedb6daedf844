"""A draft of a query over 100,000 documents: archived ones through the index, and those of a JSONL file, which has none."""

import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store.archive_index import AT_ONCE, catch_up
from bot.store.database import Database
from tests.bench.figures import ROOT, Figure, figure
from tests.fakes.archive import Entry, put

COUNT = 100_000
GOAL_SECONDS = 5
DRAFT = "NEAR/10(cloud, China OR 中国)"
NOW = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)


def backtests() -> list[Figure]:
    """Return the seconds of `tradewire backtest` from start to end, for both; the peer is the goal."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        return [_figure("archive", _archive(place)), _figure("JSONL", _lines(place))]


def _texts() -> list[str]:
    draw = random.Random(1)
    words = [f"word{number}" for number in range(20_000)]
    texts = [f"“The Bureau” {' '.join(draw.choices(words, k=60))} 商务部" for _ in range(COUNT)]
    return [text + " cloud services in China" * (number % 500 == 0) for number, text in enumerate(texts)]


def _archive(place: Path) -> list[str]:
    url = f"sqlite:///{place}/store.sqlite3"
    database = Database.open(url)
    entries = [
        Entry(title=text[:80], abstract=text, days=number / 1_000) for number, text in enumerate(_texts(), 1)
    ]
    with database.writing() as connection:
        put(connection, (), *entries, now=NOW)
    while True:
        with database.writing() as connection:
            if catch_up(connection) < AT_ONCE:
                break
    database.close()
    config = place / "config.toml"
    config.write_text(f'contact = "bench@example.org"\n[store]\nurl = "{url}"\n', encoding="utf-8")
    return ["--config", str(config)]


def _lines(place: Path) -> list[str]:
    path = place / "items.jsonl"
    rows = [
        {"title": text[:80], "abstract": text, "date": f"{NOW - timedelta(minutes=number):%Y-%m-%d}"}
        for number, text in enumerate(_texts())
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return ["--jsonl", str(path)]


def _figure(name: str, where: list[str]) -> Figure:
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot.cli", "backtest", "cloud-iaas", "--query", DRAFT, "--json", *where]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 (our own program)
    took = time.perf_counter() - began
    return figure(
        f"backtest, 100,000 items, {name}",
        took,
        "s",
        peer="the goal of 5 s",
        version=sqlite3.sqlite_version,
        ratio=took / GOAL_SECONDS,
        goal="<= 1",
        met=took <= GOAL_SECONDS,
    )
