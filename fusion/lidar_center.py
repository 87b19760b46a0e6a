"""Where a scene's points are seen from."""

from __future__ import annotations

import numpy as np

from fusion.scene import Scene
from geometry.arrays import FloatArray

ARGOVERSE_LIDARS = ("up_lidar", "down_lidar")
"""Their points come as one cloud in ``ego``, so they are no lidars of the rig."""


def lidar_center_ego(scene: Scene) -> FloatArray:
    """(3,) the middle of a scene's lidars in ``ego``; its origin where nothing is known of them."""
    places = scene.rig.ego_from_sensor
    names = [name for name in ARGOVERSE_LIDARS if name in places] or list(scene.rig.lidars)
    found = [places[name].translation for name in names]
    return np.asarray(np.mean(found, axis=0)) if found else np.zeros(3)
