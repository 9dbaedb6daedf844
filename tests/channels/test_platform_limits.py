"""However much waits, no platform is sent to faster than it allows in any second or minute."""

from datetime import datetime, timedelta

import pytest

from bot.channels.slack import SLACK_LIMITS
from bot.channels.telegram import TELEGRAM_LIMITS
from bot.core.pace import Limit, admit, free_at
from tests.channels.conftest import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def greedy(limit: Limit, span: timedelta) -> list[datetime]:
    """Return when posts go out over `span` if each goes as soon as it may."""
    times: list[datetime] = []
    even_at: datetime | None = None
    now = NOON
    while now < NOON + span:
        after = admit(limit, even_at, now)
        if after is None:
            assert even_at is not None
            now = free_at(limit, even_at)
            continue
        even_at = after
        times.append(now)
    return times


def most_within(times: list[datetime], window: timedelta) -> int:
    return max(sum(start <= each < start + window for each in times) for start in times)


@pytest.mark.parametrize(
    ("limit", "window", "allowed"),
    [
        (SLACK_LIMITS.chat, SECOND, 1),
        (SLACK_LIMITS.overall, MINUTE, 310),
        (TELEGRAM_LIMITS.overall, SECOND, 30),
        (TELEGRAM_LIMITS.chat, SECOND, 1),
        (TELEGRAM_LIMITS.group, MINUTE, 20),
    ],
)
def test_no_window_holds_more_than_is_allowed_and_most_of_it_is_used(
    limit: Limit | None, window: timedelta, allowed: int
) -> None:
    assert limit is not None
    times = greedy(limit, 3 * window)
    assert most_within(times, window) <= allowed
    assert len(times) >= 0.8 * 3 * allowed
