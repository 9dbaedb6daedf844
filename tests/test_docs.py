"""The documents say what the code does today."""

import io
import re
from dataclasses import fields
from pathlib import Path

from bot.channels.console import Console, for_people
from bot.core.health import SourceState
from bot.demo.recording import load as recording
from bot.demo.register import Register
from bot.demo.replay import replay
from bot.topics import load
from tests.fakes.apps import open_bench
from watchers.registry import all_sources

ROOT = Path(__file__).resolve().parents[1]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


async def test_every_key_of_an_alert_stands_in_the_json_document_and_no_other(tmp_path: Path) -> None:
    told = recording()
    moments = told.moments
    async with (
        Register(told.documents, told.filings, now=moments[0].at) as register,
        open_bench(register.base_url, tmp_path / "s.sqlite3", moments[0].at) as bench,
    ):
        await bench.check()
        register.now = moments[1].at
        await bench.check(at=moments[1].at)
        (alert,) = bench.alerts()
    section = text_of("docs/json.md").partition("## An alert")[2].partition("\n## ")[0]
    documented = {
        key
        for row in section.splitlines()
        if row.startswith("| `")
        for key in re.findall(r"`([a-z_]+)`", row.split(" | ")[0])
    }
    assert documented == set(alert)


def test_every_source_and_every_option_is_documented() -> None:
    sources, example = text_of("docs/sources.md"), text_of("config.example.toml")
    for key, source in all_sources().items():
        assert f"`{key}`" in sources
        assert f"[sources.{key}]" in example
        assert source.title in text_of("README.md")
        section = example.partition(f"[sources.{key}]")[2].partition("\n[")[0]
        assert [field.name for field in fields(source.options) if f"# {field.name} = " not in section] == []


def test_every_topic_is_named_in_the_readme() -> None:
    readme = text_of("README.md")
    assert [topic.key for topic in load() if f"`{topic.key}`" not in readme] == []


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    top = "\n".join(text_of("README.md").splitlines()[:12])
    assert top.index("make demo") < top.index("make test")


async def test_the_alert_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    printed = io.StringIO()
    await replay(
        store_url=f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        console=lambda clock: Console(
            printed, render=for_people(zone="America/New_York", bold=str), now=clock.now
        ),
        on_moment=lambda _moment: None,
    )
    shown = text_of("README.md").partition("```text\n")[2].partition("```")[0]
    assert shown in printed.getvalue()


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")]
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_state_of_a_source_in_json_is_documented() -> None:
    section = text_of("docs/json.md").partition("## `sources --json`")[2].partition("\n## ")[0]
    for name in ("blind_since", "failures"):
        assert name in {field.name for field in fields(SourceState)}
        assert f"`{name}`" in section
