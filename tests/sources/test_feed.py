"""Any feed as a source: no entry is lost to careless ids and links, none is told twice, and nothing trips its reader."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import feed_pages
from tests.fakes.plans import NOON, plan_of
from watchers.builders import page as page_builder
from watchers.builders.feed import BUILDER, Options
from watchers.errors import Empty, SourceError, WrongCharset
from watchers.item import Item, Stage
from watchers.source import FEED, HTML, Found, Request

URL = "https://www.agency.example/feed.xml"
PAGES = sorted((Path(__file__).parent / "feed").glob("*.*ml"))
LISTS = [path for path in PAGES if not path.name.startswith("article")]


def options(**given: Any) -> Options:
    return Options(**{"url": URL, **given})


def read(
    body: bytes | str,
    memory: Mapping[str, str] | None = None,
    *,
    now: datetime = NOON,
    key: str = "my-feed",
    type_: str | None = None,
    **given: Any,
) -> Found:
    chosen = options(**given)
    source = BUILDER.make(key, chosen)
    return source.read(feed_pages.page(body, type_, URL), plan_of(chosen, now=now, memory=memory))


def entry(
    title: str | None = "A notice", link: str | None = None, id_: str | None = None, more: str = ""
) -> str:
    parts = (("title", title), ("link", link), ("guid", id_))
    told = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts if text is not None)
    told = told.replace("<guid>", '<guid isPermaLink="false">')
    return f"<item>{told}{more}</item>"


def only(found: Found) -> Item:
    (item,) = found.items
    return item


# -- the source


def test_the_feed_is_asked_for_as_a_feed_and_only_if_it_changed() -> None:
    chosen = options()
    asked = BUILDER.make("my-feed", chosen).requests(plan_of(chosen))
    assert asked == (Request(url=URL, accept=FEED, conditional=True),)


def test_the_source_is_called_what_it_is_called_in_the_configuration_unless_it_has_a_title() -> None:
    source = BUILDER.make("trade-desk-mirror", options())
    assert (source.key, source.title, source.issuer) == (
        "trade-desk-mirror",
        "trade desk mirror",
        "agency.example",
    )
    assert (source.home, source.facts.path, source.lang) == (URL, URL, "en")
    assert BUILDER.make("x", options(title="The Desk")).title == "The Desk"
    assert len(BUILDER.make("x", options(title="A desk with a very long name")).title) == 25


def test_what_the_operator_sets_is_what_the_source_has() -> None:
    source = BUILDER.make("x", options(fresh_days=3, lang="zh", max_bytes=20_000, zone="Asia/Shanghai"))
    assert (source.fresh_for, source.lang, source.max_bytes) == (timedelta(days=3), "zh", 20_000)
    assert source.rhythm.zone == "Asia/Shanghai"
    assert source.article is None
    assert BUILDER.make("x", options(full_text=True)).article is not None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"url": "ftp://a.example/"}, "url should be an http or https address"),
        ({"url": "https://[/"}, "url should be an http or https address"),
        ({"zone": "Mars/Olympus"}, "zone should be the name of a time zone"),
        ({"zone": "America"}, "zone should be the name of a time zone"),
        ({"keep": ("tariff", " ")}, "keep should not have an empty word"),
        ({"body": ("p", "li[")}, "body is not a CSS selector: 'li\\['"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_by_name(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BUILDER.make("my-feed", options(**given))


# -- identity


def test_two_feeds_whose_ids_are_but_numbers_do_not_tell_of_the_same_thing() -> None:
    body = feed_pages.rss(entry("One notice", None, "12"))
    first, second = read(body, key="one"), read(body, key="two")
    assert only(first).ref == "feed:one:12"
    assert only(second).ref == "feed:two:12"


def test_the_same_article_in_a_feed_and_on_a_list_page_is_one_act() -> None:
    link = "https://www.agency.example/news/gallium/"
    told = only(read(feed_pages.rss(entry("Gallium rule", f"{link}?utm_source=rss", "4101"))))
    chosen = page_builder.Options(url="https://m.agency.example/news", row="li")
    body = f'<html><body><ul><li><a href="{link}">Gallium rule</a></li></ul></body></html>'
    listed = page_builder.BUILDER.make("my-page", chosen).read(feed_pages.page(body), plan_of(chosen))
    assert only(listed).ref == told.ref == "url:www.agency.example/news/gallium"
    assert told.key == "4101"


def test_an_entry_whose_id_was_once_shared_keeps_its_name_when_it_is_alone() -> None:
    one, two = (entry(f"Bulletin {n}", f"https://a.example/b/{n}", "bulletin") for n in (1, 2))
    both = read(feed_pages.rss(one + two))
    assert [item.key for item in both.items] == ["https://a.example/b/1", "https://a.example/b/2"]
    later = read(feed_pages.rss(two), both.memory)
    assert only(later).key == "https://a.example/b/2"
    assert "shared" not in later.memory


def test_a_link_that_once_led_to_several_entries_names_none_of_them_again() -> None:
    one, two = (entry(f"Notice {n}", "https://a.example/notices", f"n{n}") for n in (1, 2))
    both = read(feed_pages.rss(one + two))
    assert [item.ref for item in both.items] == ["feed:my-feed:n1", "feed:my-feed:n2"]
    assert only(read(feed_pages.rss(two), both.memory)).ref == "feed:my-feed:n2"
    assert only(read(feed_pages.rss(two))).ref == "url:a.example/notices"


def test_what_was_known_of_another_address_is_forgotten() -> None:
    before = read(feed_pages.rss(entry(id_="1")), url="https://old.agency.example/feed.xml")
    now = read(feed_pages.rss(""), before.memory)
    assert now.memory == {"asked": URL, "entries": ""}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "a", "b", "tag:a.example,2026:1"]),
            st.sampled_from(
                [
                    None,
                    "https://a.example/x",
                    "http://www.a.example/y/",
                    "https://a.example/l#1",
                    "https://a.example/l#2",
                    "https://www.agency.example/",
                    URL,
                ]
            ),
        ),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100)
def test_no_entry_is_lost_no_two_share_a_name_and_their_order_means_nothing(
    drawn: list[tuple[str | None, str | None]], random: Any
) -> None:
    entries = [entry(f"Title {n}", link, id_) for n, (id_, link) in enumerate(drawn)]
    found = read(feed_pages.rss("".join(entries)))
    addresses, titles = {item.url for item in found.items}, {item.title for item in found.items}
    for number, (_, link) in enumerate(drawn):
        assert link in addresses if link else f"Title {number}" in titles
    assert len({item.key for item in found.items}) == len({item.ref for item in found.items})
    assert len({item.ref for item in found.items}) == len(found.items)
    random.shuffle(entries)
    again = read(feed_pages.rss("".join(entries)))
    assert {item.key for item in again.items} == {item.key for item in found.items}
    assert {item.ref for item in again.items} == {item.ref for item in found.items}


def test_of_one_entry_printed_twice_the_later_version_counts() -> None:
    old, new = (
        entry(title, "https://a.example/1", "1", f"<pubDate>Mon, 23 Nov 2026 0{hour}:00:00 GMT</pubDate>")
        for title, hour in (("Old", 8), ("New", 9))
    )
    assert only(read(feed_pages.rss(old + new))).title == "New"
    assert only(read(feed_pages.rss(new + old))).title == "New"


def test_names_of_any_length_stay_short_and_apart() -> None:
    long = "https://a.example/" + "x" * 4_000
    found = read(feed_pages.rss(entry("One", f"{long}1", f"{long}1") + entry("Two", f"{long}2", f"{long}2")))
    names = [name for item in found.items for name in (item.key, item.ref)]
    assert len(set(names)) == 4
    assert max(map(len, names)) <= 1_000


# -- when


ATOM_DATES = {
    "published": "2026-11-20T08:00:00Z",
    "updated": "2026-11-23T08:00:00Z",
}


@pytest.mark.parametrize(("fields", "expected"), [(("published", "updated"), 20), (("updated",), 23)])
def test_an_entry_is_dated_by_its_publication_and_by_its_update_only_without_one(
    fields: tuple[str, ...], expected: int
) -> None:
    dates = "".join(f"<{name}>{ATOM_DATES[name]}</{name}>" for name in fields)
    item = only(read(feed_pages.atom(f"<entry><id>1</id><title>A</title>{dates}</entry>")))
    assert item.official_at == datetime(2026, 11, expected, 8, tzinfo=UTC)
    assert item.official_on is None


def test_a_day_may_be_ahead_of_ours_by_two_days_and_no_more_in_the_zone_of_its_issuer() -> None:
    body = feed_pages.rss(entry(id_="1", more="<pubDate>2026-11-26</pubDate>"))
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # the 24th in China
    assert only(read(body, now=late, zone="Asia/Shanghai")).official_on is not None
    there = read(body, now=late)
    assert only(there).official_on is None
    assert "still to come" in there.problems[0].reason


# -- words


@pytest.mark.parametrize(
    ("more", "abstract", "body"),
    [
        ("<description>A notice</description>", None, None),
        ("<description>a  notice…</description>", None, None),
        ("<description>It says more.</description>", "It says more.", None),
        ("<description>A notice that says more.</description>", "A notice that says more.", None),
        (
            "<description>First words [...]</description><c:encoded>First words of it.</c:encoded>",
            None,
            "First words of it.",
        ),
        (
            "<description>In short.</description><c:encoded>At length.</c:encoded>",
            "In short.",
            "At length.",
        ),
        (f"<description>{'Long words. ' * 200}</description>", None, ("Long words. " * 200).strip()),
        ("<description>…</description><c:encoded>A notice</c:encoded>", None, None),
        (
            "<description>Words.&lt;p&gt;The post &lt;a&gt;A&lt;/a&gt; appeared first on The Desk.&lt;/p&gt;</description>",
            "Words.",
            None,
        ),
        ("<description>The post of chief is on offer.</description>", "The post of chief is on offer.", None),
        ("<description>It went on sale.</description>", "It went on sale.", None),
        (f"<description>{'More words. ' * 20}</description>", ("More words. " * 20).strip(), None),
    ],
)
def test_nothing_is_said_twice_and_no_footer_names_the_site(
    more: str, abstract: str | None, body: str | None
) -> None:
    declared = 'xmlns:c="http://purl.org/rss/1.0/modules/content/"'
    item = only(read(feed_pages.rss(entry("A notice", None, "1", more), declared)))
    assert (item.abstract, item.body) == (abstract, body)


def test_an_entry_without_a_title_is_called_by_its_first_line_or_its_address() -> None:
    text = "<description>&lt;p&gt;Tariffs soon!&lt;/p&gt;&lt;p&gt;More tonight.&lt;/p&gt;</description>"
    assert only(read(feed_pages.rss(entry(None, None, "1", text)))).title == "Tariffs soon!"
    assert only(read(feed_pages.rss(entry("[No Title]", None, "1", text)))).title == "Tariffs soon!"
    assert only(read(feed_pages.rss(entry("No titles for goods", None, "1")))).title == "No titles for goods"
    assert only(read(feed_pages.rss(entry(None, "https://a.example/1")))).title == "https://a.example/1"
    assert only(read(feed_pages.rss(entry(None, None, "1")))).title == "Entry without a title"


@pytest.mark.parametrize(
    ("title", "tag", "lang", "expected"),
    [
        ("商务部公告", "en", None, "zh"),
        ("商务部公告", None, None, "zh"),
        ("商务部公告", None, "en", "en"),
        ("A notice", "zh-CN", None, "zh"),
        ("Règlement sur les tarifs", "fr", None, "fr"),
        ("A “quoted” notice", None, None, "en"),
        ("A notice", None, None, "en"),
    ],
)
def test_an_item_has_the_language_that_is_configured_or_named_or_written(
    title: str, tag: str | None, lang: Any, expected: str
) -> None:
    language = f"<language>{tag}</language>" if tag else ""
    assert only(read(feed_pages.rss(language + entry(title, None, "1")), lang=lang)).lang == expected


def test_only_entries_with_a_wanted_word_in_the_title_are_kept_in_whatever_case() -> None:
    body = feed_pages.rss(
        entry("New TARIFFS", None, "1") + entry("Zölle", None, "2") + entry("关税", None, "3")
    )
    assert [item.key for item in read(body, keep=("tariff",)).items] == ["1"]
    assert [item.key for item in read(body, keep=("ZÖLLE", "关税")).items] == ["2", "3"]
    nothing = read(body, keep=("gallium",))
    assert (nothing.items, nothing.memory["entries"]) == ((), "3")


def test_an_official_feed_announces_and_any_other_is_unconfirmed() -> None:
    body = feed_pages.rss(entry(id_="1"))
    assert only(read(body)).stage is Stage.UNCONFIRMED
    assert only(read(body, official=True)).stage is Stage.ANNOUNCED


@pytest.mark.parametrize(
    "title",
    [
        "Règlement d’exécution relatif à l’imposition de mesures",
        "Über die Änderung der Außenwirtschaftsverordnung",
        "Thông báo về việc áp dụng thuế chống bán phá giá",
        "Ñuñoa",
    ],
)
def test_accents_are_no_sign_of_a_wrong_encoding(title: str) -> None:
    assert only(read(feed_pages.rss(entry(title, None, "1")))).title == title


@pytest.mark.parametrize(
    ("real", "wrong"), [("utf-8", "latin-1"), ("gb18030", "cp1252"), ("utf-8", "gb18030")]
)
def test_titles_that_were_decoded_as_something_else_are_refused(real: str, wrong: str) -> None:
    title = "关于对部分物项实施出口管制的公告".encode(real).decode(wrong, "ignore")
    with pytest.raises(WrongCharset):
        read(feed_pages.rss(entry(title, None, "1") * 3))


# -- blindness


def test_a_feed_that_had_entries_and_has_none_is_an_error_and_a_new_one_without_any_is_not() -> None:
    first = read(feed_pages.rss(""))
    assert first.items == ()
    full = read(feed_pages.rss(entry(id_="1")), first.memory)
    with pytest.raises(Empty, match="it had 1"):
        read(feed_pages.rss(""), {**first.memory, **full.memory})


def test_nothing_is_remembered_anew_while_nothing_changes() -> None:
    body = feed_pages.rss(entry(id_="1") + entry("Other", "https://a.example/2", "1"))
    first = read(body)
    assert set(first.memory) == {"asked", "entries", "shared"}
    assert read(body, first.memory).memory == {}


# -- hostile


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_arbitrary_bytes_raise_nothing_but_source_errors(body: bytes) -> None:
    with suppress(SourceError):
        read(body)
    with suppress(SourceError):
        read(feed_pages.rss(entry("A", None, "1")).encode().replace(b"A", body))


@given(st.sampled_from(LISTS), st.data())
@settings(max_examples=80)
def test_mutated_feeds_raise_nothing_but_source_errors(path: Path, data: st.DataObject) -> None:
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        if body:
            start = data.draw(st.integers(0, len(body) - 1))
            body[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    with suppress(SourceError):
        for item in read(bytes(body), {"asked": URL, "entries": "3", "shared": "x y"}).items:
            assert item.title
            assert item.key
            assert len(item.key) <= 1_000


# -- articles


def test_an_article_is_asked_for_where_an_entry_has_a_page_of_its_own() -> None:
    chosen = options(full_text=True)
    reader = BUILDER.make("my-feed", chosen).article
    assert reader is not None
    entries = (
        entry("Own page", "https://a.example/1", "1"),
        entry("A file", "https://a.example/1.PDF?v=2", "2"),
        entry("The front page", "https://a.example/", "3"),
        entry("No page", None, "4"),
    )
    items = read(feed_pages.rss("".join(entries)), full_text=True).items
    asked = [reader.request(item, chosen) for item in items]
    assert asked == [Request(url="https://a.example/1", accept=HTML, role="article"), None, None, None]
