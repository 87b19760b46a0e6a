"""Colours mean what they say, and never fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fusion.color import UNSEEN_RGB
from pointcloud import PointCloud
from viewer.colors import (
    COLOR_MODES,
    HEIGHT_STOPS,
    HIGHEST_M,
    INTENSITY_STOPS,
    LOWEST_M,
    NEUTRAL_STOPS,
    ColorMode,
    color_points,
    gradient,
    rgb_from_hex,
)

CLOUD = PointCloud(np.array([[0, 0, -50], [0, 0, 1], [0, 0, 50]], dtype=np.float32), "ego")


def test_a_gradient_meets_its_stops_and_holds_beyond_them() -> None:
    places = [-1.0, *(place for place, _ in HEIGHT_STOPS), 2.0]
    colors = [rgb_from_hex(color) for _, color in HEIGHT_STOPS]
    assert gradient(HEIGHT_STOPS, places).tolist() == [list(rgb) for rgb in (colors[0], *colors, colors[-1])]


def test_height_counts_from_the_ground() -> None:
    middle = (1 - 0.4 - LOWEST_M) / (HIGHEST_M - LOWEST_M)
    assert color_points(CLOUD, "height", 0.4).tolist() == gradient(HEIGHT_STOPS, [0, middle, 1]).tolist()


def test_intensity_is_stretched_over_the_gradient() -> None:
    cloud = replace(CLOUD, intensity=np.array([3.0, 5.0, 7.0], dtype=np.float32))
    rgb = color_points(cloud, "intensity", 0.0)
    assert rgb[[0, 2]].tolist() == gradient(INTENSITY_STOPS, [0, 1]).tolist()


@pytest.mark.parametrize("values", [[0.2, 0.2, 0.2], [np.nan, 0.1, 0.3]])
def test_any_intensity_has_a_colour(values: list[float]) -> None:
    cloud = replace(CLOUD, intensity=np.array(values, dtype=np.float32))
    assert color_points(cloud, "intensity", 0.0).shape == (3, 3)


def test_what_no_camera_saw_stands_back() -> None:
    cloud = replace(CLOUD, rgb=np.array([UNSEEN_RGB, (1, 2, 3), UNSEEN_RGB], dtype=np.uint8))
    rgb = color_points(cloud, "image", 0.0)
    assert rgb[1].tolist() == [1, 2, 3]
    assert rgb[[0, 2]].tolist() == gradient(NEUTRAL_STOPS, [0, 1]).tolist()


@pytest.mark.parametrize("mode", COLOR_MODES)
def test_a_cloud_without_the_channel_or_without_points_is_coloured_by_height(mode: ColorMode) -> None:
    assert color_points(CLOUD, mode, 0.0).tolist() == color_points(CLOUD, "height", 0.0).tolist()
    assert color_points(PointCloud.empty("ego"), mode, 0.0).shape == (0, 3)
    empty = replace(PointCloud.empty("ego"), intensity=np.zeros(0, dtype=np.float32))
    assert color_points(empty, mode, 0.0).shape == (0, 3)
