"""Laws of incidents: no course of events, however long, tells of one too often, or of its end without its beginning."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.incident import (
    DAILY,
    Failed,
    Incident,
    Judgement,
    Outcome,
    Phase,
    Read,
    Silent,
    action_of,
    judge,
)

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
OVERDUE = NOW - timedelta(hours=3)
NOTHING_NEW = Read(new_at=NOW - timedelta(days=4))
ENDS = {Phase.CLOSED, Phase.REFUSED}

Event = tuple[float, Outcome]
"""Minutes since the event before, and what it came to."""

KINDS = ["unreachable", "slow", "blocked", "moved", "redesigned", "budget spent", "resting"]
FAILURES = st.builds(Failed, kind=st.sampled_from(KINDS), what=st.just("x"), expects_refusal=st.booleans())
READS = st.builds(Read, new_at=st.none() | st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days)))
SILENCES = st.builds(Silent, since=st.just(OVERDUE), bound=st.just(timedelta(days=2)))
OUTCOMES = st.one_of(FAILURES, FAILURES, FAILURES, READS, SILENCES)
COURSES = st.lists(st.tuples(st.sampled_from([0.0, 1.0, 29.0, 31.0, 400.0, 1440.0]), OUTCOMES), max_size=40)


def course(events: Iterable[Event]) -> Iterator[tuple[datetime, Judgement]]:
    """Judge one event after the other, as a caller would who keeps what was returned."""
    now, before = NOW, None
    for minutes, outcome in events:
        now += timedelta(minutes=minutes)
        judgement = judge(before, outcome, source="mofcom", now=now)
        before = judgement.incident
        yield now, judgement


@settings(max_examples=100)
@given(COURSES)
def test_a_beginning_is_told_once_and_its_end_once(events: list[Event]) -> None:
    told = [judgement.notice for _, judgement in course(events) if judgement.notice]
    edges = [phase for phase in told if phase in {Phase.OPENED, *ENDS}]
    assert edges[::2] == [Phase.OPENED] * len(edges[::2])
    assert set(edges[1::2]) <= ENDS
    open_now = False
    for phase in told:
        assert open_now or phase is Phase.OPENED
        open_now = phase not in ENDS


@settings(max_examples=100)
@given(COURSES)
def test_no_daily_line_comes_within_a_day_of_another_line(events: list[Event]) -> None:
    told = [(now, judgement.notice) for now, judgement in course(events) if judgement.notice]
    for (earlier, _), (now, phase) in pairwise(told):
        assert phase is not Phase.STILL or now - earlier >= DAILY


@settings(max_examples=100)
@given(COURSES)
def test_since_never_moves_while_an_incident_is_open(events: list[Event]) -> None:
    before: Incident | None = None
    for now, judgement in course(events):
        incident = judgement.incident
        if incident and before and before.closed_at is None:
            assert incident.since == before.since
        assert incident is None or incident.since <= now
        before = incident


@settings(max_examples=100)
@given(COURSES)
def test_what_is_remembered_agrees_with_what_was_told(events: list[Event]) -> None:
    for now, judgement in course(events):
        incident = judgement.incident
        if incident is None:
            assert judgement.notice is None
            continue
        assert (incident.told_at is None) == (incident.told == ())
        assert len(set(incident.told)) == len(incident.told)
        assert (incident.closed_at is not None) == (judgement.notice in ENDS or incident.closed_at == now)
        if judgement.notice in {Phase.OPENED, Phase.CHANGED}:
            assert incident.told[-1] is action_of(incident.kind)
            assert now in {incident.told_at, incident.said_at}


@settings(max_examples=100)
@given(
    st.lists(st.sampled_from(["unreachable", "slow", "truncated", "server fault"]), max_size=12), st.data()
)
def test_failures_of_one_class_are_told_alike_in_whatever_order_they_come(
    kinds: list[str], data: st.DataObject
) -> None:
    def story(kinds: list[str]) -> list[object]:
        events = [(20.0, Failed(kind=kind, what=kind)) for kind in kinds]
        return [
            (judgement.notice, judgement.incident and (judgement.incident.since, judgement.incident.tries))
            for _, judgement in course([*events, (20.0, NOTHING_NEW)])
        ]

    assert story(kinds) == story(data.draw(st.permutations(kinds)))


@settings(max_examples=100)
@given(COURSES, OUTCOMES)
def test_hearing_the_same_again_at_once_says_nothing_more(events: list[Event], outcome: Outcome) -> None:
    """Only a third failure says more than a second: whatever was said already is not said again."""
    history = [*events, (1.0, outcome), (0.0, outcome), (0.0, outcome), (0.0, outcome)]
    *_, first, second, third, fourth = (judgement.notice for _, judgement in course(history))
    phases = [phase for phase in (first, second, third, fourth) if phase]
    assert fourth is None
    assert len(phases) == len(set(phases))
