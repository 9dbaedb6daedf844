"""Every source against its recorded pages: what was found must be what was reviewed.

A missing expected file is written, then the test fails: review it and keep it. A page that is refused has its error as
what is expected. Pages are written by us in the real shapes.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from watchers.errors import SourceError
from watchers.registry import all_sources
from watchers.source import Page, Request

HERE = Path(__file__).parent
PAGES = sorted(path for path in HERE.glob("*/*.json") if not path.name.endswith(".expected.json"))


def found_in(path: Path) -> str:
    source = all_sources()[path.parent.name]
    page = Page(
        request=Request(url=source.home),
        url=source.home,
        status=200,
        headers={"content-type": "application/json; charset=utf-8"},
        body=path.read_bytes(),
        fetched_at=datetime(2024, 1, 29, 12, 0, tzinfo=UTC),
    )
    try:
        found = msgspec.to_builtins(source.read(page, source.options()))
    except SourceError as error:
        found = {"error": error.kind, "what": error.what}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recorded_page_reads_as_reviewed(path: Path) -> None:
    expected = path.with_suffix(".expected.json")
    found = found_in(path)
    if not expected.exists():
        expected.write_text(found, encoding="utf-8")
        pytest.fail(f"wrote {expected.name}: review it")
    assert found == expected.read_text(encoding="utf-8")


def test_every_source_has_a_recorded_page() -> None:
    assert {path.parent.name for path in PAGES} == set(all_sources())
