"""What the network is told about a frame: its sweep and those shortly before and after, from where the ego now is.

Points are columns here, (5, N): each coordinate lies close together in memory, which makes everything three times as
fast as with rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.network.grid import GridSpec
from autolabel.network.ground import GroundHeights, ground_heights
from autolabel.recording import Recording
from geometry.arrays import BoolArray, Float32Array, FloatArray

AWAY_S = (0.2, 0.4)
"""How long before and after the frame the other sweeps should be."""
FARTHEST_S = 0.75
HEIGHTS_M = (-1.0, 4.5)
OTHER_HEIGHTS_M = (0.2, 3.5)
"""Of the other sweeps, only what stands on the ground says something new."""
X, Y, HEIGHT, INTENSITY, BEAM = range(5)
KINDS = 5
LEAST_SINE, SINE_STEP = -0.6, 0.004
"""Sines of the beams' elevations are told in 256 steps of less than a quarter of a degree."""


@dataclass(frozen=True, eq=False)
class Sweeps:
    """Points of a frame and of its neighbours, moved by the ego's motion between them; all in the frame's ``ego``.

    Each point is a column: x, y, height above the ground, intensity 0 … 1, and the step of its beam's elevation
    (``beam_steps``; 0 where nobody asked).

    Attributes:
        current: (5, N) the frame's own.
        past: (5, P) of all earlier sweeps.
        future: (5, F) of all later sweeps.
        past_count: How many sweeps are in ``past``.
        future_count: How many are in ``future``.
        sensor_xy: (2,) where the points are seen from.
    """

    current: Float32Array
    past: Float32Array
    future: Float32Array
    past_count: int
    future_count: int
    sensor_xy: FloatArray


def neighbors(times_ns: Sequence[int], frame_index: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The frames before and after one whose sweeps are looked at with it.

    They are the nearest in time to ``AWAY_S`` before and after, whatever the rate of frames, but none that is farther
    away than ``FARTHEST_S``.
    """
    times = np.asarray(times_ns, np.int64)
    away_s = (times - times[frame_index]) * 1e-9
    sides: list[tuple[int, ...]] = []
    for sign in (-1.0, 1.0):
        side = np.flatnonzero((away_s * sign > 0.0) & (away_s * sign <= FARTHEST_S))
        chosen = {int(side[np.argmin(np.abs(away_s[side] * sign - wished))]) for wished in AWAY_S if len(side)}
        sides.append(tuple(sorted(chosen)))
    return sides[0], sides[1]


def gather_sweeps(
    recording: Recording, frame_index: int, grid: GridSpec, *, with_beams: bool = False
) -> tuple[Sweeps, GroundHeights]:
    """A frame as the network is told it, and the ground that heights are above.

    Without poses, or without frames near enough in time, there are no other sweeps.

    Args:
        recording: Where the frame is.
        frame_index: Which frame.
        grid: Points outside it are left out.
        with_beams: Whether to say along which beams the points came; it is needed for training only.
    """
    past, future = neighbors(recording.times_ns, frame_index) if recording.in_world else ((), ())
    clouds = [_seen(recording, index, frame_index, grid, with_beams) for index in (frame_index, *past, *future)]
    ground = ground_heights(clouds, grid)
    told = [_above(cloud, ground, HEIGHTS_M if number == 0 else OTHER_HEIGHTS_M) for number, cloud in enumerate(clouds)]
    before, after = told[1 : 1 + len(past)], told[1 + len(past) :]
    sensor_xy = np.array(recording.lidar_center_ego[:2], np.float64)
    return Sweeps(told[0], joined(before), joined(after), len(past), len(future), sensor_xy), ground


def beam_steps(x: Float32Array, y: Float32Array, z: Float32Array, center: FloatArray) -> Float32Array:
    """(N,) whole steps 0 … 255 of the sine of elevation under which points (N,) are seen from a place (3,)."""
    ahead, beside, above = x - np.float32(center[0]), y - np.float32(center[1]), z - np.float32(center[2])
    length = np.sqrt(ahead * ahead + beside * beside + above * above) + np.float32(1e-6)
    steps = (above / length - np.float32(LEAST_SINE)) * np.float32(1.0 / SINE_STEP)
    return np.asarray(np.floor(np.clip(steps, 0.0, 255.0)))


def chosen(columns: Float32Array, which: BoolArray) -> Float32Array:
    """The columns (5, K) of (5, N) where ``which`` (N,) is true."""
    return columns.take(np.flatnonzero(which), axis=1)


def joined(clouds: Sequence[Float32Array]) -> Float32Array:
    """Several clouds (5, …) as one, also of none."""
    return np.concatenate([np.zeros((KINDS, 0), np.float32), *clouds], axis=1)


def _seen(recording: Recording, index: int, frame_index: int, grid: GridSpec, with_beams: bool) -> Float32Array:
    """(5, N) a frame's points on the grid, as columns of ``Sweeps`` but with z, in the ``ego`` of another frame."""
    points = recording.points(index)
    columns = np.zeros((KINDS, len(points)), np.float32)
    columns[: INTENSITY + 1] = points.T
    x, y, z = columns[:INTENSITY]
    if with_beams:
        columns[BEAM] = beam_steps(x, y, z, recording.lidar_center_ego)
    if index != frame_index:
        ego_from_other = recording.base_from_ego(frame_index).inverse() @ recording.base_from_ego(index)
        turn, step = ego_from_other.rotation.astype(np.float32), ego_from_other.translation.astype(np.float32)
        # Written out: a product of matrices this thin wakes all of BLAS's threads for nothing.
        columns[:INTENSITY] = [a * x + b * y + c * z + d for (a, b, c), d in zip(turn, step, strict=True)]
    return chosen(columns, grid.holds(columns[X], columns[Y]))


def _above(columns: Float32Array, ground: GroundHeights, heights_m: tuple[float, float]) -> Float32Array:
    """The columns whose height above the ground lies within bounds, with that height instead of z."""
    columns[HEIGHT] -= ground.at(columns[X], columns[Y])
    return chosen(columns, (columns[HEIGHT] > heights_m[0]) & (columns[HEIGHT] < heights_m[1]))
