"""Sending: who sends what when. Claims, beginnings, records, doubts; each a step of the table in `bot.core.delivery`.

Every function belongs into a write transaction, and everything it finds it finds there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from bot.core.delivery import (
    NEXT,
    Event,
    Outcome,
    State,
)
from bot.core.pace import Limit, Limits, admit_all, free_at, used_up
from bot.core.platform import Platforms
from bot.core.posting import Kind, Posting
from bot.store import schema
from bot.store.rows import upsert
from bot.store.schema import OPEN

_post, _delivery, _pace = schema.post, schema.delivery, schema.pace

HEADS_AT_ONCE = 300
"""How many channels' first posts are looked at together. Where limits hold these back the next are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The row of a post that was taken for sending, by its number, or that is to be looked for."""

    id: int
    channel: str
    kind: Kind
    attempt: int
    doubts: int
    story: str | None
    root: int | None
    body: str | None


def claim(
    connection: Connection,
    platforms: Platforms,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    paused: Sequence[str] = (),
) -> tuple[tuple[Claimed, ...], datetime | None]:
    """Take up to `limit` posts that may go now, at most one of each channel, the first of its queue; for `lease`.

    Nothing is taken of `paused` channels: it waits until they go on.

    What the limits of their platforms let through is used up by it, on record. Return also from when on the next of those
    that only wait for their turn may go, None where none does.
    """
    states = _states(connection, now)
    taken: list[Any] = []
    used: dict[str, datetime] = {}
    turn_at: datetime | None = None
    for row in _heads(connection, platforms, paused, now, first=limit) if limit > 0 else ():
        scopes = _scopes(row, platforms[row.platform].limits)
        wrong = _written_ahead(scopes, states, now)
        after = admit_all(scopes, states, now)
        changed = wrong if after is None else after
        states |= changed
        used |= changed
        if after is None:
            free = max(free_at(each, states.get(scope, now)) for scope, each in scopes.items())
            turn_at = min(turn_at or free, free)
            continue
        taken.append(row)
        if len(taken) == limit:
            break
    if taken:
        connection.execute(_TAKE, {"posts": [row.id for row in taken], "claimed_until": now + lease})
    upsert(connection, _pace, [{"scope": scope, "even_at": at} for scope, at in used.items()])
    return tuple(claimed_of(row) for row in taken), turn_at


_TAKE = (
    update(_post)
    .where(_post.c.id.in_(bindparam("posts", expanding=True)))
    .values(state=State.CLAIMED.value, lease_until=bindparam("claimed_until"))
)


def claimed_of(row: Any) -> Claimed:
    """Return what is needed of a whole row of posts."""
    return Claimed(
        id=row.id,
        channel=row.channel,
        kind=Kind(row.kind),
        attempt=row.attempt,
        doubts=row.doubts,
        story=row.story,
        root=row.root,
        body=row.body,
    )


# Each channel with open posts is looked up from the one before it: a group over all of them would read a whole backlog.
_later, _queued = _post.alias("later"), _post.alias("queued")
_waiting = (
    select(func.min(_later.c.channel).label("channel"))
    .where(_later.c.open == OPEN)
    .cte("waiting", recursive=True)
)
_waiting = _waiting.union_all(
    select(
        select(func.min(_later.c.channel))
        .where(_later.c.open == OPEN, _later.c.channel > _waiting.c.channel)
        .scalar_subquery()
    ).where(_waiting.c.channel.is_not(None))
)
_FIRST = (
    select(_queued.c.id)
    .where(_queued.c.open == OPEN, _queued.c.channel == _waiting.c.channel)
    .order_by(_queued.c.place)
    .limit(1)
    .scalar_subquery()
)


_RESTING = select(_pace.c.scope).where(
    _pace.c.rests_until > bindparam("now"), _pace.c.rests_until <= bindparam("at_most")
)
_BUSY = select(_post.c.channel).where(_post.c.state.in_([State.CLAIMED.value, State.SENDING.value]))
_HEADS = (
    select(
        _post.c.id,
        _post.c.channel,
        _post.c.platform,
        _post.c.chat,
        _post.c.kind,
        _post.c.attempt,
        _post.c.doubts,
        _post.c.story,
        _post.c.root,
        _post.c.body,
        _post.c.place,
    )
    .select_from(_waiting)
    .join(_post, _post.c.id == _FIRST)
    .where(
        _post.c.platform.in_(bindparam("platforms", expanding=True)),
        _post.c.state.in_([State.READY.value, State.RETRY.value]),
        or_(_post.c.due_at <= bindparam("now"), _post.c.due_at > bindparam("at_most")),
        _post.c.channel.not_in(_BUSY),
        _post.c.channel.not_in(bindparam("paused", expanding=True)),
        _post.c.chat.not_in(_RESTING),
        _post.c.platform.not_in(_RESTING),
        _post.c.place > bindparam("after"),
    )
    .order_by(_post.c.place)
    .limit(bindparam("most"))
)


def _heads(
    connection: Connection, platforms: Iterable[str], paused: Sequence[str], now: datetime, *, first: int
) -> Iterator[Any]:
    """Yield the first open post of each channel where it is due and neither chat nor platform rests, the oldest first.

    A channel of which a post is taken or under way has none: it gets one at a time, also where an urgent one overtakes.
    `first` are looked at together to begin with; more are only where limits hold these back.
    """
    given: dict[str, Any] = {
        "platforms": list(platforms),
        "paused": list(paused),
        "now": now,
        "at_most": now + LONGEST_REST,
        "after": -1,
        "most": min(first, HEADS_AT_ONCE),
    }
    while rows := connection.execute(_HEADS, given).all():
        yield from rows
        if len(rows) < given["most"]:
            return
        given |= {"after": rows[-1].place, "most": HEADS_AT_ONCE}


LONGEST_REST = timedelta(days=8)
"""No platform asks for as long a wait: what lies further ahead was written by a clock that was ahead."""


def _states(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return the state of every limit that is not wholly free again."""
    return {row.scope: row.even_at for row in connection.execute(_STATES, {"now": now})}


_STATES = select(_pace.c.scope, _pace.c.even_at).where(_pace.c.even_at > bindparam("now"))


def _written_ahead(
    scopes: Mapping[str, Limit], states: Mapping[str, datetime], now: datetime
) -> dict[str, datetime]:
    """Return what is to stand in the place of states that a clock that was ahead wrote."""
    found = {scope: used_up(limit, states[scope], now) for scope, limit in scopes.items() if scope in states}
    return {scope: at for scope, at in found.items() if at is not None}


def _scopes(row: Any, limits: Limits) -> dict[str, Limit]:
    """Return what counts this post: its platform, its chat, and its chat again where many people read it."""
    is_group = limits.group is not None and row.chat.partition(":")[2].startswith("-")
    # A platform that is one chat has one name for both.
    each = ((row.platform, limits.overall), (row.chat, limits.group if is_group else limits.chat))
    return {scope: limit for scope, limit in each if limit is not None}


def begin(
    connection: Connection, posts: Sequence[Posting], *, now: datetime, lease: timedelta
) -> tuple[Posting, ...]:
    """Put on record that these sends begin, and return those that do: one that was taken away meanwhile does not.

    From here on a process that dies leaves them in doubt.
    """
    if not posts:
        return ()
    rows = connection.execute(_CLAIMED, {"posts": [post.id for post in posts]})
    mine = {(row.id, row.attempt + 1) for row in rows}
    joined = _joined(connection, posts)
    # Whoever let its claim run out may have taken the same post again, and more may have joined it meanwhile.
    current = (post for post in posts if joined.get(post.id, len(post.alerts)) == len(post.alerts))
    begun = tuple({post.id: post for post in current if (post.id, post.attempt) in mine}.values())
    if not begun:
        return ()
    connection.execute(_BEGIN, {"posts": [post.id for post in begun], "sending_until": now + lease})
    connection.execute(
        insert(_delivery),
        [
            {"post": post.id, "attempt": post.attempt, "started_at": now, "outcome": Outcome.SENDING.value}
            for post in begun
        ],
    )
    return begun


_CLAIMED = select(_post.c.id, _post.c.attempt).where(
    _post.c.id.in_(bindparam("posts", expanding=True)), _post.c.state == State.CLAIMED.value
)
_BEGIN = (
    update(_post)
    .where(_post.c.id.in_(bindparam("posts", expanding=True)))
    .values(
        state=NEXT[State.CLAIMED, Event.BEGIN].value,
        attempt=_post.c.attempt + 1,
        lease_until=bindparam("sending_until"),
    )
)


def _joined(connection: Connection, posts: Sequence[Posting]) -> dict[int, int]:
    """Return how many alerts are with each of the posts that alerts may join."""
    gathering = [post.id for post in posts if post.kind in {Kind.BURST, Kind.GROWTH}]
    if not gathering:
        return {}
    alert = schema.alert
    query = (
        select(alert.c.post, func.count().label("alerts"))
        .where(alert.c.post.in_(gathering))
        .group_by(alert.c.post)
    )
    return {row.post: row.alerts for row in connection.execute(query)}


def give_back(connection: Connection, posts: Sequence[Posting], *, now: datetime) -> None:
    """Let others take what was taken and will not be sent here."""
    if posts:
        connection.execute(
            update(_post)
            .where(_post.c.id.in_([post.id for post in posts]), _post.c.state == State.CLAIMED.value)
            .values(state=NEXT[State.CLAIMED, Event.LEASE_OVER].value, lease_until=None, due_at=now)
        )
