"""``truebox-calibration.yaml``: which files are which sensor's, where each sits, how each camera sees.

::

    images_are: raw                 # as the cameras made them; or rectified (the default)
    time_unit: ns                   # of times in file names: ns, us, ms, s
    rate_hz: 10                     # where names are numbers
    poses: {file: poses.txt, form: tum}     # time x y z qx qy qz qw; or kitti: 12 numbers a line, a line a frame
    sensors:
      top:
        type: lidar
        files: lidar/top/*.bin      # a glob from this file's folder; * matches / as well
        ego_from_sensor: {translation_m: [0, 0, 1.8], quaternion_wxyz: [1, 0, 0, 0]}
      front:
        type: camera
        files: images/front/*.jpg
        sensor_from_ego: {matrix: [[0, -1, 0, 0], [0, 0, -1, 1.5], [1, 0, 0, -0.3]]}
        model: brown_conrady        # or pinhole, kannala_brandt
        width_px: 1920
        height_px: 1080
        fx_px: 1200
        fy_px: 1200
        cx_px: 959.5
        cy_px: 539.5
        coefficients: [-0.3, 0.1, 0, 0]     # in OpenCV's order
        row_time_ns: 0              # of a rolling shutter
        mask: masks/front.png       # non-zero where the own vehicle is

Instead of a quaternion: ``roll_pitch_yaw_rad`` or ``roll_pitch_yaw_deg`` (about the fixed axes x, y, z in this order);
``roll_pitch_yaw`` and a plain ``extrinsic`` leave the unit and the direction open, and 16 numbers of a ``matrix`` their
order. The files of a lidar may be of any form; ``point_fields`` and ``intensity`` are asked for the whole folder.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np
import yaml
from scipy.spatial.transform import Rotation

from calibration import BrownConrady, CameraModel, ImagesAre, KannalaBrandt, Pinhole
from formats.errors import FormatError
from formats.folder.questions import UNITS_NS
from formats.listing import Listing, read_bounded
from geometry import SE3
from geometry.arrays import FloatArray

NAME = "truebox-calibration.yaml"
MAX_BYTES = 4 << 20
MAX_DIGITS = 100
MODELS = ("pinhole", "brown_conrady", "kannala_brandt")
POSE_FORMS = ("tum", "kitti")
MATRIX_TOLERANCE = 1e-3
DIRECTIONS = ("ego_from_sensor", "sensor_from_ego", "extrinsic")
SensorType = Literal["lidar", "camera"]
JsonObject = Mapping[str, Any]


@dataclass(frozen=True)
class Extrinsics:
    """Where a sensor sits, as the file says it.

    Attributes:
        direction: ``ego_from_sensor``, ``sensor_from_ego`` or ``extrinsic`` where it is left open.
        matrix: (4, 4), or None where the file gives a rotation and a translation.
        has_open_order: Whether the matrix came as 16 numbers, read row by row so far.
        angles: Roll, pitch and yaw whose unit is open, or None.
        transform: The transform, where nothing but the direction is open.
        translation_m: (3,) beside ``angles``.
    """

    direction: str
    matrix: FloatArray | None = None
    has_open_order: bool = False
    angles: FloatArray | None = None
    transform: SE3 | None = None
    translation_m: FloatArray = field(default_factory=lambda: np.zeros(3))


@dataclass(frozen=True)
class SensorEntry:
    """One sensor of the file."""

    name: str
    type: SensorType
    files: str
    extrinsics: Extrinsics
    camera: CameraModel | None = None
    row_time_ns: int = 0
    mask: str = ""


@dataclass(frozen=True)
class CalibrationFile:
    """The file's content; entries that cannot be used are left out and named as problems."""

    sensors: tuple[SensorEntry, ...]
    images_are: ImagesAre = "rectified"
    told: Mapping[str, str] = field(default_factory=dict)
    poses_file: str = ""
    poses_form: str = "tum"


class _PlainLoader(yaml.SafeLoader):
    """Without merging of mappings, by which a short text can grow without end, nor endless numbers."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave ``<<`` a key like any other."""

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Whole numbers of some length: those of base 60 (``1:30``) cost the square of theirs."""
        if len(node.value) > MAX_DIGITS:
            raise ValueError(f"a number of {len(node.value)} characters")
        return int(super().construct_yaml_int(node))


_PlainLoader.add_constructor("tag:yaml.org,2002:int", _PlainLoader.construct_yaml_int)


def read_calibration_file(path: Path, listing: Listing) -> CalibrationFile:
    """Read the file.

    Raises:
        FormatError: It is no YAML, or names no sensors.
    """
    content = _mapping(path, "the file", read_yaml(path))
    sensors: list[SensorEntry] = []
    for name, value in _mapping(path, "sensors", content.get("sensors")).items():
        try:
            sensors.append(_sensor(str(name), value))
        except ValueError as error:
            listing.complain(path, f"sensor {str(name)[:60]} is left out: {error}")
    images_are = content.get("images_are", "rectified")
    if images_are not in get_args(ImagesAre):
        raise FormatError(path, f"expected images_are raw or rectified, found {reprlib.repr(images_are)}")
    poses = content.get("poses")
    poses = _mapping(path, "poses", poses) if poses is not None else {}
    form = str(poses.get("form", "tum"))
    if form not in POSE_FORMS:
        raise FormatError(path, f"expected poses of the form {' or '.join(POSE_FORMS)}, found {form[:40]!r}")
    return CalibrationFile(
        tuple(sensors), cast("ImagesAre", images_are), _told(path, content), str(poses.get("file", "")), form
    )


def read_yaml(path: Path) -> Any:
    """The content of a small YAML file as plain values.

    Raises:
        FormatError: It is far too large, no YAML, or nested too deeply.
    """
    try:
        # The loader is a safe one: it makes plain values and no objects.
        return yaml.load(read_bounded(path, MAX_BYTES), Loader=_PlainLoader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError, AttributeError) as error:
        line = mark.line + 1 if (mark := getattr(error, "problem_mark", None)) is not None else None
        reason = " ".join(str(getattr(error, "problem", None) or error).split())[:160]
        raise FormatError(path, f"expected YAML, found none ({reason})", line) from error


def _told(path: Path, content: JsonObject) -> dict[str, str]:
    told: dict[str, str] = {}
    if (unit := content.get("time_unit")) is not None:
        if unit not in UNITS_NS:
            raise FormatError(path, f"expected a time_unit of {', '.join(UNITS_NS)}, found {reprlib.repr(unit)}")
        told["time_unit"] = str(unit)
    if (rate := content.get("rate_hz")) is not None:
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 1e-3 <= rate <= 1e6:
            raise FormatError(path, f"expected a rate_hz above zero, found {reprlib.repr(rate)}")
        told["rate_hz"] = str(float(rate))
    return told


def _mapping(path: Path, what: str, value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise FormatError(path, f"expected {what} to be a mapping, found {type(value).__name__}")
    return value


def _sensor(name: str, value: Any) -> SensorEntry:
    if not isinstance(value, dict):
        raise ValueError(f"expected a mapping, found {type(value).__name__}")
    kind = value.get("type")
    if kind not in get_args(SensorType):
        raise ValueError(f"expected type lidar or camera, found {reprlib.repr(kind)}")
    files = value.get("files")
    if not isinstance(files, str) or not files:
        raise ValueError(f"expected files, a glob, found {reprlib.repr(files)}")
    row_time = value.get("row_time_ns", 0)
    if isinstance(row_time, bool) or not isinstance(row_time, int) or abs(row_time) > 10**9:
        raise ValueError(f"expected row_time_ns in whole nanoseconds, found {reprlib.repr(row_time)}")
    camera = _camera(value) if kind == "camera" else None
    return SensorEntry(
        name, cast("SensorType", kind), files, _extrinsics(value), camera, row_time, str(value.get("mask", ""))
    )


def _camera(value: JsonObject) -> CameraModel:
    model = value.get("model", "pinhole")
    if model not in MODELS:
        raise ValueError(f"expected a model of {', '.join(MODELS)}, found {reprlib.repr(model)}")
    fx, fy, cx, cy = (float(_numbers(value, name, 0)) for name in ("fx_px", "fy_px", "cx_px", "cy_px"))
    width, height = (_numbers(value, name, 0) for name in ("width_px", "height_px"))
    if not (1 <= width <= 1e6 and 1 <= height <= 1e6 and width == int(width) and height == int(height)):
        raise ValueError(f"expected width_px and height_px of a picture, found {width:g} × {height:g}")
    size = (int(width), int(height))
    if model == "pinhole":
        return Pinhole(fx, fy, cx, cy, *size)
    coefficients = tuple(float(number) for number in _numbers(value, "coefficients", 1))
    if model == "brown_conrady":
        return BrownConrady(fx, fy, cx, cy, *size, coefficients)
    return KannalaBrandt(fx, fy, cx, cy, *size, cast("tuple[float, float, float, float]", coefficients))


def _numbers(value: JsonObject, name: str, dimensions: int | None) -> Any:
    """Finite numbers under a name: a scalar (0), a list (1), or either a list or rows (None)."""
    found = value.get(name)
    try:
        array = np.array(found, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"expected numbers as {name}, found {reprlib.repr(found)}") from error
    is_fit = array.ndim == dimensions if dimensions is not None else array.ndim in (1, 2)
    if found is None or isinstance(found, str | bool) or not is_fit or array.size > 64 or not np.isfinite(array).all():
        raise ValueError(f"expected finite numbers as {name}, found {reprlib.repr(found)}")
    return array


def _extrinsics(value: JsonObject) -> Extrinsics:
    named = [name for name in DIRECTIONS if name in value]
    if len(named) != 1:
        raise ValueError(f"expected one of {', '.join(DIRECTIONS)}, found {', '.join(named) or 'none'}")
    content = value[named[0]]
    if not isinstance(content, dict):
        raise ValueError(f"expected {named[0]} to be a mapping, found {type(content).__name__}")
    if "matrix" in content:
        return _matrix(named[0], _numbers(content, "matrix", None))
    translation_m = _numbers(content, "translation_m", 1)
    if translation_m.shape != (3,):
        raise ValueError(f"expected 3 numbers as translation_m, found {len(translation_m)}")
    if "quaternion_wxyz" in content:
        quat = _numbers(content, "quaternion_wxyz", 1)
        return Extrinsics(named[0], transform=SE3.from_quat_wxyz(quat, translation_m))
    for name, scale in (("roll_pitch_yaw_rad", 1.0), ("roll_pitch_yaw_deg", np.pi / 180)):
        if name in content:
            return Extrinsics(named[0], transform=from_angles(_angles(content, name) * scale, translation_m))
    if "roll_pitch_yaw" in content:
        angles = _angles(content, "roll_pitch_yaw")
        return Extrinsics(named[0], angles=angles, translation_m=translation_m)
    raise ValueError("expected matrix, quaternion_wxyz or roll_pitch_yaw_rad, found none")


def _angles(content: JsonObject, name: str) -> FloatArray:
    angles: FloatArray = _numbers(content, name, 1)
    if angles.shape != (3,):
        raise ValueError(f"expected 3 numbers as {name}, found {len(angles)}")
    return angles


def from_angles(angles_rad: FloatArray, translation_m: FloatArray) -> SE3:
    """Roll, pitch, yaw about the fixed axes x, y, z: ``Rz(yaw) · Ry(pitch) · Rx(roll)``."""
    return SE3(Rotation.from_euler("xyz", angles_rad).as_matrix(), translation_m)


def _matrix(direction: str, numbers: FloatArray) -> Extrinsics:
    if numbers.shape in ((3, 4), (4, 4), (12,)):
        return Extrinsics(direction, transform=SE3.from_matrix(numbers.reshape(-1, 4), MATRIX_TOLERANCE))
    if numbers.shape == (16,):
        return Extrinsics(direction, matrix=numbers.reshape(4, 4), has_open_order=True)
    raise ValueError(f"expected a matrix of 3 or 4 rows, or 12 or 16 numbers, found shape {numbers.shape}")
