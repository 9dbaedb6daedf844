"""What the networked platforms have in common: what a refusal leads to, how long to wait, how it is put into one line. Pure.

Each platform knows what its own codes and errors say; what follows from that stands here once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeVar

from bot.core.delivery import Outcome, Sent, Trouble
from bot.core.posting import Kind, Posting
from watchers.refusal import retry_after

log = logging.getLogger("tradewire.channels")

Message = TypeVar("Message")

DEFAULT_WAIT = timedelta(seconds=30)
"""How long a chat rests that was sent to too fast, where its platform does not say."""

_MAX_DETAIL_CHARS = 200


class Says(Enum):
    """What a platform says when it did not simply take a post.

    `channel`: it will never take anything for this channel. `credential`: it knows us no longer. `gone`: the message that is
    answered or changed is not there. `content`: it will never take this post. `limited`: too fast. `later`: it took nothing, and
    may soon. `doubt`: it may have taken it. `unclear`: nobody knows what it means.
    """

    CHANNEL = auto()
    CREDENTIAL = auto()
    GONE = auto()
    CONTENT = auto()
    LIMITED = auto()
    LATER = auto()
    DOUBT = auto()
    UNCLEAR = auto()


_OUTCOMES: dict[Says, tuple[Outcome, Trouble | None]] = {
    Says.CHANNEL: (Outcome.GIVE_UP, Trouble.CHANNEL),
    Says.CREDENTIAL: (Outcome.TRY_AGAIN, Trouble.CREDENTIAL),
    Says.GONE: (Outcome.GIVE_UP, None),
    Says.CONTENT: (Outcome.GIVE_UP, None),
    Says.LIMITED: (Outcome.TRY_AGAIN, None),
    Says.LATER: (Outcome.TRY_AGAIN, None),
    Says.DOUBT: (Outcome.UNKNOWN, None),
    Says.UNCLEAR: (Outcome.UNCLEAR, None),
}

_BEGINS_ANEW = frozenset({Kind.ALERT, Kind.GROWTH})
"""Posts that tell something for the first time, and so are told without the message that they belonged to."""


def sent_for(says: Says, posting: Posting, detail: str, *, wait: timedelta | None = None) -> Sent:
    """Return what becomes of a posting of which a platform says this. `wait` is the platform's own."""
    outcome, trouble = _OUTCOMES[says]
    if says is Says.GONE and posting.kind in _BEGINS_ANEW:
        outcome, trouble = Outcome.TRY_AGAIN, Trouble.THREAD
    return Sent(outcome=outcome, detail=one_line(detail), trouble=trouble, retry_after=wait)


def wait_said(header: str | None, now: datetime) -> timedelta:
    """Return how long a Retry-After header asks us to wait as of `now`; the default where it is missing or rubbish."""
    wait = retry_after(header, now)
    return DEFAULT_WAIT if wait is None else wait


def in_words(render: Callable[[Posting], Message], posting: Posting) -> Message | Sent:
    """Return the posting as its platform writes it, or, where that fails, what becomes of it.

    Such a failure is a defect of ours. It must not pass for a send of unknown outcome: that would be looked for and not be
    found, and be tried again for ever.
    """
    try:
        return render(posting)
    except Exception as error:
        log.exception("a post cannot be written", extra={"post": posting.id})
        return Sent(outcome=Outcome.GIVE_UP, detail=f"it cannot be written: {type(error).__name__}")


def one_line(text: str) -> str:
    """Return a text from outside as one printable line of bounded length."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _MAX_DETAIL_CHARS else f"{line[: _MAX_DETAIL_CHARS - 1]}…"
