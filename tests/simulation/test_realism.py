"""Differences of recordings whose difference is known."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.box import Box
from simulation.realism import Recording, compare, points_at_range, recording


def shell(range_m: float, intensity: float, count: int = 500) -> np.ndarray:
    directions = np.random.default_rng(1).normal(size=(count, 3))
    directions *= range_m / np.linalg.norm(directions, axis=1, keepdims=True)
    return np.column_stack([directions, np.full(count, intensity)])


def test_the_same_recording_differs_by_nothing() -> None:
    same = recording([shell(12.0, 0.3), shell(40.0, 0.1)], [np.array([60.0, 300.0])])
    figures = compare(same, same)
    assert {value for name, value in figures.items() if name.endswith(("_distance", "_shift", "_shift_m"))} == {0.0}
    assert figures["made_far_percent"] == figures["real_far_percent"] == 50.0


def test_known_differences_are_found() -> None:
    made, real = recording([shell(12.0, 0.32)], []), recording([shell(22.0, 0.12)], [])
    figures = compare(made, real)
    assert figures["range_distance"] == figures["intensity_distance"] == 1.0
    assert figures["range_shift_m"] == pytest.approx(10.0)
    assert figures["intensity_shift"] == pytest.approx(0.2)
    assert "object_points_distance" not in figures


def test_half_of_the_points_elsewhere_is_a_distance_of_a_half() -> None:
    near, both = recording([shell(12.0, 0.3)], []), recording([shell(12.0, 0.3), shell(45.0, 0.3)], [])
    assert compare(near, both)["range_distance"] == pytest.approx(0.5)


def test_points_in_boxes_count_as_if_at_twenty_metres() -> None:
    box, empty = (Box.from_yaw([x, 0.0, 0.0], [4.0, 2.0, 2.0], 0.0) for x in (10.0, 60.0))
    points = np.random.default_rng(0).uniform([9, -0.5, -0.5, 0], [11, 0.5, 0.5, 1], (40, 4))
    np.testing.assert_allclose(points_at_range(points, [box, empty]), [10.0])


def test_no_sweep_is_refused() -> None:
    with pytest.raises(ValueError, match="sweeps"):
        recording([], [])
    assert isinstance(recording([shell(3.0, 0.1)], []), Recording)
