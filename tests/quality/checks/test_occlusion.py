"""What people say of occlusion against what nearer cuboids cover."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest


def hidden(street: Any, level: Any) -> Any:
    """Car 1 right behind Car 0, as seen by the camera, and said to be at a level."""
    near, far = street.cuboid("0"), street.cuboid("1")
    camera = np.array([0.5, 0.0])
    ahead = near.ego_from_object.translation[:2] - camera
    place = np.array([*(camera + ahead * 1.8), far.ego_from_object.translation[2]])
    at = replace(far.ego_from_object, translation=place)
    return street.put(replace(far, ego_from_object=at, attributes={"occluded": level}))


def test_a_hidden_object_called_visible_is_found(street: Any) -> None:
    (finding,) = hidden(street, 0).find("occlusion")
    assert (finding.severity, finding.frame_index) == ("warning", 2)
    assert finding.label_ids == (street.track("1").id, street.cuboid("1").id)
    assert finding.details["visible_share"] < 0.5
    assert finding.value == pytest.approx(1.0 - finding.details["visible_share"], abs=1e-6)


@pytest.mark.parametrize("level", [1, 2, 3, -1, "unknown"])
def test_a_hidden_object_may_be_called_hidden(street: Any, level: Any) -> None:
    assert hidden(street, level).find("occlusion") == []


@pytest.mark.parametrize("level", [2, "2"])
def test_a_free_object_called_largely_hidden_is_a_hint(street: Any, level: Any) -> None:
    free = street.put(replace(street.cuboid("0"), attributes={"occluded": level}))
    (finding,) = free.find("occlusion")
    assert (finding.severity, finding.value) == ("info", 1.0)


def test_a_rig_without_cameras_has_nothing_to_cover(street: Any) -> None:
    from calibration import SensorRig
    from geometry import SE3

    blind = replace(street.scene, rig=SensorRig({"top": SE3.identity()}, {}, ("top",)))
    assert replace(hidden(street, 0), scene=blind).find("occlusion") == []
