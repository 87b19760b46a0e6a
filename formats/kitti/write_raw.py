"""The files of an export in the form of KITTI's raw drives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from formats.errors import FormatError
from formats.format import SceneExport, SensorFile, WriteReport
from formats.kitti.calib import CAMERA_FILE, CAMERAS
from formats.kitti.make_tracklets import TrackletMaker
from formats.kitti.oxts import oxts_rows
from formats.kitti.read_tracklets import TRACKLETS
from formats.kitti.tracklets import tracklets_text
from formats.kitti.write_calib import kitti_cameras, raw_calib_texts
from formats.listing import Listing, read_text
from formats.place_files import cloud_file, image_file
from formats.scene_names import check_scene_name
from formats.write_files import write_files
from fusion import Scene
from pointcloud import read_kitti_bin, write_kitti_bin

DRIVE_NAME = re.compile(r"(\d{4}_\d{2}_\d{2})_drive_\d+(_\w+)?")
CALIB_FILES = (CAMERA_FILE, "calib_velo_to_cam.txt", "calib_imu_to_velo.txt")
TIMES = "timestamps.txt"
OWN_TEXTS = (
    *(f"oxts/{name}" for name in (TIMES, "dataformat.txt")),
    *(f"velodyne_points/{name}" for name in (TIMES, "timestamps_start.txt", "timestamps_end.txt")),
    *(f"{camera}/{TIMES}" for camera in sorted(CAMERAS)),
)


def drive_folder(scene: Scene) -> str:
    """``<date>/<drive>`` for a drive that is named so; else a folder of its own, as calibrations are kept beside."""
    match = DRIVE_NAME.fullmatch(scene.name)
    return f"{match[1] if match else scene.name}/{scene.name}"


def write_raw_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write ``tracklet_labels.xml`` of one drive and the three calibration files beside it.

    Calibrations that the scene came with in this form are copied as they are, unless the rig was refined since.

    Raises:
        FormatError: The scene is no drive, has no camera or no name for a folder; its own labels stand there; or
            another drive of that day is there with another calibration.
    """
    scene = export.scene
    check_scene_name(scene.name, out)
    folder = drive_folder(scene)
    target = out / folder / TRACKLETS
    if target.exists() and target.resolve() == (scene.path / TRACKLETS).resolve():
        raise FormatError(target, "expected a folder to export to, found the dataset's own: its labels would be lost")
    tracklets = TrackletMaker(export).tracklets()
    day = Path(folder).parent.as_posix()
    files = {f"{day}/{name}": text for name, text in _calibs(scene).items()}
    for file, text in files.items():
        if (out / file).exists() and read_text(out / file) != text:
            raise FormatError(out / file, f"expected the calibration of {scene.name}, found another drive's")
    files[f"{folder}/{TRACKLETS}"] = tracklets_text(tracklets)
    return WriteReport(write_files(out, files), sum(len(tracklet.poses) for tracklet in tracklets))


def raw_sensor_files(export: SceneExport) -> Iterator[SensorFile]:
    """Clouds, images, times and poses of one drive: its own files as they are, those of others made anew."""
    scene, folder = export.scene, drive_folder(export.scene)
    places = kitti_cameras(tuple(scene.rig.cameras))
    for frame in scene.frames:
        for sweep in frame.sweeps[:1]:
            target = f"{folder}/velodyne_points/data/{frame.index:010d}.bin"
            yield cloud_file(target, sweep, read_kitti_bin, write_kitti_bin)
        for image in frame.images:
            if image.camera in places:
                yield image_file(f"{folder}/{places[image.camera]}/data/{frame.index:010d}", image)
    yield from _own_texts(scene, folder) if scene.format == "kitti-raw" else _made_texts(scene, folder, places)


def _own_texts(scene: Scene, folder: str) -> Iterator[SensorFile]:
    listing = Listing(root=scene.path.parent, base=scene.path)
    for name in OWN_TEXTS:
        if listing.file(scene.path / name):
            yield SensorFile(f"{folder}/{name}", scene.path / name)
    for path in listing.numbered(scene.path / "oxts" / "data", (".txt",)).values():
        yield SensorFile(f"{folder}/oxts/data/{path.name}", path)


def _made_texts(scene: Scene, folder: str, places: dict[str, str]) -> Iterator[SensorFile]:
    times = _timestamps(scene.frame_times_ns)
    with_images = {places[i.camera] for frame in scene.frames for i in frame.images if i.camera in places}
    sensors = [*sorted(with_images), *(["velodyne_points"] if any(frame.sweeps for frame in scene.frames) else [])]
    yield from (SensorFile(f"{folder}/{sensor}/{TIMES}", times) for sensor in sensors)
    if scene.trajectory is not None:
        yield SensorFile(f"{folder}/oxts/{TIMES}", times)
        for index, row in enumerate(oxts_rows(scene)):
            yield SensorFile(f"{folder}/oxts/data/{index:010d}.txt", f"{row}\n")


def _timestamps(times_ns: Sequence[int]) -> str:
    lines = (str(np.datetime64(time_ns, "ns")).replace("T", " ") for time_ns in times_ns)
    return "".join(f"{line}\n" for line in lines)


def _calibs(scene: Scene) -> dict[str, str]:
    """The texts of the day's files."""
    if scene.format == "kitti-raw" and scene.rig.revision == 1:
        listing = Listing(root=scene.path.parent, base=scene.path)
        return {
            name: read_text(scene.path.parent / name) for name in CALIB_FILES if listing.file(scene.path.parent / name)
        }
    return raw_calib_texts(scene.rig)
