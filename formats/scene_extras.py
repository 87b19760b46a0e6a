"""What of a scene and its labels forms of one lidar without times have no place for, as one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from formats.carried import (
    carried_frame_states,
    carried_image_boxes,
    restore_frame_states,
    restore_image_boxes,
)
from formats.scene_codec import decode_place, decode_trajectory, encode_place, encode_trajectory
from fusion import Scene
from geometry import SE3, Trajectory
from labels import FrameState, ImageBox, LabelSet, RecordError

JsonObject = dict[str, Any]
LIDAR = "lidar"
STEP_NS = 100_000_000
MAX_TIME_NS = 2**63 - 1


@dataclass(frozen=True)
class SceneExtras:
    """What a scene's extra object says.

    Attributes:
        lidar: The lidar's name.
        ego_from_lidar: Where it sits; forms that know the lidar alone take it as ego.
        times_ns: The frames' times, or None.
        trajectory: Ego poses, or None.
        records: Image boxes and frame states, not yet looked at.
    """

    lidar: str = LIDAR
    ego_from_lidar: SE3 = field(default_factory=SE3.identity)
    times_ns: tuple[int, ...] | None = None
    trajectory: Trajectory | None = None
    records: Mapping[str, Any] = field(default_factory=dict)

    def frame_times_ns(self, frame_count: int) -> tuple[int, ...]:
        """The times of that many frames, at 10 Hz where they are not known."""
        if self.times_ns is not None and len(self.times_ns) == frame_count:
            return self.times_ns
        return tuple(STEP_NS * index for index in range(frame_count))


def main_lidar(scene: Scene) -> tuple[str, SE3]:
    """The lidar whose frame one-lidar forms are written in, and ``ego_from_lidar``; ego where there is none."""
    if not scene.rig.lidars:
        return LIDAR, SE3.identity()
    return scene.rig.lidars[0], scene.rig.ego_from_sensor[scene.rig.lidars[0]]


def encode_extras(scene: Scene, labels: LabelSet, track_keys: Mapping[str, str]) -> JsonObject:
    """The object of a scene and its labels; ``track_keys`` as in ``carried_image_boxes``."""
    lidar, ego_from_lidar = main_lidar(scene)
    return {
        "lidar": lidar,
        "ego_from_lidar": encode_place(ego_from_lidar),
        "timestamps_ns": list(scene.frame_times_ns),
        "trajectory": encode_trajectory(scene.trajectory),
        "image_boxes": carried_image_boxes(labels, track_keys),
        "frame_states": carried_frame_states(labels),
    }


def decode_extras(value: object, complaints: list[str]) -> SceneExtras:
    """Inverse of ``encode_extras`` without the records; what is wrong is named and taken as not there."""
    if not isinstance(value, Mapping):
        complaints.append("expected an object, found something else")
        return SceneExtras()
    lidar = value.get("lidar")
    try:
        place = value.get("ego_from_lidar")
        return SceneExtras(
            lidar if isinstance(lidar, str) and 0 < len(lidar) <= 200 else LIDAR,
            SE3.identity() if place is None else decode_place(place, "ego_from_lidar"),
            _times(value.get("timestamps_ns")),
            decode_trajectory(value.get("trajectory"), "trajectory"),
            value,
        )
    except RecordError as error:
        complaints.append(str(error))
        return SceneExtras(records=value)


def decode_records(
    extras: SceneExtras, scene: Scene, track_ids: Mapping[str, str], complaints: list[str]
) -> tuple[dict[str, ImageBox], dict[str, FrameState]]:
    """The image boxes and frame states; ``track_ids`` as in ``restore_image_boxes``."""
    count = len(scene.frames)
    boxes = restore_image_boxes(extras.records.get("image_boxes", []), scene.name, count, track_ids, complaints)
    return boxes, restore_frame_states(extras.records.get("frame_states", {}), count, complaints)


def _times(value: Any) -> tuple[int, ...] | None:
    if value is None:
        return None
    is_usable = isinstance(value, Sequence) and all(type(time) is int and abs(time) < MAX_TIME_NS for time in value)
    if not is_usable or any(later <= earlier for earlier, later in pairwise(value)):
        raise RecordError("timestamps_ns", "expected whole nanoseconds that rise")
    return tuple(value)
