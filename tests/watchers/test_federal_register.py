"""The Federal Register reader: questions as the API wants them, answers as it really gives them."""

import contextlib
import json
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from watchers.errors import Blocked, NotSane, SourceError, Truncated
from watchers.item import Agency, DateKind, Item, Stage
from watchers.source import Found, Page, Plan, Request
from watchers.sources import federal_register as desk

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
OPTIONS = desk.Options()


def page(body: bytes | str | dict[str, Any], content_type: str = "application/json; charset=utf-8") -> Page:
    raw = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    request = Request(url="https://www.federalregister.gov/api/v1/documents.json")
    return Page(
        request=request,
        url=request.url,
        status=200,
        headers={"content-type": content_type},
        body=raw,
        fetched_at=NOW,
    )


def read(body: bytes | str | dict[str, Any]) -> Found:
    return desk.read(page(body), plan_of(OPTIONS))


def one(**fields: Any) -> Item:
    found = read({"count": 1, "results": [{"document_number": "2026-12345", **fields}]})
    assert not found.problems
    (item,) = found.items
    return item


def question(complete_at: datetime | None = None, **options: Any) -> list[tuple[str, str]]:
    (request,) = desk.requests(Plan(now=NOW, complete_at=complete_at, options=desk.Options(**options)))
    assert request.fresh, "a shared cache in front of the API answers with hour-old pages"
    assert not request.conditional, "the API gives no validators"
    return parse_qsl(urlsplit(request.url).query)


# -- asking


def test_the_question_percent_encodes_brackets_and_asks_for_every_needed_field() -> None:
    (request,) = desk.requests(Plan(now=NOW, complete_at=None, options=OPTIONS))
    assert request.url.startswith(
        "https://www.federalregister.gov/api/v1/documents.json?conditions%5Bpublication_date%5D%5Bgte%5D=2026-11-20&fields%5B%5D="
    )
    asked = [value for name, value in question() if name == "fields[]"]
    assert {
        "effective_on",
        "comments_close_on",
        "docket_ids",
        "cfr_references",
        "correction_of",
        "abstract",
    } <= set(asked)
    assert "presidential_document_type" not in asked, "a condition only: as a field it is a 400"


def test_the_question_starts_before_the_last_complete_read_so_that_a_gap_is_caught_up() -> None:
    away_since = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
    assert ("conditions[publication_date][gte]", "2026-10-30") in question(away_since)


def test_the_window_is_counted_in_eastern_days() -> None:
    late_evening_in_washington = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
    assert ("conditions[publication_date][gte]", "2026-10-30") in question(late_evening_in_washington)


def test_agencies_are_repeated_conditions() -> None:
    asked = question(agencies=("industry-and-security-bureau", "international-trade-administration"))
    assert [value for name, value in asked if name == "conditions[agencies][]"] == [
        "industry-and-security-bureau",
        "international-trade-administration",
    ]


def test_newest_come_first_and_the_page_size_is_one_the_api_honours() -> None:
    asked = dict(question())
    assert asked["order"] == "newest"
    assert 2 <= int(asked["per_page"]) <= 1000
    assert "page" not in asked


# -- answers that are no documents


def test_a_search_without_hits_has_no_results_and_is_no_failure() -> None:
    found = read({"description": "Documents published from 11/20/2026", "count": 0})
    assert (found.items, found.follow, found.total) == ((), (), 0)


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><title>Request Access</title><p>Please complete the captcha",
        "  \n<html><body>Just a moment...</body></html>",
    ],
)
def test_markup_where_json_is_due_is_a_refusal(body: str) -> None:
    with pytest.raises(Blocked, match="a check page instead of JSON"):
        desk.read(page(body, "text/html"), plan_of(OPTIONS))


def test_markup_that_calls_itself_json_is_a_refusal_all_the_same() -> None:
    with pytest.raises(Blocked, match="a web page instead of JSON"):
        read("<html><body>Welcome</body></html>")


@pytest.mark.parametrize("body", ["", "   \n"])
def test_an_empty_body_is_truncated(body: str) -> None:
    with pytest.raises(Truncated):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        '{"results": []}',
        '{"count": "many"}',
        '{"count": 2, "results": {}}',
        '{"count": 1',
        "OK",
    ],
)
def test_another_shape_is_not_sane(body: str) -> None:
    with pytest.raises(NotSane):
        read(body)


def test_the_next_page_is_followed_as_the_answer_names_it() -> None:
    following = (
        "https://www.federalregister.gov/api/v1/documents?conditions%5Bpublication_date%5D%5Bgte%5D=2024-01-01"
        "&format=json&order=newest&page=2&per_page=2&search_after_cursor=WzE3MzU2MDMyMDAwMDAsIjIwMjQtMzE0MzkiXQ"
    )
    found = read({"count": 10000, "total_pages": 50, "next_page_url": following, "results": []})
    assert found.follow == (Request(url=following),)
    assert found.total is None, "ten thousand is where the counter stops, not a count"


# -- documents


def test_a_document_keeps_what_the_register_says_of_it() -> None:
    item = one(
        title="Entity  List\nAdditions",
        type="Rule",
        abstract="In this rule, …",
        action="Final rule.",
        dates="This rule is effective October 17, 2023.",
        publication_date="2023-10-19",
        effective_on="2023-10-17",
        comments_close_on=None,
        agencies=[
            {
                "raw_name": "DEPARTMENT OF COMMERCE",
                "name": "Commerce Department",
                "slug": "commerce-department",
                "id": 54,
            },
            {"raw_name": "Office of Something New"},
        ],
        cfr_references=[{"title": 15, "part": 744, "chapter": None}, {"title": 19, "part": None}],
        docket_ids=["Docket No. 231013-0245"],
        regulation_id_numbers=["0694-AJ41"],
        executive_order_number=14105,
        citation="88 FR 71991",
        significant=True,
        html_url="https://www.federalregister.gov/documents/2023/10/19/2023-23048/x",
        comment_url=None,
    )
    assert (item.source, item.key, item.ref) == ("federal-register", "2026-12345", "fr:2026-12345")
    assert (item.title, item.kind, item.stage) == ("Entity List Additions", "Rule", Stage.PUBLISHED)
    assert item.url == "https://www.federalregister.gov/d/2026-12345"
    assert item.official_on == date(2023, 10, 19)
    assert item.official_at is None, "the Register gives a day of publication, no hour"
    assert item.agencies == (
        Agency(name="Commerce Department", slug="commerce-department"),
        Agency(name="Office of Something New"),
    )
    assert [(legal.kind, legal.on.isoformat(), legal.evidence) for legal in item.dates] == [
        (DateKind.PUBLICATION, "2023-10-19", "publication_date"),
        (DateKind.EFFECTIVE, "2023-10-17", "effective_on"),
    ]
    assert [(ref.kind, ref.value) for ref in item.refs] == [
        ("citation", "88 FR 71991"),
        ("docket", "Docket No. 231013-0245"),
        ("rin", "0694-AJ41"),
        ("cfr", "15/744"),
        ("cfr", "19"),
        ("eo", "14105"),
    ]
    assert [link.kind for link in item.links] == ["html"]
    assert item.significant is True


def test_a_document_with_nothing_but_a_number_is_still_an_item() -> None:
    fields = {name: None for name in desk.FIELDS if name != "document_number"}
    item = one(**fields)
    assert (item.title, item.kind, item.dates, item.refs) == ("Document 2026-12345", "Document", (), ())
    assert item == one(), "absent and null are the same"


def test_nulls_inside_lists_are_passed_over() -> None:
    item = one(docket_ids=[None, "BIS-2023-0021"], topics=[None, "Exports"], agencies=[{"raw_name": None}])
    assert [ref.value for ref in item.refs] == ["BIS-2023-0021"]
    assert (item.subjects, item.agencies) == (("Exports",), ())


def test_a_proposed_rule_is_proposed() -> None:
    assert one(type="Proposed Rule").stage is Stage.PROPOSED


@pytest.mark.parametrize(
    ("number", "correction_of"),
    [
        ("C1-2023-27742", "https://www.federalregister.gov/api/v1/documents/2023-27742"),
        (
            "C1-2023-27742",
            "https://www.federalregister.gov/api/v1/documents/2023-27742.json?publication_date=2023-12-20",
        ),
        ("C1-2023-27742", None),
        ("R2-2023-27742", None),
        ("2024-00001", "https://www.federalregister.gov/api/v1/documents/2023-27742"),
    ],
)
def test_a_correction_names_the_document_it_corrects(number: str, correction_of: str | None) -> None:
    found = read(
        {
            "count": 1,
            "results": [{"document_number": number, "type": "Notice", "correction_of": correction_of}],
        }
    )
    (item,) = found.items
    assert (item.stage, item.corrects) == (Stage.CORRECTED, ("fr:2023-27742",))


def test_one_bad_record_is_named_and_the_others_are_read() -> None:
    found = read(
        {
            "count": 4,
            "results": [
                {"document_number": "2026-00001"},
                {"document_number": "2026-00002", "agencies": "Commerce"},
                {"title": "no number at all"},
                {"document_number": "2026-00004"},
            ],
        }
    )
    assert [item.key for item in found.items] == ["2026-00001", "2026-00004"]
    assert [problem.record for problem in found.problems] == ["2026-00002", "record 3"]
    assert "agencies" in found.problems[0].reason


def test_of_two_records_of_one_number_the_first_is_kept_and_the_other_named() -> None:
    twice = [{"document_number": "2026-00001", "title": title} for title in ("A Rule", "Another")]
    found = read({"count": 2, "results": twice})
    assert [item.title for item in found.items] == ["A Rule"]
    assert [problem.record for problem in found.problems] == ["record 2"]


def test_a_bad_date_costs_the_date_and_not_the_document() -> None:
    found = read(
        {
            "count": 1,
            "results": [
                {"document_number": "2026-00002", "effective_on": "soon", "publication_date": "2026-11-23"}
            ],
        }
    )
    assert [legal.kind for legal in found.items[0].dates] == [DateKind.PUBLICATION]
    assert found.problems[0].record == "2026-00002"
    assert "effective_on is no date: 'soon'" in found.problems[0].reason


def test_a_date_that_no_document_can_have_is_none() -> None:
    found = read({"count": 1, "results": [{"document_number": "2026-2", "effective_on": "1970-01-01"}]})
    assert (found.items[0].dates, len(found.problems)) == ((), 1)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "slug", "title", "part", "x"]), inner)
    ),
    max_leaves=8,
)
_records = st.fixed_dictionaries({}, optional=dict.fromkeys(desk.FIELDS, _json))


@settings(max_examples=150)
@given(records=st.lists(_records | _json, max_size=5), count=st.none() | st.integers(), following=_json)
def test_whatever_the_records_hold_each_is_an_item_or_a_named_problem(
    records: list[Any], count: int | None, following: object
) -> None:
    body = json.dumps(
        {"count": count, "results": records, "next_page_url": following}, allow_nan=True
    ).encode()
    try:
        found = read(body)
    except SourceError:
        return
    read_whole = {item.key for item in found.items}
    named = [problem for problem in found.problems if problem.record not in read_whole]
    assert len(found.items) + len(named) == len(records)


@settings(max_examples=150)
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=100).map(
        lambda text: b'{"count":1,"results":[' + text.encode("utf-8", "surrogatepass")
    )
)
def test_arbitrary_bytes_raise_nothing_but_source_errors(body: bytes) -> None:
    with contextlib.suppress(SourceError):
        read(body)


def test_json_nested_a_million_deep_is_refused_without_a_crash() -> None:
    with pytest.raises(SourceError):
        read(b'{"count":' + b"[" * 1_000_000)
    found = read(
        b'{"count":1,"results":[{"document_number":"x","agencies":' + b"[" * 500 + b"]" * 500 + b"}]}"
    )
    assert [problem.record for problem in found.problems] == ["x"]
