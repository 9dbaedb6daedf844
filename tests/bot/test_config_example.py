"""The example holds every setting there is, with its default, and loads as it stands."""

import re
import tomllib
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, SecretStr

from bot.config import Settings, load
from bot.config_channels import SlackTable, SubscriptionTable, TelegramTable, WebhookTable
from bot.core.match import Severity
from watchers.registry import all_sources

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def uncommented() -> str:
    return re.sub(r"(?m)^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"))


def settable() -> dict[str, object]:
    """Every key with its default, by its place in the file."""
    settings = Settings(contact="you@example.org")
    found: dict[str, object] = {"contact": settings.contact}
    for table in ("console", "access", "ops", "topics", "watch_list", "store", "fetch", "log"):
        for key in type(getattr(settings, table)).model_fields:
            found[f"{table}.{key}"] = getattr(getattr(settings, table), key)
    for key, source in all_sources().items():
        found[f"sources.{key}.enabled"] = True
        found[f"sources.{key}.every_minutes"] = None
        for field in fields(source.options):
            found[f"sources.{key}.{field.name}"] = field.default
    return found


def spelled(default: object) -> object:
    match default:
        case SecretStr():
            return default.get_secret_value()
        case Severity():
            return default.word
        case ZoneInfo():
            return default.key
        case tuple():
            return list(default)
        case _:
            return default


def flat(table: dict[str, object], path: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in table.items():
        found |= flat(value, f"{path}{key}.") if isinstance(value, dict) else {path + key: value}
    return found


def test_the_example_loads_with_everything_uncommented(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    path = tmp_path / "config.toml"
    path.write_text(uncommented(), encoding="utf-8")
    assert load(path, secret_directories=[]).contact == "you@example.org"


def test_the_example_sets_nothing_as_it_stands() -> None:
    assert flat(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) == {}


def test_the_example_holds_every_setting_and_no_other() -> None:
    assert set(flat(tomllib.loads(uncommented()))) == set(settable())


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("[slack]", SlackTable),
        ("[telegram]", TelegramTable),
        ("[webhooks.desk]", WebhookTable),
        ("[[subscriptions]]", SubscriptionTable),
    ],
)
def test_the_example_holds_every_setting_of_tables_that_are_there_only_when_wanted(
    header: str, table: type[BaseModel]
) -> None:
    section = EXAMPLE.read_text(encoding="utf-8").partition(f"#   {header}\n")[2].partition("\n\n")[0]
    assert re.findall(r"(?m)^#   (\w+) = ", section) == list(table.model_fields)


def test_the_example_prints_the_defaults_of_the_code() -> None:
    printed = flat(tomllib.loads(uncommented()))
    for place, default in settable().items():
        if default is not None:  # nothing stands for "none" in TOML: the comment says so
            assert printed[place] == spelled(default), place


def test_the_example_keeps_its_sections_in_the_order_a_user_meets_them() -> None:
    assert list(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) == [
        "console",
        "access",
        "ops",
        "topics",
        "watch_list",
        "sources",
        "store",
        "fetch",
        "log",
    ]


def test_the_example_explains_each_setting() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if re.match(r"# \w+ = ", line) and not before.startswith("# ")
    ]
    assert bare == []
