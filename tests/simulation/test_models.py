"""Road users are drawn from decks and stand on the ground."""

from __future__ import annotations

from collections import Counter

import numpy as np

from simulation.models import Casting


def test_every_kind_turns_up_within_a_deck() -> None:
    casting = Casting(np.random.default_rng(1))
    moving = Counter(casting.moving_vehicle().category for _ in range(11))
    parked = Counter(casting.parked_vehicle().category for _ in range(13))
    assert moving == {"Car": 8, "Van": 2, "Truck": 1}
    assert parked == {"Car": 10, "Van": 2, "Truck": 1}


def test_people_have_sizes_of_people() -> None:
    casting = Casting(np.random.default_rng(2))
    for model in [casting.walker() for _ in range(14)] + [casting.bystander() for _ in range(5)]:
        length, width, height = model.size_lwh_m
        assert 1.0 < height < 2.1
        assert 0.3 < width < 0.9
        assert 0.2 < length < 1.3
    assert 1.6 < casting.cyclist().size_lwh_m[0] < 2.0


def test_walking_changes_the_shape_and_comes_round() -> None:
    walker = Casting(np.random.default_rng(3)).walker()
    half_way, whole = walker.cycle_m / 2, walker.cycle_m
    assert walker.shape_after(0.01) is not walker.shape_after(half_way)
    assert walker.shape_after(0.01) is walker.shape_after(whole + 0.01)


def test_only_vehicles_look_coarser_from_afar() -> None:
    casting = Casting(np.random.default_rng(4))
    car, walker = casting.vehicle("car"), casting.walker()
    assert len(car.shape_after(0.0, far=True).mesh) < len(car.shape_after(0.0).mesh)
    assert walker.shape_after(0.0, far=True) is walker.shape_after(0.0)
