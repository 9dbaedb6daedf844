"""Folding: what becomes the same, and that every place in a folded text leads back to the original."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import fold, has_han

TRAPS = "aé\u0301がｶﾞ한\u1112\u1161\u11ab\u00a0\u3000 \t-\u2011—\u200b\u202e\u00ad\ufe0f\U000e0100\ud800ﬁß½稀⼀İΐй\u0345．〔”"
TEXTS = st.text(st.one_of(st.sampled_from(TRAPS), st.characters(codec=None)), max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("TARIFF", "tariff"),
        ("ＴＡＲＩＦＦ", "tariff"),
        ("Café", "cafe"),
        ("Cafe\u0301 no\u0308", "cafe no"),
        ("\u0301", "\u0301"),
        ("end\u2011user – end—user − x", "end-user - end-user - x"),
        ("a\u00a0\u3000\r\n\tb", "a b"),
        ("ta\u200briff\ufeff \u202etariff\u202c so\u00adft", "tariff tariff soft"),
        ("“rare” ‘earth’", "\"rare\" 'earth'"),
        ("公告〔2025〕6号（甲）", "公告(2025)6号(甲)"),
        ("ガイド ｶﾞ か\u3099", "ガイド ガ が"),
        ("한국 \u1112\u1161\u11ab", "한국 한"),
        ("Ελλάδα й", "ελλάδα й"),
        ("ﬁnal ß", "final ss"),
        ("稀\U000e0100土\ufe00", "稀土"),
        ("⼀般", "一般"),
        ("實體清單", "实体清单"),
        ("軟體與晶片", "软体与晶片"),
        ("稀\u0301土", "稀\u0301土"),
        ("", ""),
    ],
)
def test_texts_that_read_the_same_fold_to_the_same(text, folded):
    assert fold(text).text == folded


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("对 ＢＩＳ 实体清单", "bis", "ＢＩＳ"),
        ("le Cafe\u0301 noir", "cafe", "Cafe\u0301"),
        ("so-called ta\u200briff!", "tariff", "ta\u200briff"),
        ("rare \u00a0 earth", "rare earth", "rare \u00a0 earth"),
        ("the ﬁnal rule", "in", "ﬁn"),
        ("か\u3099い", "が", "か\u3099"),
        ("“镓”、锗", "锗", "锗"),
    ],
)
def test_a_folded_span_leads_back_to_the_original_words(text, found, original):
    folded = fold(text)
    at = folded.text.index(found)
    start, end = folded.span(at, at + len(found))
    assert text[start:end] == original


def test_an_empty_span_stays_empty_and_in_order():
    folded = fold("é  ﬁ")
    assert [folded.span(at, at) for at in range(len(folded.text) + 1)] == [
        (0, 0),
        (1, 1),
        (3, 3),
        (4, 4),
        (4, 4),
    ]
    assert fold("plain").span(2, 2) == (2, 2)
    assert fold("\u200b").span(0, 0) == (0, 0)


@given(TEXTS)
def test_every_place_of_a_folded_text_maps_inside_the_original_in_order(text):
    folded = fold(text)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)
    if spans:
        assert folded.span(0, len(spans)) == (spans[0][0], spans[-1][1])


@given(TEXTS)
def test_folding_twice_changes_nothing(text):
    once = fold(text).text
    assert fold(once).text == once


@given(TEXTS)
def test_each_original_stretch_folds_to_what_it_was_found_by(text):
    folded = fold(text)
    for at, ch in enumerate(folded.text):
        start, end = folded.span(at, at + 1)
        assert ch in fold(text[start:end]).text


@given(TEXTS)
def test_han_and_kana_survive_folding_untouched(text):
    kept = "".join(ch for ch in text if "\u4e00" <= ch <= "\u9fff" or "\u30a1" <= ch <= "\u30fa")
    assert all(
        ch in fold(text).text or unicodedata.normalize("NFC", ch + "\u3099") in fold(text).text for ch in kept
    )


def test_folding_any_single_character_is_stable_beside_letters_and_marks():
    for code in (
        *range(0x3500),
        *range(0xA000, 0xAC10),
        *range(0xD7A0, 0x10000),
        *range(0x1D000, 0x1D200),
        sys.maxunicode,
    ):
        for text in (chr(code), f"a{chr(code)}", f"か{chr(code)}"):
            once = fold(text).text
            assert fold(once).text == once, hex(code)


@pytest.mark.parametrize(
    "unit",
    ["a ", "稀土tariff ", "\u202e", "\u3000", "　稀", "é", "α\u0301\u0316", "a\u0301\u0316", "\ud800", "’s "],
)
@pytest.mark.timeout(30)
def test_a_long_text_of_anything_folds_without_hanging(unit):
    text = unit * (200_000 // len(unit))
    folded = fold(text)
    assert folded.span(0, len(folded.text))[1] <= len(text)


def test_marks_beyond_any_real_letter_are_dropped_so_that_ordering_stays_fast():
    folded = fold("α" + "\u0316\u0301" * 100)
    assert len(folded.text) <= 30
    assert folded.span(0, len(folded.text)) == (0, 201)
    assert fold(folded.text).text == folded.text


@pytest.mark.parametrize(
    ("ch", "han"),
    [
        ("稀", True),
        ("々", True),
        ("〇", True),
        ("㐀", True),
        ("𠀀", True),
        ("か", False),
        ("한", False),
        ("a", False),
    ],
)
def test_only_ideographs_are_han(ch, han):
    assert has_han(f"x{ch}") is han


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("為維護國(guó)家安全", "为维护国家安全"),
        ("国（guó）家", "国家"),
        ("国(guó)(guó)家", "国家"),
        ("稀土(REE)", "稀土(ree)"),
        ("公司(the)", "公司(the)"),
        ("a(guó)", "a(guo)"),
    ],
)
def test_how_a_character_is_read_is_no_part_of_the_text(text, folded) -> None:
    assert fold(text).text == folded
    assert fold(folded).text == folded


def test_a_character_keeps_its_place_before_its_reading() -> None:
    found = fold("維護國(guó)家")
    assert found.span(2, 4) == (2, 9)
