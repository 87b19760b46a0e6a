"""``annotations/truebox.json``: what of a scene and its labels PandaSet's own files have no place for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from formats.carried import (
    carried_frame_states,
    carried_image_boxes,
    restore_frame_states,
    restore_image_boxes,
)
from formats.checked_values import Wgs84, as_list, as_object, place_wgs84
from formats.json_files import json_text, read_json_or_complain, read_object_or_complain
from formats.listing import Listing
from formats.scene_codec import decode_place, encode_place
from fusion import Scene
from geometry import SE3
from geometry.arrays import FloatArray
from labels import FrameState, ImageBox, LabelSet, RecordError

FILE = "annotations/truebox.json"
LIDARS = ("pandar64", "pandar_gt")
"""The mechanical lidar that sees all around, and the solid-state one that looks ahead; numbered so in the clouds."""
POSE_AXES = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""Into ``ego`` (x ahead, y left) from the frame of PandaSet's poses: y ahead, x right."""


def ego_from_pose(lidar_place: FloatArray) -> SE3:
    """Into ``ego`` from the frame of the lidar's poses, which sits in the lidar."""
    return SE3(POSE_AXES, lidar_place)


@dataclass(frozen=True)
class Extras:
    """What a scene's extra file says.

    Attributes:
        ego_from_lidar: Where each lidar sits, in the order of their numbers in the clouds. PandaSet knows no vehicle
            beside its lidar, so ego is there, too.
        has_world: Whether the poses are more than a filling.
        origin_wgs84: Where on Earth the scene's world begins, or None.
    """

    ego_from_lidar: Mapping[str, SE3] = field(default_factory=lambda: dict.fromkeys(LIDARS, ego_from_pose(np.zeros(3))))
    has_world: bool = True
    origin_wgs84: Wgs84 | None = None

    @property
    def ego_from_pose(self) -> SE3:
        """Into ``ego`` from the frame of the poses, which sits in the first lidar."""
        first = next(iter(self.ego_from_lidar.values()), None)
        return ego_from_pose(np.zeros(3) if first is None else first.translation)


def read_extras(folder: Path, listing: Listing) -> Extras:
    """The extras of a sequence; PandaSet's own where there is no such file."""
    value = _read(folder, listing)
    if value is None:
        return Extras(origin_wgs84=_first_gps(folder / "meta" / "gps.json", listing))
    try:
        lidars = {name: decode_place(place, f"lidars.{name}") for name, place in _object(value, "lidars").items()}
    except RecordError as error:
        listing.complain(folder / FILE, str(error))
        return Extras()
    return Extras(lidars, value.get("has_world") is not False, place_wgs84(value.get("origin_wgs84")))


def read_extra_records(
    folder: Path, scene: Scene, track_ids: Mapping[str, str], listing: Listing
) -> tuple[dict[str, ImageBox], dict[str, FrameState]]:
    """Image boxes and frame states of a sequence."""
    value = _read(folder, listing)
    if value is None:
        return {}, {}
    complaints: list[str] = []
    count = len(scene.frames)
    boxes = restore_image_boxes(value.get("image_boxes", []), scene.name, count, track_ids, complaints)
    states = restore_frame_states(value.get("frame_states", {}), count, complaints)
    for complaint in complaints:
        listing.complain(folder / FILE, complaint)
    return boxes, states


def extras_text(scene: Scene, labels: LabelSet, track_keys: Mapping[str, str]) -> str:
    """The file of a scene and its labels."""
    return json_text(
        {
            "lidars": {name: encode_place(scene.rig.ego_from_sensor[name]) for name in scene.rig.lidars},
            "has_world": scene.trajectory is not None,
            "origin_wgs84": None if scene.origin_wgs84 is None else list(scene.origin_wgs84),
            "image_boxes": carried_image_boxes(labels, track_keys),
            "frame_states": carried_frame_states(labels),
        }
    )


def _read(folder: Path, listing: Listing) -> Mapping[str, Any] | None:
    return read_object_or_complain(folder / FILE, listing)


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name, {})
    if not isinstance(found, Mapping):
        raise RecordError(name, "expected an object")
    return found


def _first_gps(path: Path, listing: Listing) -> Wgs84 | None:
    first = (as_list(read_json_or_complain(path, listing)) or [None])[0]
    return place_wgs84([as_object(first).get(name) for name in ("lat", "long", "height")])
