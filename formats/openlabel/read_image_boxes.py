"""The 2D boxes of objects on camera streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from formats.checked_values import as_list, as_object, finite_numbers, usable_text
from formats.openlabel.read_scene import OpenedFile
from labels import ImageBox

DONT_CARE = "DontCare"


def read_image_boxes(opened: OpenedFile, track_ids: Mapping[str, str], complaints: list[str]) -> dict[str, ImageBox]:
    """Boxes that came with objects, and the regions of ``DontCare`` objects as ignore regions.

    Args:
        opened: The file.
        track_ids: The track of every object that has a cuboid.
        complaints: One line for each kind of box that cannot be used.
    """
    boxes: dict[str, ImageBox] = {}
    objects, cameras = opened.document.part("objects"), opened.scene.rig.cameras
    bad = lost = 0
    for frame, key, index, value in _entries(opened):
        camera = value.get("coordinate_system")
        ltrb_px = ltrb_from_center(value.get("val"))
        is_ignored = as_object(objects.get(key)).get("type") == DONT_CARE
        if ltrb_px is None or not isinstance(camera, str) or camera not in cameras:
            bad += 1
        elif not is_ignored and key not in track_ids:
            lost += 1
        else:
            name = usable_text(value.get("name")) or str(index)
            box_id = str(
                uuid5(NAMESPACE_URL, f"truebox:openlabel/{opened.scene.name}/bbox/{frame}/{key}/{index}/{name}")
            )
            track_id = None if is_ignored else track_ids[key]
            boxes[box_id] = ImageBox(box_id, frame, camera, ltrb_px, "ignore" if is_ignored else "given", track_id)
    if bad:
        complaints.append(f"expected 2D boxes of 4 numbers on a camera of the file, found {bad} others: left out")
    if lost:
        complaints.append(f"expected a cuboid of every object with a 2D box, found {lost} boxes without: left out")
    return boxes


def ltrb_from_center(value: Any) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of ``[centre x, centre y, width, height]``; None where it is something else."""
    numbers = finite_numbers(value) if isinstance(value, list) and len(value) == 4 else None
    if numbers is None or min(numbers[2:]) < 0:
        return None
    x, y, width, height = numbers
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def center_from_ltrb(ltrb_px: tuple[float, float, float, float]) -> list[float]:
    """Inverse of ``ltrb_from_center``."""
    left, top, right, bottom = ltrb_px
    return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]


def _entries(opened: OpenedFile) -> Iterator[tuple[int, str, int, Mapping[str, Any]]]:
    for frame_index, frame in enumerate(opened.document.frames):
        for key, value in as_object(frame.value.get("objects")).items():
            data = as_object(as_object(value).get("object_data"))
            for index, entry in enumerate(as_list(data.get("bbox"))):
                yield frame_index, key, index, as_object(entry)
