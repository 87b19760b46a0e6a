from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats import FormatError
from formats.kitti.label_rows import (
    LabelRow,
    alpha_of,
    box_from_row,
    location_of,
    parse_row,
    rotation_y_of,
    tilt_of,
)
from geometry import SE3

PATH = Path("label_02/0003.txt")
CAR = (
    "0 0 Car 1 0 -2.162543 894.768323 190.650299 1241.000000 374.000000 1.381664 1.510562 4.101504 "
    "3.407977 1.536793 4.758829 -1.570796"
)


def with_word(index: int, word: str) -> str:
    words = CAR.split()
    words[index] = word
    return " ".join(words)


def test_columns_are_where_kitti_has_them() -> None:
    row = parse_row(CAR, PATH, 1)
    assert (row.frame, row.track_id, row.type, row.truncated, row.occluded) == (0, 0, "Car", 1, 0)
    assert row.bbox == (894.768323, 190.650299, 1241.0, 374.0)
    assert row.dimensions_hwl == (1.381664, 1.510562, 4.101504)
    assert row.location == (3.407977, 1.536793, 4.758829)
    assert row.text() == CAR


@given(
    st.tuples(st.floats(-80, 80), st.floats(-5, 5), st.floats(-10, 120)),
    st.floats(-np.pi, np.pi),
    st.tuples(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.1, 40)),
)
def test_a_box_comes_back_exactly(
    location: tuple[float, float, float], rotation_y: float, dimensions: tuple[float, float, float]
) -> None:
    row = LabelRow(3, 1, "Car", 0, 0, 0.0, (0, 0, 1, 1), dimensions, location, rotation_y)
    box_rect = box_from_row(row)
    np.testing.assert_allclose(location_of(box_rect), location, atol=1e-12)
    again = rotation_y_of(box_rect.frame_from_object)
    assert abs(np.exp(1j * again) - np.exp(1j * rotation_y)) < 1e-12
    assert tilt_of(box_rect.frame_from_object) < 1e-12


def test_the_bottom_face_lies_below_the_centre_and_the_length_along_x_at_zero() -> None:
    row = LabelRow(0, 0, "Car", 0, 0, 0.0, (0, 0, 1, 1), (1.5, 1.6, 4.0), (1.0, 2.0, 10.0), 0.0)
    box_rect = box_from_row(row)
    np.testing.assert_allclose(box_rect.center, [1.0, 1.25, 10.0])
    low, high = box_rect.corners().min(axis=0), box_rect.corners().max(axis=0)
    np.testing.assert_allclose(high - low, [4.0, 1.5, 1.6])
    np.testing.assert_allclose(high[1], 2.0)


def test_heading_ignores_tilt_and_tilt_is_measured() -> None:
    tilt = SE3(Rotation.from_rotvec([0.05, 0.0, 0.0]).as_matrix(), np.zeros(3))
    row = parse_row(CAR, PATH, 1)
    tilted = tilt @ box_from_row(row).frame_from_object
    assert tilt_of(tilted) == pytest.approx(0.05)
    assert rotation_y_of(tilted) == pytest.approx(row.rotation_y, abs=2e-3)


def test_alpha_is_what_the_camera_sees() -> None:
    assert alpha_of((0.0, 1.5, 10.0), 0.5) == pytest.approx(0.5)
    assert alpha_of((10.0, 1.5, 10.0), 0.0) == pytest.approx(-np.pi / 4)
    assert -np.pi <= alpha_of((-10.0, 1.5, 1.0), 3.0) < np.pi


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ".join(CAR.split()[:14]), "expected 17 fields (18 with a score), found 14"),
        (CAR + " 0.9 7", "expected 17 fields (18 with a score), found 19"),
        (with_word(13, "nan"), "expected a finite number for x, found 'nan'"),
        (with_word(16, "inf"), "expected a finite number for rotation_y, found 'inf'"),
        (with_word(6, "wide"), "expected a finite number for left, found 'wide'"),
        (with_word(0, "0.5"), "expected a whole number for frame, found '0.5'"),
        (with_word(0, "-1"), "expected a frame from 0 to 99999, found -1"),
        (with_word(0, "100000"), "expected a frame from 0 to 99999, found 100000"),
        (with_word(10, "0.0"), "expected height, width, length above 0, found 0.0 1.510562 4.101504"),
        (with_word(6, "1300.0"), "expected left ≤ right and top ≤ bottom, found 1300.0 190.650299 1241.0 374.0"),
    ],
)
def test_bad_rows_are_named_with_file_line_expected_and_found(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_row(text, PATH, 12)
    assert str(caught.value) == f"label_02/0003.txt:12: {message}"


def test_a_score_is_read() -> None:
    assert parse_row(CAR + " 0.75", PATH, 1).score == 0.75
