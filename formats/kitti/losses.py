"""What of a scene's labels KITTI's tracking rows cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from formats.errors import FormatError
from formats.format import Loss, SceneExport
from formats.given import is_file_word
from formats.kitti.drive import NOMINAL_STEP_NS
from formats.kitti.make_rows import RowMaker, own_number
from formats.kitti.taxonomy import EVALUATED_CATEGORIES, OCCLUDED
from formats.kitti.views import plain_name
from formats.kitti.write_calib import kitti_cameras
from fusion import Scene
from labels import Track
from labels.label_set import Attributes

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


def check_sequential(scene: Scene) -> None:
    """Raise ``FormatError`` where a scene's samples do not follow each other: a drive cannot be made of them."""
    if not scene.is_sequential:
        reason = f"expected frames that follow each other, found the samples of {scene.name}: they make no drive"
        raise FormatError(scene.path, f"{reason}; use kitti-object or native")


def object_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What the object set leaves out or changes, counted over all scenes.

    Raises:
        FormatError: A scene has no camera.
    """
    counts: Counter[str] = Counter()
    for export in exports:
        counts.update(_lost_as_samples(export))
    return [Loss(message, count) for message, count in counts.items()]


def _lost_as_samples(export: SceneExport) -> Iterator[str]:
    rows = RowMaker(export, "kitti-object")
    yield from lost_of_rows(rows)
    if export.scene.is_sequential:
        yield "scenes whose frames follow each other: samples do not, so poses and times are left out"
        yield from ("tracks: every cuboid stands for itself, ids are left out" for _ in _tracks(rows))
    yield from lost_of_records(export, rows)
    yield from lost_sensor_data(export)


def _lost(export: SceneExport) -> Iterator[str]:
    """One message for every thing lost."""
    check_sequential(export.scene)
    rows = RowMaker(export)
    yield from lost_of_rows(rows)
    yield from (lost for track in _tracks(rows) for lost in _lost_of_tracking_track(track))
    yield from lost_of_records(export, rows)
    yield from lost_sensor_data(export)
    times_ns = export.scene.frame_times_ns
    if export.options.sensor_data != "none" and list(times_ns) != [NOMINAL_STEP_NS * i for i in range(len(times_ns))]:
        yield "scenes with times of their own: frames are read as 10 Hz"


def lost_of_rows(rows: RowMaker) -> Iterator[str]:
    """What rows of either set do not say of cuboids and tracks."""
    for index, (selected, row) in enumerate(zip(rows.selected, rows.rows, strict=True)):
        if row is None:
            camera = plain_name(rows.views[selected.cuboid.frame_index].camera)
            yield f"cuboids outside {camera}: left out, as rows need an image box"
            continue
        if rows.derived.tilt_rad[index] > MAX_TILT_RAD:
            yield "cuboids tilted by more than 2°: written upright"
        yield from lost_attributes(selected.cuboid.attributes, "cuboids")
        if selected.cuboid.score is not None and not rows.has_scores:
            yield "scores of cuboids: left out, as not every cuboid has one"
        if selected.track.category not in EVALUATED_CATEGORIES:
            yield f"category {selected.track.category}: written as it is, but KITTI's evaluators do not know it"
    for track in _tracks(rows):
        yield from lost_attributes(track.attributes, "tracks")


def lost_of_records(export: SceneExport, rows: RowMaker) -> Iterator[str]:
    """What rows of either set do not say of frames and images."""
    yield from ("frames marked done or empty: rows do not say so" for _ in export.labels.frame_states)
    for box in export.labels.image_boxes.values():
        if not rows.is_of_image(box):
            yield f"image boxes of other cameras than {plain_name(rows.views[0].camera)}: left out"
        elif box.kind == "tight" and box.track_id is None:
            yield "image boxes without a track: left out"


def lost_sensor_data(export: SceneExport) -> Iterator[str]:
    """What of the sensor data that goes along KITTI's folders have no place for."""
    if export.options.sensor_data == "none":
        return
    for frame in export.scene.frames:
        yield from (f"clouds of {sweep.sensor}: KITTI has one lidar" for sweep in frame.sweeps[1:])
        places = kitti_cameras(export.scene.cameras_of(frame.index))
        unplaced = (image.camera for image in frame.images if image.camera not in places)
        yield from (f"images of {camera}: KITTI has no place for them" for camera in unplaced)


def lost_attributes(attributes: Attributes, whose: str) -> Iterator[str]:
    """Every answer but the one that KITTI asks for; the words of a format's own files belong to them."""
    for name in attributes:
        if name != OCCLUDED and not is_file_word(name):
            yield f"attribute {name} of {whose}: left out"


def _tracks(rows: RowMaker) -> list[Track]:
    return list({selected.track.id: selected.track for selected in rows.selected}.values())


def _lost_of_tracking_track(track: Track) -> Iterator[str]:
    if track.is_static:
        yield "tracks marked as standing still: every frame gets a row, the mark is not kept"
    if track.external_id is not None and own_number(track) is None:
        yield "tracks whose id is no whole number: numbered anew"
