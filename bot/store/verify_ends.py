"""The proof, second half: alerts, sends and channels stand as the chain says, and each alert has one end. Reads only."""

from collections.abc import Container
from typing import Any

from sqlalchemy import Connection, func, select

from bot.core.channel import Channel
from bot.core.delivery import Outcome, State
from bot.core.layout import AlertState
from bot.core.timing import INSTANT
from bot.errors import StoreError
from bot.store import schema
from bot.store.alerts import STORY
from bot.store.rows import unpack
from bot.store.verified import ARRIVED, History, Verified

_alert, _post, _delivery = schema.alert, schema.post, schema.delivery


def check_sends(connection: Connection, history: History, found: Verified) -> None:
    """Check that what is on record as sent is what was sealed as sent."""
    rows = connection.execute(
        select(_delivery.c.post, _delivery.c.attempt, _delivery.c.finished_at).where(
            _delivery.c.outcome.in_(ARRIVED)
        )
    )
    sealed = set(history.sent)
    for row in rows:
        name = (f"post-{row.post}", row.attempt)
        is_older = history.since is None or (row.finished_at is not None and row.finished_at < history.since)
        if name not in sealed and not is_older:
            found.gap(name[0], "is said to be sent, and that was never sealed")
        sealed.discard(name)
    for post, attempt in sorted(sealed):
        found.gap(post, f"was sealed as sent by try {attempt}, and that is gone")
    there = set(connection.execute(select(_alert.c.id)).scalars())
    for post, alerts in history.told.items():
        for number in sorted(alerts - there):
            found.gap(f"alert {number}", f"was told by {post}, and is gone")


def check_alerts(connection: Connection, history: History, found: Verified) -> None:
    """Count the ends of alerts, and name those that have none, or more than one."""
    query = (
        select(
            *(_alert.c[name] for name in ("id", "state", "ending", "post", "channel", "timing")),
            _post.c.state.label("stands"),
        )
        .outerjoin(_post, _post.c.id == _alert.c.post)
        .where(_alert.c.kind == STORY)
    )
    sent = set(connection.execute(select(_delivery.c.post).where(_delivery.c.outcome.in_(ARRIVED))).scalars())
    brief = schema.brief
    briefs = {tuple(row) for row in connection.execute(select(brief.c.channel, brief.c.timing))}
    channels = history.last
    for row in connection.execute(query):
        found.alerts += 1
        wrong = _wrong_end(row, sent, history) or _wrong_wait(row, briefs, channels)
        if wrong is not None:
            found.gap(f"alert {row.id}", wrong)
        elif row.state == AlertState.DROPPED.value or row.stands in {State.SENT.value, State.DEAD.value}:
            found.ended += 1
        else:
            found.pending += 1
    found.uncertain = connection.execute(
        select(func.count()).select_from(_delivery).where(_delivery.c.outcome == Outcome.UNKNOWN.value)
    ).scalar_one()


def _wrong_end(row: Any, sent: set[int], history: History) -> str | None:
    if row.state == AlertState.DROPPED.value:
        if not row.ending:
            return "was dropped without a reason"
        return None if history.dropped.get(row.id) == row.ending else "was dropped, and that was never sealed"
    if row.id in history.dropped:
        return "was sealed as dropped, and is not"
    if row.state == AlertState.POSTED.value and row.stands is None:
        return "is said to be posted, and there is no such post"
    if row.stands != State.SENT.value:
        return None
    if row.post not in sent:
        return "is said to be sent, and no send is on record"
    told = history.told.get(f"post-{row.post}")
    return None if told is None or row.id in told else "is said to be sent with a post that did not tell it"


def _wrong_wait(row: Any, briefs: Container[tuple[Any, ...]], channels: Container[str]) -> str | None:
    """Say what is wrong with what an alert waits for: a state that nothing would ever end."""
    if row.state != AlertState.WAITING.value:
        return None
    if row.channel not in channels:
        return "waits for a channel that is gone"
    if row.timing != INSTANT.words and (row.channel, row.timing) not in briefs:
        return "waits for a brief that never comes"
    return None


def check_channels(connection: Connection, history: History, found: Verified) -> None:
    """Check that every channel stands as the chain says."""
    wanted = history.last
    for row in connection.execute(select(schema.channel.c.address, schema.channel.c.body)):
        sealed = wanted.pop(row.address, None)
        try:
            stands = unpack(row.body, Channel)
        except StoreError:
            stands = None
        if sealed is None or stands != sealed:
            found.gap(row.address, "what it asked for is not what was sealed")
    for address in sorted(wanted):
        found.gap(address, "was sealed as a channel, and is gone")
