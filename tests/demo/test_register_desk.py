"""The loopback register's time: when a document is out, and what lies on the inspection desk."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.demo.recording import load
from bot.demo.register import Register
from tests.fakes.register_records import DESK, ask, document, eastern, filing, numbers

# -- time


async def test_a_document_is_out_from_six_eastern_on_its_day(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_document(document("2026-00001", "2026-03-04"))
    register.now = eastern("2026-03-04T05:59")
    assert (await ask(client, "documents.json"))["count"] == 0
    assert (await client.get("documents/2026-00001.json")).status_code == 404
    register.now = eastern("2026-03-04T06:00").astimezone(UTC)
    assert (await ask(client, "documents.json"))["count"] == 1


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Register(now=datetime(2026, 3, 4))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize("spelling", ["public-inspection-documents", "public_inspection_documents"])
async def test_an_empty_desk_has_only_count_and_results(client: httpx.AsyncClient, spelling: str) -> None:
    assert await ask(client, f"{spelling}/current.json") == {"count": 0, "results": []}


async def test_a_filing_is_listed_from_its_minute_and_carried_over_when_filed_after_the_slot(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_filing(filing("2026-00001", "2026-03-05T08:45:00.000-05:00"))  # a Thursday
    register.put_filing(filing("2026-00002", "2026-03-05T16:15:00.000-05:00", filing_type="special"))
    register.put_filing(filing("2026-00003", "2026-03-06T08:45:00.000-05:00"))
    expected = {
        "2026-03-05T08:44": [],
        "2026-03-05T08:45": ["2026-00001"],
        "2026-03-05T16:15": ["2026-00001", "2026-00002"],
        "2026-03-06T08:44": ["2026-00001", "2026-00002"],
        "2026-03-06T08:45": ["2026-00002", "2026-00003"],
        "2026-03-08T12:00": ["2026-00002", "2026-00003"],
        "2026-03-09T09:45": [],
    }
    for moment, listed in expected.items():
        register.now = eastern(moment)
        assert numbers(await ask(client, f"{DESK}/current.json")) == listed, moment


async def test_current_prints_eastern_offsets_and_when_each_kind_was_updated(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_filing(filing("2026-00001", "2026-07-01T12:45:00Z"))
    register.put_filing(filing("2026-00002", "2026-07-01T15:15:00Z", filing_type="special"))
    register.now = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
    answer = await ask(client, f"{DESK}/current.json")
    assert list(answer) == ["count", "results", "special_filings_updated_at", "regular_filings_updated_at"]
    assert answer["special_filings_updated_at"] == "2026-07-01T11:15:00.000-04:00"
    assert answer["regular_filings_updated_at"] == "2026-07-01T08:45:00.000-04:00"
    assert answer["results"][1]["filed_at"] == "2026-07-01T11:15:00.000-04:00"
    assert answer["results"][1]["last_public_inspection_issue"] == "2026-07-01"
    assert not [key for record in answer["results"] for key in record if key.startswith("_")]


async def test_available_on_gives_the_whole_issue_of_a_day_whatever_else_is_asked(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_filing(filing("2026-00001", "2026-03-04T16:15:00.000-05:00", filing_type="special"))
    register.put_filing(filing("2026-00002", "2026-03-05T08:45:00.000-05:00"))
    register.now = eastern("2026-03-20T12:00")
    day = await ask(
        client, f"{DESK}.json?conditions[available_on]=2026-03-05&conditions[type][]=RULE&per_page=1"
    )
    assert numbers(day) == ["2026-00001", "2026-00002"]
    assert day["special_filings_updated_at"] == "2026-03-04T16:15:00.000-05:00"
    assert day["results"][0]["last_public_inspection_issue"] == "2026-03-05"
    assert await ask(client, f"{DESK}.json?conditions[available_on]=2026-03-07") == {
        "count": 0,
        "results": [],
    }
    assert (await client.get(f"{DESK}.json?conditions[available_on]=soon")).status_code == 400


async def test_the_search_form_prints_utc_and_the_zero_shape(
    register: Register, client: httpx.AsyncClient
) -> None:
    for n in range(25):
        register.put_filing(filing(f"2026-000{n:02}", "2026-03-04T11:15:00.000-05:00", filing_type="special"))
    first = await ask(client, f"{DESK}.json?conditions[special_filing]=1")
    assert first["results"][0]["filed_at"] == "2026-03-04T16:15:00Z"
    assert first["next_page_url"].startswith(f"{register.base_url}public_inspection_documents?")
    second = (await client.get(first["next_page_url"])).json()
    assert len({*numbers(first), *numbers(second)}) == first["count"] == 25
    assert await ask(client, f"{DESK}.json?conditions[term]=zzzznothing") == {
        "description": "Public Inspection Documents matching 'zzzznothing'",
        "count": 0,
    }
    assert (await client.get(f"{DESK}.json?fields[]=abstract")).status_code == 400
    assert (await client.get(f"{DESK}.json?conditions[publication_date][is]=2026-03-04")).status_code == 400


async def test_a_withdrawn_filing_loses_its_dates_and_gains_a_note(
    register: Register, client: httpx.AsyncClient
) -> None:
    withdrawal = {"_withdrawn_at": "2026-03-05T14:00:00-05:00", "_withdrawn_note": "Withdrawn by the agency."}
    register.put_filing(filing("2026-00001", "2026-03-05T08:45:00.000-05:00", **withdrawal))
    register.now = eastern("2026-03-05T13:59")
    before = (await ask(client, f"{DESK}/current.json"))["results"][0]
    register.now = eastern("2026-03-05T14:00")
    after = (await ask(client, f"{DESK}/current.json"))["results"][0]
    assert (before["filed_at"], before["editorial_note"]) == ("2026-03-05T08:45:00.000-05:00", None)
    assert (after["filed_at"], after["publication_date"]) == (None, None)
    assert after["editorial_note"] == "Withdrawn by the agency."
    assert "_withdrawn_at" not in after


async def test_a_record_that_never_had_a_filing_time_stands_in_its_last_issue(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_filing(filing("2026-00001", None, publication_date=None))
    register.now = eastern("2026-03-05T09:00")
    assert numbers(await ask(client, f"{DESK}/current.json")) == ["2026-00001"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (filing("2026-00001", None, last_public_inspection_issue=None), "neither filed_at nor"),
        (filing("2026-00001", "2026-03-05T08:45:00"), "without an offset"),
        (filing("2026-00001", "2026-03-05T08:45:00Z", _withdrawn_at="2026-03-05T18:00Z"), "_withdrawn_note"),
    ],
)
def test_a_filing_that_cannot_be_placed_is_refused(record: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Register(filings=[record])


async def test_the_desk_can_be_laid_by_hand(register: Register, client: httpx.AsyncClient) -> None:
    register.put_filing(filing("2026-00001", "2026-03-05T08:45:00.000-05:00"))
    register.set_current([{"document_number": "2017-00871", "title": "Entity List", "_day": 1}])
    answer = await ask(client, f"{DESK}/current.json")
    assert answer["results"] == [{"document_number": "2017-00871", "title": "Entity List"}]
    assert answer["special_filings_updated_at"] is None
    register.set_current([])
    assert await ask(client, f"{DESK}/current.json") == {"count": 0, "results": []}
    register.set_current(None)
    assert numbers(await ask(client, f"{DESK}/current.json")) == ["2026-00001"]


# -- the recordings in the register


async def test_the_story_unfolds_at_its_moments() -> None:
    recording = load()
    story = {
        "2023-10-16": {"pi 2023-22873"},
        "2023-10-17": {"pub 2023-22873", "pi 2023-23048"},
        "2023-10-19": {"pub 2023-23048", "pi 2023-23049", "pi 2023-23055"},
        "2023-10-25": {"pub 2023-23049", "pub 2023-23055"},
        "2023-11-08": {"pub 2023-23312"},
        "2024-01-26": {"pi 2024-01580"},
        "2024-01-29": {"pub 2024-01580"},
        "2024-03-29": {"pi 2024-07004"},
        "2024-04-04": {"pub 2024-07004"},
    }
    async with (
        Register(recording.documents, recording.filings) as register,
        httpx.AsyncClient(base_url=register.base_url) as client,
    ):
        for moment in recording.moments:
            register.now = moment.at
            day = moment.at.date().isoformat()
            published = await ask(
                client,
                f"documents.json?conditions[publication_date][is]={day}&fields[]=document_number&per_page=100",
            )
            current = await ask(client, f"{DESK}/current.json")
            listed = {f"pub {record['document_number']}" for record in published.get("results", ())}
            listed |= {f"pi {number}" for number in numbers(current)}
            assert story.get(day, set()) <= listed, day
            assert listed - story.get(day, set()), "every poll also sees noise"
            assert day >= "2023-10-17" or "pi 2023-23048" not in listed
