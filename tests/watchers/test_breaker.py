"""A host that keeps failing is left alone, a little longer each time, until one read shows that it is back."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from watchers.breaker import Breaker
from watchers.errors import (
    Blocked,
    HostResting,
    Moved,
    NotSane,
    RateLimited,
    ServerFault,
    SourceError,
    TimedOut,
    TooLarge,
    Truncated,
    Unreachable,
    Unsafe,
)

HOST = "slow.example"
MINUTE = 60.0


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the start, and the seconds that have passed."""
        return datetime(2026, 11, 23, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)


class Bench:
    """A breaker, its clock, and requests that end as told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.breaker = Breaker(now=self.clock.now)

    def fails(self, error: SourceError | None = None, *, times: int = 1, host: str = HOST) -> None:
        for _ in range(times):
            with pytest.raises(SourceError), self.breaker.watched(host):
                raise error or ServerFault("the server failed (500)")

    def answers(self, host: str = HOST) -> None:
        with self.breaker.watched(host):
            pass

    def rests(self, host: str = HOST) -> float:
        """Return for how many seconds the host is left alone; 0 where it may be asked."""
        try:
            self.breaker.check(host)
        except HostResting as resting:
            return resting.retry_after.total_seconds()
        return 0.0


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("kind", [Unreachable, TimedOut, ServerFault, Truncated, Blocked])
def test_five_failures_in_a_row_are_a_rest_of_a_minute(bench: Bench, kind: type[SourceError]) -> None:
    bench.fails(kind("broken"), times=4)
    assert bench.rests() == 0
    bench.fails(kind("broken"))
    assert bench.rests() == MINUTE
    with pytest.raises(HostResting, match="60 s: failures in a row: 5, the last: broken") as caught:
        bench.answers()
    assert caught.value.retry_after == timedelta(minutes=1)
    assert caught.value.kind == "resting"


def test_a_good_answer_starts_the_count_anew(bench: Bench) -> None:
    bench.fails(times=4)
    bench.answers()
    bench.fails(times=4)
    assert bench.rests() == 0


@pytest.mark.parametrize("kind", [Moved, NotSane, TooLarge, Unsafe])
def test_a_host_that_answers_something_else_neither_fails_nor_starts_the_count_anew(
    bench: Bench, kind: type[SourceError]
) -> None:
    bench.fails(times=4)
    bench.fails(kind("elsewhere"), times=9)
    assert bench.rests() == 0
    bench.fails()
    assert bench.rests() == MINUTE


def test_hosts_are_counted_apart(bench: Bench) -> None:
    bench.fails(times=5)
    assert bench.rests("other.example") == 0
    bench.answers("other.example")
    assert bench.rests() == MINUTE


def test_each_failed_trial_doubles_the_rest_up_to_half_an_hour(bench: Bench) -> None:
    bench.fails(times=5)
    seen = []
    for _ in range(8):
        seen.append(bench.rests() / MINUTE)
        bench.clock.seconds += bench.rests()
        bench.fails()
    assert seen == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize("error", [None, Moved("gone"), NotSane("odd"), TooLarge("big")])
def test_a_trial_that_is_answered_ends_the_rest_for_all(bench: Bench, error: SourceError | None) -> None:
    bench.fails(times=5)
    bench.clock.seconds += MINUTE
    if error is None:
        bench.answers()
    else:
        bench.fails(error)
    bench.fails(times=4)
    assert bench.rests() == 0
    bench.fails()
    assert bench.rests() == MINUTE, "and the next rest is a first one again"


def test_only_one_request_is_on_trial(bench: Bench) -> None:
    bench.fails(times=5)
    bench.clock.seconds += MINUTE
    with bench.breaker.watched(HOST):
        with pytest.raises(HostResting, match="first read"):
            bench.breaker.check(HOST)
        with pytest.raises(HostResting), bench.breaker.watched(HOST):
            pytest.fail("a second request went out")
    bench.answers()


@pytest.mark.parametrize(
    "end", [KeyboardInterrupt(), Unsafe("private"), RateLimited("soon", retry_after=timedelta(seconds=2))]
)
def test_a_trial_that_shows_nothing_is_left_to_the_next_request(bench: Bench, end: BaseException) -> None:
    bench.fails(times=5)
    bench.clock.seconds += MINUTE
    with pytest.raises(type(end)), bench.breaker.watched(HOST):
        raise end
    assert bench.rests() == 0
    bench.fails()
    assert bench.rests() == 2 * MINUTE


@pytest.mark.parametrize(
    ("asked", "rest"),
    [(timedelta(seconds=5), 0), (timedelta(seconds=6), 6), (timedelta(days=1), 86400), (None, 0)],
)
def test_a_host_that_names_a_time_gets_exactly_that(
    bench: Bench, asked: timedelta | None, rest: float
) -> None:
    bench.fails(RateLimited("asked to come back later (429)", retry_after=asked))
    assert bench.rests() == rest
    bench.clock.seconds += rest
    bench.answers()


def test_a_rest_that_was_asked_for_is_not_ended_by_an_answer_that_was_on_its_way(bench: Bench) -> None:
    with bench.breaker.watched(HOST):
        bench.fails(RateLimited("later", retry_after=timedelta(hours=1)))
    assert bench.rests() == 3600


def test_failures_that_were_on_their_way_do_not_lengthen_a_rest(bench: Bench) -> None:
    bench.fails(times=4)
    with suppress(Unreachable), bench.breaker.watched(HOST):
        bench.fails()
        bench.clock.seconds += 10
        raise Unreachable("late")
    assert bench.rests() == 50


class Laws(RuleBasedStateMachine):
    """Whatever happens in whatever order: a rest ends, it is never longer than what was asked or half an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench()
        self.failures = 0

    @rule(seconds=st.floats(0, 4000))
    def time_passes(self, seconds: float) -> None:
        self.bench.clock.seconds += seconds

    @precondition(lambda self: self.bench.rests() == 0)
    @rule(error=st.sampled_from([Unreachable("x"), Blocked("x"), ServerFault("x")]))
    def a_request_fails(self, error: SourceError) -> None:
        self.bench.fails(error)
        self.failures += 1
        assert (self.bench.rests() > 0) == (self.failures >= 5)

    @precondition(lambda self: self.bench.rests() == 0)
    @rule()
    def a_request_is_answered(self) -> None:
        self.bench.answers()
        self.failures = 0
        assert self.bench.rests() == 0

    @invariant()
    def no_rest_is_longer_than_half_an_hour(self) -> None:
        assert self.bench.rests() <= 1800


TestLaws = Laws.TestCase
TestLaws.settings = settings(max_examples=50, stateful_step_count=30)


def test_a_clock_that_is_set_back_ends_a_rest(bench: Bench) -> None:
    bench.fails(times=5)
    bench.clock.seconds = -3600
    assert bench.rests() == 0
