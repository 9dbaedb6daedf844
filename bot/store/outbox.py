"""The outbox's rows: claim, record, take back what a dead process left."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, and_, exists, func, insert, or_, select, update

from bot.core.alert import Alert
from bot.core.delivery import MAX_ATTEMPTS, AlertState, Claim, Outcome, Sent, next_state
from bot.core.match import Severity
from bot.core.notice import Notice
from bot.errors import StoreError
from bot.store import schema
from bot.store.rows import insert_rows, pack, unpack

_alert, _delivery = schema.alert, schema.delivery

STORY, NOTICE = "story", "notice"
_SHAPES: dict[str, type[Alert] | type[Notice]] = {STORY: Alert, NOTICE: Notice}
READY = AlertState.READY.value
_NO_SKEW = timedelta(hours=1)
"""No two machines' clocks differ by as much: what bears a later time was written by a clock that was ahead."""


def put_alerts(connection: Connection, at: datetime, alerts: Iterable[Alert]) -> None:
    """Lay alerts out for sending."""
    rows = [
        _row(
            at,
            kind=STORY,
            story=alert.story,
            revision=alert.revision,
            channel=alert.channel,
            source=alert.source,
            key=alert.key,
            reason=alert.reason.value,
            stage=alert.stage.value,
            severity=alert.severity,
            body=pack(alert),
        )
        for alert in alerts
    ]
    insert_rows(connection, _alert, rows)


def put_notice(connection: Connection, at: datetime, notice: Notice, channels: Iterable[str]) -> None:
    """Lay a notice out for sending. Each that an incident brings has the next number in its order."""
    last = connection.execute(
        select(func.max(_alert.c.revision)).where(_alert.c.story == notice.incident)
    ).scalar()
    rows = [
        _row(
            at,
            kind=NOTICE,
            story=notice.incident,
            revision=(last or 0) + 1,
            channel=channel,
            source=notice.source,
            key="",
            reason=notice.phase.value,
            stage=notice.kind,
            severity=Severity.NOTICE,
            body=pack(notice),
        )
        for channel in channels
    ]
    insert_rows(connection, _alert, rows)


def _row(at: datetime, *, severity: Severity, **columns: Any) -> dict[str, Any]:
    due = {"created_at": at, "state": READY, "attempt": 0, "due_at": at}
    return columns | {"severity": int(severity)} | due


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
        select(
            _alert.c.id,
            _alert.c.attempt,
            _alert.c.kind,
            _alert.c.channel,
            _alert.c.body,
            _was_unknown().label("repeat"),
        )
        .where(
            _alert.c.state.in_([AlertState.READY.value, AlertState.RETRY.value]),
            or_(_alert.c.due_at <= now, _is_of_later(now)),
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
        alert = unpack(row.body, _SHAPES[row.kind])
    except StoreError as error:
        sent = Sent(outcome=Outcome.GIVE_UP, detail=f"it cannot be read any more: {error}")
        _end(connection, row.id, attempt, sent, now=now)
        return None
    return Claim(id=row.id, attempt=attempt, alert=alert, channel=row.channel, repeat=bool(row.repeat))


def _is_of_later(now: datetime) -> ColumnElement[bool]:
    """Tell of alerts whose last attempt, or which themselves, were written by a clock that was ahead of `now`."""
    ahead = now + _NO_SKEW
    last = exists().where(
        _delivery.c.alert == _alert.c.id,
        _delivery.c.attempt == _alert.c.attempt,
        _delivery.c.started_at > ahead,
    )
    return or_(and_(_alert.c.attempt == 0, _alert.c.created_at > ahead), last)


def _was_unknown() -> Exists:
    return exists().where(_delivery.c.alert == _alert.c.id, _delivery.c.outcome == Outcome.UNKNOWN.value)


def _take_back(connection: Connection, now: datetime) -> None:
    """Make ready again what was claimed by a sender that never recorded an outcome."""
    lost = connection.execute(
        select(_alert.c.id, _alert.c.attempt).where(
            _alert.c.state == AlertState.SENDING.value,
            or_(_alert.c.lease_until < now, _is_of_later(now)),
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
    """Return how many alerts of stories stand in each state."""
    rows = connection.execute(
        select(_alert.c.state, func.count().label("alerts"))
        .where(_alert.c.kind == STORY)
        .group_by(_alert.c.state)
    )
    return {row.state: row.alerts for row in rows}
