"""Press desks: where their lists are found when nothing is known of them, what stands in, whose dates and words are believed."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.press_pages import NOON, html_page
from watchers.errors import Empty, NotSane, Redesigned, WrongCharset
from watchers.item import Agency, Item, Stage
from watchers.press import (
    ZONE,
    Desk,
    Places,
    check_words,
    dated,
    each_once,
    local_day,
    read_rows,
    stand_in,
    to_items,
)
from watchers.source import Problem, Request

HERE = Places(link_contains="/release/")
DESK = Desk(key="my-desk", kind="Press release", agency=Agency(name="A Bureau", slug="a-bureau"))
DAYS = ("July 30, 2026", "July 29, 2026", "July 28, 2026", "July 27, 2026")


def link(number: int, more: str = "") -> str:
    return f'<a href="/release/{number}">Bureau Announces Rule Number {number}{more}</a>'


SHAPES = {
    "a card with everything": lambda n, day: (
        f'<div class="card"><span>{day}</span><h3>{link(n)}</h3><p>More.</p></div>'
    ),
    "a row of a table": lambda n, day: f"<table><tr><td>{day}</td><td>{link(n)}</td></tr></table>",
    "a heading and what follows it": lambda n, day: f"<h3>{link(n)}</h3><p>{day}</p>",
    "a link around all": lambda n, day: (
        f'<a href="/release/{n}"><h3>Bureau Announces Rule Number {n}</h3><p>{day}</p></a>'
    ),
    "a picture, a title and a button": lambda n, day: (
        f'<li><a href="/release/{n}"><img src="/x.png" alt=""></a><div>{link(n)}<time>{day}</time></div>'
        f'<a href="/release/{n}#more">Read more</a></li>'
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_of_unknown_markup_is_read_around_its_links(shape: str) -> None:
    rows = "".join(SHAPES[shape](number, day) for number, day in enumerate(DAYS))
    listed = read_rows(
        html_page(f"<nav><a href='/release-desk'>Desk</a></nav><main><section>{rows}</section></main>"), HERE
    )
    assert [(row.title, row.on) for row in listed.rows] == [
        (f"Bureau Announces Rule Number {number}", date(2026, 7, 30 - number)) for number in range(4)
    ]
    assert listed.problems == ()


def test_a_menu_that_shows_the_newest_releases_too_adds_nothing() -> None:
    rows = "".join(SHAPES["a card with everything"](number, day) for number, day in enumerate(DAYS))
    menu = f"<nav><ul><li>{link(0, ' …')}</li><li>{link(1)}</li></ul></nav>"
    with_menu = read_rows(html_page(f"{menu}<main>{rows}</main>"), HERE)
    without = read_rows(html_page(f"<main>{rows}</main>"), HERE)
    items = [
        {(item.key, item.title, item.official_on) for item in to_items(one.rows, DESK, NOON)[0]}
        for one in (with_menu, without)
    ]
    assert items[0] == items[1]


def test_a_few_links_without_dates_are_no_list() -> None:
    with pytest.raises(Redesigned):
        read_rows(html_page(f"<footer>{''.join(f'<p>{link(n)}</p>' for n in range(4))}</footer>"), HERE)


def test_many_links_without_dates_are_a_list() -> None:
    listed = read_rows(html_page(f"<main>{''.join(f'<p>{link(n)}</p>' for n in range(12))}</main>"), HERE)
    assert len(listed.rows) == 12


def test_selectors_that_find_nothing_are_made_good_and_told() -> None:
    rows = "".join(f"<li>{day} {link(number)}</li>" for number, day in enumerate(DAYS))
    listed = read_rows(
        html_page(f"<main><ul>{rows}</ul></main>"), Places(row="article.gone", link_contains="/release/")
    )
    assert len(listed.rows) == 4
    (problem,) = listed.problems
    assert problem.reason.startswith("its selectors find nothing; the list was found by itself (")


def test_a_list_that_leads_elsewhere_does_not_make_it_good() -> None:
    rows = "".join(f"<li>{day} {link(number)}</li>" for number, day in enumerate(DAYS))
    with pytest.raises(Redesigned):
        read_rows(
            html_page(f"<main><ul>{rows}</ul></main>"), Places(row="article.gone", link_contains="/press/")
        )


def test_a_container_without_entries_is_empty_and_one_that_is_gone_is_a_redesign() -> None:
    places = Places(row="ul.news li", container="ul.news")
    with pytest.raises(Empty):
        read_rows(html_page("<main><ul class=news></ul></main>"), places)
    with pytest.raises(Redesigned):
        read_rows(html_page("<main><ul class=press></ul></main>"), places)


@pytest.mark.parametrize("option", ["row", "link", "title", "date", "container"])
def test_an_option_that_is_no_selector_is_told_as_such(option: str) -> None:
    given: dict[str, Any] = {option: "a[["}
    with pytest.raises(NotSane, match="an option of this source cannot be meant"):
        read_rows(html_page("<p>x</p>"), Places(**given))


# -- items


def item(key: str, on: date | None = None, title: str = "A Release") -> Item:
    return Item(
        source="x",
        key=key,
        ref=f"url:{key}",
        stage=Stage.ANNOUNCED,
        kind="Press release",
        title=title,
        url=f"https://{key}",
        lang="en",
        official_on=on,
    )


def test_of_two_items_of_one_key_the_dated_one_stays_in_its_place() -> None:
    day = date(2026, 7, 30)
    assert each_once([item("a"), item("b"), item("a", day), item("a", day, "Later")]) == (
        item("a", day),
        item("b"),
    )


@given(keys=st.lists(st.sampled_from("abc")), again=st.booleans())
def test_each_item_is_there_once_and_twice_is_once(keys: list[str], again: bool) -> None:
    once = each_once(item(key) for key in keys)
    assert [one.key for one in once] == list(dict.fromkeys(keys))
    assert each_once((*once, *once) if again else once) == once


def test_a_date_to_come_is_left_out_and_told() -> None:
    problems: list[Problem] = []
    assert dated(date(2026, 8, 2), NOON, name="x", problems=problems) == date(2026, 8, 2)
    assert dated(None, NOON, name="x", problems=problems) is None
    assert problems == []
    assert dated(date(2026, 8, 3), NOON, name="x", problems=problems) is None
    assert problems == [Problem(record="x", reason="its date is to come: 2026-08-03")]


@pytest.mark.parametrize(
    ("machine", "hour"), [("2026-07-31T01:30:00Z", 21), ("2026-07-31T15:04:05Z", None), ("2026-07-30", None)]
)
def test_an_hour_is_taken_if_it_is_of_the_day_that_is_printed(machine: str, hour: int | None) -> None:
    rows = "".join(f"<li>{link(n)} <time datetime='{machine}'>July 30, 2026</time></li>" for n in range(3))
    items, problems = to_items(read_rows(html_page(f"<main><ul>{rows}</ul></main>"), HERE).rows, DESK, NOON)
    assert problems == ()
    for one in items:
        assert one.official_on == date(2026, 7, 30)
        local = one.official_at.astimezone(ZoneInfo(ZONE)).hour if one.official_at else None
        assert local == hour


def test_a_day_is_that_of_washington() -> None:
    assert local_day(NOON.replace(hour=3)) == date(2026, 7, 30)


# -- words


@pytest.mark.parametrize(
    "titles",
    [
        ["Chinaâ€™s Chips", "Japanâ€™s Ships"],
        ["Sanctions on Nicol醩閟 Network"],
        ["MÃ©xico and CanadÃ¡ Agree", "Plain", "CÃ´te dâ€™Ivoire"],
        *(
            ["Plain", title.encode(really).decode("gb18030")]
            for title, really in (
                ("China’s Chips", "utf-8"),
                ("The “Quoted", "utf-8"),
                ("Duties–Final", "utf-8"),
                ("São Paulo", "utf-8"),
                ("Türkiye", "utf-8"),
                ("Erdoğan", "utf-8"),
                ("China’s Chips", "cp1252"),
                ("Nicolás", "cp1252"),
            )
        ),
    ],
)
def test_titles_read_in_the_wrong_charset_are_an_error(titles: list[str]) -> None:
    with pytest.raises(WrongCharset):
        check_words(titles)


@pytest.mark.parametrize(
    "titles",
    [
        [],
        ["Plain"],
        ["China’s Chips", "Türkiye — Côte d’Ivoire"],
        ["One Slip of Chinaâ€™s Desk", "China’s Chips"],
        ["Its Ownâ€™s Slip"],
        ["Designation of Guangzhou Foo (广州富) Co."],
        ["Withhold Release Order on Goods of Foo 贸 and 新疆富贸毛茂 Co.", "Plain"],
        ["Order on Huawei (華為) and 廣東貿易", "China’s Chips"],
        ["WeChat微信 and TikTok"],
    ],
)
def test_titles_with_real_quotation_marks_and_a_slip_are_none(titles: list[str]) -> None:
    check_words(titles)


# -- stand-ins


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    base_url: str = "https://www.agency.example/news"
    mirror_url: str = "https://media.agency.example/news"


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (Options(), True),
        (Options(base_url="http://127.0.0.1:8000/"), False),
        (Options(mirror_url="http://127.0.0.1:8000/"), True),
        (Options(base_url="http://127.0.0.1:8000/", mirror_url="http://127.0.0.1:8001/"), True),
    ],
)
def test_a_list_that_was_pointed_elsewhere_has_no_stand_in_of_the_issuer(
    options: Options, asked: bool
) -> None:
    request = Request(url=options.mirror_url)
    assert stand_in(options, "mirror_url", request) == ((request,) if asked else ())


# -- time


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 3_000 + "".join(link(n) for n in range(2_000)),
        "".join(f"<div>{link(n)}" for n in range(3_000)),
        "".join(f"<div>{link(n % 7)}</div>" for n in range(5_000)),
    ],
    ids=["deep", "nested", "the same again"],
)
def test_no_page_keeps_the_reader(body: str) -> None:
    with suppress(NotSane):
        read_rows(html_page(body), HERE)


def test_a_page_of_three_and_a_half_megabytes_is_read_whole() -> None:
    filler = "x" * 780
    cards = "".join(
        f'<div class="card"><span>July {1 + n % 28}, {2026 - n // 300}</span><h3>{link(n)}</h3><p>{filler}</p></div>'
        for n in range(4_000)
    )
    page = html_page(f"<main>{cards}</main>")
    listed = read_rows(page, HERE)
    assert len(page.body) > 3_500_000
    assert len(listed.rows) == 4_000
