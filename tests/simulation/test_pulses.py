"""Where lidars look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import Raster, Rosette, Spinning, spinning_lidar
from simulation.pulses import BEAMS, Pulses, ScanPattern

PATTERNS: list[ScanPattern] = [
    Spinning(BEAMS[16], 90),
    Spinning(BEAMS[64], 60),
    Raster(columns=40, rows=9),
    Rosette(points=900),
]


def angles_deg(pulses: Pulses) -> tuple[np.ndarray, np.ndarray]:
    x, y, z = pulses.directions_lidar.T.astype(np.float64)
    return np.rad2deg(np.arctan2(y, x)), np.rad2deg(np.arcsin(z))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_directions_are_units_and_times_lie_in_the_sweep(pattern: ScanPattern) -> None:
    pulses = pattern.pulses(3)
    np.testing.assert_allclose(np.linalg.norm(pulses.directions_lidar, axis=1), 1.0, atol=1e-6)
    assert pulses.time_share.min() >= -0.5
    assert pulses.time_share.max() <= 0.5
    assert np.ptp(pulses.time_share) > 0.9
    assert len(pulses) == len(pulses.directions_lidar) == len(pulses.time_share)


@pytest.mark.parametrize("beams", [16, 32, 40, 64, 128])
def test_a_spinning_lidar_has_its_beams(beams: int) -> None:
    pulses = spinning_lidar(beams, azimuths=72).pattern.pulses(0)
    azimuth, elevation = (angle.reshape(beams, 72) for angle in angles_deg(pulses))
    np.testing.assert_allclose(np.ptp(elevation, axis=1), 0.0, atol=1e-4)
    assert (np.diff(elevation[:, 0]) < 0).all()
    assert pulses.beam.reshape(beams, 72)[:, 5].tolist() == list(range(beams))
    # Clockwise from behind, and ahead in the middle of the sweep.
    np.testing.assert_allclose(np.diff(np.unwrap(azimuth[0], period=360)), -5.0, atol=1e-3)
    ahead = np.abs(azimuth) < 1e-3
    np.testing.assert_allclose(pulses.time_share.reshape(beams, 72)[ahead], 0.0, atol=1e-6)


def test_the_default_looks_like_a_hdl_64() -> None:
    assert (BEAMS[64][0], round(BEAMS[64][-1], 2)) == (2.0, -24.33)
    azimuth, _ = angles_deg(Spinning(BEAMS[64], 360).pulses(0))
    assert np.isclose((azimuth[360] - azimuth[0]) % 360.0, 0.5, atol=1e-3)


def test_a_raster_fills_its_view_row_by_row() -> None:
    azimuth, elevation = angles_deg(Raster(100.0, 20.0, 50, 11).pulses(0))
    np.testing.assert_allclose([azimuth.max(), azimuth.min()], [50, -50], atol=1e-3)
    np.testing.assert_allclose([elevation.max(), elevation.min()], [10, -10], atol=1e-3)
    assert (np.diff(elevation.reshape(11, 50)[:, 0]) < 0).all()


def test_a_rosette_never_repeats_and_fills_its_gaps() -> None:
    pattern, cells = Rosette(width_deg=60.0, points=6000), set()
    grown = []
    for turn in range(5):
        angles = np.stack(angles_deg(pattern.pulses(turn)))
        off_axis = np.rad2deg(np.arccos(np.clip(pattern.pulses(turn).directions_lidar[:, 0], -1, 1)))
        assert off_axis.max() <= 30.001
        cells |= {tuple(cell) for cell in np.floor(angles.T * 2).astype(int).tolist()}
        grown.append(len(cells))
    assert grown[1] > 1.15 * grown[0]
    assert (np.diff(grown) > 0).all()


@given(st.integers(0, 50))
def test_a_pattern_gives_the_same_sweep_again(turn: int) -> None:
    for pattern in PATTERNS:
        np.testing.assert_array_equal(pattern.pulses(turn).directions_lidar, pattern.pulses(turn).directions_lidar)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Spinning(()), "elevations_deg"),
        (lambda: Spinning((95.0,)), "elevations_deg"),
        (lambda: Spinning((0.0,), 3), "azimuths"),
        (lambda: Raster(width_deg=0), "width_deg"),
        (lambda: Raster(height_deg=170), "height_deg"),
        (lambda: Raster(rows=0), "rows"),
        (lambda: Raster(columns=10**5, rows=10**5), "columns"),
        (lambda: Rosette(points=0), "points"),
        (lambda: Rosette(petals=0), "petals"),
        (lambda: spinning_lidar(48), "beams"),
    ],
)
def test_patterns_no_lidar_has_are_refused(make: object, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        make()  # type: ignore[operator]
