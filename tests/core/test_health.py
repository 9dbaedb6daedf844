"""What a poll's end makes of a source's health, and how long a failed one is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.health import (
    REFUSALS,
    SourceState,
    after_failure,
    after_success,
    as_of,
    backoff,
    next_poll_at,
    remembered,
    state_word,
    with_memory,
)
from watchers.calendar import Adaptive, Rhythm, Slot

NOW = datetime(2023, 10, 17, 16, 0, tzinfo=UTC)
STARTED = NOW - timedelta(seconds=20)
NEW = SourceState(source="fr")


def failed(state: SourceState = NEW, **changes: Any) -> SourceState:
    facts: dict[str, Any] = {
        "kind": "unreachable",
        "what": "no answer",
        "retry_after": None,
        "new": False,
        "now": NOW,
        "chance": 1.0,
    }
    return after_failure(state, **facts | changes)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_a_pause_doubles_from_a_minute_to_half_an_hour() -> None:
    pauses = [backoff("unreachable", failures, 1.0) for failures in range(1, 9)]
    assert pauses == [minutes(count) for count in (1, 2, 4, 8, 16, 30, 30, 30)]


@pytest.mark.parametrize("kind", sorted(REFUSALS))
def test_a_refusal_is_left_alone_for_longer(kind: str) -> None:
    pauses = [backoff(kind, failures, 1.0) for failures in range(1, 8)]
    assert pauses == [minutes(count) for count in (15, 30, 60, 120, 240, 360, 360)]


@settings(max_examples=100)
@given(st.integers(1, 10_000), st.floats(0, 1), st.sampled_from(["blocked", "unreachable"]))
def test_chance_takes_at_most_half_of_a_pause(failures: int, chance: float, kind: str) -> None:
    whole = backoff(kind, failures, 1.0)
    assert whole / 2 <= backoff(kind, failures, chance) <= whole
    assert backoff(kind, failures, 0.0) == whole / 2
    assert whole <= backoff(kind, failures + 1, 1.0)


def test_the_first_failure_makes_a_source_blind_and_further_ones_keep_since_when() -> None:
    once = failed()
    assert (once.failures, once.blind_since, once.attempted_at) == (1, NOW, NOW)
    assert (once.error_kind, once.error_what) == ("unreachable", "no answer")
    assert once.not_before == NOW + minutes(1)
    later = NOW + minutes(5)
    twice = failed(once, now=later, kind="blocked", what="refused (403)")
    assert (twice.failures, twice.blind_since, twice.attempted_at) == (2, NOW, later)
    assert (twice.error_kind, twice.not_before) == ("blocked", later + minutes(30))


@pytest.mark.parametrize(("retry_after", "wait"), [(10, 1), (60, 1), (61, 61 / 60), (7200, 120)])
def test_a_hosts_own_retry_after_is_obeyed_where_it_is_longer(retry_after: int, wait: float) -> None:
    assert failed(retry_after=timedelta(seconds=retry_after)).not_before == NOW + minutes(wait)


def test_success_clears_every_trace_of_failure() -> None:
    healthy = after_success(failed(failed()), started_at=STARTED, new=True, now=NOW)
    assert healthy == SourceState(
        source="fr", learned_at=NOW, complete_at=STARTED, attempted_at=NOW, new_at=NOW
    )


def test_a_source_has_learned_with_its_first_complete_read_and_only_then() -> None:
    assert NEW.learning
    assert failed().learning
    learned = after_success(NEW, started_at=STARTED, new=False, now=NOW)
    assert not learned.learning
    again = after_success(learned, started_at=NOW, new=False, now=NOW + minutes(5))
    assert (again.learned_at, again.complete_at) == (NOW, NOW)


def test_news_is_noted_even_where_the_read_was_cut_short() -> None:
    assert failed(new=True).new_at == NOW
    earlier = SourceState(source="fr", new_at=STARTED)
    assert failed(earlier).new_at == STARTED
    assert after_success(earlier, started_at=STARTED, new=False, now=NOW).new_at == STARTED


def test_a_failure_does_not_forget_the_last_complete_read() -> None:
    learned = after_success(NEW, started_at=STARTED, new=False, now=NOW)
    assert failed(learned).complete_at == STARTED
    assert not failed(learned).learning


@pytest.mark.parametrize(
    ("state", "enabled", "word"),
    [
        (NEW, True, "learning"),
        (failed(), True, "BLIND"),
        (SourceState(source="fr", learned_at=NOW), True, "healthy"),
        (failed(SourceState(source="fr", learned_at=NOW)), True, "BLIND"),
        (failed(), False, "paused"),
    ],
)
def test_a_source_is_called(state: SourceState, enabled: bool, word: str) -> None:
    assert state_word(state, enabled=enabled) == word


# -- when it is asked next

EASTERN = Rhythm(
    zone="America/New_York",
    days="us-federal",
    slots=(Slot(start=time(8, 40), end=time(9, 5), every=timedelta(minutes=5)),),
    otherwise=timedelta(hours=3),
    off_days=timedelta(hours=12),
)
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def polls(count: int, *, every: timedelta | None = None, start: datetime = MONDAY) -> list[str]:
    """Return the times (UTC) of the next polls, each made when it is due."""
    state, times = SourceState(source="s", attempted_at=start), []
    for _ in range(count):
        now = next_poll_at(EASTERN, every, state, state.attempted_at or start)
        times.append(f"{now:%H:%M}")
        state = replace(state, attempted_at=now)
    return times


def test_a_source_is_asked_by_its_own_slots_in_its_own_zone() -> None:
    assert polls(7) == ["13:40", "13:45", "13:50", "13:55", "14:00", "14:05", "17:05"]


def test_a_slot_keeps_its_wall_time_when_the_clock_changes() -> None:
    assert polls(1, start=datetime(2026, 10, 30, 11, 0, tzinfo=UTC)) == ["12:40"]
    assert polls(1, start=datetime(2026, 11, 2, 11, 0, tzinfo=UTC)) == ["13:40"]


def test_the_operators_interval_replaces_the_rhythm() -> None:
    assert polls(3, every=timedelta(minutes=7)) == ["12:07", "12:14", "12:21"]


def test_a_source_without_a_calendar_is_asked_by_its_pace() -> None:
    adaptive = Adaptive(
        zone="UTC", fastest=timedelta(minutes=5), slowest=timedelta(hours=2), start=timedelta(minutes=20)
    )
    state = SourceState(source="s", attempted_at=MONDAY, pace_seconds=600)
    assert next_poll_at(adaptive, None, state, MONDAY) == MONDAY + timedelta(minutes=10)
    new = SourceState(source="s", attempted_at=MONDAY)
    assert next_poll_at(adaptive, None, new, MONDAY) == MONDAY + timedelta(minutes=20)


def test_back_off_goes_before_the_rhythm_and_nothing_is_due_in_the_past() -> None:
    held = SourceState(source="s", attempted_at=MONDAY, not_before=MONDAY + timedelta(hours=5))
    assert next_poll_at(EASTERN, None, held, MONDAY) == MONDAY + timedelta(hours=5)
    late = MONDAY + timedelta(days=3)
    assert next_poll_at(EASTERN, None, replace(held, not_before=None), late) == late


def test_a_source_that_is_always_refused_is_refused_and_not_blind() -> None:
    refused = SourceState(source="s", learned_at=None, blind_since=MONDAY, error_kind="blocked")
    assert state_word(refused, enabled=True, expects_refusal=True) == "refused"
    listed = replace(refused, learned_at=MONDAY, complete_at=MONDAY + timedelta(hours=1))
    assert state_word(listed, enabled=True, expects_refusal=True) == "BLIND", (
        "its list is read, its pages are not"
    )
    assert state_word(replace(refused, error_kind="slow"), enabled=True, expects_refusal=True) == "BLIND"
    assert state_word(refused, enabled=True) == "BLIND"


def test_a_source_that_is_read_and_brings_nothing_is_late() -> None:
    read = SourceState(source="s", learned_at=MONDAY)
    assert state_word(read, enabled=True, silent=True) == "late"
    assert state_word(read, enabled=True) == "healthy"


def test_what_a_source_remembers_comes_back_as_it_was() -> None:
    state = SourceState(source="s")
    assert remembered(state) == {}
    assert remembered(with_memory(state, {"did": "did:plc:abc", "名": "值"})) == {
        "did": "did:plc:abc",
        "名": "值",
    }
    assert with_memory(state, {}) == state


def test_a_clock_that_was_ahead_holds_nothing_back_when_it_is_right_again() -> None:
    ahead = failed(after_success(NEW, started_at=NOW, new=True, now=NOW), now=NOW)
    earlier = NOW - timedelta(days=400)
    state = as_of(ahead, earlier)
    assert (state.not_before, state.complete_at, state.new_at, state.attempted_at) == (None, *[earlier] * 3)
    assert (state.blind_since, state.error_kind, state.learned_at) == (NOW, "unreachable", NOW)
    assert as_of(ahead, NOW) == ahead
    assert as_of(NEW, earlier) == NEW


def test_a_source_of_which_no_text_can_be_had_is_blind_and_asked_as_often_as_ever() -> None:
    state = after_success(NEW, started_at=STARTED, new=False, now=NOW, unreadable=("blocked", "refused"))
    state = after_success(
        state, started_at=NOW, new=False, now=NOW + timedelta(hours=1), unreadable=("blocked", "refused")
    )
    assert (state.blind_since, state.failures, state.error_kind, state.not_before) == (
        NOW,
        0,
        "blocked",
        None,
    )
    assert state.complete_at == NOW
    assert after_success(state, started_at=NOW, new=False, now=NOW).blind_since is None
    assert after_failure(
        state, kind="blocked", what="x", retry_after=None, new=False, now=NOW, chance=1.0
    ).not_before == NOW + timedelta(minutes=15), "the first failure in a row of its listing"
