"""Which faces of a proposed track are unsure, by the tolerances that effort is measured with."""

from __future__ import annotations

from autolabel.proposal import FaceSigmas, Proposal
from geometry import Box
from server.autolabel.faces import faces_of

CAR = Box.from_yaw((10.0, 0.0, 0.8), (4.0, 1.8, 1.5), 0.0)


def proposal(sigmas: FaceSigmas | None) -> Proposal:
    return Proposal(None, "Car", True, False, 0.9, {0: CAR}, {}, face_sigmas_m=sigmas)


def test_a_face_is_unsure_beyond_what_such_objects_may_be_off() -> None:
    faces = faces_of(proposal((0.1, 0.6, 0.24, 0.26, 0.05, 0.05)))
    assert faces is not None
    assert [name for name, each in faces.items() if each["is_unsure"]] == ["rear", "right"]
    assert faces["rear"]["sigma_m"] == 0.6


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert faces_of(proposal(None)) is None
