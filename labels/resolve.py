"""From key cuboids to every cuboid of a frame: what lies between two keys is derived, never stored."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geometry import SE3, Trajectory, interpolate_se3
from geometry.arrays import FloatArray
from labels.label_set import Cuboid, LabelSet, Track


@dataclass(frozen=True)
class ResolvedCuboid:
    """A cuboid of one frame, stored or derived.

    Attributes:
        cuboid: The key itself, or a derived one with the id ``<track id>@<frame index>``.
        is_key: Whether it is stored.
        interpolated_in: ``world`` or ``ego`` for a derived one, None for a key.
    """

    cuboid: Cuboid
    is_key: bool
    interpolated_in: str | None = None


class Resolver:
    """Derives the cuboids of any frame from one label set; cheap to ask for many frames."""

    def __init__(
        self,
        labels: LabelSet,
        frame_times_ns: Sequence[int],
        trajectory: Trajectory | None = None,
    ) -> None:
        """Index the keys by track.

        Args:
            labels: The stored labels.
            frame_times_ns: The time of each frame of the scene.
            trajectory: Ego poses; without them everything is derived in ``ego``.
        """
        self._tracks = labels.tracks
        self._times_ns = frame_times_ns
        self._trajectory = trajectory
        keys: defaultdict[str, list[Cuboid]] = defaultdict(list)
        for cuboid in labels.cuboids.values():
            keys[cuboid.track_id].append(cuboid)
        self._keys: Mapping[str, list[Cuboid]] = {
            track_id: sorted(cuboids, key=lambda cuboid: cuboid.frame_index) for track_id, cuboids in keys.items()
        }

    def frame(self, frame_index: int) -> list[ResolvedCuboid]:
        """All cuboids of a frame, in the order of the tracks.

        Raises:
            ValueError: The scene has no such frame.
        """
        if not 0 <= frame_index < len(self._times_ns):
            raise ValueError(f"frame_index must lie in 0 … {len(self._times_ns) - 1}, got {frame_index}")
        found = (self.track_in_frame(track_id, frame_index) for track_id in self._tracks)
        return [resolved for resolved in found if resolved is not None]

    def track_in_frame(self, track_id: str, frame_index: int) -> ResolvedCuboid | None:
        """The track's cuboid in a frame, or None where it has none."""
        keys = self._keys.get(track_id, [])
        after = bisect_right(keys, frame_index, key=lambda cuboid: cuboid.frame_index)
        before_key = keys[after - 1] if after > 0 else None
        after_key = keys[after] if after < len(keys) else None
        if before_key is not None and before_key.frame_index == frame_index:
            return ResolvedCuboid(before_key, is_key=True)
        track = self._tracks[track_id]
        if not track.first_frame <= frame_index <= track.last_frame:
            return None
        if before_key is not None and before_key.ends_segment:
            return None
        if before_key is not None and after_key is not None:
            return self._between(track, before_key, after_key, frame_index)
        nearest = before_key or after_key
        return self._held(track, nearest, frame_index) if track.is_static and nearest is not None else None

    def _between(self, track: Track, start: Cuboid, end: Cuboid, frame_index: int) -> ResolvedCuboid:
        start_ns, end_ns = (
            self._times_ns[start.frame_index],
            self._times_ns[end.frame_index],
        )
        fraction = (self._times_ns[frame_index] - start_ns) / (end_ns - start_ns)
        size = (1.0 - fraction) * start.size_lwh_m + fraction * end.size_lwh_m
        base_from_start = self._base_from_ego(track, start.frame_index) @ start.ego_from_object
        base_from_end = self._base_from_ego(track, end.frame_index) @ end.ego_from_object
        base_from_object = interpolate_se3(base_from_start, base_from_end, fraction)
        return self._derived(track, start, frame_index, base_from_object, size)

    def _held(self, track: Track, key: Cuboid, frame_index: int) -> ResolvedCuboid:
        base_from_object = self._base_from_ego(track, key.frame_index) @ key.ego_from_object
        return self._derived(track, key, frame_index, base_from_object, key.size_lwh_m)

    def _derived(
        self,
        track: Track,
        key: Cuboid,
        frame_index: int,
        base_from_object: SE3,
        size_lwh_m: FloatArray,
    ) -> ResolvedCuboid:
        cuboid = replace(
            key,
            id=f"{track.id}@{frame_index}",
            frame_index=frame_index,
            ego_from_object=self._base_from_ego(track, frame_index).inverse() @ base_from_object,
            size_lwh_m=size_lwh_m,
            source="propagated",
            score=None,
            attributes={},
        )
        return ResolvedCuboid(
            cuboid,
            is_key=False,
            interpolated_in="world" if self._in_world(track) else "ego",
        )

    def _in_world(self, track: Track) -> bool:
        return self._trajectory is not None and track.interpolate_in == "world"

    def _base_from_ego(self, track: Track, frame_index: int) -> SE3:
        if self._trajectory is None or not self._in_world(track):
            return SE3.identity()
        return self._trajectory.world_from_ego(self._times_ns[frame_index])


def resolve(
    labels: LabelSet,
    frame_index: int,
    frame_times_ns: Sequence[int],
    trajectory: Trajectory | None = None,
) -> list[ResolvedCuboid]:
    """The cuboids of one frame; for many frames keep a ``Resolver``."""
    return Resolver(labels, frame_times_ns, trajectory).frame(frame_index)
