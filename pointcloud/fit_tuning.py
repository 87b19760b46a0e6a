"""The numbers of the box fit, found by search on part of the data; see ``docs/fitting.md``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FitTuning:
    """What each number does.

    Attributes:
        points: At most this many points are compared with candidates.
        evidence: All points together count as this many independent ones.
        sharpness_m: The usual distance of a point from the face that it lies on.
        thin_sharpness_m: The same for people and two-wheelers, for how far points stick out.
        reach_m: What lies deeper inside than this counts no more.
        before: How much worse it is to stick out toward the lidar than to lie inside, by distance.
        before_cap_m: What sticks out further counts no more: it belongs to something else.
        behind: The same on the far side, where other things begin.
        behind_cap_m: The same on the far side.
        ground_weight: A place where ground is seen, per metre inside the box.
        free_weight: A square metre that rays crossed, per metre inside the box.
        free_skin_m: Crossed places this near to a face say nothing.
        free_high: Rays count below this share of the usual height.
        center_sigma: How far the click may be from the middle, as shares of length and width.
        center_sigma_m: At least this.
        size_sigma: How much lengths and widths of a class differ, as shares.
        height_sigma: How little the usual height counts beside a top that is seen, as a share of it.
        road_sigma: How strongly things on wheels are taken to head along the ego's x where nothing says otherwise.
        far_weight: What a group of points counts that is not the one clicked on.
        thin_center_sigma_m: How far the middle of people's and two-wheelers' points may be from theirs.
        thin_push: How far behind their points their middle lies, in widths.
        thin_trust: How much the points' middle counts beside the click.
        thin_window: How far around the click their points are looked for, in diagonals.
        thin_far_weight: What points of them outside that count.
    """

    points: int = 140
    evidence: float = 39.0
    sharpness_m: float = 0.2
    thin_sharpness_m: float = 0.125
    reach_m: float = 0.16
    before: float = 5.5
    before_cap_m: float = 0.116
    behind: float = 3.1
    behind_cap_m: float = 0.2
    ground_weight: float = 1.2
    free_weight: float = 36.0
    free_skin_m: float = 0.144
    free_high: float = 0.55
    center_sigma: tuple[float, float] = (0.35, 0.10)
    center_sigma_m: float = 0.25
    size_sigma: tuple[float, float] = (0.092, 0.056)
    height_sigma: float = 0.2
    road_sigma: float = 0.34
    far_weight: float = 0.15
    thin_center_sigma_m: float = 0.085
    thin_push: float = 0.096
    thin_trust: float = 0.85
    thin_window: float = 0.52
    thin_far_weight: float = 0.13


TUNING = FitTuning()
