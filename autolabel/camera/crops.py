"""What images show of cuboids: where each is in them, and small pictures of those worth looking at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from autolabel.upright import box_of
from fusion import CameraView, ImageFileError, Scene, camera_views, project_hulls, read_image, visible_shares
from geometry.arrays import ByteArray, FloatArray

SIDE_PX = 64
AROUND = 1.6
"""A crop is a square, so many times as wide as the cuboid's picture is wide or high, whichever is more."""
FEWEST_PX = 14.0
"""The longer side of the smallest picture in which something can be recognised."""
MOST_TRUNCATED, LEAST_VISIBLE = 0.5, 0.5
PLENTY_PX = 100.0
"""Beyond this, larger pictures say no more."""


@dataclass(frozen=True)
class Placed:
    """A cuboid in one image.

    Attributes:
        box: Its number among those asked for.
        camera: The camera.
        ltrb_px: Left, top, right, bottom of its picture, clipped to the image.
        image_size_px: Width and height that these pixels count in.
        merit: 0 … 1, how much can be seen: by its size, by what nearer cuboids hide, and by what the image cuts off.
        alpha_rad: Its heading as the camera sees it: 0 where it heads straight away from the camera, π where toward it.
    """

    box: int
    camera: str
    ltrb_px: tuple[float, float, float, float]
    image_size_px: tuple[int, int]
    merit: float
    alpha_rad: float


@dataclass(frozen=True, eq=False)
class Crop:
    """A small picture of a cuboid.

    Attributes:
        pixels: (SIDE_PX, SIDE_PX, 4) red, green, blue, and 255 where the cuboid's rectangle is.
        alpha_rad: As in ``Placed``.
    """

    pixels: ByteArray
    alpha_rad: float


def placed_in(scene: Scene, frame_index: int, boxes_ego: FloatArray, *, are_solid: bool = True) -> list[Placed]:
    """Where the images of a frame show boxes (N, 7) well enough to be recognised.

    Args:
        scene: The scene.
        frame_index: The frame.
        boxes_ego: The boxes.
        are_solid: Whether they hide each other.

    Raises:
        ValueError: The scene has no such frame.
    """
    pictured = {image.camera for image in scene.frame(frame_index).images}
    found: list[Placed] = []
    if pictured and len(boxes_ego):
        for camera, view in camera_views(scene, frame_index).items():
            if camera in pictured:
                found += _in_view(camera, view, boxes_ego, are_solid=are_solid)
    return found


def crops_of(scene: Scene, frame_index: int, placed: Sequence[Placed]) -> list[Crop | None]:
    """The small pictures of boxes, one image in memory at a time; None where an image cannot be read.

    Raises:
        ValueError: The scene has no such frame.
    """
    by_camera: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(placed):
        by_camera[each.camera].append(number)
    found: list[Crop | None] = [None] * len(placed)
    for camera, numbers in by_camera.items():
        source = scene.frame(frame_index).image(camera)
        if source is None:
            continue
        try:
            picture = Image.fromarray(read_image(source))
        except ImageFileError:  # whoever opens the scene is told; here it is one look less
            continue
        for number in numbers:
            found[number] = Crop(_cut(picture, placed[number]), placed[number].alpha_rad)
    return found


def _in_view(camera: str, view: CameraView, boxes_ego: FloatArray, *, are_solid: bool) -> Iterator[Placed]:
    corners_ego = np.stack([box_of(row).corners() for row in boxes_ego])
    corners_cam = view.cam_from_ego.apply(corners_ego.reshape(-1, 3)).reshape(corners_ego.shape)
    _, shown, truncation = project_hulls(corners_cam, view.camera)
    eye = view.cam_from_ego.inverse().translation
    away = boxes_ego[:, :3] - eye
    visible = visible_shares(shown, np.linalg.norm(away, axis=1) if are_solid else np.zeros(len(away)))
    side_px = np.maximum(shown[:, 2] - shown[:, 0], shown[:, 3] - shown[:, 1])
    good = (side_px >= FEWEST_PX) & (truncation <= MOST_TRUNCATED) & (visible >= LEAST_VISIBLE)
    merit = np.sqrt(np.minimum(side_px / PLENTY_PX, 1.0)) * visible * (1.0 - truncation)
    alpha_rad = np.angle(np.exp(1j * (boxes_ego[:, 6] - np.arctan2(away[:, 1], away[:, 0]))))
    size_px = (view.camera.width_px, view.camera.height_px)
    for number in np.flatnonzero(good).tolist():
        left, top, right, bottom = shown[number].tolist()
        yield Placed(
            number, camera, (left, top, right, bottom), size_px, float(merit[number]), float(alpha_rad[number])
        )


def _cut(picture: Image.Image, placed: Placed) -> ByteArray:
    """A square around a cuboid's picture, moved into the image as far as it fits, black beyond."""
    # An image may be stored smaller or larger than its calibration says.
    scale = np.tile(np.array(picture.size) / placed.image_size_px, 2)
    ltrb = (np.array(placed.ltrb_px) + 0.5) * scale
    side = max(round(AROUND * float((ltrb[2:] - ltrb[:2]).max())), 2)
    # Where the image is smaller than the square, its middle is the square's.
    room = np.array(picture.size) - side
    first = np.rint(
        np.clip((ltrb[:2] + ltrb[2:] - side) / 2.0, np.minimum(room / 2.0, 0.0), np.maximum(room, room / 2.0))
    )
    whole = np.concatenate([first, first + side]).astype(int)
    small = picture.crop(tuple(whole.tolist())).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    pixels = np.zeros((SIDE_PX, SIDE_PX, 4), np.uint8)
    pixels[..., :3] = np.asarray(small)
    left, top, right, bottom = np.rint((ltrb - np.tile(first, 2)) * SIDE_PX / side).astype(int)
    pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0), 3] = 255
    return pixels
