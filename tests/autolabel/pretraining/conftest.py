"""Worlds that are made in a second."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autolabel.pretraining.worlds import Moment, World
from simulation import DriveOptions, Population, spinning_lidar

OPTIONS = DriveOptions(
    pictures=False,
    lidars=(spinning_lidar(32, azimuths=480),),
    surroundings="country",
    clutter=0.0,
    occlusion=False,
    sight_m=45.0,
    rolling=True,
    population=Population(people=0.25, cyclists=0.25, parked=0.9),
)


def small_world(number: int) -> World:
    """One frame with a neighbour on each side, and one by itself."""
    return World(40 + number, OPTIONS, (Moment(2, (0, 4)), Moment(5, ())), has_intensity=True, frame_count=7)


@pytest.fixture(scope="session")
def worlds() -> Callable[[int], World]:
    return small_world
