"""KITTI's calibration files in their three dialects: object, tracking, raw.

``x_image = P_i · R0_rect · Tr_velo_to_cam · x_velodyne``, and ``x_velodyne = Tr_imu_to_velo · x_imu``. The tracking
set writes ``R_rect``, ``Tr_velo_cam`` and ``Tr_imu_velo`` instead, at times without a colon; raw drives keep three
files. ``rect`` is the rectified frame of camera 0, in which labels are written; P_i's fourth column says where camera i
sits in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from calibration import CalibrationError, Pinhole, SensorRig, pinhole_from_projection
from formats.errors import FormatError
from formats.listing import Listing, read_text
from geometry import SE3
from geometry.arrays import FloatArray

LIDAR = "velodyne"
RECT = "rect"
LABEL_CAMERA = "image_02"
CAMERAS = (LABEL_CAMERA, "image_03", "image_00", "image_01")
"""All of KITTI's cameras, the one that labels are made for first."""

KNOWN_SIZES_PX = {721.5377: (1242, 375), 707.0493: (1224, 370), 718.3351: (1238, 374), 707.0912: (1226, 370)} | {
    718.856: (1241, 376)
}
"""Image sizes of KITTI's five days, by focal length."""

MAX_MAGNITUDE = 1e9
MAX_CONDITION = 1e9
"""KITTI's own projections are at 1 000."""
CAMERA_FILE = "calib_cam_to_cam.txt"
Table = dict[str, tuple[int, list[str]]]


@dataclass
class KittiCalibration:
    """What the files of one drive say; what they lack is None or absent and named in ``errors``.

    Attributes:
        path: The file that says where the cameras are.
        projections: P (3, 4) by camera name.
        sizes_px: Width and height by camera name, where the file says it.
        rect_from_velodyne: ``R0_rect · Tr_velo_to_cam``.
        velodyne_from_imu: ``Tr_imu_to_velo``.
        errors: What is missing or malformed.
    """

    path: Path
    projections: dict[str, FloatArray] = field(default_factory=dict)
    sizes_px: dict[str, tuple[int, int]] = field(default_factory=dict)
    rect_from_velodyne: SE3 | None = None
    velodyne_from_imu: SE3 | None = None
    errors: list[CalibrationError] = field(default_factory=list)


def read_object_calib(path: Path, listing: Listing | None = None) -> KittiCalibration:
    """Read a calibration file of the object or the tracking set, whichever dialect it is in.

    Args:
        path: The file.
        listing: Follows no link out of its root, and says so; None follows any.
    """
    calib = KittiCalibration(path)
    table = _table(path, calib.errors, listing)
    if table is None:
        return calib
    for camera in CAMERAS:
        index = int(camera[-2:])
        _read_projection(calib, path, table, camera, f"P{index}")
        _read_size(calib, table, camera, f"S_rect_{index:02d}")
    rect_from_cam0 = _transform(calib, path, table, ("R0_rect", "R_rect"), 9)
    cam0_from_velodyne = _transform(calib, path, table, ("Tr_velo_to_cam", "Tr_velo_cam"), 12)
    if rect_from_cam0 is not None and cam0_from_velodyne is not None:
        calib.rect_from_velodyne = rect_from_cam0 @ cam0_from_velodyne
    calib.velodyne_from_imu = _transform(calib, path, table, ("Tr_imu_to_velo", "Tr_imu_velo"), 12)
    return calib


def read_raw_calib(folder: Path, listing: Listing | None = None) -> KittiCalibration:
    """Read the three calibration files of one day's folder; ``listing`` as in ``read_object_calib``."""
    path = folder / CAMERA_FILE
    calib = KittiCalibration(path)
    rect_from_cam0 = None
    if (table := _table(path, calib.errors, listing)) is not None:
        for camera in CAMERAS:
            _read_projection(calib, path, table, camera, f"P_rect_{camera[-2:]}")
            _read_size(calib, table, camera, f"S_rect_{camera[-2:]}")
        rect_from_cam0 = _transform(calib, path, table, ("R_rect_00",), 9)
    cam0_from_velodyne = _two_part_transform(calib, folder / "calib_velo_to_cam.txt", listing)
    if rect_from_cam0 is not None and cam0_from_velodyne is not None:
        calib.rect_from_velodyne = rect_from_cam0 @ cam0_from_velodyne
    calib.velodyne_from_imu = _two_part_transform(calib, folder / "calib_imu_to_velo.txt", listing)
    return calib


def build_rig(
    calib: KittiCalibration, cameras: Sequence[str], sizes_px: Mapping[str, tuple[int, int]] | None = None
) -> SensorRig:
    """The rig of a drive; ``ego`` is the IMU, or the lidar where the IMU's place is not known.

    A camera without a projection, or without its place, is left out and named in ``calib.errors``.

    Args:
        calib: What the files say.
        cameras: The cameras to take.
        sizes_px: Sizes of the images themselves, which win over what the calibration says.
    """
    ego_from_velodyne = SE3.identity() if calib.velodyne_from_imu is None else calib.velodyne_from_imu.inverse()
    ego_from_sensor = {LIDAR: ego_from_velodyne}
    models: dict[str, Pinhole] = {}
    if calib.rect_from_velodyne is not None:
        ego_from_sensor[RECT] = ego_from_velodyne @ calib.rect_from_velodyne.inverse()
        for camera in (name for name in cameras if name in calib.projections):
            projection = calib.projections[camera]
            width, height = (sizes_px or {}).get(camera) or calib.sizes_px.get(camera) or guess_size(projection)
            try:
                models[camera], cam_from_rect = pinhole_from_projection(projection, width, height)
            except ValueError as error:
                calib.errors.append(CalibrationError(calib.path, f"expected a camera for {camera}: {error}"))
                continue
            ego_from_sensor[camera] = ego_from_sensor[RECT] @ cam_from_rect.inverse()
    return SensorRig(ego_from_sensor, models, (LIDAR,), images_are="rectified")


def guess_size(projection: FloatArray) -> tuple[int, int]:
    """Width and height of a rectified image by its projection alone.

    KITTI's own by the focal length of the day; of others, the size whose middle is the principal point.
    """
    pinhole, _ = pinhole_from_projection(projection, 1, 1)
    for focal_px, size in KNOWN_SIZES_PX.items():
        if abs(pinhole.fx_px - focal_px) < 1e-3:
            return size
    return max(1, round(2 * pinhole.cx_px + 1)), max(1, round(2 * pinhole.cy_px + 1))


def _table(path: Path, errors: list[CalibrationError], listing: Listing | None) -> Table | None:
    """Line number and words behind every key, or None with the reason among the errors."""
    if listing is not None and not listing.is_inside(path):
        return None
    try:
        text = read_text(path)
    except FormatError as error:
        found = error.__cause__.strerror if isinstance(error.__cause__, OSError) else error.reason
        errors.append(CalibrationError(path, f"expected a calibration file, found none ({found})"))
        return None
    table: Table = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if words:
            table[words[0].removesuffix(":")] = (number, words[1:])
    return table


def _numbers(path: Path, table: Table, keys: Sequence[str], count: int) -> FloatArray:
    key = next((key for key in keys if key in table), None)
    if key is None:
        wanted = keys[0] + "".join(f" (or {other})" for other in keys[1:])
        raise CalibrationError(path, f"expected the key {wanted}, found {', '.join(table) or 'an empty file'}")
    line, words = table[key]
    if len(words) != count:
        raise CalibrationError(path, f"expected {count} numbers for {key}, found {len(words)}", line)
    for word in words:
        if not _is_finite_number(word):
            raise CalibrationError(path, f"expected {count} finite numbers for {key}, found {word[:40]!r}", line)
    return np.array(words, dtype=np.float64)


def _is_finite_number(word: str) -> bool:
    """Whether a word is a number, and none so large that products of it overflow."""
    try:
        return abs(float(word)) < MAX_MAGNITUDE
    except ValueError:
        return False


def _read_projection(calib: KittiCalibration, path: Path, table: Table, camera: str, key: str) -> None:
    try:
        projection = _numbers(path, table, (key,), 12).reshape(3, 4)
        if np.linalg.cond(projection[:, :3]) > MAX_CONDITION:
            raise ValueError("its left 3×3 has next to no inverse")
        pinhole_from_projection(projection, 1, 1)
    except CalibrationError as error:
        calib.errors.append(error)
    except ValueError as error:
        calib.errors.append(CalibrationError(path, f"expected a projection matrix for {key}: {error}", table[key][0]))
    else:
        calib.projections[camera] = projection


def _read_size(calib: KittiCalibration, table: Table, camera: str, key: str) -> None:
    if key not in table:
        return
    try:
        width, height = _numbers(calib.path, table, (key,), 2)
    except CalibrationError as error:
        calib.errors.append(error)
        return
    if min(width, height) < 1:
        calib.errors.append(CalibrationError(calib.path, f"expected a size for {key}, found 0", table[key][0]))
    else:
        calib.sizes_px[camera] = (int(width), int(height))


def _transform(calib: KittiCalibration, path: Path, table: Table, keys: Sequence[str], count: int) -> SE3 | None:
    """A rotation (9 numbers) or rotation and translation (12) as a transform; None with the reason in the errors."""
    try:
        matrix = _numbers(path, table, keys, count).reshape(3, -1)
        return SE3.from_matrix(matrix if count == 12 else np.column_stack([matrix, np.zeros(3)]))
    except CalibrationError as error:
        calib.errors.append(error)
    except ValueError as error:
        key = next(key for key in keys if key in table)
        calib.errors.append(CalibrationError(path, f"expected a rotation in {key}: {error}", table[key][0]))
    return None


def _two_part_transform(calib: KittiCalibration, path: Path, listing: Listing | None) -> SE3 | None:
    """The keys R and T of one of raw's files."""
    table = _table(path, calib.errors, listing)
    if table is None:
        return None
    rotation = _transform(calib, path, table, ("R",), 9)
    try:
        translation = _numbers(path, table, ("T",), 3)
    except CalibrationError as error:
        calib.errors.append(error)
        return None
    return None if rotation is None else SE3(rotation.rotation, translation)
