"""What a newcomer types first: bare, help, init, demo, and things mistyped."""

import json
import re
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.cli.root import _COMMANDS, run
from tests.cli.conftest import ROOT, KeptDemo, Ran, run_afresh

Run = Callable[..., Ran]


@pytest.fixture
def tradewire(tmp_path: Path) -> Run:
    """Run a command line in an empty directory of its own, as a newcomer does: nothing is loaded yet."""
    return partial(run_afresh, tmp_path)


def test_bare_tradewire_says_what_it_is_with_three_examples(tradewire: Run) -> None:
    ran = tradewire()
    assert ran.code == 0
    assert all(f"tradewire {command}" in ran.out for command in ("demo", "init", "check"))
    assert len(ran.out.splitlines()) <= 8


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_command_by_what_it_is_for_and_the_exit_codes(
    tradewire: Run, arguments: list[str]
) -> None:
    ran = tradewire(*arguments)
    assert ran.code == 0
    for name, (section, _) in _COMMANDS.items():
        assert re.search(rf"^  {name} ", ran.out, re.MULTILINE)
        assert f"{section}:" in ran.out
    assert "78   the configuration is wrong" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("name", list(_COMMANDS))
def test_every_command_has_help_of_its_own(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run([name, "--help"]) == 0
    direct = capsys.readouterr().out
    assert direct.startswith(f"Usage: tradewire {name}")
    assert run(["help", name]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == direct.splitlines()[2:]


def test_every_command_stands_in_the_readme_or_the_docs() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    )
    assert [name for name in _COMMANDS if f"tradewire {name}" not in text] == []


def test_a_mistyped_command_gets_a_suggestion_and_is_not_guessed(tradewire: Run) -> None:
    ran = tradewire("soruces")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == ['error: there is no command "soruces"', '  try: did you mean "sources"?']


def test_an_unknown_option_is_a_usage_error_with_a_way_out(tradewire: Run) -> None:
    ran = tradewire("check", "--fast")
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert "try: tradewire check --help" in ran.err


def test_help_on_exit_codes(tradewire: Run) -> None:
    assert "130  stopped by Ctrl-C" in tradewire("help", "exit-codes").out
    assert tradewire("help", "nonsense").code == 2


@pytest.mark.parametrize("platform", ["slack", "telegram"])
def test_help_on_a_platform_is_five_steps_that_fit_a_terminal(tradewire: Run, platform: str) -> None:
    ran = tradewire("help", platform)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert [line[:2] for line in lines if re.match(r"\d\.", line)] == ["1.", "2.", "3.", "4.", "5."]
    assert max(map(len, lines)) <= 80
    assert f"[{platform}]" in ran.out
    assert ran.out in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_platform_without_its_token_points_to_the_help(tradewire: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('contact = "desk@example.org"\n[telegram]\n', encoding="utf-8")
    ran = tradewire("check")
    assert ran.code == 78
    assert "  try: tradewire help telegram, or remove [telegram] to do without it" in ran.err.splitlines()


def test_the_version_is_the_packages(tradewire: Run) -> None:
    import bot

    assert tradewire("--version").out.strip() == f"tradewire, version {bot.__version__}"


def test_commands_that_need_a_configuration_say_how_to_get_one(tradewire: Run) -> None:
    for name in ("check", "run", "status", "sources"):
        ran = tradewire(name)
        assert (ran.code, ran.out) == (78, "")
        assert "tradewire init" in ran.err


def test_init_writes_a_configuration_that_loads_and_does_not_overwrite_it(
    tradewire: Run, tmp_path: Path
) -> None:
    first = tradewire("init", "--contact", "desk@example.org")
    assert first.code == 0
    assert 'contact = "desk@example.org"' in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert "check" in first.out
    again = tradewire("init")
    assert again.code == 1
    assert "config.toml is already there" in again.err
    assert "desk@example.org" in (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert tradewire("init", "--force").code == 0
    assert tradewire("sources").code == 0


def test_init_into_a_directory_that_is_not_there_says_so(tradewire: Run) -> None:
    ran = tradewire("init", "nowhere/config.toml")
    assert ran.code == 1
    assert "nowhere/config.toml cannot be written" in ran.err


def test_the_demo_tells_the_story_and_repeats_nothing(kept_demo: KeptDemo) -> None:
    ran = kept_demo.ran
    assert ran.code == 0, ran.err
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].startswith("Replaying 3 Jul 2023 to ")
    assert any(
        line.startswith("URGENT  Filed for public inspection") and "[party-lists]" in line for line in lines
    )
    for words in (
        "Entity List Additions",
        "Published (was: filed)",
        "Corrected",
        "Proposed (was: filed)",
        "cloud-iaas",
    ):
        assert words in ran.out
    at = lines.index("14 stories, 21 alerts out of 191 items, 2 notices of a blind source.")
    assert re.match(r"Second pass: nothing new\. \d+\.\d s$", lines[at + 1])


def test_a_kept_demo_can_be_asked_why(kept_demo: KeptDemo) -> None:
    why = kept_demo.tradewire("why", "2023-23048", "--config", "kept/config.toml")
    assert why.code == 0
    assert "[Entity List] Additions" in why.out
    assert "Decided   console: new stage" in why.out


def test_the_three_commands_that_the_demo_ends_with_work_as_they_stand(kept_demo: KeptDemo) -> None:
    tail = kept_demo.ran.out[kept_demo.ran.out.index("Try:") + 4 :]
    commands = [each.strip() for each in re.split(r"\s\|\s|\n", tail) if each.strip()]
    assert len(commands) == 3
    for command in commands:
        arguments = command[command.index("tradewire") + 10 :].split()
        assert kept_demo.tradewire(*arguments).code == 0, command


def test_the_demo_in_json_is_one_object_per_alert_whatever_this_machine_has_configured(
    tradewire: Run,
) -> None:
    wild = {"TRADEWIRE_CONSOLE__ENABLED": "false", "TRADEWIRE_FETCH__DEADLINE_SECONDS": "x"}
    ran = tradewire("demo", "--json", env=wild)
    assert ran.code == 0
    alerts = [json.loads(line) for line in ran.out.splitlines()]
    assert len(alerts) == 21
    promised = {
        "story", "stage", "topics", "severity", "title", "summary", "source", "url", "refs", "dates", "parties",
        "evidence", "reason", "channel", "official_at", "first_seen_at", "sent_at",
    }  # fmt: skip
    assert all(promised <= alert.keys() for alert in alerts)
    assert len({(alert["story"], alert["revision"], alert["channel"]) for alert in alerts}) == 21


def test_a_kept_demo_store_is_a_plain_sqlite_file_and_a_new_demo_replaces_it(
    tradewire: Run, tmp_path: Path
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "demo.sqlite3").write_text("left by an earlier demo")
    assert tradewire("demo", "--keep", "kept").code == 0
    connection = sqlite3.connect(tmp_path / "kept" / "demo.sqlite3")
    try:
        (states,) = connection.execute("SELECT group_concat(DISTINCT state) FROM post").fetchone()
    finally:
        connection.close()
    assert states == "sent"


def test_a_contact_that_no_site_could_read_is_refused_when_it_is_given(
    tradewire: Run, tmp_path: Path
) -> None:
    ran = tradewire("init", "--contact", "the desk")
    assert ran.code == 1
    assert "the contact should be an e-mail address" in ran.err
    assert not (tmp_path / "config.toml").exists()


def test_a_broken_store_is_said_and_not_taken_for_a_missing_one(tradewire: Run, tmp_path: Path) -> None:
    tradewire("init", "--contact", "desk@example.org")
    assert tradewire("sources").code == 0, "no store yet is no failure"
    (tmp_path / "tradewire.sqlite3").write_text(
        "this is no database, and long enough to be taken for one" * 20
    )
    ran = tradewire("sources")
    assert ran.code == 1
    assert "tradewire.sqlite3: file is not a database" in ran.err


def test_the_demo_replaces_no_configuration_of_an_operators(tradewire: Run, tmp_path: Path) -> None:
    tradewire("init", "--contact", "desk@example.org")
    mine = (tmp_path / "config.toml").read_bytes()
    ran = tradewire("demo", "--keep", ".")
    assert ran.code == 1
    assert "config.toml is there and is not the demo's" in ran.err
    assert "try: tradewire demo --keep demo" in ran.err
    assert (tmp_path / "config.toml").read_bytes() == mine
