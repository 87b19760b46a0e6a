"""The nuScenes development kit counts a prediction's precision and errors as we do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geometry import BoxColumns
from quality.metrics import ObjectTable
from quality.metrics.center_distance import center_distance_metrics

pytestmark = pytest.mark.oracle

Judge = Callable[..., dict[str, Any]]
FRAMES = 12


def made_rows(rng: np.random.Generator, *, kept: float, noise_m: float, false: int) -> tuple[list[Any], list[Any]]:
    """Cars of some frames, and a detector's view of them: some are missed, all are a little off, some are not there."""
    truth, prediction = [], []
    for frame in range(FRAMES):
        for _ in range(int(rng.integers(0, 9))):
            row = _row(rng, frame)
            truth.append(row | {"score": -1.0})
            if rng.uniform() < kept:
                prediction.append(
                    {
                        "frame": frame,
                        "center": (np.array(row["center"]) + rng.normal(0, noise_m, 3)).tolist(),
                        "size_wlh": (np.array(row["size_wlh"]) * np.exp(rng.normal(0, 0.1, 3))).tolist(),
                        "yaw": row["yaw"] + float(rng.normal(0, 0.3)) + (np.pi if rng.uniform() < 0.1 else 0.0),
                        "score": float(rng.uniform(0.2, 1.0)),
                    }
                )
        prediction += [_row(rng, frame) | {"score": float(rng.uniform(0.0, 0.6))} for _ in range(false)]
    return truth, prediction


def _row(rng: np.random.Generator, frame: int) -> dict[str, Any]:
    center = [*rng.uniform(-40, 40, 2).tolist(), float(rng.normal(0, 0.3))]
    size = (np.array([1.8, 4.5, 1.6]) * np.exp(rng.normal(0, 0.1, 3))).tolist()
    return {"frame": frame, "center": center, "size_wlh": size, "yaw": float(rng.uniform(-np.pi, np.pi))}


def table(rows: list[dict[str, Any]]) -> ObjectTable:
    count = len(rows)
    size = np.array([[row["size_wlh"][1], row["size_wlh"][0], row["size_wlh"][2]] for row in rows]).reshape(-1, 3)
    center = np.array([row["center"] for row in rows]).reshape(-1, 3)
    return ObjectTable(
        frame=np.array([row["frame"] for row in rows], dtype=np.int64),
        category=np.full(count, "Car"),
        is_region=np.zeros(count, dtype=np.bool_),
        boxes=BoxColumns.from_arrays(center, size, np.array([row["yaw"] for row in rows])),
        has_box=np.ones(count, dtype=np.bool_),
        ltrb_px=np.zeros((count, 4)),
        has_ltrb=np.zeros(count, dtype=np.bool_),
        alpha_rad=np.full(count, np.nan),
        truncated=np.zeros(count),
        occluded=np.zeros(count),
        score=np.array([row["score"] for row in rows], dtype=np.float64),
        track=np.full(count, -1, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("kept", "noise_m", "false"), [(1.0, 0.0, 0), (0.9, 0.3, 1), (0.7, 0.8, 3), (0.3, 1.5, 6), (0.0, 0.0, 2)]
)
def test_precision_and_errors_are_those_of_the_kit(
    judge: Judge, tmp_path: Path, kept: float, noise_m: float, false: int
) -> None:
    truth, prediction = made_rows(np.random.default_rng(7), kept=kept, noise_m=noise_m, false=false)
    file = tmp_path / "boxes.json"
    file.write_text(json.dumps({"truth": truth, "prediction": prediction}))
    theirs = judge("nuscenes", "score", str(file))
    ours = center_distance_metrics(table(truth), table(prediction), ["Car"])["Car"]
    assert {limit: ours["AP"][limit] for limit in ("0.5", "1", "2", "4")} == pytest.approx(
        {f"{float(limit):g}": value for limit, value in theirs["AP"].items()}, abs=1e-9
    )
    names = {"translation_m": "trans_err", "scale": "scale_err", "orientation_rad": "orient_err"}
    for name, their_name in names.items():
        assert ours["errors"][name] == pytest.approx(theirs["errors"][their_name], abs=1e-9), name
