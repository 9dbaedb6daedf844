"""From claimed rows to what a platform is given: the words of the alerts, the thread, the message to change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select

from bot.core.alert import Alert
from bot.core.brief import Brief
from bot.core.delivery import Outcome, State
from bot.core.layout import in_order
from bot.core.notice import Notice
from bot.core.posting import Burst, Head, Kind, Posting, Told, resurfaces
from bot.core.setback import Setback
from bot.core.story import Story
from bot.errors import StoreError
from bot.store import schema
from bot.store.alerts import SETBACK, STORY
from bot.store.channels import Roster
from bot.store.recording import Lost, begin_anew
from bot.store.rows import unpack
from bot.store.sending import Claimed

_post, _alert, _delivery = schema.post, schema.alert, schema.delivery


class _Unreadable(Exception):
    """What a post tells cannot be put together any more."""


def load_postings(
    connection: Connection, claimed: Sequence[Claimed], roster: Roster, *, now: datetime, again: bool = False
) -> tuple[tuple[Posting, ...], tuple[Lost, ...]]:
    """Return claimed posts with all that they tell, and those that cannot be read any more, each with the reason.

    `again`: their last attempt is looked at, no new one begins.
    """
    if not claimed:
        return (), ()
    channels = {channel.address: channel for channel in roster.channels}
    alerts = _alerts_of(connection, [each.id for each in claimed])
    roots = _roots(connection, claimed)
    firsts = _firsts(connection, claimed)
    found: list[Posting] = []
    lost: list[Lost] = []
    for each in claimed:
        try:
            if each.channel not in channels:
                raise _Unreadable("its channel is gone")
            root = roots.get(each.root) if each.root is not None else None
            told, kind = _told(connection, each, alerts.get(each.id, ()), root, firsts)
        except (StoreError, _Unreadable) as error:
            lost.append(Lost(id=each.id, why=f"it cannot be read any more: {error}"))
            continue
        changes = kind in {Kind.EDIT, Kind.GROWTH}
        ref = root.platform_ref if root is not None else None
        thread = None if changes or kind is Kind.BURST else ref
        channel = channels[each.channel]
        found.append(
            Posting(
                id=each.id,
                attempt=each.attempt if again else each.attempt + 1,
                kind=kind,
                channel=channel,
                told=told,
                at=now,
                thread=thread,
                target=ref if changes else None,
                repeat=each.doubts > 0 and not changes,
                resurfaces=isinstance(told, Alert) and thread is not None and resurfaces(channel, told),
                story=each.story,
                root=each.root if ref is not None else None,
                alerts=tuple(row.id for row in alerts.get(each.id, ())),
                store=roster.store,
            )
        )
    return tuple(found), tuple(lost)


def _alerts_of(connection: Connection, posts: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    for row in connection.execute(_ALERTS, {"posts": list(posts)}):
        found[row.post] = (*found.get(row.post, ()), row)
    return found


_ALERTS = (
    select(_alert.c.id, _alert.c.post, _alert.c.kind, _alert.c.body, _alert.c.created_at)
    .where(_alert.c.post.in_(bindparam("posts", expanding=True)))
    .order_by(_alert.c.id)
)


def _roots(connection: Connection, claimed: Iterable[Claimed]) -> dict[int, Any]:
    numbers = {each.root for each in claimed if each.root is not None}
    if not numbers:
        return {}
    return {row.id: row for row in connection.execute(_ROOTS, {"posts": list(numbers)})}


_ROOTS = select(_post.c.id, _post.c.state, _post.c.platform_ref, _post.c.kind).where(
    _post.c.id.in_(bindparam("posts", expanding=True))
)


def _firsts(connection: Connection, claimed: Iterable[Claimed]) -> dict[int, str]:
    """Return what each thread began with that details or an edit need, by the post of its head."""
    roots = {each.root for each in claimed if each.root is not None and each.kind in _NEED_FIRST}
    if not roots:
        return {}
    return {row.post: row.body for row in connection.execute(_FIRSTS, {"posts": list(roots)})}


_NEED_FIRST = frozenset({Kind.DETAILS, Kind.EDIT})
_FIRST = (
    select(func.min(_alert.c.id))
    .where(_alert.c.post.in_(bindparam("posts", expanding=True)))
    .group_by(_alert.c.post)
)
_FIRSTS = select(_alert.c.post, _alert.c.body).where(_alert.c.id.in_(_FIRST))


def _told(
    connection: Connection,
    each: Claimed,
    rows: Sequence[Any],
    root: Any | None,
    firsts: Mapping[int, str],
) -> tuple[Told, Kind]:
    """Return what a post tells, and as what: one whose head never came stands alone."""
    if each.kind is Kind.NOTICE:
        row = _only(rows)
        told = unpack(row.body, Setback) if row.kind == SETBACK else unpack(row.body, Notice)
        return told, each.kind
    if each.kind is Kind.BRIEF:
        brief = unpack(each.body or "", Brief)
        return replace(brief, alerts=in_order([unpack(row.body, Alert) for row in rows])), each.kind
    if each.root is not None and (root is None or root.platform_ref is None):
        return _alone(connection, each, rows)
    match each.kind:
        case Kind.ALERT:
            return unpack(_only(rows).body, Alert), each.kind
        case Kind.DETAILS:
            return _first_of(each, firsts), each.kind
        case Kind.EDIT:
            return _head(connection, each, firsts), each.kind
        case _:
            return _burst(connection, each), each.kind


def _alone(connection: Connection, each: Claimed, rows: Sequence[Any]) -> tuple[Told, Kind]:
    if not rows:
        raise _Unreadable("the message that it belongs to was never sent")
    begin_anew(connection, each.id, each.kind)
    if each.kind is Kind.GROWTH:
        alerts = tuple(unpack(row.body, Alert) for row in rows)
        return Burst(alerts=alerts, since=rows[0].created_at, until=rows[-1].created_at), Kind.BURST
    return unpack(_only(rows).body, Alert), each.kind


def _only(rows: Sequence[Any]) -> Any:
    if not rows:
        raise _Unreadable("nothing is on record that it tells")
    return rows[0]


def _first_of(each: Claimed, firsts: Mapping[int, str]) -> Alert:
    body = firsts.get(each.root or 0)
    if body is None:
        raise _Unreadable("nothing is on record that its thread began with")
    return unpack(body, Alert)


def _head(connection: Connection, each: Claimed, firsts: Mapping[int, str]) -> Head:
    newest = connection.execute(
        select(_alert.c.body, _post.c.ended_at)
        .join(_post, _post.c.id == _alert.c.post)
        .where(
            _alert.c.channel == each.channel,
            _alert.c.story == each.story,
            _alert.c.kind == STORY,
            _post.c.state == State.SENT.value,
        )
        .order_by(_alert.c.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        raise _Unreadable("nothing was told that it could show")
    alert = unpack(newest.body, Alert)
    return Head(
        first=_first_of(each, firsts),
        newest=replace(alert, also_at=_also_at(connection, alert)),
        updated_at=newest.ended_at,
    )


def _also_at(connection: Connection, alert: Alert) -> tuple[str, ...]:
    """Return the other places of the act that are known by now, of which some came after it was told."""
    story = schema.story
    body = connection.execute(select(story.c.body).where(story.c.id == alert.story)).scalar()
    if body is None:
        return alert.also_at
    return tuple(place.url for place in unpack(body, Story).also if place.url != alert.url)


def _burst(connection: Connection, each: Claimed) -> Burst:
    """Return all alerts of a burst up to this post; a post without alerts of its own closes it."""
    root = each.root or each.id
    rows = connection.execute(
        select(_alert.c.body, _alert.c.created_at)
        .join(_post, _post.c.id == _alert.c.post)
        .where(or_(_post.c.id == root, _post.c.root == root), _post.c.id <= each.id)
        .order_by(_alert.c.id)
    ).all()
    if not rows:
        raise _Unreadable("nothing is on record that it tells")
    closed_at = msgspec.json.decode(each.body, type=datetime) if each.body else None
    return Burst(
        alerts=tuple(unpack(row.body, Alert) for row in rows),
        since=rows[0].created_at,
        until=rows[-1].created_at,
        closed_at=closed_at,
    )


def unknown_since(connection: Connection, post: int) -> datetime | None:
    """Return when the first send of a post began of which nobody knows how it ended."""
    query = select(func.min(_delivery.c.started_at)).where(
        _delivery.c.post == post, _delivery.c.outcome == Outcome.UNKNOWN.value
    )
    return connection.execute(query).scalar()
