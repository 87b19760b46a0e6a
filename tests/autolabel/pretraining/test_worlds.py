"""Which drives the first weights are made from."""

from __future__ import annotations

from collections import Counter

import pytest

from autolabel.pretraining.worlds import (
    FRAME_COUNT,
    MOST_VALIDATION,
    TRAINING_SEEDS,
    training_world,
    validation_world,
)

SOME = [training_world(3, number) for number in range(150)]
RESERVED_SEEDS = 900_000
"""Drives from here on are the benchmark's."""


def test_the_same_number_is_the_same_world_and_another_one_another() -> None:
    again = training_world(3, 17)
    assert (again.drive_seed, again.moments, again.options.population) == (
        SOME[17].drive_seed,
        SOME[17].moments,
        SOME[17].options.population,
    )
    assert len({world.options.clutter for world in SOME}) == len(SOME)


def test_training_validation_and_benchmark_share_no_drive() -> None:
    trained = {training_world(seed, number).drive_seed for seed in (0, 499) for number in (0, 999)}
    judged = {validation_world(number).drive_seed for number in (0, MOST_VALIDATION - 1)}
    assert max(trained) == TRAINING_SEEDS - 1
    assert min(judged) == TRAINING_SEEDS
    assert max(judged) < RESERVED_SEEDS


def test_every_kind_of_lidar_place_and_rate_turns_up() -> None:
    beams = Counter(len(getattr(world.options.all_lidars()[0].pattern, "elevations_deg", ())) for world in SOME)
    assert set(beams) == {0, 16, 32, 40, 64, 128}
    assert {world.options.surroundings for world in SOME} == {"town", "suburb", "country"}
    assert {world.options.rolling for world in SOME} == {True, False}
    assert any(len(world.options.lidars) > 1 for world in SOME)
    steps = {tuple(other - moment.frame for other in moment.others) for world in SOME for moment in world.moments}
    assert {(), (-4, -2, 2, 4), (-5, 5), (-4, -2)} <= steps


def test_moments_lie_in_the_drive_one_after_the_other() -> None:
    for world in SOME:
        frames = [moment.frame for moment in world.moments]
        assert frames == sorted(set(frames))
        assert all(0 <= frame < FRAME_COUNT for moment in world.moments for frame in (moment.frame, *moment.others))


@pytest.mark.parametrize(("seed", "number"), [(-1, 0), (500, 0), (0, -1), (0, 1000)])
def test_numbers_without_a_world_are_refused(seed: int, number: int) -> None:
    with pytest.raises(ValueError, match="seed must be"):
        training_world(seed, number)
    with pytest.raises(ValueError, match="number must be"):
        validation_world(100)
