"""The life of a post: every step of the table can be taken, no other ever is, and each post comes to an end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.delivery import (
    LONGEST_ASKED,
    MAX_ATTEMPTS,
    MAX_DOUBTS,
    MAX_UNCLEAR,
    NEXT,
    After,
    Event,
    Outcome,
    Sent,
    State,
    Trouble,
    after_look,
    after_send,
    in_doubt,
    wait_after,
)

NOW = datetime(2023, 10, 17, 16, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANSWERS = (Outcome.SENT, Outcome.TRY_AGAIN, Outcome.UNCLEAR, Outcome.GIVE_UP, Outcome.UNKNOWN)
LOOKS = (Outcome.FOUND, Outcome.ABSENT, Outcome.GIVE_UP, Outcome.TRY_AGAIN)


def answered(
    outcome: Outcome,
    attempt: int = 1,
    *,
    doubts: int = 0,
    looks: bool = False,
    repeatable: bool = False,
    trouble: Trouble | None = None,
    retry_after: timedelta | None = None,
) -> After:
    sent = Sent(outcome=outcome, trouble=trouble, retry_after=retry_after)
    return after_send(sent, attempt=attempt, doubts=doubts, now=NOW, looks=looks, repeatable=repeatable)


def looked(
    outcome: Outcome, *, attempt: int = 1, doubts: int = 1, retry_after: timedelta | None = None
) -> After:
    sent = Sent(outcome=outcome, retry_after=retry_after)
    return after_look(sent, attempt=attempt, doubts=doubts, now=NOW)


@pytest.mark.parametrize(
    ("outcome", "attempt", "state", "seconds"),
    [
        (Outcome.SENT, 1, State.SENT, 0),
        (Outcome.SENT, MAX_ATTEMPTS, State.SENT, 0),
        (Outcome.GIVE_UP, 1, State.DEAD, 0),
        (Outcome.TRY_AGAIN, 1, State.RETRY, 5),
        (Outcome.TRY_AGAIN, 2, State.RETRY, 10),
        (Outcome.UNKNOWN, 3, State.UNCERTAIN, 20),
        (Outcome.TRY_AGAIN, 10, State.RETRY, 2560),
        (Outcome.TRY_AGAIN, MAX_ATTEMPTS - 1, State.RETRY, 3600),
        (Outcome.TRY_AGAIN, MAX_ATTEMPTS, State.DEAD, 0),
        (Outcome.UNCLEAR, MAX_UNCLEAR - 1, State.RETRY, 320),
        (Outcome.UNCLEAR, MAX_UNCLEAR, State.DEAD, 0),
    ],
)
def test_after_this_answer_a_post_is(outcome: Outcome, attempt: int, state: State, seconds: int) -> None:
    found = answered(outcome, attempt)
    assert (found.state, found.due_at) == (state, NOW + seconds * SECOND)


def test_a_send_of_unknown_outcome_is_looked_for_soon_where_that_can_be_done() -> None:
    assert answered(Outcome.UNKNOWN, looks=True) == After(
        state=State.UNCERTAIN, due_at=NOW + 10 * SECOND, doubts=1
    )


def test_doubts_are_counted_and_end_where_nobody_can_look() -> None:
    assert answered(Outcome.UNKNOWN, doubts=MAX_DOUBTS - 2).doubts == MAX_DOUBTS - 1
    assert answered(Outcome.UNKNOWN, doubts=MAX_DOUBTS - 1).state is State.DEAD
    assert answered(Outcome.UNKNOWN, doubts=MAX_DOUBTS - 1, looks=True).state is State.UNCERTAIN


def test_what_may_be_repeated_is_tried_again_and_leaves_no_doubt() -> None:
    found = answered(Outcome.UNKNOWN, repeatable=True)
    assert found == After(state=State.RETRY, due_at=NOW + 5 * SECOND, doubts=0)
    assert answered(Outcome.UNKNOWN, MAX_ATTEMPTS, repeatable=True).state is State.DEAD


def test_a_dead_sender_leaves_a_doubt_that_is_settled_at_once_where_nobody_can_look() -> None:
    def left(*, attempt: int = 1, doubts: int = 0, **traits: bool) -> After:
        return in_doubt(
            Event.LEASE_OVER, attempt=attempt, doubts=doubts, now=NOW, **{"looks": False} | traits
        )

    assert left() == After(state=State.UNCERTAIN, due_at=NOW, doubts=1)
    assert left(looks=True) == After(state=State.UNCERTAIN, due_at=NOW + 10 * SECOND, doubts=1)
    assert left(repeatable=True) == After(state=State.UNCERTAIN, due_at=NOW, doubts=0)
    assert left(doubts=MAX_DOUBTS - 1).state is State.DEAD
    assert left(repeatable=True, attempt=MAX_ATTEMPTS).state is State.DEAD


def test_a_refused_credential_is_waited_out_whatever_the_attempt() -> None:
    for outcome in (Outcome.GIVE_UP, Outcome.TRY_AGAIN):
        found = answered(outcome, MAX_ATTEMPTS + 9, trouble=Trouble.CREDENTIAL)
        assert (found.state, found.due_at) == (State.RETRY, NOW + timedelta(hours=1))


def test_what_was_looked_for_is_there_or_sent_again_or_looked_for_again() -> None:
    assert looked(Outcome.FOUND).state is State.SENT
    assert looked(Outcome.ABSENT, doubts=4) == After(state=State.READY, due_at=NOW, doubts=0)
    assert looked(Outcome.GIVE_UP) == After(state=State.READY, due_at=NOW, doubts=1)
    assert looked(Outcome.GIVE_UP, doubts=MAX_DOUBTS).state is State.DEAD
    assert looked(Outcome.TRY_AGAIN) == After(state=State.UNCERTAIN, due_at=NOW + 30 * SECOND, doubts=1)
    assert looked(Outcome.TRY_AGAIN, retry_after=timedelta(hours=2)).due_at == NOW + timedelta(hours=2)


def test_what_is_never_found_waits_longer_each_time_and_ends() -> None:
    waits = [looked(Outcome.ABSENT, attempt=attempt).due_at - NOW for attempt in (1, 2, 3, 20)]
    assert waits == [timedelta(), 5 * SECOND, 10 * SECOND, timedelta(hours=1)]
    assert looked(Outcome.ABSENT, attempt=MAX_ATTEMPTS).state is State.DEAD


@settings(max_examples=100)
@given(
    st.integers(1, MAX_UNCLEAR - 1),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=999_999)),
    st.sampled_from([Outcome.TRY_AGAIN, Outcome.UNCLEAR]),
)
def test_the_wait_is_never_below_what_the_platform_asked_for_as_far_as_it_can_be_meant(
    attempt: int, asked: timedelta, outcome: Outcome
) -> None:
    found = answered(outcome, attempt, retry_after=asked)
    assert found.state is State.RETRY
    assert found.due_at - NOW == max(min(asked, LONGEST_ASKED), wait_after(attempt))


# -- the table


def _from_sending() -> Iterator[tuple[State, State]]:
    """Yield every pair of states that the functions lead through."""
    numbers = (1, MAX_UNCLEAR, MAX_ATTEMPTS)
    flags = tuple(product((False, True), repeat=2))
    for outcome, attempt, doubts, (looks, repeatable) in product(
        ANSWERS, numbers, (0, MAX_DOUBTS - 1), flags
    ):
        yield (
            State.SENDING,
            answered(outcome, attempt, doubts=doubts, looks=looks, repeatable=repeatable).state,
        )
    for outcome, attempt, doubts in product(LOOKS, numbers, (0, MAX_DOUBTS)):
        yield State.UNCERTAIN, looked(outcome, attempt=attempt, doubts=doubts).state


def test_every_step_that_follows_from_an_answer_is_in_the_table_and_can_be_taken() -> None:
    steps = {step for step in _from_sending() if step != (State.UNCERTAIN, State.UNCERTAIN)}
    # A send in doubt may end at once: through `uncertain`, both of whose steps are in the table.
    assert steps <= {(before, after) for (before, _), after in NEXT.items()}
    assert {after for before, after in steps if before is State.SENDING} == {
        State.SENT,
        State.RETRY,
        State.UNCERTAIN,
        State.DEAD,
    }
    assert {after for before, after in steps if before is State.UNCERTAIN} == {
        State.SENT,
        State.READY,
        State.DEAD,
    }


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    reached = {State.READY}
    while more := {after for (before, _), after in NEXT.items() if before in reached} - reached:
        reached |= more
    assert reached == set(State)
    left = {before for before, event in NEXT if event is not Event.DRIVEN}
    assert set(State) - left == {State.SENT, State.DEAD} == {state for state in State if state.is_end}
    assert {event for _, event in NEXT} == set(Event)


@settings(max_examples=100)
@given(st.booleans(), st.booleans(), st.data())
def test_every_post_comes_to_an_end_whatever_its_platform_answers(
    looks: bool, repeatable: bool, data: st.DataObject
) -> None:
    """Sent, or looked for, again and again; a look that only says "later" is no attempt."""
    doubts, state = 0, State.READY
    for attempt in range(1, MAX_ATTEMPTS + 1):
        after = answered(
            data.draw(st.sampled_from(ANSWERS[1:])),
            attempt,
            doubts=doubts,
            looks=looks,
            repeatable=repeatable,
        )
        if after.state is State.UNCERTAIN and looks:
            outcome = data.draw(st.sampled_from((Outcome.ABSENT, Outcome.GIVE_UP)))
            after = looked(outcome, attempt=attempt, doubts=after.doubts)
        doubts, state = after.doubts, after.state
        if state.is_end:
            return
    raise AssertionError(state)
