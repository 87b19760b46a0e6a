"""All metrics of a prediction against the truth, as one JSON-ready record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geometry.arrays import IntArray
from quality.metrics.average_precision import Comparison, average_precision
from quality.metrics.center_distance import center_distance_metrics
from quality.metrics.clear import Clear
from quality.metrics.hota import Hota
from quality.metrics.identity import Identity
from quality.metrics.kitti_rules import DIFFICULTIES, KITTI_CLASSES, EvaluatedClass
from quality.metrics.objects import ObjectTable
from quality.metrics.pair_tables import by_range, by_size, list_pairs, summarize
from quality.metrics.pairs import match_pairs
from quality.metrics.track_frames import track_sequences


def evaluate(
    truth: ObjectTable,
    prediction: ObjectTable,
    classes: Sequence[EvaluatedClass] = KITTI_CLASSES,
    *,
    frame_names: Sequence[str] | None = None,
    min_score: float | None = None,
    with_pairs: bool = False,
) -> dict[str, Any]:
    """Average precision, matched pairs with their errors, and the same by range and by size.

    Args:
        truth: What is so.
        prediction: What is claimed.
        classes: What is evaluated.
        frame_names: What listed pairs call their frames; else they are numbered.
        min_score: Pairs and ranges look at predictions from this score on; average precision looks at all.
        with_pairs: List every pair.

    Returns:
        ``min_overlap``, ``difficulties``, ``AP_R11.<Class>.<metric>`` and ``AP_R40`` (percent), ``objects.<Class>``,
        ``ranges.<Class>``, ``sizes.<Class>``, ``center_distance.<Class>`` (as nuScenes counts) and, on request,
        ``pairs.<Class>``.
    """
    comparison = Comparison.of(truth, prediction)
    precision = {each.name: average_precision(comparison, each) for each in classes}
    pairs = {each: match_pairs(comparison, each, min_score) for each in classes}
    report: dict[str, Any] = {
        "min_overlap": {each.name: each.min_overlap for each in classes},
        "difficulties": [difficulty.name for difficulty in DIFFICULTIES],
        "AP_R11": {name: r11 for name, (r11, _) in precision.items()},
        "AP_R40": {name: r40 for name, (_, r40) in precision.items()},
        "objects": {each.name: summarize(comparison, each, matched) for each, matched in pairs.items()},
        "ranges": {each.name: by_range(comparison, each, matched) for each, matched in pairs.items()},
        "sizes": {each.name: by_size(comparison, each, matched) for each, matched in pairs.items()},
        "center_distance": center_distance_metrics(truth, prediction, [each.name for each in classes]),
    }
    if with_pairs:
        report["pairs"] = {each.name: list_pairs(comparison, matched, frame_names) for each, matched in pairs.items()}
    return report


def evaluate_tracking(
    truth: ObjectTable,
    prediction: ObjectTable,
    sequence_of_frame: IntArray,
    sequence_names: Sequence[str],
    classes: Sequence[EvaluatedClass] = KITTI_CLASSES,
    *,
    min_score: float | None = None,
) -> dict[str, Any]:
    """HOTA, CLEAR and identity metrics on the overlap of volumes, by class: together, and of each sequence."""
    if min_score is not None:
        prediction = prediction.take(prediction.score >= min_score)
    comparison = Comparison.of(truth, prediction)
    report: dict[str, Any] = {}
    for each in classes:
        measured = {
            sequence_names[number]: (Hota.of(sequence), Clear.of(sequence), Identity.of(sequence))
            for number, sequence in track_sequences(comparison, each, sequence_of_frame)
        }
        hota, clear, identity = zip(*measured.values(), strict=True)
        together = _scores(Hota.total(hota), Clear.total(clear), Identity.total(identity))
        report[each.name] = together | {"sequences": {name: _scores(*parts) for name, parts in measured.items()}}
    return report


def _scores(hota: Hota, clear: Clear, identity: Identity) -> dict[str, float | int | None]:
    """Rates are None where the truth has nothing to find."""
    scores = hota.scores() | clear.scores() | identity.scores()
    if clear.right + clear.missed > 0:
        return dict(scores)
    return {name: None if isinstance(value, float) else value for name, value in scores.items()}
