from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geometry import SE3
from labels import Cuboid, FrameState, LabelChange, Track
from quality.effort.verbs import deed_of

BOX = Cuboid("1", "a", 2, SE3.from_yaw(0.3, (10.0, 1.0, 0.0)), np.array([4.0, 1.7, 1.5]))
CAR = Track("a", "Car", 0, 4)


def _put(x: float = 10.0, yaw_rad: float = 0.3, length: float = 4.0, **fields: Any) -> dict[str, Any]:
    pose, size = SE3.from_yaw(yaw_rad, (x, 1.0, 0.0)), np.array([length, 1.7, 1.5])
    return {"updated": {"cuboids": ((BOX, replace(BOX, ego_from_object=pose, size_lwh_m=size, **fields)),)}}


@pytest.mark.parametrize(
    ("tables", "verb"),
    [
        ({"added": {"tracks": (CAR,), "cuboids": (BOX,)}}, "create"),
        ({"added": {"cuboids": (BOX,)}}, "keyframe"),
        (_put(10.5), "position"),
        (_put(yaw_rad=0.5), "heading"),
        (_put(10.5, 0.5), "keyframe"),
        (_put(yaw_rad=0.3 + np.pi), "flip"),
        (_put(10.2, length=4.4), "size"),
        (_put(confirmed_by="human:a"), "review"),
        (_put(score=0.5), "other"),
        ({"updated": {"tracks": ((CAR, replace(CAR, category="Van")),)}}, "category"),
        ({"updated": {"tracks": ((CAR, replace(CAR, last_frame=9)),)}}, "trim"),
        ({"updated": {"tracks": ((CAR, replace(CAR, is_rigid=False)),)}}, "other"),
        ({"removed": {"tracks": (CAR,), "cuboids": (BOX,)}}, "delete"),
        ({"removed": {"tracks": (Track("b", "Car", 0, 4),)}, **_put(track_id="c")}, "merge"),
        ({"added": {"tracks": (Track("c", "Car", 3, 4),)}, **_put(track_id="c")}, "trim"),
        ({"removed": {"cuboids": (BOX,)}}, "trim"),
        ({"added": {"frame_states": (FrameState(3, "done"),)}}, "review"),
        ({}, "other"),
    ],
)
def test_change_is_named(tables: dict[str, Any], verb: str) -> None:
    assert deed_of(LabelChange("id", "scene", "human:a", "2025-01-01T00:00:00Z", 0, **tables)).verb == verb


def test_deed_knows_its_tracks_and_boxes() -> None:
    deed = deed_of(LabelChange("id", "scene", "human:a", "", 0, added={"tracks": (CAR,), "cuboids": (BOX,)}))
    assert (deed.track_ids, deed.boxes) == (frozenset({"a"}), 1)
