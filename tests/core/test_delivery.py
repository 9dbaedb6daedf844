"""What follows from how a send ended."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.delivery import MAX_ATTEMPTS, AlertState, Outcome, Sent, next_state

NOW = datetime(2023, 10, 17, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "attempt", "state", "seconds"),
    [
        (Outcome.SENT, 1, AlertState.SENT, 0),
        (Outcome.SENT, MAX_ATTEMPTS, AlertState.SENT, 0),
        (Outcome.GIVE_UP, 1, AlertState.DEAD, 0),
        (Outcome.TRY_AGAIN, 1, AlertState.RETRY, 5),
        (Outcome.TRY_AGAIN, 2, AlertState.RETRY, 10),
        (Outcome.UNKNOWN, 3, AlertState.RETRY, 20),
        (Outcome.TRY_AGAIN, 10, AlertState.RETRY, 2560),
        (Outcome.TRY_AGAIN, MAX_ATTEMPTS - 1, AlertState.RETRY, 3600),
        (Outcome.TRY_AGAIN, MAX_ATTEMPTS, AlertState.DEAD, 0),
        (Outcome.UNKNOWN, MAX_ATTEMPTS, AlertState.DEAD, 0),
    ],
)
def test_after_this_outcome_an_alert_is(
    outcome: Outcome, attempt: int, state: AlertState, seconds: int
) -> None:
    found = next_state(Sent(outcome=outcome), attempt, NOW)
    assert found == (state, NOW + timedelta(seconds=seconds))


@settings(max_examples=100)
@given(
    st.sampled_from([Outcome.TRY_AGAIN, Outcome.UNKNOWN]),
    st.integers(1, MAX_ATTEMPTS - 1),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)),
)
def test_the_wait_is_never_below_what_the_platform_asked_for(
    outcome: Outcome, attempt: int, asked: timedelta
) -> None:
    state, due_at = next_state(Sent(outcome=outcome, retry_after=asked), attempt, NOW)
    assert state is AlertState.RETRY
    assert due_at - NOW >= max(asked, timedelta(seconds=5))
    assert due_at - NOW <= max(asked, timedelta(hours=1))


@settings(max_examples=50)
@given(st.lists(st.sampled_from(list(Outcome)), min_size=MAX_ATTEMPTS, max_size=MAX_ATTEMPTS))
def test_every_alert_comes_to_an_end_within_the_attempts(outcomes: list[Outcome]) -> None:
    states = [
        next_state(Sent(outcome=outcome), attempt, NOW)[0]
        for attempt, outcome in enumerate(outcomes, start=1)
    ]
    assert states[-1] in {AlertState.SENT, AlertState.DEAD}
