"""The cuboids of a sequence as records: from map coordinates, width first, heading from +y, into ``ego``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from formats.box_records import FileBox, carried_parts, labels_from_boxes, record_track_id
from formats.carried import KEY, carried_object
from formats.checked_values import box_size, finite_number, finite_numbers, usable_text
from formats.errors import FormatError
from formats.format import LabelReading
from formats.listing import Listing
from formats.pandaset.data_frame import read_table
from formats.pandaset.extras import read_extra_records
from formats.pandaset.sequence import tables_of
from formats.pandaset.taxonomy import COLUMNS, WHOLE_COLUMNS
from fusion import Problem, Scene
from geometry import SE3
from geometry.rotation import rotation_from_quat_wxyz
from labels.label_set import AttributeValue

Row = Mapping[str, Any]
TILT = "upright_from_object_quat_wxyz"
"""What a heading alone does not say of a rotation."""
NEEDED = (
    *("uuid", "label", "yaw", "position.x", "position.y", "position.z"),
    *("dimensions.x", "dimensions.y", "dimensions.z"),
)


@dataclass(frozen=True)
class CuboidReader:
    """Reads the cuboids of one scene.

    Attributes:
        scene: The scene.
        listing: Where problems go.
    """

    scene: Scene
    listing: Listing

    def read(self) -> LabelReading:
        """All that can be read."""
        scene, listing = self.scene, self.listing
        found = list(self._boxes())
        labels = labels_from_boxes(scene.format, scene.name, len(scene.frames), found, listing)
        track_ids = {box.key: record_track_id(scene.format, scene.name, box.key) for box in found}
        known = {key: track_id for key, track_id in track_ids.items() if track_id in labels.tracks}
        boxes, states = read_extra_records(scene.path, scene, known, listing)
        labels = replace(labels, image_boxes=boxes, frame_states=states)
        return LabelReading(labels, tuple(listing.problems))

    def _boxes(self) -> Iterator[FileBox]:
        folder = self.scene.path / "annotations" / "cuboids"
        for number, path in sorted(tables_of(self.listing, folder).items()):
            try:
                columns = read_table(path)
            except FormatError as error:
                self.listing.problems.append(Problem.of(error, self.listing.base))
                continue
            lacking = [name for name in NEEDED if name not in columns]
            if lacking and columns:
                self.listing.complain(path, f"expected the column {lacking[0]}, found none")
                continue
            rows = zip(*(column.tolist() for column in columns.values()), strict=True)
            for index, values in enumerate(rows):
                box = self._box(path, number, index, dict(zip(columns, values, strict=True)))
                if box is not None:
                    yield box

    def _box(self, path: Path, frame_index: int, index: int, row: Row) -> FileBox | None:
        where = f"row {index}"
        times_ns = self.scene.frame_times_ns
        # A table of no frame is named with the boxes of it.
        map_from_ego = self.scene.map_from_ego(times_ns[min(frame_index, len(times_ns) - 1)])
        key, category = usable_text(row["uuid"]), usable_text(row["label"])
        center_map = finite_numbers(row[f"position.{axis}"] for axis in "xyz")
        # PandaSet's x is the width and its y the length.
        size = box_size(row[f"dimensions.{axis}"] for axis in "yxz")
        yaw_rad = finite_number(row["yaw"], 1e6)
        if key is None or category is None or center_map is None or size is None or yaw_rad is None:
            expected = "expected uuid, label, yaw, position and dimensions above 0"
            self.listing.complain(path, f"{where}: {expected}, found something else")
            return None
        carried = self._carried(path, where, row)
        carried_cuboid, carried_track = carried_parts(carried)
        upright_from_object = self._tilt(path, where, carried)
        map_from_object = SE3.from_yaw(yaw_rad + np.pi / 2, center_map) @ upright_from_object
        return FileBox(
            path,
            where,
            frame_index,
            key,
            category,
            map_from_ego.inverse() @ map_from_object,
            size,
            external_id=key,
            attributes=_attributes(row),
            is_static=row.get("stationary") is True,
            carried_cuboid=carried_cuboid,
            carried_track=carried_track,
        )

    def _carried(self, path: Path, where: str, row: Row) -> Mapping[str, Any]:
        complaints: list[str] = []
        carried = carried_object(row.get(KEY, ""), where, complaints)
        for complaint in complaints:
            self.listing.complain(path, complaint)
        return carried

    def _tilt(self, path: Path, where: str, carried: Mapping[str, Any]) -> SE3:
        value = carried.get(TILT)
        if value is None:
            return SE3.identity()
        numbers = finite_numbers(value, 2.0) if isinstance(value, list) else None
        try:
            return SE3(rotation_from_quat_wxyz(numbers or ()), np.zeros(3))
        except ValueError:
            self.listing.complain(path, f"{where}: expected a unit quaternion in {KEY}, found something else")
            return SE3.identity()


def _attributes(row: Row) -> dict[str, AttributeValue]:
    found: dict[str, AttributeValue] = {}
    for name, column in COLUMNS.items():
        text = usable_text(row.get(column))
        if text is not None:
            found[name] = text
    for name, column in WHOLE_COLUMNS.items():
        number = finite_number(row.get(column), 1e6)
        if number is not None and number >= 0:
            found[name] = int(number)
    return found
