"""Colour for points from the images that see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration import SensorRig
from fusion.views import CameraView
from geometry.arrays import BoolArray, ByteArray, FloatArray

UNSEEN_RGB = (96, 96, 96)


def color_from_images(
    points_ego: ArrayLike,
    images: Mapping[str, ByteArray],
    rig: SensorRig,
    *,
    views: Mapping[str, CameraView] | None = None,
    masks: Mapping[str, BoolArray] | None = None,
) -> ByteArray:
    """Colours (N, 3) of points (N, 3) of ``ego``; grey where no camera sees a point.

    Of several cameras that see a point, the one that has it nearest to its optical axis gives the colour. Whether
    something stands between a camera and a point is not looked at.

    Args:
        points_ego: (N, 3) metres.
        images: Pixels (H, W, 3) by camera name; a size other than the rig's is scaled to.
        rig: Where the cameras sit and how they see.
        views: How cameras saw the frame, where images are of other times or rows of their own.
        masks: By camera, (H, W) where the image shows the own vehicle and colours nothing else.
    """
    points = np.asarray(points_ego, dtype=np.float64)
    rgb = np.full((len(points), 3), UNSEEN_RGB, dtype=np.uint8)
    best_cosine = np.zeros(len(points))
    for name, image in images.items():
        view = (views or {}).get(name) or CameraView.of_rig(rig, name)
        uv, depth_m, seen = view.project_points(points)
        indices = np.flatnonzero(seen)
        if masks is not None and name in masks:
            indices = indices[~_pixels(masks[name], uv[indices], view)]
        center_ego = view.cam_from_ego.inverse().translation
        cosine = depth_m[indices] / np.linalg.norm(points[indices] - center_ego, axis=1)
        better = cosine > best_cosine[indices]
        indices, cosine = indices[better], cosine[better]
        rgb[indices] = _pixels(image, uv[indices], view)
        best_cosine[indices] = cosine
    return rgb


def _pixels(image: NDArray[Any], uv: FloatArray, view: CameraView) -> NDArray[Any]:
    """What an image (H, W, ...) shows at pixels (N, 2) of the camera, whatever size it has."""
    height, width = image.shape[:2]
    scale = (width / view.camera.width_px, height / view.camera.height_px)
    columns, rows = (np.rint((uv + 0.5) * scale - 0.5)).astype(np.int64).T
    return np.asarray(image[rows.clip(0, height - 1), columns.clip(0, width - 1)])
