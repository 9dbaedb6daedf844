"""The archive's index of words, and the number by which an item stands in it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the number and the empty index. What is stored already is taken in like what is new: before the next search."""
    op.add_column("item", sa.Column("number", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_item_number"), "item", ["number"], unique=True)
    op.execute("CREATE VIRTUAL TABLE archive_words USING fts5(words, content='', tokenize='ascii')")
