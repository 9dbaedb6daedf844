"""The wheel as an operator gets it: built, installed alone beside the locked requirements, and used from an empty folder.

Not collected with the other tests, because it installs into an environment of its own. `.ci/run` runs it by name.
"""

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = ["pytest", "hypothesis", "mypy", "ruff", "importlinter", "coverage", "xdist", "tests"]

# As it was before any test: pip needs this machine's proxy and index settings.
SURROUNDINGS = {
    name: value for name, value in os.environ.items() if not name.startswith(("TRADEWIRE_", "PYTHON"))
}

pytestmark = pytest.mark.timeout(900)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 -- our own programs
        command,
        cwd=cwd,
        env=SURROUNDINGS | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@dataclass(frozen=True)
class Installed:
    """An environment that holds the locked requirements and the wheel, and an empty folder to stand in."""

    bin: Path
    empty: Path

    def __call__(self, *command: str, **environment: str) -> str:
        return run(self.bin / command[0], *command[1:], cwd=self.empty, HOME=str(self.empty), **environment)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("operator")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    pip = [home / "venv/bin/python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "--no-deps", "-r", ROOT / "requirements.txt", cwd=home)
    run(*pip, "--no-deps", wheel, cwd=home)
    (home / "empty").mkdir()
    return Installed(bin=home / "venv/bin", empty=home / "empty")


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "watchers")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert shipped == ours


def test_what_the_wheel_asks_for_is_there(installed: Installed) -> None:
    installed("python", "-m", "pip", "check")


def test_the_help_answers(installed: Installed) -> None:
    assert "tradewire demo" in installed("tradewire", "--help") + installed("tradewire")


def test_the_demo_runs_and_leaves_nothing_behind(installed: Installed) -> None:
    before = sorted(installed.empty.rglob("*"))
    assert installed("tradewire", "demo").strip()
    assert sorted(installed.empty.rglob("*")) == before


def test_a_first_configuration_is_written_and_accepted(installed: Installed) -> None:
    installed("tradewire", "init", "--contact", "ops@example.org")
    installed("python", "-c", "from bot.config import load; load()")
    assert "chips-ai" in installed("tradewire", "topics")


@pytest.mark.parametrize("name", NOT_SHIPPED)
def test_nothing_of_development_is_there(installed: Installed, name: str) -> None:
    found = installed("python", "-c", f"import importlib.util as u; print(u.find_spec({name!r}) is not None)")
    assert found.strip() == "False"


def test_names_are_completed_where_it_is_installed(installed: Installed) -> None:
    offered = installed(
        "tradewire",
        _TRADEWIRE_COMPLETE="bash_complete",
        COMP_WORDS="tradewire check --source mofcom-",
        COMP_CWORD="3",
    )
    assert offered.split() == [
        f"plain,mofcom-{name}" for name in ("announcements", "export-control", "policy")
    ]
