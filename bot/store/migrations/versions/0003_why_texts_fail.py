"""Why an item's own page could not be read, by kind, and which pages were tried last: a source may be blind for texts alone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column and the index; of what failed before the kind is unknown."""
    op.add_column("article", sa.Column("error_kind", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_article_source_first_tried_at"), "article", ["source", "first_tried_at"], unique=False
    )
