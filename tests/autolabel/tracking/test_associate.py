from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.classes import ObjectClass
from autolabel.tracking.associate import associate
from autolabel.tracking.join import join
from autolabel.tracking.options import TrackingOptions, habits_of
from autolabel.tracking.sightings import Moments, Sightings
from geometry import SE3

HABITS = [
    habits_of(ObjectClass("Car", (4.2, 1.8, 1.5), True)),
    habits_of(ObjectClass("Pedestrian", (0.7, 0.6, 1.7), False)),
]
SIZES = ((4.2, 1.8, 1.5), (0.7, 0.6, 1.7))
OPTIONS = TrackingOptions()


def table(seen, frames, step_s=0.1):
    """Detections of (frame, x, y, class, score), and their frames."""
    moments = Moments(np.arange(frames) * step_s, np.zeros((frames, 3)), (SE3.identity(),) * frames, in_world=True)
    seen = sorted(seen)
    rows = np.array([[x, y, 0.8, *SIZES[number], 0.0] for _, x, y, number, _ in seen])
    numbers = [np.array([item[part] for item in seen]) for part in (0, 3, 4)]
    frames_of, classes, scores = numbers
    return Sightings(frames_of, rows, classes, scores, np.full(len(seen), 0.8), np.full(len(seen), 20.0)), moments


def chains_of(seen, frames, step_s=0.1):
    sightings, moments = table(seen, frames, step_s)
    chains = join(associate(sightings, moments, HABITS, OPTIONS), sightings, moments, HABITS, OPTIONS)
    return [[(int(sightings.frames[at]), float(sightings.boxes[at, 1])) for at in chain] for chain in chains]


@settings(max_examples=20)
@given(st.floats(-15, 15), st.floats(-15, 15), st.sampled_from([0.1, 0.5]))
def test_two_cars_in_their_lanes_stay_apart(speed, other, step_s):
    seen = [(i, speed * step_s * i, 0.0, 0, 0.8) for i in range(12)]
    seen += [(i, other * step_s * i, 4.0, 0, 0.8) for i in range(12)]
    found = chains_of(seen, 12, step_s)

    assert len(found) == 2
    assert all(len({y for _, y in chain}) == 1 and len(chain) == 12 for chain in found)


def test_weak_detections_carry_a_track_but_begin_none():
    weak = [(i, 0.5 * i, 0.0, 0, 0.7 if i in (4, 5) else 0.12) for i in range(10)]
    clutter = [(i, 30.0, 9.0, 0, 0.12) for i in range(10)]
    found = chains_of(weak + clutter, 10)

    assert [len(chain) for chain in found] == [10]


def test_a_person_does_not_become_a_car():
    seen = [(i, 0.1 * i, 0.0, 1, 0.8) for i in range(5)] + [(i, 0.1 * i, 0.0, 0, 0.8) for i in range(5, 10)]
    assert sorted(len(chain) for chain in chains_of(seen, 10)) == [5, 5]


@pytest.mark.parametrize("gap", [5, 15, 22])
def test_a_mover_is_joined_across_a_gap(gap):
    seen = [(i, 0.8 * i, 0.0, 0, 0.8) for i in range(40) if not 10 <= i < 10 + gap]
    assert [len(chain) for chain in chains_of(seen, 40)] == [40 - gap]


def test_what_stands_is_joined_across_a_long_gap_and_what_moves_is_not():
    seen = [(i, 0.0, 0.0, 0, 0.8) for i in range(120) if not 20 <= i < 100]
    assert [len(chain) for chain in chains_of(seen, 120)] == [40]
    moving = [(i, 1.0 * i, 0.0, 0, 0.8) for i in range(120) if not 20 <= i < 100]
    assert len(chains_of(moving, 120)) == 2


def test_crossing_cars_keep_their_ways():
    seen = [(i, 1.0 * i - 10.0, 0.3, 0, 0.8) for i in range(20)] + [(i, 0.0, 9.7 - 1.0 * i, 0, 0.8) for i in range(20)]
    sightings, moments = table(seen, 20)
    chains = associate(sightings, moments, HABITS, OPTIONS)

    assert len(chains) == 2
    for chain in chains:
        spread = np.ptp(sightings.boxes[chain, :2], axis=0)
        assert spread.min() < 1e-9


def test_each_detection_is_in_one_track_at_most():
    random = np.random.default_rng(5)
    seen = [
        (int(f), *random.uniform(-8, 8, 2).tolist(), int(random.integers(2)), float(random.uniform(0.1, 0.9)))
        for f in random.integers(0, 30, 300)
    ]
    sightings, moments = table(seen, 30)
    chains = join(associate(sightings, moments, HABITS, OPTIONS), sightings, moments, HABITS, OPTIONS)
    members = np.concatenate(chains)

    assert len(np.unique(members)) == len(members)
    assert all((np.diff(sightings.frames[chain]) > 0).all() for chain in chains)
