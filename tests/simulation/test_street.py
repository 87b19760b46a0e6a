"""The street and its ground."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.street import EGO_STANCE_M, IMU_HEIGHT_M, KERB_HEIGHT_M, KERB_M, LANE_CENTER_M, Street

seeds = st.integers(0, 50)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_the_ego_stands_at_the_origin(seed: int) -> None:
    street = Street(np.random.default_rng(seed), -60.0, 150.0)
    base = street.resting(0.0, -LANE_CENTER_M, 0.0, *EGO_STANCE_M)
    np.testing.assert_allclose(base.translation, [0.0, 0.0, -IMU_HEIGHT_M], atol=1e-9)
    assert abs(base.yaw_rad) < 1e-9


@settings(max_examples=20, deadline=None)
@given(seeds, st.floats(-50, 140), st.floats(-3.2, 3.2), st.floats(-3.1, 3.1))
def test_wheels_rest_on_the_ground(seed: int, station: float, offset: float, turn: float) -> None:
    street = Street(np.random.default_rng(seed), -60.0, 150.0)
    wheelbase, track = 2.6, 1.5
    base = street.resting(station, offset, turn, wheelbase, track)
    assert np.rad2deg(base.rotation[2, 2]) > 0
    for along, across in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        wheel = base.apply([along * wheelbase / 2, across * track / 2, 0.0])
        spot = street.points(*_nearest(street, wheel[:2], station, offset))
        assert abs(wheel[2] - spot[2]) < 0.03


def _nearest(street: Street, xy: np.ndarray, station: float, offset: float) -> tuple[float, float]:
    stations, offsets = np.meshgrid(np.linspace(station - 2, station + 2, 81), np.linspace(offset - 2, offset + 2, 81))
    best = np.argmin(np.linalg.norm(street.xy(stations, offsets) - xy, axis=-1))
    return float(stations.flat[best]), float(offsets.flat[best])


def test_the_street_bends_and_rolls_and_has_kerbs() -> None:
    street = Street(np.random.default_rng(0), -60.0, 200.0)
    stations = np.linspace(-55, 195, 500)
    assert np.ptp(street.heading(stations)) > np.deg2rad(35)
    assert np.ptp(street.ground_z(stations, 0.0)) > 0.05
    step = street.ground_z(10.0, KERB_M) - street.ground_z(10.0, KERB_M - 1e-6)
    assert step == pytest.approx(KERB_HEIGHT_M, abs=1e-6)
    length = np.linalg.norm(np.diff(street.xy(stations, 0.0), axis=0), axis=1).sum()
    assert length == pytest.approx(250, rel=1e-3)


def test_a_street_on_one_side_only_is_refused() -> None:
    with pytest.raises(ValueError, match="both sides"):
        Street(np.random.default_rng(0), 5.0, 100.0)
