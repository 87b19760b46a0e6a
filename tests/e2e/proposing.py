"""What a model would have proposed, written as its job writes it: the tests of the review begin with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from benchmarks.drives import DriveTruth
from benchmarks.server_process import ServerProcess
from geometry import Box
from labels import Cuboid, LabelChange, RecordKind, Track, encode_change
from labels.change import Record
from server.autolabel.queue import expected
from server.clock import utc_now
from server.settings import Settings
from server.store.db import Database
from server.store.tables import ModelRow, ModelSceneRow, ProposedTrackRow

Band = Literal["accept", "check", "redo"]
SOURCE = "model:few-shot@"
SHIFT_M = 0.6


@dataclass(frozen=True)
class Proposed:
    """A track as it was proposed.

    Attributes:
        track_id: The track.
        category: Its category.
        band: Where it was put.
        score: How sure the model was.
        frames: By frame, its score there.
    """

    track_id: str
    category: str
    band: Band
    score: float
    frames: dict[int, float]


def propose_truth(
    server: ServerProcess, scene: dict[str, Any], truth: DriveTruth, *, version: int = 1
) -> list[Proposed]:
    """Propose every object of a drive: two in three as they are, the others half a metre off, or turned as well."""
    tracks: list[Track] = []
    cuboids: list[Cuboid] = []
    proposed: list[Proposed] = []
    for place, number in enumerate(sorted({item.track for objects in truth for item in objects})):
        seen = {i: item for i, objects in enumerate(truth) for item in objects if item.track == number}
        band: Band = ("accept", "check", "accept", "accept", "redo", "accept")[place % 6]
        score = {"accept": 0.97, "check": 0.7, "redo": 0.2}[band] - 0.01 * (place % 5)
        first, category = min(seen), seen[min(seen)].category
        track = Track(str(uuid.uuid4()), category, first, max(seen), is_rigid=category != "Pedestrian")
        scores = {frame: round(score * (1.0 - 0.1 * ((frame * 7 + place) % 5)), 3) for frame in seen}
        tracks.append(track)
        proposed.append(Proposed(track.id, category, band, score, scores))
        for frame, item in seen.items():
            cuboids.append(_key(track, frame, _spoiled(item.box_ego, band), f"{SOURCE}{version}", scores[frame]))
    added: dict[RecordKind, tuple[Record, ...]] = {"tracks": tuple(tracks), "cuboids": tuple(cuboids)}
    change = LabelChange(
        str(uuid.uuid4()), scene["id"], f"{SOURCE}{version}", utc_now(), scene["revision"], added=added
    )
    revision = server.request("POST", f"/scenes/{scene['id']}/changes", encode_change(change))["revision"]
    with _database(server) as database, database.write() as session:
        model = _model(scene, version, {each.category for each in proposed})
        session.add(model)
        session.flush()
        session.add(_summary(model, scene, proposed, revision, len(cuboids)))
        session.add_all(_row(model, scene, each) for each in proposed)
    return proposed


def add_model(server: ServerProcess, scene: dict[str, Any], version: int, *, state: str = "old") -> None:
    """A version that proposed nothing here."""
    with _database(server) as database, database.write() as session:
        model = _model(scene, version, {"Car"})
        model.state, model.scores = state, {"ap": 0.62}
        session.add(model)


def _spoiled(box: Box, band: Band) -> Box:
    shift = {"accept": 0.0, "check": SHIFT_M, "redo": 2 * SHIFT_M}[band]
    turned = box.yaw_rad + (np.pi / 3 if band == "redo" else 0.0)
    return Box.from_yaw(box.center + np.array([shift, 0.0, 0.0]), box.size_lwh_m, turned)


def _key(track: Track, frame: int, box: Box, source: str, score: float) -> Cuboid:
    return Cuboid(str(uuid.uuid4()), track.id, frame, box.frame_from_object, box.size_lwh_m, source=source, score=score)


@contextmanager
def _database(server: ServerProcess) -> Iterator[Database]:
    database = Database(Settings(data_dir=server.log_path.parent).sqlalchemy_url)
    try:
        yield database
    finally:
        database.engine.dispose()


def _model(scene: dict[str, Any], version: int, categories: set[str]) -> ModelRow:
    return ModelRow(
        id=str(uuid.uuid4()),
        project_id=scene["project_id"],
        version=version,
        state="active",
        created_at=utc_now(),
        lesson=f"lesson {version}",
        job_id=None,
        learned_from={scene["id"]: {"revision": 0, "frames": [0, 4, 8]}},
        box_counts=dict.fromkeys(sorted(categories), 12 + version),
        scores={"ap": 0.81, "recall": 0.9},
        warnings=[],
        train_s=120.0,
    )


def _summary(
    model: ModelRow, scene: dict[str, Any], proposed: list[Proposed], revision: int, cuboid_count: int
) -> ModelSceneRow:
    bands = [each.band for each in proposed]
    return ModelSceneRow(
        model_id=model.id,
        scene_id=scene["id"],
        job_id=None,
        revision=revision,
        proposed_at=utc_now(),
        wished_error=0.02,
        track_count=len(proposed),
        cuboid_count=cuboid_count,
        bands={band: bands.count(band) for band in ("accept", "check", "redo")},
        label_next=[],
    )


def _row(model: ModelRow, scene: dict[str, Any], each: Proposed) -> ProposedTrackRow:
    worth = expected(each.score, len(each.frames))
    reasons = {"accept": [], "check": ["few_points", "far"], "redo": ["low_score", "unsure_heading"]}[each.band]
    return ProposedTrackRow(
        scene_id=scene["id"],
        track_id=each.track_id,
        model_id=model.id,
        band=each.band,
        score=each.score,
        reasons=reasons,
        first_frame=min(each.frames),
        last_frame=max(each.frames),
        frame_count=len(each.frames),
        expected_corrections=worth.corrections,
        expected_seconds=worth.seconds,
    )
