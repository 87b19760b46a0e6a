"""What KITTI's rows say of cuboids and what follows from them alone, for all cuboids of a scene at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from formats.kitti.label_rows import rect_rotations
from formats.kitti.views import LabelView
from formats.selection import SelectedCuboid
from fusion import project_hulls
from geometry import CORNER_SIGNS
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle

Ltrb = tuple[float, float, float, float]
Xyz = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class DerivedRows:
    """One entry a cuboid.

    Attributes:
        rotations_ego: (N, 3, 3) its rotation in ``ego``.
        centers_ego: (N, 3) its centre in ``ego``.
        sizes_lwh_m: (N, 3) its size.
        locations: The centre of the bottom face in ``rect``.
        rotation_y: The heading about the camera's y.
        alpha: The angle under which the camera sees it.
        tilt_rad: The angle between its up and the camera's, which a row cannot hold.
        distance_m: (N,) of its centre from the camera.
        trunc_ltrb_px: (N, 4) its outline clipped to the image; NaN where it is not in the image.
        bboxes: The same as tuples; None for NaN.
        truncation: The share of the outline's area outside the image.
    """

    rotations_ego: FloatArray
    centers_ego: FloatArray
    sizes_lwh_m: FloatArray
    locations: list[Xyz]
    rotation_y: list[float]
    alpha: list[float]
    tilt_rad: list[float]
    distance_m: FloatArray
    trunc_ltrb_px: FloatArray
    bboxes: list[Ltrb | None]
    truncation: list[float]


def derive_rows(selected: Sequence[SelectedCuboid], views: Sequence[LabelView]) -> DerivedRows:
    """Derive all that rows say of cuboids, each in the view of its frame.

    Centre, heading and size are exact: the geometric centre goes to ``rect``, and half the height is added along the
    camera's y. The outline is that of the box as the row says it, upright in ``rect``.
    """
    cuboids = [item.cuboid for item in selected]
    rotations = np.array([cuboid.ego_from_object.rotation for cuboid in cuboids]).reshape(-1, 3, 3)
    centers = np.array([cuboid.ego_from_object.translation for cuboid in cuboids]).reshape(-1, 3)
    sizes = np.array([cuboid.size_lwh_m for cuboid in cuboids]).reshape(-1, 3)
    rotations_rect, centers_rect = np.empty_like(rotations), np.empty_like(centers)
    trunc, truncation = np.full((len(cuboids), 4), np.nan), np.ones(len(cuboids))
    distance = np.zeros(len(cuboids))
    rotation_y = np.zeros(len(cuboids))
    for view, rows in _by_view([views[cuboid.frame_index] for cuboid in cuboids]):
        rotations_rect[rows] = view.rect_from_ego.rotation @ rotations[rows]
        centers_rect[rows] = view.rect_from_ego.apply(centers[rows])
        rotation_y[rows] = np.arctan2(-rotations_rect[rows, 2, 0], rotations_rect[rows, 0, 0])
        corners_object = CORNER_SIGNS * (sizes[rows] / 2.0)[:, np.newaxis]
        corners_rect = corners_object @ rect_rotations(rotation_y[rows]).transpose(0, 2, 1)
        corners_cam = view.cam_from_rect.apply(corners_rect + centers_rect[rows, np.newaxis])
        _, trunc[rows], truncation[rows] = project_hulls(corners_cam, view.pinhole)
        distance[rows] = np.linalg.norm(view.cam_from_rect.apply(centers_rect[rows]), axis=1)
    locations = centers_rect + sizes[:, 2:] * (0.0, 0.5, 0.0)
    alpha = wrap_angle(rotation_y - np.arctan2(locations[:, 0], locations[:, 2]))
    up = rotations_rect[:, :, 2]
    tilt = np.arctan2(np.hypot(up[:, 0], up[:, 2]), -up[:, 1])
    return DerivedRows(
        rotations,
        centers,
        sizes,
        [(x, y, z) for x, y, z in locations.tolist()],
        rotation_y.tolist(),
        alpha.tolist(),
        tilt.tolist(),
        distance,
        trunc,
        [None if isnan(left) else (left, top, right, bottom) for left, top, right, bottom in trunc.tolist()],
        truncation.tolist(),
    )


def _by_view(views: Sequence[LabelView]) -> list[tuple[LabelView, list[int]]]:
    """The places of every view in a list of views."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index, view in enumerate(views):
        groups[id(view)].append(index)
    return [(views[rows[0]], rows) for rows in groups.values()]
