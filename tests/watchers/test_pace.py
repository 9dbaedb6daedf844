"""How often a source without a calendar is asked: more while it brings something new, less while it does not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.calendar import Adaptive, Rhythm, next_pace, next_poll

NEWS = Adaptive(
    zone="UTC", fastest=timedelta(minutes=2), slowest=timedelta(hours=1), start=timedelta(minutes=10)
)
CALENDAR = Rhythm(
    zone="America/New_York",
    days="us-federal",
    slots=(),
    otherwise=timedelta(minutes=10),
    off_days=timedelta(hours=1),
)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_something_new_halves_the_pace_and_nothing_new_stretches_it() -> None:
    assert next_pace(NEWS, None, new=True) == next_pace(NEWS, None, new=False) == NEWS.start
    assert next_pace(NEWS, timedelta(minutes=10), new=True) == timedelta(minutes=5)
    assert next_pace(NEWS, timedelta(minutes=10), new=False) == timedelta(minutes=12.5)
    assert next_pace(NEWS, timedelta(minutes=3), new=True) == NEWS.fastest
    assert next_pace(NEWS, timedelta(minutes=59), new=False) == NEWS.slowest


def test_an_adaptive_source_is_asked_after_its_pace() -> None:
    elsewhere = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
    assert next_poll(NEWS, elsewhere) == NOON + NEWS.start
    assert next_poll(NEWS, elsewhere).tzinfo is UTC
    assert next_poll(NEWS, NOON, timedelta(minutes=7)) == NOON + timedelta(minutes=7)
    assert next_poll(NEWS, NOON, timedelta(days=7)) == NOON + NEWS.slowest, (
        "its bounds were changed meanwhile"
    )


def test_the_pace_of_a_source_with_a_calendar_is_its_calendar() -> None:
    assert next_poll(CALENDAR, NOON, timedelta(hours=9)) == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(("fastest", "start", "slowest"), [(0, 1, 2), (3, 2, 4), (1, 5, 4), (-1, 1, 2)])
def test_a_rhythm_that_would_never_pause_is_refused(fastest: int, start: int, slowest: int) -> None:
    with pytest.raises(ValueError, match="in this order"):
        Adaptive(
            zone="UTC",
            fastest=timedelta(minutes=fastest),
            start=timedelta(minutes=start),
            slowest=timedelta(minutes=slowest),
        )


@settings(max_examples=100)
@given(st.none() | st.timedeltas(timedelta(0), timedelta(days=400)), st.booleans())
def test_an_adaptive_pace_never_leaves_its_bounds(pace: timedelta | None, new: bool) -> None:
    after = next_pace(NEWS, pace, new=new)
    assert NEWS.fastest <= after <= NEWS.slowest
    assert next_poll(NEWS, NOON, after) == NOON + after
    assert NOON + NEWS.fastest <= next_poll(NEWS, NOON, pace) <= NOON + NEWS.slowest
