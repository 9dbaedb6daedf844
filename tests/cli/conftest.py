"""Running `tradewire` as a user would: a real process, real exit codes, its own directory."""

import asyncio
import atexit
import functools
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.cli.forker import Order

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a finished command left behind."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without settings of ours, so that only the test decides."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIRE_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "COLUMNS": "80"} | more


@functools.cache
def _forker() -> str:
    """Return the socket of this worker's forker. It ends with us: then its standard input does."""
    directory = tempfile.TemporaryDirectory(prefix="tradewire-")
    address = str(Path(directory.name) / "forker")
    process = subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-m", "tests.cli.forker", address],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    atexit.register(_end, process, directory)
    return address


def _end(process: subprocess.Popen[str], directory: tempfile.TemporaryDirectory[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()
    directory.cleanup()


_SECONDS = 50


def run_in(
    directory: Path, *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None
) -> Ran:
    """Run a command line to its end in `directory`, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="tradewire-") as scratch, socket.socket(socket.AF_UNIX) as link:
        streams = {name: str(Path(scratch) / name) for name in ("stdin", "stdout", "stderr")}
        Path(streams["stdin"]).write_text(stdin or "", encoding="utf-8")
        order = Order(
            arguments=arguments, directory=str(directory), env=environment(**(env or {})), **streams
        )
        link.settimeout(_SECONDS)
        link.connect(_forker())
        link.sendall(msgspec.json.encode(order) + b"\n")
        with link.makefile("rb") as answers:
            pid = int(answers.readline())
            try:
                code = int(answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
        out, err = (Path(streams[name]).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return Ran(code=code, out=out, err=err)


def run_afresh(directory: Path, *arguments: str, env: dict[str, str] | None = None) -> Ran:
    """Run a command line to its end in `directory`, in a Python that starts from nothing."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=directory,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def tradewire(tmp_path: Path) -> Callable[..., Ran]:
    """Run a command line in an empty directory of its own."""
    return functools.partial(run_in, tmp_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDemo:
    """A demo that was run with `--keep kept`: what it printed, and where it lies. Look, do not change."""

    ran: Ran
    directory: Path

    def tradewire(self, *arguments: str) -> Ran:
        """Run a command line where the demo was run."""
        return run_in(self.directory, *arguments)


@pytest.fixture(scope="session")
def kept_demo(tmp_path_factory: pytest.TempPathFactory) -> KeptDemo:
    """The demo, run once for all who only look at it."""
    directory = tmp_path_factory.mktemp("demo")
    return KeptDemo(ran=run_in(directory, "demo", "--keep", "kept"), directory=directory)


@pytest.fixture
def tradewire_async(tmp_path: Path) -> Callable[..., object]:
    """Run a command line while this process serves it pages."""

    async def run(*arguments: str) -> Ran:
        return await asyncio.to_thread(run_in, tmp_path, *arguments)

    return run
