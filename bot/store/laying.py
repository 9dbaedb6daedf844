"""Laying out: due alerts and briefs become posts, in the transaction that sends them on their way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from bot.core.brief import Brief
from bot.core.channel import Channel, chat_of
from bot.core.delivery import State
from bot.core.layout import (
    AlertState,
    Laid,
    NewPost,
    Waiting,
    dropped_for,
    lay_out,
)
from bot.core.match import Severity
from bot.core.posting import RANK, URGENT_RANK, Kind, rank_of
from bot.core.timing import INSTANT, Mode, next_brief, timing_of
from bot.errors import StoreError
from bot.store import chain, schema
from bot.store.alerts import STORY, drop, waiting_of
from bot.store.channels import BURST, Roster
from bot.store.rows import insert_rows, pack, upsert
from bot.store.standing import NO_SKEW, newest_burst, place_of, standings

_alert, _post, _brief = schema.alert, schema.post, schema.brief

MOST_AT_ONCE = 500
"""How many waiting alerts one transaction lays out."""

_LONGEST_BREAK = timedelta(days=45)
"""No two briefs lie further apart: a week, and the longest closure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How well the sources could be read, for briefs: as `Brief` has it."""

    read: int
    sources: int
    blind: tuple[tuple[str, datetime], ...]
    last_read_at: datetime | None


def lay_out_due(
    connection: Connection,
    roster: Roster,
    *,
    platforms: Mapping[str, bool],
    coverage: Callable[[Connection], Coverage],
    now: datetime,
) -> bool:
    """Lay out what is due on these platforms (each with whether it has threads): notices, alerts, briefs, ends of bursts.

    `coverage` is only asked where a brief is due. Tell whether more is due than is laid out at once.
    """
    due = _due(connection, tuple(platforms), now)
    late = connection.execute(_LATE, {"now": now, "at_most": now + _LONGEST_BREAK}).all()
    if not (due or late):
        return False
    channels = {each.address: each for each in roster.channels if each.platform in platforms}
    if due:
        _lay_out_alerts(connection, due, channels, platforms, now=now)
    for row in late:
        if (channel := channels.get(row.channel)) is not None:
            _lay_out_brief(connection, channel, row.timing, coverage, now=now)
    return len(due) == MOST_AT_ONCE


_LATE = select(_brief).where(
    or_(_brief.c.next_at <= bindparam("now"), _brief.c.next_at > bindparam("at_most"))
)


def _due(connection: Connection, platforms: Sequence[str], now: datetime) -> Sequence[Any]:
    """Return rows of alerts that are told at once and due, notices with them, in the order in which they were decided."""
    given = {"platforms": list(platforms), "now": now, "ahead": now + NO_SKEW}
    return connection.execute(_DUE, given).all()


_DUE = (
    select(_alert.c.id, _alert.c.kind, _alert.c.channel, _alert.c.story, _alert.c.body)
    .where(
        _alert.c.state == AlertState.WAITING.value,
        _alert.c.timing == INSTANT.words,
        _alert.c.channel.in_(
            select(schema.channel.c.address).where(
                schema.channel.c.platform.in_(bindparam("platforms", expanding=True))
            )
        ),
        or_(_alert.c.due_at <= bindparam("now"), _alert.c.created_at > bindparam("ahead")),
    )
    .order_by(_alert.c.id)
    .limit(MOST_AT_ONCE)
)


def _lay_out_alerts(
    connection: Connection,
    due: Sequence[Any],
    channels: Mapping[str, Channel],
    platforms: Mapping[str, bool],
    *,
    now: datetime,
) -> None:
    waiting: dict[str, list[Waiting]] = {}
    laid = Laid()
    next_id = _next_id(connection)
    for row in due:
        if row.channel not in channels:
            continue
        if row.kind != STORY:
            laid.posts.append(_notice_post(next_id + len(laid.posts), channels[row.channel], row))
            continue
        try:
            waiting.setdefault(row.channel, []).append(waiting_of(row))
        except StoreError as error:
            _drop_unreadable(connection, row, error, now)
    told = [channels[address] for address in waiting]
    for channel, standing in zip(told, standings(connection, told, waiting, platforms, now), strict=True):
        one = lay_out(
            channel,
            waiting[channel.address],
            standing,
            next_id=next_id + len(laid.posts),
            threads=platforms[channel.platform],
            now=now,
        )
        laid.posts += one.posts
        laid.joins += one.joins
        laid.raised += one.raised
        laid.dropped += one.dropped
    _write(connection, laid, now)


def _notice_post(number: int, channel: Channel, row: Any) -> NewPost:
    return NewPost(
        id=number,
        channel=channel,
        kind=Kind.NOTICE,
        rank=rank_of(Kind.NOTICE, Severity.NOTICE),
        alerts=[row.id],
    )


def _next_id(connection: Connection) -> int:
    return (connection.execute(select(func.max(_post.c.id))).scalar() or 0) + 1


def _lay_out_brief(
    connection: Connection,
    channel: Channel,
    timing: str,
    coverage: Callable[[Connection], Coverage],
    *,
    now: datetime,
) -> None:
    mine = and_(_brief.c.channel == channel.address, _brief.c.timing == timing)
    if timing == BURST:
        if _close_burst(connection, channel, now):
            connection.execute(delete(_brief).where(mine))
        else:
            connection.execute(update(_brief).where(mine).values(next_at=now + channel.burst.span))
        return
    kind, seen = timing_of(timing), coverage(connection)
    connection.execute(update(_brief).where(mine).values(next_at=next_brief(kind, channel.zone, now)))
    rows = connection.execute(
        select(_alert.c.id, _alert.c.channel, _alert.c.story, _alert.c.body)
        .where(
            _alert.c.channel == channel.address,
            _alert.c.timing == timing,
            _alert.c.state == AlertState.WAITING.value,
        )
        .order_by(_alert.c.id)
    ).all()
    laid = Laid()
    kept: list[Waiting] = []
    for row in rows:
        try:
            each = waiting_of(row)
        except StoreError as error:
            _drop_unreadable(connection, row, error, now)
            continue
        reason = dropped_for(channel, each.alert, now)
        if reason is None:
            kept.append(each)
        else:
            laid.dropped.append((each, reason))
    if kept or _says_nothing_new(channel, kind.mode, seen):
        brief = Brief(
            timing=kind,
            at=now,
            alerts=(),
            read=seen.read,
            sources=seen.sources,
            blind=seen.blind,
            last_read_at=seen.last_read_at,
        )
        post = NewPost(
            id=_next_id(connection),
            channel=channel,
            kind=Kind.BRIEF,
            rank=rank_of(Kind.BRIEF, Severity.NOTICE),
            alerts=[each.id for each in kept],
            body=pack(brief),
        )
        laid.posts.append(post)
    _write(connection, laid, now)


def _says_nothing_new(channel: Channel, mode: Mode, coverage: Coverage) -> bool:
    """Tell whether a brief without an alert is sent: not every hour, and a source that cannot be read is always said."""
    if channel.paused is not None or not any(each.timing.mode is mode for each in channel.subscriptions):
        return False
    if mode is Mode.HOURLY:
        return False
    return channel.when_empty == "line" or bool(coverage.blind)


def _close_burst(connection: Connection, channel: Channel, now: datetime) -> bool:
    """Let the newest burst of a channel say that it is over, where it can still be changed; False: it is not out yet."""
    burst = newest_burst(connection, channel)
    if burst is None or channel.paused is not None:
        return True
    if burst.state != State.SENT.value:
        return False
    if burst.platform_ref is not None:
        post = NewPost(
            id=_next_id(connection),
            channel=channel,
            kind=Kind.GROWTH,
            rank=RANK,
            root=burst.id,
            body=pack(now),
        )
        _write(connection, Laid(posts=[post]), now)
    return True


def _write(connection: Connection, laid: Laid, now: datetime) -> None:
    put_posts(connection, laid.posts, now)
    posted = [(alert, post.id) for post in laid.posts for alert in post.alerts] + laid.joins
    if posted:
        alert = _alert
        connection.execute(
            update(alert)
            .where(alert.c.id == bindparam("alert_id"))
            .values(post=bindparam("post_id"), state=AlertState.POSTED.value),
            [{"alert_id": number, "post_id": post} for number, post in posted],
        )
    if laid.raised:
        connection.execute(
            update(_post)
            .where(_post.c.id.in_(laid.raised), _post.c.open == 1, _post.c.place >= place_of(RANK, 0))
            .values(place=place_of(URGENT_RANK, 0) + _post.c.id)
        )
    drop(connection, [(each.id, reason.value) for each, reason in laid.dropped])
    dropped = [
        _dropped(each.id, each.alert.channel, each.alert.story, reason.value) for each, reason in laid.dropped
    ]
    chain.append(connection, now, dropped)


def _drop_unreadable(connection: Connection, row: Any, error: StoreError, now: datetime) -> None:
    """Let an alert end that cannot be read any more: it holds up no other."""
    why = f"it cannot be read any more: {error}"
    drop(connection, [(row.id, why)])
    chain.append(connection, now, [_dropped(row.id, row.channel, row.story, why)])


def _dropped(number: int, channel: str, story: str, reason: str) -> chain.Entry:
    facts = {"channel": channel, "story": story, "reason": reason}
    return chain.Entry(kind=chain.DROPPED, subject=f"alert-{number}", body=pack(facts))


def put_posts(connection: Connection, posts: Sequence[NewPost], now: datetime) -> None:
    """Write posts, ready to be sent. Whatever adds to a burst keeps it open for as long again."""
    rows = [
        {
            "id": post.id,
            "channel": post.channel.address,
            "platform": post.channel.platform,
            "chat": chat_of(post.channel.address),
            "kind": post.kind.value,
            "story": post.story,
            "root": post.root,
            "head": int(post.head),
            "place": place_of(post.rank, post.id),
            "body": post.body,
            "created_at": now,
            "state": State.READY.value,
            "open": 1,
            "attempt": 0,
            "doubts": 0,
            "due_at": now,
        }
        for post in posts
    ]
    insert_rows(connection, _post, rows)
    bursts = {
        post.channel.address: post.channel
        for post in posts
        if post.kind in {Kind.BURST, Kind.GROWTH} and post.alerts
    }
    upsert(
        connection,
        _brief,
        [
            {"channel": address, "timing": BURST, "next_at": now + channel.burst.span}
            for address, channel in bursts.items()
        ],
    )
