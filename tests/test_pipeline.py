"""From a loopback Register to recorded decisions: gaps, failures, withdrawals, and what never alerts."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.core.match import Severity
from bot.core.own_queries import topic_of_query
from bot.core.watch_list import NOBODY
from bot.demo.register import Register
from bot.errors import StoreError
from bot.store.channels import save_channel
from bot.store.lookups import find_trails
from tests.fakes.apps import Bench, counted, open_bench
from tests.fakes.items import desk
from watchers.errors import Blocked, ServerFault
from watchers.sources import federal_register

MONDAY = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)  # 09:30 Eastern


def document(
    number: str, day: str, title: str = "Additions to the Entity List", **fields: Any
) -> dict[str, Any]:
    blank = dict.fromkeys(federal_register.FIELDS)
    return (
        blank
        | {"document_number": number, "title": title, "type": "Rule", "publication_date": day, "agencies": []}
        | fields
    )


def filing(number: str, filed_at: str, publication_date: str, **fields: Any) -> dict[str, Any]:
    record = {
        "document_number": number,
        "title": "Additions to the Entity List",
        "type": "Rule",
        "agencies": [],
        "docket_numbers": [],
        "filed_at": filed_at,
        "publication_date": publication_date,
        "editorial_note": None,
    }
    return record | fields


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


async def learned(bench: Bench, register: Register) -> None:
    """Read everything once, so that what comes next is news."""
    register.now = bench.clock.at
    polls = await bench.check()
    assert all(poll.ok and poll.learned for poll in polls.values())
    assert bench.alerts() == []


async def step(bench: Bench, register: Register, at: datetime) -> None:
    register.now = at
    polls = await bench.check(at=at)
    assert all(poll.ok for poll in polls.values()), [poll.error or poll.problems for poll in polls.values()]


async def test_a_filing_and_its_publication_are_one_story_told_in_two_stages(store: Path) -> None:
    filings = [filing("2026-20001", "2026-11-16T11:15:00.000-05:00", "2026-11-18")]
    published = document("2026-20001", "2026-11-18", effective_on="2026-11-16")
    async with (
        Register([published], filings) as register,
        open_bench(register.base_url, store, MONDAY) as bench,
    ):
        await learned(bench, register)
        for hours in (2, 3, 24, 46, 47):
            await step(bench, register, MONDAY + timedelta(hours=hours))
        first, second = bench.alerts()
    assert (first["stage"], first["reason"], first["prior_stage"]) == ("filed", "first", None)
    assert (second["stage"], second["reason"], second["prior_stage"]) == ("published", "new stage", "filed")
    assert first["story"] == second["story"]
    assert (first["revision"], second["revision"]) == (1, 2)
    assert first["official_at"] == "2026-11-16T16:15:00.000Z"


async def test_a_withdrawn_filing_is_told_once_if_its_filing_was_told(store: Path) -> None:
    told = filing(
        "2026-20001",
        "2026-11-16T11:15:00.000-05:00",
        "2026-11-18",
        _withdrawn_at="2026-11-16T15:00:00-05:00",
        _withdrawn_note="The agency requested the withdrawal of this document after it was on public inspection.",
    )
    never = told | {"document_number": "2026-20002", "_withdrawn_at": "2026-11-16T11:16:00-05:00"}
    async with Register([], [told, never]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        for hours in (2, 3, 6, 7, 24):
            await step(bench, register, MONDAY + timedelta(hours=hours))
        assert counted(bench.alerts()) == {("fr:2026-20001", "filed"): 1, ("fr:2026-20001", "withdrawn"): 1}
        assert bench.alerts()[1]["summary"].startswith("The agency requested the withdrawal")
        trails = await bench.app.store.read(lambda connection: find_trails(connection, "2026-20002"))
        assert [each.reason for each in trails[0].decisions] == ["withdrawn before it was ever told"]


async def test_a_source_that_fails_does_not_stop_the_other_and_the_gap_is_caught_up(store: Path) -> None:
    documents = [document(f"2026-2000{day}", f"2026-11-{16 + day}") for day in range(1, 4)]
    async with Register(documents) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        for day in (1, 2):
            register.now = at = MONDAY + timedelta(days=day)
            register.answer_with("/api/v1/documents", 503, "down", "text/plain")
            polls = await bench.check(at=at)
            assert isinstance(polls["federal-register"].error, ServerFault)
            assert polls["public-inspection"].ok
        state = polls["federal-register"].state
        assert (state.failures, state.blind_since) == (2, MONDAY + timedelta(days=1))
        await step(bench, register, MONDAY + timedelta(days=3))
        assert counted(bench.alerts()) == {(f"fr:2026-2000{day}", "published"): 1 for day in range(1, 4)}


async def test_a_gap_of_weeks_is_caught_up_and_every_act_in_it_is_told(store: Path) -> None:
    documents = [
        document("2026-20001", "2026-11-17"),
        document("2026-20002", "2026-12-07"),
        document("2026-20003", "2026-12-08"),
    ]
    filings = [filing("2026-20009", "2026-12-04T08:45:00-05:00", "2026-12-09")]
    async with (
        Register(documents, filings) as register,
        open_bench(register.base_url, store, MONDAY) as bench,
    ):
        await learned(bench, register)
        await step(bench, register, datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
        assert set(counted(bench.alerts())) == {
            ("fr:2026-20001", "published"),
            ("fr:2026-20002", "published"),
            ("fr:2026-20003", "published"),
            ("fr:2026-20009", "filed"),
        }


async def test_an_item_much_older_than_the_last_complete_read_is_stored_and_not_told(store: Path) -> None:
    late = document("2026-20001", "2026-11-02")
    options = {"federal-register": {"lookback_days": 30}}
    async with (
        Register([]) as register,
        open_bench(register.base_url, store, MONDAY, sources=options) as bench,
    ):
        await learned(bench, register)
        register.put_document(late)
        await step(bench, register, MONDAY + timedelta(hours=1))
        assert bench.alerts() == []
        trails = await bench.app.store.read(lambda connection: find_trails(connection, "2026-20001"))
        assert [each.reason for each in trails[0].decisions] == ["older than the freshness limit"]


async def test_a_first_read_that_breaks_off_is_still_the_first_read(store: Path) -> None:
    documents = [document(f"2026-200{number:02}", "2026-11-16") for number in range(25)]
    options = {"federal-register": {"per_page": 10}}
    async with (
        Register(documents, now=MONDAY) as register,
        open_bench(register.base_url, store, MONDAY, sources=options) as bench,
    ):
        page = {
            "count": 25,
            "results": documents[:10],
            "next_page_url": f"{register.base_url}documents?format=json&nothing=1",
        }
        register.answer_with("/api/v1/documents.json", 200, json.dumps(page))
        register.answer_with("/api/v1/documents", 500, "down", "text/plain")
        poll = (await bench.check("federal-register"))["federal-register"]
        assert isinstance(poll.error, ServerFault)
        assert poll.new == 10
        assert poll.state.learning
        again = (await bench.check("federal-register", at=MONDAY + timedelta(minutes=5)))["federal-register"]
        assert (again.ok, again.new) == (True, 15)
        assert bench.alerts() == []


async def test_a_changed_effective_date_is_told_and_a_changed_comma_is_not(store: Path) -> None:
    before = document("2026-20001", "2026-11-17", effective_on="2026-12-17", abstract="It adds entities.")
    async with Register([before]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        await step(bench, register, MONDAY + timedelta(days=1))
        register.put_document(before | {"abstract": "It adds , entities"})
        await step(bench, register, MONDAY + timedelta(days=1, hours=1))
        assert len(bench.alerts()) == 1
        register.put_document(before | {"effective_on": "2027-01-05"})
        await step(bench, register, MONDAY + timedelta(days=1, hours=2))
        moved = bench.alerts()[-1]
        assert (len(bench.alerts()), moved["reason"]) == (2, "dates changed")
        assert {"kind": "effective", "on": "2027-01-05", "evidence": "effective_on"} in moved["dates"]


async def test_a_changed_sentence_is_told_with_what_was_removed_and_added(store: Path) -> None:
    before = document("2026-20001", "2026-11-17", abstract="It adds thirteen entities in China.")
    async with Register([before]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        await step(bench, register, MONDAY + timedelta(days=1))
        register.put_document(before | {"abstract": "It adds twelve entities in China."})
        for hours in (1, 2):
            await step(bench, register, MONDAY + timedelta(days=1, hours=hours))
        _, edited = bench.alerts()
        assert edited["reason"] == "text changed"
        (change,) = edited["changes"]
        assert (change["field"], "thirteen" in change["removed"], "twelve" in change["added"]) == (
            "abstract",
            True,
            True,
        )


async def test_a_record_that_cannot_be_read_is_named_and_the_rest_is_told(store: Path) -> None:
    good = document("2026-20001", "2026-11-17")
    bad = document("2026-20002", "2026-11-17", agencies="Commerce")
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        register.now = MONDAY + timedelta(days=1)
        register.answer_with("/api/v1/documents", 200, json.dumps({"count": 2, "results": [good, bad]}))
        poll = (await bench.check("federal-register", at=register.now))["federal-register"]
        assert not poll.ok
        assert poll.error is None
        assert [problem.record for problem in poll.problems] == ["2026-20002"]
        assert [alert["refs"][0] for alert in bench.alerts()] == ["fr:2026-20001"]


async def test_a_check_page_backs_off_for_longer_than_a_fault(store: Path) -> None:
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        waits = []
        for body, content_type, status in (
            ("<html>captcha</html>", "text/html", 200),
            ("down", "text/plain", 500),
        ):
            register.answer_with("/api/v1/documents", status, body, content_type)
            state = (await bench.check("federal-register"))["federal-register"].state
            assert state.not_before is not None
            waits.append(state.not_before - bench.clock.at)
        assert waits[0] >= timedelta(minutes=7) > waits[1]


async def test_a_correction_is_told_in_the_thread_of_what_it_corrects(store: Path) -> None:
    original = document("2026-20001", "2026-11-17")
    correction = document(
        "C1-2026-20001",
        "2026-11-19",
        title="Additions to the Entity List; Correction",
        correction_of="https://www.federalregister.gov/api/v1/documents/2026-20001",
    )
    async with (
        Register([original, correction]) as register,
        open_bench(register.base_url, store, MONDAY) as bench,
    ):
        await learned(bench, register)
        for days in (1, 3):
            await step(bench, register, MONDAY + timedelta(days=days))
        first, second = bench.alerts()
    assert (second["stage"], second["reason"], second["corrects"]) == (
        "corrected",
        "corrected",
        ["fr:2026-20001"],
    )
    assert second["story"] == first["story"]


async def test_a_channel_hears_only_what_it_subscribed_to(store: Path) -> None:
    filings = [filing("2026-20001", "2026-11-16T11:15:00.000-05:00", "2026-11-18")]
    channels = (
        desk("webhook:minerals", "critical-minerals"),
        desk("webhook:lists", "party-lists", min_severity=Severity.URGENT),
    )
    async with Register([], filings) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        for channel in channels:
            await bench.app.store.write(partial(save_channel, channel=channel, now=MONDAY, by="a test"))
        register.now = bench.clock.at = MONDAY + timedelta(hours=2)
        polls = await bench.check("public-inspection")
        assert polls["public-inspection"].alerts == 2
        trails = await bench.app.store.read(lambda connection: find_trails(connection, "2026-20001"))
        assert {each.channel: each.reason for each in trails[0].decisions} == {
            "console": "first",
            "webhook:minerals": "no subscribed topic matched",
            "webhook:lists": "first",
        }


async def test_a_refusal_is_a_value_that_names_what_was_refused(store: Path) -> None:
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        register.answer_with("/api/v1/documents", 403, "no", "text/plain")
        poll = (await bench.check("federal-register"))["federal-register"]
        assert isinstance(poll.error, Blocked)
        assert "403" in poll.error.what
        assert poll.error.url.startswith(register.base_url)


async def test_a_host_that_named_a_time_is_not_asked_before_it_even_by_hand(store: Path) -> None:
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        register.answer_with(
            "/api/v1/documents", 429, "slow down", "text/plain", headers={"Retry-After": "3600"}
        )
        first = (await bench.check("federal-register"))["federal-register"]
        assert first.state.not_before == MONDAY + timedelta(hours=1)
        asked = len(register.requests)
        again = (await bench.check("federal-register", at=MONDAY + timedelta(minutes=10)))["federal-register"]
        assert again.error is not None
        assert again.error.what == "it asked us to come back later, 3,000 s from now"
        assert again.state.failures == 1, "not asking is no failure"
        assert len(register.requests) == asked
        later = (await bench.check("federal-register", at=MONDAY + timedelta(hours=1)))["federal-register"]
        assert later.ok


async def test_a_store_that_fails_in_the_middle_of_a_check_is_one_store_error(store: Path) -> None:
    async with Register([]) as register, open_bench(register.base_url, store, MONDAY) as bench:
        with sqlite3.connect(store) as broken:
            broken.execute("DROP TABLE source_state")
        broken.close()
        with pytest.raises(StoreError, match="no such table: source_state"):
            await bench.app.check(tuple(bench.app.sources))


async def test_topics_given_while_a_page_is_stored_decide_the_next_page(store: Path) -> None:
    """What a transaction had in force when it began must not come back with it, over what was given meanwhile."""
    register = Register([])
    async with register, open_bench(register.base_url, store, MONDAY) as bench:
        await learned(bench, register)
        pipeline, write = bench.app.pipeline, bench.app.store.write
        neon = (*bench.app.topics, topic_of_query("neon"))

        async def and_meanwhile(work: Any) -> Any:
            done = await write(work)
            pipeline.use(neon[-1:], NOBODY)
            return done

        bench.app.store.write = and_meanwhile  # type: ignore[method-assign]
        register.put_document(document("2026-20001", "2026-11-16"))
        await step(bench, register, MONDAY + timedelta(hours=1))
        bench.app.store.write = write  # type: ignore[method-assign]
        register.put_document(document("2026-20002", "2026-11-16", "A notice on neon"))
        await step(bench, register, MONDAY + timedelta(hours=2))
        trails = await bench.app.store.read(lambda connection: find_trails(connection, "2026-20002"))
    assert [match.topic for match in trails[0].matches] == ["query:neon"]
