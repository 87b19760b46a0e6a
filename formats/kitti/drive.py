"""What raw drives and tracking sequences share: from files to frames, and the naming of what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from calibration import SensorRig
from formats.kitti.calib import LABEL_CAMERA, KittiCalibration, build_rig
from formats.kitti.clouds import kitti_sweep
from formats.kitti.files import missing_line
from formats.listing import Listing
from fusion import CameraImage, Frame, ImageFileError, Problem, image_size

NOMINAL_STEP_NS = 100_000_000
"""KITTI's sensors run at 10 Hz."""


@dataclass(frozen=True)
class DriveFiles:
    """The files of one drive, by frame number.

    Attributes:
        clouds_folder: Where clouds are, or would be.
        clouds: Clouds of the one lidar.
        images_folders: Where each camera's images are, or would be.
        images: Images by camera.
    """

    clouds_folder: Path
    clouds: Mapping[int, Path]
    images_folders: Mapping[str, Path]
    images: Mapping[str, Mapping[int, Path]] = field(default_factory=dict)


def make_rig(calib: KittiCalibration, files: DriveFiles, listing: Listing) -> SensorRig:
    """The rig of the cameras that have images (and always the one of the labels); complains of the calibration."""
    cameras = [camera for camera in files.images_folders if camera == LABEL_CAMERA or files.images.get(camera)]
    sizes = {camera: size for camera in cameras if (size := first_image_size(files.images.get(camera, {}))) is not None}
    rig = build_rig(calib, cameras, sizes)
    listing.problems += [Problem.of(error, listing.base) for error in calib.errors]
    return rig


def make_frames(files: DriveFiles, frame_times_ns: Sequence[int], rig: SensorRig) -> tuple[Frame, ...]:
    """One frame a time; KITTI's labels take lidar and images as simultaneous, so all get the frame's time."""
    return tuple(
        Frame(
            index,
            time_ns,
            tuple(kitti_sweep(files.clouds[index], time_ns) for _ in range(index in files.clouds)),
            tuple(
                CameraImage(camera, time_ns, files.images[camera][index])
                for camera in rig.cameras
                if index in files.images.get(camera, {})
            ),
        )
        for index, time_ns in enumerate(frame_times_ns)
    )


def name_missing(files: DriveFiles, frame_count: int, expected_cameras: Sequence[str], listing: Listing) -> None:
    """One line for every sensor that lacks frames, with their ranges."""
    _name_missing_of(files.clouds_folder, files.clouds, frame_count, "cloud", listing)
    for camera in expected_cameras:
        _name_missing_of(files.images_folders[camera], files.images.get(camera, {}), frame_count, "image", listing)


def _name_missing_of(folder: Path, present: Mapping[int, Path], frame_count: int, what: str, listing: Listing) -> None:
    if not present:
        found = f"a folder without {what}s" if folder.is_dir() else "no such folder"
        listing.complain(folder, f"expected {what}s of {frame_count} frames, found {found}")
    elif len(present) < frame_count:
        listing.complain(folder, missing_line(frame_count, present, what))


def first_image_size(images: Mapping[int, Path]) -> tuple[int, int] | None:
    """The size of the first image that is one; the check of a scene names those that are not."""
    for path in list(images.values())[:5]:
        try:
            return image_size(path)
        except ImageFileError:
            continue
    return None
