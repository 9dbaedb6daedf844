"""MOFCOM's archive of announcements: which years are asked for, and a list that stands on the page itself or comes after it."""

from datetime import UTC, datetime

import pytest

from tests.fakes.notice_pages import Ministry, entry, listing, shell, unit
from tests.fakes.plans import plan_of
from tests.fakes.platforms import NOON, Account, asked_of
from watchers.errors import Moved, Redesigned
from watchers.jpaas import SHELL
from watchers.sources.mofcom_announcements import SOURCE, Options

YEAR, BEFORE = ("/zcfb/blgg/gg/2026/index.html", "/zcfb/blgg/gg/2025/index.html")
NEW_YEAR = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in Beijing


def notice(number: int, day: str, year: int = 2025) -> str:
    return entry(f"商务部公告{year}年第{number}号 公布有关决定", f"./art/{year}/art_{number:032x}.html", day)


def test_outside_january_one_year_is_asked_for() -> None:
    (request,) = SOURCE.requests(plan_of(Options(), now=NOON))
    assert request.url == f"https://www.mofcom.gov.cn{BEFORE}"
    assert request.otherwise == ()


def test_in_january_the_year_before_is_asked_for_too_by_the_time_of_beijing() -> None:
    before, this = SOURCE.requests(plan_of(Options(), now=NEW_YEAR))
    assert (before.url, this.url) == (
        f"https://www.mofcom.gov.cn{BEFORE}",
        f"https://www.mofcom.gov.cn{YEAR}",
    )
    assert [request.url for request in this.otherwise] == [before.url]
    (last,) = SOURCE.requests(plan_of(Options(), now=datetime(2025, 12, 31, 15, 59, tzinfo=UTC)))
    assert last.url == before.url


def test_configured_ids_stand_in_where_there_are_any() -> None:
    (request,) = SOURCE.requests(plan_of(Options(page_id="year"), now=NOON))
    assert [asked_of(other)["pageId"] for other in request.otherwise] == ["year"]


async def test_a_list_on_the_page_itself_is_read_there() -> None:
    page = shell(f"<ul>{notice(61, '2025-10-09')}{notice(60, '2025-09-29')}</ul>")
    desk = Account(SOURCE, Options(), Ministry({BEFORE: page}, lambda _: Redesigned("not asked")))
    assert [request.role for request in await desk.poll()] == [SHELL]
    assert {item.url.rpartition("/gg/")[2] for item in desk.items} == {
        f"2025/art/2025/art_{number:032x}.html" for number in (60, 61)
    }


async def test_a_list_that_is_filled_by_script_is_asked_for_and_its_links_are_relative_to_its_page() -> None:
    page = shell(unit(webId="w", tplSetId="t", tagId="分页列表", pageId="p"))
    desk = Account(SOURCE, Options(), Ministry({BEFORE: page}, lambda _: listing(notice(61, "2025-10-09"))))
    await desk.poll()
    (item,) = desk.items
    assert item.url == f"https://www.mofcom.gov.cn/zcfb/blgg/gg/2025/art/2025/art_{61:032x}.html"


async def test_a_new_year_without_a_page_is_no_failure() -> None:
    old = shell(f"<ul>{notice(80, '2025-12-30')}</ul>")
    desk = Account(SOURCE, Options(), Ministry({BEFORE: old, YEAR: Moved("404")}, lambda _: Redesigned("")))
    await desk.poll(NEW_YEAR)
    assert set(desk.found) == {f"https://www.mofcom.gov.cn/zcfb/blgg/gg/2025/art/2025/art_{80:032x}.html"}
    assert ["404" in problem.reason for problem in desk.problems] == [True]


async def test_both_years_are_read_in_january() -> None:
    pages = {
        BEFORE: shell(f"<ul>{notice(80, '2025-12-30')}</ul>"),
        YEAR: shell(f"<ul>{notice(1, '2026-01-01', 2026)}</ul>"),
    }
    desk = Account(SOURCE, Options(), Ministry(pages, lambda _: Redesigned("")))
    await desk.poll(NEW_YEAR)
    assert {item.ref for item in desk.items} == {"mofcom:announcement:2025:80", "mofcom:announcement:2026:1"}
    assert desk.problems == []


async def test_a_page_with_neither_is_a_redesign() -> None:
    desk = Account(SOURCE, Options(), Ministry({BEFORE: shell("<p>公告</p>")}, lambda _: b""))
    with pytest.raises(Redesigned):
        await desk.poll()


def test_an_odd_path_is_taken_as_it_is() -> None:
    (request,) = SOURCE.requests(plan_of(Options(list_path="/gg/{0}/{yeer}.html"), now=NOON))
    assert request.url == "https://www.mofcom.gov.cn/gg/{0}/{yeer}.html"


NEWS = [
    entry(title, f"/xwfb/xwrcxw/art/2025/art_{number:032x}.html", "2025-10-09")
    for number, title in enumerate(("商务部召开例行新闻发布会", "部长会见外宾"))
]


@pytest.mark.parametrize(
    "before",
    [
        "",  # nothing but the news
        unit(kind="of another shape"),
        unit(webId="w", tplSetId="t", tagId="分页列表", pageId="p")
        + unit(webId="w", tplSetId="t", tagId="分页列表", pageId="q"),
    ],
)
async def test_news_beside_a_list_that_cannot_be_read_is_not_taken_for_it(before: str) -> None:
    page = shell(f"{before}<div class='hot'><ul>{''.join(NEWS)}</ul></div>")
    desk = Account(SOURCE, Options(), Ministry({BEFORE: page}, lambda _: Redesigned("not asked")))
    with pytest.raises(Redesigned):
        await desk.poll()
    assert desk.items == []


async def test_news_beside_a_list_is_left_out() -> None:
    page = shell(f"<ul>{notice(61, '2025-10-09')}</ul><ul>{''.join(NEWS)}</ul>")
    desk = Account(SOURCE, Options(), Ministry({BEFORE: page}, lambda _: Redesigned("not asked")))
    await desk.poll()
    assert [item.ref for item in desk.items] == ["mofcom:announcement:2025:61"]
