"""The systemd units say what the run-book and the service rely on. `check_units.py` has systemd's own tools read them."""

from pathlib import Path

import pytest

from bot.cli.root import CONFIG_EXIT
from bot.config_reading import NESTED

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = ("tradewire.service", "tradewire-check.service")


def settings(unit: str) -> list[tuple[str, str]]:
    """Every setting of a unit in order, without its section."""
    lines = (DEPLOY / unit).read_text(encoding="utf-8").splitlines()
    return [
        (name, value)
        for line in lines
        if line and line[0] not in "#["
        for name, _, value in [line.partition("=")]
    ]


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
