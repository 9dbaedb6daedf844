"""Markup made harmless: what is ordinary stays as it is, what is hostile cannot hurt the parser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from watchers.tag_soup import MAX_ATTRIBUTES, MAX_DEPTH, MAX_TAGS, has_too_many_tags, tamed, up_to_tag

DEPTH_BOUND = 3 * MAX_DEPTH + 8  # a table opens up to two elements that nobody wrote


def parsed(markup: str) -> LexborHTMLParser:
    return LexborHTMLParser(tamed(markup).encode("utf-8", "replace"))


def body(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    assert tree.body is not None
    return (tree.body.html or "").replace("<!---->", "")


def depth(tree: LexborHTMLParser) -> int:
    depths: dict[int, int] = {}
    for node in tree.css("*"):
        parent = node.parent
        depths[node.mem_id] = 1 + (depths.get(parent.mem_id, 0) if parent is not None else 0)
    return max(depths.values(), default=0)


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li>one<li>two<ul><li>in</ul><li>three</ul>end",
        "<p>one<p>two<div>three</div><p>four",
        "<table><tr><td>a<td>b<tr><th>c</table>d",
        "<table><tbody><tr><td><table><tr><td>in</table></td><td>out</table>",
        "<dl><dt>a<dd>b<dt>c<dd>d</dl>",
        "<div><span>a</span> &lt;b&gt; &amp; <b>c</b><br>d<img src=x><hr>e</div>",
        "<a href=1>one<a href=2>two</a>three",
        "<a href=1><h3>one</a></h3><p>two",
        "<h3>one</h4><p>two",
        "<p>a < b and c > d <3 x",
        "<div title='a > b' data-x=\"<b>\" checked>text</div>",
        "<DIV><P>Upper</P></DIV>",
        "<p>one</div>two</p>three",
        "<button>a<button>b</button>",
        "<p>中<b>国</b>商<i>务</i>部</p>",
        "<article><header><h2><a href='x'>T</a></h2></header><time datetime='2026-01-01'>x</time></article>",
    ],
)
def test_ordinary_markup_gives_the_same_tree_as_before(markup: str) -> None:
    assert body(tamed(markup)) == body("<!DOCTYPE html>" + markup)


INLINE = st.recursive(
    st.sampled_from(["text", "商务部", "a &amp; b", "<br>", "<img src=x>", " ", "1 < 2"]),
    lambda inner: st.tuples(
        st.sampled_from(["span", "b", "em", "label", "x-y", "small"]), st.lists(inner, max_size=3)
    ).map(lambda one: f"<{one[0]} class='c d'>{''.join(one[1])}</{one[0]}>"),
    max_leaves=5,
)
BLOCK = st.recursive(
    st.tuples(st.sampled_from(["p", "h2", "div", "td"]), INLINE).map(
        lambda one: (
            f"<{one[0]}>{one[1]}</{one[0]}>"
            if one[0] != "td"
            else f"<table><tbody><tr><td>{one[1]}</td></tr></tbody></table>"
        )
    )
    | INLINE.map("<p><a href=x>{}</a></p>".format),
    lambda inner: st.tuples(st.sampled_from(["div", "ul", "article", "dl"]), st.lists(inner, max_size=4)).map(
        lambda one: {
            "ul": f"<ul>{''.join(f'<li>{item}</li>' for item in one[1])}</ul>",
            "dl": f"<dl>{''.join(f'<dt>x</dt><dd>{item}</dd>' for item in one[1])}</dl>",
        }.get(one[0], f"<{one[0]}>{''.join(one[1])}</{one[0]}>")
    ),
    max_leaves=10,
)


@given(BLOCK)
def test_well_formed_markup_is_handed_on_unchanged(markup: str) -> None:
    assert tamed(markup) == "<!DOCTYPE html>" + markup


def test_what_holds_no_text_of_the_page_is_emptied_and_its_tags_stay() -> None:
    markup = '<script queryData="{1}">if (a<b) {"</div>"}</script><style>p>a{}</style><p>text</p>'
    assert tamed(markup).endswith('<script  queryData="{1}"></script><style ></style><p>text</p>')


@pytest.mark.parametrize(
    "gone",
    [
        *(
            "<!-- <p>no</p> -->",
            "<!-->",
            "<?php no ?>",
            "<![CDATA[no]]>",
            "</>",
            "<svg><title>no</title></svg>",
            "<svg/>",
        ),
        *(
            "<math><mi>no</mi></math>",
            "<template><p>no</p></template>",
            "<select><option>no</select>",
            "<noscript>no</noscript>",
        ),
        *(
            "<iframe src=x>no</iframe>",
            "<object><p>no</p></object>",
            "</b>",
            "<td>",
            "<marquee>",
            "<a name=top>",
        ),
    ],
)
def test_what_is_dropped_leaves_the_text_around_it_whole(gone: str) -> None:
    tree = parsed(f"<div><p>be{gone}fore</p><p>after</p></div>")
    assert tree.css("p")[0].text() == "before"
    assert tree.css("p")[1].text() == "after"


def test_dropping_something_never_makes_a_tag_of_what_was_around_it() -> None:
    assert parsed("<p><<!-- x -->b>bold</p>").css_first("b") is None


def test_a_title_with_tags_in_it_is_text() -> None:
    assert parsed("<title>a <b>c</b> &amp; d</title><p>x").css("title")[0].text() == "a <b>c</b> & d"


def test_code_without_an_end_takes_the_rest_and_other_things_do_not() -> None:
    assert parsed("<p>a</p><script>x <p>b</p>").css("body")[0].text() == "a"
    assert "b" in parsed("<p>a</p><select>x <p>b</p>").css("body")[0].text()
    assert "b" in parsed("<p>a</p><svg>x <p>b</p>").css("body")[0].text()
    assert "b" in parsed("<p>a</p><script src=x /><p>b</p>").css("body")[0].text()


def test_a_form_is_a_block_with_its_name() -> None:
    assert (
        parsed("<form id=f class='c'><input type=password><p>x</p></form>y").css("div#f.c > p")[0].text()
        == "x"
    )


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<div>x", "<b>", "<table><tr><td>", "<ul><li>", "<svg>", "<span><p>", "<a href=x><table>"],
)
def test_nothing_is_nested_without_end(unit: str) -> None:
    tree = parsed(unit * 20_000 + "the end")
    assert depth(tree) <= DEPTH_BOUND
    assert tree.body is not None
    assert tree.body.text().endswith("the end")


def test_a_tag_has_no_more_attributes_than_it_could_need() -> None:
    many = " ".join(f"a{number}" for number in range(100_000))
    assert parsed(f"<p {many}>text</p>").css("p")[0].attributes == {}
    assert parsed(f"<title {many}>text</title>").css("title")[0].attributes == {}
    few = " ".join(f"a{number}" for number in range(MAX_ATTRIBUTES))
    assert len(parsed(f"<p {few}>text</p>").css("p")[0].attributes) == MAX_ATTRIBUTES


def test_a_long_value_is_no_crowd_of_attributes() -> None:
    words = "word " * 10_000
    assert parsed(f'<p title="{words}">text</p>').css("p")[0].attributes["title"] == words


def test_the_body_does_not_gather_attributes() -> None:
    markup = "".join(f"<body a{number}=1>" for number in range(5_000))
    assert len(parsed(markup).css("body")[0].attributes) == 1


def test_emphasis_left_open_is_not_opened_anew_in_each_paragraph() -> None:
    markup = "<p>" + "".join(f"<font x={number}>" for number in range(600)) + "<p>x" * 600
    assert len(parsed(markup).css("*")) < 2_000


def test_what_is_behind_the_last_tag_that_is_read_is_cut() -> None:
    assert not has_too_many_tags("<p>" * MAX_TAGS)
    assert has_too_many_tags("<p>" * (MAX_TAGS + 1))
    assert up_to_tag("a<b>c<d>e", 3) == "a<b>c<d>e"
    assert up_to_tag("a<b>c<d>e", 2) == "a<b>c"
    assert tamed("<br>" * (MAX_TAGS + 5)).count("<") <= MAX_TAGS + 1


NAMES = (
    "div p li ul dl dt dd table tr td th tbody caption col a b i font span em svg math title style script template"
    " select option button form h1 h2 object marquee textarea iframe noscript xmp plaintext frameset html head body br img nobr"
    " ruby rt rp x-y foreignobject hr pre center dialog"
)
TAG = st.tuples(
    st.sampled_from(["<", "<", "<", "</"]),
    st.sampled_from(NAMES.split() + ["div", "b", "table", "td", "p", "a", "span"] * 3),
    st.sampled_from(
        ["", "", " ", "/", " a=1", ' x="', '"', "'", ' ="', " a=b='c\"", " href=x", " HREF='y'", " q w e"]
    ),
    st.sampled_from([">", ">", ">", ">", "/>", "", " "]),
).map("".join)
SCRAPS = st.sampled_from(
    ["x", " ", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", '"', "'", "</", "<!", "<?x", "<!-->", "\0", "\r"]
)
SOUP = st.lists(TAG | SCRAPS, max_size=10).map("".join)


@settings(max_examples=80)
@given(SOUP, SOUP, st.sampled_from([1, 30, 300]))
def test_no_soup_makes_a_tree_that_is_deep_or_large_or_crowded(before: str, unit: str, times: int) -> None:
    crowd = "<x-crowd " + " ".join(f"c{number:03}" for number in range(300)) + ">"
    soup = before + unit * times + crowd
    tree = parsed(soup)
    nodes = tree.css("*")
    assert depth(tree) <= DEPTH_BOUND
    assert len(nodes) <= 4 * soup.count("<") + 10
    assert all(len(node.attributes) <= MAX_ATTRIBUTES for node in nodes)


@given(st.text(max_size=200) | st.text(alphabet="<>/!-ab \"'=&;", max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert parsed(text).root is not None


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<script>", "<svg>", "<svg></svg", '<a x="', "<a x", "</", "<a =", "<title>", "<", "<a '"],
)
def test_long_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    tamed(
        piece * (400_000 // len(piece))
    )  # anything worse than linear would not end within the limit of a test
