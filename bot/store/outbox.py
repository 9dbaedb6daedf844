"""The outbox's rows: claim, record, take back what a dead process left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Exists, exists, func, insert, select, update

from bot.core.alert import Alert
from bot.core.delivery import MAX_ATTEMPTS, AlertState, Claim, Outcome, Sent, next_state
from bot.errors import StoreError
from bot.store import schema
from bot.store.rows import unpack

_alert, _delivery = schema.alert, schema.delivery


def claim(
    connection: Connection, channels: Sequence[str], *, now: datetime, lease: timedelta, limit: int
) -> tuple[Claim, ...]:
    """Take up to `limit` due alerts of these channels, oldest first, for `lease`; each attempt is on record before the send.

    An alert that cannot be read any more is dead at once, so that it holds up no other.
    """
    _take_back(connection, now)
    claims: list[Claim] = []
    while not claims and (rows := _due(connection, channels, now=now, limit=limit)):
        claims += (taken for row in rows if (taken := _take(connection, row, now=now, lease=lease)))
    return tuple(claims)


def _due(connection: Connection, channels: Sequence[str], *, now: datetime, limit: int) -> Sequence[Any]:
    query = (
        select(_alert.c.id, _alert.c.attempt, _alert.c.body, _was_unknown().label("repeat"))
        .where(
            _alert.c.state.in_([AlertState.READY.value, AlertState.RETRY.value]),
            _alert.c.due_at <= now,
            _alert.c.channel.in_(channels),
        )
        .order_by(_alert.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _take(connection: Connection, row: Any, *, now: datetime, lease: timedelta) -> Claim | None:
    attempt = row.attempt + 1
    connection.execute(
        update(_alert)
        .where(_alert.c.id == row.id)
        .values(state=AlertState.SENDING.value, attempt=attempt, lease_until=now + lease)
    )
    connection.execute(
        insert(_delivery).values(alert=row.id, attempt=attempt, started_at=now, outcome=Outcome.SENDING.value)
    )
    try:
        alert = unpack(row.body, Alert)
    except StoreError as error:
        sent = Sent(outcome=Outcome.GIVE_UP, detail=f"it cannot be read any more: {error}")
        _end(connection, row.id, attempt, sent, now=now)
        return None
    return Claim(id=row.id, attempt=attempt, alert=alert, repeat=bool(row.repeat))


def _was_unknown() -> Exists:
    return exists().where(_delivery.c.alert == _alert.c.id, _delivery.c.outcome == Outcome.UNKNOWN.value)


def _take_back(connection: Connection, now: datetime) -> None:
    """Make ready again what was claimed by a sender that never recorded an outcome."""
    lost = connection.execute(
        select(_alert.c.id, _alert.c.attempt).where(
            _alert.c.state == AlertState.SENDING.value, _alert.c.lease_until < now
        )
    ).all()
    for row in lost:
        connection.execute(
            update(_delivery)
            .where(_delivery.c.alert == row.id, _delivery.c.attempt == row.attempt)
            .values(outcome=Outcome.UNKNOWN.value, finished_at=now)
        )
        state = AlertState.DEAD if row.attempt >= MAX_ATTEMPTS else AlertState.READY
        connection.execute(
            update(_alert)
            .where(_alert.c.id == row.id)
            .values(state=state.value, lease_until=None, due_at=now)
        )


def record(connection: Connection, taken: Claim, sent: Sent, *, now: datetime) -> AlertState:
    """Record what became of a claimed alert, and return its new state.

    Where the lease ran out and the alert was claimed again, the later attempt alone decides on the state: the answer to
    this one is noted beside it, and it stays `unknown`.
    """
    row = connection.execute(select(_alert.c.state, _alert.c.attempt).where(_alert.c.id == taken.id)).one()
    if row.attempt == taken.attempt:
        return _end(connection, taken.id, taken.attempt, sent, now=now)
    late = f"answered after its lease: {sent.outcome.value}" + (f", {sent.detail}" if sent.detail else "")
    connection.execute(
        update(_delivery)
        .where(_delivery.c.alert == taken.id, _delivery.c.attempt == taken.attempt)
        .values(detail=late, platform_ref=sent.platform_ref)
    )
    return AlertState(row.state)


def _end(connection: Connection, alert: int, attempt: int, sent: Sent, *, now: datetime) -> AlertState:
    state, due_at = next_state(sent, attempt, now)
    connection.execute(
        update(_delivery)
        .where(_delivery.c.alert == alert, _delivery.c.attempt == attempt)
        .values(
            outcome=sent.outcome.value, detail=sent.detail, platform_ref=sent.platform_ref, finished_at=now
        )
    )
    connection.execute(
        update(_alert).where(_alert.c.id == alert).values(state=state.value, due_at=due_at, lease_until=None)
    )
    return state


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many alerts stand in each state."""
    rows = connection.execute(select(_alert.c.state, func.count().label("alerts")).group_by(_alert.c.state))
    return {row.state: row.alerts for row in rows}
