"""Datasets that move and change: answers, poses of our own, and the state of raw files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    # Scenes that are there were imported without answers and with the dataset's own poses. One column at a time, never
    # by a new table: SQLite would delete all labels with the old one.
    for name in ("assume", "trajectory", "changed_files"):
        op.add_column("scenes", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("scenes", sa.Column("poses", sa.LargeBinary(), nullable=True))

    op.create_table(
        "scene_files",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_scene_files_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", name=op.f("pk_scene_files")),
    )
