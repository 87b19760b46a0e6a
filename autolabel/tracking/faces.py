"""How far each face of a tracked box may be off: by how often, how densely and from how near the lidar saw it."""

from __future__ import annotations

import numpy as np

from autolabel.classes import ObjectClass
from autolabel.proposal import FaceSigmas
from autolabel.size_spread import usual_spread
from autolabel.tracking.options import habits_of
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack
from geometry.arrays import FloatArray, IntArray

FACES = ("front", "rear", "left", "right", "top", "bottom")
AXIS = np.array([0, 0, 1, 1, 2, 2])
SIGN = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
LENGTHWISE, CROSSWISE, SIDES = [0, 1], [2, 3], [0, 1, 2, 3]

FACED_POINTS = 5.0
"""So many points on a face tell half of what any number does."""
EDGE_POINTS = 15.0
"""The same for points on the sides that end at a face."""
FAR_M = 50.0
"""What is seen at this distance tells a quarter."""
NOISE_SHARE = 0.5
"""A face that is seen well in one frame is off by this share of what the place of a whole detection is."""
FLOOR_M, FLOOR_SHARE = 0.02, 0.04
"""Frames err alike: a face stays uncertain by this, and by this share of the side that it ends."""


def face_sigmas(
    track: ProposedTrack, moments: Moments, item: ObjectClass, spread_lwh_m: FloatArray | None = None
) -> FaceSigmas:
    """Standard deviations of the six faces of a track's box, outwards, front and rear being as the track has them.

    Args:
        track: The track.
        moments: Its scene's frames.
        item: Its class.
        spread_lwh_m: (3,) standard deviations of the sides of its class; what is usual where None.
    """
    spread = usual_spread(item) if spread_lwh_m is None else spread_lwh_m
    lidar = moments.lidar_base[track.frames]
    noise_m = habits_of(item).place_m
    front, rear, left, right, top, bottom = sigmas_of(
        track.boxes_base, lidar, track.point_counts, spread, noise_m
    ).tolist()
    return front, rear, left, right, top, bottom


def sigmas_of(
    boxes: FloatArray, lidar: FloatArray, point_counts: IntArray, spread_lwh_m: FloatArray, place_m: float
) -> FloatArray:
    """(6,) standard deviations in metres of front, rear, left, right, top and bottom.

    Without a look, a face is where the size of its class puts it, with that size's deviation s. A frame adds the
    information i = (d / (d + 5) + e / (e + 15)) / n², where d is the number of points on the face, e that on the sides
    which end at it (those beside for front and rear; front and rear for those beside; all four for top and bottom), and
    n = 0.5 p (1 + r / 50 m) the noise of a detection at range r. As frames of an object err alike, their sum I counts
    as I / (1 + I f²), with f² = 0.02² + (0.04 side)². Then σ² = 1 / (1 / s² + I / (1 + I f²)).

    A face that is neither seen nor the end of a side that is, keeps s; no look makes a face less certain.

    Args:
        boxes: (F, 7) the box in each frame.
        lidar: (F, 3) where it is seen from, in the same frame of reference.
        point_counts: (F,) points in the box.
        spread_lwh_m: (3,) deviations s of length, width and height.
        place_m: The deviation p of a near detection's place.
    """
    faced = faced_points(boxes, lidar, point_counts)
    ends = np.stack([faced[:, side].sum(axis=1) for side in (CROSSWISE, LENGTHWISE, SIDES)], axis=1)[:, AXIS]
    range_m = np.hypot(*(lidar - boxes[:, :3])[:, :2].T)
    noise_m = NOISE_SHARE * place_m * (1.0 + range_m / FAR_M)
    told = faced / (faced + FACED_POINTS) + ends / (ends + EDGE_POINTS)
    information = (told / noise_m[:, None] ** 2).sum(axis=0)
    floor = FLOOR_M**2 + (FLOOR_SHARE * np.median(boxes[:, 3:6], axis=0)[AXIS]) ** 2
    return np.asarray((spread_lwh_m[AXIS] ** -2.0 + information / (1.0 + information * floor)) ** -0.5)


def faced_points(boxes: FloatArray, lidar: FloatArray, point_counts: IntArray) -> FloatArray:
    """(F, 6) how many of a box's points (F,) lie on each face, by how large it looks from the lidar (F, 3)."""
    away = lidar - boxes[:, :3]
    cos, sin = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    along, across = away[:, 0] * cos + away[:, 1] * sin, away[:, 1] * cos - away[:, 0] * sin
    size = boxes[:, 3:6]
    toward = SIGN * np.column_stack([along, across, away[:, 2]])[:, AXIS]
    before = toward - size[:, AXIS] / 2.0
    distance = np.sqrt((away**2).sum(axis=1)[:, None] - toward**2 + before**2)
    facing = np.maximum(before, 0.0) / np.maximum(distance, 1e-6)
    shown = facing * (size.prod(axis=1)[:, None] / size[:, AXIS]) / np.maximum(distance, 1e-6) ** 2
    share = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(share * point_counts[:, None])


def face_tolerances(size_lwh_m: FloatArray, size_limits_m: FloatArray, xy_m: float, z_m: float) -> FloatArray:
    """(6,) how far a face alone may be off in a box that is still right.

    Half of it moves the middle, all of it changes the side.

    Args:
        size_lwh_m: (3,) of the box.
        size_limits_m: (3,) how far each side may be off.
        xy_m: How far the middle may be off, seen from above.
        z_m: The same up and down.
    """
    limits = np.minimum(size_limits_m, 2.0 * np.array([xy_m, xy_m, z_m]))
    return np.asarray(np.minimum(limits, size_lwh_m)[AXIS])
