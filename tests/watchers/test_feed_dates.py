"""Dates as feeds write them."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.feeds.dates import read_date

AT = datetime(2026, 7, 24, 18, 1, tzinfo=UTC)
DAY = date(2026, 7, 24)


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 24 Jul 2026 18:01:00 GMT",
        "Fri, 24 Jul 2026 18:01:00 +0000",
        "Fri, 24 Jul 2026 18:01:00 -0000",
        "Fri, 24 Jul 2026 18:01:00 Z",
        "Fri, 24 Jul 26 18:01:00 GMT",
        "Fri, 24 Jul 2026 18:01 UTC",
        "24 Jul 2026 14:01:00 EDT",
        "Fri, 24 July 2026 14:01:00 -04:00",
        "Sat, 25 Jul 2026 02:01:00 +0800 (China Standard Time)",
        "  Fri,  24 Jul 2026\n18:01:00 GMT ",
        "24-Jul-2026 18:01:00 GMT",
        "2026-07-24T18:01:00Z",
        "2026-07-24t18:01:00z",
        "2026-07-24T18:01:00.000000000Z",
        "2026-07-24T14:01-04:00",
        "2026-07-25T02:01:00+0800",
        "2026-07-25 02:01:00 +0800",
        "2026/7/24 18:01 GMT",
    ],
)
def test_an_instant_is_read_however_it_is_spelled(text: str) -> None:
    assert read_date(text) == AT


def test_a_wrong_weekday_says_nothing_about_the_day() -> None:
    assert read_date("Mon, 24 Jul 2026 18:01:00 GMT") == AT


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-24",
        "24 Jul 2026",
        "2026年7月24日",
        "2026.07.24",
        "Fri, 24 Jul 2026 18:01:00",
        "2026-07-24T18:01:00",
        "2026-07-24 18:01:00",
        "Fri, 24 Jul 2026 18:01:00 XYZ",
        "Fri, 24 Jul 2026 18:01:00 CST",
    ],
)
def test_without_a_time_in_a_sure_zone_only_the_day_is_kept(text: str) -> None:
    assert read_date(text) == DAY
    assert not isinstance(read_date(text), datetime)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "May",
        "10:30",
        "12",
        "1784915000",
        "07/24/2026",
        "31 Feb 2026 10:00:00 GMT",
        "2026-02-30T10:00:00Z",
        "2026-02-29",
        "2026-07-24T25:00:00Z",
        "Fri, 24 Jul 2026 18:61:00 GMT",
        "Fri, 24 Jul 2026 18:01:00 +2500",
        "24 Foo 2026 18:01:00 GMT",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "٢٠٢٦-٠٧-٢٤",
        "2026-07-24" + "0" * 200,
    ],
)
def test_what_is_no_date_or_cannot_exist_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "0001-01-01",
        "Sat, 30 Dec 1899 00:00:00 GMT",
        "1900-01-01",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 31 Dec 1969 19:00:00 -0500",
        "1970-01-01T00:00:00+08:00",
        "1970-01-01T08:00:00+08:00",
        "1970-01-01",
        "31 Dec 1969",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_a_system_writes_where_it_knows_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_an_old_document_keeps_its_date() -> None:
    assert read_date("8 Dec 1941") == date(1941, 12, 8)
    assert read_date("Fri, 02 Jan 1970 09:00:00 GMT") == datetime(1970, 1, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(("year", "meant"), [("68", 2068), ("69", 1969), ("00", 2000), ("99", 1999)])
def test_two_digits_of_a_year_are_read_as_mail_reads_them(year: str, meant: int) -> None:
    assert read_date(f"1 Jan {year}") == date(meant, 1, 1)


def test_parts_of_a_second_are_kept() -> None:
    assert read_date("2026-07-24T18:01:00.25Z") == AT + timedelta(milliseconds=250)
    assert read_date("2026-07-24 18:01:00,25 GMT") == AT + timedelta(milliseconds=250)


instants = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2068, 12, 30)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, zones)
def test_what_others_write_comes_back_as_the_same_instant(at: datetime, zone: timezone) -> None:
    there = at.replace(tzinfo=zone)
    for text in (format_datetime(there), there.isoformat(), there.strftime("%d %b %y %H:%M:%S %z")):
        read = read_date(text)
        assert isinstance(read, datetime)
        assert (read, read.utcoffset()) == (there, timedelta())


@given(st.text(alphabet="0123456789-/:.,+TZ JulGMT年月日()\t", max_size=120))
def test_nothing_makes_it_raise(text: str) -> None:
    read = read_date(text)
    assert read is None or isinstance(read, date)
