"""The text of an article, and the files that it links."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.article_text import MAX_TEXT_CHARS, attachments, links_of, main_text
from watchers.markup import parse

ADDRESS = "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/art_1.html"
RULE = (
    "The Bureau adds twelve addresses to the list of entities that act against the interests of the country. "
    "An exporter needs a licence for every item that goes to one of them. The rule takes effect on the day of publication."
)
NOTICE = "依据有关法律法规，现决定对下列物项实施出口管制，出口经营者应当向国务院商务主管部门申请许可。"
MENU = "".join(f"<li><a href=/s{number}>About section {number}</a></li>" for number in range(40))


def page(main: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>A rule</title></head><body><nav><ul>{MENU}</ul></nav>{main}"
        f"<footer><p>Contact the press office</p><ul>{MENU}</ul></footer></body></html>"
    )


def test_the_first_selector_with_text_wins() -> None:
    article = page(
        f"<div class=a>Short</div><div class=b><p>{RULE}</p><p>商务<b>部</b></p></div><div class=c>{NOTICE * 2}</div>"
    )
    assert main_text(article, selectors=(".none", ".a", ".b", ".c")) == f"{RULE}\n\n商务部"


def test_all_that_a_selector_names_is_the_text_and_nothing_of_it_twice() -> None:
    article = page(f"<div class=x>{RULE}<div class=x>inside</div></div><p>no</p><div class=x>{NOTICE}</div>")
    assert main_text(article, selectors=(".x",)) == f"{RULE}\ninside\n\n{NOTICE}"


@pytest.mark.parametrize("words", [RULE, NOTICE])
def test_without_a_selector_the_article_is_found(words: str) -> None:
    paragraphs = "".join(f"<p>{number}. {words}</p>" for number in range(8))
    text = main_text(page(f"<div class=art-con><h1>Rule</h1>{paragraphs}</div>"), selectors=(".gone",))
    assert text is not None
    assert all(f"{number}. {words}" in text for number in range(8))
    assert "About section" not in text


def test_a_list_in_a_table_is_part_of_the_text() -> None:
    rows = "".join(
        f"<tr><td>{number}</td><td>Entity number {number} Co., Ltd.</td></tr>" for number in range(20)
    )
    text = main_text(page(f"<div class=c><p>{RULE}</p><table>{rows}</table><p>{RULE} So it is.</p></div>"))
    assert text is not None
    assert all(f"Entity number {number} Co., Ltd." in text for number in range(20))


def test_a_short_article_in_a_plain_block_is_found_all_the_same() -> None:
    text = main_text(page(f"<div><div>{NOTICE}<br><br>附件：名单</div></div>"))
    assert text is not None
    assert NOTICE in text


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "\0",
        "plain",
        "{}",
        "<p>Short</p>",
        page(""),
        "<script>" + RULE,
        "<svg>" + "<svg>" * 50,
        "\ud800",
    ],
)
def test_where_there_is_no_article_there_is_no_text(nothing: str) -> None:
    assert main_text(nothing) is None


def test_a_long_text_is_cut_where_a_paragraph_ends() -> None:
    paragraphs = "".join(f"<p>Paragraph {number}. {RULE}</p>" for number in range(400))
    text = main_text(page(f"<div class=c>{paragraphs}</div>"), selectors=(".c",))
    assert text is not None
    assert MAX_TEXT_CHARS - 1000 < len(text) <= MAX_TEXT_CHARS
    assert text.endswith("publication.")
    assert main_text(page(f"<p class=c>{'x' * 70_000}</p>"), selectors=(".c",)) == "x" * MAX_TEXT_CHARS


def test_a_large_page_is_read_without_the_extractor() -> None:
    paragraphs = "".join(f"<p>Paragraph {number}. {RULE}</p>" for number in range(3_800))
    text = main_text(page(f"<div>{paragraphs}</div>"))
    assert text is not None
    assert text.startswith("Paragraph 0.")


@pytest.mark.parametrize(
    "piece",
    [
        "<div>x",
        "<b>x ",
        "<p>some words",
        "<table><tr><td>x",
        "<ul><li>x ",
        "x<br>",
        "word ",
        "<a href=x>y</a>",
        "<!--",
    ],
)
def test_a_hostile_page_gives_some_text_or_none(piece: str) -> None:
    text = main_text(piece * (120_000 // len(piece)))
    assert text is None or 0 < len(text) <= MAX_TEXT_CHARS


def test_a_bad_selector_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="selector"):
        main_text("", selectors=("li >",))
    with pytest.raises(ValueError, match="selector"):
        links_of(parse(""), ADDRESS, within="a[")


TAGS = (
    "<div>",
    "</div>",
    "<p>",
    "<td>",
    "<table>",
    "<article>",
    "<h1>",
    "<li>",
    "<br>",
    "<a href=x>",
    "<nav>",
    "<b>",
)
SCRAPS = st.sampled_from(
    (*TAGS, RULE, NOTICE, "x", "\0", "&#0;", "&#55296;", "<?xml encoding='x'?>", "<meta charset=utf-7>")
)


@settings(max_examples=50)
@given(st.text(max_size=200) | st.lists(SCRAPS, max_size=40).map("".join))
def test_no_page_is_too_strange(markup: str) -> None:
    text = main_text(markup)
    assert text is None or 40 <= len(text) <= MAX_TEXT_CHARS
    tree = parse(markup)
    assert all(url.startswith("http") for url, _ in (*links_of(tree, ADDRESS), *attachments(tree, ADDRESS)))


def test_links_come_once_each_in_order_with_their_text() -> None:
    tree = parse(
        "<div class=c><a href=/b><img></a><a href=/a>A <b>rule</b></a><a href=/b>B</a><a href=#x>no</a></div><a href=/c>C</a>"
    )
    expected = (("https://www.mofcom.gov.cn/b", "B"), ("https://www.mofcom.gov.cn/a", "A rule"))
    assert links_of(tree, ADDRESS, within=".c") == expected
    assert links_of(tree, ADDRESS) == (*expected, ("https://www.mofcom.gov.cn/c", "C"))
    assert links_of(tree, ADDRESS, within=".none") == ()


def test_attachments_are_files_by_the_end_of_their_path() -> None:
    tree = parse(
        "<div class=c><a href='f/1.PDF?v=2'>附件1</a><a href=f/2.docx>List</a><a href=f/3.xls></a><a href=get?id=4 download>4</a>"
        "<a href=f/%E5%90%8D%E5%8D%95.wps><img></a><a href=f/1.PDF?v=2>again</a><a href=x.pdf.html>no</a>"
        "<a href='page?file=x.pdf'>no</a></div><a href=out.zip>out</a>"
    )
    base = "https://www.mofcom.gov.cn/zwgk/zcfb/art/2025/"
    assert attachments(tree, ADDRESS, within=".c") == (
        (base + "f/1.PDF?v=2", "附件1"),
        (base + "f/2.docx", "List"),
        (base + "f/3.xls", "3.xls"),
        (base + "get?id=4", "4"),
        (base + "f/%E5%90%8D%E5%8D%95.wps", "名单.wps"),
    )
    assert attachments(tree, ADDRESS)[-1] == (base + "out.zip", "out")
