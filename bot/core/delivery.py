"""What became of a send, and what follows from it. A channel says whether a retry can help; only the outbox retries. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.notice import Notice

MAX_ATTEMPTS = 60
"""With waits of at most an hour this is more than two days: a platform's worst week-end, not its afternoon."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)


class AlertState(StrEnum):
    """Where an alert stands in the outbox. `sent` and `dead` are ends."""

    READY = "ready"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    DEAD = "dead"


class Outcome(StrEnum):
    """How one attempt ended. `unknown`: the process or the connection was gone before an answer was recorded."""

    SENDING = "sending"
    SENT = "sent"
    TRY_AGAIN = "try again"
    GIVE_UP = "give up"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a channel answers. `detail` is one line without secrets; `platform_ref` the platform's name for the message."""

    outcome: Outcome
    detail: str | None = None
    platform_ref: str | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An alert, or a notice of an incident, taken for sending.

    `repeat`: an earlier attempt's outcome is unknown, so this may be its second sight.
    """

    id: int
    attempt: int
    alert: Alert | Notice
    channel: str
    repeat: bool


def next_state(sent: Sent, attempt: int, now: datetime) -> tuple[AlertState, datetime]:
    """Return the alert's state after attempt number `attempt`, and when it is due again (for `retry`)."""
    if sent.outcome is Outcome.SENT:
        return AlertState.SENT, now
    if sent.outcome is Outcome.GIVE_UP or attempt >= MAX_ATTEMPTS:
        return AlertState.DEAD, now
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(attempt - 1, 16)))
    return AlertState.RETRY, now + max(wait, sent.retry_after or timedelta())
