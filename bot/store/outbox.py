"""The outbox's rows: claim, record, take back what a dead process left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Exists, exists, func, insert, select, update

from bot.core.alert import Alert
from bot.core.delivery import AlertState, Claim, Outcome, Sent, next_state
from bot.store import schema
from bot.store.rows import unpack

_alert, _delivery = schema.alert, schema.delivery


def claim(
    connection: Connection, channels: Sequence[str], *, now: datetime, lease: timedelta, limit: int
) -> tuple[Claim, ...]:
    """Take up to `limit` due alerts of these channels, oldest first, for `lease`; each attempt is on record before the send."""
    _take_back(connection, now)
    due = (
        select(_alert.c.id, _alert.c.attempt, _alert.c.body, _was_unknown().label("repeat"))
        .where(
            _alert.c.state.in_([AlertState.READY.value, AlertState.RETRY.value]),
            _alert.c.due_at <= now,
            _alert.c.channel.in_(channels),
        )
        .order_by(_alert.c.id)
        .limit(limit)
    )
    claims = tuple(
        Claim(id=row.id, attempt=row.attempt + 1, alert=unpack(row.body, Alert), repeat=bool(row.repeat))
        for row in connection.execute(due)
    )
    for each in claims:
        connection.execute(
            update(_alert)
            .where(_alert.c.id == each.id)
            .values(state=AlertState.SENDING.value, attempt=each.attempt, lease_until=now + lease)
        )
        connection.execute(
            insert(_delivery).values(
                alert=each.id, attempt=each.attempt, started_at=now, outcome=Outcome.SENDING.value
            )
        )
    return claims


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
        connection.execute(
            update(_alert)
            .where(_alert.c.id == row.id)
            .values(state=AlertState.READY.value, lease_until=None, due_at=now)
        )


def record(connection: Connection, taken: Claim, sent: Sent, *, now: datetime) -> AlertState:
    """Record what became of a claimed alert, and return its new state."""
    state, due_at = next_state(sent, taken.attempt, now)
    connection.execute(
        update(_delivery)
        .where(_delivery.c.alert == taken.id, _delivery.c.attempt == taken.attempt)
        .values(
            outcome=sent.outcome.value, detail=sent.detail, platform_ref=sent.platform_ref, finished_at=now
        )
    )
    connection.execute(
        update(_alert)
        .where(_alert.c.id == taken.id)
        .values(state=state.value, due_at=due_at, lease_until=None)
    )
    return state


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many alerts stand in each state."""
    rows = connection.execute(select(_alert.c.state, func.count().label("alerts")).group_by(_alert.c.state))
    return {row.state: row.alerts for row in rows}
