"""`tradewire health` as a process, on stores as a service leaves them."""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.register import Register
from tests.cli.conftest import Ran
from tests.cli.test_check_and_run import configure
from tests.fakes.apps import others_off

RunAsync = Callable[..., Awaitable[Ran]]


def set_back(directory: Path, by: timedelta) -> None:
    """Let every source have been asked `by` before now."""
    then = (datetime.now(UTC) - by).isoformat()
    with closing(sqlite3.connect(directory / "tradewire.sqlite3")) as connection, connection:
        (was,) = connection.execute("SELECT attempted_at FROM source_state LIMIT 1").fetchone()
        moved = then if isinstance(was, str) else int(datetime.fromisoformat(then).timestamp() * 1e6)
        connection.execute("UPDATE source_state SET attempted_at = ?", [moved])


async def test_it_is_fine_after_a_source_was_asked_and_says_which(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register, "every_minutes = 5\n")
        await tradewire_async("check")
        ran = await tradewire_async("health")
        assert (ran.code, ran.err) == (0, "")
        assert " was asked " in ran.out
        told = json.loads((await tradewire_async("health", "--json")).out)
        assert told["alive"] is True
        assert told["source"] in {"federal-register", "public-inspection"}
        assert (told["sources"], told["never_asked"], told["why_not"]) == (2, 0, None)


async def test_a_source_that_refuses_was_asked_all_the_same(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        for place in ("/api/v1/public-inspection-documents", "/api/v1/documents"):
            register.answer_with(place, 403, "no", "text/html")
        assert (await tradewire_async("check")).code == 1
        assert (await tradewire_async("health")).code == 0


async def test_nobody_at_work_is_named_with_what_to_do(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Register([]) as register:
        configure(tmp_path, register, "every_minutes = 5\n")
        await tradewire_async("check")
    set_back(tmp_path, timedelta(days=3))
    ran = await tradewire_async("health")
    assert (ran.code, ran.out) == (1, "")
    assert "error: no source was asked for 3 d" in ran.err
    assert "try: " in ran.err
    in_json = await tradewire_async("health", "--json")
    assert in_json.code == 1
    assert json.loads(in_json.out)["alive"] is False


async def test_a_store_that_is_not_there_yet_is_not_healthy(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
    ran = await tradewire_async("health")
    assert ran.code == 1
    assert "no store at" in ran.err


async def test_a_store_that_cannot_be_read_is_not_healthy(tmp_path: Path, tradewire_async: RunAsync) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
    (tmp_path / "tradewire.sqlite3").write_bytes(b"not a database, and long enough to be looked at " * 30)
    ran = await tradewire_async("health")
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert "try: restore the store from a backup" in ran.err


async def test_a_source_that_was_switched_off_is_not_waited_for(
    tmp_path: Path, tradewire_async: RunAsync
) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        await tradewire_async("check")
    set_back(tmp_path, timedelta(days=3))
    (tmp_path / "config.toml").write_text(f'contact = "test@example.org"\n{others_off()}', encoding="utf-8")
    ran = await tradewire_async("health")
    assert ran.code == 0
    assert "no source is switched on" in ran.out
