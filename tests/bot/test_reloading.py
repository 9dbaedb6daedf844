"""What of the configuration is taken over while the service runs, and that what cannot be used changes nothing."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.config import Settings, load
from bot.core.query import read as query
from bot.core.topic import TopicError
from bot.core.topic_value import Topic
from bot.core.watch_list import WatchList
from bot.errors import ConfigError
from bot.reloading import Reloading, read_again
from bot.store.channels import load_roster
from bot.store.writer import Store
from tests.fakes.ledger import url_of

Write = Callable[..., Settings]
TOPIC = """
[helium]
title = "Helium"
title_zh = "氦"
severity = "notice"
query = '''%s'''
[helium.examples]
match = ["%s"]
ignore = ["Balloons"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the configuration and its one topic, and read it."""
    (tmp_path / "own").mkdir()

    def _write(more: str = "", *, query: str = "helium", example: str = "Helium from Qatar") -> Settings:
        text = f'contact = "ops@example.org"\n{more}\n[topics]\ndirectory = "own"\n'
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        (tmp_path / "own" / "helium.toml").write_text(TOPIC % (query, example), encoding="utf-8")
        return _read(tmp_path)

    return _write


def _read(directory: Path) -> Settings:
    return load(directory / "config.toml", secret_directories=[])


def test_topics_subscriptions_and_the_watch_list_are_taken_over(write: Write, tmp_path: Path) -> None:
    running = write()
    write(
        '[watch_list]\nparties = ["Huawei"]\n[console]\ntopics = ["helium"]\nmin_severity = "urgent"',
        query="helium OR neon",
    )
    found = read_again(partial(_read, tmp_path), running)
    assert found.settings.watch_list.value.parties == ("Huawei",)
    (console,) = found.channels
    assert [each.what for each in console.subscriptions] == ["helium"]
    helium = next(topic for topic in found.topics if topic.key == "helium")
    assert helium.query == query("helium OR neon")
    assert found.restart == ()


def test_what_takes_a_restart_is_named_without_its_value_and_left_alone(write: Write, tmp_path: Path) -> None:
    running = write('[slack]\nbot_token = "xoxb-1-old"\napp_token = "xapp-1"\n')
    write(
        '[slack]\nbot_token = "xoxb-2-new"\napp_token = "xapp-1"\n[console]\nenabled = false\n[log]\nlevel = "debug"\n'
        "[sources.ofac-recent-actions]\nenabled = false"
    )
    found = read_again(partial(_read, tmp_path), running)
    assert found.restart == ("console", "log", "slack", "sources")
    assert found.settings.console.enabled
    assert found.settings.slack is not None
    assert found.settings.slack.bot_token == SecretStr("xoxb-1-old")


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (
            {"query": "helium AND colr:red"},
            TopicError,
            'helium.toml:6:23  helium: `query`: there is no field "colr"',
        ),
        ({"example": "Neon"}, TopicError, 'example 1 of "match" does not match'),
        (
            {"more": '[console]\ntopics = ["heliun"]'},
            ConfigError,
            'there is no topic "heliun". Did you mean "helium"?',
        ),
        ({"more": '[watch_list]\nparties = [""]'}, ConfigError, "is an empty name"),
        ({"more": "[console"}, ConfigError, "config.toml"),
    ],
)
async def test_what_cannot_be_used_is_said_and_changes_nothing(
    write: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    change: dict[str, str],
    error: type[Exception],
    says: str,
) -> None:
    running = write()
    try:
        write(**change)
    except ConfigError:
        assert error is ConfigError
    with pytest.raises(error):
        read_again(partial(_read, tmp_path), running)
    store = await Store.open(url_of(tmp_path / "store.sqlite3"))
    used: list[tuple[Topic, ...]] = []
    asked = asyncio.Event()
    reloading = Reloading(
        running,
        read=partial(_read, tmp_path),
        store=store,
        clock=SystemClock(),
        use=lambda topics, _: used.append(topics),
    )
    task = asyncio.create_task(reloading.run(asked, up=_set()))
    try:
        asked.set()
        await _until(lambda: "stays in force" in caplog.text)
        assert says in caplog.text
        assert used == []
        assert (await store.read(load_roster)).channels == ()
        write(query="helium OR neon")
        asked.set()
        await _until(lambda: bool(used))
        assert [channel.address for channel in (await store.read(load_roster)).channels] == ["console"]
    finally:
        task.cancel()
        await store.close()


async def test_a_defect_is_logged_and_the_next_try_is_heard(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running, used = write(), list[WatchList]()
    fails = [True]

    def read() -> Settings:
        if fails.pop():
            raise ZeroDivisionError
        return running

    store = await Store.open(url_of(tmp_path / "store.sqlite3"))
    asked = asyncio.Event()
    reloading = Reloading(
        running, read=read, store=store, clock=SystemClock(), use=lambda _, parties: used.append(parties)
    )
    task = asyncio.create_task(reloading.run(asked, up=_set()))
    try:
        asked.set()
        await _until(lambda: "a defect kept" in caplog.text)
        fails.append(False)
        asked.set()
        await _until(lambda: bool(used))
    finally:
        task.cancel()
        await store.close()


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 (there is no event to wait for: a log and a callback from another thread)
            await asyncio.sleep(0.01)
