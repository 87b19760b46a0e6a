"""The sensors of one vehicle: where each sits, how each camera sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from calibration.camera import CameraModel
from geometry import SE3

ImagesAre = Literal["raw", "rectified"]


@dataclass(frozen=True)
class SensorRig:
    """The sensors of a scene.

    Attributes:
        ego_from_sensor: Where every sensor sits; a format may add frames of its own, such as KITTI's ``rect``.
        cameras: How every camera sees, by name; the one that looks ahead comes first.
        lidars: The names of the lidars.
        clock_offset_ns: Added to a sensor's clock to get the rig's; 0 where not named.
        images_are: ``raw`` as the cameras made them, seen through their lenses; or ``rectified``: lines are straight in
            them, so no camera may bend any.
        revision: Rises with every refinement.
    """

    ego_from_sensor: Mapping[str, SE3]
    cameras: Mapping[str, CameraModel]
    lidars: tuple[str, ...]
    clock_offset_ns: Mapping[str, int] = field(default_factory=dict)
    images_are: ImagesAre = "rectified"
    revision: int = 1

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where a sensor has no place or a camera bends the lines of rectified images."""
        object.__setattr__(self, "ego_from_sensor", dict(self.ego_from_sensor))
        object.__setattr__(self, "cameras", dict(self.cameras))
        object.__setattr__(self, "clock_offset_ns", dict(self.clock_offset_ns))
        object.__setattr__(self, "lidars", tuple(self.lidars))
        homeless = [name for name in (*self.cameras, *self.lidars) if name not in self.ego_from_sensor]
        if homeless:
            raise ValueError(f"ego_from_sensor must place every sensor, lacks {', '.join(homeless)}")
        if self.images_are not in get_args(ImagesAre):
            raise ValueError(f"images_are must be raw or rectified, got {self.images_are}")
        bending = [name for name, camera in self.cameras.items() if camera.bends_lines]
        if bending and self.images_are == "rectified":
            raise ValueError(f"rectified images have no distortion, but these cameras have: {', '.join(bending)}")

    def cam_from_ego(self, camera: str) -> SE3:
        """The transform that takes points of ``ego`` into a camera's frame.

        Raises:
            ValueError: The rig has no such camera.
        """
        if camera not in self.cameras:
            raise ValueError(f"camera must be one of {', '.join(self.cameras) or 'none'}, got {camera}")
        return self.ego_from_sensor[camera].inverse()
