"""Proposals as they are on the wire, and boxes as they come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.errors import InvalidError
from server.schemas import proposals as wire
from server.schemas.common import Se3

if TYPE_CHECKING:
    from autolabel.follow.reason import Reason
    from geometry import Box
    from pointcloud import FittedBox

FEW_POINTS = 10
SIDES = frozenset({"front", "rear", "left", "right"})


def box_of(placed: wire.PlacedBox) -> Box:
    """A box in ``ego``; raises ``InvalidError`` on one that is none."""
    from geometry import SE3, Box

    transform = placed.ego_from_object
    try:
        return Box(SE3.from_quat_wxyz(transform.quat_wxyz, transform.translation_m), placed.size_lwh_m)  # type: ignore[arg-type]
    except ValueError as error:
        raise InvalidError(f"box: {error}") from error


def box_view(box: Box) -> wire.PlacedBox:
    """A box in ``ego``."""
    quat, place = box.frame_from_object.quat_wxyz.tolist(), box.center.tolist()
    length, width, height = box.size_lwh_m.tolist()
    transform = Se3(quat_wxyz=tuple(quat), translation_m=tuple(place))
    return wire.PlacedBox(ego_from_object=transform, size_lwh_m=(length, width, height))


def fitted_view(fitted: FittedBox, prior: wire.SizePrior) -> wire.FittedBox:
    """A fitted box with the size it went by."""
    return wire.FittedBox(
        box=box_view(fitted.box),
        confidence=fitted.confidence,
        supported_faces=list(fitted.supported_faces),
        point_count=fitted.point_count,
        reason=_fit_reason(fitted),
        prior=prior,
    )


def cuboid_view(frame_index: int, fitted: FittedBox) -> wire.ProposedCuboid:
    """A fitted box in its frame."""
    return wire.ProposedCuboid(
        frame_index=frame_index,
        box=box_view(fitted.box),
        confidence=fitted.confidence,
        supported_faces=list(fitted.supported_faces),
        point_count=fitted.point_count,
    )


def reason_view(reason: Reason) -> wire.Reason:
    """Why something is so."""
    return wire.Reason(code=reason.code, values=dict(reason.values), sentence=reason.sentence)


def _fit_reason(fitted: FittedBox) -> wire.Reason | None:
    """What a fit says in English, with a code that its numbers tell."""
    if not fitted.reason:
        return None
    values: dict[str, str | float] = {}
    if fitted.point_count == 0:
        code = "no_points"
    elif fitted.point_count < FEW_POINTS:
        code, values = "few_points", {"count": fitted.point_count}
    else:
        code = "unusual" if SIDES & set(fitted.supported_faces) else "no_side"
    return wire.Reason(code=code, values=values, sentence=fitted.reason)
