"""A sweep takes time: the lidar moves while it looks around, and so does what it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from geometry.arrays import Float32Array, FloatArray, IntArray
from geometry.se3 import SE3
from simulation.lidar import Met, SimulatedLidar
from simulation.pulses import Pulses
from simulation.rays import Hits, RayScene, rays_from
from simulation.scene import Scene
from simulation.subjects import Subject


@dataclass(frozen=True)
class Motion:
    """Where something is around one frame.

    Attributes:
        before: ``world_from_it`` one frame earlier.
        now: At the frame.
        after: One frame later.
    """

    before: SE3
    now: SE3
    after: SE3

    @classmethod
    def at(cls, poses: Sequence[SE3 | None], index: int) -> Motion:
        """From its poses in all frames; beyond those where it is, it goes on as it did (and stands if that is one).

        Raises:
            ValueError: It is nowhere at the frame.
        """
        now = poses[index]
        if now is None:
            raise ValueError(f"poses must hold one at frame {index}, got None")
        before = poses[index - 1] if index > 0 else None
        after = poses[index + 1] if index + 1 < len(poses) else None
        return cls(before or _beyond(after, now), now, after or _beyond(before, now))

    @property
    def moves(self) -> bool:
        """Whether it is anywhere else one frame earlier or later."""
        return not (self.before == self.now == self.after)

    def at_shares(self, shares: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Places (N, 3) and rotations (N, 3, 3) at shares -1 … 1 of the time between frames.

        Linear in place and along the shortest arc in rotation, as ``Trajectory`` has it between poses.
        """
        knots, three = [-1.0, 0.0, 1.0], (self.before, self.now, self.after)
        ways = np.array([pose.translation for pose in three])
        places = np.stack([np.interp(shares, knots, ways[:, axis]) for axis in range(3)], axis=1)
        turns = Slerp(knots, Rotation.from_matrix(np.stack([pose.rotation for pose in three])))
        return places, np.asarray(turns(shares).as_matrix())


def _beyond(other: SE3 | None, now: SE3) -> SE3:
    """Where something comes to that goes on from ``now`` as it came from the other place; ``now`` if it stood there."""
    return now if other is None or other == now else now @ other.inverse() @ now


def meet_rolling(
    scene: Scene,
    standing: RayScene,
    movers: Sequence[tuple[Subject, Motion]],
    ego: Motion,
    lidar: SimulatedLidar,
    pulses: Pulses,
    frame_ns: int,
) -> Met:
    """Every pulse leaves from where the lidar is when it is fired, and meets movers where they are then.

    Args:
        scene: Scenery and standing objects first, then the movers in order, as they are at the frame's time.
        standing: The tree over all triangles of the scene before the movers'.
        movers: Who moves, and how.
        ego: How the ego moves.
        lidar: Which looks.
        pulses: What it sends.
        frame_ns: Time between frames, which is the duration of a sweep.
    """
    shares = pulses.time_share.astype(np.float64)
    ego_place, ego_turn = ego.at_shares(shares)
    origins = ego_place + ego_turn @ lidar.ego_from_lidar.translation
    turns = (ego_turn @ lidar.ego_from_lidar.rotation).astype(np.float32)
    directions = np.einsum("nij,nj->ni", turns, pulses.directions_lidar)
    hits = standing.cast(rays_from(origins.astype(np.float32), directions))
    for number, (subject, motion) in enumerate(movers, start=len(scene.first_triangle) - len(movers)):
        towards = _towards(subject, origins, directions)
        if len(towards):
            met = _meet_mover(subject, motion, shares[towards], origins[towards], directions[towards])
            nearer = met.distance_m < hits.distance_m[towards]
            first = int(scene.first_triangle[number])
            hits.put(towards[nearer], Hits(met.distance_m[nearer], met.triangle[nearer] + first, met.weights[nearer]))
    return Met(directions, hits, np.rint(shares * frame_ns).astype(np.int32))


def _towards(subject: Subject, origins: FloatArray, directions: Float32Array) -> IntArray:
    """Indices of the rays that come near an object, wherever it is during the sweep."""
    aside = subject.box_world.center - origins.mean(axis=0)
    reach = float(np.linalg.norm(subject.box_world.size_lwh_m)) / 2 + 3.0
    distance = float(np.linalg.norm(aside))
    if distance <= reach:
        return np.arange(len(directions))
    cosine = directions @ (aside / distance).astype(np.float32)
    return np.flatnonzero(cosine > np.sqrt(1.0 - (reach / distance) ** 2))


def _meet_mover(
    subject: Subject, motion: Motion, shares: FloatArray, origins: FloatArray, directions: Float32Array
) -> Hits:
    """Cast the rays at the object's own tree, each from where it is seen from the object then."""
    places, turns = motion.at_shares(shares)
    local = rays_from(
        np.einsum("nij,ni->nj", turns, origins - places).astype(np.float32),
        np.einsum("nij,ni->nj", turns, directions.astype(np.float64)).astype(np.float32),
    )
    return subject.shape.rays.cast(local)
