"""Feeds that are none, that are cut, and that are made to hurt."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes.feed_pages import ATOM, NAMES, atom, page, rss, written
from watchers.errors import Blocked, NotSane, SourceError, Truncated
from watchers.feeds import Feed, read_feed
from watchers.feeds.tree import read_tree
from watchers.source import Problem


def read(body: bytes | str) -> Feed:
    return read_feed(page(body))


# -- something else


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>",
        '<html><body><script>location.href="/?bm-verify=x"</script></body></html>',
        "<html><body>Request Access</body></html>",
        "Access Denied",
    ],
)
def test_a_check_page_is_a_refusal(body: str) -> None:
    with pytest.raises(Blocked, match="a check page instead of a feed"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>News</title></head><body></body></html>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html><body/></html>',
        "<!-- saved --><HTML><BODY>News</BODY></HTML>",
        f"<html><body><p>Our feed:</p><pre>{rss('<item><title>A</title></item>')}</pre></body></html>",
    ],
)
def test_a_web_page_is_no_feed(body: str) -> None:
    with pytest.raises(NotSane, match="a web page instead of a feed"):
        read(body)


@pytest.mark.parametrize("body", ["", " \n", "\ufeff", "\ufeff \r\n"])
def test_an_empty_body_is_a_cut_one(body: str) -> None:
    with pytest.raises(Truncated, match="an empty body"):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>',
        "x" * 3_000 + rss("<item><title>A</title></item>"),
        "hello",
        "{}",
        '{"items": []}',
        '{"version": "2", "items": []}',
        "[1, 2]",
        "{not json}",
        b"\x1f\x8b\x08\x00\xff\xff",
    ],
)
def test_what_is_no_feed_is_not_taken_for_one(body: bytes | str) -> None:
    with pytest.raises(NotSane):
        read(body)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_body_that_names_a_file_or_an_address_is_not_followed(tmp_path: Path, scheme: str) -> None:
    elsewhere = tmp_path / "feed.xml"
    elsewhere.write_text(rss("<item><title>A</title></item>"), encoding="utf-8")
    for body in (f"{scheme}{elsewhere}", "http://127.0.0.1:9/feed.xml"):
        with pytest.raises(NotSane):
            read(body)


# -- cut


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>A</title></item><item><title>B</title></item>").removesuffix("</channel></rss>"),
        rss("<item><title>A</title></item>").removesuffix(">"),
        rss("<item><title>A</title><description><![CDATA[ends in </rss>").removesuffix("</channel></rss>"),
        rss("<item><title>A</title></item><!-- ends in </rss>").removesuffix("</channel></rss>"),
        atom("<entry><title>A</title><feedburner:origLink>x</feedburner:origLink></entry>").removesuffix(
            "</feed>"
        ),
        '<?xml version="1.0"?><!-- cut',
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}',
    ],
)
def test_a_feed_whose_end_is_missing_is_truncated(body: str) -> None:
    with pytest.raises(Truncated):
        read(body)


# -- made to hurt

BOMB = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE rss [{BOMB}]>",
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        f'<!DOCTYPE rss SYSTEM "a>b" [{BOMB}]>',
        f"<!doctype rss[{BOMB}]>",
        '<!ENTITY a "ha">',
        f"<b>Warning</b> <!DOCTYPE rss [{BOMB}]>",
        f"<!DOCTYPE rss><!-- --><!DOCTYPE rss [{BOMB}]>",
    ],
)
def test_a_document_type_that_declares_something_is_refused(doctype: str) -> None:
    with pytest.raises(NotSane, match="declares a document type"):
        read(doctype + rss("<item><title>&a; &b;</title></item>").partition("?>")[2])


def test_a_plain_document_type_is_taken_off_and_its_entities_stay_what_html_calls_so() -> None:
    feed = read(
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><item><title>&eacute; &b;</title></item></rss>'
    )
    assert [entry.title for entry in feed.entries] == ["é &b;"]


def test_an_entity_declared_in_the_middle_is_not_expanded() -> None:
    feed = read(rss(f"<item><title>A</title></item>{BOMB}<item><title>B &b;</title></item>"))
    assert "ha" not in repr(feed.entries)
    assert feed.problems


def test_entries_over_the_cap_are_not_read_and_a_problem_says_so() -> None:
    feed = read(rss("<item><title>A</title></item>" * 2_001))
    assert len(feed.entries) == 2_000
    assert feed.problems == (Problem(record="feed", reason="more than 2,000 entries: the rest was not read"),)
    assert read(rss("<item><title>A</title></item>" * 2_000)).problems == ()


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (rss("<item/>" * 1_000_000), 0),
        (rss("<item><title>A</title>" + "<x/>" * 400_001 + "</item>"), NotSane),
        (rss("<item>" + "<a>" * 10_000 + "</a>" * 10_000 + "</item>"), NotSane),
        (rss("<item><title>" + "x" * 10_000_000 + "</title></item>"), 1),
        (rss("<item><title><![CDATA[" + "x" * 10_100_000 + "]]></title></item>"), NotSane),
        (rss("<item><title>A</title>" + "&" * 300_000 + "</item>"), NotSane),
        (rss("<item><title>A</title>" + "<![CDATA[" * 100_000 + "</item>"), Truncated),
        (rss("<item><title>A</b>" + '<a xml:base="x/">' * 20_000 + "</title></item>"), 1),
        (rss("<item><title>A</title>" + "<a " * 5_000 + "</item>"), 1),
        (f"<feed {ATOM}>" + ("</feed" + " " * 18) * 100_000, Truncated),
        ("<?xml version='1.0'?>" + "<!-- -->" * 500_000 + rss(""), NotSane),
        ('{"version":"https://jsonfeed.org/version/1","items":[' + "1," * 1_000_000 + "1]}", NotSane),
        ('{"version":"https://jsonfeed.org/version/1","items":' + "[" * 1_000_000, NotSane),
        ('{"version":"https://jsonfeed.org/version/1","items":[' + "{}," * 300_000 + "{}]}", 0),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_too_much_costs_little(body: str, outcome: int | type[SourceError]) -> None:
    served = page(body)
    tracemalloc.start()
    try:
        if isinstance(outcome, int):
            assert len(read_feed(served).entries) == outcome
        else:
            with pytest.raises(outcome):
                read_feed(served)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 60_000_000 + 4 * len(served.body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!-- <![CDATA[ -->", "<!-- ]]> -->"),
        ("<!-- <![CDATA[ -->", ""),
        ("<!-- <a:b> & <![CDATA[ -->", "<x><![CDATA[ <!-- ]]></x>"),
        ("<x><![CDATA[ <!-- & ]]></x>", "<!-- & -->"),
    ],
)
def test_what_a_comment_holds_hides_nothing_that_is_to_be_mended(before: str, after: str) -> None:
    item = "<item><title>Tariffs &amp; Duties &ndash; R&D &x; <b>of</b></title><link>https://a.example/1</link></item>"
    feed = read(rss(f"{before}{item}{after}"))
    assert feed.problems == ()
    assert [entry.title for entry in feed.entries] == ["Tariffs & Duties – R&D &x; of"]


def test_comments_instructions_and_entities_in_a_tree_are_no_elements() -> None:
    from lxml.etree import XMLParser, fromstring

    odd = "<!-- c --><?p i?>&e;"
    text = (
        f"<rss>{odd}<channel>{odd}<item>{odd}<title>A{odd}<b>B{odd}</b></title>{odd}</item></channel></rss>"
    )
    root = fromstring(text, XMLParser(resolve_entities=False, recover=True))
    (entry,) = read_tree(root, "https://a.example/", based=False).entries
    assert entry.title == "A<b>B</b>"


def test_a_root_with_many_declarations_is_not_repeated_in_each_text() -> None:
    declared = " ".join(f'xmlns:a{number}="u{number}"' for number in range(20_000))
    feed = read(
        rss("<item><title>A</title><description>one <b>two</b></description></item>" * 1_500, declared)
    )
    assert {entry.summary for entry in feed.entries} == {"one two"}


def test_a_loose_reading_that_sees_entries_everywhere_keeps_to_the_cap() -> None:
    assert len(read(rss("<item;><title>A</title></item>" * 2_001)).entries) == 2_000


def test_a_text_is_cut_at_its_cap() -> None:
    text = "word " * 100_000
    (entry,) = read(rss(f"<item><title>A</title><description>{text}</description></item>")).entries
    assert entry.summary is not None
    assert len(entry.summary) in (99_999, 100_000)


def test_many_problems_are_a_few_and_a_count() -> None:
    feed = read(rss("<item><title>A</title><pubDate>never</pubDate></item>" * 500))
    assert len(feed.problems) == 51
    assert feed.problems[-1] == Problem(record="feed", reason="450 more problems like these")


# -- made at random

slices = st.tuples(
    st.integers(0, 3_000),
    st.integers(0, 60),
    st.integers(0, 3_000),
    st.sampled_from(["cut", "twice", "swap"]),
)
pieces = st.sampled_from(
    [b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&", b"&#0;", b"&nbsp;", b"<a:b>", b"\x00", b"\xff", b"<",
     b">", b'"', b"</rss>", b"<?", b"<!DOCTYPE x [", b"http://[x/", b'xml:base="//["', b"\xe2\x80\xa8", b"{", b'":', b"1e999"]
)  # fmt: skip


def mutated(body: bytes, changes: list[tuple[int, int, int, str]], put: list[tuple[int, bytes]]) -> bytes:
    for start, length, other, kind in changes:
        piece = body[start : start + length]
        if kind == "cut":
            body = body[:start] + body[start + length :]
        elif kind == "twice":
            body = body[:other] + piece + body[other:]
        else:
            body = body[:start] + body[other : other + length] + body[start + length :]
    for at, piece in put:
        body = body[:at] + piece + body[at:]
    return body


def read_or_refuse(body: bytes) -> None:
    try:
        feed = read_feed(page(body))
    except SourceError:
        return
    for entry in feed.entries:
        assert entry.id or entry.url or entry.title
        assert repr(entry).encode()  # no half of a character


@given(
    st.sampled_from(NAMES),
    st.lists(slices, max_size=3),
    st.lists(st.tuples(st.integers(0, 3_000), pieces), max_size=3),
)
@settings(max_examples=100)
def test_a_feed_with_its_parts_in_disorder_is_read_or_refused(
    name: str, changes: list[tuple[int, int, int, str]], put: list[tuple[int, bytes]]
) -> None:
    read_or_refuse(mutated(written(name), changes, put))


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss>", b"<feed>", b'{"version":"https://jsonfeed.org/version/1",']),
)
@settings(max_examples=100)
@example(b"\xff\xfe<\x00", b"")
@example(b'"items":[{"id":"\\ud800"}]}', b'{"version":"https://jsonfeed.org/version/1",')
def test_bytes_at_random_are_read_or_refused(body: bytes, start: bytes) -> None:
    read_or_refuse(start + body)
    read_or_refuse(start + body + b"</rss></feed>")
