"""Lists found on pages without selectors. The pages are ours, in the shapes that real sites have."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.listing import Detected, detect_rows, select_rows
from watchers.markup import parse

ADDRESS = "https://www.example.gov/news/"
TITLES = tuple(
    f"{kind} {what} on {goods}"
    for kind in ("Final Determination in the Investigation of", "Proposed", "Notice of", "Ruling on")
    for what in ("Duties", "Licence Requirements", "Entity List Additions")
    for goods in ("Steel Products", "Rare Earths", "Motor Vehicles")
)
MENU = "".join(f"<li class=item><a href=/s{number}>About section {number}</a></li>" for number in range(30))


def day(number: int) -> date:
    return date(2026, 7, 28 - number)


def said(number: int) -> str:
    return f"July {28 - number}, 2026"


def in_page(main: str) -> str:
    """Return a page with all that stands around a list on real ones: menus, a sidebar with news of its own, a foot."""
    recent = "".join(f"<li><a href=/p/{n}>{TITLES[n]}</a> <span>{said(n)}</span></li>" for n in range(4))
    return (
        f"<html><head><title>News</title></head><body><header><a href=/>{'The Agency ' * 4}</a></header>"
        f"<nav><ul>{MENU}</ul></nav>"
        f"<div class=menu><ul>{MENU}</ul></div><main><h1>News</h1>{main}</main><div class=sidebar><ul>{recent}</ul></div>"
        f"<footer><ul>{MENU}</ul></footer></body></html>"
    )


ROWS = range(12)
SHAPES = {
    "ul.txtList > li": "<ul class='txtList'>"
    + "".join(f"<li><a href=/n/{n}>{TITLES[n]}</a><span>[{day(n)}]</span></li>" for n in ROWS)
    + "</ul>",
    "div.view-content > div.views-row": "<div class=view-content>"
    + "".join(
        f"<div class='views-row views-row-{n} {'odd' if n % 2 else 'even'}'><div><a href=/n/{n}>{TITLES[n]}</a></div>"
        f"<div>{said(n)} - <a href=/category>A Category of Press Releases</a></div></div>"
        for n in ROWS
    )
    + "</div>",
    "tbody > tr": "<table><thead><tr><th>Date<th>Title</thead><tbody>"
    + "".join(f"<tr><td>{day(n):%m/%d/%Y}<td><a href=/n/{n}>{TITLES[n]}</a></tr>" for n in ROWS)
    + "</table>",
    "main > article.card": "".join(
        f"<article class='card post-{n}'><a href=/n/{n}><img src=x></a><header><h2><a href=/n/{n}>{TITLES[n]}</a></h2></header>"
        f"<p>{said(n)} | Press</p><p>Some words.</p><a href=/n/{n}>Read more</a></article>"
        for n in ROWS
    ),
    "dl > dt": f"<dl>{''.join(f'<dt><a href=/n/{n}>{TITLES[n]}</a></dt><dd>{said(n)}</dd>' for n in ROWS)}</dl>",
    "main > div > div > div": "<div><div>"
    + "".join(
        f"<div><div><p><a href=/n/{n}>{TITLES[n]}</a></p></div><div>{said(n)}</div></div>" for n in ROWS
    )
    + "</div></div>",
    "div.m > ul > li": "<div class=m><ul>"
    + "".join(
        f"<li><a href=/art/2026/art_{n}a.html title='商务部公告2026第{n}号 公布对相关物项实施管制'>商务部公告2026第{n}号…</a>"
        f"<span>[{day(n)}]</span></li>"
        for n in ROWS
    )
    + "</ul></div>",
    "ul.liBox > li": "".join(
        "<ul class=liBox>"
        + "".join(
            f"<li><a href=./202607/t{day(n + 4 * part):%Y%m%d}_{n}.htm>{TITLES[n]}</a></li>" for n in range(4)
        )
        + "</ul>"
        for part in range(3)
    ),
    "div.grid > a.card": "<div class=grid>"
    + "".join(
        f"<a class=card href=/n/{n}><span>{said(n)}</span><h3>{TITLES[n]}</h3><p>Words</p></a>" for n in ROWS
    )
    + "</div>",
    "div.c > h3": "<div class=c>"
    + "".join(f"<h3><a href=/n/{n}>{TITLES[n]}</a></h3><p>{said(n)}</p><p>Words {n}</p>" for n in ROWS)
    + "</div>",
}


@pytest.mark.parametrize("path", SHAPES)
def test_a_dated_list_is_found_in_any_of_the_shapes_that_sites_have(path: str) -> None:
    found = detect_rows(parse(in_page(SHAPES[path])), ADDRESS)
    assert found.path == path
    assert found.how == f"{path}: 12 links, 12 with a date"
    assert found.confidence > 0.8
    assert [row.on for row in found.rows] == [day(n) for n in ROWS]
    assert not {row.title for row in found.rows} & {"Read more", ""}


@pytest.mark.parametrize("path", SHAPES)
def test_the_path_that_was_found_gives_the_same_rows_again(path: str) -> None:
    tree = parse(in_page(SHAPES[path]))
    found = detect_rows(tree, ADDRESS)
    assert found.path is not None
    assert select_rows(tree, ADDRESS, row=found.path) == found.rows


def test_a_path_finds_nothing_on_the_page_that_was_rebuilt() -> None:
    assert select_rows(parse(in_page(SHAPES["dl > dt"])), ADDRESS, row="ul.txtList > li") == ()


@pytest.mark.parametrize(
    "main", ["", "<article><h1>A rule</h1><p>Text <a href=/a.pdf>of the rule</a> and more.</p></article>"]
)
def test_on_a_page_without_a_list_none_is_found(main: str) -> None:
    assert detect_rows(parse(in_page(main)), ADDRESS) == Detected()
    assert Detected().confidence == 0


def test_a_list_without_dates_is_found_with_little_confidence() -> None:
    main = "<ul class=x>" + "".join(f"<li><a href=/n/{n}>{TITLES[n]}</a></li>" for n in range(20)) + "</ul>"
    found = detect_rows(parse(in_page(main)), ADDRESS)
    assert found.path == "ul.x > li"
    assert found.confidence < 0.5


def test_one_and_the_same_date_on_every_row_is_hardly_a_date() -> None:
    main = "<ul class=x>" + "".join(f"<li><a href=/n/{n}>{TITLES[n]}</a> {{}}</li>" for n in ROWS) + "</ul>"
    same = detect_rows(parse(main.replace("{}", said(1))), ADDRESS)
    own = detect_rows(parse("".join(part + said(n) for n, part in enumerate(main.split("{}")))), ADDRESS)
    assert same.confidence < own.confidence - 0.2


def test_a_page_that_is_nothing_but_a_sidebar_is_still_read() -> None:
    main = "<aside>" + SHAPES["ul.txtList > li"] + "</aside>"
    assert detect_rows(parse(main), ADDRESS).path == "ul.txtList > li"


TAGS = (
    "<ul>",
    "<li>",
    "</li>",
    "<a href=/a>",
    "<a href=b>",
    "</a>",
    "<h3>",
    "<dt>",
    "<dd>",
    "<td>",
    "<p hidden>",
)
MORE = (
    "<time datetime=2026>",
    "<div class='x y'>",
    "</div>",
    "2026-07-28",
    "July 1, 2026",
    "Some title",
    "部",
    "…",
    "<b>",
)
SCRAPS = st.sampled_from((*TAGS, *MORE, "<base href=:>"))


@settings(max_examples=60)
@given(
    st.lists(SCRAPS, max_size=12),
    st.sampled_from([1, 5, 40]),
    st.sampled_from(["li", "div", "a", "dt", "h3", "*"]),
)
def test_no_page_is_too_strange(unit: list[str], times: int, row: str) -> None:
    tree = parse("".join(unit) * times)
    found = select_rows(tree, ADDRESS, row=row, zone="America/New_York")
    assert len({one.url for one in found}) == len(found)
    assert all(one.title for one in found)
    detected = detect_rows(tree, ADDRESS)
    assert 0 <= detected.confidence <= 1
    if detected.path is not None:
        assert select_rows(tree, ADDRESS, row=detected.path) == detected.rows


def test_a_hostile_page_is_read_like_any_other() -> None:
    page = "<div><a href=/a>x</a>" * 5_000 + "".join(f"<a href=/{n}>{n}</a>" for n in range(5_000))
    tree = parse(page)
    assert len(select_rows(tree, ADDRESS, row="div")) == 1
    detect_rows(tree, ADDRESS)


@pytest.mark.corpus
def test_the_recorded_list_of_a_sanctions_desk_is_found(corpus: Path) -> None:
    tree = parse((corpus / "us_press" / "fapd_ofac-recent-actions.html").read_text(encoding="utf-8"))
    found = detect_rows(tree, "https://ofac.treasury.gov/recent-actions")
    assert [(row.url[-8:], row.on, row.text) for row in found.rows] == [
        (f"202607{day:02}", date(2026, 7, day), "Sanctions List Updates") for day in (30, 29, 27)
    ]
