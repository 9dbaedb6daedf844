"""The export-control bureau's list and home page: two listings in one poll, each standing in for the other."""

import pytest

from tests.fakes.notice_pages import Ministry, entry, listing, shell, unit
from tests.fakes.plans import plan_of
from tests.fakes.platforms import Account, asked_of
from watchers.errors import Blocked, ServerFault, SourceError
from watchers.jpaas import SHELL
from watchers.sources.mofcom_export_control import HOME, SOURCE, Options

LIST = "/flzc/gzjgfxwj/index.html"
IDS = {"webId": "w", "tplSetId": "t", "tagId": "信息列表", "pageId": "p"}
UEL = entry(
    "不可靠实体清单工作机制关于将有关实体列入不可靠实体清单的公告",
    "http://aqygzj.mofcom.gov.cn/flzc/gzjgfxwj/art/2025/art_1.html",
    "2025-10-09",
)
NUMBERED = entry("商务部公告2025年第61号 公布有关决定", "/flzc/gzjgfxwj/art/2025/art_2.html", "2025-10-09")
ANSWER = entry("商务部新闻发言人答记者问", "/fyrth/art/2025/art_3.html", "2025-10-09")
BLOCKS = shell(f"<ul>{UEL.replace('http:', 'https:')}</ul><ul>{ANSWER}</ul>")
NEWS = "<li><a href='/gzdt/art/2025/art_4.html'>部里召开出口管制工作座谈会</a><span>2025-09-24</span></li>"


def account(
    list_page: bytes | SourceError, home: bytes | SourceError, answer: bytes | SourceError
) -> Account:
    return Account(SOURCE, Options(), Ministry({LIST: list_page, "/": home}, lambda _: answer))


def test_the_list_and_the_home_page_are_asked_for_and_stand_in_for_each_other() -> None:
    listed, home = SOURCE.requests(plan_of(Options()))
    assert (listed.url, listed.role) == (f"https://aqygzj.mofcom.gov.cn{LIST}", SHELL)
    assert (home.url, home.role, home.conditional) == ("https://aqygzj.mofcom.gov.cn/", HOME, True)
    assert [other.role for other in listed.otherwise] == ["list 1", HOME]
    assert [other.role for other in home.otherwise] == ["list 1"]
    asked = asked_of(home.otherwise[0])
    assert (asked["webId"], asked["tagId"]) == ("b28941ad4e064442856787562c9a4961", "信息列表")
    assert (asked["tplSetId"], asked["pageId"]) == (
        "DDBav9QvwJVbs9iznQVmO",
        "79d6d2c4e44d458180d37dd4f0996645",
    )


async def test_both_are_read_and_a_notice_on_both_is_one_item() -> None:
    desk = account(shell(unit(**IDS)), BLOCKS, listing(UEL, NUMBERED))
    assert [request.role for request in await desk.poll()] == [SHELL, "list 1", HOME]
    assert sorted(key.rpartition("/")[2] for key in desk.found) == [
        "art_1.html",
        "art_2.html",
        "art_3.html",
    ]
    assert desk.problems == []


@pytest.mark.parametrize(
    ("list_page", "answer"),
    [
        (Blocked("403"), Blocked("403")),
        (shell(unit(**IDS)), ServerFault("500")),
        (shell("<p>改版</p>"), listing()),
    ],
)
async def test_without_the_list_the_home_page_still_tells_and_it_is_said(
    list_page: bytes | SourceError, answer: bytes | SourceError
) -> None:
    desk = account(list_page, BLOCKS, answer)
    await desk.poll()
    assert sorted(key.rpartition("/")[2] for key in desk.found) == ["art_1.html", "art_3.html"]
    assert desk.problems


async def test_without_the_home_page_the_list_still_tells_and_it_is_said() -> None:
    desk = account(shell(unit(**IDS)), ServerFault("502 of the home page"), listing(UEL, NUMBERED))
    await desk.poll()
    assert sorted(key.rpartition("/")[2] for key in desk.found) == ["art_1.html", "art_2.html"]
    assert ["502" in problem.reason for problem in desk.problems] == [True]


async def test_without_either_the_poll_fails_with_the_first_reason() -> None:
    with pytest.raises(Blocked, match="first"):
        await account(Blocked("first"), ServerFault("second"), ServerFault("third")).poll()


async def test_the_home_pages_navigation_is_not_read_and_work_news_is() -> None:
    desk = account(shell(unit(**IDS)), shell(f"<ul>{NEWS}</ul>"), listing(UEL))
    await desk.poll()
    assert {item.kind for item in desk.items} == {"Announcement", "Release"}
    assert not any("首页" in item.title for item in desk.items)
