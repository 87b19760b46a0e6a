"""The files of an export in the form of KITTI's object set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from formats.errors import FormatError
from formats.format import SceneExport, SensorFile, WriteReport
from formats.kitti.make_rows import RowMaker
from formats.kitti.object_samples import CLOUD_FOLDERS, IMAGE_FOLDERS, LABELS
from formats.kitti.write_calib import calib_text, kitti_cameras
from formats.listing import Listing, read_text
from formats.place_files import cloud_file, image_file
from formats.scene_names import check_scene_name
from fusion import Scene
from pointcloud import read_kitti_bin, write_kitti_bin


def sample_names(scene: Scene) -> list[str]:
    """The name of each frame's files: the sample's own number, else the frame's index."""
    own = [frame.name for frame in scene.frames]
    usable = all(name.isascii() and name.isdigit() for name in own) and len(set(map(int, own))) == len(own)
    return own if usable and not scene.is_sequential else [f"{frame.index:06d}" for frame in scene.frames]


def write_object_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write ``<scene>/label_2`` and ``<scene>/calib`` below a folder, one file a sample each.

    A calibration that the scene came with in this form is copied as it is, unless the rig was refined since. A scene
    without any label gets no label files.

    Raises:
        FormatError: The scene has no camera, a name that is no file name, or its own labels stand in that folder.
    """
    scene = export.scene
    check_scene_name(scene.name, out)
    folder = out / scene.name
    if scene.format == "kitti-object" and folder.resolve() == scene.path.resolve() and (folder / LABELS).exists():
        raise FormatError(folder, "expected a folder to export to, found the dataset's own: its labels would be lost")
    made = RowMaker(export, "kitti-object").made()
    by_frame: defaultdict[int, list[str]] = defaultdict(list)
    for row in made:
        by_frame[row.frame_index].append(f"{row.text}\n")
    names = sample_names(scene)
    has_labels = bool(export.labels.tracks or export.labels.image_boxes or export.labels.frame_states)
    texts = {f"{scene.name}/calib/{name}.txt": text for name, text in zip(names, _calibs(scene), strict=True)}
    if has_labels:
        texts |= {f"{scene.name}/{LABELS}/{name}.txt": "".join(by_frame[i]) for i, name in enumerate(names)}
    for parent in {Path(file).parent for file in texts}:
        (out / parent).mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        # Thousands of small files: no buffer, no text layer.
        with open(f"{out}/{file}", "wb", buffering=0) as target:  # noqa: PTH123
            target.write(text.encode())
    return WriteReport(tuple(texts), len(made))


def object_sensor_files(export: SceneExport) -> Iterator[SensorFile]:
    """Clouds below ``velodyne`` (those cut to the image below ``velodyne_reduced``), images below ``image_2`` …."""
    scene = export.scene
    for frame, name in zip(scene.frames, sample_names(scene), strict=True):
        for sweep in frame.sweeps[:1]:
            came = sweep.path.parent.name
            folder = came if scene.format == "kitti-object" and came in CLOUD_FOLDERS else CLOUD_FOLDERS[0]
            yield cloud_file(f"{scene.name}/{folder}/{name}.bin", sweep, read_kitti_bin, write_kitti_bin)
        places = kitti_cameras(scene.cameras_of(frame.index))
        for image in frame.images:
            if image.camera in places:
                folder = IMAGE_FOLDERS[places[image.camera]]
                yield image_file(f"{scene.name}/{folder}/{name}", image)


def _calibs(scene: Scene) -> Iterator[str]:
    """The calibration of every sample."""
    listing = Listing(root=scene.path, base=scene.path)
    own = {}
    if scene.format == "kitti-object" and scene.rig.revision == 1:
        own = listing.numbered(scene.path / "calib", (".txt",), limit=10**9)
    made: dict[tuple[str, ...], str] = {}
    for frame in scene.frames:
        path = own.get(int(frame.name)) if own else None
        if path is not None:
            yield read_text(path)
            continue
        cameras = scene.cameras_of(frame.index)
        if cameras not in made:
            made[cameras] = calib_text(scene.rig, cameras, "object")
        yield made[cameras]
