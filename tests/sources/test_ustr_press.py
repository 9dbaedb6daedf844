"""USTR press releases: of years of links only the recent ones are read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.plans import plan_of
from tests.fakes.press_pages import html_page
from watchers.source import Found
from watchers.sources.ustr_press import SOURCE, Options

NOW = datetime(2025, 11, 12, 15, tzinfo=UTC)
TODAY = date(2025, 11, 12)


def read(days: list[date | None], options: Options | None = None) -> Found:
    rows = "".join(
        f'<li>{day.strftime("%m/%d/%Y") if day else ""}<br><a href="/press-releases/{n}">USTR Release Number {n}</a></li>'
        for n, day in enumerate(days)
    )
    page = html_page(f'<main><ul class="listing">{rows}</ul></main>', url="https://ustr.gov/press-releases")
    return SOURCE.read(page, plan_of(options or Options(), now=NOW))


def numbers(found: Found) -> list[int]:
    return [int(item.key.rpartition("/")[2]) for item in found.items]


@given(ages=st.lists(st.integers(0, 3000), min_size=1, max_size=30), back=st.integers(7, 400))
@settings(max_examples=50)
def test_what_is_older_than_is_wanted_is_left_out_wherever_it_stands(ages: list[int], back: int) -> None:
    found = read([TODAY - timedelta(days=age) for age in ages], Options(days_back=back))
    assert numbers(found) == [n for n, age in enumerate(ages) if age <= back]


def test_a_day_begins_in_washington() -> None:
    late = plan_of(Options(days_back=7), now=datetime(2025, 11, 13, 3, tzinfo=UTC))
    row = '<li>11/05/2025 <a href="/press-releases/1">USTR Release Number 1</a></li>'
    page = html_page(f'<ul class="listing">{row}</ul>', url="https://ustr.gov/press-releases")
    assert len(SOURCE.read(page, late).items) == 1


@pytest.mark.parametrize(("place", "kept"), [(0, True), (1, True), (2, False)])
def test_an_undated_release_above_a_recent_one_is_recent(place: int, kept: bool) -> None:
    days: list[date | None] = [TODAY, TODAY - timedelta(days=900)]
    days.insert(place, None)
    if place == 1:
        days.insert(2, TODAY - timedelta(days=1))
    assert (place in numbers(read(days))) is kept


def test_a_list_without_anything_recent_is_read_and_has_nothing() -> None:
    assert read([TODAY - timedelta(days=900)]).items == ()
