"""What a list's title says of a notice, and items made of rows: one for each page, dated only by what can be true."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.fakes.notice_pages import page
from watchers.chinese_notices import (
    ANNOUNCEMENT,
    ANSWER,
    INTERPRETATION,
    ORDER,
    RELEASE,
    article_request,
    check_chinese,
    kind_of,
    listed_rows,
    notices,
    number_refs,
    own_number,
)
from watchers.errors import Empty, Redesigned, WrongCharset
from watchers.item import Item, Link, Ref
from watchers.rows import Row

NOW = datetime(2025, 10, 9, 4, 0, tzinfo=UTC)
URL = "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html"
TITLE = "商务部公告2025第61号 公布对境外相关稀土物项实施出口管制的决定"


def row(title: str = TITLE, **changed: Any) -> Row:
    facts: dict[str, Any] = {"url": URL, "title": title, "on": date(2025, 10, 9), "at": None, "text": ""}
    return Row(**facts | changed)


def item(title: str = TITLE, **changed: Any) -> Item:
    (made,), problems = notices([row(title, **changed)], source="made-up", now=NOW, url=URL)
    assert problems == ()
    return made


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (TITLE, ANNOUNCEMENT),
        ("不可靠实体清单工作机制关于将有关企业列入不可靠实体清单的公告", ANNOUNCEMENT),
        ("关于废止商务部令2020年第4号的公告", ANNOUNCEMENT),
        ("商务部令2025年第5号", ORDER),
        ("中华人民共和国商务部令二〇二五年第7号", ORDER),
        ("海关总署令第279号（关于公布管理办法的令）", ORDER),
        ("中华人民共和国国务院令", ORDER),
        ("关于印发工作方案的通知", RELEASE),
        ("商务部命令规划研究部门提出方案", RELEASE),
        ("商务部新闻发言人就公告2025年第61号答记者问", ANSWER),
        ("商务部安全与管制局负责人就出口管制公告答记者问", ANSWER),
        ("一图读懂商务部公告2025年第61号", INTERPRETATION),
        ("商务部公告2025年第61号解读", INTERPRETATION),
    ],
)
def test_what_a_title_is_of(title: str, kind: str) -> None:
    assert kind_of(title) == item(title).kind == kind


def test_a_number_tells_more_than_the_words() -> None:
    assert kind_of("关于公布反制清单的决定", "mofcom:order:2025:6") == ORDER
    assert kind_of("关于公布有关名单的决定", "mofcom:uel:2025:8") == ANNOUNCEMENT


def test_a_notice_goes_by_its_number_and_its_address_is_another_name() -> None:
    made = item()
    assert (made.ref, made.aliases) == (
        "mofcom:announcement:2025:61",
        ("url:www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html",),
    )
    assert made.refs == (Ref(kind="notice", value="商务部公告2025第61号"),)
    assert (made.key, made.url, made.lang) == (URL, URL, "zh")


@pytest.mark.parametrize(
    "title",
    [
        "商务部新闻发言人就商务部公告2025年第61号答记者问",
        "商务部公告2025年第61号解读",
        "一图读懂商务部公告2025年第61号",
        "商务部公告2025年第61号 图解",
    ],
)
def test_what_speaks_of_a_notice_goes_by_its_address(title: str) -> None:
    made = item(title)
    assert (made.ref, made.aliases) == ("url:www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html", ())
    assert made.refs == (Ref(kind="notice", value="商务部公告2025年第61号"),)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("中华人民共和国国务院令（第803号）", "国务院令（第803号）"),
        ("商务部 海关总署公告2025年第18号 公布决定", "商务部 海关总署公告2025年第18号"),
        ("关于有关物项的公告（商务部公告2025年第46号）", "商务部公告2025年第46号"),
    ],
)
def test_a_number_is_kept_as_printed(text: str, printed: str) -> None:
    named = own_number(text)
    assert named is not None
    assert named[1] == (Ref(kind="notice", value=printed),)


def test_of_a_list_of_numbers_what_says_nothing_by_itself_is_left_out() -> None:
    assert [ref.value for ref in number_refs("商务部公告2025年第55号、56号和海关总署公告2025年第7号")] == [
        "商务部公告2025年第55号",
        "海关总署公告2025年第7号",
    ]


def test_one_page_under_two_schemes_is_one_item_with_its_date() -> None:
    rows = [row(url=URL.replace("https", "http"), on=None), row(), row(title="商务部公告")]
    made, _ = notices(rows, source="made-up", now=NOW, url=URL)
    assert [(each.title, each.official_on) for each in made] == [(TITLE, date(2025, 10, 9))]


def test_a_day_that_is_yet_to_come_in_beijing_is_left_out_and_said() -> None:
    for day, kept in ((date(2025, 10, 11), True), (date(2025, 10, 12), False)):
        (made,), problems = notices([row(on=day)], source="made-up", now=NOW, url=URL)
        assert (made.official_on is not None, problems == ()) == (kept, kept)


def test_a_file_is_its_own_annex_and_has_no_page() -> None:
    made = item(url="https://www.mofcom.gov.cn/files/61.PDF?v=1")
    assert made.links == (Link(kind="attachment", url=made.url, title=TITLE),)
    assert article_request(made) is None
    assert article_request(item()) is not None


@pytest.mark.parametrize(
    "texts", [["???? 2025?61?"], [TITLE.encode().decode("latin-1")], [], ["Announcement No. 61"]]
)
def test_text_without_chinese_is_of_another_charset(texts: list[str]) -> None:
    with pytest.raises(WrongCharset):
        check_chinese(texts, URL)


def test_one_english_title_among_others_is_none() -> None:
    check_chinese([TITLE, "Announcement No. 61"], URL)


def test_a_list_is_read_in_its_container() -> None:
    body = "<html><body><ul class='a'>{}</ul><ul><li><a href='/b'>导航</a> 2025-10-09</li></ul></body></html>"
    entry = "<li><a href='x.htm'>公告</a><span>2025-10-09</span></li>"
    found = listed_rows(
        page(body.format(entry).encode(), "https://a.gov.cn/l/"), container="ul.a", rows="ul.a li"
    )
    assert [each.url for each in found] == ["https://a.gov.cn/l/x.htm"]
    for inside, container, error in (
        ("", "ul.a", Empty),
        (entry, "ul.b", Redesigned),
        ("<li><a href='x.htm'>公告</a></li>", "ul.a", Redesigned),
    ):
        with pytest.raises(error):
            listed_rows(
                page(body.format(inside).encode(), "https://a.gov.cn/l/"), container=container, rows="ul.a li"
            )
