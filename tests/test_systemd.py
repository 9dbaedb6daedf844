"""What the service manager is told: when, in which words, and when it is told nothing."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import PATIENCE_SECONDS, Service
from bot.systemd import attend, notify, watchdog_seconds
from tests.fakes.apps import open_bench
from tests.fakes.items import NOON
from tests.fakes.service_manager import ServiceManager


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceManager]:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    with ServiceManager(str(tmp_path / "notify")) as manager:
        yield manager


def attending(stop: asyncio.Event, turned: asyncio.Event, stuck: list[str]) -> asyncio.Task[None]:
    told = attend(turned=turned, stuck=lambda _now: stuck, stop=stop, what="watching 2 sources")
    return asyncio.create_task(told)


@pytest.mark.parametrize("kind", ["path", "abstract"])
async def test_a_message_arrives_at_a_path_and_at_an_abstract_name(tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "notify") if kind == "path" else f"@tradewire-test-{os.getpid()}"
    with ServiceManager(name) as manager:
        notify("READY=1", "STATUS=up", environ={"NOTIFY_SOCKET": name})
        assert await manager.hears() == ["READY=1", "STATUS=up"]


def test_without_a_service_manager_nothing_happens() -> None:
    notify("READY=1", environ={})
    notify("READY=1", environ={"NOTIFY_SOCKET": "vsock:2:1234"})


def test_a_service_manager_that_is_gone_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    notify("READY=1", environ={"NOTIFY_SOCKET": str(tmp_path / "nowhere")})
    assert "could not be told" in caplog.text


def test_the_watchdog_is_ours_only_where_it_names_us() -> None:
    us, other = str(os.getpid()), str(os.getppid())
    assert watchdog_seconds({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": us}) == 60
    assert watchdog_seconds({"WATCHDOG_USEC": "60000000"}) == 60
    assert watchdog_seconds({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": other}) is None
    assert watchdog_seconds({}) is None
    assert [watchdog_seconds({"WATCHDOG_USEC": wrong}) for wrong in ("", "0", "-1", "soon")] == [None] * 4


async def test_ready_is_said_once_the_loops_have_turned_and_alive_from_then_on(
    manager: ServiceManager,
) -> None:
    stop, turned = asyncio.Event(), asyncio.Event()
    task = attending(stop, turned, [])
    await asyncio.sleep(0.05)
    assert manager.heard() == []
    turned.set()
    assert await manager.hears() == ["READY=1", "STATUS=watching 2 sources"]
    assert [await manager.hears() for _ in range(3)] == [["WATCHDOG=1"]] * 3
    stop.set()
    await task
    assert manager.heard()[-2:] == ["STOPPING=1", "STATUS=finishing what is under way"]


async def test_a_stuck_service_is_never_said_to_be_alive(manager: ServiceManager) -> None:
    stop, turned = asyncio.Event(), asyncio.Event()
    turned.set()
    stuck = ["send"]
    task = attending(stop, turned, stuck)
    await manager.hears()
    assert [await manager.hears() for _ in range(3)] == [["STATUS=no progress: send"]] * 3
    stuck.clear()
    heard = await manager.hears_until("WATCHDOG=1")
    assert "STATUS=watching 2 sources" in heard, "and the status says so when it is well again"
    stop.set()
    await task


async def test_a_service_that_is_stopped_before_it_was_ready_says_only_that_it_stops(
    manager: ServiceManager,
) -> None:
    stop = asyncio.Event()
    task = attending(stop, asyncio.Event(), [])
    stop.set()
    await task
    assert [line.split("=")[0] for line in manager.heard()] == ["STOPPING", "STATUS"]


async def test_a_service_turns_and_is_stuck_once_its_loops_have_not_come_round_for_long(
    tmp_path: Path,
) -> None:
    off = {key: {"enabled": False} for key in ("federal-register", "public-inspection")}
    async with open_bench("http://127.0.0.1:1", tmp_path / "store.sqlite3", NOON, sources=off) as bench:
        app, stop, loop = bench.app, asyncio.Event(), asyncio.get_running_loop()
        service = Service(
            store=app.store, pipeline=app.pipeline, outbox=app.outbox, clock=app.clock, sources=app.sources
        )
        running = asyncio.create_task(service.run(stop))
        await service.turned.wait()
        assert service.stuck(loop.time()) == ()
        assert set(service.stuck(loop.time() + PATIENCE_SECONDS)) == {"poll", "send"}
        stop.set()
        await running
