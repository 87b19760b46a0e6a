from __future__ import annotations

import numpy as np

from calibration import SensorRig
from fusion import color_from_images
from fusion.color import UNSEEN_RGB


def solid(rgb: tuple[int, int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((100, 200, 3), rgb, dtype=np.uint8)


def test_each_point_gets_the_colour_of_the_camera_that_sees_it_best(rig: SensorRig) -> None:
    images = {"ahead": solid((200, 0, 0)), "left": solid((0, 0, 200))}
    points_ego = np.array([[20.0, 0, 1], [0, 20, 1], [20, 18, 1], [18, 20, 1], [-20, 0, 1]])
    rgb = color_from_images(points_ego, images, rig)
    assert rgb.tolist() == [[200, 0, 0], [0, 0, 200], [200, 0, 0], [0, 0, 200], list(UNSEEN_RGB)]


def test_the_pixel_is_the_one_that_the_point_falls_into(rig: SensorRig) -> None:
    image = np.zeros((100, 200, 3), dtype=np.uint8)
    image[30, 150] = (1, 2, 3)
    camera = rig.cameras["ahead"]
    ray = camera.rays_from_image(np.array([[150.3, 29.7]]))
    points_ego = rig.ego_from_sensor["ahead"].apply(ray * 12)
    assert color_from_images(points_ego, {"ahead": image}, rig).tolist() == [[1, 2, 3]]


def test_a_smaller_image_is_scaled_to(rig: SensorRig) -> None:
    image = np.zeros((50, 100, 3), dtype=np.uint8)
    image[15, 75] = (9, 9, 9)
    ray = rig.cameras["ahead"].rays_from_image(np.array([[150.5, 30.5]]))
    points_ego = rig.ego_from_sensor["ahead"].apply(ray * 12)
    assert color_from_images(points_ego, {"ahead": image}, rig).tolist() == [[9, 9, 9]]


def test_no_points_and_no_images_are_no_trouble(rig: SensorRig) -> None:
    assert color_from_images(np.zeros((0, 3)), {"ahead": solid((1, 1, 1))}, rig).shape == (0, 3)
    assert color_from_images(np.ones((2, 3)), {}, rig).tolist() == [list(UNSEEN_RGB)] * 2
