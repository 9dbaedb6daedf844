"""The systemd units, read by systemd's own tools. It must be installed (Debian's package `systemd`); it need not be running."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli.root import CONFIG_EXIT
from bot.config_reading import NESTED

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = ("tradewire.service", "tradewire-check.service")
MOST_EXPOSURE = 1.5
"""As `systemd-analyze security` counts, from 0 to 10; it is 1.2 with the network, which is what the service is for."""


def settings(unit: str) -> list[tuple[str, str]]:
    """Every setting of a unit in order, without its section."""
    lines = (DEPLOY / unit).read_text(encoding="utf-8").splitlines()
    return [
        (name, value)
        for line in lines
        if line and line[0] not in "#["
        for name, _, value in [line.partition("=")]
    ]


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    assert tool, "systemd-analyze is missing: apt-get install systemd (.ci/run does it)"
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 -- a tool of the machine's


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: str, tmp_path: Path) -> None:
    program = tmp_path / "tradewire"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    assert text.count("/opt/tradewire/bin/tradewire") == 1
    (tmp_path / unit).write_text(text.replace("/opt/tradewire/bin/tradewire", str(program)))
    ran = analyze("verify", "--man=no", "--generators=no", "--recursive-errors=no", tmp_path / unit)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_exposes_no_more_than_it_must(unit: str) -> None:
    ran = analyze("security", "--offline=true", "--no-pager", DEPLOY / unit)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", ran.stdout)
    assert level, ran.stdout + ran.stderr
    assert float(level[1]) <= MOST_EXPOSURE


def test_the_service_is_watched_restarted_and_stopped_as_it_says() -> None:
    unit = dict(settings("tradewire.service"))
    assert unit["Type"] == "notify"
    assert unit["NotifyAccess"] == "main"
    assert unit["WatchdogSec"] == "60"
    assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("on-failure", str(CONFIG_EXIT))
    assert unit["TimeoutStopSec"] == "15"


def test_a_check_by_hand_is_confined_like_the_service_and_works_on_the_same_store() -> None:
    def shared(unit: str) -> list[tuple[str, str]]:
        every = settings(unit)
        return [
            (name, value)
            for name, value in every[every.index(("DynamicUser", "yes")) :]
            if name != "WantedBy"
        ]

    assert shared("tradewire.service") == shared("tradewire-check.service")
    assert ("User", "tradewire") in shared("tradewire.service"), "two units share a dynamic user by its name"


@pytest.mark.parametrize("unit", UNITS)
def test_credentials_are_named_as_secret_files_are_read(unit: str) -> None:
    named = [value.split(":") for name, value in settings(unit) if name == "LoadCredential"]
    assert [name for name, _ in named] == [
        f"slack{NESTED}bot_token",
        f"slack{NESTED}app_token",
        f"telegram{NESTED}bot_token",
    ]
    assert all(path == f"/etc/tradewire/secrets/{name}" for name, path in named)
