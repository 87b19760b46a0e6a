"""Where sensors sit and how cameras see."""

from calibration.brown_conrady import BrownConrady
from calibration.camera import NEAR_PLANE_M, CameraModel, Pinhole
from calibration.errors import CalibrationError
from calibration.intrinsics import Intrinsics
from calibration.kannala_brandt import KannalaBrandt
from calibration.projection_matrix import pinhole_from_projection, projection_from_pinhole
from calibration.rig import ImagesAre, SensorRig

__all__ = [
    "NEAR_PLANE_M",
    "BrownConrady",
    "CalibrationError",
    "CameraModel",
    "ImagesAre",
    "Intrinsics",
    "KannalaBrandt",
    "Pinhole",
    "SensorRig",
    "pinhole_from_projection",
    "projection_from_pinhole",
]
