"""Any list page as a source: the list is found, remembered and missed when it is gone; no page trips its reader."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import feed_pages
from tests.fakes.plans import NOON, plan_of
from watchers.builders.page import BUILDER, Options
from watchers.errors import Empty, Redesigned, SourceError, WrongCharset
from watchers.source import HTML, Found, Request

URL = "https://www.agency.example/news/"
PAGES = sorted((Path(__file__).parent / "page").glob("*.html"))
LISTS = [path for path in PAGES if not path.name.startswith("article")]
SIX_HOURS = timedelta(hours=6)


def options(**given: Any) -> Options:
    return Options(**{"url": URL, **given})


def row(number: int, on: str | None = None, text: str = "") -> str:
    on = (date(2026, 11, 20) - timedelta(days=number)).isoformat() if on is None else on
    title = f"Notice number {number} about duties on imported goods"
    return f'<li><a href="/n/{number}">{title}</a> <span>{on}</span> <p>{text}</p></li>'


def rows(numbers: Iterable[int]) -> str:
    return "".join(row(number) for number in numbers)


def page(listed: str, kind: str = "news") -> str:
    menu = '<nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li></ul></nav>'
    return f'<html><body>{menu}<ul class="{kind}">{listed}</ul></body></html>'


def read(
    body: bytes | str,
    memory: Mapping[str, str] | None = None,
    *,
    now: datetime = NOON,
    complete_at: datetime | None = None,
    **given: Any,
) -> Found:
    chosen = options(**given)
    plan = plan_of(chosen, now=now, complete_at=complete_at, memory=memory)
    return BUILDER.make("my-page", chosen).read(feed_pages.page(body, "text/html; charset=utf-8", URL), plan)


def keys(found: Found) -> list[str]:
    return [item.key.rpartition("/")[2] for item in found.items]


# -- the source


def test_the_page_is_asked_for_as_a_page_and_only_if_it_changed() -> None:
    chosen = options()
    asked = BUILDER.make("my-page", chosen).requests(plan_of(chosen))
    assert asked == (Request(url=URL, accept=HTML, conditional=True),)


@pytest.mark.parametrize("option", ["row", "link", "title_selector", "date_selector"])
@pytest.mark.parametrize("selector", ["li[", "ul >> li", "a:nope(", "x" * 501])
def test_a_selector_that_cannot_be_used_is_refused_by_the_name_of_its_option(
    option: str, selector: str
) -> None:
    with pytest.raises(ValueError, match=f"{option} is (?:not a CSS selector|a selector of more than)"):
        BUILDER.make("my-page", options(**{option: selector}))


def test_an_empty_selector_of_links_is_refused_and_one_of_rows_means_that_they_are_to_be_found() -> None:
    with pytest.raises(ValueError, match="link is an empty selector"):
        BUILDER.make("my-page", options(link=""))
    assert len(read(page(rows(range(9))), row="").items) == 9


# -- the list that is found


def test_where_the_list_is_and_how_sure_that_is_is_remembered_and_looked_at_first_next_time() -> None:
    first = read(page(rows(range(20))))
    how = first.memory["how"]
    assert first.memory == {"asked": URL, "rows": "20", "path": "ul.news > li", "how": how}
    assert re.fullmatch(r"ul\.news > li: 20 links, 20 with a date \((?:0\.\d\d|1\.00)\)", how)
    # By its looks the other list would win now.
    other = page(row(1)) + f'<ul class="popular">{rows(range(30, 60))}</ul>'
    later = read(other, {**first.memory, "rows": "1"})
    assert keys(later) == ["1"]
    assert later.memory == {}
    assert later.problems == ()


def test_a_list_that_is_elsewhere_is_read_there_noted_once_and_remembered() -> None:
    first = read(page(rows(range(9))))
    moved = read(page(rows(range(9)), kind="cards"), first.memory)
    assert keys(moved) == keys(first)
    assert moved.memory["path"] == "ul.cards > li"
    (problem,) = moved.problems
    assert "found elsewhere: ul.cards > li: 9 links" in problem.reason
    assert "nothing is left of it at ul.news > li" in problem.reason
    assert read(page(rows(range(9)), kind="cards"), {**first.memory, **moved.memory}).problems == ()


def test_a_list_that_was_emptied_is_not_looked_for_elsewhere() -> None:
    first = read(page(rows(range(9))))
    with pytest.raises(Empty, match=r"the list is there and has no rows: ul\.news > li"):
        read(page("") + f'<ul class="popular">{rows(range(30, 60))}</ul>', first.memory)
    with pytest.raises(Empty):
        read(page("<li>Nothing was found</li>"), first.memory)


def test_a_page_without_a_list_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(
        Redesigned, match=r"no list of dated links found on the page; say where it is with row ="
    ):
        read("<html><body><p>Welcome</p></body></html>")


def test_what_is_known_of_one_page_is_not_believed_of_another() -> None:
    first = read(page(rows(range(40))), url="https://www.agency.example/archive/")
    other = read(page(rows(range(4)), kind="cards"), first.memory, row="ul.cards > li", complete_at=NOON)
    assert other.problems == ()
    assert other.memory == {"asked": f"{URL} | ul.cards > li", "rows": "4", "path": "", "how": ""}


# -- the list that is told


@pytest.mark.parametrize(
    ("body", "row_", "error"),
    [
        (page(""), "ul.news > li", Empty),
        (page("<li>Nothing was found</li>"), "ul.news li:not(.ad)", Empty),
        (page("<li>One</li><li>Two</li>"), "ul.news > li", Redesigned),
        (page("", kind="cards"), "ul.news > li", Redesigned),
        (page(""), "body p", Redesigned),
        (page(""), "ul.news", Redesigned),
        (page(""), "ul.news li:is(.a, .b)", Redesigned),
        (page("<li>None</li>"), "ul.news li:not(.a b):not(li)", Redesigned),
        (page("<li>None</li>"), 'ul.news:has([title="))"] > :has(> b))', Redesigned),
        (page(rows(range(3))), "ul.news > p", Redesigned),
    ],
)
def test_an_empty_list_is_told_from_one_that_is_not_there(
    body: str, row_: str, error: type[SourceError]
) -> None:
    with pytest.raises(error) as raised:
        read(body, row=row_)
    assert type(raised.value) is error


def test_a_page_on_which_nothing_is_found_because_it_is_garbled_is_told_apart() -> None:
    text = "关于对部分物项实施出口管制的公告".encode().decode("latin-1")
    body = f"<html><body><ul class='cards'><li><a href='/1'>{text}</a></li></ul></body></html>"
    with pytest.raises(WrongCharset, match="the page is garbled"):
        read(body, row="ul.news > li")
    with pytest.raises(WrongCharset, match="the page is garbled"):
        read(body)


def test_rows_are_those_whose_link_contains_what_it_must() -> None:
    body = page(rows(range(3)) + row(7).replace("/n/7", "/video/7"))
    assert keys(read(body, row="ul.news li", link_contains="/n/")) == ["0", "1", "2"]
    with pytest.raises(Redesigned, match="none has a title and a link at 'a\\[href\\]' with '/acts/' in it"):
        read(body, row="ul.news li", link_contains="/acts/")


# -- a list that shrinks


def test_most_rows_gone_at_once_is_a_lack_until_it_stays_so_for_hours_and_what_is_there_counts() -> None:
    first = read(page(rows(range(40))))
    soon = read(page(rows(range(9))), first.memory, complete_at=NOON - SIX_HOURS)
    assert soon.lacks is not None
    assert soon.lacks.startswith("only 9 of 40 rows left: not taken for the whole list")
    assert (len(soon.items), {**first.memory, **soon.memory}["rows"]) == (9, "40")
    later = read(page(rows(range(9))), first.memory, complete_at=NOON - SIX_HOURS - timedelta(minutes=1))
    assert len(later.items) == 9
    (problem,) = later.problems
    assert problem.reason == "only 9 of 40 rows left: taken for the whole list from now on"
    again = read(page(rows(range(9))), {**first.memory, **later.memory}, complete_at=NOON)
    assert again.problems == ()


@pytest.mark.parametrize(("before", "after"), [(40, 10), (8, 2), (7, 1), (4, 1), (9, 30)])
def test_a_list_may_grow_and_lose_some_of_its_rows(before: int, after: int) -> None:
    told: dict[str, Any] = {"row": "ul.news li", "complete_at": NOON}
    first = read(page(rows(range(before))), **told)
    later = read(page(rows(range(after))), first.memory, **told)
    assert (len(later.items), later.problems, later.memory) == (after, (), {"rows": str(after)})


# -- rows


def test_of_a_long_list_the_newest_rows_are_taken_from_whichever_end_they_stand_at() -> None:
    days = [date(2026, 11, 20) - timedelta(days=number) for number in range(10)]
    newest_first = [row(number, day.isoformat()) for number, day in enumerate(days)]
    pinned = row(99, "2020-01-01")
    told: dict[str, Any] = {"row": "ul.news li", "limit": 3}
    assert keys(read(page("".join(newest_first)), **told)) == ["0", "1", "2"]
    assert keys(read(page("".join(newest_first[::-1])), **told)) == ["2", "1", "0"]
    assert keys(read(page(pinned + "".join(newest_first)), **told)) == ["99", "0", "1"]
    undated = "".join(row(number, "") for number in range(10))
    assert keys(read(page(undated), **told)) == ["0", "1", "2"]


@given(st.permutations(range(6)))
@settings(max_examples=20)
def test_the_order_of_rows_means_nothing(order: list[int]) -> None:
    found = read(page(rows(order)), row="ul.news > li")
    assert {item.key: item for item in found.items} == {
        item.key: item for item in read(page(rows(range(6))), row="ul.news > li").items
    }


def test_a_date_is_read_in_the_order_that_is_told() -> None:
    body = page("".join(row(number, f"{number + 1:02}/10/2026") for number in range(6)))
    by_day = read(body, date_order="dmy").items
    assert [item.official_on for item in by_day] == [date(2026, 10, day) for day in range(1, 7)]
    by_month = read(body).items
    assert [item.official_on for item in by_month] == [date(2026, month, 10) for month in range(1, 7)]


def test_a_row_without_a_date_has_none_and_one_to_come_is_a_misprint() -> None:
    found = read(page(row(1, "") + row(2, "2026-11-26") + row(3, "2026-11-25")), row="ul.news li")
    assert [item.official_on for item in found.items] == [None, None, date(2026, 11, 25)]
    (problem,) = found.problems
    assert problem.record == "https://www.agency.example/n/2"
    assert "2026-11-26" in problem.reason


TEASER = "The office opens a review of the duties. Comments are due in 30 days"


@pytest.mark.parametrize(
    ("text", "abstract"),
    [
        (TEASER + ".", TEASER + "."),
        (f"{TEASER}. 1,204 views", TEASER + "."),
        (f"{TEASER}. Views: 1.2k", TEASER + "."),
        (f"3 hours ago {TEASER}.", TEASER + "."),
        (f"{TEASER}. 12 Comments", TEASER + "."),
        (f"{TEASER}. 浏览次数：1024次", TEASER + "."),
        ("Press release", None),
        ("Press releases Export controls Office of the Chief of the Bureau", None),
        (
            "关于对部分物项实施出口管制的公告已经公布。自公布之日起实施。",
            "关于对部分物项实施出口管制的公告已经公布。自公布之日起实施。",
        ),
    ],
)
def test_what_a_row_says_in_sentences_is_kept_without_what_counts_by_itself(
    text: str, abstract: str | None
) -> None:
    (item,) = read(page(row(1, text=text)), row="ul.news > li").items
    assert item.abstract == abstract


def test_an_item_has_the_language_of_its_title() -> None:
    body = page(row(1) + '<li><a href="/n/2">商务部公告2025年第61号</a></li>')
    assert [item.lang for item in read(body, row="ul.news > li").items] == ["en", "zh"]
    assert [item.lang for item in read(body, row="ul.news > li", lang="zh").items] == ["zh", "zh"]


# -- hostile


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_arbitrary_bytes_raise_nothing_but_source_errors(body: bytes) -> None:
    with suppress(SourceError):
        read(body)
    with suppress(SourceError):
        read(page(rows(range(3))).encode().replace(b"Notice", body), row="ul.news > li")


@given(st.sampled_from(LISTS), st.sampled_from(["", "ul.listing li", "div"]), st.data())
@settings(max_examples=80)
def test_mutated_pages_raise_nothing_but_source_errors(path: Path, row_: str, data: st.DataObject) -> None:
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        if body:
            start = data.draw(st.integers(0, len(body) - 1))
            body[start : start + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    memory = {"asked": URL, "path": "ul.listing > li", "rows": "7"}
    with suppress(SourceError):
        for item in read(bytes(body), memory, complete_at=NOON, row=row_).items:
            assert item.title
            assert item.url.startswith("http")
            assert len(item.key) <= 1_000
