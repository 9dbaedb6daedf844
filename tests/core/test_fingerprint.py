"""What counts as a change of an item, and what does not."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.fingerprint import VERSION, dates_key, differs, fingerprint
from tests.fakes.items import legal_date, published
from watchers.item import Agency, DateKind, LegalDate, Link, Ref, Stage

EFFECTIVE = legal_date(DateKind.EFFECTIVE, date(2023, 11, 17))
PUBLICATION = legal_date(DateKind.PUBLICATION, date(2023, 10, 19))


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.PROPOSED},
        {"kind": "Notice"},
        {"title": "Another"},
        {"abstract": "Text"},
        {"action": "Final rule."},
        {"dates_text": "Effective now."},
        {"note": "Withdrawn."},
        {"agencies": (Agency(name="Bureau"),)},
        {"dates": (EFFECTIVE,)},
        {"refs": (Ref(kind="rin", value="0694-AJ41"),)},
        {"corrects": ("fr:2023-1",)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_the_issuer_says_counts(changes: dict[str, Any]) -> None:
    assert differs(fingerprint(published()), fingerprint(published(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://elsewhere.example/"},
        {"links": (Link(kind="pdf", url="https://x.example/1.pdf"),)},
        {"subjects": ("Exports",)},
        {"official_at": datetime(2023, 10, 17, tzinfo=UTC)},
        {"significant": True},
        {"abstract": ""},
        {"note": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_how_the_page_is_dressed_does_not_count(changes: dict[str, Any]) -> None:
    assert fingerprint(published()) == fingerprint(published(**changes))


def test_a_text_that_moves_to_another_field_is_a_change() -> None:
    assert fingerprint(published(note="x")) != fingerprint(published(action="x"))


def test_the_slug_and_the_words_of_a_date_do_not_count() -> None:
    with_slug = published(agencies=(Agency(name="Bureau", slug="bureau"),), dates=(EFFECTIVE,))
    said = LegalDate(kind=DateKind.EFFECTIVE, on=EFFECTIVE.on, evidence="This rule is effective November 17")
    without = published(agencies=(Agency(name="Bureau"),), dates=(said,))
    assert fingerprint(with_slug) == fingerprint(without)


def test_dates_compare_whatever_their_order() -> None:
    key = "effective=2023-11-17 publication=2023-10-19"
    assert dates_key(published(dates=(PUBLICATION, EFFECTIVE))) == key
    assert dates_key(published(dates=(EFFECTIVE, PUBLICATION))) == key
    assert dates_key(published()) == ""


def test_a_fingerprint_says_which_version_made_it() -> None:
    version, _, digest = fingerprint(published()).partition(":")
    assert (version, len(digest)) == (VERSION, 32)


def test_fingerprints_of_two_versions_are_never_compared() -> None:
    assert not differs("1:abc", "2:def")
    assert not differs("1:abc", "1:abc")
    assert differs("1:abc", "1:def")


def test_the_fingerprint_of_version_2_stays_what_it_was() -> None:
    item = published(title="关于对镓、锗相关物项实施出口管制的公告", dates=(EFFECTIVE,))
    assert fingerprint(item) == "2:b30f1fee1ac0c867277a28941dae6dc4"


def test_a_text_that_no_encoding_takes_has_a_fingerprint() -> None:
    assert fingerprint(published(title="\ud800")) != fingerprint(published(title="\ud801"))
