"""How long a source may be silent, and since when it is silent for too long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.silence import MIN_GAPS, quiet_bound, silent_since

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def elapsed(start: datetime, end: datetime) -> timedelta:
    return end - start


def weekdays(start: datetime, end: datetime) -> timedelta:
    """Working time where Saturdays and Sundays count as nothing."""
    total, at = timedelta(), start
    while at < end:
        midnight = (at + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(midnight, end)
        total += until - at if at.weekday() < 5 else timedelta()
        at = until
    return total


def hours(*counts: float) -> list[timedelta]:
    return [timedelta(hours=count) for count in counts]


def test_what_a_source_declares_goes_before_what_is_learned() -> None:
    assert quiet_bound(5 * HOUR, hours(*[100] * 50)) == 5 * HOUR
    assert quiet_bound(5 * HOUR, ()) == 5 * HOUR


def test_nothing_is_learned_from_fewer_than_ten_gaps() -> None:
    assert quiet_bound(None, hours(*[100] * (MIN_GAPS - 1))) is None
    assert quiet_bound(None, hours(*[100] * MIN_GAPS)) == 300 * HOUR


def test_the_bound_is_three_times_what_nineteen_of_twenty_gaps_stay_within() -> None:
    assert quiet_bound(None, hours(*[20] * 19, 500)) == 60 * HOUR
    assert quiet_bound(None, hours(*[20] * 18, 500, 500)) == 1500 * HOUR


def test_no_learned_bound_is_shorter_than_two_working_days() -> None:
    assert quiet_bound(None, hours(*[1] * 40)) == 2 * DAY


def test_items_that_came_together_are_one_arrival() -> None:
    assert quiet_bound(None, [*hours(*[100] * 9), *[timedelta()] * 90]) is None
    assert (
        quiet_bound(None, [*hours(*[100] * 9), *[timedelta(minutes=59)] * 90]) is None
    )  # one poll, page after page
    assert quiet_bound(None, [*hours(*[100] * 10), *[timedelta()] * 90]) == 300 * HOUR


@settings(max_examples=100)
@given(st.lists(st.integers(1, 5000), min_size=MIN_GAPS, max_size=60), st.randoms(use_true_random=False))
def test_a_learned_bound_is_no_shorter_than_three_times_most_gaps(counts: list[int], order: object) -> None:
    gaps = hours(*counts)
    bound = quiet_bound(None, gaps)
    assert bound is not None
    assert sum(3 * gap <= bound for gap in gaps) >= 0.95 * len(gaps)
    order.shuffle(gaps)  # type: ignore[attr-defined]
    assert quiet_bound(None, gaps) == bound


@pytest.mark.parametrize(("last", "bound"), [(None, DAY), (FRIDAY, None), (None, None)])
def test_without_an_arrival_or_a_bound_nothing_can_be_said(
    last: datetime | None, bound: timedelta | None
) -> None:
    assert silent_since(last, FRIDAY + 100 * DAY, bound, elapsed) is None


def test_silence_is_suspicious_from_the_minute_that_its_bound_is_passed() -> None:
    assert silent_since(FRIDAY, FRIDAY + 2 * HOUR, 2 * HOUR, elapsed) is None
    passed = FRIDAY + 2 * HOUR + MINUTE
    assert silent_since(FRIDAY, passed, 2 * HOUR, elapsed) == passed
    assert silent_since(FRIDAY, passed + 30 * DAY, 2 * HOUR, elapsed) == passed


def test_an_instant_before_the_full_minute_is_not_ahead_of_now() -> None:
    now = FRIDAY + 2 * HOUR + timedelta(seconds=5)
    assert silent_since(FRIDAY, now, 2 * HOUR, elapsed) == now


def test_a_weekend_is_no_silence() -> None:
    monday = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert silent_since(FRIDAY, monday, DAY, weekdays) is None
    assert silent_since(FRIDAY, monday + 9 * HOUR, DAY, weekdays) == monday + HOUR + MINUTE


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.integers(1, 20_000), st.integers(0, 20_000))
def test_since_when_does_not_depend_on_when_it_is_asked(bound: int, first: int, more: int) -> None:
    now, again = FRIDAY + first * MINUTE, FRIDAY + (first + more) * MINUTE
    since = silent_since(FRIDAY, now, bound * MINUTE, weekdays)
    if since is not None:
        assert silent_since(FRIDAY, again, bound * MINUTE, weekdays) == since
        assert weekdays(FRIDAY, since - MINUTE) <= bound * MINUTE < weekdays(FRIDAY, since)
    else:
        assert weekdays(FRIDAY, now) <= bound * MINUTE


def test_a_calendar_that_errs_does_not_hang_it() -> None:
    now = FRIDAY + 9 * DAY
    assert silent_since(FRIDAY, now, HOUR, lambda _start, _end: 10 * DAY) == FRIDAY + MINUTE
    falling = silent_since(FRIDAY, now, HOUR, lambda _start, end: 2 * HOUR if end == now else timedelta())
    assert falling == now
