"""Labels of a whole scene at once, through the API."""

from __future__ import annotations

import uuid
from typing import Any

from benchmarks.drives import DriveTruth
from benchmarks.server_process import ServerProcess
from labels import Cuboid, LabelChange, RecordKind, Track, encode_change
from labels.change import Record

RIGID = ("Car", "Van", "Truck")


def label_all(server: ServerProcess, scene: dict[str, Any], truth: DriveTruth) -> None:
    """Save what is true of a drive as if a person had drawn it: keys at both ends of every track and each 5th frame."""
    tracks: list[Track] = []
    cuboids: list[Cuboid] = []
    for number in sorted({item.track for objects in truth for item in objects}):
        seen = {i: item for i, objects in enumerate(truth) for item in objects if item.track == number}
        first, last = min(seen), max(seen)
        category = seen[first].category
        track = Track(str(uuid.uuid4()), category, first, last, str(number), is_rigid=category in RIGID)
        tracks.append(track)
        cuboids += [
            Cuboid(
                str(uuid.uuid4()),
                track.id,
                frame,
                item.box_ego.frame_from_object,
                item.box_ego.size_lwh_m,
                confirmed_by="human:local",
                attributes={"occluded": item.occluded},
            )
            for frame, item in seen.items()
            if frame in (first, last) or frame % 5 == 0
        ]
    added: dict[RecordKind, tuple[Record, ...]] = {"tracks": tuple(tracks), "cuboids": tuple(cuboids)}
    change = LabelChange(
        str(uuid.uuid4()), scene["id"], "human:local", "2026-01-01T00:00:00+00:00", scene["revision"], added=added
    )
    server.request("POST", f"/scenes/{scene['id']}/changes", encode_change(change))
