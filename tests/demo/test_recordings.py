"""The bundled recordings have the real shape, agree with the calendar, and tell the story in order."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.demo.recording import Recording, load
from watchers.calendar import is_federal_business_day

EASTERN = ZoneInfo("America/New_York")
_DOCUMENT = (
    "abstract action agencies agency_names body_html_url cfr_references citation comment_url comments_close_on "
    "correction_of corrections dates disposition_notes docket_id docket_ids dockets document_number effective_on "
    "end_page excerpts executive_order_notes executive_order_number full_text_xml_url html_url images "
    "images_metadata json_url mods_url page_length page_views pdf_url president presidential_document_number "
    "proclamation_number public_inspection_pdf_url publication_date raw_text_url regulation_id_number_info "
    "regulation_id_numbers regulations_dot_gov_info regulations_dot_gov_url significant signing_date start_page "
    "subtype title toc_doc toc_subject topics type volume"
)
DOCUMENT_KEYS = set(_DOCUMENT.split())
_FILING = (
    "agencies agency_letters agency_names docket_numbers document_number editorial_note excerpts filed_at "
    "filing_type html_url json_url last_public_inspection_issue num_pages page_views pdf_file_name pdf_file_size "
    "pdf_updated_at pdf_url publication_date raw_text_url subject_1 subject_2 subject_3 title toc_doc toc_subject "
    "type"
)
FILING_KEYS = set(_FILING.split())
AGENCY_KEYS = {"raw_name", "name", "id", "url", "json_url", "parent_id", "slug"}
STORY = {
    "2023-22873": ("2023-10-16 08:45", "2023-10-17"),
    "2023-23048": ("2023-10-17 16:15", "2023-10-19"),
    "2023-23049": ("2023-10-19 08:45", "2023-10-25"),
    "2023-23055": ("2023-10-19 08:45", "2023-10-25"),
    "2023-23312": ("2023-11-07 08:45", "2023-11-08"),
    "2024-01580": ("2024-01-26 08:45", "2024-01-29"),
    "2024-07004": ("2024-03-29 08:45", "2024-04-04"),
}


@pytest.fixture(scope="module")
def recording() -> Recording:
    return load()


def test_every_document_has_exactly_the_keys_of_the_real_shape(recording: Recording) -> None:
    assert [one["document_number"] for one in recording.documents if set(one) != DOCUMENT_KEYS] == []


def test_every_filing_has_exactly_the_keys_of_the_real_shape(recording: Recording) -> None:
    assert [one["document_number"] for one in recording.filings if set(one) != FILING_KEYS] == []


def test_no_private_key_is_recorded(recording: Recording) -> None:
    assert not [
        key for one in (*recording.documents, *recording.filings) for key in one if key.startswith("_")
    ]


@pytest.mark.parametrize("what", ["documents", "filings"])
def test_no_number_is_recorded_twice(recording: Recording, what: str) -> None:
    numbers = Counter(one["document_number"] for one in getattr(recording, what))
    assert [number for number, times in numbers.items() if times > 1] == []


def test_agencies_are_whole_or_a_bare_raw_name_and_both_occur(recording: Recording) -> None:
    agencies = [agency for one in (*recording.documents, *recording.filings) for agency in one["agencies"]]
    bare = {agency["raw_name"] for agency in agencies if set(agency) == {"raw_name"}}
    assert all(set(agency) in (AGENCY_KEYS, {"raw_name"}) for agency in agencies)
    assert len(bare) >= 2


def test_documents_are_published_on_federal_business_days(recording: Recording) -> None:
    days = {
        one["document_number"]: date.fromisoformat(one["publication_date"]) for one in recording.documents
    }
    assert [number for number, day in days.items() if not is_federal_business_day(day)] == []


def test_filings_are_made_on_business_days_before_they_are_published(recording: Recording) -> None:
    for one in recording.filings:
        filed_at = datetime.fromisoformat(one["filed_at"])
        assert filed_at.utcoffset() == filed_at.astimezone(EASTERN).utcoffset(), one["document_number"]
        assert is_federal_business_day(filed_at.astimezone(EASTERN).date()), one["document_number"]
        assert filed_at.astimezone(EASTERN).date() < date.fromisoformat(one["publication_date"])


def test_a_filing_and_its_document_say_the_same(recording: Recording) -> None:
    documents = {one["document_number"]: one for one in recording.documents}
    for one in recording.filings:
        document = documents[one["document_number"]]
        for key in ("publication_date", "type", "agencies"):
            assert one[key] == document[key], one["document_number"]
        assert one["docket_numbers"] == document["docket_ids"]
        assert one["title"].strip() == document["title"]
        posted = int(document["public_inspection_pdf_url"].rpartition("?")[2])
        assert datetime.fromtimestamp(posted, UTC) == datetime.fromisoformat(one["filed_at"])


def test_corrections_point_at_the_document_they_correct(recording: Recording) -> None:
    found = {
        one["document_number"]: one["correction_of"] for one in recording.documents if one["correction_of"]
    }
    assert found == {
        "2023-23312": "https://www.federalregister.gov/api/v1/documents/2023-22873",
        "C1-2023-28880": "https://www.federalregister.gov/api/v1/documents/2023-28880",
    }


def test_the_story_is_filed_and_published_on_its_days(recording: Recording) -> None:
    filed = {
        one["document_number"]: datetime.fromisoformat(one["filed_at"]).strftime("%Y-%m-%d %H:%M")
        for one in recording.filings
    }
    published = {one["document_number"]: one["publication_date"] for one in recording.documents}
    assert {number: (filed[number], published[number]) for number in STORY} == STORY


def test_most_of_the_wire_is_noise(recording: Recording) -> None:
    noise = [one for one in recording.documents if one["document_number"] not in STORY]
    filed = [one for one in recording.filings if one["document_number"] not in STORY]
    assert len(noise) >= 45
    assert len(noise) // 3 <= len(filed) < len(noise)


def test_moments_are_in_order_and_begin_before_the_story(recording: Recording) -> None:
    instants = [moment.at for moment in recording.moments]
    assert instants == sorted(set(instants))
    assert len(instants) <= 9
    assert all(instant.tzinfo is UTC for instant in instants)
    assert instants[0] < datetime(2023, 10, 17, 20, 15, tzinfo=UTC) <= instants[1]
    assert all(moment.label for moment in recording.moments)


def test_loading_twice_gives_independent_records(recording: Recording) -> None:
    other = load()
    other.documents[0]["title"] = "changed"
    assert load().documents[0]["title"] == recording.documents[0]["title"]
