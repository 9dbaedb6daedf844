"""A notice's own page: where its number may stand and where another's stands, what is text and what is furniture."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.fakes.notice_pages import article, page, paragraphs
from watchers.chinese_article import read_article
from watchers.errors import Redesigned, WrongCharset
from watchers.item import Agency, DateKind, Item, Link, Ref, Stage

NOW = datetime(2025, 10, 10, 2, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
URL = "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html"
REF = "url:www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html"
TITLE = "公布对境外相关稀土物项实施出口管制的决定"
TEXT = "为维护国家安全和利益，经国务院批准，决定对境外相关稀土物项实施出口管制。现将有关事项公告如下："
OTHER = "商务部公告2025年第62号"
BODY = ("div.art-con[ergodic=article]", ".art-con")


def item(title: str = TITLE, **changed: Any) -> Item:
    facts: dict[str, Any] = {
        "source": "made-up",
        "key": URL,
        "ref": REF,
        "stage": Stage.ANNOUNCED,
        "kind": "Release",
        "title": title,
        "url": URL,
        "lang": "zh",
        "official_on": date(2025, 10, 9),
    }
    return Item(**facts | changed)


def read(markup: bytes | str, given: Item | None = None, **options: Any) -> Item:
    body = markup.encode() if isinstance(markup, str) else markup
    asked = {"selectors": BODY} | options
    return read_article(page(body, URL), given or item(), now=NOW, **asked)


def body_of(*lines: str) -> Item:
    return read(article(TITLE, paragraphs(*lines)))


# -- which notice it is

NUMBER = "商务部公告2025年第61号"


@pytest.mark.parametrize(
    ("title", "head", "lines"),
    [
        ("商务部公告2025第61号 " + TITLE, "", (TEXT,)),
        (f"关于稀土物项的公告（{NUMBER}）", "", (TEXT,)),
        (TITLE, f"<p>【发布文号】{NUMBER}</p>", (TEXT,)),
        (TITLE, "<p>【发布单位】商务部</p><p>【发布文号】公告2025年第61号</p>", (TEXT,)),
        (TITLE, f"<table><tr><td>文　　号：</td><td>{NUMBER}</td></tr></table>", (TEXT,)),
        (TITLE, "", (f"【发布文号】{NUMBER}", TEXT)),
        (TITLE, "", (NUMBER, TITLE, TEXT)),
        (TITLE, "", (f"（{NUMBER}）", TEXT)),
        (TITLE, "", ("中华人民共和国商务部公告", "二〇二五年第61号", TEXT)),
        (TITLE, "", (f"{NUMBER} {TITLE}", TEXT)),
        (TITLE, f"<h1>{NUMBER} {TITLE}</h1>", (TEXT,)),
    ],
)
def test_the_number_is_found_wherever_a_page_says_that_it_is_its_own(
    title: str, head: str, lines: tuple[str, ...]
) -> None:
    found = read(article(title, paragraphs(*lines), head=head), item(title))
    assert (found.ref, found.aliases, found.kind) == ("mofcom:announcement:2025:61", (REF,), "Announcement")
    assert len(found.refs) == 1


@pytest.mark.parametrize(
    ("head", "lines", "below"),
    [
        ("", (f"{OTHER}第二款暂停实施。", TEXT), ""),
        ("", (f"{OTHER} 公布后，企业关心的几个问题", TEXT), ""),
        ("", (TEXT, OTHER), ""),
        ("", (TEXT, f"【发布文号】{OTHER}"), ""),
        ("", (TEXT,), f"<div>相关公告</div><div>发布文号：{OTHER}</div>"),
        ("", (TEXT,), f"<h2>{OTHER} 公布对稀土相关技术实施出口管制的决定</h2>"),
        ("", (f"根据{OTHER}", TEXT), ""),
        ("", (f"{OTHER}和商务部公告2025年第57号", TEXT), ""),
        ("<p>发布文号：见附件</p>", (TEXT,), ""),
        ("<p>发布文号：商安函〔2025〕12号</p>", (TEXT,), ""),
    ],
)
def test_a_number_that_may_be_of_another_is_not_its_own(
    head: str, lines: tuple[str, ...], below: str
) -> None:
    markup = article(TITLE, paragraphs(*lines), head=head)
    found = read(markup.replace(b'<div class="foot">', f'{below}<div class="foot">'.encode()))
    assert (found.ref, found.aliases) == (REF, ())


def test_the_labelled_number_goes_before_the_titles_and_is_no_other_name() -> None:
    given = item(f"{OTHER} 公布决定", ref="mofcom:announcement:2025:62", aliases=(REF,))
    found = read(article(given.title, paragraphs(f"【发布文号】{NUMBER}", TEXT)), given)
    assert (found.ref, found.aliases) == ("mofcom:announcement:2025:61", (REF,))


def test_a_heading_that_differs_in_one_number_is_of_another_notice() -> None:
    title = "公布将16家美国实体列入出口管制管控名单"
    head = "<h2>商务部公告2025年第22号 公布将12家美国实体列入出口管制管控名单</h2>"
    assert read(article(title, paragraphs(TEXT), head=head), item(title)).ref == REF


@pytest.mark.parametrize("title", ["商务部新闻发言人就稀土出口管制答记者问", "关于稀土出口管制公告的解读"])
def test_what_speaks_of_notices_has_no_number_and_no_dates(title: str) -> None:
    text = f"问：{NUMBER}自公布之日起实施，请介绍有关情况。答：商务部 海关总署公告2025年第18号自2025年4月4日起实施。"
    text += "有关措施自公布之日起实施。"
    found = read(article(title, paragraphs(NUMBER, f"【发布文号】{NUMBER}", text)), item(title))
    assert (found.ref, found.aliases, found.dates) == (REF, (), ())
    assert [ref.value for ref in found.refs] == [NUMBER, "商务部 海关总署公告2025年第18号"]


# -- text


def test_what_is_of_the_page_is_not_of_the_text() -> None:
    found = body_of(
        "来源：安全与管制局　类型：原创　2025-10-09",
        "【发布单位】安全与管制局",
        TEXT,
        "分享收益的企业应当申报。",
        "浏览次数：1024",
        "（责任编辑：王某）",
        "【打印本页】 【关闭窗口】",
        "字体：[大 中 小]",
        "分享到：微信 微博",
        "扫一扫在手机打开当前页",
    )
    assert found.body == f"{TEXT}\n\n分享收益的企业应当申报。"
    assert found.agencies == (Agency(name="安全与管制局"),)


def test_a_page_whose_place_for_the_text_is_gone_is_read_if_its_title_is_there() -> None:
    lines = paragraphs(
        TEXT, "一、有关物项的出口应当申请许可，未经许可不得出口。", "二、违反规定的，依法处理。"
    )
    found = read(f"<html><body><h1>{TITLE}</h1><div class='neu'>{lines}</div></body></html>")
    assert found.body is not None
    assert TEXT in found.body
    gone = "您访问的页面不存在，或者已经移动到其他的栏目，请您返回首页重新查找，或者联系网站的管理员。"
    with pytest.raises(Redesigned):
        read(f"<html><body><h1>商务部</h1><div>{paragraphs(gone, gone)}</div></body></html>")


def test_a_notice_that_is_but_a_file_has_its_file() -> None:
    found = read(article(TITLE, '<p><a href="61.pdf">全文</a></p>'))
    assert found.body == "全文"
    assert [link.url for link in found.links] == ["https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/61.pdf"]
    with pytest.raises(Redesigned):
        read(article("商务部", "<p>全文</p>").replace(TITLE.encode(), b""))


@pytest.mark.parametrize(
    "text", ["?????????? 2025?61? " * 9, "Ö\x8c" * 80, TEXT.encode().decode("latin-1") * 2]
)
def test_a_text_of_another_charset_is_an_error(text: str) -> None:
    with pytest.raises(WrongCharset):
        read(article(TITLE, paragraphs(text)))


def test_a_title_that_the_list_cut_short_is_made_whole() -> None:
    assert read(article(TITLE, paragraphs(TEXT)), item(f"{TITLE[:10]}…")).title == TITLE
    assert read(article("别的标题", paragraphs(TEXT)), item(f"{TITLE[:10]}…")).title == f"{TITLE[:10]}…"


# -- when


@pytest.mark.parametrize(
    ("published", "at"),
    [
        ("2025-10-09 09:05", datetime(2025, 10, 9, 9, 5, tzinfo=BEIJING)),
        ("2025-10-09 09:05:30", datetime(2025, 10, 9, 9, 5, 30, tzinfo=BEIJING)),
        ("2025-10-09-09:05:30", datetime(2025, 10, 9, 9, 5, 30, tzinfo=BEIJING)),
        ("2025-10-09 00:00", None),
        ("2025-10-09", None),
        ("2025-10-08 23:30", None),  # of another day than the list has it
        ("2026-10-09 09:05", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_the_instant_is_the_pages_own_and_never_made_up(published: str, at: datetime | None) -> None:
    found = read(article(TITLE, paragraphs(TEXT), published=published))
    assert (found.official_at, found.official_on) == (at, date(2025, 10, 9))


def test_when_the_page_was_made_is_not_when_the_notice_was_published() -> None:
    made = '<meta name="createDate" content="2025-10-09 17:00:46"><meta name="MakeTime" content="2025-10-09 17:00:46">'
    markup = article(TITLE, paragraphs(TEXT), published="").replace(b"<title>", f"{made}<title>".encode())
    assert read(markup).official_at is None


def signing(found: Item) -> list[date]:
    return [each.on for each in found.dates if each.kind is DateKind.SIGNING]


def test_the_notices_own_day_is_kept_beside_the_later_one_on_which_it_was_put_up() -> None:
    head = "<p>【发文日期】2025年10月08日</p>"
    found = read(article(TITLE, paragraphs(TEXT), head=head))
    assert (found.official_on, signing(found)) == (date(2025, 10, 9), [date(2025, 10, 8)])
    same = read(article(TITLE, paragraphs(TEXT), head="<p>【发文日期】2025年10月09日</p>"))
    assert (same.official_on, signing(same)) == (date(2025, 10, 9), [])
    late = "<p>【发文日期】2026年10月08日</p>"
    assert read(article(TITLE, paragraphs(TEXT), head=late)).official_on == date(2025, 10, 9)
    undated = read(article(TITLE, paragraphs(TEXT), published="2025-10-08"), item(official_on=None))
    assert undated.official_on == date(2025, 10, 8)


def test_the_day_below_the_text_is_the_notices_own_and_what_takes_effect_with_it_does_so_then() -> None:
    below = ("本公告自公布之日起实施。", "商务部", "2025年10月7日")
    found = read(article(TITLE, paragraphs(TEXT, *below)))
    assert [(each.kind, each.on) for each in found.dates] == [
        (DateKind.EFFECTIVE, date(2025, 10, 7)),
        (DateKind.SIGNING, date(2025, 10, 7)),
    ]
    several = read(article(TITLE, paragraphs(TEXT, *below, "2025年10月6日")))
    assert [(each.kind, each.on) for each in several.dates] == [(DateKind.EFFECTIVE, date(2025, 10, 9))]


def test_the_day_of_an_act_that_the_title_does_not_name_is_not_the_notices() -> None:
    other = "新修订的《中华人民共和国对外贸易法》自2025年11月1日起施行。"
    assert read(article(TITLE, paragraphs(TEXT, other))).dates == ()
    own = "关于公布《两用物项出口管制清单》的公告"
    found = read(article(own, paragraphs(TEXT, "《清单》自2025年12月1日起实施。")), item(title=own))
    assert [each.on for each in found.dates] == [date(2025, 12, 1)]


@pytest.mark.parametrize("word", ["公告", "公 告"])
def test_a_letterhead_of_three_lines_has_the_number(word: str) -> None:
    head = paragraphs("中华人民共和国商务部", word, "2025年第61号")
    assert read(article(TITLE, head + paragraphs(TEXT))).ref == "mofcom:announcement:2025:61"


def test_where_a_page_shows_when_can_be_told() -> None:
    markup = article(
        TITLE, paragraphs(TEXT), published="", head="<p class='w'>发布时间：2025-10-09 16:20</p>"
    )
    assert read(markup, published=".w").official_at == datetime(2025, 10, 9, 16, 20, tzinfo=BEIJING)


# -- files


def test_files_of_the_article_are_its_annexes_and_those_of_the_site_are_not() -> None:
    inside = '<p><a href="./1.docx">附件1：清单</a></p>'
    below = '<div><a href="/files/2.xls">附件2</a><a href="/page.html">链接</a></div>'
    markup = article(TITLE, paragraphs(TEXT) + inside).decode()
    markup = markup.replace("</div></div><div", f"</div>{below}</div><div")
    markup = markup.replace('<div class="foot">', '<div class="foot"><a href="/about.pdf">网站声明</a>')
    markup = markup.replace("<body>", '<body><div class="top"><a href="/guide.doc">办事指南</a></div>')
    found = read(
        markup,
        item(
            links=(
                Link(kind="json", url="https://a.gov.cn/j"),
                Link(kind="attachment", url="https://a.gov.cn/old.pdf"),
            )
        ),
    )
    assert [(link.kind, link.url, link.title) for link in found.links] == [
        ("json", "https://a.gov.cn/j", None),
        ("attachment", "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/1.docx", "附件1：清单"),
        ("attachment", "https://www.mofcom.gov.cn/files/2.xls", "附件2"),
    ]


def test_an_article_in_no_box_of_its_own_has_the_files_of_the_page_but_not_those_of_its_foot() -> None:
    text = f"<div class='art-con'>{paragraphs(TEXT)}</div><a href='/1.pdf'>附件</a>"
    foot = (
        "<div class='foot'><a href='/about.pdf'>网站声明</a></div><footer><a href='/b.pdf'>声明</a></footer>"
    )
    found = read(f"<html><body><h1>{TITLE}</h1>{text}{foot}</body></html>")
    assert [link.url for link in found.links] == ["https://www.mofcom.gov.cn/1.pdf"]


def test_reading_again_changes_nothing_whatever_was_known() -> None:
    markup = article(
        TITLE, paragraphs(f"【发布单位】商务部 【发布文号】{NUMBER}", TEXT, "本公告自公布之日起实施。")
    )
    once = read(markup)
    assert once.refs == (Ref(kind="notice", value=NUMBER),)
    assert read(markup, once) == once
    assert read(markup, replace(once, body="旧", dates=(), refs=())) == once
