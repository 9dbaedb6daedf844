"""Alerts as they were decided: laid down with the item that brought them, waiting to be posted."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.core.alert import Alert
from bot.core.delivery import State
from bot.core.layout import AlertState, Waiting
from bot.core.match import Severity
from bot.core.notice import Notice
from bot.core.setback import Setback
from bot.core.timing import INSTANT
from bot.store import schema
from bot.store.rows import insert_rows, pack, unpack

_alert = schema.alert

STORY, NOTICE, SETBACK = "story", "notice", "setback"


def put_alerts(connection: Connection, at: datetime, alerts: Iterable[Alert]) -> None:
    """Lay alerts down, each not to be posted before its channel's quiet hours are over, or its brief is due."""
    rows = [
        {
            "kind": STORY,
            "story": alert.story,
            "revision": alert.revision,
            "channel": alert.channel,
            "source": alert.source,
            "key": alert.key,
            "reason": alert.reason.value,
            "stage": alert.stage.value,
            "severity": int(alert.severity),
            "body": pack(alert),
            "created_at": at,
            "state": AlertState.WAITING.value,
            "due_at": alert.not_before or at,
            "timing": alert.timing.words,
        }
        for alert in alerts
    ]
    insert_rows(connection, _alert, rows)


def put_notice(connection: Connection, at: datetime, notice: Notice, channels: Iterable[str]) -> None:
    """Lay a notice down. Each that an incident brings has the next number in its order."""
    _put_told(
        connection,
        at,
        channels,
        kind=NOTICE,
        name=notice.incident,
        source=notice.source,
        reason=notice.phase.value,
        stage=notice.kind,
        body=pack(notice),
    )


def put_setback(connection: Connection, setback: Setback, channels: Iterable[str]) -> None:
    """Lay down what is told of a channel or a platform that takes nothing any more, once a day for each."""
    name = f"{SETBACK}:{setback.subject}"
    last = connection.execute(select(func.max(_alert.c.created_at)).where(_alert.c.story == name)).scalar()
    if last is not None and setback.at - _DAY < last <= setback.at:
        return
    _put_told(
        connection,
        setback.at,
        channels,
        kind=SETBACK,
        name=name,
        source="",
        reason=setback.kind.value,
        stage="",
        body=pack(setback),
    )


_DAY = timedelta(days=1)


def _put_told(
    connection: Connection,
    at: datetime,
    channels: Iterable[str],
    *,
    kind: str,
    name: str,
    source: str,
    reason: str,
    stage: str,
    body: str,
) -> None:
    last = connection.execute(select(func.max(_alert.c.revision)).where(_alert.c.story == name)).scalar()
    rows: list[dict[str, Any]] = [
        {
            "kind": kind,
            "story": name,
            "revision": (last or 0) + 1,
            "channel": channel,
            "source": source,
            "key": "",
            "reason": reason,
            "stage": stage,
            "severity": int(Severity.NOTICE),
            "body": body,
            "created_at": at,
            "state": AlertState.WAITING.value,
            "due_at": at,
            "timing": INSTANT.words,
        }
        for channel in channels
    ]
    insert_rows(connection, _alert, rows)


def waiting_of(row: Any) -> Waiting:
    """Return a waiting alert of a row with its `id` and `body`. Raises StoreError for one that cannot be read any more."""
    return Waiting(id=row.id, alert=unpack(row.body, Alert))


def drop(connection: Connection, dropped: Iterable[tuple[int, str]]) -> None:
    """Let alerts end without being told, each for its reason."""
    by_reason: dict[str, list[int]] = {}
    for number, reason in dropped:
        by_reason.setdefault(reason, []).append(number)
    for reason, numbers in by_reason.items():
        connection.execute(
            update(_alert)
            .where(_alert.c.id.in_(numbers))
            .values(state=AlertState.DROPPED.value, ending=reason)
        )


def count_by_state(connection: Connection) -> dict[str, int]:
    """Return how many alerts of stories stand where: `waiting`, `dropped`, or in the state of the post that tells them.

    Most are told and over: those are counted from an index, as what is left of all that a post tells.
    """
    post = schema.post
    of_alerts = connection.execute(
        select(_alert.c.state, func.count().label("alerts"))
        .where(_alert.c.kind == STORY)
        .group_by(_alert.c.state)
    )
    counts: dict[str, int] = {row.state: row.alerts for row in of_alerts}
    told = counts.pop(AlertState.POSTED.value, 0)
    rows = connection.execute(
        select(post.c.state, func.count().label("alerts"))
        .join(_alert, _alert.c.post == post.c.id)
        .where(post.c.state.in_(_NOT_SENT), _alert.c.kind == STORY)
        .group_by(post.c.state)
    )
    counts |= {row.state: row.alerts for row in rows}
    left = told - sum(counts.get(state, 0) for state in _NOT_SENT)
    return counts | ({State.SENT.value: left} if left else {})


_NOT_SENT = tuple(state.value for state in State if state is not State.SENT)


def count_with_senders(connection: Connection) -> int:
    """Return how many alerts are with a sender, alive or dead, or in doubt."""
    post = schema.post
    query = (
        select(func.count())
        .select_from(_alert)
        .join(post, post.c.id == _alert.c.post)
        .where(
            post.c.state.in_([State.CLAIMED.value, State.SENDING.value, State.UNCERTAIN.value]),
            _alert.c.kind == STORY,
        )
    )
    return connection.execute(query).scalar_one()
