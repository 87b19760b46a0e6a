"""The second look of the first weights, learnt and judged where the truth is plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain, repeat

import numpy as np
import pytest
import torch
from torch import Tensor

from autolabel.classes import ClassSet, ObjectClass
from autolabel.detections import Detections
from autolabel.network.bev_net import BevNet
from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import Sweeps
from autolabel.pretraining import shapes
from autolabel.pretraining.shapes import KEPT, judge_shapes, learn_shapes
from autolabel.shape.examples import shape_examples
from autolabel.shape.judge import ShapeJudge
from autolabel.shape.shape_net import OBJECT
from autolabel.shape.training import ShapeTraining
from autolabel.shape.tune import CONVINCED, looks_in
from autolabel.stopping import Stopped
from autolabel.training.examples import Example
from autolabel.training.model_file import Model
from tests.autolabel.shape.made_looks import any_state, blank_state, car_at, frame_of, street

CLASSES: ClassSet = (ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True), ObjectClass("Tram", (20.0, 2.5, 3.5), True))
CLAIMED = np.array([car_at(20.0, y) for y in (-8.0, 0.0, 8.0)])
"""Where ``street`` puts its heaps."""
SHORT = ShapeTraining(2, 3)


class Claiming:
    """A detector that takes every heap for a car."""

    def __init__(self, model: Model, *, least_score: float) -> None:
        assert isinstance(model, Model)
        assert least_score == CONVINCED

    def detect_in(self, _sweeps: Sweeps, _grid: GridSpec) -> Detections:
        return Detections(CLAIMED, np.zeros(3, np.int64), np.ones(3), np.ones(3))


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(CLASSES, GridSpec.around(25.6), BevNet(2).state_dict())


@pytest.fixture
def claiming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "Detector", Claiming)


def streets(first: int, count: int, **fields: float) -> list[Example]:
    return [street(number, **fields) for number in range(first, first + count)]  # type: ignore[arg-type]


def wrong_claims(examples: Sequence[Example]) -> int:
    looks = [shape_examples(each, CLAIMED, np.random.default_rng([0, i, 13])) for i, each in enumerate(examples)]
    return sum(not each.is_object for found in looks for each in found)


@pytest.mark.usefixtures("claiming")
def test_it_learns_what_is_none_and_which_end_is_the_front(model: Model) -> None:
    state = learn_shapes(model, streets(0, 10), ShapeTraining(60, 1))
    others = streets(50, 8)
    figures = judge_shapes(model, state, others, CLASSES)
    assert figures.claims == wrong_claims(others) > 3 * len(others)
    assert figures.refused > 0.8
    flips = figures.flips["Car"]
    assert flips is not None
    assert flips < 0.1
    assert figures.flips["Tram"] is None
    # Where every label faces the other way, what was right is wrong.
    backwards = judge_shapes(model, state, streets(50, 8, turned=np.pi), CLASSES).flips["Car"]
    assert backwards == pytest.approx(1.0 - flips)


@pytest.mark.usefixtures("claiming")
def test_who_knows_nothing_refuses_nothing(model: Model) -> None:
    figures = judge_shapes(model, blank_state(), streets(0, 2), CLASSES)
    assert figures.refused == 0.0
    assert figures.flips == {"Car": 0.0, "Tram": None}


@pytest.mark.usefixtures("claiming")
@pytest.mark.parametrize("seed", range(3))
def test_as_much_is_refused_as_may_be_where_most_objects_are_kept(model: Model, seed: int) -> None:
    examples, state = streets(0, 8), any_state(seed)
    looks = looks_in(examples, Claiming(model, least_score=CONVINCED), 0)
    odds = ShapeJudge(state).odds([each.look for each in looks])[:, OBJECT]
    is_object = np.array([each.is_object for each in looks])
    objects, wrong = np.sort(odds[is_object]), odds[~is_object]
    place = (1.0 - KEPT) * (len(objects) - 1)
    least, most = ((wrong < objects[number]).mean() for number in (int(place), int(place) + 1))
    assert least <= judge_shapes(model, state, examples, CLASSES).refused <= most


@pytest.mark.usefixtures("claiming")
def test_examples_without_objects_or_points_can_be_judged_but_not_learnt_from(model: Model) -> None:
    for examples in ([], [frame_of([])], streets(0, 1, cars=0)):
        figures = judge_shapes(model, any_state(0), examples, CLASSES)
        assert figures.flips == {"Car": None, "Tram": None}
        assert figures.claims == wrong_claims(examples)
        assert 0.0 <= figures.refused <= 1.0
        with pytest.raises(ValueError, match="an object at least"):
            learn_shapes(model, examples, SHORT)


@pytest.mark.usefixtures("claiming")
def test_it_says_how_far_it_is_and_can_be_stopped(model: Model) -> None:
    said: list[float] = []
    learn_shapes(model, streets(0, 2), SHORT, lambda share, _: said.append(share))
    assert said[0] == 0.0
    assert said == sorted(said)
    assert said[-1] < 1.0
    for after in (0, 2, 3):
        answers = chain([False] * after, repeat(True))
        with pytest.raises(Stopped):
            learn_shapes(model, streets(0, 2), SHORT, should_stop=partial(next, answers))


def test_a_real_detector_claims_and_the_seed_decides(model: Model) -> None:
    def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
        return all(torch.equal(one[name], other[name]) for name in one)

    examples = streets(0, 1)
    first, second = (learn_shapes(model, examples, SHORT) for _ in range(2))
    assert same(first, second)
    assert not same(first, learn_shapes(model, examples, ShapeTraining(2, 4)))
    figures = judge_shapes(model, first, examples, CLASSES)
    assert figures.claims > 0
