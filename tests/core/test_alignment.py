"""Where two sequences differ: what lies between the hunks is equal, whatever the sequences, and in time that does not explode."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alignment import Aligner, Hunk

FEW = st.lists(st.sampled_from("abcd"), max_size=40)
MANY = st.integers(0, 300).map(str)
LONG = st.lists(MANY, min_size=60, max_size=200)


def check(one: list[str], other: list[str], hunks: list[Hunk]) -> None:
    """Assert that hunks are in order, apart and not empty, and that all else is equal."""
    i = j = 0
    for i1, i2, j1, j2 in [*hunks, (len(one), len(one), len(other), len(other))]:
        assert i <= i1 <= i2
        assert j <= j1 <= j2
        assert one[i:i1] == other[j:j1]
        i, j = i2, j2
    assert all((i1, j1) != (i2, j2) for i1, i2, j1, j2 in hunks)


@settings(max_examples=100)
@given(FEW, FEW)
def test_all_but_the_hunks_is_equal(one: list[str], other: list[str]) -> None:
    check(one, other, Aligner(one, other).align())


@settings(max_examples=50)
@given(LONG, st.lists(st.tuples(st.integers(0, 199), MANY), max_size=20))
def test_all_but_the_hunks_is_equal_in_long_sequences(one: list[str], edits: list[tuple[int, str]]) -> None:
    other = list(one)
    for at, value in edits:
        other[at % len(other)] = value
    check(one, other, Aligner(one, other).align())
    check(one, other[::-1], Aligner(one, other[::-1]).align())


@given(FEW)
def test_equal_sequences_do_not_differ(one: list[str]) -> None:
    assert Aligner(one, list(one)).align() == []


def test_single_changes_far_apart_are_found_as_such() -> None:
    one = [str(number) for number in range(20_000)]
    other = [*one[:5_000], "new", *one[5_000:9_000], "other", *one[9_001:15_000], *one[15_002:]]
    assert Aligner(one, other).align() == [
        (5_000, 5_000, 5_000, 5_001),
        (9_000, 9_001, 9_001, 9_002),
        (15_000, 15_002, 15_001, 15_001),
    ]


def test_of_elements_that_changed_places_the_longer_run_stays() -> None:
    one = [str(number) for number in range(200)]
    moved = [*one[150:], *one[:150]]
    assert Aligner(one, moved).align() == [(0, 0, 0, 50), (150, 200, 200, 200)]


def test_a_stretch_can_be_compared_alone() -> None:
    aligner = Aligner(list("abcdef"), list("xbcyez"))
    assert aligner.align_within((1, 5, 1, 5)) == [(3, 4, 3, 4)]


def test_where_the_work_is_used_up_a_stretch_differs_as_a_whole() -> None:
    one = [each for number in range(1_000) for each in (f"anchor {number}", "a", "b", "c")]
    other = [each for number in range(1_000) for each in (f"anchor {number}", "b", "a", "c", "x", "b")]
    hunks = Aligner(one, other).align()
    check(one, other, hunks)
    assert hunks[0][:2] != (1, 4)
    assert hunks[-1][:2] == (3_997, 4_000)


@pytest.mark.parametrize("alphabet", ["a", "ab", "abcdefgh", "".join(map(chr, range(300)))])
def test_sequences_without_anchors_take_no_square_of_time(alphabet: str) -> None:
    draw = random.Random(alphabet)
    one, other = ([draw.choice(alphabet) for _ in range(60_000)] for _ in range(2))
    check(one, other, Aligner(one, other).align())
