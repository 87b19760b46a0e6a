"""Labels over a scene's time: what is where in which frame, for edits that must leave everything else where it is."""

from __future__ import annotations

from collections.abc import Sequence

from geometry import SE3, Trajectory
from labels.errors import LabelError
from labels.label_set import Cuboid, LabelSet, Track
from labels.resolve import ResolvedCuboid, Resolver


class Timeline:
    """One label set on a scene's frames.

    Attributes:
        labels: The stored labels.
        frame_count: The number of frames of the scene.
    """

    def __init__(self, labels: LabelSet, frame_times_ns: Sequence[int], trajectory: Trajectory | None = None) -> None:
        """As for ``Resolver``."""
        self.labels = labels
        self.frame_count = len(frame_times_ns)
        self._times_ns, self._trajectory = frame_times_ns, trajectory
        self._resolver = Resolver(labels, frame_times_ns, trajectory)

    def track(self, track_id: str) -> Track:
        """The track; raises ``LabelError`` where there is none."""
        track = self.labels.tracks.get(track_id)
        if track is None:
            raise LabelError(f"track {track_id} does not exist")
        return track

    def keys(self, track_id: str) -> list[Cuboid]:
        """The key cuboids of a track, by frame."""
        return self.labels.keys_of_track(track_id)

    def at(self, track_id: str, frame_index: int) -> ResolvedCuboid | None:
        """The track's cuboid in a frame, or None where it has none."""
        return self._resolver.track_in_frame(track_id, frame_index)

    def life(self, track_id: str) -> range:
        """The frames from a track's first to its last, keys beyond its stated life included."""
        track = self.track(track_id)
        frames = [key.frame_index for key in self.keys(track_id)]
        first, last = min([track.first_frame, *frames]), max([track.last_frame, *frames])
        return range(first, min(last + 1, self.frame_count))

    def frames(self, track_id: str) -> list[int]:
        """The frames in which a track has a cuboid."""
        return [frame for frame in self.life(track_id) if self.at(track_id, frame) is not None]

    def world_from_ego(self, frame_index: int) -> SE3:
        """Where the vehicle is; raises ``LabelError`` where the scene has no poses."""
        if self._trajectory is None:
            raise LabelError("the scene has no vehicle poses, so nothing is known to stand still in it")
        return self._trajectory.world_from_ego(self._times_ns[frame_index])
