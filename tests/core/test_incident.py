"""When an incident of a source begins, is told and ends: case by case. Its laws stand in tests/properties."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.incident import (
    SILENT,
    Action,
    Failed,
    Incident,
    Judgement,
    Outcome,
    Phase,
    Read,
    Silent,
    action_of,
    advice_for,
    judge,
)
from watchers.errors import Blocked, NotSane, SourceError, TryLater

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
OVERDUE = NOW - timedelta(hours=3)
QUIET = Silent(since=OVERDUE, bound=timedelta(days=2))
DOWN = Failed(kind="unreachable", what="no connection")
REFUSED = Failed(kind="blocked", what="refused (403)")
REBUILT = Failed(kind="redesigned", what="no list on the page")
KNOWN = Failed(kind="blocked", what="refused (403)", expects_refusal=True)
NOTHING_NEW = Read(new_at=NOW - timedelta(days=4))
RESTING = Failed(kind="resting", what="left alone for 10 min")

Event = tuple[float, Outcome]
"""Minutes since the event before, and what it came to."""


def course(events: Iterable[Event], before: Incident | None = None) -> Iterator[tuple[datetime, Judgement]]:
    """Judge one event after the other, as a caller would who keeps what was returned."""
    now = NOW
    for minutes, outcome in events:
        now += timedelta(minutes=minutes)
        judgement = judge(before, outcome, source="mofcom", now=now)
        before = judgement.incident
        yield now, judgement


def said(*events: Event, before: Incident | None = None) -> list[Phase | None]:
    return [judgement.notice for _, judgement in course(events, before)]


def last(*events: Event, before: Incident | None = None) -> Incident:
    *_, (_, judgement) = course(events, before)
    assert judgement.incident is not None
    return judgement.incident


def told_blind() -> Incident:
    return last((0, REFUSED), (1, REFUSED), (2, REFUSED))


def told_late() -> Incident:
    return last((0, QUIET))


def later(incident: Incident, outcome: Outcome, **since_now: float) -> Judgement:
    return judge(incident, outcome, source="mofcom", now=NOW + timedelta(**since_now))


# -- beginning


def test_a_healthy_source_has_no_incident() -> None:
    assert judge(None, NOTHING_NEW, source="mofcom", now=NOW) == Judgement(incident=None)


def test_the_first_failure_opens_an_incident_and_tells_nobody() -> None:
    good_at = NOW - timedelta(hours=1)
    opened = judge(None, DOWN, source="mofcom", now=NOW, last_good_at=good_at, last_good="公告2026年第1号")
    assert opened == Judgement(
        incident=Incident(
            source="mofcom",
            kind="unreachable",
            what="no connection",
            since=NOW,
            tries=1,
            last_good_at=good_at,
            last_good="公告2026年第1号",
        )
    )


def test_the_third_failed_poll_in_a_row_is_told() -> None:
    assert said((0, DOWN), (1, DOWN), (2, DOWN), (4, DOWN)) == [None, None, Phase.OPENED, None]
    incident = last((0, DOWN), (1, DOWN), (2, DOWN))
    assert (incident.since, incident.told_at, incident.tries) == (NOW, NOW + timedelta(minutes=3), 3)
    assert incident.told == (Action.TRANSIENT,)


@pytest.mark.parametrize(("minutes", "phase"), [(29.9, None), (30, Phase.OPENED)])
def test_two_failed_polls_are_told_where_half_an_hour_lies_between(
    minutes: float, phase: Phase | None
) -> None:
    assert said((0, DOWN), (minutes, DOWN)) == [None, phase]


def test_a_failure_that_passes_before_it_is_confirmed_is_never_told() -> None:
    events: list[Event] = [(0, DOWN), (1, DOWN), (1, NOTHING_NEW), (1, DOWN), (1, DOWN), (1, NOTHING_NEW)]
    assert said(*events) == [None] * 6
    ended = last((0, DOWN), (1, NOTHING_NEW))
    assert (ended.told_at, ended.closed_at) == (None, NOW + timedelta(minutes=1))


def test_what_is_told_is_what_the_last_poll_found() -> None:
    incident = last((0, DOWN), (1, DOWN), (1, REBUILT))
    assert (incident.kind, incident.what, incident.told) == (
        "redesigned",
        "no list on the page",
        (Action.LAYOUT,),
    )


def test_a_closed_incident_counts_as_none() -> None:
    closed = last((0, NOTHING_NEW), before=told_blind())
    begun = last((60, DOWN), before=closed)
    assert (begun.since, begun.tries, begun.told_at, begun.closed_at) == (
        NOW + timedelta(hours=1),
        1,
        None,
        None,
    )


# -- lasting


def test_a_told_incident_says_one_line_a_day_while_it_lasts() -> None:
    events = [(0, DOWN), (30, DOWN), *[(360.0, DOWN)] * 9]
    assert said(*events) == [None, Phase.OPENED, *[None, None, None, Phase.STILL] * 2, None]


def test_a_late_daily_line_pushes_the_next_one_back() -> None:
    late = later(told_blind(), REFUSED, hours=40)
    assert (late.notice, late.incident and late.incident.said_at) == (Phase.STILL, NOW + timedelta(hours=40))
    assert late.incident is not None
    assert later(late.incident, REFUSED, hours=63).notice is None
    assert later(late.incident, REFUSED, hours=64).notice is Phase.STILL


def test_another_failure_that_asks_for_the_same_is_recorded_and_not_told() -> None:
    slow = Failed(kind="slow", what="took over 30 s")
    assert said((0, DOWN), (1, DOWN), (1, DOWN), (1, slow), (1, slow)) == [
        None,
        None,
        Phase.OPENED,
        None,
        None,
    ]
    incident = last((0, DOWN), (1, DOWN), (1, DOWN), (1, slow))
    assert (incident.kind, incident.what, incident.since, incident.tries) == (
        "slow",
        "took over 30 s",
        NOW,
        4,
    )


def test_a_failure_that_asks_for_something_else_is_told_when_seen_twice() -> None:
    assert said((9, REBUILT), (9, REBUILT), (9, REBUILT), before=told_blind()) == [None, Phase.CHANGED, None]
    changed = last((9, REBUILT), (9, REBUILT), before=told_blind())
    assert (changed.kind, changed.since) == ("redesigned", NOW)
    assert changed.told == (Action.REFUSED, Action.LAYOUT)
    assert changed.said_at == NOW + timedelta(minutes=18)


def test_a_single_other_failure_in_between_is_not_told() -> None:
    assert said((1, DOWN), (1, REFUSED), (1, DOWN), (1, REFUSED), before=told_blind()) == [None] * 4


def test_a_source_that_wavers_between_two_failures_is_told_of_each_once() -> None:
    wavering = [(9.0, each) for each in (DOWN, DOWN, REFUSED, REFUSED) * 5]
    assert said(*wavering, before=told_blind()) == [None, Phase.CHANGED, *[None] * 18]


def test_a_change_counts_as_that_days_line() -> None:
    changed = last((23 * 60, DOWN), (1, DOWN), before=told_blind())
    assert later(changed, DOWN, hours=46).notice is None
    assert later(changed, DOWN, hours=47, minutes=1).notice is Phase.STILL


def test_a_host_left_alone_does_not_hide_why_it_is() -> None:
    incident = last((1, RESTING), (1, RESTING), before=told_blind())
    assert (incident.kind, incident.what, incident.tries) == ("blocked", "refused (403)", 5)
    assert said((1, RESTING), (1, RESTING), before=told_blind()) == [None, None]
    assert last((0, RESTING)).kind == "resting"


# -- ending


def test_an_end_is_told_where_the_beginning_was() -> None:
    ended = later(told_blind(), NOTHING_NEW, hours=5)
    assert ended.notice is Phase.CLOSED
    assert ended.incident is not None
    assert (ended.incident.kind, ended.incident.closed_at) == ("blocked", NOW + timedelta(hours=5))


def test_a_source_that_is_known_to_be_refused_has_no_incident_by_it() -> None:
    assert said((0, KNOWN), (1, KNOWN), (100, KNOWN), (5000, KNOWN)) == [None] * 4
    assert judge(None, KNOWN, source="ustr", now=NOW).incident is None


def test_a_host_left_alone_after_refusals_that_were_known_is_no_incident() -> None:
    resting = Failed(kind="resting", what="left alone", expects_refusal=True)
    assert judge(None, resting, source="ustr", now=NOW).incident is None


def test_a_source_that_is_known_to_be_refused_can_fail_in_other_ways() -> None:
    down = Failed(kind="unreachable", what="no connection", expects_refusal=True)
    assert said((0, down), (30, down), (30, KNOWN), (30, KNOWN)) == [None, Phase.OPENED, Phase.REFUSED, None]
    assert said((0, down), (1, KNOWN)) == [None, None]


# -- silence


def test_silence_is_told_at_once_and_since_when() -> None:
    found = judge(None, QUIET, source="mofcom", now=NOW)
    assert found.notice is Phase.OPENED
    assert found.incident == Incident(
        source="mofcom",
        kind=SILENT,
        what="nothing new for more than 2 days of its working time",
        since=OVERDUE,
        told_at=NOW,
        told=(Action.SILENT,),
    )


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=2, hours=12), "2.5 days"),
        (timedelta(days=21), "21 days"),
    ],
)
def test_silence_says_how_long_is_too_long(bound: timedelta, words: str) -> None:
    found = judge(None, Silent(since=OVERDUE, bound=bound), source="mofcom", now=NOW)
    assert found.incident is not None
    assert f"more than {words} of" in found.incident.what


def test_silence_lasts_until_something_new_arrives() -> None:
    before_it = Read(new_at=OVERDUE - timedelta(days=2))
    after_it = Read(new_at=OVERDUE + timedelta(minutes=1))
    assert said((1, before_it), (1, Read(new_at=None)), (1, QUIET), before=told_late()) == [None] * 3
    assert said((1, before_it), (1, after_it), before=told_late()) == [None, Phase.CLOSED]


def test_silence_says_one_line_a_day_too() -> None:
    events: list[Event] = [(720.0, QUIET), (720.0, NOTHING_NEW), (720.0, QUIET), (720.0, QUIET)]
    assert said(*events, before=told_late()) == [None, Phase.STILL, None, Phase.STILL]


def test_a_source_is_never_blind_and_silent_at_once() -> None:
    assert said((9, QUIET), (9, QUIET), before=told_blind()) == [Phase.CLOSED, Phase.OPENED]
    assert said((0, DOWN), (9, QUIET), (9, QUIET)) == [None, None, Phase.OPENED]


def test_a_silent_source_that_fails_three_times_in_a_row_is_blind() -> None:
    assert said((40, DOWN), (40, DOWN), (1, DOWN), before=told_late()) == [None, None, Phase.CHANGED]
    blind = last((40, DOWN), (40, DOWN), (1, DOWN), before=told_late())
    assert (blind.kind, blind.since, blind.told) == (
        "unreachable",
        OVERDUE,
        (Action.SILENT, Action.TRANSIENT),
    )
    assert said((1, NOTHING_NEW), before=blind) == [Phase.CLOSED]


def test_a_silent_source_that_fails_now_and_then_stays_silent() -> None:
    events: list[Event] = [(1.0, each) for each in (DOWN, DOWN, NOTHING_NEW) * 3]
    assert said(*events, before=told_late()) == [None] * 9
    assert last(*events, before=told_late()).kind == SILENT


# -- what is to be done


def subclasses(error: type[SourceError]) -> set[str]:
    return {error.kind}.union(*(subclasses(each) for each in error.__subclasses__()))


def test_what_a_failure_asks_for_follows_the_tree_of_errors() -> None:
    assert {action_of(kind) for kind in subclasses(TryLater)} == {Action.TRANSIENT}
    assert {action_of(kind) for kind in subclasses(Blocked)} == {Action.REFUSED}
    assert {action_of(kind) for kind in subclasses(NotSane)} == {Action.LAYOUT}
    assert action_of("moved") is action_of("unsafe address") is action_of("too large") is Action.LAYOUT
    assert action_of("budget spent") is Action.LIMIT
    assert action_of(SILENT) is Action.SILENT
    assert action_of("a kind of a later release") is Action.LAYOUT


def test_every_kind_has_its_advice() -> None:
    assert advice_for("blocked") == Blocked.advice
    assert advice_for("slow") == TryLater.advice
    assert advice_for("a kind of a later release") == SourceError.advice
    assert advice_for(SILENT).startswith("open the page")
    assert all(advice_for(kind) for kind in subclasses(SourceError))
