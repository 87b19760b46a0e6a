"""Scenes: where each drive lies, and the figures that a list of scenes shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import utc_now
from server.errors import InvalidError, NotFoundError
from server.store.tables import CuboidRow, FrameStateRow, JsonObject, SceneFilesRow, SceneRow, TrackRow

if TYPE_CHECKING:
    from fusion import Problem, Scene


@dataclass(frozen=True)
class SceneCounts:
    """How far the labels of one scene are."""

    track_count: int = 0
    key_cuboid_count: int = 0
    done_frames: int = 0
    empty_frames: int = 0


def add_scene(
    session: Session,
    project_id: str,
    dataset_path: str,
    scene: Scene,
    problems: Sequence[Problem],
    trajectory: JsonObject | None = None,
    poses: bytes | None = None,
) -> SceneRow:
    """Remember a scene of a dataset; its data stays where it is.

    Args:
        session: A write session.
        project_id: Its project.
        dataset_path: Where it lies.
        scene: The scene as it will be opened.
        problems: What is wrong with it.
        trajectory: Where its poses are from; None for the dataset's own.
        poses: Poses that are not the dataset's own, packed.
    """
    last = session.scalar(select(func.max(SceneRow.position)).where(SceneRow.project_id == project_id))
    now = utc_now()
    row = SceneRow(
        id=str(uuid4()),
        project_id=project_id,
        position=0 if last is None else last + 1,
        name=scene.name,
        source_name=scene.name,
        format=scene.format,
        dataset_path=dataset_path,
        is_sequential=scene.is_sequential,
        frame_count=len(scene.frames),
        lidars=list(scene.rig.lidars),
        cameras=list(scene.rig.cameras),
        problems=[{"path": str(problem.path), "message": problem.message} for problem in problems],
        thumbnail_frame=_thumbnail_frame(scene),
        revision=0,
        created_at=now,
        updated_at=now,
        assume=dict(scene.assume),
        trajectory=trajectory or {},
        poses=poses,
        changed_files={},
    )
    session.add(row)
    session.flush()
    return row


def read_files(session: Session, scene_id: str) -> bytes | None:
    """The packed state of a scene's files at its import; None where it was imported before that was kept."""
    return session.scalar(select(SceneFilesRow.packed).where(SceneFilesRow.scene_id == scene_id))


def write_files(session: Session, scene_id: str, packed: bytes) -> None:
    """Keep the packed state of a scene's files."""
    session.merge(SceneFilesRow(scene_id=scene_id, packed=packed))


def find_scene(session: Session, project_id: str, dataset_path: str, source_name: str) -> SceneRow | None:
    """The scene that a former import of the same dataset made."""
    return session.scalars(
        select(SceneRow).where(
            SceneRow.project_id == project_id,
            SceneRow.dataset_path == dataset_path,
            SceneRow.source_name == source_name,
        )
    ).one_or_none()


def get_scene(session: Session, scene_id: str) -> SceneRow:
    """The scene; raises ``NotFoundError``."""
    row = session.get(SceneRow, scene_id)
    if row is None:
        raise NotFoundError(f"there is no scene {scene_id}")
    return row


def list_scenes(session: Session, project_id: str) -> list[SceneRow]:
    """The scenes of a project in the order of their import."""
    statement = select(SceneRow).where(SceneRow.project_id == project_id).order_by(SceneRow.position)
    return list(session.scalars(statement))


def choose_scenes(session: Session, project_id: str, scene_ids: Sequence[str] | None) -> list[SceneRow]:
    """Scenes of a project by their ids, or all of them.

    Raises:
        InvalidError: One is none of the project's, or it has none.
    """
    rows = list_scenes(session, project_id)
    if not rows:
        raise InvalidError("the project has no scene")
    if scene_ids is None:
        return rows
    by_id = {row.id: row for row in rows}
    if unknown := [scene_id for scene_id in scene_ids if scene_id not in by_id]:
        raise InvalidError(f"scene_ids: the project has no scene {unknown[0]}")
    return [by_id[scene_id] for scene_id in dict.fromkeys(scene_ids)]


def neighbours(session: Session, scene: SceneRow) -> tuple[str | None, str | None]:
    """Ids of the scenes before and after it in its project."""
    same = select(SceneRow.id).where(SceneRow.project_id == scene.project_id)
    before = same.where(SceneRow.position < scene.position).order_by(SceneRow.position.desc()).limit(1)
    after = same.where(SceneRow.position > scene.position).order_by(SceneRow.position).limit(1)
    return session.scalar(before), session.scalar(after)


def delete_scene(session: Session, scene_id: str) -> None:
    """Forget a scene and its labels; raw data is not touched."""
    session.delete(get_scene(session, scene_id))


def counts_by_scene(session: Session, project_id: str) -> dict[str, SceneCounts]:
    """The figures of every scene of a project."""
    tracks = _count(session, project_id, TrackRow)
    cuboids = _count(session, project_id, CuboidRow)
    done = _count(session, project_id, FrameStateRow, FrameStateRow.state == "done")
    empty = _count(session, project_id, FrameStateRow, FrameStateRow.state == "empty")
    scene_ids = tracks.keys() | cuboids.keys() | done.keys() | empty.keys()
    return {
        scene_id: SceneCounts(
            tracks.get(scene_id, 0), cuboids.get(scene_id, 0), done.get(scene_id, 0), empty.get(scene_id, 0)
        )
        for scene_id in scene_ids
    }


def _count(
    session: Session, project_id: str, table: type[TrackRow | CuboidRow | FrameStateRow], *where: Any
) -> dict[str, int]:
    statement = (
        select(table.scene_id, func.count())
        .join(SceneRow, SceneRow.id == table.scene_id)
        .where(SceneRow.project_id == project_id, *where)
        .group_by(table.scene_id)
    )
    return dict(session.execute(statement).all())


def _thumbnail_frame(scene: Scene) -> int | None:
    """The first frame that has a picture of the camera that looks ahead."""
    front = next(iter(scene.rig.cameras), None)
    return next((frame.index for frame in scene.frames if front and frame.image(front)), None)
