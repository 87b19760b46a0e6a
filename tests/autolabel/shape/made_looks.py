"""Looks and labelled frames of things whose truth is plain: cars that are lower in front, and heaps of points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.random import Generator
from torch import Tensor

from autolabel.network.sweeps import KINDS
from autolabel.shape.examples import ShapeExample
from autolabel.shape.look import Look
from autolabel.shape.shape_net import ShapeNet
from autolabel.training.examples import Example, PackedPoints
from autolabel.upright import COLUMNS
from geometry.arrays import Float32Array, FloatArray

CAR = np.array([4.2, 1.8, 1.5])
SENSOR_XY = np.array([0.5, -0.25])


def wedge(rng: Generator, count: int) -> Float32Array:
    """(count, 3) shares of a box: sides and tops of a cabin and, in front of it, of a bonnet."""
    along, across = rng.uniform(-0.5, 0.5, (2, count))
    top = np.where(along > 0.0, -0.1, 0.5)
    is_side = rng.random(count) < 0.6
    up = np.where(is_side, rng.uniform(-0.5, top), top)
    return np.column_stack([along, np.where(is_side, np.sign(across) * 0.5, across), up]).astype(np.float32)


def heap(rng: Generator, count: int) -> Float32Array:
    """(count, 3) shares of a box: a heap somewhere in it."""
    points = rng.normal(rng.uniform(-0.3, 0.3, 3), rng.uniform(0.05, 0.2, 3), (count, 3))
    return points.clip(-0.64, 0.64).astype(np.float32)


def look_of(points: Float32Array, rng: Generator) -> Look:
    """Points seen from anywhere around."""
    away, angle = rng.uniform(8.0, 40.0), rng.uniform(-np.pi, np.pi)
    return Look(points, CAR * rng.uniform(0.9, 1.1, 3), away * np.array([np.cos(angle), np.sin(angle)]))


def known_looks(seed: int, count: int) -> list[ShapeExample]:
    """As many cars as heaps."""
    rng = np.random.default_rng(seed)
    made = [(form, is_object) for form, is_object in ((wedge, True), (heap, False)) for _ in range(count)]
    return [
        ShapeExample(look_of(form(rng, int(rng.integers(30, 120))), rng), is_object) for form, is_object in made
    ]  # fmt: skip


def any_look(seed: int, count: int) -> Look:
    """A look of nothing that makes sense."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-0.65, 0.65, (count, 3)).astype(np.float32)
    return Look(points, rng.uniform(0.3, 15.0, 3), rng.normal(0.0, 40.0, 2))


LOOKS = st.builds(any_look, st.integers(0, 2**32 - 1), st.integers(0, 60))


def any_state(seed: int) -> dict[str, Tensor]:
    """The parameters of a network that has learnt nothing, but has seen something."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        state = ShapeNet().state_dict()
        for name, tensor in state.items():
            if name.endswith("running_mean"):
                tensor.normal_(0.0, 0.3)
            elif name.endswith("running_var"):
                tensor.uniform_(0.5, 2.0)
    return state


def blank_state() -> dict[str, Tensor]:
    """The parameters of a network that is never sure of anything."""
    return {
        name: torch.zeros_like(tensor) if name.startswith("told") else tensor for name, tensor in any_state(0).items()
    }


def placed(shares: Float32Array, box: FloatArray) -> FloatArray:
    """(N, 3) points of shares of a box (7,), in metres."""
    along, across, up = (shares * box[3:6]).T
    cos, sin = np.cos(box[6]), np.sin(box[6])
    return np.column_stack([box[0] + along * cos - across * sin, box[1] + along * sin + across * cos, box[2] + up])


def car_at(x: float, y: float, yaw_rad: float = 0.0) -> FloatArray:
    """(7,) a car that stands on the ground."""
    return np.array([x, y, CAR[2] / 2.0, *CAR, yaw_rad])


def frame_of(
    clouds: Sequence[FloatArray], boxes: Sequence[FloatArray] = (), ignored: Sequence[FloatArray] = ()
) -> Example:
    """A labelled frame of some points (N, 3) with heights above the ground."""
    points = np.concatenate([np.zeros((0, 3)), *clouds])
    columns = np.zeros((KINDS, len(points)), np.float32)
    columns[:3] = points.T
    nothing = PackedPoints.of(np.zeros((KINDS, 0), np.float32))
    rows = np.array(boxes).reshape(-1, COLUMNS)
    return Example(
        current=PackedPoints.of(columns),
        past=nothing,
        future=nothing,
        past_count=0,
        future_count=0,
        sensor_xy=SENSOR_XY,
        boxes=rows,
        classes=np.zeros(len(rows), np.int64),
        point_counts=np.full(len(rows), 60),
        ignored=np.array(ignored).reshape(-1, COLUMNS),
        region=None,
    )


def street(seed: int, cars: int = 3, heaps: int = 3, turned: float = 0.0) -> Example:
    """A labelled frame with cars and heaps; the labels' fronts may be turned against the cars'."""
    rng = np.random.default_rng(seed)
    places = [(10.0 * (number // 3 + 1), 8.0 * (number % 3 - 1)) for number in range(cars + heaps)]
    boxes = [car_at(x, y, rng.uniform(-np.pi, np.pi)) for x, y in places]
    clouds = [placed((wedge if number < cars else heap)(rng, 60), box) for number, box in enumerate(boxes)]
    return frame_of(clouds, [box + np.array([0.0] * 6 + [turned]) for box in boxes[:cars]])
