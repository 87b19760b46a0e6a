"""Poses made by registration of clouds, and how far they can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.scene import Problem
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray, frozen_array

VERSION = 1
GOOD_SHARE, POOR_SHARE = 0.8, 0.5
GOOD_DRIFT, POOR_DRIFT = 0.01, 0.05
JsonObject = dict[str, Any]


@dataclass(frozen=True, eq=False)
class RegisteredTrajectory:
    """A trajectory by registration: its world starts at the first cloud's ``ego``, whose z axis need not be plumb.

    Attributes:
        trajectory: ``world_from_ego`` at the time of each cloud that was used.
        lidar: Whose clouds they are.
        inlier_share: (F,) of each cloud but the first, the share of its points that lie on surfaces which the clouds
            before it saw, within 0.3 m; 1 for the first.
        residual_m: (F,) the root mean square of those points' distances from the surfaces; 0 for the first.
        drift_m: How far the last pose is from the one that registering the clouds backwards gives. What is wrong both
            ways, such as a lidar's mounting or its scale of ranges, does not show in it.
        problems: Clouds that could not be used.
    """

    trajectory: Trajectory
    lidar: str
    inlier_share: FloatArray
    residual_m: FloatArray
    drift_m: float
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` unless there are figures for every pose."""
        count = len(self.trajectory.poses)
        for name in ("inlier_share", "residual_m"):
            object.__setattr__(self, name, frozen_array(name, getattr(self, name), (count,)))
        if not 0 <= self.drift_m < np.inf:
            raise ValueError(f"drift_m must be finite and not negative, got {self.drift_m}")

    @property
    def path_m(self) -> float:
        """The way that the ego went."""
        places = np.stack([pose.translation for pose in self.trajectory.poses])
        return float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())

    @property
    def drift_share(self) -> float:
        """The drift as a share of the way; of a way of less than a metre, of a metre."""
        return self.drift_m / max(self.path_m, 1.0)

    @property
    def doubtful_frames(self) -> tuple[int, ...]:
        """Places in the trajectory where fewer than half of the points lie on what was seen before."""
        return tuple(int(index) for index in np.flatnonzero(self.inlier_share < POOR_SHARE))

    def figures(self) -> dict[str, float]:
        """What was measured, by name with its unit."""
        return {
            "clouds": float(len(self.trajectory.poses)),
            "path_m": round(self.path_m, 3),
            "inlier_share_mean": round(float(self.inlier_share.mean()), 4),
            "inlier_share_min": round(float(self.inlier_share.min()), 4),
            "residual_m": round(float(np.median(self.residual_m)), 4),
            "drift_m": round(self.drift_m, 4),
            "drift_percent": round(100 * self.drift_share, 3),
            "doubtful_frames": float(len(self.doubtful_frames)),
        }

    def summary(self) -> str:
        """One sentence for people: a verdict and what it rests on."""
        return (
            f"{self._verdict().capitalize()}: {len(self.trajectory.poses)} clouds of {self.lidar} over "
            f"{self.path_m:.1f} m, on average {self.inlier_share.mean():.0%} of the points on surfaces seen before "
            f"(least {self.inlier_share.min():.0%}), {np.median(self.residual_m) * 100:.1f} cm from them; forwards and "
            f"backwards differ by {self.drift_m:.2f} m ({self.drift_share:.1%} of the way)."
        )

    def _verdict(self) -> str:
        low, drift = float(self.inlier_share.min()), self.drift_share
        if low < POOR_SHARE or drift > POOR_DRIFT:
            return "doubtful"
        return "good" if low >= GOOD_SHARE and drift <= GOOD_DRIFT else "usable"

    def to_json(self) -> JsonObject:
        """All of it as plain JSON; times are text, for they are beyond 2⁵³."""
        poses = [
            {
                "timestamp_ns": str(int(time_ns)),
                "quat_wxyz": pose.quat_wxyz.tolist(),
                "translation_m": pose.translation.tolist(),
                "inlier_share": float(share),
                "residual_m": float(residual),
            }
            for time_ns, pose, share, residual in zip(
                self.trajectory.timestamps_ns, self.trajectory.poses, self.inlier_share, self.residual_m, strict=True
            )
        ]
        return {
            "version": VERSION,
            "source": "registration",
            "lidar": self.lidar,
            "drift_m": self.drift_m,
            "figures": self.figures(),
            "summary": self.summary(),
            "world_from_ego": poses,
            "problems": [{"path": problem.path, "message": problem.message} for problem in self.problems],
        }

    @classmethod
    def from_json(cls, value: Any) -> RegisteredTrajectory:
        """Inverse of ``to_json``; ``figures`` and ``summary`` are worked out anew.

        Raises:
            ValueError: It is something else; the message says what is wrong.
        """
        try:
            if value["version"] != VERSION:
                raise ValueError(f"version must be {VERSION}, got {value['version']!r}")
            rows = value["world_from_ego"]
            poses = [SE3.from_quat_wxyz(row["quat_wxyz"], row["translation_m"]) for row in rows]
            return cls(
                Trajectory.from_poses([int(row["timestamp_ns"]) for row in rows], poses),
                str(value["lidar"]),
                np.array([float(row["inlier_share"]) for row in rows]),
                np.array([float(row["residual_m"]) for row in rows]),
                float(value["drift_m"]),
                tuple(Problem(str(row["path"]), str(row["message"])) for row in value["problems"]),
            )
        except (KeyError, TypeError, OverflowError, IndexError) as error:
            raise ValueError(f"expected poses by registration, found none ({type(error).__name__}: {error})") from error
