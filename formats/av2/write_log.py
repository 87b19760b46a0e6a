"""The files of an export in the form of an AV2 log: ``<split>/<log>/…``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from formats.av2.calibration import INTRINSICS, PLACES, calibration_files
from formats.av2.log import ANNOTATIONS, CAMERAS, SWEEPS
from formats.av2.poses import POSES, poses_bytes
from formats.av2.sweeps import read_av2_sweep, write_fused_sweep
from formats.av2.write_annotations import annotations_bytes
from formats.errors import FormatError
from formats.format import SceneExport, SensorFile, WriteReport
from formats.listing import Listing, read_bytes
from formats.place_files import image_file
from formats.scene_names import as_file_name, check_scene_name
from formats.write_files import check_not_own, write_files
from fusion import Frame, Scene

NAME = "av2"
SPLITS = ("train", "val", "test")
OWN_FILES = (POSES, PLACES, INTRINSICS)


def log_folder(scene: Scene) -> str:
    """``<split>/<log>``: the split that a log of this format came from, else ``train``."""
    split = scene.path.parent.name
    return f"{split if scene.format == NAME and split in SPLITS else SPLITS[0]}/{scene.name}"


def write_log_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write ``annotations.feather``, the poses and the calibration of one log.

    Poses and calibration that the scene came with in this form are copied as they are, unless the rig was refined.

    Raises:
        FormatError: The scene's name is no file name, one of its times is negative, or its own labels stand there.
    """
    scene, folder = export.scene, log_folder(export.scene)
    check_log(scene, out)
    check_not_own(out / folder, scene)
    annotations, rows = annotations_bytes(export)
    files = {ANNOTATIONS: annotations} | _described(scene)
    return WriteReport(write_files(out, {f"{folder}/{name}": data for name, data in files.items()}), rows)


def check_log(scene: Scene, out: Path) -> None:
    """Raise ``FormatError`` where a scene cannot be a log."""
    check_scene_name(scene.name, out)
    if scene.frames and scene.frames[0].timestamp_ns < 0:
        found = scene.frames[0].timestamp_ns
        raise FormatError(scene.path, f"expected times from 0, which name a log's files, found {found} ns")


def log_sensor_files(export: SceneExport) -> Iterator[SensorFile]:
    """Sweeps and images by their times."""
    scene, folder = export.scene, log_folder(export.scene)
    placed: set[str] = set()
    for frame in scene.frames:
        if frame.sweeps:
            yield _sweep_file(scene, frame, f"{folder}/{SWEEPS}/{frame.timestamp_ns}.feather")
        for image in frame.images:
            stem = f"{folder}/{CAMERAS}/{as_file_name(image.camera)}/{image.timestamp_ns}"
            # A slow camera's image may serve two frames.
            if stem not in placed and image.timestamp_ns >= 0:
                placed.add(stem)
                yield image_file(stem, image)


def is_own_sweep(scene: Scene, frame: Frame) -> bool:
    """Whether a frame's only cloud is a file of this form, of the frame's own time."""
    if scene.format != NAME or len(frame.sweeps) != 1:
        return False
    sweep = frame.sweeps[0]
    return sweep.read is read_av2_sweep and not sweep.part and sweep.timestamp_ns == frame.timestamp_ns


def _sweep_file(scene: Scene, frame: Frame, target: str) -> SensorFile:
    if is_own_sweep(scene, frame):
        return SensorFile(target, frame.sweeps[0].path)
    return SensorFile(target, partial(write_fused_sweep, scene=scene, frame_index=frame.index))


def _described(scene: Scene) -> dict[str, bytes]:
    """Poses and calibration, by their names in the log."""
    poses = poses_bytes(scene)
    made = calibration_files(scene.rig) | ({} if poses is None else {POSES: poses})
    if scene.format != NAME or scene.rig.revision > 1:
        return made
    listing = Listing(root=scene.path, base=scene.path)
    own = {name: read_bytes(scene.path / name) for name in OWN_FILES if listing.file(scene.path / name)}
    return made | own
