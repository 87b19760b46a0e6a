"""Pictures show every cuboid where the projection says, and say what is missing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from calibration import CameraModel, SensorRig
from formats import open_dataset
from fusion import project_box
from geometry import SE3, Box, Trajectory
from geometry.arrays import FloatArray, IntArray
from viewer import FrameContent, LabeledScene, choose_scene, frame_layout, read_labeled_scene, render_frame
from viewer.colors import GROUND, SURFACE, WARNING
from viewer.layout import Area
from viewer.render import space_camera

SIZE = (1280, 720)
INSIDE_PX = 6


def part(picture: Image.Image, area: Area) -> IntArray:
    pixels = picture.crop((area.left, area.top, area.left + area.width, area.top + area.height))
    return np.asarray(pixels).astype(np.int64)


def edge_samples(box_ego: Box, cam_from_ego: SE3, camera: CameraModel, area: Area) -> FloatArray:
    """(K, 2) places along the edges of a cuboid, in pixels of the area, well inside it."""
    projected = project_box(box_ego.transform(cam_from_ego), camera)
    assert projected is not None
    shares = np.linspace(0.1, 0.9, 9)[:, np.newaxis]
    lines = [a + shares * (b - a) for line in projected.edges_uv for a, b in pairwise(line)]
    scale = np.array([area.width / camera.width_px, area.height / camera.height_px])
    places = (np.concatenate(lines) + 0.5) * scale - 0.5
    inside = (places > INSIDE_PX).all(axis=1) & (places < np.array([area.width, area.height]) - INSIDE_PX).all(axis=1)
    return np.asarray(places[inside])


def share_in_color(pixels: IntArray, places: FloatArray, color: tuple[int, int, int], reach: int = 1) -> float:
    """How many of the places have the colour, or nearly, within a pixel."""
    found = np.zeros(len(places), dtype=bool)
    columns, rows = np.rint(places).astype(np.int64).T
    for right in range(-reach, reach + 1):
        for down in range(-reach, reach + 1):
            found |= np.abs(pixels[rows + down, columns + right] - color).max(axis=1) < 70
    return float(found.mean())


def assert_cuboids_are_drawn(content: FrameContent, picture: Image.Image) -> int:
    """Every cuboid's edges have its colour in every image and in space; how many were looked at."""
    layout, rig, looked = frame_layout(content, *picture.size), content.scene.rig, 0
    views = {name: (rig.cameras[name], rig.cam_from_ego(name), area) for name, area in layout.images.items()}
    views["space"] = (*space_camera(content, layout.space), layout.space)
    for camera, cam_from_ego, area in views.values():
        pixels = part(picture, area)
        for cuboid in content.cuboids:
            if project_box(cuboid.box_ego.transform(cam_from_ego), camera) is None:
                continue
            places = edge_samples(cuboid.box_ego, cam_from_ego, camera, area)
            if len(places) > 20:
                # Names and nearer cuboids cover some, and a derived one has gaps.
                assert share_in_color(pixels, places, cuboid.color) > (0.75 if cuboid.is_key else 0.4)
                looked += 1
    return looked


@pytest.mark.parametrize("frame_index", [0, 1, 2])
def test_cuboids_are_where_the_projection_says(labeled: LabeledScene, frame_index: int) -> None:
    content = labeled.content(frame_index)
    assert assert_cuboids_are_drawn(content, render_frame(content, *SIZE)) >= 2


def test_on_a_real_frame_too(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_tracking")
    labeled = read_labeled_scene(dataset, choose_scene(dataset, "0003"))
    content = labeled.content(30)
    picture = render_frame(content, 1920, 1080, "image")
    assert assert_cuboids_are_drawn(content, picture) == 4
    image = part(picture, frame_layout(content, 1920, 1080).images["image_02"])
    own = np.asarray(Image.fromarray(content.images["image_02"]).resize(image.shape[1::-1], Image.Resampling.LANCZOS))
    # Left of the cars the picture is the image itself.
    assert np.abs(image[60:-2, 2:900] - own[60:-2, 2:900]).mean() < 6


def test_the_points_have_their_colours_in_space(labeled: LabeledScene) -> None:
    content = labeled.content(0)
    area = frame_layout(content, *SIZE).space
    by_height, by_image = (part(render_frame(content, *SIZE, color=mode), area) for mode in ("height", "image"))
    painted = (np.abs(by_height - GROUND).max(axis=2) > 25).mean()
    assert painted > 0.01
    assert (by_height != by_image).any()


def test_what_is_missing_is_said(labeled: LabeledScene) -> None:
    content = labeled.content(1)
    picture = render_frame(content, *SIZE)
    layout = frame_layout(content, *SIZE)
    warned = [(np.abs(part(picture, area) - WARNING).max(axis=2) < 40).sum() for area in layout.images.values()]
    assert min(warned) > 20
    space = part(picture, layout.space)
    assert (np.abs(space[-40:, :300] - WARNING).max(axis=2) < 40).sum() > 20
    corner = part(picture, layout.images["ahead"])[-5, 5]
    assert corner.tolist() == list(SURFACE)


def test_without_cameras_all_is_space(labeled: LabeledScene) -> None:
    rig = SensorRig({"top": labeled.scene.rig.ego_from_sensor["top"]}, {}, ("top",))
    frames = tuple(replace(frame, images=()) for frame in labeled.scene.frames)
    content = replace(labeled, scene=replace(labeled.scene, rig=rig, frames=frames)).content(0)
    assert frame_layout(content, *SIZE).space.width > 1250
    assert assert_cuboids_are_drawn(content, render_frame(content, *SIZE)) >= 1


def test_the_same_frame_gives_the_same_picture(labeled: LabeledScene) -> None:
    first, second = (render_frame(labeled.content(0), 640, 480) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("size", [(320, 240), (333, 1500), (3000, 250)])
def test_any_size_works(labeled: LabeledScene, size: tuple[int, int]) -> None:
    assert render_frame(labeled.content(0), *size).size == size


@pytest.mark.parametrize("size", [(319, 240), (320, 239), (7681, 240), (320, 4321)])
def test_absurd_sizes_are_refused(labeled: LabeledScene, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"must lie in \d+ … \d+, got"):
        render_frame(labeled.content(1), *size)


def test_long_names_in_any_script_stay_inside(labeled: LabeledScene) -> None:
    scene = replace(labeled.scene, name="서울 주행 " * 40)
    picture = render_frame(replace(labeled, scene=scene).content(0), 640, 480)
    assert (np.asarray(picture)[:30, -4:] == GROUND).all()


def test_in_an_image_of_another_time_cuboids_are_where_that_saw_them(labeled: LabeledScene) -> None:
    scene = labeled.scene
    frame = scene.frames[0]
    # Row by row as well: from 30 to 70 ms after the frame, the ego goes by half a metre on.
    late = tuple(replace(image, timestamp_ns=50_000_000, row_time_ns=133_000) for image in frame.images)
    poses = [SE3.from_yaw(0.0, [float(index), 0.0, 0.0]) for index in range(3)]
    moved = replace(
        scene,
        frames=(replace(frame, images=late), *scene.frames[1:]),
        trajectory=Trajectory.from_poses(scene.frame_times_ns, poses),
    )
    content = replace(labeled, scene=moved).content(0)
    picture = render_frame(content, *SIZE)
    area = frame_layout(content, *SIZE).images["ahead"]
    car, view = content.cuboids[0].box_ego, content.views["ahead"]
    projected = view.project_box(car)
    assert projected is not None
    places = (np.concatenate(projected.edges_uv) + 0.5) * (area.width / view.camera.width_px) - 0.5
    assert share_in_color(part(picture, area), places, content.cuboids[0].color) > 0.9
    unmoved = edge_samples(car, scene.rig.cam_from_ego("ahead"), view.camera, area)
    assert share_in_color(part(picture, area), unmoved, content.cuboids[0].color) < 0.7
