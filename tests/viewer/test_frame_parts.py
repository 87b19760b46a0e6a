"""Lines of cuboids, cameras, ego and grid, without any window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import EDGES, Box
from viewer import LabeledScene, ShownCuboid
from viewer.colors import GROUND, RING
from viewer.frame_parts import (
    DERIVED_WIDTH_PX,
    KEY_WIDTH_PX,
    Lines,
    all_cuboid_lines,
    cuboid_lines,
    dashes,
    ego_lines,
    front_face,
    frustum_lines,
    grid_lines,
    heading_segments,
)

BOX = Box.from_yaw([10.0, 5.0, 1.0], [4.0, 2.0, 1.5], 0.0)
KEY = ShownCuboid(BOX, "Car", "Car 1", (10, 20, 30), is_key=True)
DERIVED = ShownCuboid(BOX, "Car", "Car 1", (10, 20, 30), is_key=False)
COORDINATE = st.floats(-50, 50)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE).map(np.array)


def test_a_key_is_solid() -> None:
    lines = cuboid_lines(KEY)
    np.testing.assert_array_equal(lines.segments_ego[:12], BOX.corners()[EDGES])
    assert len(lines.segments_ego) == 12 + 3
    assert (lines.rgb == KEY.color).all()


def test_a_derived_cuboid_is_dashed_and_thinner() -> None:
    lines = cuboid_lines(DERIVED)
    assert lines.width_px == DERIVED_WIDTH_PX < KEY_WIDTH_PX
    assert len(lines.segments_ego) > 2 * 12 + 3


def test_keys_and_derived_cuboids_are_told_apart() -> None:
    keys, derived = all_cuboid_lines([KEY, DERIVED, KEY])
    assert len(keys.segments_ego) == 2 * 15
    assert len(derived.segments_ego) == len(cuboid_lines(DERIVED).segments_ego)
    assert [len(lines.segments_ego) for lines in all_cuboid_lines([])] == [0, 0]


@given(POINT, POINT)
def test_dashes_begin_and_end_with_the_line_and_lie_on_it(start: np.ndarray, end: np.ndarray) -> None:
    parts = dashes(start, end)
    np.testing.assert_allclose(parts[0, 0], start, atol=1e-12)
    np.testing.assert_allclose(parts[-1, 1], end, atol=1e-12)
    drawn = np.linalg.norm(parts[:, 1] - parts[:, 0], axis=1).sum()
    assert 0.5 * np.linalg.norm(end - start) <= drawn + 1e-9 <= 0.7 * np.linalg.norm(end - start) + 1e-8


def test_the_arrow_points_forward_from_the_front() -> None:
    turned = Box.from_yaw([0.0, 0.0, 0.0], [4.0, 2.0, 1.5], np.pi / 2)
    (foot, tip), *_ = heading_segments(turned)
    np.testing.assert_allclose(foot, [0.0, 2.0, -0.75], atol=1e-12)
    assert tip[1] > 2.3
    assert abs(tip[0]) < 1e-12


def test_the_front_face_is_at_the_front() -> None:
    assert (front_face(BOX)[:, 0] == 12.0).all()


def test_a_frustum_opens_as_wide_as_the_image(labeled: LabeledScene) -> None:
    rig = labeled.scene.rig
    lines = frustum_lines(rig, ["ahead"])
    ends_cam = rig.cam_from_ego("ahead").apply(lines.segments_ego[:4, 1])
    uv, _ = rig.cameras["ahead"].image_from_camera(ends_cam)
    np.testing.assert_allclose(uv, [[-0.5, -0.5], [599.5, -0.5], [599.5, 299.5], [-0.5, 299.5]], atol=1e-9)
    np.testing.assert_allclose(ends_cam[:, 2], 2.5)


def test_the_frustum_of_a_fisheye_follows_its_rim(labeled: LabeledScene) -> None:
    rig = labeled.scene.rig
    segments = frustum_lines(rig, ["left"]).segments_ego
    uv, visible = rig.cameras["left"].image_from_camera(rig.cam_from_ego("left").apply(segments[4:, 0]))
    u, v = uv[visible].T
    on_rim = np.isclose(np.abs(u - 299.5), 300, atol=1e-3) | np.isclose(np.abs(v - 149.5), 150, atol=1e-3)
    # The corners decide how far the lens sees, so they lie on its very border.
    assert visible.sum() >= 44
    assert on_rim.all()


def test_no_camera_no_frustum(labeled: LabeledScene) -> None:
    assert len(frustum_lines(labeled.scene.rig, []).segments_ego) == 0


def test_the_grid_lies_on_the_ground_and_fades_out() -> None:
    lines = grid_lines(-1.7)
    assert (lines.segments_ego[..., 2] == -1.7).all()
    distance = np.linalg.norm(lines.segments_ego.mean(axis=1)[:, :2], axis=1)
    rings = lines.rgb.astype(int)[np.isclose(distance, 20, atol=0.1)]
    far = lines.rgb.astype(int)[distance > 95]
    assert np.abs(far - GROUND).max() < 12
    assert (rings > np.array(GROUND) + 0.5 * (np.array(RING) - GROUND)).all(axis=1).any()


def test_the_nose_of_the_vehicle_points_forward() -> None:
    points = ego_lines(0.0).segments_ego.reshape(-1, 3)
    nose = points[points[:, 0].argmax()]
    assert nose[1] == 0.0


def test_lines_need_a_colour_each() -> None:
    with pytest.raises(ValueError, match="rgb must have shape"):
        Lines(np.zeros((2, 2, 3)), np.zeros((1, 3), dtype=np.uint8), 1.0)
