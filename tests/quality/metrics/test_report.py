"""Tracking metrics against hand-made sequences and against TrackEval; the whole report on made objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from quality.metrics import ObjectTable, evaluate, evaluate_tracking
from quality.metrics.clear import Clear
from quality.metrics.hota import Hota
from quality.metrics.identity import Identity
from quality.metrics.track_frames import TrackFrame, TrackSequence

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]


def sequence(*frames: tuple[list[int], list[int], list[list[float]]]) -> TrackSequence:
    """Tracks of the truth, tracks of the prediction, and the table of their overlaps."""
    made = tuple(
        TrackFrame(
            np.array(truth, dtype=np.int64),
            np.array(prediction, dtype=np.int64),
            np.array(overlap, dtype=np.float64).reshape(len(truth), len(prediction)),
        )
        for truth, prediction, overlap in frames
    )
    sizes = [
        max((max(side, default=-1) for side in sides), default=-1) + 1
        for sides in ([frame[0] for frame in frames], [frame[1] for frame in frames])
    ]
    return TrackSequence(made, *sizes)


def all_scores(measured: TrackSequence) -> dict[str, float | int]:
    return Hota.of(measured).scores() | Clear.of(measured).scores() | Identity.of(measured).scores()


def test_a_perfect_tracker_has_every_point() -> None:
    scores = all_scores(sequence(*[([0, 1], [1, 0], [[0.0, 1.0], [1.0, 0.0]])] * 5))
    assert {scores[name] for name in ("HOTA", "DetA", "AssA", "LocA", "MOTA", "MOTP", "IDF1")} == {100.0}
    assert (scores["IDSW"], scores["Frag"], scores["MT"], scores["ML"]) == (0, 0, 2, 0)


def test_a_switch_in_the_middle() -> None:
    """One object, two predicted tracks of five frames each: all found, half kept together."""
    scores = all_scores(sequence(*[([0], [0], [[1.0]])] * 5, *[([0], [1], [[1.0]])] * 5))
    assert (scores["DetA"], scores["AssA"], scores["HOTA"]) == pytest.approx((100.0, 50.0, 100 * np.sqrt(0.5)))
    assert (scores["IDSW"], scores["MOTA"], scores["IDF1"]) == pytest.approx((1, 90.0, 50.0))
    assert (scores["Frag"], scores["MT"]) == (0, 1)


def test_a_gap_is_a_fragment_and_no_switch() -> None:
    """Another prediction stands elsewhere in the gap, for a frame without any is no gap to TrackEval."""
    seen, gap = ([0], [0], [[0.8]]), ([0], [1], [[0.0]])
    scores = all_scores(sequence(seen, seen, gap, seen, seen))
    assert (scores["Frag"], scores["IDSW"], scores["FN"], scores["FP"]) == (1, 0, 1, 1)
    assert scores["MOTA"] == pytest.approx(60.0)
    assert scores["MOTP"] == pytest.approx(80.0)
    assert (scores["MT"], scores["PT"], scores["ML"]) == (0, 1, 0)


def test_who_was_matched_before_stays_matched() -> None:
    """Though another lies better now."""
    stays = sequence(([0], [0], [[0.9]]), ([0], [0, 1], [[0.6, 0.9]]))
    assert Clear.of(stays).switches == 0
    assert Clear.of(sequence(([0], [0], [[0.9]]), ([0], [0, 1], [[0.4, 0.9]]))).switches == 1


def test_overlap_decides_at_which_alphas_an_object_is_found() -> None:
    """0.62 reaches the twelve alphas from 0.05 to 0.60."""
    scores = all_scores(sequence(([0], [0], [[0.62]])))
    assert scores["DetA"] == pytest.approx(100 * 12 / 19)
    assert scores["LocA"] == pytest.approx(100 * (12 * 0.62 + 7 * 1.0) / 19)


def test_totals_add_up() -> None:
    part = sequence(([0], [0], [[0.7]]), ([0], [], []))
    for metric in (Hota, Clear, Identity):
        one = metric.of(part)
        two = metric.total([one, one])  # type: ignore[list-item]
        assert two.right == pytest.approx(2 * one.right)
    assert Clear.total([Clear.of(part)] * 2).scores()["MOTA"] == Clear.of(part).scores()["MOTA"]


def test_nothing_on_one_side() -> None:
    missed = all_scores(sequence(([0], [], [[]]), ([0], [], [[]])))
    assert (missed["HOTA"], missed["MOTA"], missed["IDF1"], missed["FN"], missed["ML"]) == (0.0, 0.0, 0.0, 2, 1)
    false = all_scores(sequence(([], [0], [])))
    assert (false["HOTA"], false["FP"], false["IDFP"]) == (0.0, 1, 1)


def test_equals_trackeval() -> None:
    """Needs ``pip install --no-deps trackeval``; made sequences with gaps, switches, crowds and empty frames."""
    judge = pytest.importorskip("trackeval.metrics", reason="TrackEval is not installed", exc_type=ImportError)
    quiet = {"PRINT_CONFIG": False}
    judges = [judge.HOTA(quiet), judge.CLEAR(quiet), judge.Identity(quiet)]
    random = np.random.default_rng(1)
    for _ in range(60):
        measured = made_sequence(random)
        data = trackeval_data(measured)
        theirs: dict[str, Any] = {}
        for each in judges:
            theirs |= each.eval_sequence(data)
        ours = all_scores(measured)
        for name in ("HOTA", "DetA", "AssA", "DetRe", "DetPr", "AssRe", "AssPr", "LocA"):
            assert ours[name] == pytest.approx(100 * float(np.mean(theirs[name]))), name
        rates = ("MOTA", "MOTP", "IDF1", "IDR", "IDP") if measured.truth_tracks else ("IDF1",)
        for name in rates:
            assert ours[name] == pytest.approx(100 * float(theirs[name])), name
        for name in ("IDSW", "Frag", "MT", "PT", "ML", "IDTP", "IDFN", "IDFP"):
            assert ours[name] == int(theirs[name]), name


def made_sequence(random: np.random.Generator) -> TrackSequence:
    truth, prediction = random.integers(0, 6, 2)
    frames = []
    for _ in range(random.integers(1, 12)):
        rows = np.flatnonzero(random.random(truth) < 0.7)
        columns = random.permutation(np.flatnonzero(random.random(prediction) < 0.7))
        shape = (len(rows), len(columns))
        if sum(shape):
            frames.append(TrackFrame(rows, columns, random.random(shape) * (random.random(shape) < 0.6)))
    names = [np.unique(np.concatenate([getattr(f, side) for f in frames] or [[]])) for side in ("truth", "prediction")]
    renamed = tuple(
        TrackFrame(np.searchsorted(names[0], f.truth), np.searchsorted(names[1], f.prediction), f.overlap)
        for f in frames
    )
    return TrackSequence(renamed, len(names[0]), len(names[1]))


def trackeval_data(measured: TrackSequence) -> dict[str, Any]:
    return {
        "num_timesteps": len(measured.frames),
        "num_gt_ids": measured.truth_tracks,
        "num_tracker_ids": measured.prediction_tracks,
        "num_gt_dets": sum(len(frame.truth) for frame in measured.frames),
        "num_tracker_dets": sum(len(frame.prediction) for frame in measured.frames),
        "gt_ids": [frame.truth for frame in measured.frames],
        "tracker_ids": [frame.prediction for frame in measured.frames],
        "similarity_scores": [frame.overlap for frame in measured.frames],
    }


def test_the_report_is_plain_json_and_has_the_keys(table: MakeTable) -> None:
    rows = [{"frame": frame, "track": 3} for frame in range(50)]
    report = evaluate(table(rows), table(rows), with_pairs=True)
    assert report["AP_R11"]["Car"]["3d"] == report["AP_R40"]["Car"]["aos"] == [100.0] * 3
    assert report["AP_R11"]["Cyclist"]["bev"] == [None] * 3
    assert report["objects"]["Car"]["errors"]["center_m"]["mean"] == 0.0
    assert len(report["pairs"]["Car"]) == 50
    json.dumps(report, allow_nan=False)


def test_the_tracking_report_has_every_sequence_and_no_rate_of_nothing(table: MakeTable) -> None:
    rows = [{"frame": frame, "track": 3} for frame in range(4)]
    report = evaluate_tracking(table(rows), table(rows), np.array([0, 0, 1, 1]), ["0000", "0001"])
    assert report["Car"]["HOTA"] == report["Car"]["sequences"]["0001"]["MOTA"] == 100.0
    assert (report["Pedestrian"]["MOTA"], report["Pedestrian"]["IDSW"]) == (None, 0)
    unsure = [row | {"score": 0.1} for row in rows]
    left_out = evaluate_tracking(table(rows), table(unsure), np.array([0, 0, 1, 1]), ["0000", "0001"], min_score=0.5)
    assert (left_out["Car"]["FN"], left_out["Car"]["HOTA"]) == (4, 0.0)
    json.dumps(report, allow_nan=False)
