"""Hits over time: every hit in one span, every span of what was looked at there, with a hit or without."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.core.backtest import Record, Trial
from bot.core.matching import document_of_text
from bot.core.own_queries import topic_of_query

BEGIN = date(2026, 1, 1)
HIT, MISS = document_of_text("gallium"), document_of_text("tin")


def trial(*records: tuple[int, bool], begin: date | None = None) -> Trial:
    made = Trial(topic_of_query("gallium"), begin=begin)
    for day, hits in records:
        made.take(Record(document=HIT if hits else MISS, title="x", on=BEGIN + timedelta(days=day)))
    return made


def test_days_without_a_hit_are_shown_too_from_the_first_looked_at_to_the_last() -> None:
    length, spans = trial((0, False), (1, True), (1, True), (3, True), (4, False)).result().in_spans(10)
    assert length == 1
    assert [count for _, count in spans] == [0, 2, 0, 1, 0]
    assert [day.day for day, _ in spans] == [1, 2, 3, 4, 5]


def test_more_days_than_there_is_room_for_become_weeks_and_so_on() -> None:
    result = trial((0, True), (6, True), (7, True), (69, True)).result()
    length, spans = result.in_spans(10)
    assert (length, [count for _, count in spans]) == (7, [2, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    assert spans[-1][0] == BEGIN + timedelta(days=63)
    assert result.in_spans(9)[0] == 30
    assert [length for length, _ in (result.in_spans(most) for most in (70, 3, 2, 1))] == [1, 30, 365, 365]


def test_what_was_never_dated_has_no_spans_and_a_year_without_hits_has_empty_ones() -> None:
    assert trial().result().in_spans(5) == (1, ())
    begin = BEGIN - timedelta(days=364)
    length, spans = trial((0, False), begin=begin).result().in_spans(60)
    assert (length, len(spans), {count for _, count in spans}) == (7, 53, {0})


@given(st.lists(st.tuples(st.integers(0, 3_000), st.booleans()), max_size=30), st.integers(1, 400))
def test_no_hit_is_lost_and_no_span_is_left_out(records: list[tuple[int, bool]], most: int) -> None:
    result = trial(*records).result()
    length, spans = result.in_spans(most)
    assert sum(count for _, count in spans) == result.draft.hits
    assert len(spans) == -(-result.days // length)
    assert len(spans) <= most or length == 365
    days = [day for day, _ in spans]
    assert all(later - day == timedelta(days=length) for day, later in pairwise(days))
