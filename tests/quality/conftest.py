"""A street whose labels are right in every respect, to be spoiled one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import Pinhole, SensorRig
from formats.given import cuboid_fingerprint
from formats.kitti.taxonomy import KITTI_TAXONOMY
from fusion import CameraImage, Frame, Scene, Sweep, project_box
from geometry import SE3, Box, Trajectory
from labels import Cuboid, ImageBox, LabelSet, Track
from pointcloud import PointCloud
from quality import Finding, PointCounts, run_checks
from quality.check_context import CheckContext
from quality.checks.alpha import alphas_of

FRAMES = 6
STEP_NS = 100_000_000
CAMERA = Pinhole(720.0, 720.0, 620.5, 187.0, 1242, 375)
EGO_FROM_AHEAD = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.5, 0.0, 1.0]))
GROUND_Z_M = -0.6
POINTS_PER_BOX = 20

OBJECTS: tuple[tuple[str, str, tuple[float, float], float, tuple[float, float, float]], ...] = (
    ("Car", "0", (15.0, 2.0), 0.1, (3.9, 1.6, 1.5)),
    ("Car", "1", (30.0, -6.0), 3.0, (4.2, 1.7, 1.6)),
    ("Van", "2", (22.0, 9.0), -1.5, (5.0, 1.9, 2.2)),
    ("Pedestrian", "3", (12.0, -4.0), 1.2, (0.8, 0.6, 1.8)),
    ("Car", "4", (6.5, -4.2), 0.0, (4.0, 1.7, 1.5)),
)
"""Category, number, place ahead and to the left, heading, size; the last one is partly outside the image."""


@dataclass(frozen=True)
class Street:
    """A scene, its labels, and ways to spoil them."""

    scene: Scene
    labels: LabelSet

    def find(self, *rules: str, **options: Any) -> list[Finding]:
        """What the checks find."""
        known: dict[str, Any] = {"taxonomy": KITTI_TAXONOMY, "fingerprint": cuboid_fingerprint}
        return run_checks(self.scene, self.labels, rules or None, **(known | options))

    def context(self) -> CheckContext:
        return CheckContext(self.scene, self.labels, KITTI_TAXONOMY, PointCounts(), cuboid_fingerprint)

    def track(self, number: str) -> Track:
        return next(track for track in self.labels.tracks.values() if track.external_id == number)

    def cuboid(self, number: str, frame: int = 2) -> Cuboid:
        return next(key for key in self.labels.keys_of_track(self.track(number).id) if key.frame_index == frame)

    def box(self, number: str, frame: int = 2, kind: str = "given") -> ImageBox:
        track_id = self.track(number).id
        boxes = self.labels.image_boxes.values()
        return next(box for box in boxes if (box.track_id, box.frame_index, box.kind) == (track_id, frame, kind))

    def put(self, *records: Track | Cuboid | ImageBox) -> Street:
        """With these records added or in place of those with their ids."""
        tracks = {record.id: record for record in records if isinstance(record, Track)}
        cuboids = {record.id: record for record in records if isinstance(record, Cuboid)}
        boxes = {record.id: record for record in records if isinstance(record, ImageBox)}
        labels = replace(
            self.labels,
            tracks={**self.labels.tracks, **tracks},
            cuboids={**self.labels.cuboids, **cuboids},
            image_boxes={**self.labels.image_boxes, **boxes},
        )
        return replace(self, labels=labels)

    def without(self, *records: Cuboid | ImageBox) -> Street:
        gone = {record.id for record in records}
        return replace(
            self,
            labels=replace(
                self.labels,
                cuboids={key: value for key, value in self.labels.cuboids.items() if key not in gone},
                image_boxes={key: value for key, value in self.labels.image_boxes.items() if key not in gone},
            ),
        )

    def moved(self, number: str, offset_m: tuple[float, float, float], frame: int = 2, yaw_rad: float = 0.0) -> Street:
        """With a wrong cuboid, as it would come from a file: its 2D values are said to be given for it."""
        cuboid = self.cuboid(number, frame)
        at = SE3(cuboid.ego_from_object.rotation, cuboid.ego_from_object.translation + offset_m)
        wrong = replace(cuboid, ego_from_object=at @ SE3.from_yaw(yaw_rad, [0.0, 0.0, 0.0]))
        return self.put(wrong).given_for(wrong)

    def given_for(self, cuboid: Cuboid) -> Street:
        """With the 2D box saying that it was given for the cuboid."""
        track = self.labels.tracks[cuboid.track_id]
        box = self.box(str(track.external_id), cuboid.frame_index)
        mark = {"given_for": cuboid_fingerprint(cuboid, track.category)}
        return self.put(replace(box, attributes={**box.attributes, **mark}))

    def with_attribute(self, number: str, name: str, value: float, frame: int = 2) -> Street:
        box = self.box(number, frame)
        return self.put(replace(box, attributes={**box.attributes, name: value}))


def _scene() -> Scene:
    rig = SensorRig({"ahead": EGO_FROM_AHEAD, "top": SE3.identity()}, {"ahead": CAMERA}, ("top",))
    times = [1_000_000_000 + i * STEP_NS for i in range(FRAMES)]
    frames = tuple(
        Frame(
            i,
            time,
            (Sweep("top", time, Path(f"{i}.bin"), _read_cloud, lambda _: 1),),
            (CameraImage("ahead", time, Path(f"{i}.png")),),
        )
        for i, time in enumerate(times)
    )
    trajectory = Trajectory.from_poses(times, [SE3.from_yaw(0.0, [0.1 * i, 0.0, 0.0]) for i in range(FRAMES)])
    return Scene("street", Path("street"), "kitti-tracking", rig, frames, trajectory)


def _read_cloud(path: Path, sensor: str) -> PointCloud:
    frame = int(path.stem)
    random = np.random.default_rng(frame)
    inside = [
        _box(place, yaw, size, frame).frame_from_object.apply(
            random.uniform(-0.5, 0.5, (POINTS_PER_BOX, 3)) * np.array(size)
        )
        for _, _, place, yaw, size in OBJECTS
    ]
    return PointCloud(np.concatenate(inside).astype(np.float32), sensor)


def _box(place: tuple[float, float], yaw: float, size: tuple[float, float, float], frame: int) -> Box:
    """The objects move along with the vehicle, so that they stay in sight."""
    return Box.from_yaw([place[0] + 0.05 * frame, place[1], GROUND_Z_M + size[2] / 2], size, yaw)


def _labels(scene: Scene) -> LabelSet:
    tracks, cuboids, boxes = {}, {}, {}
    for category, number, place, yaw, size in OBJECTS:
        track = Track(f"track-{number}", category, 0, FRAMES - 1, external_id=number, is_rigid=category != "Pedestrian")
        tracks[track.id] = track
        for frame in range(FRAMES):
            box = _box(place, yaw, size, frame)
            cuboid = Cuboid(
                f"cuboid-{number}-{frame}",
                track.id,
                frame,
                box.frame_from_object,
                box.size_lwh_m,
                source="imported:kitti-tracking",
                attributes={"occluded": 0},
            )
            cuboids[cuboid.id] = cuboid
            projected = project_box(box.transform(EGO_FROM_AHEAD.inverse()), CAMERA)
            assert projected is not None
            assert projected.trunc_ltrb_px is not None
            attributes: dict[str, str | float] = {
                "kitti.truncated": projected.truncation,
                "given_for": cuboid_fingerprint(cuboid, category),
            }
            given = ImageBox(
                f"given-{number}-{frame}", frame, "ahead", projected.trunc_ltrb_px, "given", track.id, attributes
            )
            boxes[given.id] = given
    labels = LabelSet(tracks=tracks, cuboids=cuboids, image_boxes=boxes)
    context = CheckContext(scene, labels)
    alphas = alphas_of(context, "ahead")
    for placed in context.placed:
        box_id = f"given-{placed.track.external_id}-{placed.frame_index}"
        given = boxes[box_id]
        boxes[box_id] = replace(given, attributes={**given.attributes, "kitti.alpha": float(alphas[placed.row])})
    return replace(labels, image_boxes=boxes)


@pytest.fixture(scope="session")
def street() -> Street:
    """Five objects in six frames, all right."""
    scene = _scene()
    return Street(scene, _labels(scene))


@pytest.fixture(scope="session")
def kitti_street(shared_data: Path) -> Callable[[str], Street]:
    """A sequence of KITTI's tracking set, by its name, with the labels that came with it."""
    from formats import get_format, open_scene

    def read(name: str) -> Street:
        scene = open_scene(shared_data / "kitti_tracking" / "training", name, "kitti-tracking")
        return Street(scene, get_format(scene.format).read_labels(scene).labels)

    return read
