"""A trajectory for scenes that have none: each cloud registered to those before it, by KISS-ICP.

Vizzo et al., "KISS-ICP: In Defense of Point-to-Point ICP", RA-L 2023, in its authors' program; an optional extra. The
poses are measured without it: against surfaces of the clouds before, and by registering the clouds backwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
from scipy.spatial import cKDTree

from fusion.accumulate import first_in_voxels
from fusion.errors import RegistrationError
from fusion.fuse import place_sweep
from fusion.registered import RegisteredTrajectory
from fusion.scene import Problem, Scene, Sweep
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray

Report = Callable[[float, str], None]
VOXEL_M, NEAREST_M, FARTHEST_M = 1.0, 2.5, 100.0
"""KISS-ICP's own setting; what is nearer than ``NEAREST_M`` is the vehicle itself."""

SURFACE_VOXEL_M, SURFACE_CLOUDS = 0.25, 10
CHECKED_POINTS, NEIGHBORS, PATCH_M, INLIER_M = 4000, 6, 1.5, 0.3
LEAST_POINTS = 100


def why_no_registration() -> str | None:
    """Why poses cannot be made by registration, in one sentence, or None where they can."""
    if find_spec("kiss_icp"):
        return None
    return "registration of clouds needs KISS-ICP, which is not installed: pip install 'truebox[registration]'"


def trajectory_by_registration(scene: Scene, report: Report) -> RegisteredTrajectory:
    """Poses of the ego by the clouds of the rig's first lidar, the same whenever it is asked for.

    Sweeps whose ``deskew`` is ``on`` are registered twice: as they are, then deskewed along the first way.

    Args:
        scene: Its own trajectory, if any, is not looked at.
        report: Told how far it is, 0 … 1, and with what; may raise to end it.

    Raises:
        RegistrationError: KISS-ICP is not installed, or fewer than two clouds can be used.
    """
    if lack := why_no_registration():
        raise RegistrationError(lack)
    sweeps = _sweeps(scene)
    still = replace(scene, trajectory=None)
    undone = [replace(sweep, deskew="off") if sweep.deskew == "on" else sweep for sweep in sweeps]
    is_skewed = any(sweep.deskew == "on" for sweep in sweeps)
    passes = _Passes(report, 4 if is_skewed else 3, len(sweeps))
    problems: dict[int, Problem] = {}
    forwards = _register(_Clouds(still, undone, problems), range(len(sweeps)), passes.next("registering"))
    clouds = _Clouds(still, undone, problems)
    if is_skewed and len(forwards) > 1:
        moving = replace(scene, trajectory=_trajectory(sweeps, forwards))
        clouds = _Clouds(moving, sweeps, problems)
        forwards = _register(clouds, sorted(forwards), passes.next("registering, deskewed"))
    if len(forwards) < 2:
        raise RegistrationError(
            f"{scene.path}: expected two clouds to register, found {len(forwards)} that can be used"
        )
    backwards = _register(clouds, sorted(forwards, reverse=True), passes.next("registering backwards"))
    share, residual_m = _measure(clouds, forwards, passes.next("measuring"))
    first, last = min(forwards), max(forwards)
    # Both are the last pose seen from the first.
    seen_forwards, seen_backwards = forwards[last], backwards[first].inverse()
    drift_m = float(np.linalg.norm(seen_forwards.translation - seen_backwards.translation))
    found = tuple(problems[index] for index in sorted(problems))
    return RegisteredTrajectory(_trajectory(sweeps, forwards), sweeps[0].sensor, share, residual_m, drift_m, found)


class _Passes:
    """Progress over several looks at every cloud."""

    def __init__(self, report: Report, count: int, cloud_count: int) -> None:
        self._report, self._count, self._cloud_count, self._begun = report, count, cloud_count, 0

    def next(self, what: str) -> Callable[[int], None]:
        """How the next look says which cloud it has done."""
        before = self._begun
        self._begun += 1

        def report_cloud(done: int) -> None:
            share = (before + done / self._cloud_count) / self._count
            self._report(share, f"{what}: cloud {done} of {self._cloud_count}")

        return report_cloud


@dataclass(frozen=True)
class _Clouds:
    """The points of sweeps in ``ego`` at each one's own time; what cannot be read is noted."""

    scene: Scene
    sweeps: Sequence[Sweep]
    problems: dict[int, Problem]

    def points_ego(self, index: int) -> FloatArray | None:
        sweep = self.sweeps[index]
        placed = place_sweep(self.scene, sweep, sweep.timestamp_ns)
        points = np.zeros((0, 3)) if placed.cloud is None else placed.cloud.positions_m
        distance_m = np.linalg.norm(points - self.scene.rig.ego_from_sensor[sweep.sensor].translation, axis=1)
        points = np.asarray(points[(distance_m > NEAREST_M) & (distance_m < FARTHEST_M)])
        if len(points) >= LEAST_POINTS:
            return points
        few = Problem.at(
            sweep.path, self.scene.path, f"expected {LEAST_POINTS} points to register, found {len(points)}"
        )
        self.problems[index] = placed.problems[0] if placed.cloud is None else few
        return None


def _sweeps(scene: Scene) -> list[Sweep]:
    """The clouds of the first lidar that has any, each moment once, in order of time."""
    known = [sweep for frame in scene.frames for sweep in frame.sweeps] + list(scene.sweeps_between)
    for lidar in scene.rig.lidars:
        mine = {sweep.timestamp_ns: sweep for sweep in known if sweep.sensor == lidar}
        if mine:
            return [mine[time_ns] for time_ns in sorted(mine)]
    raise RegistrationError(f"{scene.path}: expected clouds to register, found none")


def _trajectory(sweeps: Sequence[Sweep], poses: dict[int, SE3]) -> Trajectory:
    used = sorted(poses)
    return Trajectory.from_poses([sweeps[index].timestamp_ns for index in used], [poses[index] for index in used])


def _register(clouds: _Clouds, order: Sequence[int], report: Callable[[int], None]) -> dict[int, SE3]:
    """``first_from_ego`` of every cloud that can be used, in the order that they are taken in."""
    from kiss_icp.config.parser import KISSConfig
    from kiss_icp.kiss_icp import KissICP

    config = KISSConfig()
    config.data.deskew, config.data.min_range, config.data.max_range = False, 0.0, 2 * FARTHEST_M
    config.mapping.voxel_size = VOXEL_M
    # Sums of several threads differ from run to run.
    config.registration.max_num_threads = 1
    odometry, poses = KissICP(config), {}
    for done, index in enumerate(order, start=1):
        points = clouds.points_ego(index)
        if points is not None:
            odometry.register_frame(points, np.zeros(0))
            poses[index] = SE3.from_matrix(odometry.last_pose)
        report(done)
    return poses


def _measure(
    clouds: _Clouds, world_from_ego: dict[int, SE3], report: Callable[[int], None]
) -> tuple[FloatArray, FloatArray]:
    """(F,) the share of each cloud's points on surfaces seen before, and their distance from them."""
    shares, residuals_m = [1.0], [0.0]
    seen: deque[FloatArray] = deque(maxlen=SURFACE_CLOUDS)
    for done, index in enumerate(sorted(world_from_ego), start=1):
        points_ego = clouds.points_ego(index)
        if points_ego is None:
            raise RegistrationError(f"{clouds.sweeps[index].path}: the cloud could be read before, and cannot now")
        points_ego = points_ego[first_in_voxels(points_ego, SURFACE_VOXEL_M)]
        points = world_from_ego[index].apply(points_ego)
        if seen:
            share, residual_m = _fit(points[:: max(len(points) // CHECKED_POINTS, 1)], np.concatenate(seen))
            shares.append(share)
            residuals_m.append(residual_m)
        seen.append(points)
        report(done)
    return np.array(shares), np.array(residuals_m)


def _fit(points: FloatArray, surface: FloatArray) -> tuple[float, float]:
    """The share of points (N, 3) within ``INLIER_M`` of the planes through their neighbours, and how far those are."""
    distance_m, index = cKDTree(surface).query(points, k=NEIGHBORS, distance_upper_bound=PATCH_M)
    has_patch = np.isfinite(distance_m).all(axis=1)
    patches = surface[np.asarray(index)[has_patch]]
    middle = patches.mean(axis=1)
    spread = patches - middle[:, np.newaxis]
    normal = np.linalg.eigh(np.einsum("nki,nkj->nij", spread, spread))[1][:, :, 0]
    off_m = np.abs(np.einsum("ni,ni->n", points[has_patch] - middle, normal))
    inliers = off_m[off_m <= INLIER_M]
    share = len(inliers) / len(points)
    return share, float(np.sqrt(np.mean(inliers**2))) if len(inliers) else INLIER_M
