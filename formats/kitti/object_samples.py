"""The samples of a split of KITTI's object set: their files, and one rig for all of their calibrations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from calibration import SensorRig
from calibration.camera import CameraModel
from formats.kitti.calib import CAMERAS, LABEL_CAMERA, LIDAR, KittiCalibration, build_rig, read_object_calib
from formats.kitti.clouds import CLOUD_SUFFIXES
from formats.kitti.drive import first_image_size
from formats.kitti.views import VARIANT
from formats.listing import IMAGE_SUFFIXES, Listing
from fusion import Problem
from geometry import SE3

LABELS = "label_2"
CLOUD_FOLDERS = ("velodyne", "velodyne_reduced")
"""The whole clouds, and those cut to what the camera sees."""
IMAGE_FOLDERS = {camera: f"image_{int(camera[-2:])}" for camera in CAMERAS}
MAX_SAMPLE = 10**9
MAX_SAMPLES = 1_000_000
SHOWN_NAMES = 5


@dataclass(frozen=True)
class SampleFiles:
    """The files of a split, by sample number.

    Attributes:
        labels: Label files.
        calibs: Calibration files.
        clouds: Clouds, the whole one where there are two.
        images: Images by camera.
    """

    labels: Mapping[int, Path]
    calibs: Mapping[int, Path]
    clouds: Mapping[int, Path]
    images: Mapping[str, Mapping[int, Path]]

    def names(self) -> dict[int, str]:
        """The name of every sample, in the order of their numbers."""
        sources = (self.labels, self.clouds, *self.images.values())
        numbers = sorted(set().union(*sources))
        return {number: next(files[number] for files in sources if number in files).stem for number in numbers}


@dataclass
class SampleRig:
    """One rig that holds every calibration of a split.

    ``ego`` is the lidar, which all calibrations share. The cameras of the first calibration have KITTI's names, those
    of the second end in ``~2``, and so on.

    Attributes:
        rig: The rig.
        cameras: The cameras of each sample, in the order of the samples.
    """

    rig: SensorRig
    cameras: list[tuple[str, ...]] = field(default_factory=list)


def find_sample_files(split: Path, listing: Listing) -> SampleFiles:
    """List the files of a split."""

    def numbered(folder: str, suffixes: Sequence[str]) -> dict[int, Path]:
        return listing.numbered(split / folder, suffixes, MAX_SAMPLE)

    whole, reduced = (numbered(folder, CLOUD_SUFFIXES) for folder in CLOUD_FOLDERS)
    images = {camera: numbered(folder, IMAGE_SUFFIXES) for camera, folder in IMAGE_FOLDERS.items()}
    return SampleFiles(numbered(LABELS, (".txt",)), numbered("calib", (".txt",)), {**reduced, **whole}, images)


def make_sample_rig(files: SampleFiles, numbers: Sequence[int], listing: Listing) -> SampleRig:
    """Read every sample's calibration; samples whose numbers are the same share cameras."""
    by_text: dict[bytes, KittiCalibration] = {}
    groups: dict[bytes, list[int]] = {}
    calibs: dict[bytes, KittiCalibration] = {}
    for number in numbers:
        if number not in files.calibs:
            continue
        calib = _read(files.calibs[number], by_text, listing)
        key = _key(calib)
        calibs.setdefault(key, calib)
        groups.setdefault(key, []).append(number)
    ego_from_sensor: dict[str, SE3] = {LIDAR: SE3.identity()}
    models: dict[str, CameraModel] = {}
    cameras_of: dict[int, tuple[str, ...]] = {}
    for index, (key, members) in enumerate(groups.items()):
        rig = _group_rig(calibs[key], files, members, listing)
        suffix = f"{VARIANT}{index + 1}" if index else ""
        ego_from_sensor |= {sensor + suffix: place for sensor, place in rig.ego_from_sensor.items() if sensor != LIDAR}
        models |= {camera + suffix: model for camera, model in rig.cameras.items()}
        cameras_of |= dict.fromkeys(members, tuple(camera + suffix for camera in rig.cameras))
    rig = SensorRig(ego_from_sensor, models, (LIDAR,), images_are="rectified")
    return SampleRig(rig, [cameras_of.get(number, ()) for number in numbers])


def name_missing_samples(folder: Path, names: Mapping[int, str], present: Collection[int], what: str) -> str | None:
    """What samples lack, as in ``2 of 5 samples have no cloud (000003, 000007)``; None where nothing is missing."""
    missing = [name for number, name in names.items() if number not in present]
    if not missing:
        return None
    if len(missing) == len(names):
        found = f"a folder without {what}s" if folder.is_dir() else "no such folder"
        return f"expected {what}s of {len(names)} samples, found {found}"
    shown = ", ".join(missing[:SHOWN_NAMES]) + (", …" if len(missing) > SHOWN_NAMES else "")
    verb = "has" if len(missing) == 1 else "have"
    return f"{len(missing)} of {len(names)} samples {verb} no {what} ({shown})"


def _read(path: Path, by_text: dict[bytes, KittiCalibration], listing: Listing) -> KittiCalibration:
    """A sample's calibration; the same text, as most samples of a day have it, is parsed once."""
    try:
        text = path.read_bytes() if path.stat().st_size < 1 << 16 else b""
    except OSError:
        text = b""
    if not text or text not in by_text:
        calib = replace(read_object_calib(path, listing), velodyne_from_imu=None)
        by_text[text or str(path).encode()] = calib
        return calib
    return by_text[text]


def _key(calib: KittiCalibration) -> bytes:
    """What makes calibrations the same: where the cameras are and how they see."""
    parts = [name.encode() + projection.tobytes() for name, projection in sorted(calib.projections.items())]
    parts += [repr(sorted(calib.sizes_px.items())).encode()]
    place = calib.rect_from_velodyne
    parts += [b"" if place is None else place.rotation.tobytes() + place.translation.tobytes()]
    return b"|".join(parts)


def _group_rig(calib: KittiCalibration, files: SampleFiles, members: Sequence[int], listing: Listing) -> SensorRig:
    """The rig of one calibration: the cameras that have images, and always the one of the labels."""
    sizes: dict[str, tuple[int, int]] = {}
    cameras: list[str] = []
    for camera in CAMERAS:
        paths = {number: files.images[camera][number] for number in members if number in files.images[camera]}
        size = first_image_size(paths)
        if size is not None:
            sizes[camera] = size
        if paths or camera == LABEL_CAMERA:
            cameras.append(camera)
    rig = build_rig(calib, cameras, sizes)
    listing.problems += [Problem.of(error, listing.base) for error in calib.errors]
    return rig
