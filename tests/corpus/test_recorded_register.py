"""The recorded Federal Register: real answers, every one of them, through the real runner over loopback."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.demo.register import Register
from tests.fakes.apps import EVERYTHING, counted, open_bench, others_off
from tests.fakes.plans import plan_of
from watchers.errors import NotSane, SourceError
from watchers.item import Item
from watchers.source import Page, Request
from watchers.sources import federal_register, public_inspection

pytestmark = pytest.mark.corpus

EASTERN = ZoneInfo("America/New_York")
AFTER = datetime(2024, 1, 9, 15, 0, tzinfo=UTC)
WHOLE_WEEK = {"federal-register": {"per_page": 50, "lookback_days": 10}}


def recorded(corpus: Path) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads(
        (corpus / "federal_register" / "documents_2024-01-02_to_09.json").read_text(encoding="utf-8")
    )["results"]
    assert len(documents) == 492
    return documents


def squeezed(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", text).strip() or None if text else None


def expected(document: dict[str, Any]) -> dict[str, Any]:
    """Say, field by field and by other means than the reader's, what must be kept of a recorded document."""
    number = document["document_number"]
    corrected = [f"fr:{url.rsplit('/', 1)[1]}" for url in [document["correction_of"]] if url]
    stage = "corrected" if corrected else {"Proposed Rule": "proposed"}.get(document["type"], "published")
    refs = [("citation", document["citation"])]
    refs += [("docket", squeezed(docket)) for docket in document["docket_ids"]]
    refs += [("rin", rin) for rin in document["regulation_id_numbers"]]
    refs += [
        ("cfr", "/".join(str(place[key]) for key in ("title", "part") if place[key] is not None))
        for place in document["cfr_references"]
    ]
    refs += [
        (kind, document[field])
        for kind, field in (
            ("eo", "executive_order_number"),
            ("proclamation", "proclamation_number"),
            ("presidential", "presidential_document_number"),
        )
        if document[field]
    ]
    dates = {
        "publication": "publication_date",
        "effective": "effective_on",
        "comments_close": "comments_close_on",
        "signing": "signing_date",
    }
    links = {
        "html": "html_url",
        "pdf": "pdf_url",
        "text": "raw_text_url",
        "html_body": "body_html_url",
        "filed_pdf": "public_inspection_pdf_url",
        "comment": "comment_url",
    }
    subjects = [*document["topics"], document["toc_subject"], document["toc_doc"]]
    return {
        "source": "federal-register",
        "key": number,
        "ref": f"fr:{number}",
        "stage": stage,
        "kind": document["subtype"] or document["type"],
        "title": squeezed(document["title"]),
        "url": f"https://www.federalregister.gov/d/{number}",
        "lang": "en",
        "official_at": None,
        "official_on": document["publication_date"],
        "abstract": squeezed(document["abstract"]),
        "action": squeezed(document["action"]),
        "dates_text": squeezed(document["dates"]),
        "note": None,
        "body": None,
        "author": None,
        "aliases": [],
        "annexes": [],
        "agencies": [
            {"name": agency.get("name") or agency["raw_name"], "slug": agency.get("slug")}
            for agency in document["agencies"]
        ],
        "dates": [
            {"kind": kind, "on": document[field], "evidence": field}
            for kind, field in dates.items()
            if document[field]
        ],
        "refs": [{"kind": kind, "value": value} for kind, value in refs],
        "corrects": corrected,
        "subjects": [squeezed(subject) for subject in subjects if subject],
        "links": [
            {"kind": kind, "url": document[field], "title": None}
            for kind, field in links.items()
            if document[field]
        ],
        "significant": document["significant"],
    }


def stored(store: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    connection = sqlite3.connect(store)
    try:
        for key, body in connection.execute("SELECT key, body FROM item_revision ORDER BY key"):
            yield key, json.loads(body)
    finally:
        connection.close()


async def test_all_492_documents_arrive_once_with_every_field_right_and_a_second_poll_adds_none(
    corpus: Path, tmp_path: Path
) -> None:
    documents = recorded(corpus)
    store = tmp_path / "store.sqlite3"
    async with (
        Register(documents) as register,
        open_bench(register.base_url, store, AFTER, sources=WHOLE_WEEK) as bench,
    ):
        first = (await bench.check("federal-register"))["federal-register"]
        assert (first.ok, first.read, first.new, first.changed) == (True, 492, 492, 0)
        assert len(register.targets) == 10, "ten pages of fifty"
        second = (await bench.check("federal-register", at=AFTER + timedelta(minutes=15)))["federal-register"]
        assert (second.ok, second.read, second.new, second.changed) == (True, 492, 0, 0)
    kept = list(stored(store))
    assert [key for key, _ in kept] == sorted(document["document_number"] for document in documents)
    by_number = {document["document_number"]: expected(document) for document in documents}
    wrong = {
        key: {
            name: (value, by_number[key][name])
            for name, value in item.items()
            if value != by_number[key][name]
        }
        for key, item in kept
        if item != by_number[key]
    }
    assert wrong == {}


async def test_every_document_of_the_week_is_told_exactly_once(corpus: Path, tmp_path: Path) -> None:
    documents = recorded(corpus)
    before = datetime(2024, 1, 1, 15, 0, tzinfo=UTC)
    async with (
        Register(documents, now=before) as register,
        open_bench(
            register.base_url, tmp_path / "s.sqlite3", before, topics=EVERYTHING, sources=WHOLE_WEEK
        ) as bench,
    ):
        for day in range(9):
            for minutes in (0, 20):
                register.now = at = before + timedelta(days=day, minutes=minutes)
                polls = await bench.check("federal-register", at=at)
                assert polls["federal-register"].ok
        told = counted(bench.alerts())
        assert set(told.values()) == {1}
        assert {ref for ref, _ in told} == {f"fr:{document['document_number']}" for document in documents}


def brought_forward(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the documents as if the week had ended yesterday: a child process reads the machine's own clock."""
    last = max(date.fromisoformat(document["publication_date"]) for document in documents)
    shift = datetime.now(UTC).date() - timedelta(days=1) - last

    def moved(day: str) -> str:
        return (date.fromisoformat(day) + shift).isoformat()

    return [document | {"publication_date": moved(document["publication_date"])} for document in documents]


async def test_a_poll_killed_half_way_and_restarted_adds_the_rest(corpus: Path, tmp_path: Path) -> None:
    documents = brought_forward(recorded(corpus))
    store = tmp_path / "store.sqlite3"
    async with Register(documents) as register:
        # Two pages a run at most: politeness is one request a second, and the point is where the poll dies.
        (tmp_path / "config.toml").write_text(
            'contact = "test@example.org"\n[store]\nurl = "sqlite:///store.sqlite3"\n'
            '[fetch]\nallow_private_hosts = ["127.0.0.1"]\n'
            f"{others_off('federal-register')}"
            f'[sources.federal-register]\nbase_url = "{register.base_url}"\nper_page = 200\nlookback_days = 20\n',
            encoding="utf-8",
        )
        register.stall_after(2)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIRE_")}
        command = [sys.executable, "-m", "bot.cli", "check", "--config", str(tmp_path / "config.toml")]

        child = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        await asyncio.wait_for(register.arrived(3), 30)
        child.send_signal(signal.SIGKILL)
        await child.communicate()
        half = len(list(stored(store)))
        assert half == 400, "two pages of two hundred were stored before the third was asked for"
        register.release()
        again = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = await asyncio.wait_for(again.communicate(), 40)
        assert again.returncode == 0, err.decode()
        assert b"492 read   baseline, will not alert" in out
    kept = list(stored(store))
    assert len(kept) == len({key for key, _ in kept}) == 492


# -- recorded edge answers


def page_of(corpus: Path, name: str) -> Page:
    request = Request(url="https://www.federalregister.gov/api/v1/documents.json")
    return Page(
        request=request,
        url=request.url,
        status=200,
        headers={"content-type": "application/json; charset=utf-8"},
        body=(corpus / "federal_register" / name).read_bytes(),
        fetched_at=AFTER,
    )


def read_documents(corpus: Path, name: str) -> tuple[Item, ...]:
    return federal_register.read(page_of(corpus, name), plan_of(federal_register.Options())).items


def test_the_recorded_newest_page_names_its_next_page(corpus: Path) -> None:
    found = federal_register.read(
        page_of(corpus, "edge_search_newest_page_one.json"), plan_of(federal_register.Options())
    )
    assert [item.key for item in found.items] == ["2024-31440", "2024-31439"]
    assert found.follow[0].url.endswith("search_after_cursor=WzE3MzU2MDMyMDAwMDAsIjIwMjQtMzE0MzkiXQ")
    assert found.total is None


def test_the_recorded_empty_search_is_empty(corpus: Path) -> None:
    assert read_documents(corpus, "edge_search_terminal.json") == ()
    found = public_inspection.read(
        page_of(corpus, "edge_inspection_zero.json"), plan_of(public_inspection.Options())
    )
    assert (found.items, found.total) == ((), 0)


def test_a_recorded_batch_with_a_missing_number_gives_the_one_it_has(corpus: Path) -> None:
    found = public_inspection.read(
        page_of(corpus, "edge_inspection_batch_missing.json"), plan_of(public_inspection.Options())
    )
    assert [item.key for item in found.items] == ["2026-19958"]
    assert found.items[0].official_at == datetime(2026, 9, 28, 15, 15, tzinfo=UTC)


@pytest.mark.parametrize("name", ["edge_fields_unknown.json", "edge_invalid_cursor.json"])
async def test_a_recorded_refusal_is_an_error_in_the_servers_words(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    body = (corpus / "federal_register" / name).read_bytes()
    with pytest.raises(SourceError):
        read_documents(corpus, name)
    async with Register() as register, open_bench(register.base_url, tmp_path / "s.sqlite3", AFTER) as bench:
        register.answer_with("/api/v1/documents", 400, body)
        poll = (await bench.check())["federal-register"]
        assert poll.error is not None
        assert json.loads(body)["message"] in poll.error.what


async def test_the_recorded_desk_is_read_whole_and_its_missing_records_are_noticed(
    corpus: Path, tmp_path: Path
) -> None:
    name = "public_inspection_current_2026-09-29_first6.json"
    body = (corpus / "federal_register" / name).read_bytes()
    found = public_inspection.read(page_of(corpus, name), plan_of(public_inspection.Options()))
    assert len(found.items) == 6
    assert not found.problems
    for item, raw in zip(found.items, msgspec.json.decode(body)["results"], strict=True):
        assert item.title == squeezed(raw["title"])
        assert item.official_at == datetime.fromisoformat(raw["filed_at"])
        assert [legal.on.isoformat() for legal in item.dates] == [raw["publication_date"]]
    async with Register() as register, open_bench(register.base_url, tmp_path / "s.sqlite3", AFTER) as bench:
        register.answer_with("/api/v1/public-inspection-documents/current.json", 200, body)
        poll = (await bench.check("public-inspection"))["public-inspection"]
        assert isinstance(poll.error, NotSane)
        assert "says 127 records and carries 6" in poll.error.what
        assert poll.new == 6, "what it carries is kept"
