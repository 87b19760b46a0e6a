"""Models that a project's labelled frames taught, and what they proposed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "models",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("learned_from", sa.JSON(), nullable=False),
        sa.Column("box_counts", sa.JSON(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("train_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_models_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("project_id", "version", name=op.f("uq_models_project_id_version")),
    )
    op.create_index(op.f("ix_models_project_id"), "models", ["project_id"], unique=False)

    op.create_table(
        "model_scenes",
        sa.Column("model_id", sa.String(length=36), nullable=False),
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.String(length=40), nullable=False),
        sa.Column("wished_error", sa.Double(), nullable=False),
        sa.Column("track_count", sa.Integer(), nullable=False),
        sa.Column("cuboid_count", sa.Integer(), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.Column("label_next", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_model_scenes_model_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_model_scenes_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "scene_id", name=op.f("pk_model_scenes")),
    )
    op.create_index(op.f("ix_model_scenes_scene_id"), "model_scenes", ["scene_id"], unique=False)

    op.create_table(
        "proposed_tracks",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("track_id", sa.String(length=200), nullable=False),
        sa.Column("model_id", sa.String(length=36), nullable=False),
        sa.Column("band", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("first_frame", sa.Integer(), nullable=False),
        sa.Column("last_frame", sa.Integer(), nullable=False),
        sa.Column("frame_count", sa.Integer(), nullable=False),
        sa.Column("expected_corrections", sa.Double(), nullable=False),
        sa.Column("expected_seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_proposed_tracks_model_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scene_id"], ["scenes.id"], name=op.f("fk_proposed_tracks_scene_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_id", "track_id", name=op.f("pk_proposed_tracks")),
    )
    op.create_index(op.f("ix_proposed_tracks_model_id"), "proposed_tracks", ["model_id"], unique=False)
