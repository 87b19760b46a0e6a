"""A whole drive, sensor data and all, as a sequence of KITTI's tracking set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from calibration import SensorRig
from formats.errors import FormatError
from formats.kitti.calib import CAMERAS, LIDAR
from formats.kitti.oxts import DEFAULT_ORIGIN_WGS84, Wgs84, oxts_rows_from_poses
from formats.kitti.write_calib import calib_text
from geometry import SE3
from geometry.arrays import ByteArray
from pointcloud import PointCloud, write_kitti_bin

JPEG_QUALITY = 90


@dataclass(frozen=True)
class DriveFrame:
    """One frame to write.

    Attributes:
        cloud: The points in the lidar's frame, named ``velodyne``.
        images: Pixels (H, W, 3) by camera, named as KITTI names them.
        world_from_ego: Where the vehicle is.
    """

    cloud: PointCloud
    images: Mapping[str, ByteArray]
    world_from_ego: SE3


def write_drive(
    training: Path,
    name: str,
    rig: SensorRig,
    frames: Iterable[DriveFrame],
    *,
    origin_wgs84: Wgs84 = DEFAULT_ORIGIN_WGS84,
) -> int:
    """Write clouds, images (JPEG), calibration and poses of one sequence; frames are taken one at a time.

    Read again, the world has its origin at the first frame's position. The cameras of a rig without a frame ``rect``
    may look anywhere: their P is general, which this package's reader takes apart. Labels are written by the format's
    ``write_labels``, on the scene opened from what is written here.

    Args:
        training: The ``training`` folder; made where it does not exist.
        name: The sequence's name, such as ``0000``.
        rig: Cameras named ``image_00`` … ``image_03``, lidar ``velodyne``.
        frames: In order, at 10 Hz.
        origin_wgs84: Where on Earth the drive begins.

    Returns:
        The number of frames written.

    Raises:
        ValueError: The rig's sensors are not named as KITTI's, or there is no frame.
        FormatError: The folder holds a sequence of that name; nothing is overwritten.
    """
    unknown = [sensor for sensor in (*rig.cameras, *rig.lidars) if sensor not in (*CAMERAS, LIDAR)]
    if unknown:
        raise ValueError(f"sensors must be named {', '.join((*sorted(CAMERAS), LIDAR))}, got {unknown[0]}")
    _check_free(training, name)
    for folder in (LIDAR, *rig.cameras):
        (training / folder / name).mkdir(parents=True, exist_ok=True)
    poses: list[SE3] = []
    for index, frame in enumerate(frames):
        write_kitti_bin(training / LIDAR / name / f"{index:06d}.bin", frame.cloud)
        for camera, pixels in frame.images.items():
            path = training / camera / name / f"{index:06d}.jpg"
            Image.fromarray(pixels).save(path, quality=JPEG_QUALITY)
        poses.append(frame.world_from_ego)
    if not poses:
        raise ValueError("frames must hold at least one frame, got none")
    rows = oxts_rows_from_poses(poses, origin_wgs84)
    _write_text(training / "oxts" / f"{name}.txt", "".join(f"{row}\n" for row in rows))
    _write_text(training / "calib" / f"{name}.txt", calib_text(rig))
    return len(poses)


def _check_free(training: Path, name: str) -> None:
    folders = [training / folder / name for folder in (LIDAR, *CAMERAS)]
    files = [training / folder / f"{name}.txt" for folder in ("label_02", "calib", "oxts")]
    taken = [path for path in folders if path.is_dir() and any(path.iterdir())] + [
        path for path in files if path.exists()
    ]
    if taken:
        raise FormatError(taken[0], f"expected no sequence {name} yet, found one: nothing is overwritten")


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii", newline="\n")
