"""Where sensors sit and how cameras see."""

from calibration.camera import NEAR_PLANE_M, CameraModel, Pinhole
from calibration.errors import CalibrationError
from calibration.projection_matrix import pinhole_from_projection, projection_from_pinhole
from calibration.rig import ImagesAre, SensorRig

__all__ = [
    "NEAR_PLANE_M",
    "CalibrationError",
    "CameraModel",
    "ImagesAre",
    "Pinhole",
    "SensorRig",
    "pinhole_from_projection",
    "projection_from_pinhole",
]
