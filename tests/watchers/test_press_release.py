"""A release's own page: its title among banners, its date among dates, its numbers and files and nobody else's."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import NOON, html_page
from watchers.errors import Moved, Redesigned, WrongCharset
from watchers.item import Item, Link, Ref, Stage
from watchers.press import Places
from watchers.press_release import read_article

ITEM = Item(
    source="my-desk",
    key="k",
    ref="url:www.agency.example/news/1",
    stage=Stage.ANNOUNCED,
    kind="Press release",
    title="Bureau Adds Twenty Entities to the Entity List",
    url="https://www.agency.example/news/1",
    lang="en",
)
TEXT = "<p>The Bureau today added twenty entities to its list, as the rule says.</p>"
PLACES = Places(article_body=(".text",))


def read(body: str, item: Item = ITEM, *, alike: float = 0.6, url: str = ITEM.url) -> Item:
    """Read a page that was asked for at the item's own address and came back from `url`."""
    page = replace(html_page(body, url=item.url), url=url)
    return read_article(page, item, plan_of(None, now=NOON), PLACES, alike=alike)


def test_a_banner_and_a_heading_in_the_text_are_no_title() -> None:
    full = read(
        f"<h2>Bureau of Lists</h2><h1>News</h1><div class=text>{TEXT}<h2>Additions to the Entity List</h2></div>"
    )
    assert full.title == ITEM.title


def test_a_title_that_was_changed_a_little_is_taken() -> None:
    full = read(f"<h2>Bureau of Lists</h2><h2>{ITEM.title} (Corrected)</h2><div class=text>{TEXT}</div>")
    assert full.title == f"{ITEM.title} (Corrected)"


def test_a_title_that_the_list_cut_short_is_completed() -> None:
    cut = replace(ITEM, title="Bureau Adds…")
    assert (
        read(f"<h2>Bureau of Lists</h2><h2>{ITEM.title}</h2><div class=text>{TEXT}</div>", cut).title
        == ITEM.title
    )


def test_where_a_page_has_one_place_for_its_title_it_is_taken_as_it_is() -> None:
    full = read(f"<h1>Something Else Altogether</h1><div class=text>{TEXT}</div>", alike=0.0)
    assert full.title == "Something Else Altogether"


def test_a_date_that_stands_alone_dates_a_release_that_had_none() -> None:
    dated = "<span>Updated often</span><span>July 30, 2026</span><span>July 1, 2026</span>"
    assert read(f"{dated}<div class=text>{TEXT}</div>").official_on == date(2026, 7, 30)


def test_a_date_in_a_sentence_and_one_to_come_date_nothing() -> None:
    full = read(
        f"<span>The meeting of July 30, 2026 was long</span><time>July 30, 2062</time><div class=text>{TEXT}</div>"
    )
    assert (full.official_on, full.official_at) == (None, None)


@pytest.mark.parametrize(
    "other",
    [
        "<span>Effective Date: July 31, 2026</span>",
        "<span>Comments due: <time>July 31, 2026</time></span>",
        "<span>Last updated</span> <span>July 31, 2026</span>",
        "<dl><dt>Effective Date</dt><dd><span>July 31, 2026</span></dd></dl>",
    ],
)
def test_a_date_with_the_label_of_another_day_dates_nothing(other: str) -> None:
    text = f"<div class=text>{TEXT}</div>"
    assert read(f"{other}{text}").official_on is None
    assert read(f"{other}<p><span>July 30, 2026</span></p>{text}").official_on == date(2026, 7, 30)


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("<time>07/30/2026 09:45 AM EDT</time>", datetime(2026, 7, 30, 13, 45, tzinfo=UTC)),
        ("<time>07/31/2026 09:45 AM EDT</time>", None),
        (
            "<span>July 31, 2026 8:00 AM</span><span>July 30, 2026 9:45 AM</span>",
            datetime(2026, 7, 30, 13, 45, tzinfo=UTC),
        ),
    ],
)
def test_a_date_that_the_list_gave_stays_and_an_hour_of_that_day_is_added(
    printed: str, at: datetime | None
) -> None:
    full = read(f"{printed}<div class=text>{TEXT}</div>", replace(ITEM, official_on=date(2026, 7, 30)))
    assert (full.official_on, full.official_at) == (date(2026, 7, 30), at)


def test_numbers_and_files_are_those_of_the_text() -> None:
    full = read(
        '<nav><a href="/site.pdf">Site</a><a href="https://www.federalregister.gov/d/2026-00001">Register</a></nav>'
        f'<div class=text>{TEXT}<p>RIN 0694-AK11; <a href="https://www.federalregister.gov/d/2026-15799">the rule</a>,'
        ' <a href="/files/annex.pdf">its annex</a></p></div>'
    )
    assert full.refs == (Ref(kind="rin", value="0694-AK11"), Ref(kind="fr", value="2026-15799"))
    assert full.links == (
        Link(kind="attachment", url="https://www.agency.example/files/annex.pdf", title="its annex"),
    )
    assert full.ref == ITEM.ref


def test_what_a_page_no_longer_says_is_gone_from_the_item() -> None:
    before = read(f'<div class=text>{TEXT}<p>RIN 0694-AK11</p><a href="/a.pdf">A</a></div>')
    after = read(f"<div class=text>{TEXT}</div>", before)
    assert (after.refs, after.links) == ((), ())


def test_a_page_without_text_is_a_redesign() -> None:
    with pytest.raises(Redesigned):
        read("<h1>Title</h1><div class=text>Soon.</div>")


def test_garbled_text_is_an_error() -> None:
    garbled = "ä¸­å›½å•†åŠ¡éƒ¨å…¬å‘Š" * 20
    with pytest.raises(WrongCharset):
        read(f"<div class=text><p>{garbled}</p></div>")


# -- pages that are another one


@pytest.mark.parametrize(
    "url",
    [
        "https://www.agency.example",
        "https://www.agency.example/",
        "https://www.agency.example/index.html",
        "https://elsewhere.example/?utm_source=gone",
    ],
)
def test_the_front_page_of_a_site_is_no_release(url: str) -> None:
    with pytest.raises(Moved, match="front page"):
        read(f"<h1>{ITEM.title}</h1><div class=text>{TEXT}</div>", url=url)


def test_a_page_elsewhere_is_a_release_only_where_its_text_is_in_its_place() -> None:
    there = "https://media.agency.example/newsroom/one"
    assert read(f"<h1>{ITEM.title}</h1><div class=text>{TEXT}</div>", url=there).body
    with pytest.raises(Moved, match="no release"):
        read(f"<h1>Newsroom</h1><main>{TEXT}</main>", url=there)


@pytest.mark.parametrize(
    "url", ["https://media.agency.example/news/1", "https://www.agency.example/news/1/?utm_source=list"]
)
def test_the_same_path_is_no_other_page(url: str) -> None:
    assert read(f"<main>{TEXT}</main>", url=url).body


@pytest.mark.parametrize(
    "title",
    [
        "Page not found | Agency",
        "404: This page could not be found.",
        "Error 404 - Agency",
        "Agency :: Page Not Found",
        "The requested page was not found",
    ],
)
@pytest.mark.parametrize("tag", ["title", "h1"])
def test_a_page_that_says_it_is_gone_is_no_release_however_it_was_answered(title: str, tag: str) -> None:
    with pytest.raises(Moved, match="gone"):
        read(
            f"<{tag}>{title}</{tag}><main class=text><p>It may have been moved. Try our front page instead.</p></main>"
        )


def test_a_release_about_what_was_not_found_is_one() -> None:
    assert read(f"<h1>Records Not Found in Audit of 404 Firms</h1><div class=text>{TEXT}</div>").body
