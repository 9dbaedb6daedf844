"""Dockerfile, compose file and Slack manifest hold what the run-book needs. `check_container.py` builds and runs the image."""

from pathlib import Path
from typing import Any

import yaml

from bot.service import LAST_SECONDS, POLL_SECONDS, SEND_SECONDS
from tests.deploy.dockerfile import read

DEPLOY = Path(__file__).parents[2] / "deploy"


def loaded(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def test_the_image_runs_the_service_as_a_number_that_is_not_root() -> None:
    builder, final = read(DEPLOY / "Dockerfile")
    assert builder.base == final.base == "python:3.12-slim"
    assert final.user == (10001, 10001)
    assert (final.entrypoint, final.command) == (["tradewire"], ["run"])
    assert final.health == ["tradewire", "health"]
    assert final.stop_signal == "SIGTERM"
    assert final.environment["PYTHONUNBUFFERED"] == "1"
    locked = [run for kind, run in builder.steps if kind == "RUN" and "requirements.txt" in run]
    assert len(locked) == 1
    assert "--require-hashes" in locked[0]


def test_the_builder_gets_what_the_image_is_made_from_and_no_more() -> None:
    lines = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        name
        for kind, step in read(DEPLOY / "Dockerfile")[0].steps
        if kind == "COPY"
        for name in step.split()[:-1]
    }
    assert let_in == copied


def test_the_container_may_write_to_its_store_and_nowhere_else() -> None:
    service = loaded("compose.yaml")["services"]["tradewire"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    assert service["volumes"] == [
        "store:/var/lib/tradewire",
        "./config.toml:/etc/tradewire/config.toml:ro",
    ]
    assert "ports" not in service
    seconds = service["stop_grace_period"]
    assert seconds == "15s"
    assert int(seconds.removesuffix("s")) > POLL_SECONDS + SEND_SECONDS + LAST_SECONDS


def test_tokens_come_as_files_named_like_their_settings() -> None:
    compose = loaded("compose.yaml")
    names = ["slack__bot_token", "slack__app_token", "telegram__bot_token"]
    assert compose["services"]["tradewire"]["secrets"] == names
    assert compose["secrets"] == {name: {"file": f"./secrets/{name}"} for name in names}


def test_the_slack_app_asks_for_what_it_uses_and_says_why() -> None:
    manifest = loaded("slack-manifest.yaml")
    assert manifest["settings"] == {
        "socket_mode_enabled": True,
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "org_deploy_enabled": False,
        "token_rotation_enabled": False,
    }
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(scopes) == [
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "mpim:history",
        "mpim:read",
        "users:read",
    ]
    text = (DEPLOY / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert [scope for scope in scopes if f"- {scope} # " not in text] == []
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/tradewire"
    assert command["usage_hint"]
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
