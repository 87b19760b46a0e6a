"""Objects that move as told past a vehicle that drives on, for the checks of motion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from calibration import Pinhole, SensorRig
from fusion import Frame, Scene
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray
from labels import Cuboid, LabelSet, Track
from labels.track_path import NOISE_M, NOISE_PER_M
from quality import Finding, run_checks

RULES = ("speed", "acceleration", "yaw_rate", "slip", "reversed_heading")
SIZES = {"Car": (4.2, 1.8, 1.5), "Truck": (9.0, 2.6, 3.3), "Cyclist": (1.8, 0.6, 1.8), "Pedestrian": (0.8, 0.6, 1.8)}
Way = Callable[[float], tuple[float, float, float]]
"""From seconds to x, y and heading in the world."""


@dataclass(frozen=True)
class Drive:
    """A scene of many frames and its labels."""

    scene: Scene
    labels: LabelSet

    def find(self, *rules: str) -> list[Finding]:
        return run_checks(self.scene, self.labels, rules or RULES, with_points=False)

    def without_poses(self) -> Drive:
        return replace(self, scene=replace(self.scene, trajectory=None))


def drive(
    ways: Sequence[tuple[str, Way]],
    *,
    frames: int = 40,
    step_s: float = 0.1,
    every: int = 1,
    noise_m: float = 0.0,
    clock_s: float = 0.0,
    seed: int = 3,
    **fields: Any,
) -> Drive:
    """Tracks with a key in every so many frames; labels off by noise, time stamps off by the clock's noise.

    The noise is normal, but no label is farther off than the checks say that they forgive: what is farther off is
    rightly found. With a noise of many metres every label is off by just that much.
    """
    random = np.random.default_rng(seed)
    true_s = np.arange(frames) * step_s
    times_ns = [round(1e9 * (time + 1.0)) for time in true_s + random.uniform(-clock_s, clock_s, frames)]
    poses = [SE3.from_yaw(0.01 * i, [0.8 * i, 0.0, 0.0]) for i in range(frames)]
    rig = SensorRig({"cam": SE3.identity()}, {"cam": Pinhole(700.0, 700.0, 600.0, 180.0, 1200, 360)}, ())
    scene = Scene(
        "drive",
        Path("drive"),
        "native",
        rig,
        tuple(Frame(i, time_ns) for i, time_ns in enumerate(times_ns)),
        Trajectory.from_poses(times_ns, poses),
    )
    tracks, cuboids = {}, {}
    for number, (category, way) in enumerate(ways):
        track = Track(f"t{number}", category, 0, frames - 1, external_id=str(number), **fields)
        tracks[track.id] = track
        for i in range(0, frames, every):
            x, y, yaw_rad = way(float(true_s[i]))
            noise = forgiven(random.normal(size=3) * noise_m, np.hypot(*(poses[i].translation[:2] - [x, y])))
            world = SE3.from_yaw(yaw_rad, np.array([x, y, 0.7]) + noise)
            size = np.array(SIZES.get(category, (1.0, 1.0, 1.0)))
            key = Cuboid(f"t{number}-{i}", track.id, i, poses[i].inverse() @ world, size)
            cuboids[key.id] = key
    return Drive(scene, LabelSet(tracks=tracks, cuboids=cuboids))


def forgiven(offset_m: FloatArray, range_m: float) -> FloatArray:
    """The offset, shortened to what the checks forgive at the range of the label that is off by it."""
    most_m = (NOISE_M + NOISE_PER_M * range_m) / (1.0 + NOISE_PER_M)
    return offset_m * min(1.0, most_m / max(float(np.hypot(*offset_m[:2])), 1e-9))


def straight(speed_ms: float, yaw_rad: float = 0.3, y_m: float = 4.0) -> Way:
    return lambda time_s: (
        10.0 + speed_ms * time_s * float(np.cos(yaw_rad)),
        y_m + speed_ms * time_s * float(np.sin(yaw_rad)),
        yaw_rad,
    )


def circling(speed_ms: float, radius_m: float, behind_m: float) -> Way:
    """On a circle with the rear axle on it, the middle that far ahead of it."""

    def way(time_s: float) -> tuple[float, float, float]:
        yaw_rad = speed_ms / radius_m * time_s
        axle = radius_m * np.array([np.sin(yaw_rad), -np.cos(yaw_rad)])
        x, y = axle + behind_m * np.array([np.cos(yaw_rad), np.sin(yaw_rad)])
        return 20.0 + float(x), 10.0 + float(y), yaw_rad

    return way


def shifted(given: Drive, key_id: str, way_m: Sequence[float]) -> Drive:
    """With one cuboid off its place, in its own axes."""
    key = given.labels.cuboids[key_id]
    at = key.ego_from_object @ SE3(np.eye(3), np.asarray(way_m, dtype=np.float64))
    cuboids = {**given.labels.cuboids, key_id: replace(key, ego_from_object=at)}
    return replace(given, labels=replace(given.labels, cuboids=cuboids))
