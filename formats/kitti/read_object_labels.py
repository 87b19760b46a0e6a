"""The object set's rows as Truebox records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from formats.format import LabelReading
from formats.kitti.label_rows import DONT_CARE, parse_object_row
from formats.kitti.object_samples import LABELS, MAX_SAMPLE
from formats.kitti.records_from_rows import FileRow, RecordBuilder, RowPlace, read_rows
from formats.kitti.views import pick_label_camera, rect_frame
from formats.listing import Listing
from fusion import Scene


def read_object_labels(scene: Scene) -> LabelReading:
    """Read ``label_2/<sample>.txt`` of every sample; bad rows become problems."""
    listing = Listing(root=scene.path, base=scene.path)
    files = listing.numbered(scene.path / LABELS, (".txt",), MAX_SAMPLE)
    rows: list[FileRow] = []
    places: dict[int, RowPlace] = {}
    made: dict[str, RowPlace] = {}
    for frame in scene.frames:
        path = files.get(int(frame.name))
        if path is None:
            continue
        camera = pick_label_camera(frame.cameras or ())
        if camera is None:
            listing.complain(path, "labels cannot be placed: the calibration does not say where the camera sits")
            continue
        if camera not in made:
            made[camera] = RowPlace(camera, scene.rig.ego_from_sensor[rect_frame(scene.rig, camera)])
        places[frame.index] = made[camera]
        rows += read_rows(path, _parser(path, frame.index, frame.name), listing)
    builder = RecordBuilder("kitti-object", scene.name, rows, places, listing)
    return LabelReading(builder.build(), tuple(listing.problems))


def _parser(path: Path, frame_index: int, name: str) -> Callable[[str, int], FileRow]:
    def parse(text: str, line: int) -> FileRow:
        row = parse_object_row(text, frame_index, path, line)
        return FileRow(path, line, row, text, None if row.type == DONT_CARE else f"{name}:{line}")

    return parse
