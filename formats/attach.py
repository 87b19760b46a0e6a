"""Labels of one dataset put onto the frames of another's scene: predictions, or what another tool made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formats.format import LabelReading
from fusion import Frame, Problem, Scene
from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track

TOLERANCE_NS = 50_000_000
"""Half a turn of a lidar at 10 Hz; what is further apart shows another moment."""
NAMED = 3


@dataclass(frozen=True)
class FrameMatch:
    """Which frames of two scenes are the same moment.

    Attributes:
        target_from_source: Frame index to frame index; one to one.
        how: What decided, as words: ``by name``, ``by time``, ``by number``; empty where nothing did.
    """

    target_from_source: Mapping[int, int]
    how: str


def attach_labels(labels: LabelSet, source: Scene, target: Scene, tolerance_ns: int = TOLERANCE_NS) -> LabelReading:
    """Put the labels of a scene onto the frames of another.

    Frames are the same by name (their own or that of a file of theirs), else by time within the tolerance, else by
    number where both scenes have equally many. Boxes go through a lidar, or else a camera, that both rigs place under
    one name; without such a sensor both are taken to have the same ``ego``. Where frames are the same by time only,
    boxes are carried along the target's trajectory over the time between, as if they stood still.

    Args:
        labels: The labels of ``source``.
        source: The scene they were made for; it may have no sensors.
        target: The scene that gets them.
        tolerance_ns: How far apart frames of one moment may be.

    Returns:
        Labels of ``target``. What was assumed or left out is among the problems, whose path is the name of ``source``.
    """
    frames = match_frames(source, target, tolerance_ns)
    sensor = _common_sensor(source, target)
    said = list(_said(labels, source, target, frames, sensor))
    attached = _moved(labels, _Move(source, target, frames, sensor))
    lost = {box.camera for box in labels.image_boxes.values()} - set(target.rig.cameras)
    if lost and frames.target_from_source:
        said.append(f"2D boxes in {', '.join(sorted(lost))} are left out: {target.name} has no such camera")
    return LabelReading(attached, tuple(Problem(source.name, message) for message in said))


def match_frames(source: Scene, target: Scene, tolerance_ns: int = TOLERANCE_NS) -> FrameMatch:
    """Which frame of ``target`` each frame of ``source`` is; those that are none are left out."""
    by_name = _by_name(source.frames, target.frames)
    if by_name:
        return FrameMatch(by_name, "by name")
    by_time = _by_time(source.frame_times_ns, target.frame_times_ns, tolerance_ns)
    if 2 * len(by_time) >= len(source.frames) > 0:
        return FrameMatch(by_time, "by time")
    if len(source.frames) == len(target.frames):
        return FrameMatch({index: index for index in range(len(source.frames))}, "by number")
    return FrameMatch(by_time, "by time" if by_time else "")


def _by_name(source: Sequence[Frame], target: Sequence[Frame]) -> dict[int, int]:
    """By a name that one frame alone has on either side; names that are numbers are compared as numbers."""
    ours, theirs = _frames_by_name(source), _frames_by_name(target)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for name, index in ours.items():
        there = theirs.get(name)
        if there is not None and index not in found and there not in taken:
            found[index] = there
            taken.add(there)
    return found


def _frames_by_name(frames: Sequence[Frame]) -> dict[str, int]:
    """The frame of each name that is of one frame only; its own name goes before those of its files."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    for names in (_own_names, _file_names):
        for frame in frames:
            for name in names(frame):
                if found.setdefault(name, frame.index) != frame.index:
                    shared.add(name)
    return {name: index for name, index in found.items() if name not in shared}


def _own_names(frame: Frame) -> Iterator[str]:
    if frame.name:
        yield _plain(frame.name)


def _file_names(frame: Frame) -> Iterator[str]:
    parts = [sweep.path for sweep in frame.sweeps if not sweep.part]
    parts += [image.path for image in frame.images if not image.part]
    yield from dict.fromkeys(_plain(path.stem) for path in parts)


def _plain(name: str) -> str:
    return str(int(name)) if name.isascii() and name.isdigit() else name


def _by_time(source_ns: Sequence[int], target_ns: Sequence[int], tolerance_ns: int) -> dict[int, int]:
    """The nearest frame of each, where each is the other's nearest."""
    if not source_ns or not target_ns:
        return {}
    there, back = _nearest(source_ns, target_ns), _nearest(target_ns, source_ns)
    return {
        index: place
        for index, place in enumerate(there)
        if back[place] == index and abs(source_ns[index] - target_ns[place]) <= tolerance_ns
    }


def _nearest(times_ns: Sequence[int], among_ns: Sequence[int]) -> list[int]:
    """For each time the place of the nearest among others, which rise."""
    among = np.array(among_ns, np.int64)
    times = np.array(times_ns, np.int64)
    right = np.clip(np.searchsorted(among, times), 1, max(len(among) - 1, 1))
    left = right - 1
    right = np.minimum(right, len(among) - 1)
    nearest: list[int] = np.where(times - among[left] <= among[right] - times, left, right).tolist()
    return nearest


def _common_sensor(source: Scene, target: Scene) -> str | None:
    """A sensor that both rigs place under one name, lidars first."""
    ours, theirs = source.rig, target.rig
    lidars = [name for name in ours.lidars if name in theirs.lidars]
    cameras = [name for name in ours.cameras if name in theirs.cameras]
    return next(iter([*lidars, *cameras]), None)


def _said(labels: LabelSet, source: Scene, target: Scene, frames: FrameMatch, sensor: str | None) -> Iterator[str]:
    """What a person should know of it, as sentences."""
    labeled = sorted({cuboid.frame_index for cuboid in labels.cuboids.values()})
    missing = [index for index in labeled if index not in frames.target_from_source]
    if not frames.how:
        counts = f"{len(source.frames)} frames and {len(target.frames)}"
        yield f"no label is taken: no frame's name or time is one of {target.name}, and the counts differ ({counts})"
        return
    if frames.how != "by name":
        yield f"frames are matched {frames.how} to those of {target.name}: no name is the same"
    if missing:
        names = ", ".join(source.frames[index].name or str(index) for index in missing[:NAMED])
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        count = sum(cuboid.frame_index in set(missing) for cuboid in labels.cuboids.values())
        yield f"{count} cuboids are left out: {target.name} has no frame for {names}{more}"
    if sensor is None:
        yield f"no sensor is placed in both: boxes are taken to be in the same ego as those of {target.name}"


class _Move:
    """Carries boxes of one scene's ego into the other's, frame by frame."""

    def __init__(self, source: Scene, target: Scene, frames: FrameMatch, sensor: str | None) -> None:
        self._source, self._target = source, target
        self.index = frames.target_from_source
        self.cameras = frozenset(target.rig.cameras)
        self._same_clock = frames.how == "by time"
        self._ego_from_ego = SE3.identity()
        if sensor is not None:
            ours, theirs = source.rig.ego_from_sensor[sensor], target.rig.ego_from_sensor[sensor]
            self._ego_from_ego = SE3.identity() if ours == theirs else theirs @ ours.inverse()
        self._by_frame: dict[int, SE3] = {}

    def ego_from_source_ego(self, frame_index: int) -> SE3:
        """Of a frame of the source; exactly the identity where nothing moves."""
        if frame_index not in self._by_frame:
            self._by_frame[frame_index] = self._over_time(frame_index)
        return self._by_frame[frame_index]

    def _over_time(self, frame_index: int) -> SE3:
        trajectory = self._target.trajectory
        then_ns = self._source.frames[frame_index].timestamp_ns
        now_ns = self._target.frames[self.index[frame_index]].timestamp_ns
        if not self._same_clock or trajectory is None or then_ns == now_ns:
            return self._ego_from_ego
        ego_now_from_then = trajectory.world_from_ego(now_ns).inverse() @ trajectory.world_from_ego(then_ns)
        return ego_now_from_then @ self._ego_from_ego


def _moved(labels: LabelSet, move: _Move) -> LabelSet:
    """The labels of all frames that are in both scenes."""
    tracks = {track.id: new for track in labels.tracks.values() if (new := _moved_track(track, move)) is not None}
    cuboids = {
        cuboid.id: _moved_cuboid(cuboid, move)
        for cuboid in labels.cuboids.values()
        if cuboid.frame_index in move.index and cuboid.track_id in tracks
    }
    return LabelSet(
        taxonomy_version=labels.taxonomy_version,
        tracks=tracks,
        cuboids=cuboids,
        image_boxes={box.id: box for box in _moved_boxes(labels.image_boxes.values(), move, tracks)},
        frame_states=_moved_states(labels.frame_states, move),
    )


def _moved_track(track: Track, move: _Move) -> Track | None:
    """The track over those frames of its life that are in both scenes; None where there is none."""
    frames = [move.index[index] for index in range(track.first_frame, track.last_frame + 1) if index in move.index]
    if not frames:
        return None
    return replace(track, first_frame=min(frames), last_frame=max(frames))


def _moved_cuboid(cuboid: Cuboid, move: _Move) -> Cuboid:
    ego_from_source_ego = move.ego_from_source_ego(cuboid.frame_index)
    frame_index = move.index[cuboid.frame_index]
    if ego_from_source_ego == SE3.identity():
        return cuboid if frame_index == cuboid.frame_index else replace(cuboid, frame_index=frame_index)
    ego_from_object = ego_from_source_ego @ cuboid.ego_from_object
    return replace(cuboid, frame_index=frame_index, ego_from_object=ego_from_object)


def _moved_boxes(boxes: Iterable[ImageBox], move: _Move, tracks: Mapping[str, Track]) -> Iterator[ImageBox]:
    for box in boxes:
        has_place = box.frame_index in move.index and box.camera in move.cameras
        if has_place and (box.track_id is None or box.track_id in tracks):
            yield replace(box, frame_index=move.index[box.frame_index])


def _moved_states(states: Mapping[str, FrameState], move: _Move) -> dict[str, FrameState]:
    moved = (
        replace(state, frame_index=move.index[state.frame_index])
        for state in states.values()
        if state.frame_index in move.index
    )
    return {state.id: state for state in moved}
