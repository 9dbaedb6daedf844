"""Running `tradewire` as a user would: a real process, real exit codes, its own directory."""

import asyncio
import functools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

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


def run_in(
    directory: Path, *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None
) -> Ran:
    """Run a command line to its end in `directory`."""
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=directory,
        env=environment(**(env or {})),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=50,
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
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            *arguments,
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(child.communicate(), 50)
        return Ran(code=child.returncode or 0, out=out.decode(), err=err.decode())

    return run
