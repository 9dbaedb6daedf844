"""Feeds to entries: the formats, their odd spellings, and what identifies an entry."""

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.feed_pages import CONTENT, NAMES, atom, page, rss, written
from watchers.errors import SourceError
from watchers.feeds import Entry, Feed, entry_key, read_feed
from watchers.source import Problem


def read(body: bytes | str) -> Feed:
    return read_feed(page(body))


def only(body: bytes | str) -> Entry:
    feed = read(body)
    assert feed.problems == ()
    (entry,) = feed.entries
    return entry


# -- each kind of feed, in the shape that a source has


def test_presidential_actions_are_read_with_their_full_text() -> None:
    feed = read(written("white_house.xml"))
    assert (feed.title, feed.lang) == ("Presidential Actions – The White House", "en-US")
    assert feed.home == "https://www.whitehouse.gov/presidential-actions/"
    first, second = feed.entries
    assert first == Entry(
        id="https://www.whitehouse.gov/?p=40001",
        id_is_permalink=False,
        url="https://www.whitehouse.gov/presidential-actions/2025/09/adjusting-imports-of-timber-lumber/",
        title="ADJUSTING IMPORTS OF TIMBER, LUMBER, AND THEIR DERIVATIVE PRODUCTS INTO THE UNITED STATES",
        summary="BY THE PRESIDENT OF THE UNITED STATES OF AMERICA A PROCLAMATION 1. The Secretary has sent me a report […]",
        content=(
            "BY THE PRESIDENT OF THE UNITED STATES OF AMERICA\n\nA PROCLAMATION\n\n"
            "1. The Secretary has sent me a report on imports of timber & lumber."
        ),
        published=datetime(2025, 9, 29, 22, 30, tzinfo=UTC),
        published_on=None,
        updated=None,
        author="press.desk",
        categories=("Presidential Actions", "Proclamations"),
        enclosures=(),
        extensions=(),
    )
    assert (second.content, second.author, second.id) == (None, None, "https://www.whitehouse.gov/?p=40000")


def test_bulletins_with_escaped_markup_are_read_as_words() -> None:
    message, closure = read(written("govdelivery.xml")).entries
    assert message.title == "CSMS # 70000002 - GUIDANCE: Additional Duties & Drawback"
    assert message.summary == (
        "The purpose of this message is to give guidance.\n\nFilers must use heading 9903.01.99 & no other."
    )
    assert message.published == datetime(2026, 7, 21, 21, 26, tzinfo=UTC)
    assert message.id_is_permalink
    assert (closure.title, closure.summary) == ("Port Closure: Houston", None)
    assert closure.published == datetime(2026, 7, 21, 16, 0, tzinfo=UTC)


def test_words_of_other_vocabularies_are_kept_by_their_names() -> None:
    entry = only(written("mirror.xml"))
    assert entry.extensions == (
        ("truth:originalUrl", "https://truthsocial.example/@name/114900000000000001"),
        ("truth:originalId", "114900000000000001"),
    )
    assert entry.enclosures == ("https://mirror.example/media/1.jpg", "https://mirror.example/media/1.mp4")
    assert entry.summary == "Tariffs on semiconductors will be announced soon!"


def test_atom_is_read_with_its_bases_its_kinds_of_links_and_its_kinds_of_text() -> None:
    feed = read(written("atom.xml"))
    assert (feed.title, feed.home, feed.lang) == ("Agency news", "https://www.agency.example/", "en-US")
    rule, older = feed.entries
    assert rule.title == "Final rule: controls on gallium & germanium"
    assert rule.url == "https://www.agency.example/news/1.html"
    assert rule.enclosures == ("https://www.agency.example/news/annex.docx",)
    assert rule.content == "Gallium needs a licence\nfrom today.\n\nGermanium too."
    assert rule.published == datetime(2026, 7, 24, 18, tzinfo=UTC)
    assert rule.updated == datetime(2026, 7, 24, 18, 5, 0, 250_000, tzinfo=UTC)
    assert (rule.author, rule.categories) == ("Regulatory Affairs", ("rule",))
    assert older.url == "https://www.agency.example/news/archive/0.html"
    assert older.title == "Older <notice> of an enquiry"
    assert (older.content, older.published) == (None, None), "a file is no text, and updated is not published"


def test_rdf_is_read_and_a_day_stays_a_day() -> None:
    feed = read(written("rdf.xml"))
    assert (feed.title, feed.lang) == ("貿易管理ニュース", "ja")
    amendment, comments = feed.entries
    assert amendment.id == amendment.url == "https://trade.example/n/2"
    assert (amendment.published, amendment.published_on) == (None, date(2026, 7, 24))
    assert amendment.updated == datetime(2026, 7, 25, tzinfo=UTC)
    assert (amendment.author, amendment.categories) == ("安全保障貿易管理課", ("輸出管理",))
    assert comments.url == "https://trade.example/n/1", "its rdf:about is its address"
    assert comments.published == datetime(2026, 7, 1, 1, tzinfo=UTC)


def test_an_old_feed_with_a_plain_document_type_and_a_bare_ampersand_is_read() -> None:
    entry = only(written("rss091.xml"))
    assert entry.title == "Avis nº 5 aux exportateurs"
    assert entry.url == "https://ministry.example/avis/5?page=1&lang=fr"
    assert read(written("rss091.xml")).title == "Ministère"


def test_a_description_in_a_group_of_media_is_the_summary() -> None:
    entry = only(written("video.xml"))
    assert entry.summary == "The Secretary takes questions about tariffs."
    assert entry.extensions == (("yt:videoId", "abc123"),)


def test_a_json_feed_is_read_and_a_spoiled_record_is_a_problem() -> None:
    feed = read(written("feed.json"))
    assert (feed.title, feed.home, feed.lang) == ("Office of Trade", "https://trade.example/", "en")
    request, note = feed.entries
    assert request.content == "Comments are due in 30 days."
    assert request.categories == ("polysilicon", "comments")
    assert request.enclosures == ("https://trade.example/a.pdf",)
    assert request.published == datetime(2026, 7, 24, 18, tzinfo=UTC)
    assert (note.id, note.url, note.content) == ("41", None, "A note: 3 < 5 & so on")
    assert [problem.record for problem in feed.problems] == ["item 3"]


# -- ids and addresses


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ('<guid isPermaLink="false">https://x.example/?p=1</guid>', ("https://x.example/?p=1", False, None)),
        ("<guid>https://x.example/a</guid>", ("https://x.example/a", True, "https://x.example/a")),
        ("<guid>\n 12 </guid>", ("12", False, None)),
        ("<guid></guid>", (None, False, None)),
        ("", (None, False, None)),
    ],
)
def test_a_guid_is_an_address_only_where_it_is_meant_as_one(
    guid: str, expected: tuple[str | None, bool, str | None]
) -> None:
    entry = only(rss(f"<item><title>A</title>{guid}</item>"))
    assert (entry.id, entry.id_is_permalink, entry.url) == expected


def test_a_number_in_a_guid_is_no_date() -> None:
    assert only(rss("<item><title>A</title><guid>12</guid></item>")).published is None


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a?b=1&amp;c=2", "https://www.agency.example/a?b=1&c=2"),
        ("https://x.example/a b", "https://x.example/a%20b"),
        ("//x.example/a", "https://x.example/a"),
        ("\n https://x.example/a \n", "https://x.example/a"),
        ("javascript:alert(1)", None),
        ("mailto:desk@x.example", None),
        ("https://[x/", None),
        ("", None),
    ],
)
def test_a_link_becomes_a_whole_address_or_nothing(link: str, url: str | None) -> None:
    assert only(rss(f"<item><title>A</title><link>{link}</link></item>")).url == url


def test_the_key_is_the_id_else_the_address_else_title_and_date() -> None:
    entry = only(
        rss("<item><title>A</title><link>http://x.example/a/?utm_source=feed</link><guid>g</guid></item>")
    )
    assert entry_key(entry) == "g"
    linked = replace(entry, id=None)
    assert entry_key(linked) == entry_key(replace(linked, url="https://x.example/a", title="B"))
    bare = replace(linked, url=None)
    assert len({entry_key(bare), entry_key(replace(bare, title="B"))}) == 2
    assert entry_key(bare) != entry_key(replace(bare, published_on=date(2026, 7, 24)))


@given(st.text(min_size=1), st.text())
def test_the_key_does_not_follow_the_title_where_there_is_an_id(identity: str, title: str) -> None:
    entry = only(written("video.xml"))
    assert entry_key(replace(entry, id=identity, title=title)) == entry_key(replace(entry, id=identity))


def test_one_id_for_several_addresses_is_a_problem() -> None:
    item = "<item><title>A</title><guid>home</guid><link>https://x.example/{}</link></item>"
    feed = read(rss(item.format("a") + item.format("b") + item.format("c")))
    assert len(feed.entries) == 3
    reason = "several entries with different addresses have this id"
    assert feed.problems == (Problem(record="home", reason=reason),)
    assert read(rss(item.format("a") + item.format("a?utm_source=x"))).problems == ()


# -- texts


def test_content_and_summary_are_each_what_the_feed_has() -> None:
    full = "<content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>"
    entry = only(rss(f"<item><title>A</title>{full}</item>", CONTENT))
    assert (entry.summary, entry.content) == (None, "All of it")
    entry = only(rss("<item><title>A</title><description>Short</description></item>"))
    assert (entry.summary, entry.content) == ("Short", None)


@pytest.mark.parametrize(
    ("written_as", "title"),
    [
        ("&lt;p&gt;Tariffs &amp;amp; duties&lt;/p&gt;", "Tariffs & duties"),
        ("<![CDATA[AT&T <b>and</b> others]]>", "AT&T and others"),
        ("AT&T and R&D &nbsp; &mdash; &unknown; & more", "AT&T and R&D — &unknown; & more"),
        ("rates < 5 % & > 3 %", "rates < 5 % & > 3 %"),
        ("two\n lines\u3000apart", "two lines apart"),
        ("a\x0b b&#0;c", "a bc"),
        ("<b>bold</b> and <!-- not --> plain", "bold and plain"),
    ],
)
def test_a_title_is_one_line_of_words(written_as: str, title: str) -> None:
    assert only(rss(f"<item><title>{written_as}</title></item>")).title == title


def test_markup_that_is_not_escaped_is_read_too() -> None:
    text = "<description><p>One<br/>two</p><p>three</p></description>"
    assert only(rss(f"<item><title>A</title>{text}</item>")).summary == "One\ntwo\n\nthree"


def test_prefixes_that_nobody_declared_are_read_as_what_they_are_known_for() -> None:
    entry = only(
        rss(
            "<item><title>A</title><dc:date>2026-07-24T10:00:00Z</dc:date><truth:originalId>1</truth:originalId></item>"
        )
    )
    assert entry.published == datetime(2026, 7, 24, 10, tzinfo=UTC)
    assert entry.extensions == (("truth:originalId", "1"),)


def test_a_date_that_cannot_exist_is_a_problem_and_nothing_else() -> None:
    feed = read(rss("<item><title>A</title><guid>g</guid><pubDate>31 Feb 2026 10:00:00 GMT</pubDate></item>"))
    assert feed.entries[0].published is None
    reason = "published is no date that can be read: '31 Feb 2026 10:00:00 GMT'"
    assert feed.problems == (Problem(record="g", reason=reason),)


def test_an_entry_with_nothing_to_know_it_by_is_left_out() -> None:
    feed = read(rss("<item><description>?</description></item><item><title>A</title></item>"))
    assert [entry.title for entry in feed.entries] == ["A"]
    assert feed.problems == (
        Problem(record="feed", reason="1 entries without id, address and title were left out"),
    )


# -- what breaks the rules


@pytest.mark.parametrize(
    "items",
    [
        "<item><title>A</title><description>one<br>two</description></item><item><title>B</title></item>",
        "<item><title>A</item><item><title>B</title></item>",
        "<item><title>A</title><item><title>B</title>",
        "<item><guid isPermaLink=false>1</guid><title>A</title></item><item><title>B</title></item>",
    ],
)
def test_of_a_feed_that_is_not_well_formed_the_entries_are_found_all_the_same(items: str) -> None:
    feed = read(rss(items))
    assert [entry.title for entry in feed.entries] == ["A", "B"]
    (problem,) = feed.problems
    assert problem.reason.startswith("it is not well-formed (")


def test_entries_under_names_in_capitals_are_found() -> None:
    feed = read("<RSS><CHANNEL><ITEM><TITLE>A</TITLE><LINK>https://x.example/a</LINK></ITEM></CHANNEL></RSS>")
    assert [(entry.title, entry.url) for entry in feed.entries] == [("A", "https://x.example/a")]
    assert len(feed.problems) == 1


def test_what_stands_before_and_after_the_feed_is_nobodys() -> None:
    body = rss("<item><title>A</title></item>")
    warning = "<br />\n<b>Warning</b>: include(x.php) in <b>/srv/x.php</b> on line 3<br />\n"
    for around in (
        f"\n\ufeff {body}",
        warning + body,
        f"{body}<script>a && b</script>",
        f"{warning}{body}\x00\n",
    ):
        assert only(around).title == "A"


@pytest.mark.parametrize("root", ["feed", "a:feed", 'feed xmlns="http://www.w3.org/2005/atom"'])
def test_atom_under_another_name_is_atom(root: str) -> None:
    prefix = "a:" if root.startswith("a:") else ""
    declared = ' xmlns:a="http://www.w3.org/2005/Atom"' if prefix else ""
    parts = "".join(f"<{prefix}{tag}>{tag}</{prefix}{tag}>" for tag in ("id", "title"))
    entry = only(f"<{root}{declared}><{prefix}entry>{parts}</{prefix}entry></{root.partition(' ')[0]}>")
    assert (entry.id, entry.title) == ("id", "title")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss("")).entries == read(atom("")).entries == read('<rss version="2.0"/>').entries == ()


# -- encodings

CHINESE = rss("<item><title>商务部公告2025年第61号</title></item>").partition("?>")[2]


@pytest.mark.parametrize(
    ("declared", "codec", "header"),
    [
        ("gb2312", "gb18030", None),
        (None, "gb18030", None),
        ("utf-8", "gb18030", None),
        (None, "gb18030", "text/xml; charset=utf-8"),
        (None, "utf-8", "text/xml; charset=iso-8859-1"),
        ("gb2312", "utf-8", "application/rss+xml; charset=utf-8"),
        ("utf-16", "utf-16", None),
        ("utf-16", "utf-16-le", "text/xml"),
        (None, "utf-16-be", None),
        ("utf-16", "utf-8", None),
    ],
)
def test_a_feed_is_read_in_its_encoding_whatever_is_said_of_it(
    declared: str | None, codec: str, header: str | None
) -> None:
    start = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    (entry,) = read_feed(page((start + CHINESE).encode(codec), header)).entries
    assert entry.title == "商务部公告2025年第61号"


# -- laws

entries = st.lists(
    st.tuples(
        st.text(alphabet="ab<&é税1 ", min_size=1, max_size=8),
        st.sampled_from(["", "https://x.example/a", "/b", "no link"]),
        st.sampled_from(["", "Fri, 24 Jul 2026 18:01:00 GMT", "2026-07-24", "never"]),
    ),
    max_size=6,
)


@given(entries, st.randoms())
@settings(max_examples=60)
def test_entries_are_read_alike_in_any_order(made: list[tuple[str, str, str]], random: Random) -> None:
    def feed(of: list[tuple[str, str, str]]) -> Feed:
        items = (
            f"<item><title><![CDATA[{title}]]></title><guid><![CDATA[id {title}]]></guid>"
            f"<link>{link}</link><pubDate>{on}</pubDate></item>"
            for title, link, on in of
        )
        return read(rss("".join(items)))

    shuffled = list(made)
    random.shuffle(shuffled)
    once, again = feed(made), feed(shuffled)
    assert sorted(map(repr, once.entries)) == sorted(map(repr, again.entries))
    assert set(once.problems) == set(again.problems)
    ids = [entry.id for entry in again.entries]
    assert ids == [f"id {title}".strip() for title, _, _ in shuffled]


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_that_was_cut_never_passes_for_a_short_one(name: str) -> None:
    body = written(name).rstrip()
    for end in range(0, len(body), 7):
        with pytest.raises(SourceError):
            read(body[:end])
