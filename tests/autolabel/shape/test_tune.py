"""The second look, made to fit a project."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from autolabel.detections import Detections
from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import Sweeps
from autolabel.shape import tune
from autolabel.shape.training import ShapeTraining, fit_shape, mistrust
from autolabel.shape.tune import looks_in, tuned
from autolabel.stopping import Stopped
from autolabel.training.examples import Example
from geometry.arrays import FloatArray
from tests.autolabel.shape.made_looks import any_state, car_at, frame_of, heap, placed, street

STEPS = 30


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune, "STEPS", STEPS)


class Claims:
    """Claims the same boxes in every frame, and counts the frames."""

    def __init__(self, boxes: Sequence[FloatArray] = ()) -> None:
        self.boxes, self.asked = np.array(boxes).reshape(-1, 7), 0

    def detect_in(self, sweeps: Sweeps, grid: GridSpec) -> Detections:
        assert np.count_nonzero(grid.holds(sweeps.current[0], sweeps.current[1])) >= 0.9 * sweeps.current.shape[1]
        self.asked += 1
        count = len(self.boxes)
        return Detections(self.boxes, np.zeros(count, np.int64), np.ones(count), np.ones(count))


def lonely(count: int) -> Example:
    """A heap, and nothing that was labelled."""
    return frame_of([placed(heap(np.random.default_rng(0), count), car_at(10.0, 0.0))])


STREETS = [street(seed) for seed in range(4)]


def test_where_it_helps_it_learns_from_what_is_not_held_out_alone() -> None:
    init = any_state(1)
    state, is_tuned = tuned(init, STREETS, [1, 3], Claims(), 7)
    assert is_tuned
    judged = looks_in([STREETS[1], STREETS[3]], Claims(), 7)
    assert mistrust(judged, state) < mistrust(judged, init)
    expected = fit_shape(looks_in([STREETS[0], STREETS[2]], Claims(), 7), init, ShapeTraining(STEPS, 7))
    assert all(torch.equal(state[name], tensor) for name, tensor in expected.items())


def test_nothing_changes_where_the_held_out_are_not_better_known() -> None:
    # Those who labelled what is learnt from took every rear for a front.
    backwards = [street(seed, turned=np.pi) for seed in range(10, 14)]
    right = [street(seed) for seed in range(20, 22)]
    knowing = fit_shape(looks_in([*STREETS, *right], Claims(), 0), None, ShapeTraining(60, 0))
    learnt = looks_in(backwards, Claims(), 0)
    worse = fit_shape(learnt, knowing, ShapeTraining(STEPS, 0))
    judged = looks_in(right, Claims(), 0)
    assert mistrust(judged, worse) > mistrust(judged, knowing)
    state, is_tuned = tuned(knowing, [*backwards, *right], [4, 5], Claims(), 0)
    assert state is knowing
    assert not is_tuned


@pytest.mark.parametrize(
    ("frames", "held_out"),
    [
        pytest.param(STREETS, [], id="nothing held out"),
        pytest.param(STREETS, [0, 1, 2, 3], id="everything held out"),
        pytest.param([*STREETS, lonely(60)], [4], id="no object held out"),
        pytest.param([lonely(60), STREETS[0]], [1], id="no object to learn from"),
        pytest.param([frame_of([], [car_at(9.0, 0.0)]), STREETS[0]], [1], id="no points to learn from"),
        pytest.param([], [], id="no frames"),
    ],
)
def test_nothing_changes_where_nothing_can_be_learnt_or_judged(frames: list[Example], held_out: list[int]) -> None:
    init = any_state(2)
    state, is_tuned = tuned(init, frames, held_out, Claims([car_at(10.0, 0.0)]), 0)
    assert state is init
    assert not is_tuned


def test_wrong_claims_are_learnt_from() -> None:
    frame = street(0, cars=1, heaps=1)
    # Where the street puts its heap.
    claimed = looks_in([frame], Claims([car_at(10.0, 0.0, 0.5)]), 0)
    unclaimed = looks_in([frame], Claims(), 0)
    assert sum(not each.is_object for each in claimed) == sum(not each.is_object for each in unclaimed) + 1


def test_each_frame_is_asked_about_once_and_the_seed_decides_the_rest() -> None:
    claims = Claims()
    first, second, other = (looks_in(STREETS, claims, seed) for seed in (3, 3, 4))
    assert claims.asked == 3 * len(STREETS)
    assert len(first) == len(second)
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.look.points, two.look.points)
    assert [each.look.sensor_m.tolist() for each in first] != [each.look.sensor_m.tolist() for each in other]
    assert looks_in([], claims, 0) == []


@pytest.mark.parametrize("after", [0, 3, 6])
def test_it_can_be_stopped_between_frames_and_steps(after: int) -> None:
    answers = iter([False] * after + [True])
    with pytest.raises(Stopped):
        tuned(any_state(0), STREETS, [0], Claims(), 0, lambda: next(answers))
