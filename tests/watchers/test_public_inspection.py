"""The Public Inspection reader: filings, withdrawals, both spellings of time, and the issues missed in a gap."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from watchers.errors import Blocked, SourceError
from watchers.item import DateKind, Item, Stage
from watchers.source import Found, Page, Plan, Request
from watchers.sources import public_inspection as desk

OPTIONS = desk.Options()


def read(body: dict[str, Any] | bytes, content_type: str = "application/json") -> Found:
    request = Request(url="https://www.federalregister.gov/api/v1/public-inspection-documents/current.json")
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    page = Page(
        request=request,
        url=request.url,
        status=200,
        headers={"content-type": content_type},
        body=raw,
        fetched_at=datetime(2026, 9, 29, 14, 0, tzinfo=UTC),
    )
    return desk.read(page, plan_of(OPTIONS))


def one(**fields: Any) -> Item:
    filing = {
        "document_number": "2026-19958",
        "title": "Meetings; Sunshine Act  ",
        "type": "Notice",
        "filed_at": "2026-09-28T11:15:00.000-04:00",
        "publication_date": "2026-09-30",
        "editorial_note": None,
    }
    found = read({"count": 1, "results": [filing | fields]})
    assert not found.problems
    return found.items[0]


def asked(now: datetime, complete_at: datetime | None, **options: Any) -> list[str]:
    requests = desk.requests(Plan(now=now, complete_at=complete_at, options=desk.Options(**options)))
    assert all(request.fresh for request in requests)
    return [request.url.removeprefix("https://www.federalregister.gov/api/v1/") for request in requests]


CURRENT = "public-inspection-documents/current.json"


def issue(day: str) -> str:
    return f"public-inspection-documents.json?conditions%5Bavailable_on%5D={day}"


# -- asking


def test_the_first_read_asks_for_today_only() -> None:
    assert asked(datetime(2026, 11, 23, 14, 0, tzinfo=UTC), None) == [CURRENT]


def test_a_read_a_few_minutes_later_asks_for_today_only() -> None:
    now = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert asked(now, datetime(2026, 11, 23, 13, 50, tzinfo=UTC)) == [CURRENT]


def test_after_a_night_with_a_read_past_the_last_filing_nothing_is_missing() -> None:
    evening = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # Thursday 20:30 Eastern
    assert asked(datetime(2026, 11, 20, 13, 0, tzinfo=UTC), evening) == [CURRENT]


def test_a_day_read_only_in_the_morning_is_asked_for_again() -> None:
    morning = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
    assert asked(datetime(2026, 11, 20, 13, 0, tzinfo=UTC), morning) == [issue("2026-11-19"), CURRENT]


def test_a_gap_over_a_weekend_and_thanksgiving_asks_for_each_business_day_oldest_first() -> None:
    before = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    now = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    days = ["2026-11-24", "2026-11-25", "2026-11-27", "2026-11-30"]
    assert asked(now, before) == [*map(issue, days), CURRENT]


def test_a_long_gap_is_bounded_to_the_latest_issues() -> None:
    urls = asked(datetime(2026, 11, 23, 14, 0, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC), catch_up_days=2)
    assert urls == [issue("2026-11-19"), issue("2026-11-20"), CURRENT]
    assert asked(
        datetime(2026, 11, 23, 14, 0, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC), catch_up_days=0
    ) == [CURRENT]


# -- reading


def test_a_filing_keeps_its_instant_and_the_day_it_will_be_published() -> None:
    item = one()
    assert item.stage is Stage.FILED
    assert item.title == "Meetings; Sunshine Act"
    assert item.official_at == datetime(2026, 9, 28, 15, 15, tzinfo=UTC)
    assert item.official_on == date(2026, 9, 28)
    assert [(legal.kind, legal.on) for legal in item.dates] == [(DateKind.PUBLICATION, date(2026, 9, 30))]
    assert item.ref == "fr:2026-19958"


def test_both_spellings_of_an_instant_are_the_same_instant() -> None:
    assert one(filed_at="2026-09-28T15:15:00Z") == one()


def test_a_filing_late_in_the_evening_belongs_to_the_eastern_day() -> None:
    assert one(filed_at="2026-09-29T01:30:00Z").official_on == date(2026, 9, 28)


@pytest.mark.parametrize(
    ("fields", "stage"),
    [
        (
            {
                "filed_at": None,
                "publication_date": None,
                "editorial_note": "This document was withdrawn by the agency.",
            },
            Stage.WITHDRAWN,
        ),
        ({"filed_at": None, "publication_date": None, "editorial_note": None}, Stage.WITHDRAWN),
        (
            {
                "editorial_note": "ISB requested the withdrawal of this document after it was on public inspection."
            },
            Stage.WITHDRAWN,
        ),
        ({"editorial_note": "An agency letter requesting minor corrections was received."}, Stage.FILED),
        ({"publication_date": None}, Stage.FILED),
        ({"filed_at": None}, Stage.FILED),
    ],
)
def test_a_filing_is_withdrawn_when_its_note_says_so_or_both_dates_are_gone(
    fields: dict[str, Any], stage: Stage
) -> None:
    assert one(**fields).stage is stage


def test_the_title_falls_back_to_the_subjects_then_to_the_contents_entry_then_to_the_number() -> None:
    assert (
        one(title=None, subject_1="Antidumping Investigations:", subject_2="Pipe from Mexico").title
        == "Antidumping Investigations: Pipe from Mexico"
    )
    assert one(title="", toc_doc="Pipe from Mexico").title == "Pipe from Mexico"
    assert one(title=None).title == "Document 2026-19958"


def test_an_agency_without_a_slug_keeps_its_printed_name() -> None:
    assert one(agencies=[{"raw_name": "Office of Something New"}]).agencies[0].slug is None


def test_a_day_without_an_issue_is_empty_and_no_failure() -> None:
    assert read({"count": 0, "results": []}).items == ()
    assert read({"description": "Public Inspection Documents matching 'x'", "count": 0}).items == ()


def test_an_instant_without_a_zone_is_refused_and_the_filing_kept() -> None:
    found = read(
        {
            "count": 1,
            "results": [
                {
                    "document_number": "2026-1",
                    "filed_at": "2026-09-28T11:15:00",
                    "publication_date": "2026-09-30",
                }
            ],
        }
    )
    assert found.items[0].official_at is None
    assert "filed_at is no instant with a zone" in found.problems[0].reason


@pytest.mark.parametrize(
    "zero",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_an_instant_that_no_filing_can_have_is_a_problem_and_the_filing_kept(zero: str) -> None:
    found = read({"count": 1, "results": [{"document_number": "2026-1", "filed_at": zero}]})
    assert (found.items[0].official_at, found.items[0].official_on) == (None, None)
    assert [problem.record for problem in found.problems] == ["2026-1"]


def test_a_page_of_markup_is_a_refusal() -> None:
    with pytest.raises(Blocked):
        read(b"<html>unblock</html>", "text/html")


_value = (
    st.none() | st.text(max_size=12) | st.integers() | st.lists(st.none() | st.text(max_size=4), max_size=3)
)


@settings(max_examples=150)
@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(desk.FilingRecord.__struct_fields__, _value)),
        max_size=5,
    )
)
def test_whatever_the_filings_hold_each_is_an_item_or_a_named_problem(records: list[dict[str, Any]]) -> None:
    try:
        found = read({"count": len(records), "results": records})
    except SourceError:
        return
    whole = {item.key for item in found.items}
    assert len(found.items) + sum(problem.record not in whole for problem in found.problems) == len(records)
