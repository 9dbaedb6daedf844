"""What one channel asks of the store: its counts, its latest story; and its readers' opinions, which are written here too."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.core.archive import Counts
from bot.core.delivery import State
from bot.store import schema
from bot.store.rows import upsert

MONTH = timedelta(days=30)
_STORY_KIND = "story"
_alert, _post, _story = schema.alert, schema.post, schema.story


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
