"""The words that people read are the same for every channel, locale and season."""

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.match import Evidence, Severity
from bot.render import words
from tests.fakes.items import match
from watchers.item import DateKind, Ref, Stage

DAY = date(2023, 10, 17)


def test_every_stage_and_every_kind_of_date_has_words() -> None:
    assert set(words.STAGE) == set(words.STAGE_SHORT) == set(Stage)
    assert set(words.DATE) == set(DateKind)
    assert all([*words.STAGE.values(), *words.STAGE_SHORT.values(), *words.DATE.values()])


def test_only_a_claim_is_written_in_capitals() -> None:
    assert [stage for stage, word in words.STAGE.items() if word.isupper()] == [Stage.UNCONFIRMED]


@pytest.mark.parametrize(
    ("day", "near", "expected"),
    [
        (DAY, None, "17 Oct 2023"),
        (DAY, DAY, "Tue 17 Oct 2023"),
        (date(2023, 10, 31), DAY, "Tue 31 Oct 2023"),
        (date(2023, 11, 1), DAY, "1 Nov 2023"),
        (date(2023, 10, 3), DAY, "Tue 3 Oct 2023"),
        (date(2023, 10, 2), DAY, "2 Oct 2023"),
        (date(2024, 2, 29), None, "29 Feb 2024"),
    ],
)
def test_a_day_has_its_weekday_within_a_fortnight(day: date, near: date | None, expected: str) -> None:
    assert words.day_words(day, near=near) == expected


@settings(max_examples=50)
@given(st.dates())
def test_a_day_is_written_in_english_without_asking_the_locale(day: date) -> None:
    month = ("", *calendar.month_abbr[1:])  # pytest runs in the C locale
    weekday = calendar.day_abbr[day.weekday()]
    assert words.day_words(day, near=day) == f"{weekday} {day.day} {month[day.month]} {day.year}"


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2023-10-17T20:15:00", "America/New_York", "17 Oct 2023 16:15:00 ET"),
        ("2023-12-01T21:15:00", "America/New_York", "1 Dec 2023 16:15:00 ET"),
        ("2026-03-08T06:59:59", "America/New_York", "8 Mar 2026 01:59:59 ET"),
        ("2026-03-08T07:00:00", "America/New_York", "8 Mar 2026 03:00:00 ET"),
        ("2026-11-01T05:30:00", "America/New_York", "1 Nov 2026 01:30:00 ET"),
        ("2026-11-01T06:30:00", "America/New_York", "1 Nov 2026 01:30:00 ET"),
        ("2023-10-17T20:15:00", "Asia/Shanghai", "18 Oct 2023 04:15:00 Beijing"),
        ("2023-12-01T21:15:00", "Asia/Shanghai", "2 Dec 2023 05:15:00 Beijing"),
        ("2023-10-17T20:15:00", "UTC", "17 Oct 2023 20:15:00 UTC"),
        ("2023-10-17T20:15:00", "Europe/Berlin", "17 Oct 2023 22:15:00 CEST"),
        ("2023-12-01T21:15:00", "America/Chicago", "1 Dec 2023 15:15:00 CT"),
        ("2023-12-01T21:15:00", "Asia/Taipei", "2 Dec 2023 05:15:00 Taipei"),
        ("2023-12-01T21:15:00", "America/Mexico_City", "1 Dec 2023 15:15:00 Mexico City"),
    ],
)
def test_an_instant_is_told_in_the_readers_zone_by_an_unambiguous_name(
    instant: str, zone: str, expected: str
) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert words.instant_words(at, zone, with_day=True) == expected


def test_an_instant_can_do_without_day_and_seconds() -> None:
    at = datetime(2023, 10, 17, 20, 15, 40, tzinfo=UTC)
    assert words.instant_words(at, "America/New_York", with_day=False) == "16:15:40 ET"
    assert words.instant_words(at, "America/New_York", with_day=False, seconds=False) == "16:15 ET"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (-5, "0 s"),
        (40, "40 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (3600, "1 h"),
        (3610, "1 h"),
        (15_000, "4 h 10 min"),
        (86_400 * 3 + 7200, "3 d 2 h"),
        (86_400 + 59, "1 d"),
        (86_400 * 400, "400 d"),
    ],
)
def test_a_difference_is_told_in_its_two_largest_units(seconds: float, expected: str) -> None:
    assert words.span_words(timedelta(seconds=seconds)) == expected


def test_official_numbers_are_written_as_people_write_them() -> None:
    refs = (
        Ref(kind="cfr", value="15/744"),
        Ref(kind="citation", value="88 FR 71991"),
        Ref(kind="rin", value="0694-AJ41"),
        Ref(kind="docket", value="231013-0245"),
        Ref(kind="docket", value="Docket No. BIS-2023-0030"),
        Ref(kind="eo", value="14257"),
        Ref(kind="proclamation", value="10908"),
        Ref(kind="presidential", value="2023-12"),
        Ref(kind="cfr", value="15/772"),
        Ref(kind="cfr", value="19"),
        Ref(kind="unheard-of", value="{0} {x}"),
    )
    assert words.refs_words(refs) == [
        "88 FR 71991",
        "RIN 0694-AJ41",
        "Docket 231013-0245",
        "Docket No. BIS-2023-0030",
        "Executive Order 14257",
        "Proclamation 10908",
        "Presidential Document 2023-12",
        "{0} {x}",
        "15 CFR 744, 772",
        "19 CFR",
    ]
    assert words.document_words("fr:C1-2023-23048") == "C1-2023-23048"
    assert words.document_words("mofcom:announcement:2023:23") == "MOFCOM No. 23 of 2023 / 2023年第23号"
    assert words.document_words("state-council:order:803") == "State Council Order No. 803 / 国务院令第803号"


@pytest.mark.parametrize(
    "ref", ["url:www.bis.gov/press-release/x", "at://did:plc:abc/x", "mofcom:announcement:2023", "x"]
)
def test_a_name_that_is_no_number_is_not_printed_as_one(ref: str) -> None:
    assert words.document_words(ref) is None


def hit(text: str, field: str = "title", end: int = 5) -> Evidence:
    return Evidence(words=text, lang="en", field=field, start=0, end=end)


def test_the_words_that_hit_are_told_once_each_with_their_first_place() -> None:
    found = match(
        "lists", evidence=(hit("Entity List"), hit("实体清单", "abstract"), hit("ENTITY LIST", "abstract"))
    )
    assert (
        words.evidence_words(found, limit=4) == "lists: “Entity List” in the title, “实体清单” in the summary"
    )


def test_words_beyond_the_limit_are_counted() -> None:
    found = match("lists", severity=Severity.INFO, evidence=tuple(hit(text) for text in "abcde"))
    assert words.evidence_words(found, limit=2) == "lists: “a” in the title, “b” in the title and 3 more"


def test_a_hit_on_a_field_filter_is_told_as_the_filter() -> None:
    assert (
        words.evidence_words(match("bis", evidence=(hit("bis", "agency", 0),)), limit=4) == "bis: agency bis"
    )


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=90), "90 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1), "1 d"),
        (timedelta(), "0 d"),
    ],
)
def test_a_span_in_one_unit(span: timedelta, said: str) -> None:
    assert words.one_unit(span) == said


def test_places_are_named_by_host_each_once_and_counted_beyond_three() -> None:
    urls = tuple(f"https://{host}.example/{path}" for host in "abcd" for path in "xy")
    assert words.places_words(urls) == "a.example, b.example, c.example and 1 more"
    assert words.places_words(("https://a.example/x",)) == "a.example"


@pytest.mark.parametrize(
    ("count", "thing", "said"),
    [
        (1, "story", "1 story"),
        (0, "story", "0 stories"),
        (1204, "item", "1,204 items"),
        (1, "item", "1 item"),
    ],
)
def test_things_are_counted_as_people_write_them(count: int, thing: str, said: str) -> None:
    assert words.count_words(count, thing) == said


def test_a_severity_is_told_with_the_rule_that_set_it_in_both_languages() -> None:
    watched = ("watched party: Huawei",)
    assert words.loudness_words(Severity.URGENT, watched) == "urgent: watched party: Huawei"
    assert words.loudness_words(Severity.URGENT, watched, "zh") == "紧急：关注名单：Huawei"
    assert words.loudness_words(Severity.INFO, ("quiet: title:x",), "zh") == "参考：降级：title:x"
    assert words.loudness_words(Severity.NOTICE, ()) == "notice"


def test_a_long_rule_is_cut_and_rules_that_do_not_fit_are_counted() -> None:
    rule = " OR ".join(f'"entity list {number}"' for number in range(20))
    said = words.loudness_words(Severity.URGENT, (rule, "second", "third"))
    assert len(said) <= len("urgent: ") + 80 + len(" and 2 more")
    assert "…" in said
    assert said.endswith(" and 2 more")
    both = words.loudness_words(Severity.URGENT, ("first", "second"), "zh")
    assert both == "紧急：first；second"
