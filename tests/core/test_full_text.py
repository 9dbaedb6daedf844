"""When an item's own page is read: once, again for edits, and again where it failed, for a while."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.full_text import Article, after_failure, after_read, as_of, is_fresh, is_wanted, unreadable
from tests.fakes.items import NOON, published

SHANGHAI = "Asia/Shanghai"


def read_at(*times: timedelta) -> Article:
    """Return what is remembered after reads at these times after noon."""
    article = None
    for after in times:
        article = after_read(article, key="k", list_print="a", now=NOON + after, baseline=False)
    assert article is not None
    return article


def failed_at(
    now: datetime, known: Article | None = None, *, key: str = "k", list_print: str = "a"
) -> Article:
    """Return what is remembered after its page could not be had."""
    return after_failure(
        known,
        key=key,
        list_print=list_print,
        now=now,
        baseline=False,
        error=f"no answer at {now:%H:%M}",
        error_kind="slow",
    )


def test_a_source_of_which_no_page_can_be_read_is_known_by_the_last_three() -> None:
    once = [failed_at(NOON + timedelta(hours=hour), key=str(hour)) for hour in (3, 2, 1)]
    assert unreadable(once) is None, "each may fail once"
    failed = [failed_at(NOON + timedelta(hours=4), article) for article in once]
    kind, what = unreadable(failed) or ("", "")
    assert (kind, what) == ("slow", "the pages of its last 3 items: no answer at 20:00")
    assert unreadable([replace(article, next_at=None) for article in failed]) is None, "given up long ago"
    assert unreadable([*failed, read_at(timedelta())]) == (kind, what)
    assert unreadable(failed[:2]) is None
    assert unreadable([failed[0], read_at(timedelta()), *failed[1:]]) is None


def test_an_edit_that_cannot_be_read_makes_no_source_blind() -> None:
    twice = failed_at(NOON, failed_at(NOON, read_at(timedelta(hours=-1))))
    assert unreadable([twice] * 3) is None


def test_a_new_item_is_read_unless_it_is_too_old_to_alert() -> None:
    assert is_wanted(None, list_print="a", is_new=True, is_fresh=True, now=NOON)
    assert not is_wanted(None, list_print="a", is_new=True, is_fresh=False, now=NOON)
    assert not is_wanted(None, list_print="a", is_new=False, is_fresh=True, now=NOON)


def test_a_page_is_read_again_after_an_hour_six_a_day_three_and_seven_and_then_no_more() -> None:
    times, now, article = [], NOON, read_at(timedelta())
    while article.next_at is not None:
        now = article.next_at
        times.append(now - NOON)
        article = after_read(article, key="k", list_print="a", now=now, baseline=False)
    assert times == [timedelta(hours=hours) for hours in (1, 6, 24, 72, 168)]


def test_a_read_that_comes_late_skips_the_ones_that_it_missed() -> None:
    article = read_at(timedelta(), timedelta(hours=30))
    assert article.next_at == NOON + timedelta(hours=72)


def test_a_known_item_is_wanted_when_its_listing_changed_or_its_time_has_come() -> None:
    article = read_at(timedelta())
    assert not is_wanted(article, list_print="a", is_new=False, is_fresh=True, now=NOON)
    assert is_wanted(article, list_print="b", is_new=False, is_fresh=True, now=NOON)
    assert is_wanted(article, list_print="a", is_new=False, is_fresh=True, now=NOON + timedelta(hours=1))


def test_what_a_clock_that_was_ahead_wrote_holds_no_page_back() -> None:
    ahead = NOON + timedelta(days=400)
    article = as_of(failed_at(ahead), NOON)
    assert (article.first_tried_at, article.next_at) == (NOON, NOON)
    later = failed_at(NOON)
    assert as_of(later, NOON) == later


def test_what_failed_is_tried_again_at_growing_intervals_for_90_days_and_waits_whatever_the_listing_says() -> (
    None
):
    article, now, waits = None, NOON, []
    while article is None or article.next_at is not None:
        article = failed_at(now, article, list_print="a")
        if article.next_at is None:
            break
        assert not is_wanted(article, list_print="b", is_new=False, is_fresh=True, now=now)
        assert is_wanted(article, list_print="a", is_new=False, is_fresh=True, now=article.next_at)
        waits.append(article.next_at - now)
        now = article.next_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=2), timedelta(days=7))
    assert waits.count(timedelta(days=1)) == 7
    assert timedelta(days=90) <= now - NOON <= timedelta(days=97)
    assert not is_wanted(article, list_print="b", is_new=False, is_fresh=True, now=now + timedelta(days=30))


def test_a_failed_read_does_not_pass_for_a_read_of_what_the_listing_says_now() -> None:
    article = failed_at(NOON, read_at(timedelta()), list_print="b")
    assert article.next_at is not None
    assert is_wanted(article, list_print="b", is_new=False, is_fresh=True, now=article.next_at)
    again = after_read(article, key="k", list_print="b", now=article.next_at, baseline=False)
    assert (again.tries, again.error, again.list_print) == (0, None, "b")


@pytest.mark.parametrize(
    ("item", "learning", "fresh"),
    [
        (published(official_on=date(2023, 10, 18)), False, True),
        (published(official_on=date(2023, 10, 17)), False, False),
        (published(official_on=None), False, True),
        (published(official_on=None), True, False),
        (published(official_at=datetime(2023, 10, 17, 16, 0, tzinfo=UTC)), False, True),
        (published(official_at=datetime(2023, 10, 17, 15, 59, tzinfo=UTC)), False, False),
    ],
)
def test_freshness_is_by_the_issuers_own_date(item, learning: bool, fresh: bool) -> None:
    # Noon in UTC-4 is past midnight in Shanghai: the 17th is yesterday there.
    assert is_fresh(item, since=NOON, zone=SHANGHAI, learning=learning) is fresh
