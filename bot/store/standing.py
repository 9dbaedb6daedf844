"""How things stand in channels for what waits there: heads of threads, what was told lately, an open burst. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from bot.core.channel import Channel
from bot.core.delivery import State
from bot.core.layout import OpenBurst, Standing, Waiting
from bot.core.posting import RANK, Kind
from bot.store import schema
from bot.store.channels import BURST

_post, _brief = schema.post, schema.brief

_PLACES = 1 << 48

NO_SKEW = timedelta(hours=1)
"""No two machines' clocks differ by as much: what bears a later time was written by a clock that was ahead."""


def place_of(rank: int, post: int) -> int:
    """Return a post's place in its channel's queue, smaller ones first."""
    return rank * _PLACES + post


def standings(
    connection: Connection,
    channels: Sequence[Channel],
    waiting: Mapping[str, Sequence[Waiting]],
    platforms: Mapping[str, bool],
    now: datetime,
) -> list[Standing]:
    """Return how things stand in each channel for what waits there. A few questions, however many channels there are."""
    if not channels:
        return []
    given: dict[str, Any] = {
        "channels": [channel.address for channel in channels],
        "stories": list({each.alert.story for some in waiting.values() for each in some}),
        "oldest": now - max(channel.burst.span for channel in channels),
    }
    heads: dict[str, dict[str, int]] = {}
    lately: dict[str, list[Any]] = {}
    for head in connection.execute(_HEADS, given):
        heads.setdefault(head.channel, {})[head.story] = head.post
    for one in connection.execute(_LATELY, given):
        lately.setdefault(one.channel, []).append(one)
    bursting = {row.channel for row in connection.execute(_BURSTING, given)}
    return [
        Standing(
            heads=heads.get(each.address, {}),
            lately=sum(
                now - each.burst.span < one.created_at <= now + NO_SKEW
                and (one.head == 1 or not platforms[each.platform])
                for one in lately.get(each.address, ())
            ),
            burst=_open_burst(connection, each) if each.address in bursting else None,
        )
        for each in channels
    ]


_BURSTING = select(_brief.c.channel).where(
    _brief.c.channel.in_(bindparam("channels", expanding=True)), _brief.c.timing == BURST
)
_HEADS = (
    select(_post.c.channel, _post.c.story, func.max(_post.c.id).label("post"))
    .where(
        _post.c.channel.in_(bindparam("channels", expanding=True)),
        _post.c.story.in_(bindparam("stories", expanding=True)),
        _post.c.head == 1,
        _post.c.state != State.DEAD.value,
    )
    .group_by(_post.c.channel, _post.c.story)
)
_LATELY = select(_post.c.channel, _post.c.created_at, _post.c.head).where(
    _post.c.channel.in_(bindparam("channels", expanding=True)),
    _post.c.created_at > bindparam("oldest"),
    _post.c.kind == Kind.ALERT.value,
    _post.c.place >= place_of(RANK, 0),
)


def _open_burst(connection: Connection, channel: Channel) -> OpenBurst | None:
    burst = newest_burst(connection, channel)
    if burst is None:
        return None
    root = burst.id
    joinable = connection.execute(
        select(func.max(_post.c.id)).where(
            or_(_post.c.id == root, _post.c.root == root),
            _post.c.state == State.READY.value,
            _post.c.attempt == 0,
        )
    ).scalar()
    return OpenBurst(root=root, joinable=joinable)


def newest_burst(connection: Connection, channel: Channel) -> Any | None:
    """Return the newest burst of a channel, None where there is none or where it never came: an older one is long closed."""
    row = connection.execute(
        select(_post.c.id, _post.c.state, _post.c.platform_ref)
        .where(_post.c.channel == channel.address, _post.c.kind == Kind.BURST.value)
        .order_by(_post.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None or row.state == State.DEAD.value else row
