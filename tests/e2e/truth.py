"""What is known about the cars of the drives that the stories label."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.drives import WrittenDrive
from geometry import SE3, Box
from tests.e2e.kitti import Calib, Row, read_rows


@dataclass(frozen=True)
class KnownCar:
    """A car that is in view in every frame of a scene.

    Attributes:
        scene: The scene, as the API lists it.
        boxes_ego: Its true box in every frame.
        calib: The scene's calibration, read by the tests' own code.
        camera: The camera that sees it.
        size_px: Width and height of that camera's images.
    """

    scene: dict[str, Any]
    boxes_ego: tuple[Box, ...]
    calib: Calib
    camera: str
    size_px: tuple[int, int]


def ego_box_of_row(row: Row, calib: Calib) -> Box:
    """A label's box in ego."""
    ego_from_object = np.linalg.inv(calib.rect_from_ego) @ row.rect_from_object
    height, width, length = row.size_hwl
    return Box(SE3.from_matrix(ego_from_object), np.array([length, width, height]))


def real_car(scene: dict[str, Any], data: Path, frame_count: int) -> KnownCar:
    """The car that drive 0013 passes: track 0 of tracking sequence 0003, which is the same recording."""
    calib = Calib.of_raw(data / "kitti_raw/2011_09_26")
    rows = read_rows((data / "kitti_tracking/training/label_02/0003.txt").read_text())
    boxes = {row.frame: ego_box_of_row(row, calib) for row in rows if row.track == 0}
    return KnownCar(scene, tuple(boxes[i] for i in range(frame_count)), calib, "image_02", (1242, 375))


def simulated_car(scene: dict[str, Any], drive: WrittenDrive, size_px: tuple[int, int]) -> KnownCar:
    """The car with the most points among those that all frames show and that is at least 6 m ahead."""
    calib = Calib.of_tracking(drive.folder / "training" / "calib" / f"{drive.name}.txt")
    tracks = [{o.track: o for o in objects if o.category == "Car"} for objects in drive.truth]
    everywhere = set.intersection(*(set(frame) for frame in tracks))
    ahead = [
        track
        for track in everywhere
        if all(6 < frame[track].box_ego.center[0] < 40 and frame[track].occluded == 0 for frame in tracks)
        and all(abs(frame[track].box_ego.center[1]) < 0.6 * frame[track].box_ego.center[0] for frame in tracks)
    ]
    if not ahead:
        raise AssertionError("the simulated drive shows no car in all frames; choose another seed")
    best = max(ahead, key=lambda track: min(frame[track].lidar_points for frame in tracks))
    return KnownCar(scene, tuple(frame[best].box_ego for frame in tracks), calib, "image_02", size_px)
