"""What people ask of the outbox: what waits, is in doubt, or was given up; and to try it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select, update

from bot.core.delivery import NEXT, Event, Outcome, State
from bot.store import chain, schema
from bot.store.rows import pack

_post, _alert, _delivery, _pace = schema.post, schema.alert, schema.delivery, schema.pace


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A post as it stands: how often it was tried, when it is due, why it is dead, what came of the last try."""

    id: int
    channel: str
    kind: str
    story: str | None
    state: str
    attempt: int
    doubts: int
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    why: str | None
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """A platform or a chat that asked to be left alone."""

    scope: str
    until: datetime
    why: str | None


def queue(connection: Connection, states: Sequence[State], *, limit: int) -> tuple[QueueRow, ...]:
    """Return posts in these states, the oldest first, at most `limit` of them."""
    alerts = select(func.count()).where(_alert.c.post == _post.c.id).scalar_subquery().label("alerts")
    names = [name for name in QueueRow.__dataclass_fields__ if name != "alerts"]
    rows = connection.execute(
        select(*(_post.c[name] for name in names), alerts)
        .where(_post.c.state.in_([state.value for state in states]))
        .order_by(_post.c.id)
        .limit(limit)
    )
    return tuple(QueueRow(**row._mapping) for row in rows)


def count_posts(connection: Connection) -> dict[str, int]:
    """Return how many posts stand in each state."""
    rows = connection.execute(select(_post.c.state, func.count().label("posts")).group_by(_post.c.state))
    return {row.state: row.posts for row in rows}


def resting(connection: Connection, now: datetime) -> tuple[Resting, ...]:
    """Return what asked to be left alone, and until when."""
    rows = connection.execute(select(_pace).where(_pace.c.rests_until > now).order_by(_pace.c.scope))
    return tuple(Resting(scope=row.scope, until=row.rests_until, why=row.why) for row in rows)


def drive(
    connection: Connection, *, posts: Sequence[int] = (), channel: str | None = None, now: datetime, by: str
) -> tuple[int, ...]:
    """Make dead posts ready again: those with these numbers, or all of a channel's (None: of every channel). Return which.

    One that may have arrived keeps a doubt, so that it says so when it comes again.
    """
    which: ColumnElement[bool] = _post.c.state == State.DEAD.value
    if posts:
        which &= _post.c.id.in_(posts)
    elif channel is not None:
        which &= _post.c.channel == channel
    found = tuple(connection.execute(select(_post.c.id).where(which).order_by(_post.c.id)).scalars())
    state = NEXT[State.DEAD, Event.DRIVEN]
    in_doubt = exists().where(_delivery.c.post == _post.c.id, _delivery.c.outcome == Outcome.UNKNOWN.value)
    doubts = case((in_doubt, 1), else_=0)
    values: dict[str, Any] = {
        "state": state.value,
        "open": 1,
        "doubts": doubts,
        "ended_at": None,
        "why": None,
    }
    connection.execute(update(_post).where(_post.c.id.in_(found)).values(due_at=now, **values))
    body = pack({"by": by, "posts": found})
    if found:
        chain.append(connection, now, [chain.Entry(kind=chain.DRIVEN, subject="outbox", body=body)])
    return found
