"""Streams: how cameras see, as OpenLABEL writes it, and which streams are lidars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calibration import (
    BrownConrady,
    CameraModel,
    KannalaBrandt,
    Pinhole,
    pinhole_from_projection,
    projection_from_pinhole,
)
from formats.carried import KEY
from formats.checked_values import as_object, finite_number, finite_numbers
from geometry import SE3

JsonObject = dict[str, Any]
PINHOLE, FISHEYE = "intrinsics_pinhole", "intrinsics_fisheye"
LONG_LENS = 14
"""OpenCV's last two of fourteen coefficients tilt the sensor."""
MAX_SIDE_PX = 1e6


def decode_camera(properties: Mapping[str, Any]) -> tuple[CameraModel, SE3]:
    """A camera by its ``stream_properties``.

    Returns:
        How it sees, and ``cam_from_stream``: where the matrix's last column puts it within its coordinate system.

    Raises:
        ValueError: It is of another kind than pinhole or fisheye, or its numbers make no camera.
    """
    if PINHOLE in properties:
        return _decode_pinhole(as_object(properties[PINHOLE]))
    if FISHEYE in properties:
        return _decode_fisheye(as_object(properties[FISHEYE])), SE3.identity()
    found = next((name for name in properties if name.startswith("intrinsics")), "none")
    raise ValueError(f"expected {PINHOLE} or {FISHEYE}, found {found}")


def encode_camera(camera: CameraModel) -> JsonObject:
    """``stream_properties`` of a camera, under the schema's names and those that its reference program reads.

    Raises:
        ValueError: The camera is of a model that the form does not have.
    """
    size = {"width_px": camera.width_px, "height_px": camera.height_px}
    if isinstance(camera, KannalaBrandt):
        return {FISHEYE: size | _encode_fisheye(camera)}
    if not isinstance(camera, Pinhole | BrownConrady):
        raise ValueError(f"expected a pinhole or fisheye camera, found {type(camera).__name__}")
    plain = Pinhole(camera.fx_px, camera.fy_px, camera.cx_px, camera.cy_px, camera.width_px, camera.height_px)
    matrix = projection_from_pinhole(plain, SE3.identity()).ravel().tolist()
    lens = list(camera.coefficients) if isinstance(camera, BrownConrady) else []
    # The schema wants five at least; a sixth that is nothing changes nothing.
    padded = [*lens, *[0.0] * (5 - len(lens))] if lens else []
    names: JsonObject = {"camera_matrix": matrix, "camera_matrix_3x4": matrix, "distortion_coeffs_1xN": padded}
    if lens:
        names |= {"distortion_coeffs": padded, KEY: {"coefficient_count": len(lens)}}
    return {PINHOLE: size | names}


def _decode_pinhole(fields: Mapping[str, Any]) -> tuple[CameraModel, SE3]:
    matrix = _numbers(fields, ("camera_matrix", "camera_matrix_3x4"), (12, 9))
    rows = [matrix[row * (len(matrix) // 3) : (row + 1) * (len(matrix) // 3)] for row in range(3)]
    projection = [[*row, 0.0][:4] for row in rows]
    pinhole, cam_from_stream = pinhole_from_projection(projection, *_size(fields))
    lens = _optional_numbers(fields, ("distortion_coeffs", "distortion_coeffs_1xN"))
    count = as_object(fields.get(KEY)).get("coefficient_count")
    if isinstance(count, int) and 4 <= count <= len(lens):
        lens = lens[:count]
    elif not any(lens):
        return pinhole, cam_from_stream
    if len(lens) == LONG_LENS and not any(lens[12:]):
        lens = lens[:12]
    made = BrownConrady(
        pinhole.fx_px,
        pinhole.fy_px,
        pinhole.cx_px,
        pinhole.cy_px,
        pinhole.width_px,
        pinhole.height_px,
        coefficients=tuple(lens),
    )
    return made, cam_from_stream


def _decode_fisheye(fields: Mapping[str, Any]) -> KannalaBrandt:
    """``θ + k1 θ³ + …`` with four coefficients, ``k1 θ + k2 θ³ + …`` with five; a plain polynomial is refused."""
    model = fields.get("model")
    lens = _numbers(fields, ("lens_coeffs", "lens_coeffs_1xN"), (4, 5))
    if model not in (None, "opencv_fisheye", "kannala") or (model == "kannala") != (
        len(lens) == 5 and model is not None
    ):
        raise ValueError(f"expected the fisheye model opencv_fisheye or kannala, found {repr(model)[:40]}")
    focal = [_first(fields, (name,)) for name in ("focal_length_x", "focal_length_y")]
    if len(lens) == 5:
        if lens[0] <= 0:
            raise ValueError(f"expected a first lens coefficient above zero, found {lens[0]:g}")
        # Without focal lengths the coefficients are in pixels.
        focal = [lens[0] * (1.0 if length is None else length) for length in focal]
        lens = tuple(value / lens[0] for value in lens[1:])
    centre = [_first(fields, names) for names in (("center_x_px", "center_x"), ("center_y_px", "center_y"))]
    if focal[0] is None or focal[1] is None or centre[0] is None or centre[1] is None:
        raise ValueError("expected focal lengths and a centre in pixels, found none")
    angle = finite_number(as_object(fields.get(KEY)).get("lens_angle_rad"))
    k1, k2, k3, k4 = lens
    return KannalaBrandt(focal[0], focal[1], centre[0], centre[1], *_size(fields), (k1, k2, k3, k4), angle)


def _encode_fisheye(camera: KannalaBrandt) -> JsonObject:
    # With the first coefficient said, as 1, the reference program can take it too.
    lens = [1.0, *camera.coefficients]
    values: JsonObject = {
        "model": "kannala",
        "center_x_px": camera.cx_px,
        "center_y_px": camera.cy_px,
        "center_x": camera.cx_px,
        "center_y": camera.cy_px,
        "focal_length_x": camera.fx_px,
        "focal_length_y": camera.fy_px,
        "lens_coeffs": lens,
        "lens_coeffs_1xN": lens,
    }
    return values if camera.lens_angle_rad is None else values | {KEY: {"lens_angle_rad": camera.lens_angle_rad}}


def _size(fields: Mapping[str, Any]) -> tuple[int, int]:
    sides = [finite_number(fields.get(name), MAX_SIDE_PX) for name in ("width_px", "height_px")]
    if sides[0] is None or sides[1] is None or min(sides[0], sides[1]) < 1:
        raise ValueError("expected width_px and height_px above zero, found none")
    return int(sides[0]), int(sides[1])


def _numbers(fields: Mapping[str, Any], names: Sequence[str], counts: Sequence[int]) -> tuple[float, ...]:
    found = _optional_numbers(fields, names)
    if len(found) not in counts:
        wanted = " or ".join(map(str, counts))
        raise ValueError(f"expected {wanted} numbers in {names[0]}, found {len(found)}")
    return found


def _optional_numbers(fields: Mapping[str, Any], names: Sequence[str]) -> tuple[float, ...]:
    value: list[Any] = next((fields[name] for name in names if isinstance(fields.get(name), list)), [])
    found = finite_numbers(value) if len(value) <= 16 else None
    if found is None:
        raise ValueError(f"expected finite numbers in {names[0]}, found something else")
    return found


def _first(fields: Mapping[str, Any], names: Sequence[str]) -> float | None:
    return next((number for name in names if (number := finite_number(fields.get(name))) is not None), None)
