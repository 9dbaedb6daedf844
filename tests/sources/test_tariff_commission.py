"""The Tariff Commission's list: how it is asked for, and from where its notices have their number."""

from datetime import UTC, date, datetime

import pytest

from tests.fakes.notice_pages import page, paragraphs
from tests.fakes.plans import plan_of
from watchers.item import DateKind, Item
from watchers.source import HTML
from watchers.sources.tariff_commission import SOURCE, Options

NOON = datetime(2025, 4, 5, 4, 0, tzinfo=UTC)
PLAN = plan_of(Options(), now=NOON)
TITLE = "国务院关税税则委员会关于对原产于美国的进口商品加征关税的公告"
TEXT = "根据《中华人民共和国关税法》，经国务院批准，对原产于美国的进口商品加征关税。税委会公告2025年第2号继续执行。"


def listed(title: str = TITLE) -> Item:
    row = f'<li><a href="./202504/t20250404_3961451.htm" title="{title}">{title}</a><span>2025-04-04</span></li>'
    body = f'<!DOCTYPE html><html><body><ul class="liBox">{row}</ul></body></html>'.encode()
    (item,) = SOURCE.read(page(body, Options().base_url, role="list"), PLAN).items
    return item


def read(*lines: str, title: str = TITLE) -> Item:
    text = f'<div class="my_doccontent">{paragraphs(*lines)}</div>'
    body = f"<!DOCTYPE html><html><body><h2 class='title_con'>{title}</h2>{text}</body></html>".encode()
    item = listed(title)
    assert SOURCE.article is not None
    return SOURCE.article.read(page(body, item.url), item, PLAN)


def test_the_list_is_asked_for_as_a_page_that_seldom_changes() -> None:
    (request,) = SOURCE.requests(plan_of(Options(base_url="http://127.0.0.1:9/list/")))
    assert (request.url, request.accept, request.conditional) == ("http://127.0.0.1:9/list/", HTML, True)


def test_links_are_relative_to_the_list() -> None:
    assert listed().url == "https://gss.mof.gov.cn/gzdt/zhengcefabu/202504/t20250404_3961451.htm"
    assert listed().official_on == date(2025, 4, 4)


@pytest.mark.parametrize(
    "head",
    [
        ("税委会公告2025年第4号",),
        ("国务院关税税则委员会公告", "2025年第4号"),
        ("国务院关税税则委员会公告2025年第4号",),
        ("税委会公告〔2025〕第4号",),
        ("（税委会公告2025年第4号）",),
        ("发文字号：税委会公告2025年第4号",),
        ("国务院关税税则委员会", "税委会公告2025年第4号", "关于加征关税的公告"),
    ],
)
def test_the_number_in_lines_of_its_own_is_the_notices(head: tuple[str, ...]) -> None:
    item = read(*head, TEXT)
    assert item.ref == "tariff-commission:announcement:2025:4"
    assert item.aliases == ("url:gss.mof.gov.cn/gzdt/zhengcefabu/202504/t20250404_3961451.htm",)


@pytest.mark.parametrize(
    "lines",
    [
        (TEXT,),
        ("税委会公告2025年第2号第一条规定的税率由10%调整为15%。", TEXT),
        (TEXT, "税委会公告2025年第2号"),
        ("附：税委会公告2025年第2号、第3号", TEXT),
    ],
)
def test_a_number_that_the_text_speaks_of_is_not_the_notices(lines: tuple[str, ...]) -> None:
    assert (
        read(*lines).ref == listed().ref == "url:gss.mof.gov.cn/gzdt/zhengcefabu/202504/t20250404_3961451.htm"
    )


def test_the_number_in_the_title_goes_before_any_in_the_text() -> None:
    title = "国务院关税税则委员会公告2025年第6号 关于调整加征关税措施的公告"
    assert read("税委会公告2025年第5号", TEXT, title=title).ref == "tariff-commission:announcement:2025:6"


def test_a_day_with_an_hour_is_the_day() -> None:
    item = read("税委会公告2025年第4号", TEXT, "本公告自2025年4月10日12时01分起执行。")
    assert [(legal.kind, legal.on) for legal in item.dates] == [(DateKind.EFFECTIVE, date(2025, 4, 10))]
