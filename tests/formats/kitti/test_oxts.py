from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats import FormatError
from formats.kitti.oxts import (
    EARTH_RADIUS_M,
    OxtsRow,
    mercator_from_wgs84,
    oxts_rows_from_poses,
    read_oxts_row,
    trajectory_from_oxts,
    wgs84_from_mercator,
)
from geometry import SE3

HERE = (49.013141872681, 8.4378138518088, 114.06644439697)
STEP_NS = 100_000_000


def row(east_m: float = 0.0, north_m: float = 0.0, up_m: float = 0.0, yaw: float = 0.0) -> OxtsRow:
    per_radian = EARTH_RADIUS_M * np.cos(np.radians(HERE[0]))
    longitude = HERE[1] + np.degrees(east_m / per_radian)
    return (HERE[0] + np.degrees(north_m / EARTH_RADIUS_M), longitude, HERE[2] + up_m, 0.0, 0.0, yaw)


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(-100, 5000))
def test_mercator_there_and_back(latitude: float, longitude: float, altitude: float) -> None:
    scale = float(np.cos(np.radians(latitude)))
    again = wgs84_from_mercator(mercator_from_wgs84(latitude, longitude, altitude, scale), scale)
    np.testing.assert_allclose(again, (latitude, longitude, altitude), atol=1e-10)


def test_the_world_begins_at_the_first_frame_with_x_east_and_z_up() -> None:
    rows = {0: row(yaw=0.4), 1: row(east_m=2.0), 2: row(east_m=2.0, north_m=3.0, up_m=-1.0)}
    times = [0, STEP_NS, 2 * STEP_NS]
    trajectory, origin = trajectory_from_oxts(rows, dict(enumerate(times)), times)
    np.testing.assert_array_equal(trajectory.poses[0].translation, np.zeros(3))
    assert trajectory.poses[0].yaw_rad == pytest.approx(0.4)
    np.testing.assert_allclose(trajectory.poses[1].translation, [2, 0, 0], atol=1e-3)
    np.testing.assert_allclose(trajectory.poses[2].translation, [2, 3, -1], atol=1e-3)
    np.testing.assert_allclose(origin, HERE, atol=1e-9)


def test_roll_and_pitch_are_kept() -> None:
    rows: dict[int, OxtsRow] = {0: (*HERE, 0.03, -0.02, 1.2)}
    trajectory, _ = trajectory_from_oxts(rows, {0: 0}, [0])
    expected = Rotation.from_euler("z", 1.2) * Rotation.from_euler("y", -0.02) * Rotation.from_euler("x", 0.03)
    np.testing.assert_allclose(trajectory.poses[0].rotation, expected.as_matrix(), atol=1e-12)


def test_frames_between_and_just_beyond_the_rows_get_their_own_place() -> None:
    rows = {index: row(east_m=index) for index in range(3)}
    row_times = {index: index * STEP_NS for index in range(3)}
    trajectory, _ = trajectory_from_oxts(rows, row_times, [-STEP_NS // 10, STEP_NS // 2, 21 * STEP_NS // 10])
    east = [pose.translation[0] for pose in trajectory.poses]
    np.testing.assert_allclose(east, [0.0, 0.6, 2.2], atol=1e-3)


def test_a_frame_without_a_row_lies_between_its_neighbours() -> None:
    trajectory, _ = trajectory_from_oxts(
        {0: row(), 2: row(east_m=4)}, {0: 0, 2: 2 * STEP_NS}, [0, STEP_NS, 2 * STEP_NS]
    )
    np.testing.assert_allclose(trajectory.poses[1].translation, [2, 0, 0], atol=1e-3)


def test_what_is_written_gives_the_same_world() -> None:
    rng = np.random.default_rng(2)
    poses = [
        SE3(Rotation.from_rotvec(rng.normal(scale=0.5, size=3)).as_matrix(), rng.normal(scale=50, size=3))
        for _ in range(6)
    ]
    poses[0] = SE3(poses[0].rotation, np.zeros(3))
    texts = oxts_rows_from_poses(poses, HERE)
    assert {len(text.split()) for text in texts} == {30}
    rows = {index: read_oxts_row(text, Path("0000.txt"), index + 1) for index, text in enumerate(texts)}
    times = [index * STEP_NS for index in range(6)]
    trajectory, _ = trajectory_from_oxts(rows, dict(enumerate(times)), times)
    for pose, again in zip(poses, trajectory.poses, strict=True):
        assert again.is_close(pose, translation_m=1e-6, rotation_rad=1e-9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("49.0 8.4 110.0 0 0", "expected 30 numbers, found 5"),
        ("49.0 8.4 nan 0 0 0", "expected finite numbers, found 'nan'"),
        ("49.0 8.4 x 0 0 0", "expected finite numbers, found 'x'"),
        ("99.0 8.4 110 0 0 0", "expected a latitude of -85° to 85°, found 99.0"),
        ("", "expected 30 numbers, found 0"),
    ],
)
def test_bad_rows_are_named(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_oxts_row(text, Path("oxts/0003.txt"), 5)
    assert str(caught.value) == f"oxts/0003.txt:5: {message}"
