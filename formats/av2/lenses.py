"""Lenses that AV2's table has no place for, since its images are undistorted: carried as JSON beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats.checked_values import finite_number, finite_numbers

BROWN_CONRADY, KANNALA_BRANDT = "brown-conrady", "kannala-brandt"


def carried_lenses(rig: SensorRig) -> dict[str, Any] | None:
    """The lenses of raw images; None where there is nothing to carry."""
    if rig.images_are == "rectified":
        return None
    found = {name: _lens(camera) for name, camera in rig.cameras.items()}
    return {"images_are": rig.images_are, "lenses": {name: lens for name, lens in found.items() if lens is not None}}


def are_raw(carried: object) -> bool:
    """Whether a table's images are as the cameras made them."""
    return isinstance(carried, Mapping) and carried.get("images_are") == "raw"


def with_lens(camera: Pinhole, name: str, carried: object) -> CameraModel:
    """A camera with the lens that was carried for it; as it is where there is none that can be.

    Raises:
        ValueError: The lens has other numbers than its model takes.
    """
    lenses = carried.get("lenses") if isinstance(carried, Mapping) else None
    lens = lenses.get(name) if isinstance(lenses, Mapping) else None
    if not isinstance(lens, Mapping) or not isinstance(lens.get("coefficients"), list):
        return camera
    numbers = finite_numbers(lens["coefficients"])
    if numbers is None:
        raise ValueError("coefficients must be finite numbers")
    plane = (camera.fx_px, camera.fy_px, camera.cx_px, camera.cy_px, camera.width_px, camera.height_px)
    if lens.get("model") == BROWN_CONRADY:
        return BrownConrady(*plane, numbers)
    if lens.get("model") == KANNALA_BRANDT and len(numbers) == 4:
        return KannalaBrandt(
            *plane, (numbers[0], numbers[1], numbers[2], numbers[3]), finite_number(lens.get("lens_angle_rad"))
        )
    raise ValueError(f"model must be {BROWN_CONRADY} or {KANNALA_BRANDT}, got {str(lens.get('model'))[:40]}")


def _lens(camera: CameraModel) -> dict[str, Any] | None:
    if isinstance(camera, BrownConrady):
        return {"model": BROWN_CONRADY, "coefficients": list(camera.coefficients)}
    if isinstance(camera, KannalaBrandt):
        angle = {} if camera.lens_angle_rad is None else {"lens_angle_rad": camera.lens_angle_rad}
        return {"model": KANNALA_BRANDT, "coefficients": list(camera.coefficients)} | angle
    return None
