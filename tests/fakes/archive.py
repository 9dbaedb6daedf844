"""An archive for the tests of chat: items with their texts, hits, decisions and sends, put into a real store as rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, insert

from bot.core.match import Match, Severity
from bot.core.matching import Matcher, document_of
from bot.core.story import Story
from bot.core.topic_value import Topic
from bot.store import schema
from bot.store.rows import insert_rows, pack
from watchers.item import Item, Stage

NOW = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
SOURCE = "gazette"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of the archive, seen `days` days ago, of the story `story`; official on the day `on`, or when it was seen."""

    title: str
    story: str | None = None
    days: float = 1
    stage: Stage = Stage.PUBLISHED
    abstract: str | None = None
    url: str = ""
    on: date | None = None


def put(connection: Connection, topics: tuple[Topic, ...], *entries: Entry, now: datetime = NOW) -> None:
    """Write items with their latest texts and what the topics hit in them."""
    for number, entry in enumerate(entries, 1):
        seen = now - timedelta(days=entry.days)
        key = f"{entry.story or 'none'}-{number}-{entry.days}"
        item = Item(
            source=SOURCE,
            key=key,
            ref=f"gazette:{key}",
            stage=entry.stage,
            kind="Rule",
            title=entry.title,
            url=entry.url or f"https://gazette.example/{key}",
            lang="en",
            official_at=None if entry.on else seen,
            official_on=entry.on,
            abstract=entry.abstract,
        )
        matches = Matcher(topics).match(document_of(item))
        _write(connection, item, entry, matches, seen)


def _write(
    connection: Connection, item: Item, entry: Entry, matches: tuple[Match, ...], seen: datetime
) -> None:
    name = {"source": item.source, "key": item.key}
    row = {
        "ref": item.ref,
        "revision": 1,
        "stage": item.stage.value,
        "title": item.title,
        "url": item.url,
        "lang": item.lang,
        "official_at": item.official_at,
        "official_on": item.official_on,
        "first_seen_at": seen,
        "story": entry.story,
    }
    connection.execute(insert(schema.item).values(name | row))
    revision = {"revision": 1, "fingerprint": "", "seen_at": seen, "body": pack(item)}
    connection.execute(insert(schema.item_revision).values(name | revision))
    hits = [
        name
        | {
            "revision": 1,
            "topic": each.topic,
            "severity": int(each.severity),
            "evidence": pack(each.evidence),
        }
        for each in matches
    ]
    insert_rows(connection, schema.topic_match, hits)
    if entry.story is not None:
        story = Story(
            id=entry.story,
            ref=item.ref,
            stage=item.stage,
            revision=1,
            title=item.title,
            url=item.url,
            topics=tuple(each.topic for each in matches),
        )
        told = {"id": story.id, "ref": story.ref, "stage": story.stage.value, "revision": 1}
        more = {
            "title": story.title,
            "url": story.url,
            "body": pack(story),
            "began_at": seen,
            "moved_at": seen,
        }
        connection.execute(insert(schema.story).values(told | more))


def tell(
    connection: Connection,
    channel: str,
    story: str,
    *,
    key: str,
    state: str = "sent",
    at: datetime = NOW - timedelta(hours=2),
    reason: str = "first",
) -> None:
    """Write the alert of a story for a channel, with its post and how the send of it stands."""
    posted = connection.execute(
        insert(schema.post).values(
            channel=channel,
            platform=channel.partition(":")[0],
            chat=channel,
            kind="alert",
            story=story,
            head=1,
            place=1,
            created_at=at,
            state=state,
            open=0 if state in {"sent", "dead"} else 1,
            attempt=1,
            doubts=0,
            due_at=at,
            ended_at=at if state in {"sent", "dead"} else None,
        )
    ).inserted_primary_key
    assert posted is not None
    connection.execute(
        insert(schema.alert).values(
            kind="story",
            story=story,
            revision=1,
            channel=channel,
            source=SOURCE,
            key=key,
            reason=reason,
            stage="published",
            severity=int(Severity.NOTICE),
            body="{}",
            created_at=at,
            state="posted",
            due_at=at,
            timing="instant",
            post=posted[0],
        )
    )
    connection.execute(
        insert(schema.delivery).values(
            post=posted[0],
            attempt=1,
            started_at=at,
            finished_at=at,
            outcome="sent" if state == "sent" else "give up",
        )
    )
    decide(connection, channel, story, key=key, reason=reason, at=at)


def decide(
    connection: Connection, channel: str, story: str | None, *, key: str, reason: str, at: datetime = NOW
) -> None:
    """Write what was decided for a channel."""
    connection.execute(
        insert(schema.decision).values(
            source=SOURCE, key=key, revision=1, channel=channel, reason=reason, story=story, decided_at=at
        )
    )
