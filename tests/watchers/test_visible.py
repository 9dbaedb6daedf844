"""What a reader sees of a page, as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.markup import parse
from watchers.visible import fields_of, hidden_in, one_line, plain_blanks, text_of


def seen(markup: str) -> str:
    body = parse(markup).body
    assert body is not None
    return text_of(body)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a<br>b<br><br>c</p>d", "a\nb\n\nc\n\nd"),
        ("<div>a</div><div><div>b</div></div><div>c</div>", "a\nb\nc"),
        ("<h2>a</h2><p>b</p>\n\n<p> c\n d </p>", "a\n\nb\n\nc d"),
        ("<ul><li>a</li>\n<li>b</li></ul>", "a\nb"),
        ("<p>商务<b>部</b><span>公告</span>\n第<a href=x>61</a>号</p>", "商务部公告 第61号"),
        ("<p>　　二〇二五年&nbsp;&nbsp;公告　</p>", "二〇二五年 公告"),
        ("<p>a &amp;lt;b&amp;gt; &lt;i&gt; &#26085;</p>", "a &lt;b&gt; <i> 日"),
        ("<p>ta\u200brif\u00adf\u202e</p>", "tariff"),
        ("<pre>one\n  two\n\nthree</pre>", "one\ntwo\n\nthree"),
        ("<script>no</script><style>no</style><template>no</template><noscript>no</noscript>yes", "yes"),
        ("<p hidden>no</p><p style='color:red; display:none'>no</p>y<span hidden>no</span>es", "yes"),
        ("<head><title>no</title></head><body>yes<!-- no --></body>", "yes"),
        ("<p></p><p> </p>", ""),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
    ],
)
def test_what_is_seen_is_what_is_said(markup: str, text: str) -> None:
    assert seen(markup) == text


def test_a_row_of_a_table_is_a_line() -> None:
    markup = "<table><tr><th>No.</th><th>Entity<p>Address</p></th></tr><tr><td>1</td><td></td><td>A\n Co.</td></tr></table>x"
    assert seen(markup) == "No. | Entity Address\n1 | A Co.\n\nx"


def test_a_table_that_lays_out_a_page_is_no_row() -> None:
    inner = "<table><tr><td>a<td>b</table>"
    assert (
        seen(f"<table><tr><td>{inner}</td><td><p>one</p><p>two</p></td></tr></table>")
        == "a | b\n\none\n\ntwo"
    )
    long = "word " * 300
    assert seen(f"<table><tr><td>menu</td><td>{long}</td></tr></table>").startswith("menu\nword")


def test_only_what_is_below_the_element_counts() -> None:
    tree = parse("<div>a<p>b</p>c</div><p>d</p>")
    assert text_of(tree.css("p")[0]) == "b"
    assert one_line(tree.css("div")[0]) == "a b c"


def test_fields_are_cut_at_elements_but_not_at_emphasis() -> None:
    tree = parse(
        "<li><span>July 30,\n 2026</span><a href=x>Ti<b>t</b>le</a><i>a</i>b<span> </span>c <u hidden>no</u></li>"
    )
    row = tree.css("li")[0]
    assert fields_of(row, without=hidden_in(row)) == ("July 30, 2026", "Title", "ab", "c")
    link = row.css("a")[0]
    assert fields_of(row, without={link.mem_id}) == ("July 30, 2026", "ab", "c no")


def test_blanks_of_every_kind_are_one_kind() -> None:
    assert plain_blanks("a\u3000b\u00a0c\u2009d\ufeff\u200e") == "a b c d"
    assert plain_blanks("商务部") == "商务部"


def test_a_deep_page_is_read_without_recursion() -> None:
    assert seen("<div><table><tr><td>" * 5_000 + "x") == "x"


TAGS = ("<p>", "<td>", "<tr>", "<table>", "</table>", "<br>", "<pre>", "</p>", "<li hidden>")
SCRAPS = st.sampled_from((*TAGS, "x", "部", "\n", " ", "&nbsp;"))


@given(st.text(max_size=200) | st.lists(SCRAPS, max_size=40).map("".join))
def test_no_markup_is_too_strange(markup: str) -> None:
    text = seen(markup)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "  " not in text
    assert not any(line != line.strip() for line in text.split("\n"))
