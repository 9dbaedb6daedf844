"""Codes with hierarchy: how they are asked for, found in a text, and which contain which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.document import Document
from bot.core.query import codes, evaluate, read
from bot.core.query.codes import KINDS, in_text, lineage, of_act, of_ref, wanted
from watchers.item import Ref


def found(kind: str, text: str, *, chinese: bool = False) -> list[str]:
    """Return the codes of a text, as they stand in it."""
    return [text[each.start : each.end] for each in in_text(kind, text, chinese=chinese)]


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("hts", "8541.43.0010", "8541430010"),
        ("hts", "8541 43", "854143"),
        ("hts", "８５４１", "8541"),
        ("hts", "85", "85"),
        ("eccn", "3A090.A", "3a090.a"),
        ("eccn", "3", "3"),
        ("eccn", "3a", "3a"),
        ("control", "1C902", "1c902"),
        ("cfr", "15/744", "15/744"),
        ("cfr", "15 CFR 744.11", "15/744.11"),
        ("cfr", "15 CFR part 744", "15/744"),
        ("cfr", "15", "15"),
        ("docket", "USTR", "ustr"),
        ("docket", "USTR–2024–0016", "ustr-2024-0016"),
        ("docket", "240930-0258", "240930-0258"),
        ("rin", "0694", "0694"),
        ("rin", "0694-AJ53", "0694-aj53"),
        ("eo", "14257", "14257"),
        ("fr", "2025-19508", "2025-19508"),
        ("fr", "C1-2025-19508", "c1-2025-19508"),
        ("mofcom", "2025-0061", "2025-61"),
        ("mofcom", "2025", "2025"),
        ("case", "A-570", "a-570"),
        ("case", "C-570-899", "c-570-899"),
    ],
)
def test_a_code_is_asked_for_in_the_form_in_which_it_is_printed(kind: str, written: str, value: str) -> None:
    assert wanted(kind, written) == value
    assert wanted(kind, value) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("hts", "854"),
        ("hts", "85412"),
        ("hts", "85414300101"),
        ("hts", "gallium"),
        ("hts", ""),
        ("eccn", "3Z090"),
        ("eccn", "3A09"),
        ("eccn", "EAR99"),
        ("cfr", "15/"),
        ("cfr", "744.11"),
        ("docket", "USTR-"),
        ("rin", "694"),
        ("eo", "executive"),
        ("fr", "2025"),
        ("mofcom", "61"),
        ("case", "B-570"),
        ("case", "A-57"),
    ],
)
def test_what_is_no_code_is_refused_with_one_that_is(kind: str, written: str) -> None:
    assert wanted(kind, written) is None


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_examples_that_can_be_asked_for(kind: str) -> None:
    for example in codes.EXAMPLES[kind].split(" or "):
        assert read(example)


@pytest.mark.parametrize(
    ("kind", "value", "above"),
    [
        ("hts", "8541430010", ["85", "8541", "854143", "85414300", "8541430010"]),
        ("hts", "8541", ["85", "8541"]),
        ("eccn", "3a090.a.1", ["3", "3a", "3a090", "3a090.a", "3a090.a.1"]),
        ("control", "1c902", ["1", "1c", "1c902"]),
        ("cfr", "15/744.11", ["15", "15/744", "15/744.11"]),
        ("cfr", "15/744", ["15", "15/744"]),
        ("cfr", "15", ["15"]),
        ("docket", "ustr-2024-0016", ["ustr", "ustr-2024", "ustr-2024-0016"]),
        ("rin", "0694-aj53", ["0694", "0694-aj53"]),
        ("mofcom", "2025-61", ["2025", "2025-61"]),
        ("case", "a-570-898", ["a", "a-570", "a-570-898"]),
        ("eo", "14257", ["14257"]),
        ("fr", "2025-19508", ["2025-19508"]),
    ],
)
def test_a_code_is_contained_in_those_above_it(kind: str, value: str, above: list[str]) -> None:
    assert [each for each in dict.fromkeys(lineage(kind, value)) if each] == above


DIGITS = st.text("0123456789", min_size=1, max_size=10)
LETTERS = st.text("abcde", min_size=1, max_size=4)
WRITTEN = {
    "hts": st.sampled_from([2, 4, 6, 8, 10]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)),
    "eccn": st.from_regex(r"\A[0-9][A-EY][0-9]{3}(\.[a-z0-9]{1,4}){0,3}\Z"),
    "control": st.from_regex(r"\A[0-9][A-EY][0-9]{3}(\.[a-z0-9]{1,4}){0,3}\Z"),
    "cfr": st.from_regex(r"\A[0-9]{1,2}(/[0-9]{1,4}(\.[0-9]{1,4})?)?\Z"),
    "docket": st.from_regex(r"\A[A-Z]{2,6}(-[A-Z0-9]{1,6}){0,4}\Z"),
    "rin": st.from_regex(r"\A[0-9]{4}(-[A-Z]{2}[0-9]{2})?\Z"),
    "eo": st.from_regex(r"\A[0-9]{5}\Z"),
    "fr": st.from_regex(r"\A[0-9]{4}-[0-9]{5}\Z"),
    "mofcom": st.from_regex(r"\A[0-9]{4}(-[1-9][0-9]{0,3})?\Z"),
    "case": st.from_regex(r"\A[AC](-[0-9]{3}(-[0-9]{3})?)?\Z"),
}
CODES = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), WRITTEN[kind]))


@given(CODES)
def test_what_contains_a_code_contains_what_is_in_it_and_nothing_contains_less_than_itself(code) -> None:
    kind, written = code
    value = wanted(kind, written)
    assert value is not None
    above = lineage(kind, value)
    assert above[-1] == value
    assert len(set(above)) == len(above)
    for place, each in enumerate(above):
        assert lineage(kind, each) == above[: place + 1]
        assert wanted(kind, each) == each


@given(CODES, st.sampled_from(KINDS))
def test_an_items_own_number_is_found_by_it_and_by_all_above_it_and_by_no_other_kind(code, other) -> None:
    kind, written = code
    value = wanted(kind, written)
    document = Document(texts=(), numbers=((kind, value),))
    for each in lineage(kind, value):
        assert evaluate(read(f"{kind}:{each}"), document) is not None
        assert other == kind or wanted(other, each) is None or not evaluate(read(f"{other}:{each}"), document)


@pytest.mark.parametrize(
    ("kind", "text", "codes_in_it"),
    [
        ("hts", "subheading 8541.43.0010 of the HTSUS", ["8541.43.0010"]),
        ("hts", "headings 8541, 8542 and 8543.70 apply", ["8541", "8542", "8543.70"]),
        ("hts", "in 2024 the 8541 duty", []),
        ("hts", "version 1.8541.43.0010.2", []),
        ("hts", "税则号列：85414300", ["85414300"]),
        ("eccn", "ECCN 3A090.a, 4A090 and 5A992.z", ["3A090.a", "4A090", "5A992.z"]),
        ("eccn", "x3A090 3A0901 and 3A090-b", []),
        ("case", "[A-570-898, C‑570‑899] and XA-570-898", ["A-570-898", "C‑570‑899"]),
        ("mofcom", "根据商务部公告2025年第61号", ["商务部公告2025年第61号"]),
    ],
)
def test_codes_are_found_in_a_text_where_they_stand(kind: str, text: str, codes_in_it: list[str]) -> None:
    assert found(kind, text) == codes_in_it


def test_a_class_of_goods_is_chinese_in_a_chinese_text_unless_it_is_called_an_eccn() -> None:
    text = "管制编码1C902，对应ECCN 3A090.a"
    assert found("control", text, chinese=True) == ["1C902"]
    assert found("eccn", text, chinese=True) == ["3A090.a"]
    assert found("eccn", "items under 1C902", chinese=False) == ["1C902"]
    assert found("control", "items under 1C902", chinese=False) == []


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ("hts:8541", "subheading 8541.43.0010", True),
        ("hts:8541.43.0010", "heading 8541", False),
        ("hts:8542", "subheading 8541.43.0010", False),
        ("eccn:3A090", "ECCN 3A090.a", True),
        ("eccn:3A090.a", "ECCN 3A090", False),
        ("eccn:3A", "ECCN 3A090.a", True),
        ("cfr:15/744", "15 CFR 744.11 is amended", True),
        ("cfr:15/744.1", "15 CFR 744.11 is amended", False),
        ("docket:USTR", "Docket No. USTR-2024-0016", True),
        ("rin:0694", "RIN 0694-AJ53", True),
        ("eo:14257", "Executive Order 14257 of April 2, 2025", True),
        ("case:A-570", "[A-570-898]", True),
        ("case:C-570", "[A-570-898]", False),
        ("mofcom:2025", "商务部公告2025年第61号", True),
        ("mofcom:2025-6", "商务部公告2025年第61号", False),
    ],
)
def test_a_query_for_a_code_hits_everything_in_it_and_nothing_above_it(query, text, hit) -> None:
    assert (evaluate(read(query), Document(texts=(("body", text),))) is not None) is hit


def test_a_code_is_evidence_where_it_stands() -> None:
    text = "Duties on heading 8541 and subheading 8541.43.0010"
    hits = evaluate(read("hts:8541"), Document(texts=(("body", text),)))
    assert hits is not None
    assert [(hit.field, hit.words, text[hit.start : hit.end]) for hit in hits] == [
        ("body", "8541", "8541"),
        ("body", "8541.43.0010", "8541.43.0010"),
    ]


def test_numbers_that_an_item_carries_are_known_by_their_kind() -> None:
    assert of_ref(Ref(kind="docket", value="BIS-2024-0001")) == ("docket", "bis-2024-0001")
    assert of_ref(Ref(kind="proclamation", value="10908")) is None
    assert of_act("fr:2025-19508") == ("fr", "2025-19508")
    assert of_act("mofcom:announcement:2025:61") == ("mofcom", "2025-61")
    assert of_act("url:example.org") is None


@pytest.mark.timeout(30)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "unit",
    ["8541.43.0010 ", "heading 8541, ", "ECCN 3A090.a, ", "3A090.", "A-570-", "15 CFR ", "公告2025年第"],
)
def test_a_megabyte_of_codes_is_read_without_hanging_and_gives_at_most_two_hundred(kind, unit) -> None:
    assert len(in_text(kind, unit * (300_000 // len(unit)), chinese=False)) <= 200


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Docket No. 240119-0020", "240119-0020"),
        ("Docket ID: BIS-2023-0021", "bis-2023-0021"),
        ("USTR-2024-0016", "ustr-2024-0016"),
        ("Docket of another kind", "of another kind"),
    ],
)
def test_a_docket_is_known_by_its_number_whatever_is_printed_before_it(printed: str, value: str) -> None:
    assert of_ref(Ref(kind="docket", value=printed)) == ("docket", value)
