"""The documents say what the code does today."""

import io
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot.channels.console import Console, for_people
from bot.chat.lexicon import VERBS
from bot.cli.channels_standing import as_object as as_object_of_channels
from bot.cli.root import cli
from bot.cli.verify_command import as_object as as_object_of_verify
from bot.config import ConsoleTable, FetchTable, LogTable, Settings, StoreTable, TopicsTable, WatchListTable
from bot.config_channels import (
    AccessTable,
    OpsTable,
    SlackTable,
    SubscriptionTable,
    TelegramTable,
    WebhookTable,
)
from bot.core.health import SourceState
from bot.core.incident import SILENT
from bot.demo.replay import replay
from bot.render.jsonline import alert_object
from bot.store.channel_lookups import Standing
from bot.store.verify import Verified
from bot.topics import load
from tests.documents.of_sources import PARTS, written
from tests.fakes.items import NOON, alert
from watchers.errors import SourceError, TryLater
from watchers.registry import all_builders, all_sources

ROOT = Path(__file__).resolve().parents[1]
NO_CHANNELS = Standing(
    channels=(), paused=(), unconfigured=(), resting=(), sent_last_day=0, waiting=0, failed=0, uncertain=0
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_key_of_an_alert_stands_in_the_json_document_and_no_other() -> None:
    section = text_of("docs/json.md").partition("## An alert")[2].partition("\n## ")[0]
    documented = {
        key
        for row in section.splitlines()
        if row.startswith("| `")
        for key in re.findall(r"`([a-z_]+)`", row.split(" | ")[0])
    }
    assert documented == set(alert_object(alert(), sent_at=NOON))


@pytest.mark.parametrize("document", PARTS)
def test_what_is_written_from_the_code_says_what_the_code_says_today(document: str) -> None:
    assert text_of(document) == written(document), "run `python -m tests.documents`, and read what changed"


def test_every_source_and_every_option_is_documented() -> None:
    sources, example = text_of("docs/sources.md"), text_of("config.example.toml")
    for key, source in all_sources().items():
        assert f"`{key}`" in sources
        assert f"[sources.{key}]" in example
        assert source.title in text_of("README.md")
        section = example.partition(f"[sources.{key}]")[2].partition("\n[")[0]
        assert [field.name for field in fields(source.options) if f"# {field.name} = " not in section] == []
    for key, builder in all_builders().items():
        assert f"`{key}`" in sources
        section = example.partition(f"#   [sources.my-{key}]")[2].partition("\n#   [")[0]
        assert [
            field.name for field in fields(builder.options) if f"#   {field.name} = " not in section
        ] == []


def test_every_kind_of_failure_is_in_the_run_book() -> None:
    book = text_of("docs/operations.md")
    kinds = {each.kind for each in _all_errors(SourceError)} - {SourceError.kind, TryLater.kind}
    assert [kind for kind in sorted({*kinds, SILENT}) if f"`{kind}`" not in book] == []


def _all_errors(base: type[SourceError]) -> Iterator[type[SourceError]]:
    yield base
    for each in base.__subclasses__():
        yield from _all_errors(each)


def test_every_topic_is_named_in_the_readme() -> None:
    readme = text_of("README.md")
    assert [topic.key for topic in load() if f"`{topic.key}`" not in readme] == []


def test_every_command_stands_in_the_table_of_the_readme() -> None:
    table = text_of("README.md").partition("\n## Commands\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| `tradewire ([a-z]+)", table, re.MULTILINE))
    assert named == set(cli.list_commands(click.Context(cli)))


def test_every_chat_verb_and_no_other_stands_in_the_table_of_chat_commands() -> None:
    table = text_of("docs/chat.md").partition("## subscribe")[0]
    rows = re.findall(r"^\| `([a-z]+)` \| (.+?) \|", table, re.MULTILINE)
    assert {verb for verb, _ in rows} == set(VERBS)
    known = {name for names in VERBS.values() for name in names}
    assert [name for _, names in rows for name in names.split() if name not in known] == []


def test_every_table_of_the_configuration_and_every_setting_of_it_stands_in_the_example() -> None:
    example = text_of("config.example.toml")
    tables = {
        "console": ConsoleTable, "slack": SlackTable, "telegram": TelegramTable, "webhooks.desk": WebhookTable,
        "access": AccessTable, "ops": OpsTable, "topics": TopicsTable, "store": StoreTable, "fetch": FetchTable,
        "log": LogTable, "watch_list": WatchListTable, "[subscriptions]": SubscriptionTable,
    }  # fmt: skip
    top = {name.partition(".")[0].strip("[]") for name in tables}
    assert top | {"contact", "sources"} == set(Settings.model_fields)
    for name, table in tables.items():
        _, found, section = example.partition(f"[{name}]\n")
        assert found, name
        section = re.split(r"^(?:#   )?\[", section, maxsplit=1, flags=re.MULTILINE)[0]
        assert [
            key for key in table.model_fields if not re.search(rf"^#\s+{key} = ", section, re.MULTILINE)
        ] == []


def test_every_key_of_the_commands_for_scripts_is_documented() -> None:
    page = text_of("docs/json.md")
    keys = {
        "status --json": as_object_of_channels(NO_CHANNELS).keys(),
        "verify --json": as_object_of_verify(Verified()).keys(),
    }
    for command, names in keys.items():
        section = page.partition(f"## `{command}`")[2].partition("\n## ")[0]
        assert [name for name in names if f"`{name}`" not in section] == [], command


def test_the_two_commands_stand_at_the_top_of_the_readme() -> None:
    top = "\n".join(text_of("README.md").splitlines()[:12])
    assert top.index("make demo") < top.index("make test")


async def test_the_alert_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    printed = io.StringIO()
    await replay(
        store_url=f"sqlite:///{tmp_path / 'demo.sqlite3'}",
        console=lambda clock: Console(printed, render=for_people(bold=str), now=clock.now),
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
