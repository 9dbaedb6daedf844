"""`tradewire run` under a service manager: what it tells it, and how it ends."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from bot.demo.register import Register
from tests.cli.conftest import environment
from tests.cli.test_check_and_run import configure, document, settled
from tests.fakes.service_manager import ServiceManager

END_SECONDS = 40
"""A limit for the test, not a promise: that a stop takes less than ten seconds is the service's own limits."""


async def start(directory: Path, **more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.cli",
        "run",
        cwd=directory,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


async def ended(child: asyncio.subprocess.Process) -> tuple[str, str]:
    out, err = await asyncio.wait_for(child.communicate(), END_SECONDS)
    return out.decode(), err.decode()


async def test_it_is_ready_once_the_store_is_open_alive_while_it_runs_and_says_that_it_stops(
    tmp_path: Path,
) -> None:
    name = str(tmp_path / "notify")
    async with Register([document("2026-30001")]) as register:
        configure(tmp_path, register)
        with ServiceManager(name) as manager:
            child = await start(tmp_path, NOTIFY_SOCKET=name, WATCHDOG_USEC="200000")
            first = await manager.hears()
            assert first == ["READY=1", "STATUS=watching 2 sources"]
            assert (tmp_path / "tradewire.sqlite3").exists()
            for _ in range(3):
                assert await manager.hears() == ["WATCHDOG=1"]
            child.send_signal(signal.SIGTERM)
            heard = await manager.hears_until("STOPPING=1")
            _, err = await ended(child)
            assert child.returncode == 0, err
            assert set(heard) <= {"WATCHDOG=1", "STOPPING=1", "STATUS=finishing what is under way"}


async def test_it_says_that_it_reads_its_configuration_again_and_that_it_has(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    async with Register([]) as register:
        configure(tmp_path, register)
        with ServiceManager(name) as manager:
            child = await start(tmp_path, NOTIFY_SOCKET=name)
            assert (await manager.hears())[0] == "READY=1"
            child.send_signal(signal.SIGHUP)
            reloading, moment = await manager.hears()
            assert reloading == "RELOADING=1"
            assert moment.removeprefix("MONOTONIC_USEC=").isdecimal()
            assert await manager.hears() == ["READY=1"]
            child.send_signal(signal.SIGTERM)
            _, err = await ended(child)
            assert "the configuration was read again" in err


async def test_a_watchdog_that_is_meant_for_another_process_hears_nothing(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    async with Register([]) as register:
        configure(tmp_path, register)
        with ServiceManager(name) as manager:
            child = await start(tmp_path, NOTIFY_SOCKET=name, WATCHDOG_USEC="20000", WATCHDOG_PID="1")
            await settled(tmp_path, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
            child.send_signal(signal.SIGTERM)
            heard = await manager.hears_until("STOPPING=1")
            await ended(child)
            assert "READY=1" in heard
            assert "WATCHDOG=1" not in heard


async def test_a_bad_configuration_ends_with_78_before_anything_is_said(tmp_path: Path) -> None:
    name = str(tmp_path / "notify")
    (tmp_path / "config.toml").write_text("contact = 7\n", encoding="utf-8")
    with ServiceManager(name) as manager:
        child = await start(tmp_path, NOTIFY_SOCKET=name)
        await ended(child)
        assert child.returncode == 78
        assert manager.heard() == []


async def test_a_service_under_load_ends_by_itself_and_a_second_signal_breaks_nothing(tmp_path: Path) -> None:
    documents = [document(f"2026-3{number:04}") for number in range(30)]
    async with Register([]) as register:
        configure(tmp_path, register, "every_minutes = 1\n")
        text = (tmp_path / "config.toml").read_text(encoding="utf-8")
        (tmp_path / "config.toml").write_text(
            text.replace("[sources.public-inspection]", "per_page = 10\n[sources.public-inspection]"),
            encoding="utf-8",
        )
        first = await start(tmp_path)
        await settled(tmp_path, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
        first.send_signal(signal.SIGTERM)
        await ended(first)
        for each in documents:
            register.put_document(each)
        register.stall_after(2)  # the stop comes in the middle of a poll
        before = len(register.requests)
        child = await start(tmp_path)
        await asyncio.wait_for(register.arrived(before + 4), END_SECONDS)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGINT)
        assert child.stderr is not None
        while b"cut short" not in await child.stderr.readline():
            assert not child.stderr.at_eof()
        child.send_signal(signal.SIGINT)
        child.send_signal(signal.SIGTERM)
        _, err = await ended(child)
        assert child.returncode == 0, err
        assert "Traceback" not in err
        register.release()
        again = await start(tmp_path)
        await settled(tmp_path, "SELECT count(*) FROM post WHERE state = 'sent'", 30)
        again.send_signal(signal.SIGINT)
        again.send_signal(signal.SIGINT)
        await ended(again)
        assert again.returncode == 0
