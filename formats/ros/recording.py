"""A recording in one pass: where every cloud and picture lies, and the small messages that place the sensors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formats.errors import FormatError
from formats.ros.container import WHOLE, Channel, Message
from formats.ros.messages import (
    CAMERA_INFO,
    COMPRESSED,
    ENCODINGS,
    HEAD_BYTES,
    IMAGE,
    ODOMETRY,
    POINTS,
    POSE,
    TRANSFORMS,
    decode,
    plain_frame,
    read_head,
)
from formats.ros.parts import SCANS
from formats.ros.transforms import StampedTransform
from fusion import Problem

MAX_REFERENCES = 2_000_000
MAX_TRANSFORMS = 5_000_000
MAX_PROBLEMS = 100
"""A file that is damaged all over says so often enough."""
REFERENCED = (POINTS, IMAGE, COMPRESSED)


@dataclass(frozen=True)
class Reference:
    """A cloud or picture that stays where it is.

    Attributes:
        path: The file.
        part: Its place there.
        channel: Its channel.
        stamp_ns: When it was taken, by itself.
        log_time_ns: When it was recorded.
        frame_id: The frame it holds in.
        points: Height times width.
        size: Its bytes.
    """

    path: Path
    part: str
    channel: Channel
    stamp_ns: int
    log_time_ns: int
    frame_id: str
    points: int
    size: int


@dataclass
class Recording:
    """What lies in the files of one recording.

    Attributes:
        path: The file, or the folder of the files.
        references: Clouds and pictures by topic.
        infos: The first CameraInfo of each topic.
        transforms: All of TF.
        poses: Odometry and stamped poses by topic, as transforms from ``child`` (empty for poses) to ``parent``.
        problems: What is wrong.
        unread: How messages are encoded that nobody here reads, by topic.
    """

    path: Path
    references: dict[str, list[Reference]] = field(default_factory=lambda: defaultdict(list))
    infos: dict[str, Any] = field(default_factory=dict)
    transforms: list[StampedTransform] = field(default_factory=list)
    poses: dict[str, list[StampedTransform]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)

    def complain(self, path: Path, message: str) -> None:
        """Keep a problem."""
        problem = Problem.at(path, self.path if self.path.is_dir() else self.path.parent, message)
        if len(self.problems) < MAX_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)

    def topics(self, *types: str) -> list[str]:
        """The topics of messages of some types, by name."""
        return sorted(topic for topic, items in self.references.items() if items[0].channel.type in types)


def read_recording(path: Path, files: Sequence[Path]) -> Recording:
    """Walk through the files of one recording; nothing of a cloud or picture but its header is kept.

    Raises:
        FormatError: None of the files can be read.
    """
    recording = Recording(path)
    failures: list[tuple[Path, FormatError]] = []
    for file in files:
        try:
            _read_file(recording, file)
        except FormatError as failure:
            failures.append((file, failure))
    if failures and len(failures) == len(files):
        raise failures[0][1]
    for file, error in failures:
        recording.complain(file, error.reason)
    for topic, encoding in sorted(recording.unread.items()):
        recording.complain(path, f"expected messages of ROS on {topic}, found them encoded as {encoding}: not read")
    return recording


def _read_file(recording: Recording, file: Path) -> None:
    def complain(message: str) -> None:
        recording.complain(file, message)

    def wants(channel: Channel) -> int:
        return _wanted(recording, channel)

    for message in SCANS[file.suffix.lower()](file, wants, complain):
        try:
            _keep(recording, file, message)
        except FormatError as error:
            complain(error.reason)
        except ValueError as error:
            complain(f"{message.channel.topic}: {error}")


def _wanted(recording: Recording, channel: Channel) -> int:
    known = channel.type in (*REFERENCED, CAMERA_INFO, *TRANSFORMS, ODOMETRY, POSE)
    if known and channel.encoding not in ENCODINGS:
        recording.unread[channel.topic] = channel.encoding
        return 0
    if channel.type in REFERENCED:
        return HEAD_BYTES
    if channel.type == CAMERA_INFO:
        return 0 if channel.topic in recording.infos else WHOLE
    return WHOLE if known else 0


def _keep(recording: Recording, file: Path, message: Message) -> None:
    channel = message.channel
    if channel.type in REFERENCED:
        head = read_head(channel.encoding, message.data)
        if sum(map(len, recording.references.values())) >= MAX_REFERENCES:
            raise ValueError(f"expected at most {MAX_REFERENCES} clouds and pictures, found more: left out")
        recording.references[channel.topic].append(
            Reference(
                file,
                message.part,
                channel,
                head.stamp_ns,
                message.log_time_ns,
                head.frame_id,
                head.first[0] * head.first[1],
                message.size,
            )
        )
        return
    content = decode(file, channel, message.data)
    if channel.type == CAMERA_INFO:
        recording.infos[channel.topic] = content
    elif channel.type in TRANSFORMS:
        if len(recording.transforms) >= MAX_TRANSFORMS:
            raise ValueError(f"expected at most {MAX_TRANSFORMS} transforms, found more: left out")
        recording.transforms += [_transform(item, message.log_time_ns) for item in content.transforms]
    else:
        recording.poses[channel.topic].append(_pose(content, message.log_time_ns))


def _stamp_ns(header: Any) -> int:
    return int(header.stamp.sec) * 10**9 + int(header.stamp.nanosec)


def _transform(item: Any, log_time_ns: int) -> StampedTransform:
    place, turn = item.transform.translation, item.transform.rotation
    return StampedTransform(
        plain_frame(item.header.frame_id),
        plain_frame(item.child_frame_id),
        _stamp_ns(item.header),
        log_time_ns,
        (place.x, place.y, place.z),
        (turn.x, turn.y, turn.z, turn.w),
    )


def _pose(content: Any, log_time_ns: int) -> StampedTransform:
    """Odometry or a stamped pose: where its child frame, or nobody says what, is in the header's frame."""
    is_odometry = hasattr(content, "child_frame_id")
    pose = content.pose.pose if is_odometry else content.pose
    child = plain_frame(content.child_frame_id) if is_odometry else ""
    place, turn = pose.position, pose.orientation
    return StampedTransform(
        plain_frame(content.header.frame_id),
        child,
        _stamp_ns(content.header),
        log_time_ns,
        (place.x, place.y, place.z),
        (turn.x, turn.y, turn.z, turn.w),
    )
