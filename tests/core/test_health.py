"""What a poll's end makes of a source's health, and how long a failed one is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.health import REFUSALS, SourceState, after_failure, after_success, backoff, state_word

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
