"""The loopback register answers like the Federal Register API, traps included."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bot.demo.register import Register
from tests.fakes.register_records import DESK, ask, document, filing, numbers

# -- searching documents


async def test_no_hits_has_no_results_key(client: httpx.AsyncClient) -> None:
    query = "documents.json?conditions[publication_date][gte]=2024-01-01&conditions[publication_date][lte]=2024-12-31"
    assert await ask(client, query) == {
        "description": "Documents published from 01/01/2024 to 12/31/2024",
        "count": 0,
    }


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("conditions[x]=1", {"errors": {"x": "is not a valid field"}}),
        ("fields[]=x", {"status": 400, "message": "field 'x' not valid"}),
        (
            "fields[]=presidential_document_type",
            {"status": 400, "message": "field 'presidential_document_type' not valid"},
        ),
        ("search_after_cursor=bm90IGpzb24", {"status": 400, "message": "Invalid search_after_cursor token"}),
        ("search_after_cursor=%21%21", {"status": 400, "message": "Invalid search_after_cursor token"}),
        ("search_after_cursor=WzEsMl0", {"status": 400, "message": "Invalid search_after_cursor token"}),
        ("search_after_cursor=", {"status": 400, "message": "Invalid search_after_cursor token"}),
        (
            "conditions[agencies][]=customs-and-border-protection",
            {"errors": {"agencies": "is not a valid agency"}},
        ),
        ("conditions[type][]=Rule", {"errors": {"type": "is not a valid type"}}),
        (
            "conditions[publication_date][gte]=10/02/2026",
            {"errors": {"publication_date": "is not a valid date"}},
        ),
        (
            "conditions[publication_date][is]=2026-02-30",
            {"errors": {"publication_date": "is not a valid date"}},
        ),
        ("conditions[available_on]=2026-03-04", {"errors": {"available_on": "is not a valid field"}}),
    ],
)
async def test_a_bad_query_is_refused(client: httpx.AsyncClient, query: str, body: dict[str, Any]) -> None:
    answer = await client.get(f"documents.json?{query}")
    assert (answer.status_code, answer.json()) == (400, body)


async def test_a_condition_the_stand_in_does_not_know_is_never_ignored(client: httpx.AsyncClient) -> None:
    assert (await client.get("documents.json?conditions[cfr][title]=15")).status_code == 501


async def test_only_asked_fields_are_returned(register: Register, client: httpx.AsyncClient) -> None:
    register.put_document(document("2026-00001"))
    by_default = (await ask(client, "documents.json"))["results"][0]
    assert list(by_default) == [
        "title", "type", "abstract", "document_number", "html_url", "pdf_url", "public_inspection_pdf_url",
        "publication_date", "agencies", "excerpts",
    ]  # fmt: skip
    asked = (await ask(client, "documents.json?fields[]=effective_on&fields%5B%5D=title&fields[]=topics"))[
        "results"
    ]
    assert asked == [{"effective_on": "2026-04-01", "title": "Rule 2026-00001", "topics": None}]


async def test_conditions_narrow_the_search(register: Register, client: httpx.AsyncClient) -> None:
    bare = {"raw_name": "Office of the Secretary"}
    register.put_document(document("2026-00001", "2026-03-03", agencies=[bare]))
    register.put_document(document("2026-00002", "2026-03-04", type="Proposed Rule"))
    register.put_document(document("2026-00003", "2026-03-05", abstract="About Gallium exports."))
    found = {
        "conditions[agencies][]=commerce-department": ["2026-00003", "2026-00002"],
        "conditions[agencies][]=industry-and-security-bureau&conditions[agencies][]=commerce-department": [
            "2026-00003",
            "2026-00002",
        ],
        "conditions[type][]=PRORULE": ["2026-00002"],
        "conditions[type][]=RULE&conditions[type][]=PRORULE&_=123": [
            "2026-00003",
            "2026-00002",
            "2026-00001",
        ],
        "conditions[publication_date][is]=2026-03-04": ["2026-00002"],
        "conditions[publication_date][gte]=2026-03-04": ["2026-00003", "2026-00002"],
        "conditions[publication_date][lte]=2026-03-04&order=oldest": ["2026-00001", "2026-00002"],
        "conditions[term]=gallium": ["2026-00003"],
        "conditions[document_numbers][]=2026-00001": ["2026-00001"],
    }
    for query, expected in found.items():
        assert numbers(await ask(client, f"documents.json?{query}")) == expected, query


async def test_newest_sorts_by_day_then_number_as_text(register: Register, client: httpx.AsyncClient) -> None:
    for number, day in (
        ("2026-00009", "2026-03-03"),
        ("2026-00010", "2026-03-04"),
        ("C1-2025-99999", "2026-03-04"),
        ("2025-31000", "2026-03-04"),
    ):
        register.put_document(document(number, day))
    newest = numbers(await ask(client, "documents.json", order="newest"))
    assert newest == ["C1-2025-99999", "2026-00010", "2025-31000", "2026-00009"]
    assert numbers(await ask(client, "documents.json", order="oldest")) == newest[::-1]


# -- paging


def many(count: int) -> list[dict[str, Any]]:
    return [document(f"2026-{n:05}", f"2026-03-{2 + n % 5:02}", title="t") for n in range(count)]


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_following_next_page_url_reads_each_document_once(order: str) -> None:
    async with Register(many(137)) as register, httpx.AsyncClient(trust_env=False) as client:
        url: str | None = (
            f"{register.base_url}documents.json?order={order}&per_page=10&fields[]=document_number"
        )
        seen: list[str] = []
        pages = 0
        while url is not None:
            page = (await client.get(url)).json()
            assert (page["count"], page["total_pages"]) == (137, 14)
            seen += numbers(page)
            pages += 1
            url = page.get("next_page_url")
        assert pages == 14
        assert len(seen) == len(set(seen)) == 137


async def test_a_cursor_holds_its_place_when_a_document_is_published_meanwhile() -> None:
    async with Register(many(30)) as register, httpx.AsyncClient(trust_env=False) as client:
        first = (await client.get(f"{register.base_url}documents.json?order=newest&per_page=10")).json()
        register.put_document(document("2026-90000", "2026-03-31"))
        second = (await client.get(first["next_page_url"])).json()
        assert len({*numbers(first), *numbers(second)}) == 20


async def test_next_page_url_has_the_real_spelling(register: Register, client: httpx.AsyncClient) -> None:
    for number in ("2024-31439", "2024-31440", "2024-31438"):
        register.put_document(document(number, "2024-12-31"))
    query = "conditions%5Bpublication_date%5D%5Bgte%5D=2024-01-01&conditions%5Bpublication_date%5D%5Blte%5D=2024-12-31"
    answer = await ask(client, f"documents.json?{query}&order=newest&per_page=2&fields[]=document_number&_=9")
    assert answer["next_page_url"] == (
        f"{register.base_url}documents?{query}&fields%5B%5D=document_number&format=json&order=newest&page=2&per_page=2"
        "&search_after_cursor=WzE3MzU2MDMyMDAwMDAsIjIwMjQtMzE0MzkiXQ"
    )
    token = dict(parse_qsl(urlsplit(answer["next_page_url"]).query))["search_after_cursor"]
    assert json.loads(base64.urlsafe_b64decode(token + "==")) == [1735603200000, "2024-31439"]


@pytest.mark.parametrize("per_page", ["1", "0", "-5", "2001", "many", ""])
async def test_per_page_out_of_range_and_one_become_twenty(per_page: str) -> None:
    async with Register(many(30)) as register, httpx.AsyncClient(base_url=register.base_url) as client:
        assert len((await ask(client, "documents.json", per_page=per_page))["results"]) == 20


async def test_per_page_goes_up_to_two_thousand() -> None:
    async with Register(many(2100)) as register, httpx.AsyncClient(base_url=register.base_url) as client:
        assert len((await ask(client, "documents.json", per_page=2000))["results"]) == 2000


@pytest.mark.parametrize(("page", "per_page"), [("51", "2"), ("0", "2"), ("x", "2"), ("11", "1000")])
async def test_a_page_out_of_range_is_page_one(page: str, per_page: str) -> None:
    async with Register(many(30)) as register, httpx.AsyncClient(base_url=register.base_url) as client:
        first = await ask(client, "documents.json", per_page=per_page)
        assert await ask(client, "documents.json", per_page=per_page, page=page) == first


async def test_count_and_total_pages_saturate() -> None:
    async with Register(many(10_001)) as register, httpx.AsyncClient(base_url=register.base_url) as client:
        answer = await ask(client, "documents.json", per_page=2)
        assert (answer["count"], answer["total_pages"]) == (10_000, 50)
        last = await ask(client, "documents.json", per_page=2, page=50)
        assert "next_page_url" in answer
        assert "next_page_url" not in last


# -- looking up


async def test_documents_are_looked_up_by_number(register: Register, client: httpx.AsyncClient) -> None:
    register.put_document(document("2026-00001"))
    register.put_document(document("C1-2026-00002"))
    one = await ask(client, "documents/C1-2026-00002.json")
    assert (one["effective_on"], "_note" in one) == ("2026-04-01", False)
    batch = await ask(client, "documents/2026-00001,C1-2026-00002,9999-99999.json")
    assert (batch["count"], numbers(batch)) == (2, ["2026-00001", "C1-2026-00002"])
    assert batch["errors"] == {"not_found": ["9999-99999"]}
    assert await ask(client, "documents/2026-00001.json?fields[]=title") == {"title": "Rule 2026-00001"}
    assert (await client.get("documents/9999-99999.json")).status_code == 404
    assert (await client.get("documents/2026-00001.json?publication_date=2026-01-01")).status_code == 404


async def test_filings_are_looked_up_by_number_with_two_keys_fewer(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.put_filing(filing("2026-00001", "2026-03-04T16:15:00Z"))
    batch = await ask(client, f"{DESK}/2026-00001,9999-99999.json")
    assert batch["errors"] == {"not_found": ["9999-99999"]}
    assert batch["results"][0]["filed_at"] == "2026-03-04T11:15:00.000-05:00"
    assert not {"excerpts", "json_url", "_note"} & set(batch["results"][0])
    assert await ask(client, "public_inspection_documents/2026-00001.json") == batch["results"][0]


# -- the server


async def test_answers_forbid_caching_and_carry_no_validators(client: httpx.AsyncClient) -> None:
    for path in (
        "documents.json",
        f"{DESK}/current.json",
        "documents.json?fields[]=x",
        "documents/9999-99999.json",
    ):
        headers = (await client.get(path)).headers
        assert headers["cache-control"] == "no-store, no-cache, must-revalidate, private"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert not {"etag", "last-modified"} & set(headers)


async def test_requests_are_recorded_as_sent(register: Register) -> None:
    host, port = urlsplit(register.base_url).netloc.split(":")
    target = "/api/v1/documents.json?fields[]=title&fields%5b%5D=type&conditions[term]=a%20b+c&_=1"
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: test\r\nConnection: close\r\n\r\n".encode()
    )
    assert b"200 OK" in await reader.readline()
    await reader.read()
    writer.close()
    await writer.wait_closed()
    assert register.targets == (target,)
    assert register.requests[0].headers["user-agent"] == "test"
    assert register.requests[0].method == "GET"


@pytest.mark.parametrize(
    "path", ["documents", "documents/facets/daily", "nothing.json", DESK, "documents/2026-00001"]
)
async def test_other_addresses_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"status": 404, "message": "Record Not Found"})


async def test_an_answer_can_be_replaced_for_some_requests(
    register: Register, client: httpx.AsyncClient
) -> None:
    register.answer_with(
        f"{DESK}/", 503, "<html>busy</html>", "text/html", times=2, headers={"Retry-After": "7"}
    )
    assert (await client.get("documents.json")).status_code == 200
    refused = [await client.get(f"{DESK}/current.json") for _ in range(3)]
    assert [answer.status_code for answer in refused] == [503, 503, 200]
    assert (refused[0].text, refused[0].headers["retry-after"]) == ("<html>busy</html>", "7")
    assert refused[0].headers["content-type"] == "text/html"
    assert len(register.requests) == 4


async def test_pages_hang_after_the_set_number_until_released() -> None:
    async with Register(many(30)) as register, httpx.AsyncClient(base_url=register.base_url) as client:
        register.stall_after(1)
        assert (await client.get("documents.json")).status_code == 200
        hanging = asyncio.create_task(client.get("documents.json"))
        await register.arrived(2)
        assert (await client.get(f"{DESK}/current.json")).status_code == 200
        assert not hanging.done()
        register.release()
        assert (await hanging).status_code == 200
        assert (await client.get("documents.json")).status_code == 200


async def test_closing_lets_go_of_hanging_pages() -> None:
    async with httpx.AsyncClient() as client:
        async with Register(many(3)) as register:
            register.stall_after(0)
            hanging = asyncio.create_task(client.get(f"{register.base_url}documents.json"))
            await register.arrived(1)
        assert (await hanging).status_code == 200
    with pytest.raises(RuntimeError, match="not open"):
        _ = register.base_url
