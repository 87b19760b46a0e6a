"""A recording as a scene: frames by the first lidar's messages, every other sensor's nearest message with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from formats.errors import FormatError
from formats.format import Answers, Guess
from formats.listing import MAX_FRAMES
from formats.ros.pictures import load_picture_part
from formats.ros.points import count_cloud_part, read_cloud_part
from formats.ros.recording import Recording, Reference, read_recording
from formats.ros.rig import RigBuilder
from formats.ros.topics import Topics, choose_topics
from formats.ros.transforms import build_tree
from formats.ros.world import find_world
from formats.settler import Settler
from fusion import CameraImage, Frame, Problem, Scene, Sweep
from fusion.sync import nearest_within
from geometry.arrays import IntArray
from pointcloud import PointFileError

NO_STAMP_SHARE = 0.01
LIKELY_FULL = (1.0, 255.0, 65535.0)
DEFAULT_TOLERANCE_MS = 50.0
LEAST_TOLERANCE_MS = 0.001


def open_recording_scene(
    name: str, path: Path, files: Sequence[Path], format_name: str, scene_path: Path, assume: Answers
) -> tuple[Scene, tuple[Guess, ...]]:
    """One recording as a scene, and how its questions were settled.

    Args:
        name: The scene's name.
        path: The recording: its file, or the folder of its files.
        files: Its files, in order.
        format_name: The format that opens it.
        scene_path: The folder that, with the name, finds the scene again.
        assume: What a person said.

    Raises:
        FormatError: It cannot be read, or holds no sensor.
    """
    recording = read_recording(path, files)
    settler = Settler(path, assume)
    topics = choose_topics(recording, settler)
    by_log_time = _by_log_time(recording, topics, settler)
    tree = build_tree(recording.transforms, by_log_time=by_log_time)
    for message in tree.problems:
        recording.complain(path, message)
    builder = RigBuilder(recording, topics, tree, settler)
    ego = builder.ego()
    rig = builder.build(ego)
    full_intensity = _full_intensity(recording, topics, settler)
    matched = _Matching(recording, by_log_time).match(topics, [*rig.lidars, *rig.cameras], settler)
    frames = _frames(matched, topics, rig.lidars, tuple(rig.cameras), full_intensity, by_log_time)
    times_ns = [frame.timestamp_ns for frame in frames]
    world = find_world(recording, tree, ego, settler, times_ns, by_log_time)
    scene = Scene(
        name,
        scene_path,
        format_name,
        rig,
        frames,
        None if world is None else world.trajectory,
        problems=tuple(recording.problems),
        map_from_world=None if world is None else world.map_from_world,
        map_name="" if world is None else world.map_name,
        assume=dict(assume),
    )
    return scene, tuple(settler.guesses)


def _time_ns(item: Reference, by_log_time: bool) -> int:
    return item.log_time_ns if by_log_time else item.stamp_ns


def _by_log_time(recording: Recording, topics: Topics, settler: Settler) -> bool:
    """Whether the times of recording are to be taken: where messages have none of their own."""
    chosen = [*topics.lidars.values(), *topics.cameras.values()]
    items = [item for topic in chosen for item in recording.references[topic]]
    unstamped = sum(item.stamp_ns <= 0 for item in items)
    late_ms = float(np.median([item.log_time_ns - item.stamp_ns for item in items])) / 1e6
    answer = "log" if unstamped > NO_STAMP_SHARE * len(items) else "header"
    why = f"{unstamped} of {len(items)} messages have no time of their own; they were recorded {late_ms:.1f} ms later"
    return settler.settle("time", answer, why) == "log"


def _full_intensity(recording: Recording, topics: Topics, settler: Settler) -> float:
    """What full intensity is, by the first cloud of the first lidar."""
    if not topics.lidars:
        return 1.0
    topic = next(iter(topics.lidars.values()))
    first = recording.references[topic][0]
    try:
        cloud = read_cloud_part(first.path, "lidar", part=first.part, channel=first.channel)
    except PointFileError as error:
        recording.problems.append(Problem.of(error, recording.path.parent))
        return 1.0
    if cloud.intensity is None or not len(cloud):
        return 1.0
    largest = float(cloud.intensity.max())
    full = next((value for value in LIKELY_FULL if largest <= value), LIKELY_FULL[-1])
    why = f"the largest of {len(cloud)} intensities in the first cloud of {topic} is {largest:g}"
    return float(settler.settle("intensity", f"{full:.0f}", why))


class _Matching:
    """Brings the messages of several topics to the frames' times."""

    def __init__(self, recording: Recording, by_log_time: bool) -> None:
        self.recording = recording
        self.by_log_time = by_log_time

    def match(self, topics: Topics, sensors: Sequence[str], settler: Settler) -> list[dict[str, Reference]]:
        """For each frame the message of each sensor, the reference's own being at exactly that time."""
        base = self._rising(topics.frames_from)
        if len(base) > MAX_FRAMES:
            raise FormatError(self.recording.path, f"expected at most {MAX_FRAMES} frames, found {len(base)}")
        times = self._times(base)
        steps_ms = np.diff(times) / 1e6
        period_ms = float(np.median(steps_ms)) if len(steps_ms) else 2 * DEFAULT_TOLERANCE_MS
        why = f"half of the {period_ms:.1f} ms between messages of {topics.frames_from}"
        tolerance_ms = settler.number("tolerance_ms", max(period_ms / 2, LEAST_TOLERANCE_MS), why)
        frames: list[dict[str, Reference]] = [{} for _ in base]
        for name, topic in {**topics.lidars, **topics.cameras}.items():
            if topic == topics.frames_from:
                found: IntArray = np.arange(len(base))
                items = base
            else:
                items = self._rising(topic)
                found = nearest_within(self._times(items), times, round(tolerance_ms * 1e6))
            if name in sensors:
                self._place(frames, name, topic, items, found, tolerance_ms)
            elif topic == topics.frames_from:
                for frame, item in zip(frames, base, strict=True):
                    frame[""] = item
        return frames

    def _place(
        self,
        frames: list[dict[str, Reference]],
        name: str,
        topic: str,
        items: Sequence[Reference],
        found: IntArray,
        tolerance_ms: float,
    ) -> None:
        for frame, index in zip(frames, found.tolist(), strict=True):
            if index >= 0:
                frame[name] = items[index]
        if lacking := int(np.count_nonzero(found < 0)):
            message = f"{lacking} of {len(frames)} frames have no message of {topic} within {tolerance_ms:g} ms"
            self.recording.complain(self.recording.path, message)

    def _times(self, items: Sequence[Reference]) -> IntArray:
        return np.array([_time_ns(item, self.by_log_time) for item in items], dtype=np.int64)

    def _rising(self, topic: str) -> list[Reference]:
        """A topic's messages by time; of several at one time the first."""
        items = sorted(self.recording.references[topic], key=lambda item: _time_ns(item, self.by_log_time))
        same = {
            i + 1
            for i, (a, b) in enumerate(pairwise(items))
            if _time_ns(a, self.by_log_time) == _time_ns(b, self.by_log_time)
        }
        if same:
            message = f"{len(same)} messages of {topic} have the time of another: the first is taken"
            self.recording.complain(self.recording.path, message)
        return [item for i, item in enumerate(items) if i not in same]


def _frames(
    matched: Sequence[dict[str, Reference]],
    topics: Topics,
    lidars: Sequence[str],
    cameras: Sequence[str],
    full_intensity: float,
    by_log_time: bool,
) -> tuple[Frame, ...]:
    names = {topic: name for name, topic in {**topics.lidars, **topics.cameras}.items()}
    base = names[topics.frames_from]
    return tuple(
        Frame(
            index,
            _time_ns(items.get(base) or items[""], by_log_time),
            tuple(_sweep(name, items[name], full_intensity, by_log_time) for name in lidars if name in items),
            tuple(_image(name, items[name], by_log_time) for name in cameras if name in items),
        )
        for index, items in enumerate(matched)
    )


def _sweep(name: str, item: Reference, full_intensity: float, by_log_time: bool) -> Sweep:
    read = partial(read_cloud_part, part=item.part, channel=item.channel, full_intensity=full_intensity)
    count = partial(count_cloud_part, part=item.part, points=item.points, size=item.size)
    return Sweep(name, _time_ns(item, by_log_time), item.path, read, count, item.part)


def _image(name: str, item: Reference, by_log_time: bool) -> CameraImage:
    load = partial(load_picture_part, part=item.part, channel=item.channel)
    return CameraImage(name, _time_ns(item, by_log_time), item.path, item.part, load)
