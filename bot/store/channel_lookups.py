"""What is asked of channels: how all stand, one's counts and latest story; and readers' opinions, which are written here too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.core.archive import Counts
from bot.core.channel import Channel
from bot.core.delivery import State
from bot.store import schema
from bot.store.channels import load_roster
from bot.store.queue import Resting, count_posts, resting
from bot.store.rows import upsert

DAY, MONTH = timedelta(days=1), timedelta(days=30)
_STORY_KIND = "story"
_alert, _post, _story = schema.alert, schema.post, schema.story


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How channels and their posts stand. `resting` are the platforms that asked to be left alone, or refuse our credential.

    A channel is `unconfigured` where the configuration leads to its platform no more: what is decided for it waits. Of posts,
    `waiting` ones are neither sent nor given up (`failed`), nor in doubt (`uncertain`).
    """

    channels: tuple[Channel, ...]
    paused: tuple[Channel, ...]
    unconfigured: tuple[Channel, ...]
    resting: tuple[Resting, ...]
    sent_last_day: int
    waiting: int
    failed: int
    uncertain: int

    @property
    def delivering(self) -> int:
        """Return how many channels are sent what is due."""
        still = {each.scope for each in self.resting}
        stopped = {each.address for each in (*self.paused, *self.unconfigured)}
        return sum(1 for each in self.channels if each.address not in stopped and each.platform not in still)


def standing_of_channels(connection: Connection, platforms: Collection[str], *, now: datetime) -> Standing:
    """Return how the channels stand that are to be told anything. `platforms` are those that the configuration leads to."""
    roster = load_roster(connection).channels
    channels = tuple(each for each in roster if each.subscriptions or each.followed or each.ops)
    known = {each.platform for each in channels} & set(platforms)
    posts = count_posts(connection)
    ends = {State.SENT, State.DEAD, State.UNCERTAIN}
    sent = select(func.count()).where(_post.c.state == State.SENT.value, _post.c.ended_at >= now - DAY)
    return Standing(
        channels=channels,
        paused=tuple(each for each in channels if each.paused is not None),
        unconfigured=tuple(
            each for each in channels if each.platform not in platforms and each.paused is None
        ),
        resting=tuple(each for each in resting(connection, now) if each.scope in known),
        sent_last_day=connection.execute(sent).scalar() or 0,
        waiting=sum(count for state, count in posts.items() if state not in ends),
        failed=posts.get(State.DEAD, 0),
        uncertain=posts.get(State.UNCERTAIN, 0),
    )


def counts_of(connection: Connection, channel: str, *, now: datetime) -> Counts:
    """Return how the alerts of the channel at this address stand. Notices of sources are no alerts."""
    sent = _post.c.state == State.SENT.value
    waiting = or_(_alert.c.state == "waiting", _post.c.open == 1)
    return Counts(
        sent=_count(connection, channel, and_(sent, _post.c.ended_at >= now - MONTH)),
        waiting=_count(connection, channel, waiting),
        failed=_count(connection, channel, _post.c.state == State.DEAD.value),
        last_sent_at=connection.execute(
            select(func.max(_post.c.ended_at))
            .join(_alert, _alert.c.post == _post.c.id)
            .where(_alert.c.channel == channel, _alert.c.kind == _STORY_KIND, sent)
        ).scalar(),
    )


def _count(connection: Connection, channel: str, where: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(_alert)
        .outerjoin(_post, _post.c.id == _alert.c.post)
        .where(_alert.c.channel == channel, _alert.c.kind == _STORY_KIND, where)
    )
    return connection.execute(query).scalar() or 0


def latest_story(connection: Connection, channel: str) -> str | None:
    """Return the story that the channel was alerted of last, None before the first."""
    query = (
        select(_alert.c.story)
        .where(_alert.c.channel == channel, _alert.c.kind == _STORY_KIND)
        .order_by(_alert.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def story_title(connection: Connection, story: str) -> str | None:
    """Return the title of the story with this id, None where there is none."""
    return connection.execute(select(_story.c.title).where(_story.c.id == story)).scalar()


def save_label(
    connection: Connection, *, channel: str, story: str, by: str, relevant: bool, now: datetime
) -> None:
    """Note whether somebody finds a story relevant; a later opinion takes the place of the same person's earlier one."""
    row = {"channel": channel, "story": story, "by": by, "relevant": int(relevant), "at": now}
    upsert(connection, schema.label, [row])
