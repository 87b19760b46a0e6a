"""How badly upright boxes, seen from above, explain the points of one object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import Float32Array, FloatArray
from pointcloud.fit_tuning import FitTuning
from pointcloud.fit_witness import Outline

X, Y, YAW, LENGTH, WIDTH = range(5)
"""Columns of candidates (C, 5)."""
DEEPEST_M = 0.4


@dataclass(frozen=True, eq=False)
class FitPrior:
    """What is expected of a box before its points are looked at, each with its standard deviation.

    Attributes:
        center_xy: (2,) its middle.
        center_sigma_m: (2,) along and across it.
        size_lw_m: (2,) its length and width.
        size_sigma: (2,) in logarithms.
        heading_rad: Its heading; half a turn makes no difference.
        heading_sigma_rad: Infinite where there is no telling.
    """

    center_xy: FloatArray
    center_sigma_m: FloatArray
    size_lw_m: FloatArray
    size_sigma: FloatArray
    heading_rad: float = 0.0
    heading_sigma_rad: float = np.inf

    def surprise(self, boxes: FloatArray) -> FloatArray:
        """(C,) squared standard deviations of candidates (C, 5)."""
        away = self.center_xy - boxes[:, :2]
        cos, sin = np.cos(boxes[:, YAW]), np.sin(boxes[:, YAW])
        along, across = cos * away[:, 0] + sin * away[:, 1], cos * away[:, 1] - sin * away[:, 0]
        cost = (along / self.center_sigma_m[0]) ** 2 + (across / self.center_sigma_m[1]) ** 2
        cost += ((np.log(boxes[:, LENGTH:] / self.size_lw_m) / self.size_sigma) ** 2).sum(axis=1)
        return np.asarray(cost + (np.sin(boxes[:, YAW] - self.heading_rad) / self.heading_sigma_rad) ** 2)


@dataclass(frozen=True, eq=False)
class FitEvidence:
    """What boxes are held against; plan coordinates count from a place near the object.

    Attributes:
        points_xy: (N, 2) points that may be the object's.
        weights: (N,) how much each counts.
        empty_xy: (E, 2) places known to be empty: ground, and what rays crossed.
        empty_weights: (E,) how much each of these counts, per metre inside a box.
        lidar_xy: (2,) where the points were seen from.
        face_margin_m: From the points to the faces.
        reach_m: What lies deeper inside counts no more; 0 where sides are not told from the inside.
        sharpness_m: The usual distance of a point from the face that it lies on.
        prior: What is expected.
        tuning: The other numbers.
        outline: What else saw it, if anything did.
    """

    points_xy: FloatArray
    weights: FloatArray
    empty_xy: FloatArray
    empty_weights: FloatArray
    lidar_xy: FloatArray
    face_margin_m: float
    reach_m: float
    sharpness_m: float
    prior: FitPrior
    tuning: FitTuning
    outline: Outline | None = None

    def cost(self, boxes: FloatArray) -> FloatArray:
        """(C,) costs of candidates (C, 5), in squared standard deviations."""
        cost = self.misfit(boxes) + self.emptiness(boxes) + self.prior.surprise(boxes)
        return cost if self.outline is None else cost + self.outline.surprise(boxes)

    def misfit(self, boxes: FloatArray) -> FloatArray:
        """(C,) how far the points lie from the faces that the lidar sees, or outside."""
        if len(self.points_xy) == 0:
            return np.zeros(len(boxes))
        axes_u, axes_v = _axes(boxes)
        half_u, half_v = boxes[:, LENGTH] / 2.0, boxes[:, WIDTH] / 2.0
        lidar = self.lidar_xy - boxes[:, :2]
        lidar_u, lidar_v = (axes_u * lidar).sum(axis=1), (axes_v * lidar).sum(axis=1)
        # The lidar looks at the faces with positive u and v.
        u = _along(boxes, axes_u * np.where(lidar_u < 0, -1.0, 1.0)[:, None], self.points_xy)
        v = _along(boxes, axes_v * np.where(lidar_v < 0, -1.0, 1.0)[:, None], self.points_xy)
        before, behind = _outside(u, v, half_u, half_v)
        np.minimum(before, self.tuning.before_cap_m, out=before)
        np.minimum(behind, self.tuning.behind_cap_m, out=behind)
        before *= self.tuning.before
        behind *= self.tuning.behind
        outside = np.maximum(before, behind, out=before)
        cost = np.square(outside, out=outside)
        if self.reach_m > 0:
            # A face that the lidar cannot see is infinitely far away.
            to_u = np.where(np.abs(lidar_u) > half_u, half_u, np.inf)
            to_v = np.where(np.abs(lidar_v) > half_v, half_v, np.inf)
            inside = np.minimum(_column(to_u) - u, _column(to_v) - v)
            inside -= np.float32(self.face_margin_m)
            np.clip(inside, -self.face_margin_m, self.reach_m, out=inside)
            cost += np.square(inside, out=inside)
        return np.asarray(cost @ self.weights / self.sharpness_m**2)

    def emptiness(self, boxes: FloatArray) -> FloatArray:
        """(C,) how much of what is known to be empty lies inside, by how deep."""
        if len(self.empty_xy) == 0:
            return np.zeros(len(boxes))
        axes_u, axes_v = _axes(boxes)
        u, v = _along(boxes, axes_u, self.empty_xy), _along(boxes, axes_v, self.empty_xy)
        skin_m = self.tuning.free_skin_m
        depth_u = np.subtract(_column(boxes[:, LENGTH] / 2.0 - skin_m), np.abs(u, out=u), out=u)
        depth_v = np.subtract(_column(boxes[:, WIDTH] / 2.0 - skin_m), np.abs(v, out=v), out=v)
        depth = np.clip(np.minimum(depth_u, depth_v, out=u), 0.0, DEEPEST_M, out=u)
        return np.asarray(depth @ self.empty_weights)


def _axes(boxes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(C, 2) the directions along and across each box."""
    cos, sin = np.cos(boxes[:, YAW]), np.sin(boxes[:, YAW])
    return np.stack([cos, sin], axis=1), np.stack([-sin, cos], axis=1)


def _along(boxes: FloatArray, axes: FloatArray, points_xy: FloatArray) -> Float32Array:
    """(C, N) how far along its axis from its middle each box has each point; single precision is twice as fast."""
    middle = (axes * boxes[:, :2]).sum(axis=1)
    return np.asarray(axes.astype(np.float32) @ points_xy.T.astype(np.float32) - _column(middle))


def _outside(
    u: Float32Array, v: Float32Array, half_u: FloatArray, half_v: FloatArray
) -> tuple[Float32Array, Float32Array]:
    """(C, N) how far points stick out toward the lidar, and on the far side; 0 where they do not."""
    before = np.maximum(u - _column(half_u), v - _column(half_v))
    behind = np.minimum(u + _column(half_u), v + _column(half_v))
    np.maximum(before, 0.0, out=before)
    np.negative(behind, out=behind)
    np.maximum(behind, 0.0, out=behind)
    return before, behind


def _column(values: FloatArray) -> Float32Array:
    return values.astype(np.float32)[:, np.newaxis]
