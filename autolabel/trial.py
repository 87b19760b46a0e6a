"""The machine's labels of scenes beside the truth: which boxes count, and who is excused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from autolabel.labeled_scene import LabeledScene
from autolabel.proposal import Proposal
from autolabel.recording import Recording
from autolabel.region import LabeledRegion
from autolabel.upright import box_of, moved, upright
from fusion import CameraView, Scene
from geometry import Box
from geometry.arrays import BoolArray, FloatArray, IntArray
from labels import Cuboid, LabelSet, Resolver
from quality.effort import Band, EffortScene, EffortTrack, effort_tracks, lidar_places
from quality.metrics.precision_from_above import SeenObjects
from quality.point_counts import count_inside

FEWEST_POINTS = 5
"""An object that shows fewer needs not be found."""
COVERED = 0.5
"""A box whose picture lies so far in an ignore region is not judged."""
BANDS = {"accept": Band.ACCEPT, "check": Band.CHECK, "redo": Band.REDO}
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Trial:
    """One scene.

    Attributes:
        scene: The scene.
        recording: Its points.
        truth: Labels of all its frames.
        known: The frames that the machine was told; they are not scored.
        region: Where labels are at all.
        proposals: What the machine says.
    """

    scene: Scene
    recording: Recording
    truth: LabelSet
    known: LabeledScene
    region: LabeledRegion
    proposals: Sequence[Proposal] = field(default_factory=tuple)

    @cached_property
    def is_seed(self) -> BoolArray:
        """(F,) the frames that are not scored."""
        return np.isin(np.arange(len(self.recording)), list(self.known.frames))

    @cached_property
    def shown(self) -> dict[tuple[str, int], int]:
        """By track and frame, the points in each box of the truth."""
        resolver = Resolver(self.truth, self.scene.frame_times_ns, self.scene.trajectory)
        counts: dict[tuple[str, int], int] = {}
        for frame in np.flatnonzero(~self.is_seed).tolist():
            points = self.recording.points(frame)[:, :3].astype(np.float64)
            for resolved in resolver.frame(frame):
                counts[resolved.cuboid.track_id, frame] = count_inside(points, resolved.cuboid.box_ego)
        return counts

    def is_scored(self, cuboid: Cuboid) -> bool:
        """Whether a box of the truth has to be found."""
        is_near = bool(self.region.holds(cuboid.box_ego.center[None])[0])
        return is_near and self.shown.get((cuboid.track_id, cuboid.frame_index), 0) >= FEWEST_POINTS

    def is_ignored(self, frames: IntArray, boxes_base: FloatArray) -> BoolArray:
        """(N,) whether boxes without a partner are nobody's fault: in ignore regions, or beyond where labels are."""
        excused = np.zeros(len(frames), np.bool_)
        for place, (frame, row) in enumerate(zip(frames.tolist(), boxes_base, strict=True)):
            box = self._in_ego(frame, row)
            excused[place] = not self.region.holds(box.center[None])[0] or self._is_covered(frame, box)
        return excused

    def effort_scene(self) -> EffortScene:
        """What effort is measured on."""
        times_ns, trajectory = self.scene.frame_times_ns, self.scene.trajectory
        truth = effort_tracks(self.truth, times_ns, trajectory, is_scored=self.is_scored)
        return EffortScene(
            np.array([self.recording.time_s(frame) for frame in range(len(self.recording))]),
            truth,
            [self._proposed(number, proposal) for number, proposal in enumerate(self.proposals)],
            lidar_places(times_ns, trajectory, self.recording.lidar_center_ego),
            in_world=self.recording.in_world,
            is_ignored=self.is_ignored,
            is_seed=self.is_seed,
        )

    def seen_truth(self, names: Sequence[str], first_frame: int) -> SeenObjects:
        """The truth as average precision takes it, frames counted from a number on."""
        resolver = Resolver(self.truth, self.scene.frame_times_ns, self.scene.trajectory)
        found = [
            (first_frame + frame, names.index(category), resolved.cuboid)
            for frame in np.flatnonzero(~self.is_seed).tolist()
            for resolved in resolver.frame(frame)
            if (category := self.truth.tracks[resolved.cuboid.track_id].category) in names
        ]
        return SeenObjects.of(
            np.array([each[0] for each in found], np.int64),
            np.array([each[1] for each in found], np.int64),
            upright(each[2].box_ego for each in found),
            np.ones(len(found)),
            np.array([self.is_scored(each[2]) for each in found], np.bool_),
        )

    def seen_proposals(self, names: Sequence[str], first_frame: int) -> SeenObjects:
        """The proposals likewise."""
        found = [
            (frame, names.index(proposal.category), box, proposal.score_in(frame))
            for proposal in self.proposals
            if proposal.category in names
            for frame, box in proposal.boxes_ego.items()
            if not self.is_seed[frame]
        ]
        frames = np.array([each[0] for each in found], np.int64)
        rows = upright(each[2] for each in found)
        judged = np.array([not self._is_covered(each[0], each[2]) for each in found], np.bool_)
        judged &= self.region.holds(rows)
        scores = np.array([each[3] for each in found])
        return SeenObjects.of(
            first_frame + frames, np.array([each[1] for each in found], np.int64), rows, scores, judged
        )

    def _proposed(self, number: int, proposal: Proposal) -> EffortTrack:
        frames = np.array(sorted(proposal.boxes_ego), np.int64)
        rows = [moved(upright([proposal.boxes_ego[f]]), self.recording.base_from_ego(f))[0] for f in frames.tolist()]
        bands = np.full(len(frames), int(BANDS[proposal.band]))
        return EffortTrack(f"{number:06d}", proposal.category, frames, np.array(rows).reshape(-1, 7), bands)

    def _in_ego(self, frame: int, row: FloatArray) -> Box:
        return box_of(moved(row[None], self.recording.base_from_ego(frame).inverse())[0])

    @cached_property
    def _regions(self) -> dict[int, list[tuple[str, Rectangle]]]:
        found: defaultdict[int, list[tuple[str, Rectangle]]] = defaultdict(list)
        for item in self.truth.image_boxes.values():
            if item.kind == "ignore" and item.camera in self.scene.rig.cameras:
                found[item.frame_index].append((item.camera, item.ltrb_px))
        return found

    def _is_covered(self, frame: int, box: Box) -> bool:
        for camera in {name for name, _ in self._regions.get(frame, ())}:
            projected = CameraView.of_rig(self.scene.rig, camera).project_box(box)
            if projected is None or projected.trunc_ltrb_px is None:
                continue
            regions = [ltrb for name, ltrb in self._regions[frame] if name == camera]
            if max(_covered(projected.trunc_ltrb_px, region) for region in regions) >= COVERED:
                return True
        return False


def _covered(ltrb_px: Rectangle, region: Rectangle) -> float:
    """The part of a rectangle that another covers."""
    left, top, right, bottom = ltrb_px
    width = min(right, region[2]) - max(left, region[0])
    height = min(bottom, region[3]) - max(top, region[1])
    area = (right - left) * (bottom - top)
    return max(width, 0.0) * max(height, 0.0) / area if area > 0.0 else 0.0
