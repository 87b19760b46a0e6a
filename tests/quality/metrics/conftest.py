"""Small tables of objects, written as a person thinks of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geometry import BoxColumns
from quality.metrics import NO_TRACK, ObjectTable

Rows = list[dict[str, Any]]
MakeTable = Callable[[Rows], ObjectTable]

CAR: dict[str, Any] = {
    "frame": 0,
    "category": "Car",
    "center": (20.0, 0.0, 0.0),
    "size": (4.0, 2.0, 1.5),
    "yaw": 0.0,
    "ltrb": (100.0, 100.0, 200.0, 160.0),
    "alpha": 0.0,
    "truncated": 0.0,
    "occluded": 0,
    "score": 1.0,
    "track": NO_TRACK,
    "has_box": True,
}


@pytest.fixture
def table() -> MakeTable:
    """Makes a table of rows that differ from a well visible car; a ``DontCare`` row is an ignore region."""

    def make(rows: Rows) -> ObjectTable:
        full = [CAR | row for row in rows]
        column = {name: [row[name] for row in full] for name in CAR}
        count = len(full)
        is_region = np.array([row["category"] == "DontCare" for row in full], dtype=np.bool_)
        ltrb = np.array(column["ltrb"], dtype=np.float64).reshape(-1, 4)
        return ObjectTable(
            frame=np.array(column["frame"], dtype=np.int64),
            category=np.array(column["category"], dtype=np.str_),
            is_region=is_region,
            boxes=BoxColumns.from_arrays(
                np.array(column["center"]).reshape(-1, 3), np.array(column["size"]).reshape(-1, 3), column["yaw"]
            ),
            has_box=np.array(column["has_box"], dtype=np.bool_).reshape(count) & ~is_region,
            ltrb_px=ltrb,
            has_ltrb=ltrb[:, 2] > ltrb[:, 0],
            alpha_rad=np.array(column["alpha"], dtype=np.float64),
            truncated=np.array(column["truncated"], dtype=np.float64),
            occluded=np.array(column["occluded"], dtype=np.float64),
            score=np.array(column["score"], dtype=np.float64),
            track=np.array(column["track"], dtype=np.int64),
        )

    return make
