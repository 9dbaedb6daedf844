"""The 1,219 filings of January 2017, replayed day by day through the Public Inspection shape."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.register import Register
from tests.fakes.apps import EVERYTHING, counted, open_bench
from watchers.calendar import is_federal_business_day
from watchers.sources import federal_register

pytestmark = pytest.mark.corpus

EASTERN = ZoneInfo("America/New_York")


def filings_of(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "federal_register" / "public_inspection_2017-01.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1219
    return rows


def next_business_day(day: date) -> date:
    following = day + timedelta(days=1)
    return following if is_federal_business_day(following) else next_business_day(following)


def is_withdrawn(row: dict[str, str]) -> bool:
    return "withdraw" in row["editorial_note"].lower()


def filing(row: dict[str, str], *, withdrawn: bool) -> dict[str, Any]:
    """Return a row in the desk's shape: as filed (no note yet), or as it stands after its withdrawal."""
    day = date.fromisoformat(row["date"])
    special = row["filing_type"] == "special"
    filed_at = datetime.combine(day, time(11, 15) if special else time(8, 45), EASTERN)
    return {
        "document_number": row["document_number"],
        "title": row["title"],
        "type": row["type"],
        "agencies": [
            {
                "raw_name": row["agency_names"],
                "name": row["agency_names"],
                "slug": row["agency_slugs"] or None,
            }
        ],
        "docket_numbers": [],
        "editorial_note": (row["editorial_note"] or None) if withdrawn or not is_withdrawn(row) else None,
        "filed_at": None if withdrawn else filed_at.isoformat(timespec="milliseconds"),
        "filing_type": row["filing_type"],
        "publication_date": None if withdrawn else next_business_day(day).isoformat(),
        "html_url": None,
        "pdf_url": None,
        "raw_text_url": None,
        "subject_1": row["title"],
        "toc_doc": row["title"],
    }


def publication(row: dict[str, str]) -> dict[str, Any]:
    day = next_business_day(date.fromisoformat(row["date"]))
    document = dict.fromkeys(federal_register.FIELDS)
    return document | {
        "document_number": row["document_number"],
        "title": row["title"],
        "type": row["type"],
        "publication_date": day.isoformat(),
        "agencies": [{"raw_name": row["agency_names"], "slug": row["agency_slugs"] or None}],
    }


@pytest.mark.timeout(180)  # thousands of alerts on one channel, one after the other
async def test_1219_filings_are_told_filed_withdrawn_and_published_once_each_and_carried_over_never(
    corpus: Path, tmp_path: Path
) -> None:
    rows = filings_of(corpus)
    days = sorted({date.fromisoformat(row["date"]) for row in rows})
    before = datetime.combine(days[0], time(7, 0), EASTERN)
    staying = [row for row in rows if not is_withdrawn(row)]
    async with (
        Register([publication(row) for row in staying], now=before) as register,
        open_bench(register.base_url, tmp_path / "s.sqlite3", before, topics=EVERYTHING) as bench,
    ):
        register.set_current([])
        assert all(poll.ok for poll in (await bench.check()).values())
        assert bench.alerts() == [], "the first read is baseline"
        yesterday: list[dict[str, str]] = []
        for day in [*days, next_business_day(days[-1]), next_business_day(next_business_day(days[-1]))]:
            today = [row for row in rows if row["date"] == day.isoformat()]
            regular = [row for row in today if row["filing_type"] == "regular"]
            carried = [
                filing(row, withdrawn=is_withdrawn(row))
                for row in yesterday
                if row["filing_type"] == "special" or is_withdrawn(row)
            ]
            slots = [
                (time(6, 10), carried),
                (time(8, 50), carried + [filing(row, withdrawn=False) for row in regular]),
            ]
            slots.append((time(11, 17), carried + [filing(row, withdrawn=False) for row in today]))
            slots.append((time(18, 5), slots[-1][1]))
            for wall, listed in slots:
                register.now = at = datetime.combine(day, wall, EASTERN)
                register.set_current(listed)
                polls = await bench.check(at=at.astimezone(UTC))
                assert all(poll.ok for poll in polls.values()), [
                    poll.error or poll.problems for poll in polls.values()
                ]
            yesterday = today
        told = counted(bench.alerts())
    assert set(told.values()) == {1}
    by_stage = {
        stage: {ref for ref, its_stage in told if its_stage == stage}
        for stage in {stage for _, stage in told}
    }
    refs = {f"fr:{row['document_number']}" for row in rows}
    withdrawn = {f"fr:{row['document_number']}" for row in rows if is_withdrawn(row)}
    assert by_stage["filed"] == refs
    assert by_stage["withdrawn"] == withdrawn
    assert "fr:2017-00871" in withdrawn, "the Entity List rule that was taken back"
    published = by_stage["published"] | by_stage["proposed"] | by_stage["corrected"]
    assert published == refs - withdrawn
    assert by_stage["corrected"] == {ref for ref in refs - withdrawn if ref.startswith("fr:C1-")}
    assert by_stage["published"] & by_stage["proposed"] == set()
