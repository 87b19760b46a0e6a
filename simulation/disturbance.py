"""What a recording gets wrong on request: where the vehicle was, and where its sensors sit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.spatial.transform import Rotation

from geometry.arrays import FloatArray
from geometry.se3 import SE3

DRIFT_TIME_S = 10.0


@dataclass(frozen=True)
class PoseDisturbance:
    """How far the reported trajectory is from the true one.

    Attributes:
        drift_m: Way the reported place has drifted off after ten seconds, steadily, in a level direction.
        drift_rad: Angle the reported heading has drifted off after ten seconds.
        jitter_m: Standard deviation of each coordinate in each frame.
        jitter_rad: Standard deviation of the rotation about each axis in each frame.
    """

    drift_m: float = 0.0
    drift_rad: float = 0.0
    jitter_m: float = 0.0
    jitter_rad: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on amounts below zero or not finite."""
        _check_amounts(self)

    def report(self, poses: Sequence[SE3], step_s: float, rng: np.random.Generator) -> tuple[SE3, ...]:
        """The poses ``world_from_ego`` as they are reported, ``step_s`` apart."""
        course, sense = rng.uniform(0, 2 * np.pi), rng.choice([-1.0, 1.0])
        shares = np.arange(len(poses)) * step_s / DRIFT_TIME_S
        aside = shares[:, None] * self.drift_m * np.array([np.cos(course), np.sin(course), 0.0])
        aside += rng.normal(0.0, 1.0, (len(poses), 3)) * self.jitter_m
        turns = rng.normal(0.0, 1.0, (len(poses), 3)) * self.jitter_rad
        turns[:, 2] += shares * self.drift_rad * sense
        return tuple(
            SE3(pose.rotation @ Rotation.from_rotvec(turn).as_matrix(), pose.translation + step)
            for pose, step, turn in zip(poses, aside, turns, strict=True)
        )


@dataclass(frozen=True)
class MountingDisturbance:
    """How far each sensor's reported place on the vehicle is from the true one, the same in all frames.

    Attributes:
        offset_m: Distance.
        rotation_rad: Angle about some axis.
    """

    offset_m: float = 0.0
    rotation_rad: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on amounts below zero or not finite."""
        _check_amounts(self)

    def report(self, ego_from_sensor: SE3, rng: np.random.Generator) -> SE3:
        """The place as it is reported."""
        aside, axis = (_direction(rng) for _ in range(2))
        turn = Rotation.from_rotvec(axis * self.rotation_rad).as_matrix()
        return SE3(ego_from_sensor.rotation @ turn, ego_from_sensor.translation + aside * self.offset_m)


def _direction(rng: np.random.Generator) -> FloatArray:
    direction = rng.normal(size=3)
    return np.asarray(direction / np.linalg.norm(direction))


def _check_amounts(amounts: PoseDisturbance | MountingDisturbance) -> None:
    for field in fields(amounts):
        value = getattr(amounts, field.name)
        if not 0 <= value < np.inf:
            raise ValueError(f"{field.name} must be finite and not negative, got {value}")
