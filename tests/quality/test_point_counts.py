"""Points are counted once, and only where cuboids changed again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion import Scene
from geometry import Box
from pointcloud import PointFileError
from quality import PointCounts
from quality.point_counts import count_inside


@given(
    st.integers(0, 1000),
    st.floats(-3.2, 3.2),
    st.tuples(*[st.floats(0.1, 30.0)] * 3),
)
def test_counts_what_the_box_contains(seed: int, yaw_rad: float, size_lwh_m: tuple[float, float, float]) -> None:
    random = np.random.default_rng(seed)
    xyz = random.uniform(-20, 20, (300, 3)).astype(np.float32)
    box = Box.from_yaw(random.uniform(-10, 10, 3), size_lwh_m, yaw_rad)
    assert count_inside(xyz.astype(np.float64), box) == box.contains(xyz).sum()


def test_a_change_costs_the_clouds_of_its_frames(street: Any) -> None:
    counts = PointCounts()
    street.find("no_points", point_counts=counts)
    assert counts.clouds_decoded == 6
    street.find("no_points", point_counts=counts)
    assert counts.clouds_decoded == 6
    assert len(street.moved("0", (0.0, 9.0, 0.0)).find("no_points", point_counts=counts)) == 1
    assert counts.clouds_decoded == 7


def test_counting_can_be_ended_and_goes_on_where_it_was(street: Any) -> None:
    class EndedError(Exception):
        pass

    def end_after_two() -> None:
        if counts.clouds_decoded == 2:
            raise EndedError

    counts = PointCounts(end_after_two)
    with pytest.raises(EndedError):
        street.find("no_points", point_counts=counts)
    counts.on_cloud = lambda: None
    assert street.find("no_points", point_counts=counts) == []
    assert counts.clouds_decoded == 6


def test_a_frame_without_a_readable_cloud_says_nothing(street: Any) -> None:
    def broken(path: Path, _sensor: str) -> Any:
        raise PointFileError(path, "expected points, found none")

    first, *others = street.scene.frames
    broken_first = replace(first, sweeps=(replace(first.sweeps[0], read=broken),))
    bare_second = replace(others[0], sweeps=())
    scene: Scene = replace(street.scene, frames=(broken_first, bare_second, *others[1:]))
    counts = PointCounts()
    spoiled = replace(street, scene=scene)
    assert spoiled.find("no_points", point_counts=counts) == []
    assert counts.count(scene, 0, [street.cuboid("0").box_ego]) is None
    assert counts.count(scene, 1, [street.cuboid("0").box_ego]) is None
