"""The life of a post, from what was decided to what a platform took: one table of states, and what follows from an answer. Pure.

A platform says whether a retry can help; only the outbox retries. `docs/delivery.md` shows the table of this module.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MAX_ATTEMPTS = 60
"""With waits of at most an hour this is more than two days: a platform's worst week-end, not its afternoon."""

MAX_UNCLEAR = 8
"""How often an answer that nobody understands is worth another try."""

MAX_DOUBTS = 12
"""How many sends of one post may end without anybody knowing how, before a person must look."""

LOOK_AFTER = timedelta(seconds=10)
"""When the channel is read back after a send of unknown outcome: what a platform still works on has then appeared or failed."""

LOOK_AGAIN_AFTER = timedelta(seconds=30)

LONGEST_ASKED = timedelta(days=7)
"""No platform means a longer wait: what lies further ahead would be taken for the work of a clock that was ahead."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)


class State(StrEnum):
    """Where a post stands. `sent` and `dead` are its ends; only a person brings a dead one back."""

    READY = "ready"
    CLAIMED = "claimed"
    SENDING = "sending"
    RETRY = "retry"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DEAD = "dead"

    @property
    def is_end(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self in {State.SENT, State.DEAD}


class Event(StrEnum):
    """What happens to a post."""

    CLAIM = "a sender takes it"
    LEASE_OVER = "its sender died"
    BEGIN = "the send begins"
    TAKEN = "the platform took it"
    TRY_AGAIN = "it was not sent, and a retry can help"
    UNKNOWN = "nobody knows whether it was sent"
    REFUSED = "the platform will never take it"
    USED_UP = "it was tried too often"
    LOST = "what it tells cannot be put together any more"
    FOUND = "it was read back in its channel"
    ABSENT = "its channel was read back without it"
    RESEND = "it cannot be read back, so it is sent once more, marked"
    DRIVEN = "a person asks for it again"


NEXT: dict[tuple[State, Event], State] = {
    (State.READY, Event.CLAIM): State.CLAIMED,
    (State.RETRY, Event.CLAIM): State.CLAIMED,
    (State.CLAIMED, Event.LEASE_OVER): State.READY,
    (State.CLAIMED, Event.BEGIN): State.SENDING,
    (State.CLAIMED, Event.LOST): State.DEAD,
    (State.READY, Event.REFUSED): State.DEAD,
    (State.RETRY, Event.REFUSED): State.DEAD,
    (State.CLAIMED, Event.REFUSED): State.DEAD,
    (State.READY, Event.TAKEN): State.SENT,
    (State.CLAIMED, Event.TAKEN): State.SENT,
    (State.SENDING, Event.TAKEN): State.SENT,
    (State.SENDING, Event.TRY_AGAIN): State.RETRY,
    (State.SENDING, Event.REFUSED): State.DEAD,
    (State.SENDING, Event.USED_UP): State.DEAD,
    (State.SENDING, Event.UNKNOWN): State.UNCERTAIN,
    (State.SENDING, Event.LEASE_OVER): State.UNCERTAIN,
    (State.UNCERTAIN, Event.TAKEN): State.SENT,
    (State.UNCERTAIN, Event.FOUND): State.SENT,
    (State.UNCERTAIN, Event.ABSENT): State.READY,
    (State.UNCERTAIN, Event.RESEND): State.READY,
    (State.UNCERTAIN, Event.USED_UP): State.DEAD,
    (State.UNCERTAIN, Event.LOST): State.DEAD,
    (State.DEAD, Event.DRIVEN): State.READY,
}
"""Every step there is; what is not here cannot happen.

A post is taken after it was ready again where the answer of its last attempt came late, and refused before it was sent where
another was refused for its channel's sake.
"""


class Outcome(StrEnum):
    """How one attempt ended: `sending`, not yet; `unknown`, its process or answer was gone; `absent`, read back and not there."""

    SENDING = "sending"
    SENT = "sent"
    TRY_AGAIN = "try again"
    UNCLEAR = "not understood"
    GIVE_UP = "give up"
    UNKNOWN = "unknown"
    FOUND = "found"
    ABSENT = "absent"


class Trouble(StrEnum):
    """What else an answer means: for its channel, or for everything on its platform."""

    CHANNEL = "the channel refuses us"
    CREDENTIAL = "the platform refuses our credential"
    THREAD = "the thread is gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a platform answers. `detail` is one line without secrets; `platform_ref` the platform's name for the message.

    `retry_after` is the platform's own wait. `moved_to` is the channel's new address, where it has one. `trouble` says what
    else is wrong, so that one refusal does not have to be met once for each post.
    """

    outcome: Outcome
    detail: str | None = None
    platform_ref: str | None = None
    retry_after: timedelta | None = None
    trouble: Trouble | None = None
    moved_to: str | None = None


CANNOT_LOOK = Sent(outcome=Outcome.GIVE_UP, detail="this platform cannot be read back")
"""What a platform answers that cannot tell what it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What follows from an attempt: the post's state, when it is due again, and how many sends of it are in doubt."""

    state: State
    due_at: datetime
    doubts: int


def after_send(
    sent: Sent, *, attempt: int, doubts: int, now: datetime, looks: bool, repeatable: bool
) -> After:
    """Return what follows from the answer to attempt number `attempt`. `looks`: the platform can be read back.

    `repeatable`: doing it twice is the same as doing it once, so that no doubt is left by a try of unknown outcome.
    """
    if sent.outcome is Outcome.SENT:
        return After(state=_step(State.SENDING, Event.TAKEN), due_at=now, doubts=doubts)
    if sent.outcome is Outcome.UNKNOWN and not repeatable:
        after = in_doubt(Event.UNKNOWN, attempt=attempt, doubts=doubts, now=now, looks=looks)
        return after if looks or after.state.is_end else replace(after, due_at=now + wait_after(attempt))
    if sent.outcome is Outcome.GIVE_UP and sent.trouble is not Trouble.CREDENTIAL:
        return After(state=_step(State.SENDING, Event.REFUSED), due_at=now, doubts=doubts)
    most = MAX_UNCLEAR if sent.outcome is Outcome.UNCLEAR else MAX_ATTEMPTS
    if attempt >= most and sent.trouble is not Trouble.CREDENTIAL:
        return After(state=_step(State.SENDING, Event.USED_UP), due_at=now, doubts=doubts)
    due_at = now + max(wait_after(attempt), asked_wait(sent))
    return After(state=_step(State.SENDING, Event.TRY_AGAIN), due_at=due_at, doubts=doubts)


def asked_wait(sent: Sent) -> timedelta:
    """Return how long the platform asked us to wait, as far as that can be meant."""
    return min(sent.retry_after or timedelta(), LONGEST_ASKED)


def in_doubt(
    event: Event, *, attempt: int, doubts: int, now: datetime, looks: bool, repeatable: bool = False
) -> After:
    """Return what follows from a send, attempt number `attempt`, of which nobody knows how it ended."""
    uncertain = _step(State.SENDING, event)
    if repeatable:
        state = uncertain if attempt < MAX_ATTEMPTS else _step(uncertain, Event.USED_UP)
        return After(state=state, due_at=now, doubts=doubts)
    if doubts + 1 >= MAX_DOUBTS and not looks:
        return After(state=_step(uncertain, Event.USED_UP), due_at=now, doubts=doubts + 1)
    return After(state=uncertain, due_at=now + LOOK_AFTER if looks else now, doubts=doubts + 1)


def after_look(sent: Sent, *, attempt: int, doubts: int, now: datetime) -> After:
    """Return what follows from reading a channel back: what is not there was not sent, what cannot be read is sent once more.

    What is sent again and again and never found waits longer each time, and is used up in the end.
    """
    if sent.outcome is Outcome.FOUND:
        return After(state=_step(State.UNCERTAIN, Event.FOUND), due_at=now, doubts=doubts)
    if sent.outcome is Outcome.ABSENT and attempt >= MAX_ATTEMPTS:
        return After(state=_step(State.UNCERTAIN, Event.USED_UP), due_at=now, doubts=0)
    if sent.outcome is Outcome.ABSENT:
        due_at = now + (wait_after(attempt - 1) if attempt > 1 else timedelta())
        return After(state=_step(State.UNCERTAIN, Event.ABSENT), due_at=due_at, doubts=0)
    if sent.outcome is Outcome.GIVE_UP:
        after = Event.USED_UP if doubts >= MAX_DOUBTS else Event.RESEND
        return After(state=_step(State.UNCERTAIN, after), due_at=now, doubts=doubts)
    return After(
        state=State.UNCERTAIN,
        due_at=now + max(LOOK_AGAIN_AFTER, asked_wait(sent)),
        doubts=doubts,
    )


def wait_after(attempt: int) -> timedelta:
    """Return how long to wait after this many failed attempts: 5 s, twice as long each time, at most an hour."""
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(max(attempt, 1) - 1, 16)))


def _step(state: State, event: Event) -> State:
    return NEXT[state, event]
