"""The document on chat commands names every verb, option, setting and limit that there is."""

from pathlib import Path

from bot.chat import lexicon, limits
from bot.chat.commands import Misread
from bot.chat.reading import LONGEST_MUTE, parse
from bot.core.archive import FLOOD_PER_DAY

TEXT = (Path(__file__).parents[2] / "docs" / "chat.md").read_text(encoding="utf-8")


def test_every_verb_and_every_setting_has_its_row() -> None:
    assert [verb for verb in lexicon.VERBS if f"| `{verb}` |" not in TEXT] == []
    assert [line for line in lexicon.SETTING_EXAMPLES.values() if f"| `{line[:10]}" not in TEXT] == []


def test_other_names_in_the_table_are_known() -> None:
    rows = [
        row.split(" | ")
        for row in TEXT.splitlines()
        if row.startswith("| `") and not row.startswith("| `set ")
    ]
    for verb, names, *_ in rows:
        known = lexicon.VERBS[verb.strip("|` ")]
        assert [name for name in names.split() if name not in known] == []


def test_every_example_is_understood() -> None:
    examples = [line.strip() for line in TEXT.splitlines() if line.startswith(("    subscribe ", "    订阅"))]
    assert len(examples) == 4
    assert [line for line in examples if isinstance(parse(line), Misread)] == []


def test_the_limits_are_those_of_the_code() -> None:
    assert f"One person may ask {limits.PER_USER} times a minute, one chat {limits.PER_CHAT} times" in TEXT
    assert f"more than {FLOOD_PER_DAY} a day is refused" in TEXT
    assert f"at most {LONGEST_MUTE.days} days" in TEXT
