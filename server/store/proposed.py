"""What models proposed for scenes: beside the labels, from which it can always be left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from server.store.tables import (
    CuboidRow,
    FrameStateRow,
    JsonObject,
    LabelChangeRow,
    ModelRow,
    ModelSceneRow,
    ProposedTrackRow,
    SceneRow,
    TrackRow,
)

FEW_SHOT = "model:few-shot@"
"""What the sources and authors of these models begin with."""


def replace_proposed(
    session: Session, scene_id: str, summary: ModelSceneRow, tracks: Iterable[ProposedTrackRow]
) -> None:
    """Put what a model proposed for a scene in place of what any model did before."""
    session.execute(delete(ProposedTrackRow).where(ProposedTrackRow.scene_id == scene_id))
    session.merge(summary)
    session.add_all(tracks)


def find_summary(session: Session, model_id: str, scene_id: str) -> ModelSceneRow | None:
    """What a model proposed for a scene the last time."""
    return session.get(ModelSceneRow, (model_id, scene_id))


def summaries(session: Session, model_ids: Sequence[str]) -> list[ModelSceneRow]:
    """What models proposed for scenes, in the order of the scenes."""
    statement = select(ModelSceneRow).join(SceneRow, SceneRow.id == ModelSceneRow.scene_id)
    return list(session.scalars(statement.where(ModelSceneRow.model_id.in_(model_ids)).order_by(SceneRow.position)))


def stored_suggestions(session: Session, project_id: str) -> dict[str, list[JsonObject]]:
    """By scene, what to label next as the model found that proposed last; scenes that none saw are left out."""
    statement = (
        select(ModelSceneRow.scene_id, ModelSceneRow.label_next)
        .join(SceneRow, SceneRow.id == ModelSceneRow.scene_id)
        .where(SceneRow.project_id == project_id)
        .order_by(ModelSceneRow.proposed_at)
    )
    return dict(session.execute(statement).all())


def present_tracks(session: Session, scene_id: str) -> list[tuple[ProposedTrackRow, str]]:
    """The proposed tracks that are still among the labels, each with its category of today."""
    same = (TrackRow.scene_id == ProposedTrackRow.scene_id) & (TrackRow.id == ProposedTrackRow.track_id)
    statement = select(ProposedTrackRow, TrackRow.category).join(TrackRow, same)
    return [
        (row, category) for row, category in session.execute(statement.where(ProposedTrackRow.scene_id == scene_id))
    ]


def waiting_counts(session: Session, scene_id: str) -> dict[str, int]:
    """By track, how many of its proposed cuboids nobody agreed with so far."""
    statement = (
        select(CuboidRow.track_id, func.count())
        .where(CuboidRow.scene_id == scene_id, is_waiting())
        .group_by(CuboidRow.track_id)
    )
    return dict(session.execute(statement).all())


def model_of_scene(session: Session, scene_id: str) -> tuple[ModelRow, ModelSceneRow] | None:
    """The model whose proposals a scene got last."""
    statement = (
        select(ModelRow, ModelSceneRow)
        .join(ModelSceneRow, ModelSceneRow.model_id == ModelRow.id)
        .where(ModelSceneRow.scene_id == scene_id)
        .order_by(ModelSceneRow.proposed_at.desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    return None if found is None else (found[0], found[1])


@dataclass(frozen=True)
class OwnRecords:
    """What these models made and nobody touched since.

    Attributes:
        cuboid_ids: Cuboids that wait for somebody.
        track_ids: Tracks; people may have made or confirmed some of their cuboids.
    """

    cuboid_ids: frozenset[str]
    track_ids: frozenset[str]


def own_records(session: Session, scene_id: str) -> OwnRecords:
    """What may go when a model proposes anew."""
    same = (LabelChangeRow.scene_id == scene_id) & LabelChangeRow.author.startswith(FEW_SHOT, autoescape=True)
    revisions = select(LabelChangeRow.revision).where(same)
    cuboids = select(CuboidRow.id).where(
        CuboidRow.scene_id == scene_id, is_waiting(), CuboidRow.revision.in_(revisions)
    )
    tracks = select(TrackRow.id).where(TrackRow.scene_id == scene_id, TrackRow.revision.in_(revisions))
    return OwnRecords(frozenset(session.scalars(cuboids)), frozenset(session.scalars(tracks)))


def is_waiting() -> ColumnElement[bool]:
    """Whether a cuboid is proposed by these models, and nobody agreed with it so far."""
    source, confirmed_by = (CuboidRow.body[name].as_string() for name in ("source", "confirmed_by"))
    return and_(source.startswith(FEW_SHOT, autoescape=True), confirmed_by.is_(None))


def is_agreed() -> ColumnElement[bool]:
    """Whether a person made a cuboid here, or agreed with it."""
    source, confirmed_by = (CuboidRow.body[name].as_string() for name in ("source", "confirmed_by"))
    return or_(source == "human", confirmed_by.is_not(None))


def frames_with(session: Session, project_id: str, which: ColumnElement[bool]) -> dict[str, set[int]]:
    """By scene, the frames with such a cuboid."""
    statement = (
        select(CuboidRow.scene_id, CuboidRow.frame_index)
        .join(SceneRow, SceneRow.id == CuboidRow.scene_id)
        .where(SceneRow.project_id == project_id, which)
        .distinct()
    )
    return _by_scene(session.execute(statement).all())


def closed_frames(session: Session, project_id: str) -> dict[str, set[int]]:
    """By scene, the frames that people closed as done or empty."""
    statement = (
        select(FrameStateRow.scene_id, FrameStateRow.frame_index)
        .join(SceneRow, SceneRow.id == FrameStateRow.scene_id)
        .where(SceneRow.project_id == project_id)
    )
    return _by_scene(session.execute(statement).all())


def _by_scene(rows: Iterable[Row[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for scene_id, frame_index in rows:
        found.setdefault(scene_id, set()).add(frame_index)
    return found
