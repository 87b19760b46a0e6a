"""The tables. ``label_changes`` is the truth; tracks, cuboids, image boxes and frame states are its projection."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from labels import RecordKind

JsonObject = dict[str, Any]


class Base(DeclarativeBase):
    """The root of all tables; constraints have stable names so that migrations can reach them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {JsonObject: JSON, list[JsonObject]: JSON, list[str]: JSON}  # noqa: RUF012


class ProjectRow(Base):
    """A body of work with one taxonomy."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[str] = mapped_column(String(40))
    taxonomy: Mapped[JsonObject]


class SceneRow(Base):
    """One drive in a project: where it lies and what a list of scenes shows of it. Raw data is never copied."""

    __tablename__ = "scenes"
    __table_args__ = (UniqueConstraint("project_id", "dataset_path", "source_name"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(400))
    source_name: Mapped[str] = mapped_column(String(400))
    format: Mapped[str] = mapped_column(String(60))
    dataset_path: Mapped[str]
    is_sequential: Mapped[bool]
    frame_count: Mapped[int]
    lidars: Mapped[list[str]]
    cameras: Mapped[list[str]]
    problems: Mapped[list[JsonObject]]
    thumbnail_frame: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[str] = mapped_column(String(40))
    assume: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    """How a person settled what the format leaves open: question to answer."""
    trajectory: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    """Where its poses are from, and how good they are: see ``server.trajectories``; empty for the dataset's own."""
    poses: Mapped[bytes | None]
    """Poses that are not the dataset's own, packed."""
    changed_files: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    """What the last look at its files found changed since the import: ``count`` and the first ``problems``."""


class SceneFilesRow(Base):
    """The state of a scene's raw files when it was imported, packed; beside the scene, for lists need not read it."""

    __tablename__ = "scene_files"

    scene_id: Mapped[str] = mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True)
    packed: Mapped[bytes]


class LabelChangeRow(Base):
    """One entry of the append-only log; ``body`` is the change as it came, ``schema_version`` included."""

    __tablename__ = "label_changes"
    __table_args__ = (UniqueConstraint("change_id"),)

    scene_id: Mapped[str] = mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[str] = mapped_column(String(200))
    author: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[str] = mapped_column(String(40))
    schema_version: Mapped[int]
    body: Mapped[JsonObject]


class RecordColumns:
    """What every projected record has: ``revision`` is that of the last change that touched it."""

    @declared_attr
    def scene_id(cls) -> Mapped[str]:  # noqa: N805
        """The scene it belongs to."""
        return mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True, sort_order=-2)

    id: Mapped[str] = mapped_column(String(200), primary_key=True, sort_order=-1)
    revision: Mapped[int]
    body: Mapped[JsonObject]


class TrackRow(RecordColumns, Base):
    """One object through a scene."""

    __tablename__ = "tracks"
    __table_args__ = (UniqueConstraint("scene_id", "external_id"), Index(None, "scene_id", "revision"))

    external_id: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(200))


class CuboidRow(RecordColumns, Base):
    """One key cuboid."""

    __tablename__ = "cuboids"
    __table_args__ = (UniqueConstraint("scene_id", "track_id", "frame_index"), Index(None, "scene_id", "revision"))

    track_id: Mapped[str] = mapped_column(String(200))
    frame_index: Mapped[int]


class ImageBoxRow(RecordColumns, Base):
    """One rectangle in an image."""

    __tablename__ = "image_boxes"
    __table_args__ = (Index(None, "scene_id", "track_id"), Index(None, "scene_id", "revision"))

    track_id: Mapped[str | None] = mapped_column(String(200))
    frame_index: Mapped[int]
    camera: Mapped[str] = mapped_column(String(200))


class FrameStateRow(RecordColumns, Base):
    """What a person said of a whole frame."""

    __tablename__ = "frame_states"
    __table_args__ = (Index(None, "scene_id", "revision"),)

    frame_index: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))


class RemovedRecordRow(Base):
    """A record that is gone, so that ``since`` and conflicts can tell; removed again when the record comes back."""

    __tablename__ = "removed_records"
    __table_args__ = (Index(None, "scene_id", "revision"),)

    scene_id: Mapped[str] = mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    revision: Mapped[int]


class JobRow(Base):
    """Long work: what was asked, how far it is, what came out."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    arguments: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(String(20), index=True)
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    error: Mapped[str | None]
    result: Mapped[JsonObject | None] = mapped_column(JSON(none_as_null=True))
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[str | None] = mapped_column(String(40))
    finished_at: Mapped[str | None] = mapped_column(String(40))


class ModelRow(Base):
    """A version of a project's model; its tensors are a file of the data folder."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("project_id", "version"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[str] = mapped_column(String(40))
    error: Mapped[str | None]
    lesson: Mapped[str] = mapped_column(String(64))
    """A digest of the labelled frames that it learned from."""
    job_id: Mapped[str | None] = mapped_column(String(36))
    """The job that trained it."""
    file_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of its file, so that a damaged one is noticed; null until it is saved."""
    learned_from: Mapped[JsonObject]
    """By scene: ``revision`` and ``frames``."""
    box_counts: Mapped[JsonObject]
    scores: Mapped[JsonObject]
    warnings: Mapped[list[str]]
    train_s: Mapped[float] = mapped_column(default=0.0)


class ModelSceneRow(Base):
    """What a model proposed for a scene the last time it was asked, though it may be gone by now."""

    __tablename__ = "model_scenes"

    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    scene_id: Mapped[str] = mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True, index=True)
    job_id: Mapped[str | None] = mapped_column(String(36))
    revision: Mapped[int]
    proposed_at: Mapped[str] = mapped_column(String(40))
    wished_error: Mapped[float]
    track_count: Mapped[int]
    cuboid_count: Mapped[int]
    bands: Mapped[JsonObject]
    label_next: Mapped[list[JsonObject]]
    """The frames whose labels would have taught most: see ``server.autolabel.suggestions``."""


class ProposedTrackRow(Base):
    """What is known of a track that a model proposed; it goes with no label, and no label goes with it."""

    __tablename__ = "proposed_tracks"

    scene_id: Mapped[str] = mapped_column(ForeignKey("scenes.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), index=True)
    band: Mapped[str] = mapped_column(String(20))
    score: Mapped[float]
    reasons: Mapped[list[str]]
    first_frame: Mapped[int]
    last_frame: Mapped[int]
    frame_count: Mapped[int]
    expected_corrections: Mapped[float]
    expected_seconds: Mapped[float]
    faces: Mapped[JsonObject | None]
    """By face, how far it may be off: see ``server.autolabel.faces``; null where that is not known."""


RecordRow = TrackRow | CuboidRow | ImageBoxRow | FrameStateRow
RECORD_TABLES: dict[RecordKind, type[RecordRow]] = {
    "tracks": TrackRow,
    "cuboids": CuboidRow,
    "image_boxes": ImageBoxRow,
    "frame_states": FrameStateRow,
}
RECORD_COLUMNS: dict[RecordKind, tuple[str, ...]] = {
    "tracks": ("external_id", "category"),
    "cuboids": ("track_id", "frame_index"),
    "image_boxes": ("track_id", "frame_index", "camera"),
    "frame_states": ("frame_index", "state"),
}
"""Fields of a record that are columns of its own; the whole record is in ``body``."""
