"""Shell completion: commands, options, topics and sources, and colour where it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.topics import load
from tests.cli.conftest import Ran, environment, run_in
from watchers.registry import all_sources

TOPICS = [topic.key for topic in load()]


def completed(directory: Path, *words: str) -> list[str]:
    """Return what pressing Tab behind these words offers in bash: `type,value` lines."""
    ran = run_in(
        directory,
        env={
            "_TRADEWIRE_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("tradewire", *words)),
            "COMP_CWORD": str(len(words)),
        },
    )
    assert ran.code == 0, ran.err
    return [line.partition(",")[2] for line in ran.out.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ba",), ["backtest"]),
        (("topics", "show", ""), TOPICS),
        (("match", "text", "--topic", "section-"), ["section-232", "section-301"]),
        (("backtest", "cloud"), ["cloud-iaas"]),
        (("subscribe", "console", "tariffs", "unrel"), ["unreliable-entities"]),
        (("unsubscribe", "console", "cus"), ["customs"]),
        (("check", "--source", ""), sorted(all_sources())),
        (("sources", "probe", "mofcom-"), ["mofcom-announcements", "mofcom-export-control", "mofcom-policy"]),
        (("check", "--dry"), ["--dry-run"]),
        (("topics", "show", "no-such"), []),
    ],
)
def test_names_are_offered(tmp_path: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(tmp_path, *words) == offered


def test_the_operators_own_topics_and_sources_are_offered_too(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "gases.toml").write_text("[helium]\n[neon]\n", encoding="utf-8")
    (tmp_path / "own" / "broken.toml").write_text("[[", encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[topics]\ndirectory = "own"\n[sources.my-desk]\nbuilder = "feed"\n', encoding="utf-8"
    )
    assert completed(tmp_path, "topics", "show", "he") == ["helium"]
    assert completed(tmp_path, "check", "--source", "my") == ["my-desk"]
    (tmp_path / "config.toml").write_text("topics = 7", encoding="utf-8")
    assert completed(tmp_path, "topics", "show", "unrel") == ["unreliable-entities"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(tmp_path: Path, shell: str) -> None:
    ran = run_in(tmp_path, "completion", shell)
    assert ran.code == 0, ran.err
    assert f"_TRADEWIRE_COMPLETE={shell}_complete" in ran.out


def test_bash_takes_the_script_and_offers_names(tmp_path: Path) -> None:
    """A real bash, with a `tradewire` on its path, completes a word by the function of the script."""
    (tmp_path / "tradewire").write_text('#!/bin/sh\nexec python -m bot.cli "$@"\n', encoding="utf-8")
    (tmp_path / "tradewire").chmod(0o755)
    lines = (
        'eval "$(tradewire completion bash)"',
        "COMP_WORDS=(tradewire topics show cloud) COMP_CWORD=3",
        "_tradewire_completion tradewire",
        'echo "offers ${COMPREPLY[*]}"',
    )
    told = environment()
    told["PATH"] = f"{tmp_path}:{Path(sys.executable).parent}:{told['PATH']}"
    ran = subprocess.run(  # noqa: S603 (bash, on lines of ours)
        ["/bin/bash", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        env=told,
        cwd=tmp_path,
        check=False,
    )
    assert "offers cloud-iaas" in ran.stdout, ran


def looked(directory: Path, *before: str, **env: str) -> Ran:
    return run_in(directory, *before, "match", "gallium exports", "--query", "gallium", env=env)


def test_a_pipe_gets_no_colour_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert "\x1b" not in looked(tmp_path).out
    assert "\x1b[1m" in looked(tmp_path, FORCE_COLOR="1").out
    assert "\x1b" not in looked(tmp_path, FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b" not in looked(tmp_path, "--no-color", FORCE_COLOR="1").out
    assert "\x1b" not in looked(tmp_path, FORCE_COLOR="1", TERM="dumb").out


def test_an_error_is_red_where_colour_is_asked_for_and_reads_the_same_without(tmp_path: Path) -> None:
    plain = run_in(tmp_path, "soruces").err
    coloured = run_in(tmp_path, "soruces", env={"FORCE_COLOR": "1"}).err
    assert plain.startswith('error: there is no command "soruces"')
    assert coloured.startswith("\x1b[31m\x1b[1merror:\x1b[0m there is no")
    assert run_in(tmp_path, "--no-color", "soruces", env={"FORCE_COLOR": "1"}).err == plain
