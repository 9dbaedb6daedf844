"""Dates and times as official pages print them."""

from calendar import month_name
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.dates import agreeing, find_date, find_dates, find_instant

DAY = date(2025, 10, 9)
BEIJING, WASHINGTON = "Asia/Shanghai", "America/New_York"
MONTHS = tuple(month_name)[1:]
HAN = "〇一二三四五六七八九"


@pytest.mark.parametrize(
    "text",
    [
        *("2025-10-09", "2025/10/09", "2025.10.09", "2025-10-9", "[2025-10-09]", "（2025-10-09）"),
        *("October 9, 2025", "Oct. 9, 2025", "OCTOBER 9, 2025", "Oct 9 2025", "October 9th, 2025"),
        *("9 October 2025", "09-Oct-2025", "9th of October 2025", "Thursday, October 9, 2025"),
        *("2025年10月9日", "2025年10月09日", "2025 年 10 月 9 日", "二〇二五年十月九日", "二○二五年十月九日"),
        *(
            "２０２５年１０月９日",
            "２０２５－１０－０９",
            "Posted: October\n      9,\n 2025",
            "2025-10-09T09:00:00Z",
        ),
        *(
            "发布时间：2025-10-09 来源：商务部",
            "/press/2025/10/09/a-rule",
            "/2025/10/09/123.html",
            "10/09/2025",
        ),
    ],
)
def test_a_date_written_in_full_is_found(text: str) -> None:
    assert find_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "October 9",
            "10/09/25",
            "9 Oct",
            "yesterday",
            "May",
            "maybe 5, 2025",
            "2025",
            "2025-10",
            "2025年10月",
        ),
        *(
            "2025-02-30",
            "2025-13-01",
            "February 29, 2025",
            "13/14/2025",
            "二〇二五年十三月一日",
            "二〇二五年十十月一日",
        ),
        *(
            "20251009",
            "2025.10.09.1",
            "1.2025-10-09",
            "12025-10-09",
            "2025-10-091",
            "0694-2025-1009",
            "BIS-2025-0034",
        ),
        *(
            "0000-01-01",
            "1899-12-31",
            "2200-01-01",
            "商务部公告2025年第61号",
            "１２３",
            "²⁰²⁵-10-09",
            "٢٠٢٥-١٠-٠٩",
        ),
    ],
)
def test_what_is_not_written_in_full_or_in_no_calendar_is_no_date(text: str) -> None:
    assert find_date(text) is None


def test_the_order_of_day_and_month_is_what_the_page_is_said_to_use() -> None:
    assert find_date("10/09/2025", order="dmy") == date(2025, 9, 10)
    assert find_date("13/10/2025", order="dmy") == date(2025, 10, 13)
    assert find_date("13/10/2025", order="mdy") is None


@pytest.mark.parametrize(
    "path", ["/recent-actions/20251009_33", "/zhengcefabu/202510/t20251009_3973.htm", "20251009"]
)
def test_a_compact_date_is_read_only_where_it_is_asked_for(path: str) -> None:
    assert find_date(path, compact=True) == DAY
    assert find_date(path) is None


@pytest.mark.parametrize("path", ["/art/art_20251009ab12cd.html", "/x/120251009", "/x20251009", "/20251309"])
def test_digits_in_a_longer_name_are_no_compact_date(path: str) -> None:
    assert find_date(path, compact=True) is None


def test_all_dates_are_found_where_they_stand() -> None:
    text = "公告 ２０２５-１０-０９ (October 10, 2025), 2025-02-30, 二〇二五年十月十一日"
    found = find_dates(text)
    assert [one.on.day for one in found] == [9, 10, 11]
    assert [text[one.start : one.end] for one in found] == [
        "２０２５-１０-０９",
        "October 10, 2025",
        "二〇二五年十月十一日",
    ]


def test_compact_dates_and_written_ones_come_in_the_order_of_the_text() -> None:
    found = find_dates("/20251009/a 2025-10-10 /20251011/", compact=True)
    assert [one.on.day for one in found] == [9, 10, 11]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-10-09 09:00", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("2025-10-09 09:00:15", datetime(2025, 10, 9, 1, 0, 15, tzinfo=UTC)),
        ("2025年10月9日　09：00", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("2025-10-09 09:00 CST", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("2025-10-09 09:00 news", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("2025-10-09T09:00:00.123+08:00", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("2025-10-09T09:00:00Z", datetime(2025, 10, 9, 9, tzinfo=UTC)),
        ("2025-10-09 09:00 GMT+8", datetime(2025, 10, 9, 1, tzinfo=UTC)),
        ("Thu, 09 Oct 2025 09:00:00 GMT", datetime(2025, 10, 9, 9, tzinfo=UTC)),
        ("Thu, 9 Oct 2025 09:00:00 -0430", datetime(2025, 10, 9, 13, 30, tzinfo=UTC)),
        ("07/21/2026 05:26 PM EDT", datetime(2026, 7, 21, 21, 26, tzinfo=UTC)),
        ("07/21/2026 05:26 PM ET", datetime(2026, 7, 21, 21, 26, tzinfo=UTC)),
        ("01/21/2026 12:05 AM ET", datetime(2026, 1, 21, 5, 5, tzinfo=UTC)),
        ("October 9, 2025 at 9:00 a.m. EST", datetime(2025, 10, 9, 14, tzinfo=UTC)),
        ("filed 2025-10-09, seen 2025-10-09 09:00", datetime(2025, 10, 9, 1, tzinfo=UTC)),
    ],
)
def test_a_date_with_a_time_behind_it_is_an_instant(text: str, moment: datetime) -> None:
    found = find_instant(text, BEIJING)
    assert found == moment
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-10-09",
            "October 9, 2025",
            "09:00",
            "",
            "2025-10-09 9",
            "2025-10-09 24:00",
            "2025-10-09 09:60",
        ),
        *("2025-10-09 09:00:61", "2025-10-09 13:00 PM", "2025-10-09 00:30 AM", "2025-10-09 09:00 CEST"),
        *("2025-10-09 09:00 HKT", "2025-10-09 09:00 +25:00", "2025-10-09 09:00 +08:99", "2025-10-09 1:2:3"),
    ],
)
def test_a_date_alone_or_with_no_honest_time_is_never_an_instant(text: str) -> None:
    assert find_instant(text, BEIJING) is None


def test_the_zone_of_the_page_knows_summer_and_winter() -> None:
    summer, winter = (
        find_instant("2025-07-09 09:00", WASHINGTON),
        find_instant("2025-12-09 09:00", WASHINGTON),
    )
    assert summer == datetime(2025, 7, 9, 13, tzinfo=UTC)
    assert winter == datetime(2025, 12, 9, 14, tzinfo=UTC)


def test_central_time_is_meant_on_an_american_page() -> None:
    assert find_instant("2025-10-09 09:00 CST", WASHINGTON) == datetime(2025, 10, 9, 15, tzinfo=UTC)


def test_a_zone_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        find_instant("2025-10-09 09:00", "Europe/Nowhere")


def in_han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else HAN[tens]) + ("十" if tens else "") + (HAN[ones] if ones else "")


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)), st.sampled_from(["", " ", "\n", "("])
)
def test_every_day_is_found_in_every_spelling(day: date, before: str) -> None:
    month = MONTHS[day.month - 1]
    han_year = "".join(HAN[int(digit)] for digit in str(day.year))
    for text in (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{month} {day.day}, {day.year}",
        f"{month[:3]}. {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{day:%m/%d/%Y}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{han_year}年{in_han(day.month)}月{in_han(day.day)}日",
    ):
        found = find_dates(before + text + ")")
        assert [(one.on, one.start, one.end) for one in found] == [
            (day, len(before), len(before) + len(text))
        ]
    assert find_date(f"/x/{day:%Y%m%d}_1", compact=True) == day


DAYS = st.dates(min_value=date(1900, 1, 2), max_value=date(2199, 12, 30))


@given(DAYS, st.times(), st.integers(min_value=-14 * 4, max_value=14 * 4))
def test_an_iso_instant_is_read_back(day: date, time: time, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    aware = datetime.combine(day, time.replace(microsecond=0), zone)
    assert find_instant(aware.isoformat(), WASHINGTON) == aware
    local = aware.replace(tzinfo=ZoneInfo(BEIJING))
    assert find_instant(f"{local:%Y-%m-%d %H:%M:%S}", BEIJING) == local


@pytest.mark.parametrize(
    ("zone", "agrees"), [(None, True), (WASHINGTON, True), (BEIJING, False), ("Europe/London", False)]
)
def test_an_instant_agrees_with_the_day_on_which_it_falls(zone: str | None, agrees: bool) -> None:
    at = datetime(2025, 10, 9, 23, 30, tzinfo=ZoneInfo(WASHINGTON))
    assert agreeing(at, DAY, zone) == (at if agrees else None)
    assert agreeing(at, None, zone) is None
    assert agreeing(None, DAY, zone) is None


PIECES = [
    "2025",
    "-",
    "10",
    "/",
    "09",
    "年",
    "月",
    "日",
    "Oct",
    ". ",
    ", ",
    "T",
    ":",
    "30",
    " PM",
    " EDT",
    "〇",
    "十",
    "+08",
]


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_is_too_strange(text: str) -> None:
    found = find_dates(text, compact=True)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    moment = find_instant(text, WASHINGTON)
    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize(
    "piece", ["1", "2025-", "January ", "Oct 9" + " " * 50, "2025年 ", "一", "1/1/", "2025-10-09 1"]
)
def test_long_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = piece * (
        200_000 // len(piece)
    )  # anything worse than linear would not end within the limit of a test
    find_dates(text, compact=True)
    find_instant(text, WASHINGTON)
