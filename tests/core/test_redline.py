"""What changed between two revisions: short, at the right place, silent on what is no change, quick on any text."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.redline import MAX_CHANGES, MAX_SIDE_CHARS, Passage, Redline, is_material, redline

RULE = (
    "In this rule, BIS amends the EAR by adding 13 entities to the Entity List. These entities are listed under the "
    "destination of China. This rule is effective October 17, 2023. Comments are not asked for."
)
NOTICE = "根据有关规定，经国务院批准，决定对镓、锗相关物项实施出口管制。本公告自2023年8月1日起正式实施。"


def sides(before: str, after: str) -> list[tuple[str, str]]:
    found = redline({"body": before}, {"body": after})
    return [(change.removed, change.added) for change in found.changes]


def test_a_changed_word_is_shown_with_a_few_words_around_it() -> None:
    assert redline({"abstract": RULE}, {"abstract": RULE.replace("13 entities", "14 entities")}) == Redline(
        changes=(
            Passage(
                field="abstract",
                removed="…BIS amends the EAR by adding 13 entities to the Entity List.…",
                added="…BIS amends the EAR by adding 14 entities to the Entity List.…",
                material=True,
            ),
        )
    )


def test_what_is_only_added_removes_nothing() -> None:
    [(removed, added)] = sides(RULE, RULE.replace("destination of China", "destination of mainland China"))
    assert removed == ""
    assert added == "…under the destination of mainland China. This rule is…"


def test_han_is_compared_by_characters() -> None:
    assert sides(NOTICE, NOTICE.replace("镓、锗", "镓、锗、锑").replace("8月1日", "9月1日")) == [
        ("", "…准，决定对镓、锗、锑相关物项实施出口…"),
        ("…制。本公告自2023年8月1日起正式实施…", "…制。本公告自2023年9月1日起正式实施…"),
    ]


def test_changes_that_nearly_touch_are_shown_as_one() -> None:
    [(removed, added)] = sides("It is due on May 1, 2026 at noon.", "It is due on June 2, 2026 at noon.")
    assert (removed, added) == ("It is due on May 1, 2026 at noon.", "It is due on June 2, 2026 at noon.")
    assert len(sides(RULE, RULE.replace("rule", "notice").replace("13", "14"))) == 3


def test_no_word_of_another_change_is_shown_as_unchanged() -> None:
    first, second = sides(
        "It is the first of our own new bureaus that answer.",
        "It is the second of our own new bureaus which answer.",
    )
    assert first == ("It is the first of our own new bureaus…", "It is the second of our own new bureaus…")
    assert second == ("…of our own new bureaus that answer.", "…of our own new bureaus which answer.")


def test_a_sentence_of_which_little_stayed_is_shown_as_replaced() -> None:
    [(removed, added)] = sides(
        f"{RULE} Importers located abroad of it to be examined beforehand. The end is here.",
        f"{RULE} Exporters established domestically of it to be licensed afterwards. The end is here.",
    )
    assert "Importers located abroad of it to be examined beforehand" in removed
    assert "Exporters established domestically of it to be licensed afterwards" in added


def test_blanks_within_a_changed_sentence_are_no_change_either() -> None:
    [(removed, added)] = sides(
        "It weighs 1 000 t and more than that, they said: ten.",
        "It weighs 1000t and more than that, they said: two.",
    )
    assert (removed[-4:], added[-4:]) == ("ten.", "two.")


def test_a_change_of_substance_beside_one_of_punctuation_stays_one() -> None:
    found = redline({"body": "one of those, it was"}, {"body": "two of those; it was"})
    assert len(found.changes) == 1
    assert is_material(found)


def test_a_removed_sentence_is_one_change() -> None:
    [(removed, added)] = sides(RULE, RULE.replace("This rule is effective October 17, 2023. ", ""))
    assert added == ""
    assert "This rule is effective October 17, 2023." in removed


def test_a_text_that_one_side_lacks_is_removed_or_added_whole() -> None:
    assert redline({"title": "Entity List"}, {}) == Redline(
        changes=(Passage(field="title", removed="Entity List", added="", material=True),)
    )
    [change] = redline({}, {"annex": "x " * 1_000}).changes
    assert change.removed == ""
    assert change.added.startswith("x x x")
    assert change.added.endswith("x…")
    assert len(change.added) <= MAX_SIDE_CHARS


def test_fields_come_in_reading_order() -> None:
    before = {"zzz": "1", "body": "1", "annex": "1", "title": "1"}
    found = redline(before, dict.fromkeys(before, "2"))
    assert [change.field for change in found.changes] == ["title", "body", "annex", "zzz"]


def test_at_most_five_changes_are_shown_and_the_rest_counted() -> None:
    before = {f"field {number}": "one" for number in range(8)}
    found = redline(before, dict.fromkeys(before, "two"))
    assert [change.field for change in found.changes] == [f"field {number}" for number in range(MAX_CHANGES)]
    assert found.more == 3


def test_changes_of_substance_are_shown_before_changes_of_punctuation() -> None:
    before = {f"field {number}": "one, two" for number in range(8)}
    after = dict.fromkeys(before, "one; two") | {"field 7": "one, three"}
    found = redline(before, after)
    assert [change.field for change in found.changes] == [
        "field 0",
        "field 1",
        "field 2",
        "field 3",
        "field 7",
    ]
    assert (found.more, is_material(found)) == (3, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The “Entity List”\u00a0– part one", 'The "Entity  List"\n- PART ONE'),
        ("商务部公告２０２５年第６１号，自公布之日起", "商务部公告 2025 年第 61 号,自公布之日起"),
        ("Cafe\u0301 Société", "Café Societe"),
        ("re\u200bexport re\u00adport", "reexport report"),
        ("1 000 t", "1000t"),
        ("same", "same"),
        ("", " \n\u200b"),
    ],
)
def test_blanks_quotes_dashes_width_accents_and_case_are_no_change(before: str, after: str) -> None:
    assert redline({"body": before}, {"body": after}) == Redline()
    assert not is_material(redline({"body": before}, {"body": after}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Effective now, in full.", "Effective now; in full"),
        ("关于镓、锗的公告。", "关于镓锗的公告"),
        ("The Entity List", "The “Entity List”"),
        ("re-export", "reexport"),
    ],
)
def test_punctuation_is_a_change_without_substance(before: str, after: str) -> None:
    found = redline({"body": before}, {"body": after})
    assert found.changes
    assert not is_material(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a duty of 1.5", "a duty of 15"),
        ("a duty of 10", "a duty of 10%"),
        ("$1,500", "€1,500"),
        ("1,500 t", "1.500 t"),
        ("镓", "锗"),
        ("under § 744", "under 744"),
    ],
)
def test_numbers_signs_and_words_are_changes_of_substance(before: str, after: str) -> None:
    assert is_material(redline({"body": before}, {"body": after}))


def test_a_word_without_end_still_shows_where_it_differs() -> None:
    [(removed, added)] = sides("a" * 5_000 + "x" + "b" * 50, "a" * 5_000 + "y" + "b" * 50)
    assert "x" in removed
    assert "y" in added


# -- laws

LETTERS = st.sampled_from(
    [
        "a",
        "b",
        "Rule",
        " ",
        "\n",
        ". ",
        "。",
        "，",
        "镓",
        "锗",
        "1",
        ".5",
        "%",
        "“",
        "\u0301",
        "\u200b",
        "\ud800",
        "ß",
    ]
)
TEXTS = st.one_of(
    st.lists(LETTERS, max_size=60).map("".join), st.text(st.characters(codec=None), max_size=80)
)
NAMED = st.dictionaries(st.sampled_from(["title", "body", "annex", "x"]), TEXTS, max_size=4)


@settings(max_examples=100)
@given(NAMED)
def test_nothing_changed_between_a_revision_and_itself(texts: dict[str, str]) -> None:
    assert redline(texts, dict(texts)) == Redline()


@settings(max_examples=100)
@given(NAMED, NAMED)
@example({"body": "´"}, {"body": "x"})
def test_the_way_back_removes_what_the_way_there_added(before: dict[str, str], after: dict[str, str]) -> None:
    _check_both_ways(before, after)


@settings(max_examples=100)
@given(
    *[st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon."]), max_size=40).map(" ".join)]
    * 2
)
@example(
    "beta alpha beta beta alpha beta alpha alpha", "gamma beta alpha beta alpha beta beta"
)  # difflib differs
def test_the_way_back_is_the_same_however_often_words_repeat(before: str, after: str) -> None:
    _check_both_ways({"body": before}, {"body": after})


def _check_both_ways(before: dict[str, str], after: dict[str, str]) -> None:
    there, back = redline(before, after), redline(after, before)
    turned = tuple(replace(each, removed=each.added, added=each.removed) for each in back.changes)
    assert (there.changes, there.more) == (turned, back.more)


@settings(max_examples=100)
@given(NAMED, NAMED)
def test_every_change_is_short_and_says_something(before: dict[str, str], after: dict[str, str]) -> None:
    found = redline(before, after)
    assert len(found.changes) <= MAX_CHANGES
    assert found.changes or not found.more
    for change in found.changes:
        assert change.removed or change.added
        assert change.removed != change.added
        assert max(len(change.removed), len(change.added)) <= MAX_SIDE_CHARS


@settings(max_examples=100)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30), st.data())
def test_what_is_shown_stands_in_the_texts(words: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(words))
    for change in redline({"body": " ".join(words)}, {"body": " ".join(other)}).changes:
        assert change.removed.strip("…") in " ".join(words)
        assert change.added.strip("…") in " ".join(other)


# -- time


def _latin(draw: random.Random) -> str:
    return " ".join(
        f"word{draw.randrange(3_000)}{draw.choice(['', '', '', ',', '.'])}" for _ in range(7_000)
    )[:60_000]


def _han(draw: random.Random) -> str:
    return "".join(chr(0x4E00 + draw.randrange(20_000)) for _ in range(60_000))


def _few(draw: random.Random) -> str:
    return "".join(draw.choice("ab. ") for _ in range(60_000))


def _marks(draw: random.Random) -> str:
    return "".join(draw.choice(".!?。") for _ in range(60_000))


@pytest.mark.parametrize("text", [_latin, _han, _few, _marks])
def test_long_texts_that_differ_throughout_take_no_square_of_time(
    text: Callable[[random.Random], str],
) -> None:
    before, after = text(random.Random(1)), text(random.Random(2))
    found = redline({"body": before}, {"body": after})
    # A comparison that grows with the square takes minutes, and a test is ended before that.
    assert found.changes
