"""Colour for points from the images that see them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from calibration import SensorRig
from fusion.project import project_points
from geometry.arrays import ByteArray

UNSEEN_RGB = (96, 96, 96)


def color_from_images(points_ego: ArrayLike, images: Mapping[str, ByteArray], rig: SensorRig) -> ByteArray:
    """Colours (N, 3) of points (N, 3) of ``ego``; grey where no camera sees a point.

    Of several cameras that see a point, the one that has it nearest to its optical axis gives the colour. Whether
    something stands between a camera and a point is not looked at.

    Args:
        points_ego: (N, 3) metres.
        images: Pixels (H, W, 3) by camera name; a size other than the rig's is scaled to.
        rig: Where the cameras sit and how they see.
    """
    points = np.asarray(points_ego, dtype=np.float64)
    rgb = np.full((len(points), 3), UNSEEN_RGB, dtype=np.uint8)
    best_cosine = np.zeros(len(points))
    for name, image in images.items():
        camera, cam_from_ego = rig.cameras[name], rig.cam_from_ego(name)
        uv, depth_m, seen = project_points(points, cam_from_ego, camera)
        indices = np.flatnonzero(seen)
        center_ego = rig.ego_from_sensor[name].translation
        cosine = depth_m[indices] / np.linalg.norm(points[indices] - center_ego, axis=1)
        better = cosine > best_cosine[indices]
        indices, cosine = indices[better], cosine[better]
        height, width = image.shape[:2]
        scale = (width / camera.width_px, height / camera.height_px)
        columns, rows = (np.rint((uv[indices] + 0.5) * scale - 0.5)).astype(np.int64).T
        rgb[indices] = image[rows.clip(0, height - 1), columns.clip(0, width - 1)]
        best_cosine[indices] = cosine
    return rgb
