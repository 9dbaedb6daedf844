"""The systemd units, read by systemd's own tools. Run by .ci/run, not by `make test`, which needs nothing but Python and make.

The tools must be installed (Debian's package `systemd`); systemd need not be running.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.test_units import DEPLOY, UNITS

MOST_EXPOSURE = 1.5
"""As `systemd-analyze security` counts, from 0 to 10; it is 1.2 with the network, which is what the service is for."""


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
