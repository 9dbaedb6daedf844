"""What measures the classifier measures rightly: scores, months, grammars of titles, and truth by fields."""

import pytest

from bot.core.match import Evidence, Match, Severity
from tests.bench.quality import BEGIN, END, between
from tests.bench.quality_corpus import Case, Fields, fields_of_opening, seen
from tests.bench.quality_fields import measure as measure_fields
from tests.bench.quality_posts import china
from tests.bench.quality_press import FAMILIES
from tests.bench.quality_scores import Counts, count, f1, kappa, per_month, precision_recall, whole_months
from tests.bench.quality_titles import GRAMMARS, measure
from tests.bench.quality_truth import ad_cvd, export_control, sanctions, tariff_action

LISTS, REMEDIES, BARE = GRAMMARS
PRESIDENT = "Presidential Document"


def counts(right: int, wrong: int, missed: int, passed: int) -> Counts:
    return Counts(right=right, wrong=wrong, missed=missed, passed=passed)


# -- scores


def test_answers_are_counted_by_what_was_hit_and_what_is_true() -> None:
    answers = [(True, True), (True, False), (False, True), (False, False), (False, False)]
    assert count(answers) == counts(1, 1, 1, 2)


def test_precision_recall_and_f1_are_shares_of_what_was_hit_and_what_was_there() -> None:
    assert precision_recall(counts(3, 1, 2, 9)) == (0.75, 0.6)
    assert f1(counts(3, 1, 2, 9)) == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_nothing_hit_or_nothing_there_has_no_score_rather_than_a_good_or_a_bad_one() -> None:
    assert precision_recall(counts(0, 0, 2, 1)) == (None, 0)
    assert precision_recall(counts(0, 3, 0, 1)) == (0, None)
    assert f1(counts(0, 0, 0, 5)) is None
    assert kappa(counts(0, 0, 0, 0)) is None
    assert kappa(counts(0, 0, 0, 5)) is None, "two that never say yes agree by chance alone"


def test_kappa_is_one_for_agreement_nought_for_chance_and_what_the_textbook_says_between() -> None:
    assert kappa(counts(4, 0, 0, 6)) == 1
    assert kappa(counts(1, 1, 1, 1)) == 0
    assert kappa(counts(20, 5, 10, 15)) == pytest.approx(0.4)  # Cohen's own example


def test_a_month_without_a_hit_counts_and_a_month_half_recorded_does_not() -> None:
    met = per_month(["2020-01-02", "2020-01-09", "2020-05-01"], ["2020-01", "2020-02", "2020-03"])
    assert (met.total, met.least, met.median, met.most) == (3, 0, 0, 2)
    assert whole_months(["2020-01-02"] * 3 + ["2020-02-01"], 2) == ("2020-01",)


# -- what titles tell


@pytest.mark.parametrize(
    "title",
    [
        "Additions to the Entity List",
        "Entity List Removal",
        "Revisions to the Unverified List; Correction",
        "Addition of Entities to the Military End-User (MEU) List",
    ],
)
def test_titles_of_list_rules_are_taken(title: str) -> None:
    assert LISTS.takes(title)


@pytest.mark.parametrize(
    "title",
    [
        "Notice Regarding the Uyghur Forced Labor Prevention Act Entity List",
        "Indian Entities Recognized by and Eligible To Receive Services",
        "Agency Information Collection Activities; Additions to the Entity List",
    ],
)
def test_titles_that_only_look_like_list_rules_are_not(title: str) -> None:
    assert not LISTS.takes(title)


@pytest.mark.parametrize(
    "title",
    [
        "Glycine From India: Final Results of Countervailing Duty Administrative Review; 2021",
        "Fiberglass Door Panels From China; Determinations",
        "Stainless Steel Bar From India: Final Results of the Expedited Fifth Sunset Review",
        "Initiation of Five-Year (Sunset) Reviews",
    ],
)
def test_titles_of_trade_remedies_are_taken(title: str) -> None:
    assert REMEDIES.takes(title)


@pytest.mark.parametrize(
    "title",
    [
        "Removal of Nuts From the Import List; Hawaii",
        "Certain Batteries and Products Containing Same; Institution of Investigation",
        "Agency Information Collection Activities; Comment Request; Antidumping Duty Forms",
    ],
)
def test_titles_of_other_matters_are_not_taken_for_trade_remedies(title: str) -> None:
    assert not REMEDIES.takes(title)


def test_titles_that_name_goods_and_a_country_alone_are_taken_apart() -> None:
    assert BARE.takes("Mattresses From Cambodia, China, Indonesia, and Vietnam")
    assert BARE.takes("Sugar From Mexico")
    assert not BARE.takes("Importation of Fresh Jujube From China")
    assert not REMEDIES.takes("Mattresses From Cambodia, China, Indonesia, and Vietnam")


def hit(topic: str, words: str, field: str = "title") -> dict[str, Match]:
    evidence = (Evidence(words=words, lang="en", field=field, start=0, end=len(words)),)
    return {topic: Match(topic=topic, severity=Severity.NOTICE, evidence=evidence)}


def case(number: str, title: str, fields: Fields | None = None) -> Case:
    return Case(
        number=number, date="2022-03-01", title=title, document=seen(title), fields=fields or Fields()
    )


def test_a_title_that_the_grammar_takes_and_the_topic_missed_is_listed_by_its_number() -> None:
    found = (case("2022-1", "Additions to the Entity List"), hit("party-lists", "Entity List", "abstract"))
    missed = (case("2022-2", "Entity List Removal"), {})
    many = [(case(f"2022-9{number}", "Air Plan Approval"), {}) for number in range(1_500)]
    outcome = measure(["party-lists"], [found, missed, *many])
    assert outcome.tables[1].rows == (("BIS list titles", "party-lists", "2", "1", "0.500", "0.000"),)
    assert "2022-2" in outcome.lists["missed-bis-list-titles.txt"]
    assert "2022-1 " not in outcome.lists["missed-bis-list-titles.txt"]
    assert "abstract:Entity List" in outcome.lists["party-lists.txt"]
    goals = [(figure["value"], figure["met"]) for figure in outcome.figures if figure["goal"]]
    assert goals == [(0.5, False)]


# -- truth by fields


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        (Fields(agencies="international-trade-administration", numbers="A-570-898"), True),
        (
            Fields(
                agencies="International Trade Administration Enforcement and Compliance, International Trade Administration"
            ),
            True,
        ),
        (
            Fields(
                agencies="international-trade-administration",
                heading="Hearings, Meetings, Proceedings, etc.:",
            ),
            False,
        ),
        (Fields(agencies="international-trade-administration"), None),
        (Fields(agencies="INTERNATIONAL TRADE COMMISSION", numbers="[Investigation No. 337-TA-1515]"), False),
        (
            Fields(
                agencies="INTERNATIONAL TRADE COMMISSION",
                numbers="Nos. 701-TA-799 and 731-TA-1795 (Preliminary)",
            ),
            True,
        ),
        (Fields(agencies="INTERNATIONAL TRADE COMMISSION"), None),
        (Fields(agencies="foreign-trade-zones-board", numbers="B-66-2023"), False),
        (Fields(agencies="international-trade-administration", numbers="A-570-898", paperwork=True), False),
    ],
)
def test_fields_tell_trade_remedies(fields: Fields, truth: bool | None) -> None:
    assert ad_cvd(fields) is truth


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        (Fields(agencies="Bureau of Industry and Security", numbers="XRIN 0694-XC159", kind="Notice"), True),
        (Fields(kind=PRESIDENT, heading="Trade: Steel; Adjusting Imports"), True),
        (Fields(kind=PRESIDENT, heading="Special Observances: Month"), False),
        (Fields(kind=PRESIDENT), None),
        (Fields(agencies="trade-representative-office-of-united-states"), True),
        (Fields(agencies="trade-representative-office-of-united-states; treasury-department"), None),
        (Fields(agencies="u-s-customs-and-border-protection"), None),
        (Fields(agencies="committee-for-the-implementation-of-textile-agreements"), None),
        (Fields(agencies="federal-energy-regulatory-commission"), False),
    ],
)
def test_fields_tell_tariff_acts(fields: Fields, truth: bool | None) -> None:
    assert tariff_action(fields) is truth


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        (Fields(agencies="industry-and-security-bureau", cfr=((15, 744),), kind="Rule"), True),
        (Fields(agencies="industry-and-security-bureau", kind="Rule"), True),
        (Fields(agencies="Bureau of Industry and Security", numbers="XRIN 0694-XC159", kind="Rule"), None),
        (Fields(agencies="industry-and-security-bureau", cfr=((15, 700),), kind="Rule"), None),
        (Fields(agencies="state-department", cfr=((22, 121),)), True),
        (Fields(agencies="state-department", cfr=((22, 35), (22, 127))), None),
        (Fields(agencies="DEPARTMENT OF STATE", cfr=((22, 41),)), False),
        (Fields(agencies="nuclear-regulatory-commission", cfr=((10, 110),)), False),
    ],
)
def test_fields_tell_export_controls(fields: Fields, truth: bool | None) -> None:
    assert export_control(fields) is truth


@pytest.mark.parametrize(
    ("fields", "truth"),
    [
        (Fields(agencies="foreign-assets-control-office"), True),
        (Fields(agencies="DEPARTMENT OF THE TREASURY", cfr=((31, 501),)), True),
        (Fields(agencies="DEPARTMENT OF STATE"), None),
        (Fields(agencies="environmental-protection-agency"), False),
        (Fields(agencies="foreign-assets-control-office", paperwork=True), False),
    ],
)
def test_fields_tell_sanctions(fields: Fields, truth: bool | None) -> None:
    assert sanctions(fields) is truth


def test_an_opening_gives_its_fields_and_none_of_its_title() -> None:
    opening = (
        "DEPARTMENT OF THE TREASURY Office of Foreign Assets Control 31 CFR Parts 510, and 515 Rules on 15 CFR 744 and A-570-898 "
        "AGENCY: Office of Foreign Assets Control, Treasury. ACTION: Final rule. SUMMARY: 19 CFR 351."
    )
    fields = fields_of_opening(opening, "Rules on 15 CFR 744 and A-570-898", "Rule")
    assert fields.cfr == ((31, 510), (31, 515))
    assert "A-570-898" not in fields.numbers
    assert "744" not in fields.agencies
    assert "Treasury" in fields.agencies


def test_a_document_whose_fields_do_not_tell_counts_neither_way_and_is_listed() -> None:
    told = (case("2026-1", "Glycine", Fields(numbers="A-533-884")), hit("ad-cvd", "Glycine"))
    untold = (
        case("2026-2", "Door Panels", Fields(agencies="INTERNATIONAL TRADE COMMISSION")),
        hit("ad-cvd", "Door"),
    )
    wrong = (case("2026-3", "Airworthiness", Fields(agencies="FAA")), hit("ad-cvd", "AD"))
    outcome = measure_fields(["ad-cvd"], {"2026": [told, untold, wrong]})
    assert outcome.tables[0].rows == (("AD/CVD, 2026", "1", "1", "1", "0", "0.500", "1.000", "1"),)
    assert "sanctions" in outcome.tables[0].note, "what has no topic yet is named"
    assert {figure["met"] for figure in outcome.figures} == {None}, "too few to hold to an aim"
    listed = outcome.lists["fields.txt"]
    assert "2026-2" in listed.partition("do not tell")[2]
    assert "2026-3" in listed.partition("wrong by the fields")[2]


# -- the rest


def test_the_query_for_china_is_one_in_the_topics_language() -> None:
    assert china().key == "china"


def test_every_family_of_acts_asks_for_some_topic() -> None:
    assert all(FAMILIES.values())


def test_what_is_written_into_the_document_stands_between_its_marks_and_nowhere_else() -> None:
    once = between(f"before\n{BEGIN}\nold\n{END}\nafter\n", "new")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert between(once, "new") == once
