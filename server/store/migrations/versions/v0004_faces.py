"""How far each face of a proposed track may be off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("proposed_tracks") as table:
        table.add_column(sa.Column("faces", sa.JSON(), nullable=True))
