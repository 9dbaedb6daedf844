"""Incidents, articles, and what a source or an item's changes need to be remembered by."""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables and columns; what was told so far stays told."""
    op.add_column("source_state", sa.Column("pace_seconds", sa.Integer(), nullable=True))
    op.add_column("source_state", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("source_state", sa.Column("memory", sa.Text(), nullable=True))
    op.add_column("source_state", sa.Column("incident", sa.Integer(), nullable=True))
    op.add_column("validator", sa.Column("body_print", sa.Text(), nullable=True))
    op.add_column("seen", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("seen", sa.Column("changes", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("seen", sa.Column("passing", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE seen SET told = revision")
    op.add_column("alert", sa.Column("kind", sa.Text(), nullable=False, server_default="story"))
    op.create_index(op.f("ix_alert_state_kind"), "alert", ["state", "kind"], unique=False)
    op.create_table(
        "article",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("list_print", sa.Text(), nullable=False),
        sa.Column("first_tried_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_article")),
    )
    op.create_index(op.f("ix_article_source_next_at"), "article", ["source", "next_at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_incident_source_closed_at"), "incident", ["source", "closed_at"], unique=False)
