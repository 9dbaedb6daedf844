"""Briefs come at the wall time that was asked for, on working days, whatever the clocks do; nights are quiet."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.timing import (
    INSTANT,
    WEEKDAYS,
    Mode,
    Quiet,
    Timing,
    at_wall_time,
    clock_of,
    days_of,
    next_brief,
    timing_of,
)
from watchers.calendar import is_working_day

NEW_YORK, BEIJING = "America/New_York", "Asia/Shanghai"
NIGHT = Quiet(start=time(22), end=time(7))
ZONES = st.sampled_from([NEW_YORK, BEIJING, "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
TIMINGS = st.one_of(
    st.just(Timing(mode=Mode.HOURLY)),
    CLOCKS.map(lambda at: Timing(mode=Mode.DAILY, at=at)),
    st.builds(lambda at, day: Timing(mode=Mode.WEEKLY, at=at, weekday=day), CLOCKS, st.integers(0, 6)),
)
INSTANTS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1400)).map(
    lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since
)


def there(text: str, zone: str = NEW_YORK) -> datetime:
    """Return the instant of an ISO time with its offset, or of an unambiguous wall time in `zone`."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def due(words: str, after: str, zone: str = NEW_YORK) -> str:
    """Return the wall time of the next brief after a wall time."""
    found = next_brief(timing_of(words), zone, there(after, zone))
    return f"{found.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M %z}"


# -- words


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("instant", "instant"),
        ("Hourly", "hourly"),
        ("daily", "daily 08:30"),
        ("daily 9:05", "daily 09:05"),
        ("weekly", "weekly mon 08:30"),
        ("weekly Friday", "weekly fri 08:30"),
        ("weekly 17:00 thurs", "weekly thu 17:00"),
    ],
)
def test_a_timing_is_read_as_people_write_it(words: str, canonical: str) -> None:
    assert timing_of(words).words == canonical


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", '"" is none of'),
        ("sometimes", '"sometimes" is none of instant, hourly, daily and weekly'),
        ("daily 24:00", '"24:00" does not go with daily'),
        ("daily monday", '"monday" does not go with daily'),
        ("hourly 08:30", '"08:30" does not go with hourly'),
        ("instant mon", '"mon" does not go with instant'),
        ("weekly monkey", '"monkey" does not go with weekly'),
        ("weekly mo", '"mo" does not go with weekly'),
    ],
)
def test_what_is_not_understood_is_named(words: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        timing_of(words)


@pytest.mark.parametrize(
    "facts",
    [
        {"mode": Mode.DAILY},
        {"mode": Mode.INSTANT, "at": time(8)},
        {"mode": Mode.HOURLY, "at": time(8)},
        {"mode": Mode.WEEKLY, "at": time(8)},
        {"mode": Mode.DAILY, "at": time(8), "weekday": 1},
    ],
)
def test_a_timing_has_the_time_that_its_mode_has(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="has a"):
        Timing(**facts)  # type: ignore[arg-type]


@given(st.one_of(st.just(INSTANT), TIMINGS))
def test_the_words_of_a_timing_lead_back_to_it(timing: Timing) -> None:
    assert timing_of(timing.words) == timing


def test_a_clock_is_read_in_plain_digits() -> None:
    assert [clock_of(word) for word in ("7:00", "07:00", "23:59")] == [time(7), time(7), time(23, 59)]
    assert {clock_of(word) for word in ("7", "7:0", "24:00", "07:60", "٠٧:٠٠", "07:00\n")} == {None}


# -- wall times


def test_a_wall_time_in_a_gap_is_the_one_after_it_and_one_that_comes_twice_its_first() -> None:
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    assert at_wall_time(spring, time(2, 30), NEW_YORK) == there("2026-03-08T03:30")
    assert at_wall_time(spring, time(2, 0), NEW_YORK) == there("2026-03-08T03:00")
    assert at_wall_time(spring, time(1, 59), NEW_YORK) == there("2026-03-08T01:59")
    assert at_wall_time(autumn, time(1, 30), NEW_YORK) == there("2026-11-01T01:30-04:00")
    assert at_wall_time(autumn, time(2, 0), NEW_YORK) == there("2026-11-01T02:00-05:00")


# -- briefs


@pytest.mark.parametrize(
    ("words", "after", "next_one"),
    [
        ("daily 08:30", "2026-11-23T08:29", "Mon 2026-11-23 08:30 -0500"),
        ("daily 08:30", "2026-11-23T08:30", "Tue 2026-11-24 08:30 -0500"),
        ("daily 08:30", "2026-11-25T09:00", "Fri 2026-11-27 08:30 -0500"),  # Thanksgiving
        ("daily 08:30", "2026-11-27T09:00", "Mon 2026-11-30 08:30 -0500"),
        ("daily 08:30", "2026-07-02T09:00", "Mon 2026-07-06 08:30 -0400"),  # the Fourth, observed on Friday
        ("daily 02:30", "2026-03-06T03:00", "Mon 2026-03-09 02:30 -0400"),
        ("daily 08:30", "2026-03-06T09:00", "Mon 2026-03-09 08:30 -0400"),
        ("weekly thu 09:00", "2026-11-20T00:00", "Fri 2026-11-27 09:00 -0500"),
        ("weekly mon 09:00", "2026-09-04T09:00", "Tue 2026-09-08 09:00 -0400"),  # Labor Day
        ("weekly sat 09:00", "2026-11-20T09:00", "Mon 2026-11-23 09:00 -0500"),
        ("weekly fri 09:00", "2026-11-20T09:00", "Fri 2026-11-27 09:00 -0500"),
        ("hourly", "2026-11-26T08:00", "Thu 2026-11-26 09:00 -0500"),
        ("hourly", "2026-11-01T01:30-04:00", "Sun 2026-11-01 01:00 -0500"),
    ],
)
def test_the_next_brief_in_washington_is(words: str, after: str, next_one: str) -> None:
    assert due(words, after) == next_one


@pytest.mark.parametrize(
    ("words", "after", "next_one"),
    [
        ("daily 08:30", "2026-02-13T09:00", "Sat 2026-02-14 08:30 +0800"),  # made up for the New Year
        ("daily 08:30", "2026-02-14T09:00", "Tue 2026-02-24 08:30 +0800"),
        ("daily 08:30", "2026-09-30T09:00", "Thu 2026-10-08 08:30 +0800"),  # the golden week
        ("weekly mon 08:30", "2026-02-10T09:00", "Tue 2026-02-24 08:30 +0800"),
        ("daily 08:30", "2026-07-03T09:00", "Mon 2026-07-06 08:30 +0800"),
    ],
)
def test_the_next_brief_in_beijing_is(words: str, after: str, next_one: str) -> None:
    assert due(words, after, BEIJING) == next_one


def test_what_is_told_at_once_has_no_brief() -> None:
    with pytest.raises(ValueError, match="no brief"):
        next_brief(INSTANT, NEW_YORK, there("2026-11-23T08:30"))


@settings(max_examples=200)
@given(TIMINGS, ZONES, INSTANTS)
def test_a_brief_comes_after_now_on_a_working_day_at_the_wall_time_that_was_asked_for(
    timing: Timing, zone: str, after: datetime
) -> None:
    found = next_brief(timing, zone, after)
    assert found.tzinfo is UTC
    assert after < found
    local = found.astimezone(ZoneInfo(zone))
    if timing.at is None:
        assert found - after <= timedelta(hours=1)
        return
    assert is_working_day(days_of(zone), local.date())
    assert found == at_wall_time(local.date(), timing.at, zone)
    in_a_gap = local.replace(tzinfo=None).time() != timing.at
    assert not in_a_gap or local.utcoffset() != (local - timedelta(hours=3)).utcoffset()


@settings(max_examples=100)
@given(TIMINGS, ZONES, INSTANTS, st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9)))
def test_no_brief_is_left_out(timing: Timing, zone: str, after: datetime, passed: timedelta) -> None:
    """Whenever it is asked before the next one is due, the answer is the same."""
    found = next_brief(timing, zone, after)
    asked = min(after + passed, found - timedelta(microseconds=1))
    assert next_brief(timing, zone, asked) == found
    assert next_brief(timing, zone, found) > found


# -- quiet hours


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-23T21:59", None),
        ("2026-11-23T22:00", "2026-11-24T07:00"),
        ("2026-11-24T00:00", "2026-11-24T07:00"),
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", None),
        ("2026-03-07T23:00", "2026-03-08T07:00-04:00"),  # an hour shorter
        ("2026-11-01T01:30-05:00", "2026-11-01T07:00-05:00"),  # an hour longer
    ],
)
def test_the_night_is_quiet_across_midnight_and_when_clocks_change(now: str, ends: str | None) -> None:
    assert NIGHT.ends_at(there(now), NEW_YORK) == (there(ends) if ends else None)


def test_quiet_hours_within_a_day_and_all_day() -> None:
    noon = Quiet(start=time(12), end=time(13, 30))
    assert noon.ends_at(there("2026-11-23T12:45"), NEW_YORK) == there("2026-11-23T13:30")
    assert noon.ends_at(there("2026-11-23T13:30"), NEW_YORK) is None
    always = Quiet(start=time(7), end=time(7))
    assert always.ends_at(there("2026-11-23T06:59"), NEW_YORK) == there("2026-11-23T07:00")
    assert always.ends_at(there("2026-11-23T07:00"), NEW_YORK) == there("2026-11-24T07:00")
    assert (NIGHT.words, noon.words) == ("22:00 to 07:00", "12:00 to 13:30")


@settings(max_examples=200)
@given(CLOCKS, CLOCKS, ZONES, INSTANTS)
def test_quiet_ends_later_than_now_at_its_wall_time_and_within_about_a_day(
    start: time, end: time, zone: str, now: datetime
) -> None:
    ends = Quiet(start=start, end=end).ends_at(now, zone)
    if ends is None:
        return
    assert now < ends <= now + timedelta(hours=25)
    assert ends == at_wall_time(ends.astimezone(ZoneInfo(zone)).date(), end, zone)


def test_weekdays_begin_on_monday() -> None:
    assert WEEKDAYS == ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
