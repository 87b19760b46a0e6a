"""One small drive for all tests of the simulation."""

from __future__ import annotations

import pytest

from simulation import DEFAULT_SEED, DriveOptions, SimulatedDrive, SimulatedFrame, simulate_drive

SMALL = DriveOptions(image_size_px=(414, 125), azimuths=900)


@pytest.fixture(scope="session")
def drive() -> SimulatedDrive:
    return simulate_drive(DEFAULT_SEED, 40, options=SMALL)


@pytest.fixture(scope="session")
def some_frames(drive: SimulatedDrive) -> list[SimulatedFrame]:
    return [drive.frame(index) for index in (0, 1, 2, 20, 39)]


@pytest.fixture(scope="session")
def other_drive() -> SimulatedDrive:
    return simulate_drive(DEFAULT_SEED + 1, 40, options=SMALL)
