"""Clipping many polygons at once."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import ConvexHull

from geometry.polygon_clip import clip_polygons


def test_keeps_what_shapely_keeps() -> None:
    random = np.random.default_rng(2)
    clouds = random.uniform(-2, 2, (200, 12, 2))
    hulls = [cloud[ConvexHull(cloud).vertices] for cloud in clouds]
    corners = np.zeros((200, 12, 3))
    for place, hull in zip(corners, hulls, strict=True):
        place[:, :2] = hull[np.minimum(np.arange(12), len(hull) - 1)]
    limit = random.uniform(-2, 2, 200)
    for axis, keep_above in ((0, False), (1, True)):
        clipped = clip_polygons(corners, axis, limit, keep_above=keep_above)
        for hull, got, at in zip(hulls, clipped, limit, strict=True):
            box = (-9, -9, at, 9) if axis == 0 else (-9, at, 9, 9)
            assert np.isclose(shapely.Polygon(got[:, :2]).area, shapely.clip_by_rect(shapely.Polygon(hull), *box).area)


def test_nothing_or_everything_is_left() -> None:
    square = np.array([[[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]])
    gone = clip_polygons(square, 0, np.array([-1.0]))
    assert np.ptp(gone, axis=1).max() == 0.0
    np.testing.assert_array_equal(clip_polygons(square, 0, np.array([1.0]))[0, :4], square[0])
