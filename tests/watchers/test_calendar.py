"""When a source is asked: never later than its rhythm says, never past the opening of a slot."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.calendar import (
    Rhythm,
    Slot,
    is_federal_business_day,
    is_working_day,
    next_poll,
)
from watchers.registry import all_sources

EASTERN = ZoneInfo("America/New_York")
MORNING = Slot(start=time(8, 40), end=time(9, 5), every=timedelta(seconds=90))
AFTERNOON = Slot(start=time(16, 10), end=time(16, 45), every=timedelta(minutes=2))
DESK = Rhythm(
    zone="America/New_York",
    days="us-federal",
    slots=(MORNING, AFTERNOON),
    otherwise=timedelta(minutes=10),
    off_days=timedelta(hours=1),
)
HOLIDAYS_2026 = (
    *("2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07"),
    *("2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"),
)

BEIJING = Rhythm(
    zone="Asia/Shanghai",
    days="china",
    slots=(
        Slot(start=time(8, 55), end=time(10, 5), every=timedelta(minutes=1)),
        Slot(start=time(17, 0), end=time(21, 0), every=timedelta(minutes=2)),
    ),
    otherwise=timedelta(minutes=10),
    off_days=timedelta(minutes=15),
)


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


def after(text: str, rhythm: Rhythm = DESK) -> str:
    """Return the next poll after an Eastern wall time, as an Eastern wall time."""
    return next_poll(rhythm, eastern(text)).astimezone(EASTERN).strftime("%Y-%m-%d %H:%M:%S")


# -- days


def test_the_working_days_of_2026_are_the_weekdays_without_federal_holidays() -> None:
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    closed = [day.isoformat() for day in days if day.weekday() < 5 and not is_federal_business_day(day)]
    assert closed == list(HOLIDAYS_2026)
    assert not any(is_federal_business_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2022, 6, 20), date(2023, 1, 2), date(2027, 7, 5)])
def test_a_holiday_at_a_weekend_is_observed_on_a_weekday(day: date) -> None:
    assert not is_federal_business_day(day)


def test_every_day_means_every_day() -> None:
    assert is_working_day("every-day", date(2026, 12, 25))
    assert not is_working_day("us-federal", date(2026, 12, 25))


# By the notices of the General Office of the State Council for each year: weekdays off, and weekend days worked.
CHINA = {
    2025: (
        "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


@pytest.mark.parametrize("year", CHINA)
def test_in_china_holidays_fall_on_weekdays_and_are_worked_off_on_weekends(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(365)]
    off = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not is_working_day("china", day)]
    worked = [f"{day:%m-%d}" for day in days if day.weekday() >= 5 and is_working_day("china", day)]
    assert (" ".join(off), " ".join(worked)) == CHINA[year]


def test_a_year_without_a_notice_yet_has_its_holidays_and_ordinary_weekends() -> None:
    assert not is_working_day("china", date(2040, 10, 1))
    assert not any(is_working_day("china", date(2040, 10, 6) + timedelta(days=7 * week)) for week in range(9))
    assert is_working_day("china", date(2040, 10, 15))


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_last_day_of_a_year_is_known_too(year: int) -> None:
    assert is_working_day("china", date(year, 12, 31))
    assert is_working_day("us-federal", date(year, 12, 31))


# -- steps


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-23 08:40:00", "2026-11-23 08:41:30"),  # in a slot
        ("2026-11-23 09:04:59", "2026-11-23 09:06:29"),  # the last step of a slot may end after it
        ("2026-11-23 09:05:00", "2026-11-23 09:15:00"),  # a slot's end is no longer in it
        ("2026-11-23 16:05:00", "2026-11-23 16:10:00"),  # an opening that comes sooner wins
        ("2026-11-23 16:00:00", "2026-11-23 16:10:00"),
        ("2026-11-23 16:09:59", "2026-11-23 16:10:00"),
        ("2026-11-23 23:55:00", "2026-11-24 00:05:00"),
        ("2026-11-21 12:00:00", "2026-11-21 13:00:00"),  # Saturday
        ("2026-11-22 23:30:00", "2026-11-23 00:30:00"),  # from Sunday into Monday
        ("2026-11-26 08:39:00", "2026-11-26 09:39:00"),  # Thanksgiving has no slots
        ("2026-11-27 08:39:00", "2026-11-27 08:40:00"),
        ("2026-07-03 16:00:00", "2026-07-03 17:00:00"),  # Independence Day, observed
    ],
)
def test_after_this_moment_comes_that(now: str, then: str) -> None:
    assert after(now) == then


def test_a_long_step_does_not_sleep_into_monday_morning() -> None:
    lazy = Rhythm(
        zone=DESK.zone,
        days="us-federal",
        slots=(MORNING,),
        otherwise=timedelta(hours=6),
        off_days=timedelta(days=4),
    )
    assert after("2026-11-20 17:00:00", lazy) == "2026-11-20 23:00:00"
    assert after("2026-11-21 12:00:00", lazy) == "2026-11-23 08:40:00"
    assert after("2026-11-26 12:00:00", lazy) == "2026-11-27 08:40:00"


def test_the_longest_holiday_so_far_is_not_slept_past() -> None:
    lazy = replace(BEIJING, otherwise=timedelta(days=30), off_days=timedelta(days=30))
    zone = ZoneInfo("Asia/Shanghai")
    evening = datetime(
        2020, 1, 23, 23, 0, tzinfo=zone
    )  # the New Year holiday of 2020 was lengthened to 2 February
    assert next_poll(lazy, evening) == datetime(2020, 2, 3, 8, 55, tzinfo=zone)


def test_without_slots_only_the_steps_count() -> None:
    plain = Rhythm(
        zone=DESK.zone,
        days="every-day",
        slots=(),
        otherwise=timedelta(minutes=7),
        off_days=timedelta(hours=1),
    )
    assert after("2026-12-25 08:39:00", plain) == "2026-12-25 08:46:00"


def test_a_holiday_of_weeks_is_slept_through_where_no_slot_opens() -> None:
    asleep = Rhythm(
        zone="UTC",
        days="us-federal",
        slots=(),
        otherwise=timedelta(hours=1),
        off_days=timedelta(days=20),
    )
    saturday = datetime(2026, 11, 21, tzinfo=UTC)
    assert next_poll(asleep, saturday) == saturday + timedelta(days=20)


# -- the days on which the clock changes


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (
            "2026-03-08 06:55:00",
            "2026-03-08 07:00:00",
        ),  # 01:55 EST: the slot of 02:00 does not exist, 03:00 EDT is next
        ("2026-11-01 05:25:00", "2026-11-01 05:30:00"),  # 01:25 EDT: the slot opens at the first 01:30
        ("2026-11-01 05:35:00", "2026-11-01 05:36:00"),
        ("2026-11-01 06:35:00", "2026-11-01 06:36:00"),  # the second 01:35, in the slot again
        ("2026-11-01 07:05:00", "2026-11-01 07:15:00"),
    ],
)
def test_elapsed_time_is_counted_through_the_change_of_the_clock(now: str, then: str) -> None:
    nightly = Rhythm(
        zone="America/New_York",
        days="every-day",
        slots=(
            Slot(start=time(1, 30), end=time(1, 50), every=timedelta(minutes=1)),
            Slot(start=time(3, 0), end=time(3, 20), every=timedelta(minutes=1)),
        ),
        otherwise=timedelta(minutes=10),
        off_days=timedelta(hours=1),
    )
    found = next_poll(nightly, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)


@pytest.mark.parametrize("monday", ["2026-03-09", "2026-11-02"])
def test_the_slot_after_the_clock_changed_opens_at_its_wall_time(monday: str) -> None:
    assert after(f"{monday} 08:35:00") == f"{monday} 08:40:00"


# -- laws

INSTANTS = st.datetimes(min_value=datetime(2025, 12, 20), max_value=datetime(2027, 1, 15))  # noqa: DTZ001 -- the zone is added below
_SOURCES = [source.rhythm for source in all_sources().values()]
RHYTHMS = st.sampled_from([DESK, BEIJING, *(one for one in _SOURCES if isinstance(one, Rhythm))])


@settings(max_examples=100)
@given(RHYTHMS, INSTANTS)
def test_the_next_poll_is_later_within_the_longest_step_and_sleeps_through_no_opening(
    rhythm: Rhythm, naive: datetime
) -> None:
    now = naive.replace(tzinfo=UTC)
    then = next_poll(rhythm, now)
    longest = max(rhythm.otherwise, rhythm.off_days, *(slot.every for slot in rhythm.slots))
    assert then.tzinfo is UTC
    assert now < then <= now + longest
    zone = ZoneInfo(rhythm.zone)
    for day in {now.astimezone(zone).date(), then.astimezone(zone).date()}:
        if is_working_day(rhythm.days, day):
            for slot in rhythm.slots:
                opening = datetime.combine(day, slot.start, zone).astimezone(UTC)
                assert not now < opening < then


@settings(max_examples=60)
@given(RHYTHMS, st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31)))
def test_every_slot_of_a_working_day_is_polled_at_its_opening(rhythm: Rhythm, day: date) -> None:
    zone = ZoneInfo(rhythm.zone)
    at = datetime.combine(day, time(0, 0), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(0, 0), zone)
    polls = set()
    while at < end:
        at = next_poll(rhythm, at)
        polls.add(at)
    if is_working_day(rhythm.days, day):
        openings = {datetime.combine(day, slot.start, zone).astimezone(UTC) for slot in rhythm.slots}
        assert openings <= polls
