"""What was read and what was missed, in at most 80 columns, whatever the text holds."""

import wcwidth

from bot.core.document import Document
from bot.core.match import Evidence
from bot.core.matching import document_of
from bot.core.near_miss import NearMiss
from bot.core.query.explaining import Failure, Fault
from bot.render.stages import folded_lines, missed_lines, missed_object, parsed_lines
from tests.fakes.items import published

MISS = NearMiss(
    topic="chips",
    words=("芯片",) * 9,
    failures=(
        Failure(fault=Fault.ABSENT, part="x" * 400),
        Failure(
            fault=Fault.EXCLUDED,
            hits=(Evidence(words="a\x1b[31m", lang="en", field="title", start=0, end=6),),
        ),
    ),
)


def fits(lines: list[str]) -> None:
    assert all(0 < wcwidth.wcswidth(line) <= 80 for line in lines), lines


def test_an_items_texts_are_told_with_their_lengths_and_then_its_facts() -> None:
    item = published(title="Gallium")
    lines = parsed_lines(document_of(item), item)
    fits(lines)
    assert lines[0].startswith("Parsed    title 7")
    assert any("fr:2023-23048" in line for line in lines)


def test_the_folded_text_is_what_is_searched() -> None:
    lines = folded_lines(Document(texts=(("body", "ＢＩＳ‐實體清單 " + "long " * 200),)))
    fits(lines)
    assert lines[0].startswith("Folded    body: bis 实体清单 long")
    assert lines[-1].endswith("…")


def test_a_miss_names_the_words_found_and_each_part_that_failed() -> None:
    lines = missed_lines(MISS)
    fits(lines)
    assert lines[0] == "chips  (no match)"
    assert lines[1].startswith("  found      [芯片], [芯片]")
    assert lines[1].endswith("+3") or lines[2].endswith("+3")
    assert not any("\x1b" in line for line in lines)


def test_a_miss_without_words_shows_only_what_failed() -> None:
    miss = NearMiss(topic="chips", words=(), failures=(Failure(fault=Fault.ABSENT, part="chip*"),))
    assert missed_lines(miss) == ["chips  (no match)", "  failed     chip* stands nowhere"]
    assert missed_object(miss) == {"topic": "chips", "words": [], "failed": ["chip* stands nowhere"]}
