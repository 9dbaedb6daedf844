"""Every source and builder against its recorded pages: what was found must be what was reviewed.

A missing expected file is written, then the test fails: review it and keep it. A page that is refused has its error as
what is expected. Pages are written by us in the real shapes; `watchers.recording` says what a case holds.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.plans import plan_of
from watchers.errors import SourceError
from watchers.item import Item
from watchers.recording import expected_of, item_of, options_of, page_of
from watchers.registry import all_builders, all_sources
from watchers.source import AnySource, Found

HERE = Path(__file__).parent
NOW = datetime(2024, 1, 29, 12, 0, tzinfo=UTC)
PAGES = sorted(
    path
    for path in HERE.glob("*/*")
    if path.is_file() and not path.name.endswith((".case.json", ".expected.json"))
)


def source_of(name: str, case: Mapping[str, Any]) -> tuple[AnySource, Any]:
    """Return the source that a folder is named after, or the one that the builder of that name makes, and its options."""
    if name in all_sources():
        source = all_sources()[name]
        return source, options_of(case, source.options)
    builder = all_builders()[name]
    chosen = options_of(case, builder.options)
    return builder.make(f"my-{name}", chosen), chosen


def found_in(path: Path) -> Found | Item | SourceError:
    told = path.with_suffix(".case.json")
    case = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    source, options = source_of(path.parent.name.replace("_", "-"), case)
    page = page_of(case, path.read_bytes(), home=source.home, now=NOW)
    plan = plan_of(options, now=page.fetched_at, memory=case.get("memory"))
    try:
        if "item" in case:
            assert source.article is not None
            return source.article.read(page, item_of(case), plan)
        return source.read(page, plan)
    except SourceError as error:
        return error


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_recorded_page_reads_as_reviewed(path: Path) -> None:
    expected = path.with_suffix(".expected.json")
    found = expected_of(found_in(path))
    if not expected.exists():
        expected.write_text(found, encoding="utf-8")
        pytest.fail(f"wrote {expected.name}: review it")
    assert found == expected.read_text(encoding="utf-8")


def test_every_source_and_every_builder_has_a_recorded_page() -> None:
    assert {path.parent.name.replace("_", "-") for path in PAGES} == {*all_sources(), *(all_builders())}


@pytest.mark.parametrize("key", all_sources())
def test_every_source_whose_items_have_pages_of_their_own_has_one_recorded(key: str) -> None:
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in HERE.glob(f"{key}/*.case.json")]
    assert any("item" in case for case in cases) == (all_sources()[key].article is not None)
