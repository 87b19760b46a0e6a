"""Truebox records as tracklets, and what tracklets cannot hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import isfinite

import numpy as np

from formats.format import SceneExport
from formats.given import cuboid_fingerprint
from formats.kitti.derive_rows import DerivedRows, derive_rows
from formats.kitti.losses import MAX_TILT_RAD, check_sequential, lost_attributes, lost_sensor_data
from formats.kitti.make_rows import own_number, truncation_level
from formats.kitti.read_tracklets import FLAGS, FLAGS_GIVEN_FOR, SITTING
from formats.kitti.suggest_occlusion import OcclusionSuggester
from formats.kitti.taxonomy import OCCLUDED
from formats.kitti.tracklets import (
    POSE_FLAGS,
    STATE_INTERPOLATED,
    STATE_LABELED,
    TRUNCATION_BEHIND,
    UNSET,
    Tracklet,
    TrackletPose,
)
from formats.kitti.views import label_views
from formats.selection import SelectedCuboid, select_cuboids
from geometry import SE3
from geometry.arrays import FloatArray
from geometry.rotation import tilt_from_rotation, yaw_from_rotation
from labels import Cuboid, Track

OUT_OF_IMAGE = 2


class TrackletMaker:
    """Makes the tracklets of one scene."""

    def __init__(self, export: SceneExport) -> None:
        """Raise ``FormatError`` where the scene is no drive or has no camera."""
        check_sequential(export.scene)
        self._export = export
        self._views = label_views(export.scene)
        rig = export.scene.rig
        self._velodyne_from_ego = rig.ego_from_sensor[rig.lidars[0]].inverse() if rig.lidars else SE3.identity()
        self.selected = select_cuboids(export).cuboids
        self._runs: defaultdict[str, list[list[int]]] = defaultdict(list)
        for row, selected in enumerate(self.selected):
            runs = self._runs[selected.track.id]
            if not runs or self.selected[runs[-1][-1]].cuboid.frame_index != selected.cuboid.frame_index - 1:
                runs.append([])
            runs[-1].append(row)

    def tracklets(self) -> list[Tracklet]:
        """All tracklets, in the order of the tracks' numbers and then of their first frames."""
        return [self._tracklet(track, run) for track in self._tracks for run in self._runs[track.id]]

    def losses(self) -> Iterator[str]:
        """One message for every thing that tracklets do not say."""
        for track in self._tracks:
            yield from self._lost_of_track(track)
        for selected in self.selected:
            velodyne_from_object = self._velodyne_from_ego @ selected.cuboid.ego_from_object
            if tilt_from_rotation(velodyne_from_object.rotation) > MAX_TILT_RAD:
                yield "cuboids tilted by more than 2°: written upright"
            yield from lost_attributes(selected.cuboid.attributes, "cuboids")
            if selected.cuboid.score is not None:
                yield "scores of cuboids: left out"
        for box in self._export.labels.image_boxes.values():
            what = "ignore regions (DontCare)" if box.kind == "ignore" else "2D boxes"
            yield f"{what}: left out, as tracklets are 3D alone"
        yield from ("frames marked done or empty: tracklets do not say so" for _ in self._export.labels.frame_states)
        yield from lost_sensor_data(self._export)

    @cached_property
    def _tracks(self) -> list[Track]:
        tracks = {selected.track.id: selected.track for selected in self.selected}.values()

        def place(track: Track) -> tuple[bool, int, int, str]:
            number = own_number(track)
            return (number is None, number or 0, track.first_frame, track.id)

        return sorted(tracks, key=place)

    @cached_property
    def _derived(self) -> DerivedRows:
        return derive_rows(self.selected, self._views)

    @cached_property
    def _suggester(self) -> OcclusionSuggester:
        return OcclusionSuggester(self._export.scene, self.selected, self._derived)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number that each track is read back with."""
        firsts = np.cumsum([0, *(len(self._runs[track.id]) for track in self._tracks)])
        return {track.id: int(first) for track, first in zip(self._tracks, firsts, strict=False)}

    def _lost_of_track(self, track: Track) -> Iterator[str]:
        runs = self._runs[track.id]
        if len(runs) > 1:
            yield "tracks with gaps: written as several tracklets, which have nothing in common"
        if track.external_id is not None and own_number(track) != self._numbers[track.id]:
            yield "ids of tracks: tracklets have none and are counted from 0"
        sizes = {self.selected[row].cuboid.size_lwh_m.tobytes() for run in runs for row in run}
        if len(sizes) > 1:
            yield "tracks whose size changes: a tracklet has one size, the median is written"
        if track.is_static:
            yield "tracks marked as standing still: every frame gets a pose, the mark is not kept"
        yield from lost_attributes(track.attributes, "tracks")

    def _tracklet(self, track: Track, run: Sequence[int]) -> Tracklet:
        sizes = np.array([self.selected[row].cuboid.size_lwh_m for row in run])
        length, width, height = map(float, np.median(sizes, axis=0))
        category = SITTING[0] if track.category == SITTING[1] else track.category
        first_frame = self.selected[run[0]].cuboid.frame_index
        return Tracklet(category, (height, width, length), first_frame, tuple(self._pose(row) for row in run))

    def _pose(self, row: int) -> TrackletPose:
        selected = self.selected[row]
        velodyne_from_object = self._velodyne_from_ego @ selected.cuboid.ego_from_object
        bottom = _bottom(velodyne_from_object, selected.cuboid)
        yaw_rad = yaw_from_rotation(velodyne_from_object.rotation)
        return TrackletPose((bottom[0], bottom[1], bottom[2]), (0.0, 0.0, yaw_rad), self._flags(row, selected))

    def _flags(self, row: int, selected: SelectedCuboid) -> tuple[float, ...]:
        """The flags as they came, while their cuboid is unchanged; else what follows from it, unset where nothing does.

        Occlusion is what people see as the cuboid's attribute, whatever came.
        """
        came = self._came(selected)
        state = STATE_LABELED if selected.is_key else STATE_INTERPOLATED
        derived = dict.fromkeys(POSE_FLAGS, float(UNSET)) | {"state": state, "truncation": self._truncation(row)}
        flags = derived if came is None else dict(zip(POSE_FLAGS, came, strict=True))
        answer = selected.cuboid.attributes.get(OCCLUDED, selected.key.attributes.get(OCCLUDED))
        if answer in (0, 1, 2):
            flags["occlusion"] = float(answer)
        elif came is None:
            flags["occlusion"] = float(self._suggester.level(row))
        return tuple(flags[name] for name in POSE_FLAGS)

    def _came(self, selected: SelectedCuboid) -> tuple[float, ...] | None:
        attributes = selected.cuboid.attributes
        if FLAGS not in attributes or self._export.options.derive_2d == "all":
            return None
        if attributes.get(FLAGS_GIVEN_FOR) != cuboid_fingerprint(selected.cuboid, selected.track.category):
            return None
        try:
            flags = tuple(float(word) for word in str(attributes[FLAGS]).split())
        except ValueError:
            return None
        return flags if len(flags) == len(POSE_FLAGS) and all(map(isfinite, flags)) else None

    def _truncation(self, row: int) -> float:
        """0 in the image, 1 cut off, 2 outside, 99 behind the camera."""
        if self._derived.bboxes[row] is not None:
            return float(truncation_level(self._derived.truncation[row]))
        return float(OUT_OF_IMAGE if self._derived.locations[row][2] > 0 else TRUNCATION_BEHIND)


def _bottom(velodyne_from_object: SE3, cuboid: Cuboid) -> FloatArray:
    """The bottom's centre of an upright box around the same centre."""
    return np.asarray(velodyne_from_object.translation - (0.0, 0.0, cuboid.size_lwh_m[2] / 2.0))
