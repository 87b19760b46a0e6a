"""Average precision by distance on objects made by hand; the development kit itself judges it among the oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality.metrics import ObjectTable
from quality.metrics.center_distance import center_distance_metrics
from quality.metrics.report import evaluate

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]
ROW: list[dict[str, Any]] = [
    {"frame": frame, "center": (20.0, 6.0 * place, 0.0)} for frame in range(3) for place in range(4)
]


def test_a_perfect_prediction_has_full_precision_and_no_error(table: MakeTable) -> None:
    found = center_distance_metrics(table(ROW), table(ROW), ["Car"])["Car"]
    assert found["AP"] == pytest.approx(dict.fromkeys(found["AP"], 1.0))
    assert set(found["errors"].values()) == {0.0}


def test_nothing_found_is_the_worst_and_nothing_to_find_is_no_figure(table: MakeTable) -> None:
    metrics = center_distance_metrics(table(ROW), table([]), ["Car", "Van"])
    assert metrics["Car"]["AP"]["mean"] == 0.0
    assert set(metrics["Car"]["errors"].values()) == {1.0}
    assert metrics["Van"] is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shift_m=st.floats(0.01, 5.0))
def test_a_shift_is_seen_as_what_it_is(table: MakeTable, shift_m: float) -> None:
    moved = [row | {"center": (20.0 + shift_m, *row["center"][1:])} for row in ROW]
    found = center_distance_metrics(table(ROW), table(moved), ["Car"])["Car"]
    for limit in (0.5, 1.0, 2.0, 4.0):
        assert found["AP"][f"{limit:g}"] == pytest.approx(1.0 if shift_m < limit else 0.0)
    assert found["errors"]["translation_m"] == pytest.approx(shift_m if shift_m < 2.0 else 1.0)


def test_a_turn_and_a_size_are_seen_as_what_they_are(table: MakeTable) -> None:
    turned = [row | {"yaw": np.pi, "size": (4.0, 2.0, 3.0)} for row in ROW]
    errors = center_distance_metrics(table(ROW), table(turned), ["Car"])["Car"]["errors"]
    assert errors["orientation_rad"] == pytest.approx(np.pi)
    assert errors["scale"] == pytest.approx(0.5)


def test_an_object_is_found_once(table: MakeTable) -> None:
    twice = [row | {"score": 0.9} for row in ROW] + [row | {"score": 0.8} for row in ROW]
    twice.sort(key=lambda row: row["frame"])
    doubled = center_distance_metrics(table(ROW), table(twice), ["Car"])["Car"]
    # All are found before the first copy comes, so that only the last of the recalls suffers.
    assert 0.99 < doubled["AP"]["mean"] < 1.0
    surest_false = [
        *ROW,
        *({"frame": frame, "center": (60.0, 6.0 * place, 0.0)} for frame in range(3) for place in range(4)),
    ]
    surest_false = [row | {"score": 0.9 if row["center"][0] > 50 else 0.5} for row in surest_false]
    surest_false.sort(key=lambda row: row["frame"])
    halved = center_distance_metrics(table(ROW), table(surest_false), ["Car"])["Car"]
    # As many wrong ones come first: precision rises to a half.
    assert 0.1 < halved["AP"]["mean"] < 0.5


def test_the_report_has_them_with_the_tables_by_size(table: MakeTable) -> None:
    report = evaluate(table(ROW), table(ROW))
    assert report["center_distance"]["Car"]["AP"]["mean"] == pytest.approx(1.0)
    by_size = report["sizes"]["Car"]
    assert sum(row["truth"] for row in by_size) == len(ROW)
    assert [row["truth"] for row in by_size if row["from_m"] == 4.0] == [len(ROW)]
