"""Posts, the channels they go to, the pace they go at, and the chain of entries that proves what became of everything."""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables. What was laid out for sending becomes a post of the same number, with all that was recorded of it."""
    for index in ("ix_alert_state_due_at", "ix_alert_state_kind", "ix_alert_source_key"):
        op.drop_index(op.f(index), table_name="alert")
    op.drop_index(op.f("ix_delivery_outcome_finished_at"), table_name="delivery")
    for table in ("alert", "delivery"):
        op.execute(f"CREATE TABLE {table}_before AS SELECT * FROM {table}")  # noqa: S608 -- two names from above
        op.drop_table(table)
    _make_alert()
    _make_post()
    _make_delivery()
    _make_channels()
    _make_proof()
    _carry_over()
    op.drop_table("alert_before")
    op.drop_table("delivery_before")


def _make_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("story", "revision", "channel", name=op.f("uq_alert_story_revision_channel")),
        sqlite_autoincrement=True,
    )
    state, due = ["state", "kind"], ["state", "timing", "due_at"]
    for columns in (state, due, ["source", "key"], ["post"], ["channel", "story"]):
        op.create_index(op.f("ix_alert_" + "_".join(columns)), "alert", columns, unique=False)


def _make_post() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("root", sa.Integer(), nullable=True),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("platform_ref", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("open = 1")
    op.create_index(
        "ix_post_open", "post", ["channel", "place"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_post_due", "post", ["due_at"], sqlite_where=is_open, postgresql_where=is_open)
    for columns in (["channel", "story"], ["channel", "created_at"], ["root"], ["state", "ended_at"]):
        op.create_index(op.f("ix_post_" + "_".join(columns)), "post", columns, unique=False)


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("post", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("platform_ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("post", "attempt", name=op.f("pk_delivery")),
    )
    op.create_index(
        op.f("ix_delivery_outcome_finished_at"), "delivery", ["outcome", "finished_at"], unique=False
    )


def _make_channels() -> None:
    op.create_table(
        "channel",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_channel")),
    )
    op.create_table(
        "brief",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "timing", name=op.f("pk_brief")),
    )
    op.create_index(op.f("ix_brief_next_at"), "brief", ["next_at"], unique=False)
    op.create_table(
        "pace",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("even_at", Instant(), nullable=True),
        sa.Column("rests_until", Instant(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_pace")),
    )
    op.create_table(
        "label",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "story", "by", name=op.f("pk_label")),
    )


def _make_proof() -> None:
    op.create_table(
        "rulebook",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook")),
        sa.UniqueConstraint("print", name=op.f("uq_rulebook_print")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_entry_kind_subject"), "entry", ["kind", "subject"], unique=False)


def _carry_over() -> None:
    op.execute(
        "INSERT INTO alert (id, kind, story, revision, channel, source, key, reason, stage, severity, body,"
        " created_at, state, due_at, timing, post)"
        " SELECT id, kind, story, revision, channel, source, key, reason, stage, severity, body,"
        " created_at, 'posted', created_at, 'instant', id FROM alert_before"
    )
    # Each story's first message on a channel is the head of what follows. Every channel so far was the console.
    op.execute(
        "INSERT INTO post (id, channel, platform, chat, kind, story, root, head, place, created_at, state, open,"
        " attempt, doubts, due_at, lease_until, platform_ref, ended_at)"
        " SELECT id, channel, channel, channel, CASE kind WHEN 'story' THEN 'alert' ELSE 'notice' END, story,"
        " (SELECT MIN(first.id) FROM alert_before AS first WHERE first.story = a.story AND first.channel = a.channel"
        "  AND first.id < a.id),"
        " CASE WHEN EXISTS (SELECT 1 FROM alert_before AS first WHERE first.story = a.story"
        "  AND first.channel = a.channel AND first.id < a.id) THEN 0 ELSE 1 END,"
        " CASE WHEN kind = 'story' AND severity = 3 THEN id ELSE 281474976710656 + id END, created_at, state,"
        " CASE WHEN state IN ('ready', 'sending', 'retry') THEN 1 ELSE 0 END, attempt,"
        " (SELECT COUNT(*) FROM delivery_before WHERE alert = a.id AND outcome = 'unknown'), due_at, lease_until,"
        " (SELECT MAX(platform_ref) FROM delivery_before WHERE alert = a.id AND outcome = 'sent'),"
        " CASE WHEN state IN ('sent', 'dead') THEN"
        " (SELECT MAX(finished_at) FROM delivery_before WHERE alert = a.id) END FROM alert_before AS a"
    )
    op.execute(
        "INSERT INTO delivery (post, attempt, started_at, finished_at, outcome, detail, platform_ref)"
        " SELECT alert, attempt, started_at, finished_at, outcome, detail, platform_ref FROM delivery_before"
    )
