"""From alerts that wait for a channel to the posts that tell them: alone, in a thread, in a burst, or not at all. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.alert import Alert
from bot.core.channel import Channel
from bot.core.decide import Reason
from bot.core.match import Severity
from bot.core.posting import URGENT_RANK, Kind, rank_of
from watchers.item import Stage


class AlertState(StrEnum):
    """Where an alert stands: it waits for its time, a post tells it, or it ended untold for a reason."""

    WAITING = "waiting"
    POSTED = "posted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An alert that is due, and its number in the store."""

    id: int
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBurst:
    """A burst that still grows. `joinable` is a post of it that was not yet taken for sending, so that alerts may join it."""

    root: int
    joinable: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand in a channel: the heads of stories' threads, how many alerts went out alone lately, the open burst."""

    heads: Mapping[str, int] = field(default_factory=dict)
    lately: int = 0
    burst: OpenBurst | None = None


@dataclass(slots=True, kw_only=True)
class NewPost:
    """A post to be laid out. `id` is its number; `root` the post whose thread it continues, or which it changes."""

    id: int
    channel: Channel
    kind: Kind
    rank: int
    story: str | None = None
    root: int | None = None
    head: bool = False
    alerts: list[int] = field(default_factory=list)
    body: str | None = None


@dataclass(slots=True, kw_only=True)
class Laid:
    """What became of waiting alerts: posts to make, alerts that join a post which is there, and those that are dropped.

    `raised` are heads that must go before an urgent reply, if they did not go yet: nothing overtakes the head of its thread.
    """

    posts: list[NewPost] = field(default_factory=list)
    joins: list[tuple[int, int]] = field(default_factory=list)
    raised: list[int] = field(default_factory=list)
    dropped: list[tuple[Waiting, Reason]] = field(default_factory=list)


def lay_out(
    channel: Channel,
    waiting: Iterable[Waiting],
    standing: Standing,
    *,
    next_id: int,
    threads: bool,
    now: datetime,
) -> Laid:
    """Lay out alerts that are told at once, in the order in which they were decided.

    Posts are numbered from `next_id` on. `threads`: what continues a story is not seen in the channel itself, so it does not
    count towards a burst.
    """
    laid = Laid()
    heads = dict(standing.heads)
    lately, burst = standing.lately, standing.burst
    for each in waiting:
        if (reason := dropped_for(channel, each.alert, now)) is not None:
            laid.dropped.append((each, reason))
            continue
        crowds = each.alert.severity is not Severity.URGENT and not (threads and each.alert.story in heads)
        if crowds and lately >= channel.burst.alerts:
            burst = _into_burst(laid, channel, each, burst, next_id + len(laid.posts))
            continue
        lately += crowds
        head = heads.get(each.alert.story)
        post = NewPost(
            id=next_id + len(laid.posts),
            channel=channel,
            kind=Kind.ALERT,
            rank=rank_of(Kind.ALERT, each.alert.severity),
            story=each.alert.story,
            root=head,
            head=head is None,
            alerts=[each.id],
        )
        if head is not None and post.rank == URGENT_RANK:
            laid.raised.append(head)
        heads.setdefault(each.alert.story, post.id)
        laid.posts.append(post)
    return laid


def _into_burst(
    laid: Laid, channel: Channel, each: Waiting, burst: OpenBurst | None, post_id: int
) -> OpenBurst:
    if burst is not None and burst.joinable is not None:
        mine = next((post for post in laid.posts if post.id == burst.joinable), None)
        if mine is not None:
            mine.alerts.append(each.id)
        else:
            laid.joins.append((each.id, burst.joinable))
        return burst
    post = NewPost(
        id=post_id,
        channel=channel,
        kind=Kind.BURST if burst is None else Kind.GROWTH,
        rank=rank_of(Kind.BURST, Severity.NOTICE),
        root=None if burst is None else burst.root,
        alerts=[each.id],
    )
    laid.posts.append(post)
    return OpenBurst(root=post.id if burst is None else burst.root, joinable=post.id)


def dropped_for(channel: Channel, alert: Alert, now: datetime) -> Reason | None:
    """Return why an alert that waited is not told any more, None where it is."""
    if channel.paused is not None:
        return Reason.PAUSED
    if channel.is_muted_story(alert.story, now):
        return Reason.STORY_MUTED
    return Reason.MUTED if channel.is_muted(alert.severity, now) else None


def in_order(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Return the alerts of a brief as they are read: the loudest first, what is only claimed last, else as they came."""
    return tuple(sorted(alerts, key=lambda alert: (alert.stage is Stage.UNCONFIRMED, -int(alert.severity))))
