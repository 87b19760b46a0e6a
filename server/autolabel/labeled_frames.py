"""Which frames of a project teach a model, and what they hold."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from labels import Cuboid, LabelSet, Resolver
from server.store import labels as label_store
from server.store import proposed, scenes
from server.store.proposed import FEW_SHOT
from server.store.tables import SceneRow

Rule = Literal["closed_frames", "frames_with_own_boxes"]
DIGITS = 6


@dataclass(frozen=True)
class Lesson:
    """The labelled frames of one scene.

    Attributes:
        row: The scene.
        labels: Its labels; without what waits for somebody, where frames count that nobody closed.
        frames: Which of them are labelled.
        boxes: By category, the number of cuboids in them.
        tracks: By category, the tracks that are in them.
        digest: Of all that is labelled in them.
    """

    row: SceneRow
    labels: LabelSet
    frames: tuple[int, ...]
    boxes: Mapping[str, int]
    tracks: Mapping[str, frozenset[str]]
    digest: str


@dataclass(frozen=True)
class LabeledProject:
    """All labelled frames of a project.

    Attributes:
        rule: Which frames count.
        lessons: By scene, in the order of the scenes; scenes without a labelled frame are left out.
    """

    rule: Rule
    lessons: Mapping[str, Lesson]

    @property
    def boxes(self) -> dict[str, int]:
        """Cuboids by category, by name."""
        total: Counter[str] = Counter()
        for lesson in self.lessons.values():
            total.update(lesson.boxes)
        return dict(sorted(total.items()))

    @property
    def frame_count(self) -> int:
        """The number of labelled frames."""
        return sum(len(lesson.frames) for lesson in self.lessons.values())

    @property
    def digest(self) -> str:
        """The same for the same labels in the same frames."""
        return _sha256([self.rule, [[scene_id, lesson.digest] for scene_id, lesson in sorted(self.lessons.items())]])


def is_waiting(cuboid: Cuboid) -> bool:
    """Whether a cuboid is a proposal of these models that nobody agreed with so far."""
    return cuboid.source.startswith(FEW_SHOT) and cuboid.confirmed_by is None


def labeled_frames(session: Session, project_id: str) -> tuple[Rule, dict[str, set[int]]]:
    """By scene, the frames that people closed as done or empty.

    Where nobody closed any, those with a cuboid that a person made or confirmed; but none in which proposals wait:
    to confirm one track is not to say that nothing else is there.
    """
    closed = proposed.closed_frames(session, project_id)
    if closed:
        return "closed_frames", closed
    own = proposed.frames_with(session, project_id, proposed.is_agreed())
    waiting = proposed.frames_with(session, project_id, proposed.is_waiting())
    left = {scene_id: frames - waiting.get(scene_id, set()) for scene_id, frames in own.items()}
    return "frames_with_own_boxes", {scene_id: frames for scene_id, frames in left.items() if frames}


def read_lessons(session: Session, project_id: str) -> LabeledProject:
    """All that a project's people labelled, as they have it now."""
    rule, frames = labeled_frames(session, project_id)
    rows = [row for row in scenes.list_scenes(session, project_id) if row.id in frames]
    return LabeledProject(rule, {row.id: read_lesson(session, row, rule, frames[row.id]) for row in rows})


def read_lesson(session: Session, row: SceneRow, rule: Rule, frames: set[int]) -> Lesson:
    """What is labelled in some frames of a scene."""
    label_set = label_store.load_label_set(session, row.id)
    if rule != "closed_frames":
        agreed = {key: cuboid for key, cuboid in label_set.cuboids.items() if not is_waiting(cuboid)}
        label_set = replace(label_set, cuboids=agreed)
    # Only which cuboids are derived from which counts here, not where they are: that needs no times and no poses.
    resolver = Resolver(label_set, range(row.frame_count))
    chosen = tuple(sorted(frame for frame in frames if frame < row.frame_count))
    boxes: Counter[str] = Counter()
    tracks: defaultdict[str, set[str]] = defaultdict(set)
    said: list[object] = []
    for frame in chosen:
        for cuboid in sorted((found.cuboid for found in resolver.frame(frame)), key=lambda each: each.track_id):
            category = label_set.tracks[cuboid.track_id].category
            boxes[category] += 1
            tracks[category].add(cuboid.track_id)
            said.append([frame, cuboid.track_id, category, _numbers(cuboid)])
    kept = {category: frozenset(ids) for category, ids in tracks.items()}
    return Lesson(row, label_set, chosen, dict(boxes), kept, _sha256([chosen, said]))


def _numbers(cuboid: Cuboid) -> list[float]:
    pose = cuboid.ego_from_object
    return [round(float(x), DIGITS) for x in (*pose.translation, *pose.quat_wxyz, *cuboid.size_lwh_m)]


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()
