"""CVAT's shapes and tracks as boxes: 16 numbers each, of which nine are centre, angles and size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox
from formats.checked_values import as_list, box_size, finite_numbers, usable_text
from formats.euler_xyz import rotation_from_euler
from formats.listing import MAX_FRAMES, Listing
from geometry import SE3
from labels.label_set import AttributeValue

CUBOID = "cuboid"
POINT_COUNT, USED_COUNT = 16, 9
TRUTHS = {"true": True, "false": False}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class ShapeReader:
    """Reads the boxes of one task.

    Attributes:
        path: The file that problems are of.
        last_frame: The task's last frame; tracks that nobody ended reach to it.
        listing: Where problems go.
    """

    path: Path
    last_frame: int
    listing: Listing

    def boxes(self, annotations: Any) -> Iterator[FileBox]:
        """All cuboids: of the annotations of one job, or of a list of jobs."""
        jobs = annotations if isinstance(annotations, list) else [annotations]
        for number, job in enumerate(jobs):
            if not isinstance(job, Mapping):
                self.listing.complain(self.path, f"job {number}: expected an object, found something else")
                continue
            for index, shape in enumerate(as_list(job.get("shapes"))):
                where = f"job {number}, shape {index}"
                box = self._box(where, f"{number}/shape/{index}", shape, shape)
                if box is not None:
                    yield box
            for index, track in enumerate(as_list(job.get("tracks"))):
                yield from self._track(f"job {number}, track {index}", f"{number}/track/{index}", track)

    def _track(self, where: str, key: str, track: Any) -> Iterator[FileBox]:
        """A track's keys; CVAT derives between them in the cloud's frame, and holds the last one until it ends."""
        shapes = as_list(track.get("shapes")) if isinstance(track, Mapping) else []
        keys: list[FileBox] = []
        ends: list[int] = []
        for index, shape in enumerate(shapes):
            if isinstance(shape, Mapping) and shape.get("outside") is True and type(shape.get("frame")) is int:
                ends.append(shape["frame"])
                continue
            box = self._box(f"{where}, shape {index}", key, shape, track)
            if box is not None:
                keys.append(replace(box, external_id=key))
        keys.sort(key=lambda box: box.frame_index)
        sizes = {box.size_lwh_m for box in keys}
        for index, box in enumerate(keys):
            following = keys[index + 1].frame_index if index + 1 < len(keys) else self.last_frame + 1
            end = min((frame for frame in ends if box.frame_index < frame <= following), default=None)
            is_last = index + 1 == len(keys)
            carried = {"interpolate_in": "ego", "is_rigid": len(sizes) == 1}
            until = following - 1 if end is None else end - 1
            is_held = (is_last or end is not None) and until > box.frame_index
            ends_here = end is not None and not is_last
            yield replace(box, carried_track=carried, carried_cuboid={"ends_segment": ends_here and not is_held})
            if is_held:
                yield replace(box, frame_index=until, carried_track=carried, carried_cuboid={"ends_segment": ends_here})

    def _box(self, where: str, key: str, shape: Any, named: Any) -> FileBox | None:
        """A box, or None where it is no cuboid of a cloud, which is said."""
        if not isinstance(shape, Mapping) or not isinstance(named, Mapping):
            self.listing.complain(self.path, f"{where}: expected an object, found something else")
            return None
        points = shape.get("points")
        numbers = finite_numbers(points) if isinstance(points, list) and len(points) == POINT_COUNT else None
        # The corners of a cuboid in an image are 16 numbers as well.
        is_cuboid = shape.get("type", CUBOID) == CUBOID and numbers is not None and not any(numbers[USED_COUNT:])
        size, category = box_size((numbers or ())[6:USED_COUNT]), usable_text(named.get("label"))
        frame = shape.get("frame")
        if numbers is None or not is_cuboid or size is None or category is None or type(frame) is not int:
            expected = "expected a cuboid of a cloud with a label, a frame and a size above 0"
            self.listing.complain(self.path, f"{where}: {expected}, found something else")
            return None
        return FileBox(
            self.path,
            where,
            frame,
            key,
            category,
            SE3(rotation_from_euler(numbers[3:6]), np.array(numbers[:3])),
            size,
            attributes=_attributes(shape) | {"occluded": shape.get("occluded") is True},
            track_attributes={} if named is shape else _attributes(named),
        )


def highest_frame(annotations: Any) -> int:
    """The highest frame that a job's annotations name; -1 where they name none."""
    jobs = annotations if isinstance(annotations, list) else [annotations]
    found = [-1]
    for job in jobs:
        if isinstance(job, Mapping):
            tracks = [track for track in as_list(job.get("tracks")) if isinstance(track, Mapping)]
            shapes = as_list(job.get("shapes")) + [shape for track in tracks for shape in as_list(track.get("shapes"))]
            frames = (shape.get("frame") for shape in shapes if isinstance(shape, Mapping))
            found += [frame for frame in frames if type(frame) is int and 0 <= frame < MAX_FRAMES]
    return max(found)


def _attributes(shape: Json) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for entry in as_list(shape.get("attributes")):
        name = usable_text(entry.get("name")) if isinstance(entry, Mapping) else None
        value = usable_text(entry.get("value")) if isinstance(entry, Mapping) else None
        if name is not None and value is not None:
            found[name] = TRUTHS.get(value.lower(), value)
    return found
