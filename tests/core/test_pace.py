"""No more goes out than a limit lets through, in any stretch of time, whatever the clock and however often it is asked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.pace import Limit, admit, admit_all, free_at, used_up

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIMITS = st.builds(
    lambda ms, advance: Limit(interval=timedelta(milliseconds=ms), advance=advance),
    st.integers(1, 60_000),
    st.integers(1, 30),
)


def run(limit: Limit, asked: list[datetime], state: datetime | None = None) -> list[datetime]:
    """Ask at each instant; return those at which one was let through. The state is kept as the store keeps it."""
    passed = []
    for now in asked:
        if state is not None and (right := used_up(limit, state, now)) is not None:
            state = right
        if (after := admit(limit, state, now)) is not None:
            passed.append(now)
            state = after
    return passed


def test_a_few_go_at_once_after_a_rest_and_then_one_each_interval() -> None:
    limit = Limit(interval=SECOND, advance=3)
    asked = [NOON + timedelta(milliseconds=100 * step) for step in range(50)]
    offsets = [(at - NOON) / SECOND for at in run(limit, asked)]
    assert offsets == [0.0, 0.1, 0.2, 1.0, 2.0, 3.0, 4.0]


@settings(max_examples=200)
@given(LIMITS, st.lists(st.integers(0, 20_000), max_size=80))
def test_in_any_stretch_no_more_pass_than_the_advance_and_one_for_each_interval(
    limit: Limit, steps: list[int]
) -> None:
    asked, now = [], NOON
    for step in steps:
        now += timedelta(milliseconds=step)
        asked.append(now)
    passed = run(limit, asked)
    for first, start in enumerate(passed):
        for count, end in enumerate(passed[first:], 1):
            assert count <= limit.advance + (end - start) / limit.interval + 1e-9


@settings(max_examples=200)
@given(LIMITS, st.lists(st.integers(0, 20_000), min_size=1, max_size=40))
def test_whoever_is_held_back_passes_at_the_named_instant_and_not_before(
    limit: Limit, steps: list[int]
) -> None:
    state: datetime | None = None
    now = NOON
    for step in steps:
        now += timedelta(milliseconds=step)
        after = admit(limit, state, now)
        if after is not None:
            state = after
            continue
        assert state is not None
        free = free_at(limit, state)
        assert free > now
        assert admit(limit, state, free - timedelta(microseconds=1)) is None
        assert admit(limit, state, free) is not None


@settings(max_examples=200)
@given(LIMITS, st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9999)))
def test_a_state_of_a_clock_that_was_ahead_holds_for_one_interval_at_most(
    limit: Limit, ahead: timedelta
) -> None:
    wrong = NOON + ahead
    held = [NOON, NOON + limit.interval]
    assert run(limit, held, wrong)[-1:] == [NOON + limit.interval]
    state = admit(limit, None, wrong)
    assert state is not None
    assert run(limit, held, state)[-1:] == [NOON + limit.interval]


@settings(max_examples=200)
@given(LIMITS, st.lists(st.integers(-20_000, 20_000), max_size=60))
def test_a_clock_that_steps_back_lets_no_more_through_than_time_passed(
    limit: Limit, jumps: list[int]
) -> None:
    """The machine's clock jumps, and a millisecond passes between two questions."""
    real, shown = [], []
    offset = 0
    for number, jump in enumerate(jumps):
        offset = min(offset, offset + jump)  # back only: a jump ahead is a rest, as far as anybody can tell
        real.append(NOON + timedelta(milliseconds=number))
        shown.append(NOON + timedelta(milliseconds=number + offset))
    state: datetime | None = None
    passed = []
    for at, now in zip(real, shown, strict=True):
        if state is not None:
            state = used_up(limit, state, now) or state
        if (after := admit(limit, state, now)) is not None:
            passed.append(at)
            state = after
    for first, start in enumerate(passed):
        for count, end in enumerate(passed[first:], 1):
            assert count <= limit.advance + (end - start) / limit.interval + 1e-9


def test_a_state_that_may_stand_is_left_alone() -> None:
    limit = Limit(interval=SECOND, advance=2)
    assert used_up(limit, NOON + 2 * SECOND, NOON) is None
    assert used_up(limit, NOON - SECOND, NOON) is None
    assert used_up(limit, NOON + 3 * SECOND, NOON) == NOON + 2 * SECOND


def test_where_one_limit_holds_back_none_is_used_up() -> None:
    wide, narrow = Limit(interval=SECOND, advance=9), Limit(interval=SECOND)
    both = {"platform": wide, "chat": narrow}
    first = admit_all(both, {}, NOON)
    assert first == {"platform": NOON + SECOND, "chat": NOON + SECOND}
    assert admit_all(both, first, NOON) is None
    assert admit_all({}, {}, NOON) == {}
