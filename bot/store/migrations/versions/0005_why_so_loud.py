"""Which rules set a match's severity."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; of matches of before there were rules it stays empty."""
    op.add_column("topic_match", sa.Column("reasons", sa.Text(), nullable=True))
