"""Small labelled frames: boxes of points on level ground."""

from __future__ import annotations

import numpy as np
import pytest

from autolabel.classes import ObjectClass
from autolabel.network.grid import GridSpec
from autolabel.recording import Recording
from autolabel.training.devices import Device
from autolabel.training.examples import Example, LabeledFrame, example_of
from geometry import SE3, Trajectory

REACH_M = 12.8
CENTER = np.array([0.0, 0.0, 1.7])
SIZES = ((4.2, 1.8, 1.5), (0.7, 0.6, 1.75))


def shell(rng, box, count):
    """(count, 4) points on the walls and the roof of a box (7,)."""
    local = rng.uniform(-0.5, 0.5, (count, 3))
    axis = rng.integers(0, 3, count)
    local[np.arange(count), axis] = np.where(axis == 2, 0.5, np.sign(local[np.arange(count), axis]) * 0.5)
    local *= box[3:6] * 0.98
    cos, sin = np.cos(box[6]), np.sin(box[6])
    x, y = local[:, 0] * cos - local[:, 1] * sin, local[:, 0] * sin + local[:, 1] * cos
    return np.column_stack([x + box[0], y + box[1], local[:, 2] + box[2], np.full(count, 0.6)])


def place_boxes(rng, count):
    """(count, 7) boxes that do not touch each other, and their classes."""
    boxes: list[np.ndarray] = []
    classes: list[int] = []
    while len(boxes) < count:
        number = int(rng.integers(2))
        size = np.array(SIZES[number]) * rng.uniform(0.95, 1.05)
        xy, yaw = rng.uniform(-10, 10, 2), rng.uniform(-np.pi, np.pi)
        if np.hypot(*xy) > 2.5 and all(np.hypot(*(xy - other[:2])) > 5.0 for other in boxes):
            boxes.append(np.array([*xy, size[2] / 2, *size, yaw]))
            classes.append(number)
    return np.array(boxes).reshape(-1, 7), np.array(classes, np.int64)


def make_recording(rng, boxes, frames=5):
    """Frames of standing boxes on level ground, the ego driving slowly past."""
    poses = [SE3.from_yaw(0.0, [0.1 * i, 0.0, 0.0]) for i in range(frames)]
    clouds = []
    for pose in poses:
        ground = np.column_stack([rng.uniform(-14, 14, (4000, 2)), rng.normal(0, 0.02, 4000), np.full(4000, 0.2)])
        points = np.concatenate([ground, *(shell(rng, box, 150) for box in boxes)])
        points[:, :3] = pose.inverse().apply(points[:, :3])
        clouds.append(points.astype(np.float32))
    times = [i * 100_000_000 for i in range(frames)]
    return Recording(times, Trajectory.from_poses(times, poses), clouds.__getitem__, CENTER)


@pytest.fixture(scope="session")
def small_grid():
    return GridSpec.around(REACH_M)


@pytest.fixture(scope="session")
def two_classes():
    return tuple(ObjectClass(name, size, is_rigid=True) for name, size in zip(("Car", "Walker"), SIZES, strict=True))


@pytest.fixture(scope="session")
def one_thread():
    return Device("cpu", 1, is_bf16=False)


@pytest.fixture(scope="session")
def make_example(small_grid):
    """An example by its seed and how many boxes it has."""

    def make(seed: int, count: int = 4) -> Example:
        rng = np.random.default_rng(seed)
        boxes, classes = place_boxes(rng, count)
        recording = make_recording(rng, boxes)
        moved = boxes.copy()
        moved[:, 0] -= 0.2
        return example_of(LabeledFrame(recording, 2, moved, classes), small_grid)

    return make


@pytest.fixture(scope="session")
def examples(make_example):
    """Six of four boxes each."""
    return [make_example(seed) for seed in range(6)]
