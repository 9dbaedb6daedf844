"""What holds for every US press source, whatever page it gets: order, damage, second readings, and what it says of itself."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import KEYS, Recorded, all_recorded, outcome, recorded
from watchers.errors import SourceError
from watchers.item import Item, Stage
from watchers.markup import check_selector
from watchers.press import Places
from watchers.registry import all_sources
from watchers.source import Found

PAGES = all_recorded()
FULL = [one for one in PAGES if len(one.page.body) > 300]
REORDERED = [
    ("bis-press/list.html", "bis-press/reordered.html"),
    ("bis-press/list.html", "bis-press/list_of_the_mirror.html"),
    ("bis-press/list.html", "bis-press/with_a_menu_of_releases.html"),
    ("cbp-csms/widget.json", "cbp-csms/reordered.json"),
    ("cbp-csms/widget.json", "cbp-csms/widget_as_plain_json.json"),
    ("cbp-csms/widget.json", "cbp-csms/duplicate_lines.json"),
    ("commerce-press/list.html", "commerce-press/reordered.html"),
    ("commerce-press/list.html", "commerce-press/answer.json"),
    ("ofac-recent-actions/list.html", "ofac-recent-actions/reordered.html"),
    ("ofac-recent-actions/list.html", "ofac-recent-actions/duplicate_rows.html"),
    ("treasury-press/feed.xml", "treasury-press/reordered.xml"),
    ("treasury-press/feed.xml", "treasury-press/duplicate_entries.xml"),
    ("ustr-press/list.html", "ustr-press/reordered.html"),
    ("ustr-press/list.html", "ustr-press/duplicate_rows.html"),
    ("white-house/feed.xml", "white-house/reordered.xml"),
    ("white-house/feed.xml", "white-house/duplicate_entries.xml"),
]


def items_in(name: str) -> tuple[Item, ...]:
    found = recorded(name).read()
    assert isinstance(found, Found)
    return found.items


@pytest.mark.parametrize(("one", "other"), REORDERED)
def test_order_copies_and_doubles_change_nothing_of_what_is_found(one: str, other: str) -> None:
    first, second = (
        {item.key: (item.ref, item.title, item.official_on) for item in items_in(name)}
        for name in (one, other)
    )
    assert first == second


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_what_is_found_holds_together(one: Recorded) -> None:
    found = outcome(one, one.page.body)
    if isinstance(found, SourceError):
        return
    items = found.items if isinstance(found, Found) else (found,)
    assert len({item.key for item in items}) == len(items)
    for item in items:
        assert item.source == one.source.key
        assert item.stage is Stage.ANNOUNCED
        assert item.lang == "en"
        assert item.title == item.title.strip() != ""
        assert item.ref not in item.aliases
        assert item.official_at is None or item.official_at.tzinfo is not None
        assert item.official_on is None or item.official_on <= (one.plan.now + timedelta(days=2)).date()
        assert all(agency.slug for agency in item.agencies)
        assert item.key
        assert item.ref
        assert item.url.startswith("https://")


@pytest.mark.parametrize("one", [one for one in PAGES if one.item], ids=lambda one: one.name)
def test_reading_a_release_again_changes_nothing(one: Recorded) -> None:
    try:
        full = one.read()
    except SourceError:
        return
    assert isinstance(full, Item)
    assert one.item is not None
    assert one.source.article is not None
    assert one.source.article.read(one.page, full, one.plan) == full
    assert (full.source, full.key, full.url) == (one.item.source, one.item.key, one.item.url)


@given(one=st.sampled_from(PAGES), body=st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_are_read_or_refused(one: Recorded, body: bytes) -> None:
    outcome(one, body)


@given(one=st.sampled_from(FULL), data=st.data())
@settings(max_examples=100)
def test_a_damaged_page_is_read_or_refused(one: Recorded, data: st.DataObject) -> None:
    body = one.page.body
    start, end = sorted(data.draw(st.tuples(*(st.integers(0, len(body)),) * 2)))
    junk = data.draw(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(
                [b"<", b"</div>", b"&lt;", b"\x00", b'"', b"]", b"</body></html>", body[start:end]]
            ),
        )
    )
    outcome(one, body[:start] + junk + body[end:])


@given(one=st.sampled_from(FULL), cut=st.integers(1, 250))
@settings(max_examples=60)
def test_a_page_that_ends_early_never_passes_for_one_without_news(one: Recorded, cut: int) -> None:
    found = outcome(one, one.page.body[:-cut])
    if isinstance(found, Found):
        assert found.items


@pytest.mark.parametrize(
    "name",
    ["cbp-csms/feed.xml", "ofac-recent-actions/feed.xml", "treasury-press/feed.xml", "white-house/feed.xml"],
)
@pytest.mark.parametrize("zero", ["Mon, 01 Jan 0001 00:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_what_a_system_writes_for_no_date_leaves_an_entry_undated_and_is_told(name: str, zero: str) -> None:
    one = recorded(name)
    dated = re.sub(
        rb"<pubDate>[^<]+</pubDate>", f"<pubDate>{zero}</pubDate>".encode(), one.page.body, count=1
    )
    found = one.read(dated)
    assert isinstance(found, Found)
    assert (found.items[0].official_at, found.items[0].official_on) == (None, None)
    assert [problem.reason for problem in found.problems if zero in problem.reason]


@pytest.mark.parametrize("key", KEYS)
def test_a_list_is_asked_for_only_if_it_changed(key: str) -> None:
    source = all_sources()[key]
    (first,) = source.requests(plan_of(source.options()))
    assert first.conditional
    assert all(other.conditional for other in first.otherwise)


@pytest.mark.parametrize("key", KEYS)
def test_a_stand_in_for_the_list_is_asked_and_nobody_else(key: str) -> None:
    source = all_sources()[key]
    (request,) = source.requests(plan_of(source.options(base_url="http://127.0.0.1:8000/desk")))
    assert request.url.startswith("http://127.0.0.1:8000/desk")
    assert request.otherwise == ()


@pytest.mark.parametrize("key", KEYS)
def test_what_a_source_says_of_itself_fits(key: str) -> None:
    source = all_sources()[key]
    assert len(source.title) <= 25
    assert source.quiet_for is not None
    assert set(source.covers) <= set(all_sources()) - {key}
    documented = "".join(kind.__doc__ or "" for kind in source.options.__mro__)
    assert [field.name for field in fields(source.options) if f"`{field.name}`:" not in documented] == []
    options = source.options()
    if isinstance(options, Places):
        named = (options.row, options.link, options.title, options.date, options.container)
        for selector in filter(
            None, (*named, options.article_title, options.article_date, *options.article_body)
        ):
            check_selector(selector)
