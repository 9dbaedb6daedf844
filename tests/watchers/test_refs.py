"""Official numbers, and which of them name another document."""

import pytest

from watchers.refs import amended_number, fr_ref


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
