"""KITTI's tracking rows as Truebox records."""

from __future__ import annotations

from pathlib import Path

from formats.errors import FormatError
from formats.format import LabelReading
from formats.kitti.calib import LABEL_CAMERA, RECT
from formats.kitti.label_rows import DONT_CARE, parse_row
from formats.kitti.records_from_rows import FileRow, RecordBuilder, RowPlace, read_rows
from formats.listing import Listing
from fusion import Scene
from labels import LabelSet


def label_path(scene: Scene) -> Path:
    """Where a tracking sequence's labels are."""
    return scene.path / "label_02" / f"{scene.name}.txt"


def read_tracking_labels(scene: Scene) -> LabelReading:
    """Read ``label_02/<name>.txt`` beside a scene; empty where there is none, bad rows become problems."""
    path = label_path(scene)
    listing = Listing(root=scene.path, base=scene.path)
    if not listing.file(path):
        return LabelReading(LabelSet(), tuple(listing.problems))
    if RECT not in scene.rig.ego_from_sensor:
        listing.complain(path, "labels cannot be placed: the calibration does not say where the camera sits")
        return LabelReading(LabelSet(), tuple(listing.problems))

    def parse(text: str, line: int) -> FileRow:
        row = parse_row(text, path, line)
        if row.frame >= len(scene.frames):
            raise FormatError(path, f"expected a frame below {len(scene.frames)}, found {row.frame}", line)
        # Rows without a track stand for one object each.
        key = str(row.track_id) if row.track_id >= 0 else f"line {line}"
        return FileRow(path, line, row, text, None if row.type == DONT_CARE else key)

    rows = read_rows(path, parse, listing)
    place = RowPlace(LABEL_CAMERA, scene.rig.ego_from_sensor[RECT])
    builder = RecordBuilder("kitti-tracking", scene.name, rows, dict.fromkeys(range(len(scene.frames)), place), listing)
    return LabelReading(builder.build(), tuple(listing.problems))
