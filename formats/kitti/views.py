"""Which camera the rows of a frame are made for, and where ``rect`` is then."""

from __future__ import annotations

from dataclasses import dataclass

from calibration import Pinhole, SensorRig
from formats.errors import FormatError
from formats.kitti.calib import LABEL_CAMERA, RECT
from fusion import Scene
from geometry import SE3

VARIANT = "~"
"""Parts a sensor's name from the number of its calibration, as in ``image_02~2``."""


@dataclass(frozen=True)
class LabelView:
    """The image that rows are made for.

    Attributes:
        camera: The camera's name.
        pinhole: How it sees.
        rect_from_ego: Takes cuboids into the frame in which rows are written.
        cam_from_rect: From there to the camera.
    """

    camera: str
    pinhole: Pinhole
    rect_from_ego: SE3
    cam_from_rect: SE3


def plain_name(sensor: str) -> str:
    """A sensor's name without the number of its calibration."""
    return sensor.partition(VARIANT)[0]


def pick_label_camera(cameras: tuple[str, ...]) -> str | None:
    """The camera that rows are made for: KITTI's own, else the one that looks ahead, else None."""
    return next((camera for camera in cameras if plain_name(camera) == LABEL_CAMERA), next(iter(cameras), None))


def rect_frame(rig: SensorRig, camera: str) -> str:
    """The name of the frame that rows of a camera are written in: the rig's own ``rect``, else the camera's."""
    variant = RECT + camera.removeprefix(plain_name(camera))
    return variant if variant in rig.ego_from_sensor else camera


def label_views(scene: Scene) -> list[LabelView]:
    """The view of every frame; frames with the same cameras share one.

    Raises:
        FormatError: A frame has no camera, or none that is a pinhole: KITTI's rows cannot be made.
    """
    made: dict[tuple[str, ...], LabelView] = {}
    views: list[LabelView] = []
    for index in range(len(scene.frames)):
        cameras = scene.cameras_of(index)
        if cameras not in made:
            made[cameras] = _view(scene, cameras)
        views.append(made[cameras])
    return views


def _view(scene: Scene, cameras: tuple[str, ...]) -> LabelView:
    camera = pick_label_camera(cameras)
    if camera is None:
        raise FormatError(scene.path, "expected a camera, found none: KITTI's rows are made for its image")
    model = scene.rig.cameras[camera]
    if not isinstance(model, Pinhole):
        found = f"{camera} is a {type(model).__name__}"
        raise FormatError(scene.path, f"expected a pinhole camera, found that {found}: KITTI's images are rectified")
    ego_from_rect = scene.rig.ego_from_sensor[rect_frame(scene.rig, camera)]
    return LabelView(camera, model, ego_from_rect.inverse(), scene.rig.cam_from_ego(camera) @ ego_from_rect)
