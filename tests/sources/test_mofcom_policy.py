"""MOFCOM's policy releases: how the list is asked for, what stands in, and how a gap is caught up with."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.notice_pages import Ministry, article, entry, listing, page, paragraphs, shell, unit
from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, asked_of
from watchers.errors import NotSane, Redesigned, SourceError, TimedOut
from watchers.item import Item
from watchers.jpaas import SHELL
from watchers.source import HTML, Request
from watchers.sources.mofcom_policy import SOURCE, Options

LIST = "/zwgk/zcfb/index.html"
OWN = {"webId": "web", "tplSetId": "template", "tagId": "分页列表", "pageId": "page-of-today"}
Answer = Callable[[Request], bytes | SourceError]


def notice(number: int, day: str) -> str:
    return entry(
        f"商务部公告2025年第{number}号 公布有关决定", f"/zwgk/zcfb/art/2025/art_{number:032x}.html", day
    )


def newest(_request: Request) -> bytes:
    return listing(notice(61, "2025-10-09"), notice(60, "2025-10-08"))


def account(gateway: Answer, *, page_: bytes | SourceError | None = None, **options: str | int) -> Account:
    site = Ministry({LIST: shell(unit(**OWN)) if page_ is None else page_}, gateway)
    return Account(SOURCE, Options(**options), site)  # type: ignore[arg-type]


def test_the_list_page_is_asked_first_and_the_configured_ids_stand_in() -> None:
    (request,) = SOURCE.requests(plan_of(Options()))
    assert (request.url, request.role, request.accept) == (f"https://www.mofcom.gov.cn{LIST}", SHELL, HTML)
    assert not request.conditional
    (other,) = request.otherwise
    assert asked_of(other) == {
        "parseType": "bulidstatic",
        "webId": "8f43c7ad3afc411fb56f281724b73708",
        "tplSetId": "52551ea0e2c14bca8c84792f7aa37ead",
        "pageType": "column",
        "tagId": "分页列表",
        "editType": "null",
        "pageId": "fc8bdff48fa345a48b651c1285b70b8f",
    }
    assert other.headers == (("Referer", request.url),)


async def test_the_list_is_asked_for_by_the_ids_that_its_page_names() -> None:
    desk = account(newest)
    _, asked = await desk.poll()
    assert asked_of(asked) | OWN == asked_of(asked)
    assert asked.headers == (("Referer", f"https://www.mofcom.gov.cn{LIST}"),)
    assert {item.ref for item in desk.items} == {"mofcom:announcement:2025:61", "mofcom:announcement:2025:60"}
    assert desk.problems == []


@pytest.mark.parametrize("page_", [shell("<p>新版网站</p>"), TimedOut("no answer in time")])
async def test_where_the_page_names_no_ids_the_configured_ones_are_asked_for_and_it_is_said(
    page_: bytes | SourceError,
) -> None:
    desk = account(newest, page_=page_)
    _, asked = await desk.poll()
    assert asked_of(asked)["pageId"] == Options().page_id
    assert len(desk.items) == 2
    assert [problem.record for problem in desk.problems] == [f"https://www.mofcom.gov.cn{LIST}"]


async def test_where_the_named_ids_are_refused_the_configured_ones_are_asked_for() -> None:
    def gateway(request: Request) -> bytes:
        named = asked_of(request)["pageId"] == OWN["pageId"]
        return (
            b'{"code":"500","success":false,"msg":"no such page","data":null}' if named else newest(request)
        )

    desk = account(gateway)
    assert [asked_of(asked).get("pageId") for asked in await desk.poll()] == [
        None,
        OWN["pageId"],
        Options().page_id,
    ]
    assert len(desk.items) == 2
    assert "no such page" in desk.problems[0].reason


async def test_where_nothing_can_be_read_the_first_reason_is_given() -> None:
    desk = account(lambda _: NotSane("not the gateway's answer"), page_=shell("<p>新版网站</p>"))
    with pytest.raises(Redesigned, match="by which ids"):
        await desk.poll()


async def test_one_option_leads_all_of_it_to_another_place() -> None:
    desk = account(newest, base_url="http://127.0.0.1:8000/")
    asked = await desk.poll()
    assert all(request.url.startswith("http://127.0.0.1:8000/") for request in asked)
    assert all(item.url.startswith("http://127.0.0.1:8000/zwgk/zcfb/art/") for item in desk.items)


# -- a gap


def paged(request: Request) -> bytes:
    """Sixty notices, one a day back from 9 October, three a page."""
    query = asked_of(request)
    said = json.loads(query["paramJson"]) if "paramJson" in query else query
    number = int(said.get("pageNo", 1))
    days = [datetime(2025, 10, 9, tzinfo=UTC) - timedelta(days=place) for place in range(60)]
    shown = [notice(100 - place, f"{days[place]:%Y-%m-%d}") for place in range(3 * number - 3, 3 * number)]
    return listing(*shown, number=number, rows=3, count=60)


async def test_with_no_gap_only_the_first_page_is_read() -> None:
    desk = account(paged)
    assert len(await desk.poll(NOON)) == 2  # a first poll
    assert len(await desk.poll(NOON + timedelta(minutes=3))) == 2


@pytest.mark.parametrize(
    ("paging", "asked"),
    [
        (
            "paramJson",
            [{}, {"paramJson": '{"pageNo":2,"pageSize":3}'}, {"paramJson": '{"pageNo":3,"pageSize":3}'}],
        ),
        ("plain", [{}, {"pageNo": "2", "pageSize": "3"}, {"pageNo": "3", "pageSize": "3"}]),
        ("none", [{}]),
    ],
)
async def test_after_a_gap_older_pages_are_read_up_to_the_day_of_the_last_read(
    paging: str, asked: list[dict[str, str]]
) -> None:
    desk = account(paged, paging=paging)
    desk.complete_at = datetime(2025, 10, 4, 1, 0, tzinfo=UTC)
    _, *lists = await desk.poll(NOON)
    names = ("paramJson", "pageNo", "pageSize")
    assert [{name: value for name, value in asked_of(one).items() if name in names} for one in lists] == asked
    assert all(asked_of(one)["pageId"] == OWN["pageId"] for one in lists)
    assert all(one.headers == lists[0].headers for one in lists)
    assert len(desk.found) == 3 * len(asked)


async def test_the_day_of_the_last_read_is_that_of_beijing() -> None:
    desk = account(paged)
    desk.complete_at = datetime(
        2025, 10, 6, 17, 0, tzinfo=UTC
    )  # the 7th there, that of the last row of the first page
    assert len(await desk.poll(NOON)) == 3
    desk.complete_at = datetime(2025, 10, 7, 17, 0, tzinfo=UTC)
    assert len(await desk.poll(NOON)) == 2


async def test_a_gap_that_is_too_long_is_said() -> None:
    desk = account(paged)
    desk.complete_at = datetime(2025, 1, 1, tzinfo=UTC)
    assert len(await desk.poll(NOON)) == 1 + 5
    assert [(problem.record, problem.reason) for problem in desk.problems] == [
        ("older entries", "not read: the gap is longer than 5 pages")
    ]


async def test_a_gateway_that_does_not_know_this_paging_is_said_and_is_no_failure() -> None:
    desk = account(lambda _: listing(notice(61, "2025-10-09"), number=1, rows=1, count=60))
    desk.complete_at = datetime(2025, 10, 1, tzinfo=UTC)
    await desk.poll(NOON)
    assert len(desk.items) == 1
    assert "paging" in desk.problems[0].reason


async def test_the_last_page_of_a_list_is_the_end_of_it() -> None:
    desk = account(newest)
    desk.complete_at = datetime(2025, 1, 1, tzinfo=UTC)
    assert len(await desk.poll(NOON)) == 2
    assert desk.problems == []


# -- an article


def listed() -> Item:
    (item, *_) = SOURCE.read(
        page(newest(Request(url="")), "https://www.mofcom.gov.cn/x", role="list 1", type_="application/json"),
        plan_of(Options(), now=NOON),
    ).items
    return item


def test_an_item_is_asked_for_at_the_address_that_people_are_given() -> None:
    assert SOURCE.article is not None
    request = SOURCE.article.request(listed(), Options())
    assert request is not None
    assert (request.url, request.accept, request.role) == (listed().url, HTML, "article")


def test_the_place_of_the_text_can_be_configured() -> None:
    assert SOURCE.article is not None
    item = listed()
    text = paragraphs(
        "一、自本公告公布之日起，有关物项的出口应当申请许可，未经许可不得出口。", "商务部有关负责人介绍情况。"
    )
    moved = article(item.title, "<p>旧</p>").replace(
        b'<div class="foot">', f'<div class="new">{text}</div><div>'.encode()
    )
    read = SOURCE.article.read(page(moved, item.url), item, plan_of(Options(body=(".new",)), now=NOON))
    assert read.body is not None
    assert read.body.startswith("一、自本公告")
    assert "旧" not in read.body
