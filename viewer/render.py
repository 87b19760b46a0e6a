"""One frame as a picture: the view in space beside the camera images, with every cuboid in all of them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from calibration import CameraModel
from geometry import SE3
from viewer.canvas import Canvas, look_at, perspective
from viewer.colors import BORDER, FAINT_TEXT, GROUND, SURFACE, TEXT, ColorMode, color_points
from viewer.frame_parts import all_cuboid_lines, ego_lines, front_face, frustum_lines, grid_lines, ring_radii_m
from viewer.labeled_scene import FrameContent, ShownCuboid
from viewer.layout import GAP_PX, Area, Layout, camera_rows, make_layout
from viewer.lettering import (
    CAPTION_PX,
    SMALL_PX,
    draw_caption,
    draw_chip,
    name_cuboids,
    note_problems,
    say_no_image,
)

SMALLEST_PX, LARGEST_PX = (320, 240), (7680, 4320)
DESIGN_PX = (1920, 1080)
"""The size at which text and lines have the sizes that stand in this file."""

EYE_HEIGHT_M, LOWEST_X_M, SIDE_SHARE, AHEAD_M = 11.0, -5.0, 0.1, 16.0
FALL_RAD, WIDTH_ANGLE_RAD, HEIGHT_ANGLES_RAD = np.deg2rad(3.5), np.deg2rad(76.0), np.deg2rad((22.0, 54.0))
"""The view in space reaches from just behind the vehicle to so far below the horizon."""

SMALLEST_SCALE = 0.8
SPACE_FRONT_OPACITY, IMAGE_FRONT_OPACITY = 0.22, 0.12
IMAGE_LINE_SCALE = 1.1


def render_frame(
    content: FrameContent, width: int = 1920, height: int = 1080, color: ColorMode = "height"
) -> Image.Image:
    """Paint one frame.

    Args:
        content: What there is to see; what is missing is said in the picture.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        color: What the colours of the points mean.

    Raises:
        ValueError: The size is outside 320 × 240 … 7680 × 4320.
    """
    for name, value, low, high in zip(("width", "height"), (width, height), SMALLEST_PX, LARGEST_PX, strict=True):
        if not low <= value <= high:
            raise ValueError(f"{name} must lie in {low} … {high}, got {value}")
    scale = _scale(width, height)
    picture = Image.new("RGB", (width, height), GROUND)
    layout = frame_layout(content, width, height)
    picture.paste(_space_view(content, layout.space, color, scale), (layout.space.left, layout.space.top))
    for name, area in layout.images.items():
        picture.paste(_camera_view(content, name, area, scale), (area.left, area.top))
    draw_caption(picture, content, color, scale)
    return picture


def frame_layout(content: FrameContent, width: int, height: int) -> Layout:
    """Where the parts of a frame's picture are."""
    scale = _scale(width, height)
    gap, top = round(GAP_PX * scale), round(CAPTION_PX * scale)
    rig = content.scene.rig
    aspects = {name: rig.cameras[name].width_px / rig.cameras[name].height_px for name in content.cameras}
    inside = Area(gap, top, width - 2 * gap, height - top - gap)
    return make_layout(inside, camera_rows(rig, content.cameras), aspects, gap)


def _scale(width: int, height: int) -> float:
    """How much larger than designed text and lines are; small pictures keep theirs legible."""
    return max(min(width / DESIGN_PX[0], height / DESIGN_PX[1]), SMALLEST_SCALE)


def space_camera(content: FrameContent, area: Area) -> tuple[CameraModel, SE3]:
    """The camera of the view in space, and its ``cam_from_ego``: behind and above the vehicle, a little to its left."""
    wanted = 2 * np.arctan(np.tan(WIDTH_ANGLE_RAD / 2) * area.height / area.width)
    height_angle_rad = float(np.clip(wanted, *HEIGHT_ANGLES_RAD))
    back_m = EYE_HEIGHT_M / np.tan(height_angle_rad + FALL_RAD) - LOWEST_X_M
    eye = np.array([-back_m, SIDE_SHARE * back_m, EYE_HEIGHT_M + content.ground_z_m])
    reach_m = np.hypot(back_m + AHEAD_M, eye[1])
    fall_m = reach_m * np.tan(height_angle_rad / 2 + FALL_RAD)
    cam_from_ego = look_at(eye, np.array([AHEAD_M, 0.0, eye[2] - fall_m]))
    return perspective(area.width, area.height, height_angle_rad), cam_from_ego


def _space_view(content: FrameContent, area: Area, color: ColorMode, scale: float) -> Image.Image:
    camera, cam_from_ego = space_camera(content, area)
    canvas = Canvas(camera, cam_from_ego, (area.width, area.height))
    canvas.lines(grid_lines(content.ground_z_m), scale)
    if len(content.cloud):
        rgb = color_points(content.cloud, color, content.ground_z_m)
        canvas.points(content.cloud.positions_m, rgb, scale)
    for radius in ring_radii_m():
        canvas.text(np.array([radius, 0.0, content.ground_z_m]), f"{radius:.0f} m", SMALL_PX * scale, FAINT_TEXT)
    canvas.lines(ego_lines(content.ground_z_m), scale)
    canvas.lines(frustum_lines(content.scene.rig, content.cameras), scale)
    _cuboids(canvas, content, cam_from_ego, scale, SPACE_FRONT_OPACITY)
    image = canvas.finished()
    name_cuboids(image, canvas, reversed(_far_to_near(content.cuboids, cam_from_ego)), scale)
    note_problems(image, content.problems, scale)
    _frame_around(image)
    return image


def _camera_view(content: FrameContent, name: str, area: Area, scale: float) -> Image.Image:
    view = content.views[name]
    pixels = content.images.get(name)
    background = Image.new("RGB", (1, 1), SURFACE) if pixels is None else Image.fromarray(pixels)
    canvas = Canvas(view.camera, view.cam_from_ego, (area.width, area.height), background, view.rows)
    _cuboids(canvas, content, view.cam_from_ego, scale * IMAGE_LINE_SCALE, IMAGE_FRONT_OPACITY)
    image = canvas.finished()
    draw_chip(image, (round(8 * scale), round(8 * scale)), name, TEXT, scale)
    if pixels is None:
        say_no_image(image, scale)
    _frame_around(image)
    return image


def _cuboids(canvas: Canvas, content: FrameContent, cam_from_ego: SE3, scale: float, front_opacity: float) -> None:
    """From far to near, so that near ones cover far ones."""
    for cuboid in _far_to_near(content.cuboids, cam_from_ego):
        canvas.face(front_face(cuboid.box_ego), cuboid.color, front_opacity)
        for lines in all_cuboid_lines([cuboid]):
            canvas.lines(lines, scale)


def _far_to_near(cuboids: tuple[ShownCuboid, ...], cam_from_ego: SE3) -> list[ShownCuboid]:
    return sorted(cuboids, key=lambda cuboid: -float(np.linalg.norm(cam_from_ego.apply(cuboid.box_ego.center))))


def _frame_around(image: Image.Image) -> None:
    ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=BORDER)
