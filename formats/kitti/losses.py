"""What of a scene's labels KITTI's tracking rows cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from formats.format import Loss, SceneExport
from formats.kitti.make_rows import RowMaker, own_number
from formats.kitti.taxonomy import EVALUATED_CATEGORIES, OCCLUDED
from formats.selection import SelectedCuboid
from labels import Track

MAX_TILT_RAD = np.radians(2.0)


def tracking_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What the rows leave out or change, counted over all scenes.

    Raises:
        FormatError: A scene has no camera.
    """
    counts: Counter[str] = Counter()
    for export in exports:
        counts.update(_lost(export))
    return [Loss(message, count) for message, count in counts.items()]


def _lost(export: SceneExport) -> Iterator[str]:
    """One message for every thing lost."""
    rows = RowMaker(export)
    for selected in rows.selected:
        yield from _lost_of_cuboid(rows, selected)
    for track in {selected.track.id: selected.track for selected in rows.selected}.values():
        yield from _lost_of_track(track)
    yield from ("frames marked done or empty: rows do not say so" for _ in export.labels.frame_states)
    for box in export.labels.image_boxes.values():
        if box.camera != rows.camera:
            yield f"image boxes of other cameras than {rows.camera}: left out"
        elif box.kind == "tight" and box.track_id is None:
            yield "image boxes without a track: left out"


def _lost_of_cuboid(rows: RowMaker, selected: SelectedCuboid) -> Iterator[str]:
    cuboid, category = selected.cuboid, selected.track.category
    if rows.row_of(selected) is None:
        yield f"cuboids outside {rows.camera}: left out, as rows need an image box"
        return
    if rows.tilt_rad(cuboid) > MAX_TILT_RAD:
        yield "cuboids tilted by more than 2°: written upright"
    for name in cuboid.attributes:
        if name != OCCLUDED:
            yield f"attribute {name} of cuboids: left out"
    if cuboid.score is not None:
        yield "scores of cuboids: left out"
    if category not in EVALUATED_CATEGORIES:
        yield f"category {category}: written as it is, but KITTI's evaluators do not know it"


def _lost_of_track(track: Track) -> Iterator[str]:
    if track.is_static:
        yield "tracks marked as standing still: every frame gets a row, the mark is not kept"
    if track.external_id is not None and own_number(track) is None:
        yield "tracks whose id is no whole number: numbered anew"
    for name in track.attributes:
        yield f"attribute {name} of tracks: left out"
