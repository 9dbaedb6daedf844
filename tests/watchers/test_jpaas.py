"""Lists of the CMS "jpaas": how a page says its ids, how an answer says its pages, and what is no answer."""

import json
from datetime import UTC, date, datetime
from html import escape
from typing import Any

import pytest

from tests.fakes.notice_pages import GATEWAY, entry, listing, page, shell, unit
from tests.fakes.platforms import asked_of
from watchers.errors import Blocked, Empty, NotSane, Redesigned, Truncated
from watchers.jpaas import Column, configured, dated_rows, follow_shell, goes_on, next_page, read_answer
from watchers.source import Page, Request

COLUMN = Column(page_id="configured")
LIST = "https://www.mofcom.gov.cn/zwgk/zcfb/index.html"
IDS = {"webId": "web", "tplSetId": "template", "tagId": "分页列表", "pageId": "named"}
ENTRY = entry("商务部公告2025年第61号", "/art/61.html", "2025-10-09")


def asked(markup: bytes, column: Column = COLUMN) -> Request:
    return follow_shell(page(markup, LIST, role="shell"), column)


def attribute(value: str) -> bytes:
    return shell(f"<script src='unitbuild.js' queryData={value}></script>")


def answer(body: bytes | dict[str, Any], *, role: str = "list 1", type_: str = "application/json") -> Page:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return page(raw, f"https://www.mofcom.gov.cn{GATEWAY}?pageId=named", role=role, type_=type_)


DOUBLE = json.dumps(IDS, ensure_ascii=False)
SINGLE = DOUBLE.replace('"', "'")


@pytest.mark.parametrize(
    "value",
    [
        f'"{SINGLE}"',
        f"'{DOUBLE}'",
        f'"{escape(DOUBLE)}"',
        f'"{escape(escape(DOUBLE))}"',
        f'"{escape(escape(SINGLE))}"',
        f'"{SINGLE[:-1]}, &#39;other&#39;: 7, &#39;none&#39;: null}}"',
    ],
)
def test_ids_are_read_however_their_object_is_quoted(value: str) -> None:
    assert asked_of(asked(attribute(value))) | IDS == asked_of(asked(attribute(value)))


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '"{}"',
        '"[1]"',
        "\"{'webId':'w'}\"",
        f'"{SINGLE[:-1]}"',
        f'"{SINGLE[:-1]}, &#39;more&#39;: {{}}}}"',
        f'"{SINGLE.replace("named", "")}"',
        f'"{SINGLE.replace("named", "x" * 300)}"',
        f'"{SINGLE}{" " * 5000}"',
    ],
)
def test_what_is_no_set_of_ids_is_none(value: str) -> None:
    with pytest.raises(Redesigned):
        asked(attribute(value))


def test_of_several_lists_the_one_that_is_meant_is_asked_for() -> None:
    others = [unit(**IDS | {"tagId": tag, "pageId": tag}) for tag in ("友情链接", "左侧列表", "导航")]
    assert asked_of(asked(shell(others[0], unit(**IDS), *others[1:])))["pageId"] == "named"
    assert asked_of(asked(shell(*others)))["pageId"] == "左侧列表"
    assert asked_of(asked(shell(others[0])))["pageId"] == "友情链接"
    with pytest.raises(Redesigned, match="2 lists"):
        asked(shell(others[0], others[2]))


def test_the_same_list_twice_on_a_page_is_one() -> None:
    assert asked_of(asked(shell(unit(**IDS), unit(**IDS))))["pageId"] == "named"


def test_the_gateway_that_the_page_names_is_asked_on_its_own_host_only() -> None:
    named = f"<script url='%s' queryData=\"{SINGLE}\"></script>"
    assert asked(shell(named % "/new/unit")).url.startswith("https://www.mofcom.gov.cn/new/unit?")
    for elsewhere in ("https://evil.example/unit", "//evil.example/unit", "javascript:x", ""):
        assert asked(shell(named % elsewhere)).url.startswith(f"https://www.mofcom.gov.cn{GATEWAY}?")


def test_the_configured_ids_do_not_stand_in_for_themselves() -> None:
    same = {
        "webId": COLUMN.web_id,
        "tplSetId": COLUMN.template_id,
        "tagId": COLUMN.tag,
        "pageId": "configured",
    }
    assert asked(shell(unit(**same))).otherwise == ()
    assert asked(shell(unit(**IDS))).otherwise == configured(COLUMN, LIST)
    assert configured(Column(), LIST) == ()


# -- answers


def test_an_answer_is_rows_with_links_relative_to_the_list() -> None:
    listed = read_answer(answer(listing(entry("公告", "art/1.html", "2025-10-09"))), COLUMN, LIST)
    assert [(row.url, row.on) for row in listed.rows] == [
        ("https://www.mofcom.gov.cn/zwgk/zcfb/art/1.html", date(2025, 10, 9))
    ]
    assert (listed.more, listed.problems) == (False, ())


@pytest.mark.parametrize("code", [200, "200"])
def test_the_code_may_be_a_number(code: object) -> None:
    html = json.loads(listing(ENTRY))["data"]["html"]
    assert read_answer(answer({"code": code, "success": True, "data": {"html": html}}), COLUMN, LIST).rows


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"code": "200", "success": False, "msg": "系统繁忙"}, NotSane),
        ({"code": "500", "success": True, "message": "系统繁忙", "data": {"html": "<li></li>"}}, NotSane),
        ({"code": "200", "success": True}, Redesigned),
        ({"code": "200", "success": True, "data": {}}, Redesigned),
        ({"code": "200", "success": True, "data": {"html": ""}}, Empty),
        ({"code": "200", "success": True, "data": []}, NotSane),
        ({"data": {"html": ENTRY}}, NotSane),
        (b"[]", NotSane),
        (b"", Truncated),
        (b"<html></html>", Blocked),
        (listing(ENTRY)[:80], NotSane),
        (listing("<li>公告 2025-10-09</li>"), Empty),
        (listing('<li><a href="/a">商务部公告</a></li>'), Redesigned),
        (listing(ENTRY, rows=15, count=30), NotSane),
        (listing(ENTRY, number=2, rows=1, count=9), NotSane),
    ],
)
def test_what_is_no_list_is_an_error(body: Any, error: type[NotSane]) -> None:
    with pytest.raises(error):
        read_answer(answer(body), COLUMN, LIST)


def test_the_gateways_own_words_are_told_short_and_plain() -> None:
    body = {"code": "403", "success": False, "msg": f"<b>拒绝</b>{'很' * 500}"}
    with pytest.raises(NotSane, match="code 403") as raised:
        read_answer(answer(body), COLUMN, LIST)
    assert "拒绝很" in raised.value.what
    assert len(raised.value.what) < 200


@pytest.mark.parametrize(
    ("pages", "more"),
    [
        ('<div class="pagination" rows="1" pageNo="1" count="2"></div>', True),
        ('<div class="pagination" rows="1" pageno="1" count="1"></div>', False),
        ("<div class=\"pagination\" queryData=\"{'rows':'1','count':'2','pageNo':'1'}\"></div>", True),
        ('<div class="pagination" rows="99999" pageNo="1" count="1"></div>', False),
    ],
)
def test_whether_a_list_goes_on_is_said_by_its_own_count(pages: str, more: bool) -> None:
    body = {"code": 200, "success": True, "data": {"html": f"<ul>{ENTRY}</ul>{pages}"}}
    assert read_answer(answer(body), COLUMN, LIST).more is more


@pytest.mark.parametrize(
    "pages",
    ["", '<div class="pagination"></div>', '<div class="pagination" rows="0" pageNo="1" count="x"></div>'],
)
def test_a_list_that_does_not_count_its_pages_is_read_and_it_is_said(pages: str) -> None:
    body = {"code": 200, "success": True, "data": {"html": f"<ul>{ENTRY}</ul>{pages}"}}
    assert [problem.record for problem in read_answer(answer(body), COLUMN, LIST).problems] == [
        "pages of the list"
    ]
    assert read_answer(answer(body), Column(paging="none"), LIST).problems == ()


def test_the_links_of_the_pages_are_no_entries() -> None:
    pages = '<div class="pagination" rows="1" pageNo="1" count="2"><ul><li><a href="?2">2</a></li></ul></div>'
    body = {"code": 200, "success": True, "data": {"html": f"<ul>{ENTRY}</ul>{pages}"}}
    assert len(read_answer(answer(body), COLUMN, LIST).rows) == 1


def test_a_title_that_is_cut_short_or_broken_in_two_is_whole() -> None:
    whole = "国务院关税税则委员会关于对原产于美国的进口商品加征关税的公告"
    for shown in (f"{whole[:20]}…", f"{whole[:10]}<br>{whole[10:20]}", whole[:20]):
        row = f'<li><a href="/a" title="{whole}">{shown}</a><span>2025-04-04</span></li>'
        assert [each.title for each in read_answer(answer(listing(row)), COLUMN, LIST).rows] == [whole]


def test_another_title_of_a_link_is_left_alone() -> None:
    row = '<li><a href="/a" title="点击查看全文，在新的窗口中打开">商务部公告</a><span>2025-04-04</span></li>'
    assert [each.title for each in read_answer(answer(listing(row)), COLUMN, LIST).rows] == ["商务部公告"]


def test_a_further_page_keeps_the_ids_and_who_refers_to_it() -> None:
    first = asked(shell(unit(**IDS)))
    second = next_page(first, COLUMN, 40)
    third = next_page(second, Column(paging="plain"), None)
    assert asked_of(second) == asked_of(first) | {"paramJson": '{"pageNo":2,"pageSize":40}'}
    assert asked_of(third) == asked_of(first) | {"pageNo": "3", "pageSize": "15"}
    assert {second.headers, third.headers} == {first.headers}
    assert [each.role for each in (first, second, third)] == ["list 1", "list 2", "list 3"]


def test_an_old_entry_pinned_to_the_top_does_not_hide_a_gap() -> None:
    pinned = entry("商务部公告2024年第1号", "/art/1.html", "2024-01-02")
    listed = read_answer(answer(listing(pinned, ENTRY, rows=2, count=90)), COLUMN, LIST)
    assert goes_on(listed, COLUMN, datetime(2025, 10, 1, tzinfo=UTC))
    assert not goes_on(listed, COLUMN, datetime(2025, 10, 11, tzinfo=UTC))
    assert not goes_on(listed, COLUMN, None)


def test_on_a_page_without_script_only_dated_rows_are_news() -> None:
    markup = shell(f"<ul>{ENTRY}<li><a href='/more'>更多</a></li></ul>")
    assert [row.url for row in dated_rows(page(markup, LIST), "li")] == [
        "https://www.mofcom.gov.cn/art/61.html"
    ]
    with pytest.raises(Redesigned):
        dated_rows(page(shell("<p>2025-10-09</p>"), LIST), "li")
