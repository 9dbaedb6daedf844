"""`search` and `backtest`: looking through the archive, and trying a draft before it is used."""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import wcwidth

from tests.cli.conftest import KeptDemo, Ran, environment

Run = Callable[..., Ran]
CONFIG = ("--config", "kept/config.toml")
LINES = (
    '{"title": "Cloud services for China", "date": "2026-01-02", "label": true}',
    '{"title": "Cloud seeding permit", "date": "2026-01-03", "label": false}',
    "not json",
    '{"title": 3}',
    '{"title": "中国的云服务", "date": "2026-01-03", "label": true}',
    '{"title": "A garden show"}',
)


def test_a_search_finds_both_scripts_newest_first_and_names_the_next_command(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("search", "镓 OR IaaS", *CONFIG, "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [each["at"] for each in found] == sorted((each["at"] for each in found), reverse=True)
    assert any("镓" in each["title"] for each in found)
    text = kept_demo.tradewire("search", "镓", *CONFIG, "--limit", "1")
    *title, address = text.out.splitlines()
    assert sum(line[:4].isdigit() for line in title) == 1
    assert max(map(wcwidth.wcswidth, title)) <= 80
    assert address.strip().startswith("http")
    assert "try: tradewire why" in text.err


def test_nothing_found_and_a_broken_query_are_told_apart(kept_demo: KeptDemo) -> None:
    nothing = kept_demo.tradewire("search", "xyzzy", *CONFIG)
    assert (nothing.code, nothing.out) == (0, "")
    broken = kept_demo.tradewire("search", "(gallium", *CONFIG)
    assert broken.code == 2
    assert "never closed" in broken.err


def test_a_draft_is_compared_with_the_topic_of_today_over_the_archive(kept_demo: KeptDemo) -> None:
    ran = kept_demo.tradewire("backtest", "cloud-iaas", "--query", "镓", *CONFIG, "--json")
    found = json.loads(ran.out)
    assert found["draft"]["hits"] == len(found["hits"]) > 0
    assert found["today"]["hits"] == len(found["drops"]) > 0
    assert len(found["adds"]) == found["draft"]["hits"]


def test_a_file_is_judged_by_its_labels_and_bad_lines_are_named(tradewire: Run, tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    ran = tradewire("backtest", "--query", "cloud", "--jsonl", "items.jsonl", "--json")
    found = json.loads(ran.out)
    assert (found["looked"], found["skipped"], found["flood"]) == (4, 2, False)
    assert (found["draft"]["precision"], found["draft"]["recall"]) == (0.5, 0.5)
    assert found["by_day"] == [{"on": "2026-01-02", "hits": 1}, {"on": "2026-01-03", "hits": 1}]
    assert "items.jsonl:3: skipped: not JSON" in ran.err
    assert "items.jsonl:4: skipped: title is no text" in ran.err


def test_a_drawing_of_another_kind_and_nothing_to_try_are_refused_at_once(tradewire: Run) -> None:
    assert tradewire("backtest", "--query", "cloud", "--plot", "x.gif").code == 2
    assert tradewire("backtest").code == 2


def test_a_terminal_gets_a_chart_of_hits_per_day(tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot.cli", "backtest", "--query", "cloud", "--jsonl", "items.jsonl"]
    with subprocess.Popen(  # noqa: S603 (our own program)
        command, cwd=tmp_path, env=environment(), stdout=theirs, stderr=subprocess.DEVNULL
    ) as child:
        os.close(theirs)
        shown = b""
        try:
            while some := os.read(ours, 65_536):
                shown += some
        except OSError:  # so Linux says that nobody writes any more
            pass
        os.close(ours)
    assert child.returncode == 0
    assert "█" in shown.decode()
    assert "2026-01-02" in shown.decode()


def test_a_draft_in_a_file_is_tried_from_a_day_on_and_drawn(tradewire: Run, tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    draft = '[clouds]\ntitle = "Clouds"\nquery = "cloud OR 云"\n'
    (tmp_path / "draft.toml").write_text(draft, encoding="utf-8")
    options = ("--file", "draft.toml", "--jsonl", "items.jsonl", "--since", "2026-01-03", "--json")
    for name, begins in (("days.svg", b"<?xml"), ("days.png", b"\x89PNG")):
        ran = tradewire("backtest", *options, "--plot", name)
        assert ran.code == 0, ran.err
        assert (tmp_path / name).read_bytes().startswith(begins)
        found = json.loads(ran.out)
        assert (found["looked"], found["by_day"]) == (2, [{"on": "2026-01-03", "hits": 2}])


def test_what_people_called_relevant_judges_the_archive(kept_demo: KeptDemo, tmp_path: Path) -> None:
    own = KeptDemo(ran=kept_demo.ran, directory=tmp_path / "own")
    shutil.copytree(kept_demo.directory, own.directory)
    config = own.directory / "kept" / "config.toml"
    config.write_text(
        config.read_text("utf-8").replace(str(kept_demo.directory), str(own.directory)), "utf-8"
    )
    found = json.loads(own.tradewire("why", "2024-01580", *CONFIG, "--json").out.splitlines()[0])
    (store,) = (own.directory / "kept").glob("*.sqlite3")
    row = (found["story"], "console", "mei", 1, "2024-02-01 00:00:00.000000")
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("INSERT INTO label (story, channel, by, relevant, at) VALUES (?, ?, ?, ?, ?)", row)
    ran = own.tradewire("backtest", "cloud-iaas", "--query", "镓", *CONFIG, "--json")
    scores = json.loads(ran.out)
    assert scores["today"]["recall"] == 1
    assert scores["draft"]["recall"] == 0


def test_why_names_the_pages_that_an_item_was_read_from(kept_demo: KeptDemo) -> None:
    found = json.loads(kept_demo.tradewire("why", "2024-01580", *CONFIG, "--json").out.splitlines()[-1])
    assert found["pages"]
    assert all(page["status"] == 200 and len(page["sha256"]) == 64 for page in found["pages"])
    assert "Fetched   https://" in kept_demo.tradewire("why", "2024-01580", *CONFIG).out


def test_long_titles_in_both_scripts_stay_within_eighty_columns(tradewire: Run, tmp_path: Path) -> None:
    titles = ["cloud " * 30, "云服务" * 40, "short cloud"]
    lines = [
        json.dumps({"title": title, "date": "2026-01-02", "label": number != 1})
        for number, title in enumerate(titles)
    ]
    (tmp_path / "items.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = tradewire("backtest", "--query", "cloud OR 云服务", "--jsonl", "items.jsonl")
    rows = [line for line in ran.out.splitlines() if line.startswith("hits")]
    assert len(rows) == 3
    assert max(map(wcwidth.wcswidth, rows)) == 80
    assert rows[0].endswith("…  labelled yes")
    assert rows[2].endswith("short cloud  labelled yes")
