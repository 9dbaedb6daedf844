"""One turn of the outbox, in one transaction: record what ended, lay out what is due, begin what was taken, take what may go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from bot.core.delivery import State
from bot.core.layout import AlertState
from bot.core.platform import Platforms
from bot.core.posting import Posting
from bot.core.timing import INSTANT
from bot.store import schema
from bot.store.channels import Roster, load_roster
from bot.store.followups import follow
from bot.store.laying import Coverage, lay_out_due
from bot.store.postings import load_postings, unknown_since
from bot.store.recording import Record, bury, record, record_looks, settle_doubts, take_back
from bot.store.sending import begin, claim, give_back

CLAIM_LEASE = timedelta(seconds=60)
"""How long a taken post may wait for its send to begin."""

SEND_LEASE = timedelta(seconds=15)
"""How long a send may take. A sender that dies is taken over after this; what it had not recorded is in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a sender brings to a turn: attempts and looks that ended, posts that it begins to send, room for more.

    `returned` are posts that it took and will not send. `slots` is how many of those that it takes may begin at once.
    """

    ended: tuple[Record, ...] = ()
    looked: tuple[Record, ...] = ()
    begins: tuple[Posting, ...] = ()
    returned: tuple[Posting, ...] = ()
    room: int = 0
    slots: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A post in doubt to be looked for in its channel, among what was sent since `since`."""

    posting: Posting
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a turn came to: sends on record as begun, posts taken and not begun, posts to look for, states of what was recorded.

    `due_at` is when there is something to do next, `now` where more is due than one turn takes, None where nothing waits for a
    time. `roster` are the channels as of now.
    """

    begun: tuple[Posting, ...]
    taken: tuple[Posting, ...]
    looks: tuple[Look, ...]
    states: Mapping[int, State]
    due_at: datetime | None
    roster: Roster


def take_turn(
    connection: Connection,
    brought: Brought,
    platforms: Platforms,
    known: Roster | None,
    *,
    coverage: Callable[[Connection], Coverage],
    now: datetime,
) -> Turn:
    """Take a turn; `known` is the roster of the turn before."""
    states = record(connection, platforms, brought.ended, now=now)
    follow(connection, brought.ended, states, platforms, now=now)
    found = record_looks(connection, brought.looked, now=now)
    follow(connection, brought.looked, found, platforms, now=now)
    give_back(connection, brought.returned, now=now)
    take_back(connection, platforms, now=now)
    doubtful = settle_doubts(connection, platforms, now=now)
    roster = load_roster(connection, known)
    threads = {name: traits.threads for name, traits in platforms.items()}
    more = lay_out_due(connection, roster, platforms=threads, coverage=coverage, now=now)
    paused = tuple(each.address for each in roster.channels if each.paused is not None)
    claimed, turn_at = claim(
        connection, platforms, now=now, lease=CLAIM_LEASE, limit=brought.room, paused=paused
    )
    taken, lost = load_postings(connection, claimed, roster, now=now)
    begins = (*brought.begins, *taken[: brought.slots])
    begun = begin(connection, begins, now=now, lease=SEND_LEASE)
    looked, gone = load_postings(connection, doubtful, roster, now=now, again=True)
    bury(connection, (*lost, *gone), now=now)
    looks = tuple(Look(posting=each, since=unknown_since(connection, each.id) or now) for each in looked)
    due = [turn_at, _next_due(connection, platforms, now), now if more else None]
    return Turn(
        begun=begun,
        taken=taken[brought.slots :],
        looks=looks,
        states=states | found,
        due_at=min((at for at in due if at is not None), default=None),
        roster=roster,
    )


def _next_due(connection: Connection, platforms: Platforms, now: datetime) -> datetime | None:
    """Return the next instant at which an alert, a brief or a post falls due on these platforms."""
    found = connection.execute(_WAITS, {"now": now, "platforms": list(platforms)}).one()
    return min((at for at in found if at is not None), default=None)


_alert, _post, _brief, _pace = schema.alert, schema.post, schema.brief, schema.pace
_now: BindParameter[datetime] = bindparam("now", type_=schema.Instant())
_WAITS = select(
    select(func.min(_alert.c.due_at))
    .where(
        _alert.c.state == AlertState.WAITING.value,
        _alert.c.timing == INSTANT.words,
        _alert.c.due_at > _now,
    )
    .scalar_subquery()
    .label("alert"),
    select(func.min(_brief.c.next_at)).where(_brief.c.next_at > _now).scalar_subquery().label("brief"),
    select(func.min(_post.c.due_at))
    .where(
        _post.c.open == schema.OPEN,
        _post.c.due_at > _now,
        _post.c.platform.in_(bindparam("platforms", expanding=True)),
    )
    .scalar_subquery()
    .label("post"),
    select(func.min(_pace.c.rests_until)).where(_pace.c.rests_until > _now).scalar_subquery().label("pace"),
)
