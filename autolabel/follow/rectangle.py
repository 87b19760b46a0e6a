"""A rectangle around an object in an image, as a witness of where the object begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusion import CameraView, project_hulls
from geometry.arrays import FloatArray

Ltrb = tuple[float, float, float, float]

SIGMA_PX, SIGMA_SHARE = 3.0, 0.03
"""How far a side that a person draws is off, and beside it a share of the rectangle's width or height."""
UNSEEN = 30.0
OUTWARD = np.array([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class RectangleWitness:
    """What a rectangle says of boxes; a ``pointcloud.Witness``.

    Attributes:
        view: How the camera saw the frame; a rolling shutter counts as it was at its middle row.
        ltrb_px: Left, top, right, bottom in pixels. A side at the border of the image says nothing of what lies beyond.
    """

    view: CameraView
    ltrb_px: Ltrb

    def deviations(self, corners: FloatArray) -> FloatArray:
        """(C, 4) how far the pictures of boxes (C, 8, 3) in ``ego`` reach beyond it, in standard deviations."""
        camera = self.view.camera
        corners_cam = self.view.cam_from_ego.apply(corners.reshape(-1, 3)).reshape(corners.shape)
        limits = np.array([camera.width_px - 1.0, camera.height_px - 1.0] * 2)
        shown = np.clip(project_hulls(corners_cam, camera)[0], 0.0, limits)
        drawn = np.clip(self.ltrb_px, 0.0, limits)
        sides = np.tile(drawn[2:] - drawn[:2], 2)
        beyond = OUTWARD * (shown - drawn) / (SIGMA_PX + SIGMA_SHARE * sides)
        return np.asarray(np.nan_to_num(beyond, nan=UNSEEN))
