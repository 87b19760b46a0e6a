"""What tracking metrics are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from quality.metrics import ObjectTable
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import CAR
from quality.metrics.track_frames import TrackSequence, track_sequences

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]
AWAY = {"center": (50.0, 0.0, 0.0)}


def sequences(table: MakeTable, truth: Any, prediction: Any, of_frame: list[int]) -> list[TrackSequence]:
    comparison = Comparison.of(table(truth), table(prediction))
    return [sequence for _, sequence in track_sequences(comparison, CAR, np.array(of_frame))]


def test_tracks_are_counted_anew_in_each_sequence(table: MakeTable) -> None:
    truth = [{"frame": 0, "track": 7}, {"frame": 1, "track": 7}, {"frame": 2, "track": 7}]
    prediction = [{"frame": 1, "track": 4}, {"frame": 2, "track": 9}, {"frame": 2, "track": 4} | AWAY]
    first, second = sequences(table, truth, prediction, [0, 0, 1])
    assert (first.truth_tracks, first.prediction_tracks, len(first.frames)) == (1, 1, 2)
    assert first.frames[0].overlap.shape == (1, 0)
    assert (second.prediction_tracks, second.frames[0].prediction.tolist()) == (2, [1, 0])
    np.testing.assert_allclose(second.frames[0].overlap, [[1.0, 0.0]])


def test_predictions_on_neighbours_and_in_regions_are_left_out(table: MakeTable) -> None:
    truth = [
        {"track": 0},
        {"track": 1, "category": "Van"} | AWAY,
        {"category": "DontCare", "ltrb": (500.0, 0.0, 600.0, 100.0)},
    ]
    in_region = {"ltrb": (500.0, 0.0, 600.0, 100.0)}
    prediction = [
        {"track": 0} | in_region,
        {"track": 1} | AWAY,
        {"track": 2, "center": (9.0, 9.0, 0.0)} | in_region,
        {"track": 3, "center": (9.0, 20.0, 0.0)},
    ]
    (sequence,) = sequences(table, truth, prediction, [0])
    assert sequence.frames[0].overlap.shape == (1, 2)
    np.testing.assert_allclose(sequence.frames[0].overlap, [[1.0, 0.0]])


def test_a_sequence_without_the_class_is_there_and_empty(table: MakeTable) -> None:
    (sequence,) = sequences(table, [{"category": "Truck", "track": 1}], [], [0])
    assert (sequence.frames, sequence.truth_tracks, sequence.prediction_tracks) == ((), 0, 0)
