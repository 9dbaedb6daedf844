"""What is put on a channel: a post, what it says, and where in the channel it belongs. Pure values.

A post is one message, or one change of a message, on one channel. What it tells is fixed when it is laid out; how it looks is
the business of whoever renders it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.channel import Channel
from bot.core.decide import Reason
from bot.core.match import Severity
from bot.core.notice import Notice
from bot.core.setback import Setback
from watchers.item import Stage


class Kind(StrEnum):
    """What a post is.

    `alert` begins a story's thread or continues it; `details` is the first reply under an alert, with all that did not fit;
    `edit` brings the head of a thread up to date; `brief` gathers what waited for it; `burst` gathers what came at once, and
    `growth` adds to it; `notice` tells of a source that cannot be read,
    or of a channel that takes nothing.
    """

    ALERT = "alert"
    DETAILS = "details"
    EDIT = "edit"
    BRIEF = "brief"
    BURST = "burst"
    GROWTH = "growth"
    NOTICE = "notice"


URGENT_RANK, RANK, DETAILS_RANK, EDIT_RANK = range(4)
"""Which posts of a channel go first: urgent ones; the others; what hangs on them; what only brings a message up to date."""


def rank_of(kind: Kind, severity: Severity) -> int:
    """Return the rank of a post: posts of one rank go in the order in which they were decided."""
    if kind is Kind.EDIT:
        return EDIT_RANK
    if kind is Kind.DETAILS:
        return DETAILS_RANK
    return URGENT_RANK if severity is Severity.URGENT and kind is Kind.ALERT else RANK


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Alerts that came at once, oldest first, from `since` to `until`. `closed_at`: nothing is added any more."""

    alerts: tuple[Alert, ...]
    since: datetime
    until: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a story's thread, to be brought up to date: the alert that began it, and the newest that the channel was told.

    `updated_at` is when that newest one was told.
    """

    first: Alert
    newest: Alert
    updated_at: datetime


Told = Alert | Notice | Setback | Brief | Burst | Head


_LEGAL = frozenset({Reason.DATES_CHANGED, Reason.WITHDRAWN, Reason.CORRECTED})
_LEGAL_STAGES = frozenset({Stage.SUSPENDED, Stage.LAPSED})


def resurfaces(channel: Channel, alert: Alert) -> bool:
    """Tell whether a reply is also shown in the channel: by default where the legal position has changed."""
    if channel.resurface == "legal":
        return alert.reason in _LEGAL or alert.stage in _LEGAL_STAGES
    return channel.resurface == "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A post that is being sent: everything a platform needs to know. Instants are aware, UTC.

    `key` is ours and the same for every attempt. `thread` is the platform's name of the message that this one answers, None
    for one that stands alone; `target` is that of the message to change. `repeat`: an earlier attempt's outcome is unknown,
    so this may be its second sight. `resurfaces`: a reply that the whole channel should see. `root` is the post of its
    thread's head, or the one to change; `alerts` are the numbers in the store of what it tells for the first time;
    `store` tells that store from others.
    """

    id: int
    attempt: int
    kind: Kind
    channel: Channel
    told: Told
    at: datetime
    thread: str | None = None
    target: str | None = None
    repeat: bool = False
    resurfaces: bool = False
    story: str | None = None
    root: int | None = None
    alerts: tuple[int, ...] = ()
    store: str = ""

    @property
    def key(self) -> str:
        """Return our name of the post, the same for every attempt, and no other store's for one of its own."""
        return "-".join(filter(None, ("post", self.store, str(self.id))))
