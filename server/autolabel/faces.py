"""How far the faces of a proposed track may be off, and at which of them somebody should look."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from server.store.tables import JsonObject

if TYPE_CHECKING:
    from autolabel.proposal import Proposal
    from quality.effort import CostSheet


def faces_of(proposal: Proposal) -> JsonObject | None:
    """By face its deviation ``sigma_m``, and whether it ``is_unsure``: off by more than its kind of object may be.

    The tolerances are those that effort is measured with; None where nothing is known of its faces.
    """
    if proposal.face_sigmas_m is None:
        return None
    from autolabel.tracking.faces import FACES, face_tolerances

    tolerance = _costs().tolerances.of(proposal.category)
    size = np.median([box.size_lwh_m for box in proposal.boxes_ego.values()], axis=0)
    limits = face_tolerances(size, tolerance.size_limits_m(size), tolerance.xy_m, tolerance.z_m)
    return {
        face: {"sigma_m": round(sigma, 3), "is_unsure": bool(sigma > limit)}
        for face, sigma, limit in zip(FACES, proposal.face_sigmas_m, limits.tolist(), strict=True)
    }


@cache
def _costs() -> CostSheet:
    from quality.effort import load_costs

    return load_costs()
