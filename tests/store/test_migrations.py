"""How a store comes to its present shape, and which stores are refused."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select

from bot.core.delivery import Outcome, Sent
from bot.errors import StoreError
from bot.store import database as database_module
from bot.store import migrations, schema
from bot.store.alerts import count_by_state
from bot.store.articles import load_articles
from bot.store.database import HEAD, Database
from bot.store.rows import pack
from tests.fakes import items
from tests.fakes.ledger import (
    LEASE,
    NOON,
    OpenStore,
    channel,
    claim,
    item,
    record,
    rows,
    save,
    store_items,
    url_of,
)

OPEN_ON_COMMAND = """
import sys
from bot.store.database import Database
print("ready", flush=True)
sys.stdin.readline()
Database.open(sys.argv[1]).close()
print("opened" if "alembic" not in sys.modules else "migrated")
"""

DIE_HALF_WAY = """
import os, signal, sys
from sqlalchemy import event
from alembic.runtime.migration import MigrationContext
from bot.store import database

upgrade = database._upgrade

def upgrade_and_die(connection):
    upgrade(connection)
    assert database._version(connection) == database.HEAD
    os.kill(os.getpid(), signal.SIGKILL)

database._upgrade = upgrade_and_die
database.Database.open(sys.argv[1])
"""


def _python(code: str, file: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and text
        [sys.executable, "-c", code, url_of(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _set_version(file: Path, version: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))


def _is_of_the_schema(name: str | None, kind: str, _parents: object) -> bool:
    """Tell whether something in the store is described there: the index of words and its inner tables cannot be."""
    return kind != "table" or not (name or "").startswith("archive_words")


def _differences(connection: Connection) -> list[Any]:
    opts = {"compare_type": True, "include_name": _is_of_the_schema}
    return compare_metadata(MigrationContext.configure(connection, opts=opts), schema.metadata)


def test_a_new_store_has_exactly_the_tables_of_the_schema(database: Database) -> None:
    with database.reading() as connection:
        assert _differences(connection) == []


def test_a_new_store_names_the_newest_migration(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_the_newest_migration_file_is_the_one_the_program_knows() -> None:
    versions = Path(str(migrations.__file__)).parent / "versions"
    numbers = sorted(path.name.partition("_")[0] for path in versions.glob("[0-9]*.py"))
    assert numbers[-1] == HEAD
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_only_a_store_that_must_be_migrated_loads_alembic(file: Path) -> None:
    first = _python(OPEN_ON_COMMAND, file).communicate("go\n")[0]
    again = _python(OPEN_ON_COMMAND, file).communicate("go\n")[0]
    assert first.split() == ["ready", "migrated"]
    assert again.split() == ["ready", "opened"]


def test_a_store_of_a_newer_program_is_refused_and_left_alone(open_store: OpenStore, file: Path) -> None:
    open_store().close()
    _set_version(file, "9999")
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store()
    assert str(file) in caught.value.message
    assert "newer Tradewire" in caught.value.message
    assert "9999" in caught.value.message
    assert "upgrade Tradewire" in caught.value.try_
    assert file.read_bytes() == before


def test_processes_that_open_the_same_new_file_at_once_all_succeed(file: Path) -> None:
    processes = [_python(OPEN_ON_COMMAND, file) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0].strip() for process in processes]
    assert set(answers) <= {"migrated", "opened"}
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_a_store_whose_migration_was_killed_opens_again_and_is_whole(
    open_store: OpenStore, file: Path
) -> None:
    process = _python(DIE_HALF_WAY, file)
    output = process.communicate()[0]
    assert process.returncode == -signal.SIGKILL, output
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    with open_store().reading() as connection:
        assert _differences(connection) == []


def test_a_file_of_another_program_is_refused_and_left_as_it_was(open_store: OpenStore, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE item (price INTEGER)")
    with pytest.raises(StoreError, match="already exists") as caught:
        open_store()
    assert str(file) in caught.value.message
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("item",)]


_ARTICLE = (
    "INSERT INTO article (source, key, list_print, first_tried_at, tries, baseline, error)"
    " VALUES ('gazette', '1', '2:a', '2026-11-16 12:00:00.000000', 2, 0, 'refused (403)')"
)


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_a_store_of_an_earlier_program_is_brought_up_to_date_with_all_that_is_in_it(
    version: str, open_store: OpenStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(database_module, "HEAD", version)
        open_store().close()
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]
        if version != "0001":
            connection.execute(_ARTICLE)
    with open_store().reading() as connection:
        assert _differences(connection) == []
        kept = load_articles(connection, "gazette", ["1"])
    assert [(each.error, each.error_kind) for each in kept.values()] == (
        [] if version == "0001" else [("refused (403)", None)]
    )


_SENDS = {
    # state of the alert: outcomes of the sends on record
    "ready": (),
    "sending": ("sending",),
    "retry": ("unknown", "try again"),
    "sent": ("unknown", "sent"),
    "dead": ("give up",),
}


def _fill(file: Path) -> None:
    """Write alerts in every state, as the program with store version 3 did; and a story told twice, and a notice."""
    rows = [(f"story-{state}", 1, "story", state, 2) for state in _SENDS]
    rows += [("story-sent", 2, "story", "ready", 3), ("incident:1", 1, "notice", "ready", 2)]
    with closing(sqlite3.connect(file)) as connection, connection:
        for story, revision, kind, state, severity in rows:
            later = items.alert(story=story, revision=revision, key=f"{story}-{revision}")
            body = json.loads(pack(later))
            for name in ("timing", "not_before", "item_revision"):
                del body[name]
            at = f"{NOON:%Y-%m-%d %H:%M:%S.%f}"
            sends = _SENDS[state]
            lease = f"{NOON + LEASE:%Y-%m-%d %H:%M:%S.%f}" if state == "sending" else None
            number = connection.execute(
                "INSERT INTO alert (kind, story, revision, channel, source, key, reason, stage, severity, body,"
                " created_at, state, attempt, due_at, lease_until)"
                " VALUES (?, ?, ?, 'console', 'gazette', ?, 'first', 'filed', ?, ?, ?, ?, ?, ?, ?)",
                (
                    kind,
                    story,
                    revision,
                    f"{story}-{revision}",
                    severity,
                    json.dumps(body),
                    at,
                    state,
                    len(sends),
                    at,
                    lease,
                ),
            ).lastrowid
            connection.executemany(
                "INSERT INTO delivery (alert, attempt, started_at, finished_at, outcome, detail, platform_ref)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        number,
                        attempt,
                        at,
                        None if outcome == "sending" else at,
                        outcome,
                        f"was {outcome}",
                        "m4" if outcome == "sent" else None,
                    )
                    for attempt, outcome in enumerate(sends, 1)
                ],
            )


def test_alerts_in_every_state_come_along_with_all_their_sends_and_go_on(
    open_store: OpenStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(database_module, "HEAD", "0003")
        open_store().close()
    _fill(file)
    database = open_store()
    with database.reading() as connection:
        assert _differences(connection) == []
        assert count_by_state(connection) == {"ready": 2, "sending": 1, "retry": 1, "sent": 1, "dead": 1}
    table = schema.delivery
    sends = rows(database, select(table).order_by(table.c.post, table.c.attempt))
    assert [row["outcome"] for row in sends] == [each for sends in _SENDS.values() for each in sends]
    assert {row["detail"] for row in sends} == {f"was {row['outcome']}" for row in sends}
    posts = rows(database, select(schema.post).order_by(schema.post.c.id))
    assert [row["doubts"] for row in posts] == [0, 0, 1, 1, 0, 0, 0]
    assert [row["open"] for row in posts] == [1, 1, 1, 0, 0, 1, 1]
    assert [(row["root"], row["head"]) for row in posts[3:6]] == [(None, 1), (None, 1), (4, 0)]
    assert posts[3]["platform_ref"] == "m4"
    assert [row["ended_at"] is not None for row in posts] == [False, False, False, True, True, False, False]

    save(database, channel())
    told: list[tuple[int, bool, str | None]] = []
    now = NOON
    for _ in range(9):
        now += LEASE
        for each in claim(database, now=now):
            told.append((each.id, each.repeat, each.thread))
            record(database, each, Sent(outcome=Outcome.SENT), now=now)
    # The urgent one goes first; a notice cannot be made of what is no notice; what was being sent may have been seen.
    assert told == [(6, False, "m4"), (1, False, None), (2, True, None), (3, True, None)]
    writes = store_items(database, item(1), at=now)
    assert len(writes.alerts) == 1
    (new,) = claim(database, now=now)
    assert (new.id, new.alerts) == (8, (8,))
