"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "projects",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("taxonomy", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name", name=op.f("uq_projects_name")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.String(length=40), nullable=True),
        sa.Column("finished_at", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_jobs_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_project_id"), "jobs", ["project_id"], unique=False)
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"], unique=False)

    op.create_table(
        "scenes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("source_name", sa.String(length=400), nullable=False),
        sa.Column("format", sa.String(length=60), nullable=False),
        sa.Column("dataset_path", sa.String(), nullable=False),
        sa.Column("is_sequential", sa.Boolean(), nullable=False),
        sa.Column("frame_count", sa.Integer(), nullable=False),
        sa.Column("lidars", sa.JSON(), nullable=False),
        sa.Column("cameras", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("thumbnail_frame", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_scenes_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenes")),
        sa.UniqueConstraint(
            "project_id", "dataset_path", "source_name", name=op.f("uq_scenes_project_id_dataset_path_source_name")
        ),
    )
    op.create_index(op.f("ix_scenes_project_id"), "scenes", ["project_id"], unique=False)

    op.create_table(
        "cuboids",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("track_id", sa.String(length=200), nullable=False),
        sa.Column("frame_index", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_cuboids_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", "id", name=op.f("pk_cuboids")),
        sa.UniqueConstraint(
            "scene_id", "track_id", "frame_index", name=op.f("uq_cuboids_scene_id_track_id_frame_index")
        ),
    )
    op.create_index(op.f("ix_cuboids_scene_id_revision"), "cuboids", ["scene_id", "revision"], unique=False)

    op.create_table(
        "frame_states",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("frame_index", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_frame_states_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", "id", name=op.f("pk_frame_states")),
    )
    op.create_index(op.f("ix_frame_states_scene_id_revision"), "frame_states", ["scene_id", "revision"], unique=False)

    op.create_table(
        "image_boxes",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("track_id", sa.String(length=200), nullable=True),
        sa.Column("frame_index", sa.Integer(), nullable=False),
        sa.Column("camera", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_image_boxes_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", "id", name=op.f("pk_image_boxes")),
    )
    op.create_index(op.f("ix_image_boxes_scene_id_revision"), "image_boxes", ["scene_id", "revision"], unique=False)
    op.create_index(op.f("ix_image_boxes_scene_id_track_id"), "image_boxes", ["scene_id", "track_id"], unique=False)

    op.create_table(
        "label_changes",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.String(length=200), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scene_id"], ["scenes.id"], name=op.f("fk_label_changes_scene_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_id", "revision", name=op.f("pk_label_changes")),
        sa.UniqueConstraint("change_id", name=op.f("uq_label_changes_change_id")),
    )
    op.create_table(
        "removed_records",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scene_id"], ["scenes.id"], name=op.f("fk_removed_records_scene_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_id", "kind", "id", name=op.f("pk_removed_records")),
    )
    op.create_index(
        op.f("ix_removed_records_scene_id_revision"), "removed_records", ["scene_id", "revision"], unique=False
    )

    op.create_table(
        "tracks",
        sa.Column("scene_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["scene_id"], ["scenes.id"], name=op.f("fk_tracks_scene_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scene_id", "id", name=op.f("pk_tracks")),
        sa.UniqueConstraint("scene_id", "external_id", name=op.f("uq_tracks_scene_id_external_id")),
    )
    op.create_index(op.f("ix_tracks_scene_id_revision"), "tracks", ["scene_id", "revision"], unique=False)
