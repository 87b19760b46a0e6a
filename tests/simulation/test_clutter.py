"""Things stand where nothing and nobody else is."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.arrays import FloatArray
from simulation.clearance import footprint, overlap
from simulation.clutter import KINDS, LOOKALIKES, Kind, place_clutter
from simulation.street import CYCLE_EDGE_M, Street

STREET = Street(np.random.default_rng(3), -80.0, 160.0)


def outlines_of(density: float, free: bool = True) -> tuple[int, list[FloatArray]]:
    taken: list[FloatArray] = []
    meshes = place_clutter(STREET, np.random.default_rng(5), density, lambda _: free, taken)
    return len(meshes), taken


def test_the_density_is_what_was_asked_for() -> None:
    counts = [outlines_of(density)[0] for density in (0.0, 0.5, 1.0, 3.0)]
    assert counts[0] == 0
    assert counts[0] < counts[1] < counts[2] < counts[3]
    assert counts[2] == pytest.approx(2 * 240 / 9.0, rel=0.35)


def test_things_keep_clear_of_each_other_and_of_the_lanes() -> None:
    _, taken = outlines_of(3.0)
    first, second = np.triu_indices(len(taken), 1)
    corners = np.array(taken)
    assert not overlap(corners[first], corners[second]).any()
    assert min(STREET.distance_m(corner) for outline in taken for corner in outline) > CYCLE_EDGE_M - 0.2


def test_other_kinds_can_be_named() -> None:
    meshes = place_clutter(STREET, np.random.default_rng(5), 2.0, lambda _: True, [], LOOKALIKES)
    assert len(meshes) > 60


def test_what_is_not_free_stays_free() -> None:
    assert outlines_of(2.0, free=False) == (0, [])
    wall = footprint(np.array([40.0, 0.0]), np.array(0.0), np.array([400.0, 400.0]))
    taken = [wall]
    assert place_clutter(STREET, np.random.default_rng(5), 1.0, lambda _: True, taken) == []
    assert len(taken) == 1


@pytest.mark.parametrize("kind", KINDS + LOOKALIKES, ids=lambda kind: kind.make.__name__)
def test_things_stand_on_the_ground_and_have_sizes_of_people_and_cars(kind: Kind) -> None:
    for seed in range(4):
        low, high = kind.make(np.random.default_rng(seed)).bounds
        assert abs(low[2]) < 0.12
        assert 0.4 < high[2] < 3.3
        assert 0.05 < (high - low)[:2].max() < 5.0
