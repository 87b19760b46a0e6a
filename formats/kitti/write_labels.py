"""The files of an export in the form of KITTI's tracking set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from formats.errors import FormatError
from formats.format import SceneExport, SensorFile, WriteReport
from formats.kitti.losses import check_sequential
from formats.kitti.make_rows import RowMaker
from formats.kitti.oxts import oxts_rows
from formats.kitti.read_labels import label_path
from formats.kitti.write_calib import calib_text, kitti_cameras
from formats.listing import Listing, read_text
from formats.place_files import cloud_file, image_file
from formats.scene_names import check_scene_name
from formats.write_files import write_files
from fusion import Scene
from pointcloud import read_kitti_bin, write_kitti_bin


def write_tracking_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write ``label_02/<scene>.txt`` and ``calib/<scene>.txt`` below a folder.

    A calibration that the scene came with in this form is copied as it is, unless the rig was refined since.

    Raises:
        FormatError: The scene has no camera, a name that is no file name, or its own labels stand in that folder.
    """
    name = export.scene.name
    check_scene_name(name, out)
    check_sequential(export.scene)
    target = out / "label_02" / f"{name}.txt"
    if target.exists() and target.resolve() == label_path(export.scene).resolve():
        raise FormatError(target, "expected a folder to export to, found the dataset's own: its labels would be lost")
    rows = RowMaker(export).texts()
    files = {
        f"label_02/{name}.txt": "".join(f"{row}\n" for row in rows),
        f"calib/{name}.txt": _own_calib(export.scene) or calib_text(export.scene.rig),
    }
    return WriteReport(write_files(out, files), len(rows))


def _own_calib(scene: Scene) -> str | None:
    path = scene.path / "calib" / f"{scene.name}.txt"
    listing = Listing(root=scene.path, base=scene.path)
    if scene.format != "kitti-tracking" or scene.rig.revision > 1 or not listing.file(path):
        return None
    return read_text(path)


def tracking_sensor_files(export: SceneExport) -> Iterator[SensorFile]:
    """Clouds, images and poses of one sequence: its own files as they are, poses of others as rows made anew."""
    scene = export.scene
    name = scene.name
    places = kitti_cameras(tuple(scene.rig.cameras))
    for frame in scene.frames:
        for sweep in frame.sweeps[:1]:
            target = f"velodyne/{name}/{frame.index:06d}.bin"
            yield cloud_file(target, sweep, read_kitti_bin, write_kitti_bin)
        for image in frame.images:
            if image.camera in places:
                yield image_file(f"{places[image.camera]}/{name}/{frame.index:06d}", image)
    own = scene.path / "oxts" / f"{name}.txt"
    if scene.format == "kitti-tracking" and Listing(root=scene.path, base=scene.path).file(own):
        yield SensorFile(f"oxts/{name}.txt", own)
    elif scene.trajectory is not None:
        yield SensorFile(f"oxts/{name}.txt", "".join(f"{row}\n" for row in oxts_rows(scene)))
