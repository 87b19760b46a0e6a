"""Why a track is in its band: only what is true of it, and what made it less likely first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from autolabel.classes import ObjectClass
from autolabel.detections import Detections
from autolabel.judging.calibration import SIMULATED, Calibration
from autolabel.judging.evidence import NAMES
from autolabel.reason_code import ReasonCode
from autolabel.reasons import BESIDES, LOWERED, Circumstances, Known, costs_of, reasons_of
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack
from geometry import SE3

CAR, VAN = ObjectClass("Car", (4.0, 1.8, 1.5), is_rigid=True), ObjectClass("Van", (5.0, 2.0, 2.0), is_rigid=True)
FRAMES = 10


def track_of(**fields: Any) -> ProposedTrack:
    """A car that nothing speaks against."""
    frames = np.arange(FRAMES)
    rows = np.tile([10.0, 0.0, 0.75, *CAR.size_lwh_m, 0.0], (FRAMES, 1))
    track = ProposedTrack(
        0, 0.8, False, 0.99, frames, rows, np.full(FRAMES, 0.8), np.ones(FRAMES, bool), np.full(FRAMES, 200), 3.0
    )
    return replace(track, **fields)


def known_of(costs: dict[str, float] | None = None, **fields: Any) -> Known:
    usual = Known(costs or {}, track_of(), 3.0, 10.0, np.array([8.0, 0.0]), 0.0, 0.5)
    return replace(usual, **fields)


def test_where_nothing_stands_out_tracks_like_it_were_wrong() -> None:
    assert reasons_of(known_of()) == ("like_others",)


Case = tuple[ReasonCode, str, Known]
CASES: list[tuple[ReasonCode, str, Callable[[dict[str, float]], Known]]] = [
    ("low_score", "score", lambda costs: known_of(costs, track=track_of(score=0.4))),
    ("short_track", "duration", lambda costs: known_of(costs, lasts_s=0.4)),
    ("gaps", "seen_share", lambda costs: known_of(costs, track=track_of(is_seen=np.arange(FRAMES) < 5))),
    ("few_points", "points", lambda costs: known_of(costs, track=track_of(point_counts=np.full(FRAMES, 6)))),
    ("far", "range", lambda costs: known_of(costs, nearest_m=60.0)),
    ("standing", "standing", lambda costs: known_of(costs, track=track_of(is_static=True))),
    ("looks_like_clutter", "shape", lambda costs: known_of(costs, track=track_of(shape=-2.0))),
    ("camera_disagrees", "camera", known_of),
    ("often_wrong_category", "category", known_of),
]


@pytest.mark.parametrize(("code", "evidence", "make"), CASES)
def test_what_is_so_is_a_reason_only_where_it_made_the_track_less_likely(
    code: ReasonCode, evidence: str, make: Callable[[dict[str, float]], Known]
) -> None:
    assert reasons_of(make({evidence: 0.5})) == (code,)
    assert reasons_of(make({evidence: 0.01})) == ("like_others",)
    assert reasons_of(make({evidence: -0.5})) == ("like_others",)


@pytest.mark.parametrize("evidence", ["score", "duration", "seen_share", "points", "range", "standing", "shape"])
def test_what_is_not_so_is_no_reason(evidence: str) -> None:
    assert reasons_of(known_of({evidence: 0.5})) == ("like_others",)


def test_what_cost_most_comes_first_and_then_what_the_probability_does_not_know() -> None:
    known = known_of(
        {"points": 0.3, "range": 0.9},
        track=track_of(point_counts=np.full(FRAMES, 6), heading=0.6),
        nearest_m=60.0,
        votes=np.array([5.0, 4.0]),
        crowded=0.5,
        size_off=4.0,
    )
    expected = ("far", "few_points", "unsure_category", "overlap", "unusual_size", "unsure_heading")
    assert reasons_of(known) == expected


def test_all_codes_are_given_by_something() -> None:
    assert {*LOWERED, *BESIDES, "carried_on", "like_others"} == set(get_args(ReasonCode))
    assert {name for name, _ in LOWERED.values()} >= set(NAMES)


def test_costs_are_what_evidence_takes_from_the_log_odds() -> None:
    calibration = Calibration(0.3, SIMULATED.weights, {"Car": -0.7})
    evidence = np.linspace(-2.0, 2.0, len(NAMES))
    costs = costs_of(evidence, "Car", calibration)
    odds = calibration.offset - sum(costs.values())
    assert calibration.probability(evidence, "Car") == pytest.approx(1.0 / (1.0 + np.exp(-odds)))
    assert costs_of(evidence, "Van", calibration)["category"] == 0.0


def moments() -> Moments:
    """The ego stands at the origin."""
    times_s = np.arange(FRAMES, dtype=np.float64) / 10.0
    return Moments(times_s, np.zeros((FRAMES, 3)), (SE3.identity(),) * FRAMES, in_world=True)


def seen(*found: tuple[int, float]) -> Detections:
    """Boxes of some classes and scores where the track is."""
    rows = np.tile([10.0, 0.0, 0.75, *CAR.size_lwh_m, 0.0], (len(found), 1))
    numbers, scores = np.array([number for number, _ in found], np.int64), np.array([score for _, score in found])
    return Detections(rows, numbers, scores, np.full(len(found), 0.9))


def test_detections_on_a_track_vote() -> None:
    elsewhere = Detections(np.array([[30.0, 9.0, 0.75, 4.0, 1.8, 1.5, 0.0]]), np.array([1]), np.ones(1), np.ones(1))
    detections = [seen((0, 0.6), (1, 0.4))] * 5 + [elsewhere] * 5
    around = Circumstances.of([track_of()], moments(), detections, (CAR, VAN), {})
    known = around.known(track_of(), 0, {})
    np.testing.assert_allclose(known.votes, [3.0, 2.0])
    np.testing.assert_allclose([known.nearest_m, known.lasts_s], [10.0, 0.9])
    assert reasons_of(known) == ("unsure_category",)


def test_tracks_in_one_place_crowd_each_other() -> None:
    rows = track_of().boxes_base.copy()
    rows[:4, 1], rows[4:, 1] = 1.0, 20.0
    tracks = [track_of(), track_of(boxes_base=rows)]
    around = Circumstances.of(tracks, moments(), [seen((0, 0.9))] * FRAMES, (CAR, VAN), {})
    np.testing.assert_allclose(around.crowded, [0.4, 0.4])
    assert reasons_of(around.known(tracks[0], 0, {})) == ("overlap",)


def test_a_size_far_from_its_class_is_unusual() -> None:
    rows = track_of().boxes_base.copy()
    rows[:, 3] = 6.0
    track = track_of(boxes_base=rows)
    for spread_m, expected in ((0.4, "unusual_size"), (1.5, "like_others")):
        spreads = {"Car": np.array([spread_m, 0.2, 0.2])}
        around = Circumstances.of([track], moments(), [seen()] * FRAMES, (CAR, VAN), spreads)
        assert reasons_of(around.known(track, 0, {})) == (expected,)


def test_a_scene_without_tracks_is_nothing() -> None:
    around = Circumstances.of([], moments(), [seen()] * FRAMES, (CAR, VAN), {})
    assert around.votes.shape == (0, 2)
