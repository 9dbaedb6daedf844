"""Time that counts when a silence is judged: working days only, in the issuer's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.calendar import Days, working_time_between

EASTERN = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("days", "zone", "start", "end", "hours"),
    [
        ("every-day", "UTC", "2026-12-24T00:00Z", "2026-12-26T06:00Z", 54),
        (
            "us-federal",
            "America/New_York",
            "2026-11-20T17:00Z",
            "2026-11-23T17:00Z",
            24,
        ),  # Friday noon to Monday noon
        (
            "us-federal",
            "America/New_York",
            "2026-11-25T05:00Z",
            "2026-11-28T05:00Z",
            48,
        ),  # Thanksgiving between
        ("us-federal", "America/New_York", "2026-11-21T05:00Z", "2026-11-23T05:00Z", 0),  # a weekend
        (
            "us-federal",
            "America/New_York",
            "2026-03-06T05:00Z",
            "2026-03-10T04:00Z",
            48,
        ),  # the clock changes on Sunday
        (
            "china",
            "Asia/Shanghai",
            "2026-02-13T16:00Z",
            "2026-02-24T16:00Z",
            48,
        ),  # Sat 14 is worked; back on Tue 24
        ("china", "Asia/Shanghai", "2026-11-23T04:00Z", "2026-11-23T04:30Z", 0.5),
        ("china", "Asia/Shanghai", "2026-11-23T04:00Z", "2026-11-20T04:00Z", 0),  # the wrong way round
        ("every-day", "UTC", "2026-11-23T04:00Z", "2026-11-20T04:00Z", 0),
    ],
)
def test_working_time_leaves_out_the_days_off(
    days: Days, zone: str, start: str, end: str, hours: float
) -> None:
    begun, ended = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert working_time_between(days, zone, begun, ended) == timedelta(hours=hours)
    assert working_time_between(
        days, zone, begun.astimezone(EASTERN), ended.astimezone(EASTERN)
    ) == timedelta(hours=hours)


def test_a_working_day_on_which_the_clock_changes_has_its_real_length() -> None:
    # In Havana the clock changes at midnight itself: one day begins at 01:00, another has two midnights.
    for day, hours in (("2026-03-08", 23), ("2026-11-01", 25)):
        begun = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("America/Havana"))
        after = begun.astimezone(UTC) + timedelta(days=3)
        sunday = working_time_between("every-day", "America/Havana", begun, after)
        weekdays = working_time_between("us-federal", "America/Havana", begun, after)
        assert sunday - weekdays == timedelta(hours=hours)


@settings(max_examples=100)
@given(
    st.sampled_from(["us-federal", "china", "every-day"]),
    st.sampled_from(["America/New_York", "Asia/Shanghai", "America/Havana", "Pacific/Apia", "UTC"]),
    st.lists(
        st.datetimes(min_value=datetime(2025, 12, 1), max_value=datetime(2026, 12, 1)),  # noqa: DTZ001 -- the zone is added below
        min_size=3,
        max_size=3,
    ),
)
def test_working_time_adds_up_and_never_shrinks(days: Days, zone: str, naive: list[datetime]) -> None:
    first, middle, last = sorted(one.replace(tzinfo=UTC) for one in naive)
    whole = working_time_between(days, zone, first, last)
    assert whole == working_time_between(days, zone, first, middle) + working_time_between(
        days, zone, middle, last
    )
    assert timedelta(0) <= working_time_between(days, zone, first, middle) <= whole <= last - first
