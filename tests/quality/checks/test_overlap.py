"""One object labelled twice, and two that share room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import iou_3d


def placed_on(street: Any, number: str, other: str, offset_m: tuple[float, float, float]) -> Any:
    target, cuboid = street.cuboid(number), street.cuboid(other)
    at = replace(target.ego_from_object, translation=target.ego_from_object.translation + np.array(offset_m))
    return street.put(replace(cuboid, ego_from_object=at))


@given(st.tuples(st.floats(-5, 5), st.floats(-2, 2), st.floats(-1, 1)))
def test_two_of_a_kind_are_judged_by_their_iou(street: Any, offset_m: tuple[float, float, float]) -> None:
    wrong = placed_on(street, "0", "1", offset_m)
    iou = float(iou_3d([wrong.cuboid("0").box_ego], [wrong.cuboid("1").box_ego])[0, 0])
    found = wrong.find("overlap")
    assert [finding.severity for finding in found] == (["error"] if iou >= 0.4 else ["warning"] if iou >= 0.1 else [])
    for finding in found:
        assert finding.value == pytest.approx(iou, abs=1e-6)
        assert finding.label_ids == ("track-0", "cuboid-0-2", "track-1", "cuboid-1-2")


def test_different_kinds_may_share_some_room(street: Any) -> None:
    assert placed_on(street, "0", "2", (3.2, 0.0, 0.3)).find("overlap") == []
    (finding,) = placed_on(street, "0", "2", (0.0, 0.0, 0.3)).find("overlap")
    assert finding.severity == "error"
