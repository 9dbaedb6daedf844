"""Blocks of text for a terminal: what must hold of each, and the files that show how each looked when it was reviewed."""

from pathlib import Path

import pytest
from wcwidth import wcswidth

from bot.render.plain import WIDTH
from bot.render.words import without_controls

GOLDEN = Path(__file__).parent.parent / "render" / "golden"


def check(text: str) -> None:
    """Assert that a block fits, line by line, and holds nothing that a terminal would obey. An address is never cut."""
    for line in text.split("\n"):
        assert without_controls(line) == line
        assert wcswidth(line) <= WIDTH or _is_one_address(line), line


def _is_one_address(line: str) -> bool:
    words = line.split()
    return len(words) <= 2 and words[-1].startswith("https://")


def check_golden(name: str, text: str) -> None:
    """Assert that a block looks as it was reviewed. One that never was is written, and fails."""
    check(text)
    golden = GOLDEN / f"{name}.txt"
    if not golden.exists():
        golden.write_text(f"{text}\n", encoding="utf-8")
        pytest.fail(f"{golden.name} was written: review it")
    assert f"{text}\n" == golden.read_text(encoding="utf-8")
