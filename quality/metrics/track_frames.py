"""One class of one sequence as tracking metrics see it: per frame, who is there and how much they overlap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import EvaluatedClass
from quality.metrics.pairs import best_assignment

SAME_OBJECT = 0.5
"""The overlap from which on CLEAR and identity metrics take two boxes for one object."""


@dataclass(frozen=True, eq=False)
class TrackFrame:
    """One frame: N tracks of the truth, M of the prediction.

    Attributes:
        truth: (N,) tracks, counted from 0 in the sequence.
        prediction: (M,) tracks, counted from 0 in the sequence.
        overlap: (N, M) intersection over union of the volumes.
    """

    truth: IntArray
    prediction: IntArray
    overlap: FloatArray


@dataclass(frozen=True, eq=False)
class TrackSequence:
    """The frames in which there is something, in order, and how many tracks there are."""

    frames: tuple[TrackFrame, ...]
    truth_tracks: int
    prediction_tracks: int


def track_sequences(
    comparison: Comparison, evaluated: EvaluatedClass, sequence_of_frame: IntArray
) -> Iterator[tuple[int, TrackSequence]]:
    """One for each sequence: its number and its frames.

    Predictions on a neighbouring class, or in an ignore region, are left out beforehand.

    Args:
        comparison: Truth and prediction; objects of the class without a track are not looked at.
        evaluated: The class.
        sequence_of_frame: (F,) for every frame the number of its sequence, never falling.
    """
    truth, prediction = comparison.truth, comparison.prediction
    rows = np.flatnonzero(truth.of_category(evaluated.name) & truth.has_box & (truth.track >= 0))
    columns = np.flatnonzero(_counting_predictions(comparison, evaluated))
    table = _Overlap.of(comparison)
    for sequence in range(int(sequence_of_frame.max(initial=-1)) + 1):
        i = rows[sequence_of_frame[truth.frame[rows]] == sequence]
        j = columns[sequence_of_frame[prediction.frame[columns]] == sequence]
        names, track = np.unique(truth.track[i], return_inverse=True)
        predicted_names, predicted_track = np.unique(prediction.track[j], return_inverse=True)
        frames = tuple(
            TrackFrame(
                track[truth.frame[i] == frame],
                predicted_track[prediction.frame[j] == frame],
                table.between(i[truth.frame[i] == frame], j[prediction.frame[j] == frame]),
            )
            for frame in np.union1d(truth.frame[i], prediction.frame[j])
        )
        yield sequence, TrackSequence(frames, len(names), len(predicted_names))


@dataclass(frozen=True, eq=False)
class _Overlap:
    """Looks up the overlap of one object of the truth with one of the prediction."""

    key: IntArray
    space: FloatArray
    width: int

    @classmethod
    def of(cls, comparison: Comparison) -> _Overlap:
        overlaps, width = comparison.overlaps, len(comparison.prediction)
        key = overlaps.truth * width + overlaps.prediction
        order = np.argsort(key)
        return cls(key[order], overlaps.space[order], width)

    def between(self, truth: IntArray, prediction: IntArray) -> FloatArray:
        """(N, M) of objects of one frame."""
        key = truth[:, None] * self.width + prediction
        return np.asarray(self.space[np.searchsorted(self.key, key)]) if key.size else np.zeros(key.shape)


def _counting_predictions(comparison: Comparison, evaluated: EvaluatedClass) -> BoolArray:
    """(M,) tracked predictions of the class less those that are neither right nor wrong."""
    truth, prediction, overlaps = comparison.truth, comparison.prediction, comparison.overlaps
    own = prediction.of_category(evaluated.name) & prediction.has_box & (prediction.track >= 0)
    is_rival = truth.of_category(evaluated.name) | truth.of_category(evaluated.neighbor)
    near = np.flatnonzero((overlaps.space >= SAME_OBJECT) & own[overlaps.prediction] & is_rival[overlaps.truth])
    i, j = overlaps.truth[near], overlaps.prediction[near]
    matched = best_assignment(truth.frame[i], i, j, overlaps.space[near])
    is_matched = np.zeros(len(prediction), dtype=np.bool_)
    is_matched[j[matched]] = True
    on_neighbor = np.zeros(len(prediction), dtype=np.bool_)
    on_neighbor[j[matched][truth.of_category(evaluated.neighbor)[i[matched]]]] = True
    in_region = (comparison.covered > SAME_OBJECT) & ~is_matched
    return np.asarray(own & ~on_neighbor & ~in_region)
