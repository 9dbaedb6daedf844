"""The watch loop against a real loopback Register: follow, check, and never in circles."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.register import Register
from watchers.errors import Blocked, NotSane, ServerFault, SourceError, Unsafe
from watchers.fetch import Fetcher, FetchRules
from watchers.registry import all_sources
from watchers.source import Page, Plan, Request, Validators
from watchers.sources import federal_register, public_inspection
from watchers.watch import Reading, watch

NOW = datetime(2024, 1, 5, 15, 0, tzinfo=UTC)
RULES = FetchRules(
    user_agent="Tradewire test (contact: test@localhost)",
    seconds_between_requests=0,
    attempts=1,
    allow_private_hosts=frozenset({"127.0.0.1"}),
)


def document(number: int) -> dict[str, Any]:
    return {
        "document_number": f"2024-{number:05}",
        "title": f"Notice {number}",
        "type": "Notice",
        "publication_date": f"2024-01-0{2 + number % 4}",
        "agencies": [],
    }


async def poll(register: Register, per_page: int) -> list[Reading]:
    plan = Plan(
        now=NOW,
        complete_at=None,
        options=federal_register.Options(base_url=register.base_url, per_page=per_page),
    )
    async with Fetcher(RULES, now=lambda: NOW) as fetcher:
        return [reading async for reading in watch(federal_register.SOURCE, plan, fetcher, {})]


def keys(readings: Iterable[Reading]) -> list[str]:
    return [item.key for reading in readings for item in reading.found.items]


async def test_a_hundred_documents_in_pages_of_ten_arrive_once_each() -> None:
    async with Register([document(number) for number in range(103)]) as register:
        readings = await poll(register, per_page=10)
        assert len(readings) == 11
        found = keys(readings)
        assert len(found) == len(set(found)) == 103
        assert "&page=" not in register.targets[0], "pages are followed, never numbered by us"
        assert "_=" in register.targets[0], "the first page passes shared caches"


async def test_the_cursor_the_server_gave_comes_back_to_it_byte_for_byte() -> None:
    async with Register([document(number) for number in range(25)]) as register:
        readings = await poll(register, per_page=10)
        for reading, target in zip(readings, register.targets[1:], strict=False):
            assert reading.found.follow[0].url.endswith(target)


async def test_a_failure_on_a_later_page_keeps_the_earlier_ones() -> None:
    async with Register([document(number) for number in range(25)]) as register:
        plan = Plan(
            now=NOW,
            complete_at=None,
            options=federal_register.Options(base_url=register.base_url, per_page=10),
        )
        got: list[Reading] = []

        async def read_on() -> None:
            async with Fetcher(RULES, now=lambda: NOW) as fetcher:
                async for reading in watch(federal_register.SOURCE, plan, fetcher, {}):
                    got.append(reading)
                    register.answer_with("/api/v1/documents", 500, "oops", "text/plain")

        with pytest.raises(ServerFault):
            await read_on()
        assert len(keys(got)) == 10


async def test_a_check_page_is_a_refusal() -> None:
    async with Register() as register:
        register.answer_with("/api/v1/documents", 200, "<html>Request Access</html>", "text/html")
        with pytest.raises(Blocked):
            await poll(register, per_page=10)


async def test_a_refused_question_carries_the_servers_own_words() -> None:
    async with Register() as register:
        register.answer_with(
            "/api/v1/documents", 400, json.dumps({"status": 400, "message": "field 'x' not valid"})
        )
        with pytest.raises(NotSane, match="field 'x' not valid"):
            await poll(register, per_page=10)


async def test_a_next_page_on_another_host_is_not_followed() -> None:
    elsewhere = {
        "count": 3,
        "results": [document(1)],
        "next_page_url": "http://127.0.0.2:1/api/v1/documents?page=2",
    }
    async with Register() as register:
        register.answer_with("/api/v1/documents", 200, json.dumps(elsewhere))
        with pytest.raises(Unsafe, match="another host"):
            await poll(register, per_page=10)


class Scripted:
    """Answers requests from a script; the n-th request gets the n-th body."""

    def __init__(self, *bodies: dict[str, Any]) -> None:
        self.bodies = list(bodies)

    async def fetch(self, request: Request, *, max_bytes: int, validators: Validators | None = None) -> Page:
        body = json.dumps(self.bodies.pop(0)).encode()
        return Page(
            request=request,
            url=request.url,
            status=200,
            headers={"content-type": "application/json"},
            body=body[:max_bytes],
            fetched_at=NOW,
        )


BASE = "https://www.federalregister.gov/api/v1/"


async def scripted(*bodies: dict[str, Any]) -> list[Reading]:
    plan = Plan(now=NOW, complete_at=None, options=federal_register.Options())
    return [reading async for reading in watch(federal_register.SOURCE, plan, Scripted(*bodies), {})]


def listing(*numbers: int, count: int, following: str | None = None) -> dict[str, Any]:
    return {
        "count": count,
        "results": [document(number) for number in numbers],
        "next_page_url": following and BASE + following,
    }


async def test_a_listing_that_leads_back_to_itself_is_noticed() -> None:
    with pytest.raises(NotSane, match="already read"):
        await scripted(
            listing(1, count=9, following="documents?page=2"),
            listing(2, count=9, following="documents?page=2"),
        )


async def test_a_page_that_repeats_the_first_is_noticed() -> None:
    """Past the fiftieth page the API silently serves page one again."""
    with pytest.raises(NotSane, match="repeats"):
        await scripted(
            listing(1, 2, count=9, following="documents?page=50"),
            listing(1, 2, count=9, following="documents?page=51"),
        )


async def test_a_document_that_slips_to_the_next_page_while_reading_is_no_fault() -> None:
    readings = await scripted(listing(1, 2, count=3, following="documents?page=2"), listing(2, 3, count=3))
    assert len(set(keys(readings))) == 3


async def test_fewer_records_than_counted_is_incomplete() -> None:
    with pytest.raises(NotSane, match="says 9 records and carries 2"):
        await scripted(listing(1, 2, count=9))


async def test_a_record_that_cannot_be_read_counts_as_carried() -> None:
    body = {"count": 2, "results": [document(1), {"title": "no number"}]}
    (reading,) = await scripted(body)
    assert len(reading.found.problems) == 1


async def test_a_listing_without_end_is_ended() -> None:
    bodies = [
        listing(number, count=10_000, following=f"documents?page={number + 2}") for number in range(300)
    ]
    with pytest.raises(NotSane, match="does not end"):
        await scripted(*bodies)


async def test_an_issue_missing_from_the_desk_is_incomplete() -> None:
    body = {"count": 127, "results": [{"document_number": "2026-1", "title": "One of many"}]}
    plan = Plan(now=NOW, complete_at=None, options=public_inspection.Options())
    with pytest.raises(NotSane, match="says 127 records and carries 1"):
        async for _ in watch(public_inspection.SOURCE, plan, Scripted(body), {}):
            pass


async def test_an_unchanged_page_is_said_to_be_unchanged() -> None:
    class Unchanged:
        async def fetch(
            self, request: Request, *, max_bytes: int, validators: Validators | None = None
        ) -> Page:
            return Page(request=request, url=request.url, status=304, headers={}, body=b"", fetched_at=NOW)

    plan = Plan(now=NOW, complete_at=None, options=federal_register.Options())
    (reading,) = [each async for each in watch(federal_register.SOURCE, plan, Unchanged(), {})]
    assert reading.unchanged
    assert reading.found.items == ()


def test_every_source_is_found_by_its_key_and_says_how_it_is_watched() -> None:
    sources = all_sources()
    assert list(sources) == sorted(sources)
    for key, source in sources.items():
        assert source.key == key
        assert source.options()
        assert source.home.startswith("https://")
        assert source.fresh_for >= timedelta(days=1)
    assert {"federal-register", "public-inspection"} <= set(sources)


def test_every_source_error_has_a_kind_and_advice() -> None:
    def tree(kind: type[SourceError]) -> list[type[SourceError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in tree(child))]

    kinds = tree(SourceError)
    assert (
        len({each.kind for each in kinds if each.__name__ not in {"SourceError", "TryLater"}})
        == len(kinds) - 2
    )
    assert all(each.advice for each in kinds)


async def test_a_listing_of_which_no_record_can_be_read_is_not_sane_and_one_of_two_is_theirs_to_mend() -> (
    None
):
    unread = [{"document_number": str(number), "title": 7} for number in range(3)]
    with pytest.raises(NotSane, match="none of its 3 records could be read; the first: "):
        await scripted({"count": 3, "results": unread})
    (reading,) = await scripted({"count": 2, "results": unread[:2]})
    assert len(reading.found.problems) == 2
