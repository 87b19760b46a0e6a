"""Summaries of matched pairs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from quality.metrics import ObjectTable
from quality.metrics.average_precision import Comparison
from quality.metrics.kitti_rules import CAR
from quality.metrics.pair_tables import by_range, list_pairs, summarize
from quality.metrics.pairs import match_pairs

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]


@pytest.fixture
def compared(table: MakeTable) -> Comparison:
    """Found well, found badly, missed; and one that is not there."""
    truth = [{"center": (distance, 0.0, 0.0)} for distance in (5.0, 25.0, 75.0)]
    prediction = [{"center": (distance, 0.0, 0.0)} for distance in (5.2, 27.0, 45.0)]
    return Comparison.of(table(truth), table(prediction))


def test_counts_rates_and_errors(compared: Comparison) -> None:
    row = summarize(compared, CAR, match_pairs(compared, CAR))
    assert [row[name] for name in ("truth", "prediction", "matched", "good", "missed", "false")] == [3, 3, 2, 1, 1, 1]
    assert (row["recall"], row["precision"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert row["errors"]["center_m"] == {
        "mean": pytest.approx(1.1),
        "median": pytest.approx(1.1),
        "p95": pytest.approx(1.91),
    }
    assert row["errors"]["along_m"]["bias"] == pytest.approx(1.1)
    assert row["errors"]["across_m"]["bias"] == pytest.approx(0.0)


def test_ranges_hold_everything_once(compared: Comparison) -> None:
    pairs = match_pairs(compared, CAR)
    rows = by_range(compared, CAR, pairs)
    whole = summarize(compared, CAR, pairs)
    for name in ("truth", "prediction", "matched", "missed", "false", "good"):
        assert sum(row[name] for row in rows) == whole[name]
    assert [(row["from_m"], row["to_m"]) for row in rows][-1] == (70.0, None)
    assert rows[-1]["missed"] == 1
    assert rows[4]["false"] == 1
    assert rows[0]["center_m"] == pytest.approx(0.2)


def test_without_objects_there_is_no_rate_and_json_is_plain(table: MakeTable, compared: Comparison) -> None:
    nothing = Comparison.of(table([]), table([]))
    row = summarize(nothing, CAR, match_pairs(nothing, CAR))
    assert (row["truth"], row["recall"], row["iou_3d"], row["errors"]["yaw_deg"]["mean"]) == (0, None, None, None)
    pairs = match_pairs(compared, CAR)
    listed = list_pairs(compared, pairs, ["000007"])
    assert [(pair["frame"], pair["truth"], pair["prediction"]) for pair in listed] == [
        ("000007", 0, 0),
        ("000007", 1, 1),
    ]
    json.dumps([row, listed, by_range(compared, CAR, pairs)], allow_nan=False)
