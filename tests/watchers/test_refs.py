"""Official numbers: which of them name another document, and which ones a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.refs import amended_number, found_refs, fr_ref


@pytest.mark.parametrize(
    ("number", "base"),
    [
        ("C1-2023-27742", "2023-27742"),
        ("C2-2023-27742", "2023-27742"),
        ("C10-2023-27742", "2023-27742"),
        ("C-2023-27742", "2023-27742"),
        ("R1-2020-26100", "2020-26100"),
        ("C1-08-1234", "08-1234"),
        ("C1-E8-12345", "E8-12345"),
        ("2023-27742", None),
        ("2023-2774", None),
        ("X1-2023-27742", None),
        ("E8-12345", None),
        ("C123-2023-27742", None),
        ("C1-2023-27742-x", None),
        ("C1-2023-277421", None),
        ("c1-2023-27742", None),
        (" C1-2023-27742", None),
        ("C1-2023-27742\n", None),
        ("C1-", None),
        ("", None),
    ],
)
def test_a_correction_or_republication_names_its_document_in_its_own_number(
    number: str, base: str | None
) -> None:
    assert amended_number(number) == base


def test_a_filing_and_its_publication_have_the_same_reference() -> None:
    assert fr_ref("2023-23048") == "fr:2023-23048"


def named(text: str) -> list[str]:
    return [f"{ref.kind}:{ref.value}" for ref in found_refs(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as FR Doc. 2022–18222 filed 8-23-22", ["fr:2022-18222"]),
        ("Federal Register Document Number 2026-15181", ["fr:2026-15181"]),
        ("FR Doc. C1-2023-27742 corrects it", ["fr:C1-2023-27742"]),
        ("https://www.federalregister.gov/d/2026-15181", ["fr:2026-15181"]),
        (
            "https://www.federalregister.gov/documents/2026/09/14/2026-18839/modifying-the-scope",
            ["fr:2026-18839"],
        ),
        ("https://public-inspection.federalregister.gov/2026-15274.pdf", ["fr:2026-15274"]),
        ("see 90 FR 47201 and 89 Fed. Reg. 14,403", ["citation:90 FR 47201", "citation:89 FR 14403"]),
        ("75 FR 1699; 80 F.R. 8527.", ["citation:75 FR 1699", "citation:80 FR 8527"]),
        ("docket number BIS–2023–0021", ["docket:BIS-2023-0021"]),
        ("Docket ID DOD-2026-OS-1288", ["docket:DOD-2026-OS-1288"]),
        ("Docket Nos. BIS-2025-0021 and 240215-0049", ["docket:BIS-2025-0021", "docket:240215-0049"]),
        ("comments under USTR-2026-0265 are due", ["docket:USTR-2026-0265"]),
        ("RIN 0694–AJ53, XRIN 0694-XC159", ["rin:0694-AJ53", "rin:0694-XC159"]),
        ("15 CFR Part 744", ["cfr:15/744"]),
        (
            "15 CFR Parts 732, 734, and 748; 22 C.F.R. § 127.7",
            ["cfr:15/732", "cfr:15/734", "cfr:15/748", "cfr:22/127"],
        ),
        ("19 CFR 351.213(h)(1) and 19 CFR 10", ["cfr:19/351", "cfr:19/10"]),
        ("Executive Order 14257 of April 2, 2025", ["eo:14257"]),
        ("Executive Orders 14257, 14259, and 14266", ["eo:14257", "eo:14259", "eo:14266"]),
        ("E.O. 13959, EO 14032 [IRAN-EO13902]", ["eo:13959", "eo:14032", "eo:13902"]),
        ("Proclamation 10896 and Proclamation No. 9705", ["proclamation:10896", "proclamation:9705"]),
        (
            "CSMS # 64723363. CSMS #64715655 and CSMS 08-000340.",
            ["csms:64723363", "csms:64715655", "csms:08-000340"],
        ),
    ],
)
def test_a_number_that_a_text_names_is_found(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2024-00396 / USTR-2024-00161-2",  # a number without its word; the tail of another
        "CVE-2024-12345 and FAA-2023-1822",  # other desks' numbers, and no dockets by name
        "RTID 0648-XD357, OMB Control 1018-0066, part 1234-AB12",
        "the EAR (15 CFR parts 730-774), 15 CFR parts 730 through 774",
        "76 FR No. 197 (10/12/2011), $90 FR 47201, 1.90 FR 472",
        "Executive Order 12, Executive Order No. 14,257, EO 999, video 14257, Executive Order 142571",
        "CSMS # 6472336, CSMS # 64723363-1, 64723363, HTS 8542.31.00",
        "Proclamation of 10896 pages; Docket of 12 items",
        "15 CFR, 15 CFR part, 115 CFR 744, 15 CFR 74444",
    ],
)
def test_what_only_looks_like_a_number_is_left_alone(text: str) -> None:
    assert named(text) == []


def test_what_follows_a_list_of_parts_is_no_part() -> None:
    assert named("15 CFR part 744, 30 days after 90 FR 4720") == ["cfr:15/744", "citation:90 FR 4720"]


def test_each_number_is_named_once_in_the_order_of_the_text() -> None:
    text = "Executive Order 14257 and 15 CFR part 744; under E.O. 14257 and 90 FR 15041"
    assert named(text) == ["eo:14257", "cfr:15/744", "citation:90 FR 15041"]


def test_a_text_of_numbers_gives_a_hundred_of_them() -> None:
    assert len(named(" ".join(f"Executive Order {number};" for number in range(14000, 14500)))) == 100


@given(text=st.text(alphabet="EO.CFR §DocketRIN-0123456789,;and ()PN#SM–\u00a0\n", max_size=200))
def test_no_text_breaks_it_and_what_is_found_is_found_again(text: str) -> None:
    for ref in found_refs(text):
        assert ref.value
        assert ref.value == ref.value.strip()
    assert found_refs(text) == found_refs(text + " ")


@pytest.mark.parametrize(
    "piece",
    [
        "15 CFR 1, ",
        "A-",
        "CSMS ",
        "1",
        "(a",
        "90 FR ",
        "EO ",
        "Executive Orders 14257, ",
        "1.1",
        "Docket No. AB-",
        "RIN ",
        " ",
    ],
)
def test_no_text_keeps_the_reader(piece: str) -> None:
    text = "Docket No. CSMS 15 CFR EO Executive Orders RIN FR Doc. " + piece * (300_000 // len(piece))
    found_refs(text)  # where its work grows with the square, this does not end within the limit of a test
