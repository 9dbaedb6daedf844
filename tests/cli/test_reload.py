"""`tradewire run` reads topics and subscriptions again on SIGHUP, also in the middle of a poll; a closing terminal stops it."""

import asyncio
import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.demo.register import Register
from tests.cli.conftest import Ran, environment
from tests.cli.test_check_and_run import configure, document, settled
from tests.cli.test_run_as_service import END_SECONDS, ended, start

TOPIC = """
[gases]
title = "Gases"
title_zh = "气体"
severity = "notice"
query = '''%s'''
[gases.examples]
match = ["Helium, neon"]
ignore = ["Balloons"]
"""


async def test_new_topics_decide_what_is_read_next_and_bad_ones_change_nothing(
    tmp_path: Path, tradewire_async: Callable[..., Awaitable[Ran]]
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "gases.toml").write_text(TOPIC % "helium", encoding="utf-8")
    more = 'every_minutes = 1\n[topics]\ndirectory = "own"\n[console]\ntopics = ["gases"]\n'
    async with Register([document("2026-30001", "Helium")]) as register:
        configure(tmp_path, register, more)
        assert (await tradewire_async("check")).code == 0
        register.put_document(document("2026-30002", "A notice on neon"))
        register.put_document(document("2026-30003", "A notice on gallium"))
        register.stall_after(0)
        before = len(register.requests)
        child = await start(tmp_path)
        await asyncio.wait_for(register.arrived(before + 1), END_SECONDS)

        async def said_after(query: str, words: bytes) -> bytes:
            (own / "gases.toml").write_text(TOPIC % query, encoding="utf-8")
            child.send_signal(signal.SIGHUP)
            said = b""
            assert child.stderr is not None
            while words not in said:
                line = await asyncio.wait_for(child.stderr.readline(), END_SECONDS)
                assert line, said
                said += line
            return said

        await said_after("helium OR neon", b"the configuration was read again")
        said = await said_after("helium OR gallium AND colr:red", b"stays in force")
        while b"try:" not in said:
            assert child.stderr is not None
            said += await asyncio.wait_for(child.stderr.readline(), END_SECONDS)
        assert b'there is no field "colr"' in said
        assert b"gases.toml:6:" in said
        register.release()
        await settled(tmp_path, "SELECT count(*) FROM post WHERE state = 'sent'", 1)
        child.send_signal(signal.SIGTERM)
        out, err = await ended(child)
    assert child.returncode == 0, err
    assert "A notice on neon" in out
    assert "gallium" not in out
    assert "Traceback" not in err
    proved = await tradewire_async("verify")
    assert proved.code == 0, proved.out + proved.err


async def test_a_terminal_that_closes_stops_the_service_that_printed_on_it(tmp_path: Path) -> None:
    async with Register([]) as register:
        configure(tmp_path, register)
        ours, theirs = pty.openpty()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", "run"),
            cwd=tmp_path,
            env=environment(),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        assert child.stderr is not None
        os.close(theirs)
        await settled(tmp_path, "SELECT count(*) FROM source_state WHERE learned_at IS NOT NULL", 2)
        child.send_signal(signal.SIGHUP)  # somebody's wish, and the terminal still there
        async with asyncio.timeout(END_SECONDS):
            while b"the configuration was read again" not in await child.stderr.readline():
                assert not child.stderr.at_eof()
        assert child.returncode is None
        os.close(ours)
        _, err = await ended(child)
        assert child.returncode == 0, err
        assert "stopped, nothing lost" in err
