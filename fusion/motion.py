"""The ego's motion within a sweep or an image: points moved from where the ego was, each at its own time.

Between knots in time a rigid motion is taken as affine. Knots lie at every pose of the trajectory, so that places,
which are linear between poses, are exact, and as close together as ``STEP_RAD`` of turning, so that a chord differs
from its arc by STEP_RAD² / 8 of the range: 0.1 mm at 200 m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from geometry import SE3, Trajectory
from geometry.arrays import FloatArray, IntArray
from pointcloud import PointCloud

STEP_RAD = 0.002
BEYOND_NS = 100_000_000
MOST_STEPS = 256
"""Between two poses of a trajectory; enough for half a radian."""


@dataclass(frozen=True, eq=False)
class Way:
    """A transform that changes with time, affine between knots and held beyond them.

    Attributes:
        times_ns: (K,) rising strictly.
        rotations: (K, 3, 3) of ``dst_from_src`` at each.
        places: (K, 3) its translations, metres.
    """

    times_ns: IntArray
    rotations: FloatArray
    places: FloatArray

    def apply(self, points_src: NDArray[np.floating], at_ns: IntArray) -> FloatArray:
        """Points (N, 3), each by the transform of its own time (N,), from ``src`` into ``dst``, in float64."""
        moved = np.empty(points_src.shape)
        knot = self._knots_before(at_ns)
        # Knot by knot: a product of many points costs far less than a matrix for each.
        order = np.argsort(knot.astype(np.min_scalar_type(len(self.times_ns))), kind="stable")
        bounds = np.searchsorted(knot[order], np.arange(len(self.times_ns) + 1))
        for k in np.flatnonzero(np.diff(bounds)):
            rows = order[bounds[k] : bounds[k + 1]]
            points = points_src[rows].astype(np.float64)
            moved[rows] = self._apply_after(int(k), points, at_ns[rows])
        return moved

    def _apply_after(self, k: int, points: FloatArray, at_ns: IntArray) -> FloatArray:
        """Points of times between one knot and the next."""
        moved: FloatArray = points @ self.rotations[k].T + self.places[k]
        if k + 1 < len(self.times_ns):
            start, end = int(self.times_ns[k]), int(self.times_ns[k + 1])
            share = ((at_ns - start) / (end - start)).clip(0.0, 1.0)[:, np.newaxis]
            turned = points @ (self.rotations[k + 1] - self.rotations[k]).T
            moved += share * (turned + (self.places[k + 1] - self.places[k]))
        return moved

    def _knots_before(self, at_ns: IntArray) -> IntArray:
        after = np.searchsorted(self.times_ns, at_ns, side="right")
        return np.asarray(after - 1).clip(0)

    def inverse(self) -> Way:
        """``src_from_dst``; between knots it differs from the exact inverse as a chord from its arc."""
        turned_back = self.rotations.transpose(0, 2, 1)
        return Way(self.times_ns, turned_back, -np.einsum("kij,kj->ki", turned_back, self.places))

    def after(self, dst_from_mid: SE3) -> Way:
        """This way, then a transform that stays: ``dst_from_mid @ mid_from_src(t)``."""
        places = dst_from_mid.apply(self.places)
        return Way(self.times_ns, dst_from_mid.rotation @ self.rotations, places)

    def before(self, mid_from_src: SE3) -> Way:
        """A transform that stays, then this way: ``dst_from_mid(t) @ mid_from_src``."""
        places = self.rotations @ mid_from_src.translation + self.places
        return Way(self.times_ns, self.rotations @ mid_from_src.rotation, places)


def ego_way(trajectory: Trajectory, reference_ns: int, first_ns: int, last_ns: int) -> Way:
    """``ego(reference)_from_ego(t)`` for all t from ``first_ns`` to ``last_ns``.

    Counted from the reference's place before anything is rounded, so worlds millions of metres wide lose nothing. The
    first and the last sweep of a drive reach beyond its poses: there the ego goes on as between the two poses next to
    it, for ``BEYOND_NS``, and is held from then on.
    """
    stamps = trajectory.timestamps_ns
    final = len(stamps) - 1
    start = max(int(np.searchsorted(stamps, first_ns, side="right")) - 1, 0)
    end = min(int(np.searchsorted(stamps, last_ns, side="left")), final)
    # Two poses at least, where there are two, so that there is a motion to go on with.
    start, end = min(start, max(final - 1, 0)), max(end, min(1, final))
    poses, times = trajectory.poses[start : end + 1], stamps[start : end + 1]
    here = trajectory.world_from_ego(reference_ns)
    world = Way(
        times,
        np.stack([pose.rotation for pose in poses]),
        np.stack([pose.translation - here.translation for pose in poses]),
    )
    fine = _refined(_extended(world, first_ns, last_ns), first_ns, last_ns)
    return fine.after(SE3(here.rotation.T, np.zeros(3)))


def deskew(
    cloud: PointCloud, timestamp_ns: int, trajectory: Trajectory, ego_from_sensor: SE3, at_ns: int
) -> PointCloud:
    """A sweep in ``ego`` at a time, each point moved from where the ego was at its own.

    Args:
        cloud: In the sensor's frame, with ``time_offset_ns``.
        timestamp_ns: The sweep's, which the offsets count from.
        trajectory: Where the ego was; goes on a little beyond its ends, see ``ego_way``.
        ego_from_sensor: Where the sensor sits.
        at_ns: The time of the ``ego`` that the points come to.

    Raises:
        ValueError: The points have no times.
    """
    if cloud.time_offset_ns is None:
        raise ValueError("cloud must have time_offset_ns to be deskewed")
    if not len(cloud):
        return PointCloud.empty("ego")
    times_ns = cloud.time_offset_ns + np.int64(timestamp_ns)
    way = ego_way(trajectory, at_ns, int(times_ns.min()), int(times_ns.max()))
    # The sensor's place and the cloud's origin are folded in, so that float32 coordinates are enough.
    sensor_way = way.before(ego_from_sensor).before(SE3(np.eye(3), cloud.origin_m))
    channels = {name: getattr(cloud, name) for name in ("intensity", "time_offset_ns", "ring", "rgb", "dropped_count")}
    return PointCloud.from_positions(sensor_way.apply(cloud.xyz, times_ns), "ego", **channels)


def _extended(way: Way, first_ns: int, last_ns: int) -> Way:
    """The same way and how it goes on, as far as the times asked for."""
    if len(way.times_ns) == 1:
        return way
    times, places, rotations = list(way.times_ns), list(way.places), list(way.rotations)
    ends = ((0, 1, max(first_ns, int(times[0]) - BEYOND_NS)), (-1, -2, min(last_ns, int(times[-1]) + BEYOND_NS)))
    for end, inner, until_ns in ends:
        share = (until_ns - int(way.times_ns[end])) / (int(way.times_ns[end]) - int(way.times_ns[inner]))
        if share <= 0:
            continue
        turn = Rotation.from_matrix(way.rotations[inner].T @ way.rotations[end]).as_rotvec()
        rotation = way.rotations[end] @ Rotation.from_rotvec(share * turn).as_matrix()
        place = way.places[end] + share * (way.places[end] - way.places[inner])
        at = 0 if end == 0 else len(times)
        times.insert(at, np.int64(until_ns))
        places.insert(at, place)
        rotations.insert(at, rotation)
    return Way(np.array(times, dtype=np.int64), np.stack(rotations), np.stack(places))


def _refined(way: Way, first_ns: int, last_ns: int) -> Way:
    """The same way with more knots wherever it turns, cut to the times asked for."""
    if len(way.times_ns) == 1:
        return way
    starts, ends = Rotation.from_matrix(way.rotations[:-1]), Rotation.from_matrix(way.rotations[1:])
    turn = (starts.inv() * ends).as_rotvec()
    counts = np.ceil(np.linalg.norm(turn, axis=1) / STEP_RAD).clip(1, MOST_STEPS).astype(np.int64)
    span_ns = np.diff(way.times_ns)
    segment = np.repeat(np.arange(len(counts)), counts)
    share = (np.arange(len(segment)) - (np.cumsum(counts) - counts)[segment]) / counts[segment]
    # A step cannot be shorter than a nanosecond.
    time_ns = way.times_ns[segment] + (share * span_ns[segment]).astype(np.int64)
    kept = np.diff(time_ns, prepend=time_ns[0] - 1) > 0
    before_ns, after_ns = np.append(time_ns[0], time_ns[:-1]), np.append(time_ns[1:], way.times_ns[-1])
    kept &= (after_ns >= first_ns) & (before_ns <= last_ns)
    segment, time_ns = segment[kept], time_ns[kept]
    share = (time_ns - way.times_ns[segment]) / span_ns[segment]
    rotations = (starts[segment] * Rotation.from_rotvec(share[:, np.newaxis] * turn[segment])).as_matrix()
    places = way.places[segment] + share[:, np.newaxis] * np.diff(way.places, axis=0)[segment]
    return Way(
        np.append(time_ns, way.times_ns[-1]),
        np.concatenate([rotations, way.rotations[-1:]]),
        np.concatenate([places, way.places[-1:]]),
    )
