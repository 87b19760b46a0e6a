"""How much of an object others hide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geometry.arrays import Float32Array, FloatArray
from geometry.rotation import rotation_from_yaw
from simulation.rays import rays_from
from simulation.scene import Scene
from simulation.subjects import Subject

RAYS_ACROSS = 20
VISIBLE_SHARE = 0.85
PARTLY_SHARE = 0.40


def visible_shares(scene: Scene, eye_world: FloatArray, subjects: Sequence[Subject]) -> list[float]:
    """Share of each object that is seen from a point.

    A fan of rays covers the object's box. Those that meet the object where it stands alone are its full view; those of
    them that meet it first in the scene are what is left of it. An object no ray finds alone counts as hidden.
    """
    fans = [_fan(subject, eye_world) for subject in subjects]
    if not fans:
        return []
    tracks = scene.tracks_of(scene.rays.cast(np.concatenate(fans)))
    ends = np.cumsum([len(fan) for fan in fans])[:-1]
    seen = [int((own == subject.track).sum()) for own, subject in zip(np.split(tracks, ends), subjects, strict=True)]
    return [count / len(fan) if len(fan) else 0.0 for count, fan in zip(seen, fans, strict=True)]


def _fan(subject: Subject, eye_world: FloatArray) -> Float32Array:
    """(N, 6) world rays from the eye that meet the object standing alone."""
    toward = subject.box_world.center - eye_world
    yaw = np.arctan2(toward[1], toward[0])
    corners = (subject.box_world.corners() - eye_world) @ rotation_from_yaw(float(yaw))
    azimuth, slope = np.arctan2(corners[:, 1], corners[:, 0]), corners[:, 2] / np.hypot(corners[:, 0], corners[:, 1])
    across = np.linspace(azimuth.min(), azimuth.max(), 2 * RAYS_ACROSS + 1)[1::2] + yaw
    upward = np.linspace(slope.min(), slope.max(), 2 * RAYS_ACROSS + 1)[1::2]
    turn, rise = (axis.reshape(-1) for axis in np.meshgrid(across, upward))
    directions = np.stack([np.cos(turn), np.sin(turn), rise], axis=1)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    rotation, place = subject.world_from_base.rotation, subject.world_from_base.translation
    local = rays_from(((eye_world - place) @ rotation).astype(np.float32), (directions @ rotation).astype(np.float32))
    alone = subject.shape.rays.cast(local).triangle >= 0
    return rays_from(eye_world.astype(np.float32), directions[alone].astype(np.float32))


def occlusion_level(share: float) -> int:
    """KITTI's level: 0 visible, 1 partly, 2 largely occluded."""
    return 0 if share >= VISIBLE_SHARE else 1 if share >= PARTLY_SHARE else 2
