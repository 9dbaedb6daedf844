"""The tables. One schema for SQLite and PostgreSQL; changed only together with a migration (a test compares the two)."""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from bot.store.instant import Instant

__all__ = ["Instant", "metadata"]  # migrations take the type of an instant from here


# Names for constraints, so that a later migration can name what it changes on either database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

source_state = Table(
    "source_state",
    metadata,
    Column("source", Text, primary_key=True),
    Column("learned_at", Instant, doc="first complete read; before it nothing alerts"),
    Column("complete_at", Instant, doc="start of the last complete read; the next poll asks from here"),
    Column("attempted_at", Instant),
    Column("new_at", Instant, doc="when the last new item was first seen"),
    Column("failures", Integer, nullable=False, default=0, doc="failed polls in a row"),
    Column("blind_since", Instant),
    Column("error_kind", Text),
    Column("error_what", Text),
    Column("not_before", Instant, doc="back-off: no scheduled poll before this"),
    Column(
        "pace_seconds", Integer, doc="how long between two polls, where the source has no calendar of its own"
    ),
    Column("note", Text, doc="what the last complete read could not read, or had to read elsewhere"),
    Column("memory", Text, doc="what the source itself wants to know next time, as JSON"),
    Column("incident", Integer, doc="its open incident"),
)

validator = Table(
    "validator",
    metadata,
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_print", Text, doc="a hash of the body, for hosts that give no validator that holds"),
    Column("reader_version", Integer, nullable=False),
    PrimaryKeyConstraint("source", "url"),
)

seen = Table(
    "seen",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("dates", Text, nullable=False, doc="the legal dates that readers know"),
    Column("first_seen_at", Instant, nullable=False),
    Column(
        "told",
        Integer,
        nullable=False,
        doc="the revision that readers know; behind only while the item flaps",
    ),
    Column("changes", Text, nullable=False, doc="the instants of the last few changes, as JSON"),
    Column(
        "passing",
        Integer,
        nullable=False,
        doc="1: nobody was told by the latest revision; the next takes its place",
    ),
    PrimaryKeyConstraint("source", "key"),
)

article = Table(
    "article",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column(
        "list_print", Text, nullable=False, doc="fingerprint of what the listing said when this was last read"
    ),
    Column("first_tried_at", Instant, nullable=False),
    Column("read_at", Instant, doc="when it was last read whole"),
    Column("next_at", Instant, doc="when it is read again; null: never"),
    Column("tries", Integer, nullable=False, doc="failed tries in a row"),
    Column("baseline", Integer, nullable=False, doc="1 where the item came with the source's first read"),
    Column("error", Text),
    Column("error_kind", Text),
    PrimaryKeyConstraint("source", "key"),
    Index(None, "source", "next_at"),
    Index(None, "source", "first_tried_at"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("told_at", Instant),
    Column("closed_at", Instant, doc="null while it lasts"),
    Column("body", Text, nullable=False, doc="the whole incident value as JSON"),
    Index(None, "source", "closed_at"),
    sqlite_autoincrement=True,
)

item = Table(
    "item",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("official_at", Instant),
    Column("official_on", Date),
    Column("first_seen_at", Instant, nullable=False),
    Column("story", Text),
    Column("number", Integer, doc="its place in the index of words; null until its latest text is in there"),
    PrimaryKeyConstraint("source", "key"),
    Index(None, "number", unique=True),
    Index(None, "key"),
    Index(None, "ref"),
    Index(None, "story"),
    Index(None, "url"),
)

item_revision = Table(
    "item_revision",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("body", Text, doc="the item as JSON; retention may drop it, the rows of `seen` stay"),
    PrimaryKeyConstraint("source", "key", "revision"),
)

topic_match = Table(
    "topic_match",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("reasons", Text, doc="the rules that set its severity, as JSON; null: of before there were rules"),
    PrimaryKeyConstraint("source", "key", "revision", "topic"),
)

decision = Table(
    "decision",
    metadata,
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("channel", Text, nullable=False, doc="`*` where one reason settled every channel"),
    Column("reason", Text, nullable=False),
    Column("story", Text),
    Column("decided_at", Instant, nullable=False),
    PrimaryKeyConstraint("source", "key", "revision", "channel"),
    Index(None, "story"),
)

story = Table(
    "story",
    metadata,
    Column("id", Text, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False, doc="the whole story value as JSON"),
    Column("began_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    UniqueConstraint("ref"),
)

story_document = Table(
    "story_document",
    metadata,
    Column(
        "ref", Text, primary_key=True, doc="a document's official number; each belongs to exactly one story"
    ),
    Column("story", Text, nullable=False),
    Index(None, "story"),
)

story_revision = Table(
    "story_revision",
    metadata,
    Column("story", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("item_revision", Integer, nullable=False),
    Column("move", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("moved_at", Instant, nullable=False),
    PrimaryKeyConstraint("story", "revision"),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column(
        "kind",
        Text,
        nullable=False,
        doc="`story`; `notice` of an incident, or `setback` of a channel, whose name then stands for the story's",
    ),
    Column("story", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("body", Text, nullable=False, doc="the alert as JSON, fixed when it was decided"),
    Column("created_at", Instant, nullable=False),
    Column("state", Text, nullable=False, doc="`waiting`, `posted`, or `dropped` for the reason in `ending`"),
    Column("due_at", Instant, nullable=False, doc="not posted before: the end of quiet hours"),
    Column("timing", Text, nullable=False, doc="`instant`, or the brief that it waits for"),
    Column("post", Integer, doc="the post that tells it"),
    Column("ending", Text, doc="why it was dropped"),
    UniqueConstraint("story", "revision", "channel"),
    Index(None, "state", "kind"),
    Index(None, "state", "timing", "due_at"),
    Index(None, "source", "key"),
    Index(None, "post"),
    Index(None, "channel", "story"),
    sqlite_autoincrement=True,  # an id is never given twice, so that order by id is order of decision
)

post = Table(
    "post",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column(
        "chat", Text, nullable=False, doc="what the platform counts by: the channel without its forum topic"
    ),
    Column("kind", Text, nullable=False),
    Column("story", Text),
    Column("root", Integer, doc="the post whose thread it continues, or which it changes"),
    Column("head", Integer, nullable=False, doc="1: it begins a thread of its story"),
    Column("place", BigInteger, nullable=False, doc="its place in its channel's queue: rank, then id"),
    Column("body", Text, doc="what it tells, as JSON, where that is more than its alerts"),
    Column("created_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("open", Integer, nullable=False, doc="1 until it is sent or dead"),
    Column("attempt", Integer, nullable=False),
    Column("doubts", Integer, nullable=False, doc="how many sends of it ended without anybody knowing how"),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("platform_ref", Text, doc="the platform's own name for the message"),
    Column("ended_at", Instant),
    Column("why", Text, doc="why it is dead"),
    Index(
        "ix_post_open", "channel", "place", sqlite_where=text("open = 1"), postgresql_where=text("open = 1")
    ),
    Index("ix_post_due", "due_at", sqlite_where=text("open = 1"), postgresql_where=text("open = 1")),
    Index(None, "channel", "story"),
    Index(None, "channel", "created_at"),
    Index(None, "root"),
    Index(None, "state", "ended_at"),
    sqlite_autoincrement=True,
)

OPEN: ColumnElement[int] = literal_column("1")
"""What `post.open` is until a post ends. Said in the statement itself: where it is bound, SQLite finds no partial index."""

delivery = Table(
    "delivery",
    metadata,
    Column("post", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("detail", Text),
    Column("platform_ref", Text, doc="the platform's own name for the message"),
    PrimaryKeyConstraint("post", "attempt"),
    Index(None, "outcome", "finished_at"),
)

channel = Table(
    "channel",
    metadata,
    Column("address", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("body", Text, nullable=False, doc="the channel and its subscriptions, as JSON"),
    Column("changed_at", Instant, nullable=False),
)

brief = Table(
    "brief",
    metadata,
    Column("channel", Text, nullable=False),
    Column("timing", Text, nullable=False),
    Column("next_at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "timing"),
    Index(None, "next_at"),
)

pace = Table(
    "pace",
    metadata,
    Column("scope", Text, primary_key=True, doc="a platform, or a chat on it"),
    Column("even_at", Instant, doc="when the next message would be due if all came evenly"),
    Column("rests_until", Instant, doc="the platform asked us to wait until then"),
    Column("why", Text),
)

label = Table(
    "label",
    metadata,
    Column("channel", Text, nullable=False),
    Column("story", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("relevant", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "story", "by"),
)

rulebook = Table(
    "rulebook",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("print", Text, nullable=False, doc="a hash of the topics, and of how they are applied"),
    Column("body", Text, nullable=False, doc="the topics as JSON, so that a decision can be made again"),
    Column("since", Instant, nullable=False),
    UniqueConstraint("print"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column(
        "kind",
        Text,
        nullable=False,
        doc="`page`, `item`, `channel`, `delivery`, `dropped`, `driven`, `rules`",
    ),
    Column(
        "subject", Text, nullable=False, doc="what it is about: a page's address, an item, a channel, a post"
    ),
    Column("body", Text, nullable=False, doc="the facts as JSON"),
    Column("hash", Text, nullable=False, doc="SHA-256 over the hash before it and this entry"),
    Index(None, "kind", "subject"),
    sqlite_autoincrement=True,
)
