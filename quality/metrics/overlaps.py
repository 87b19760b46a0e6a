"""Overlaps of the truth and the prediction of the same frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry import iou_bev_and_3d_aligned
from geometry.arrays import FloatArray, IntArray
from quality.metrics.objects import ObjectTable


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Every pair of one object of the truth and one of the prediction in the same frame, in the truth's order.

    Attributes:
        truth: (P,) place in the truth.
        prediction: (P,) place in the prediction.
        bbox: (P,) intersection over union in the image, 0 where one has no box there.
        bev: (P,) the same from above.
        space: (P,) the same of volumes.
    """

    truth: IntArray
    prediction: IntArray
    bbox: FloatArray
    bev: FloatArray
    space: FloatArray

    @classmethod
    def of(cls, truth: ObjectTable, prediction: ObjectTable) -> Overlaps:
        """Measure all pairs; ignore regions overlap nothing here, see ``covered_by_regions``."""
        i, j = pairs_of_frames(truth.frame, prediction.frame)
        are_objects = ~truth.is_region[i] & ~prediction.is_region[j]
        i, j = i[are_objects], j[are_objects]
        bev, space = iou_bev_and_3d_aligned(truth.boxes.take(i), prediction.boxes.take(j))
        have_boxes = truth.has_box[i] & prediction.has_box[j]
        have_ltrb = truth.has_ltrb[i] & prediction.has_ltrb[j]
        shared = _shared_px(truth.ltrb_px[i], prediction.ltrb_px[j])
        union = _area_px(truth.ltrb_px[i]) + _area_px(prediction.ltrb_px[j]) - shared
        bbox = shared / np.where(union > 0, union, 1.0)
        return cls(i, j, bbox * have_ltrb, bev * have_boxes, space * have_boxes)


def covered_by_regions(truth: ObjectTable, prediction: ObjectTable) -> FloatArray:
    """(N,) the largest part of each predicted box in the image that one ignore region of the truth covers."""
    regions = truth.take(truth.is_region & truth.has_ltrb)
    i, j = pairs_of_frames(regions.frame, prediction.frame)
    area = _area_px(prediction.ltrb_px[j])
    part = _shared_px(regions.ltrb_px[i], prediction.ltrb_px[j]) / np.where(area > 0, area, 1.0)
    covered = np.zeros(len(prediction))
    np.maximum.at(covered, j, part)
    return covered * prediction.has_ltrb


def pairs_of_frames(frame_a: IntArray, frame_b: IntArray) -> tuple[IntArray, IntArray]:
    """Places (P,) in both of all pairs with the same frame; both columns must be in order."""
    start = np.searchsorted(frame_b, frame_a, side="left")
    count = np.searchsorted(frame_b, frame_a, side="right") - start
    i = np.repeat(np.arange(len(frame_a)), count)
    first_of_run = np.repeat(np.cumsum(count) - count, count)
    return i, np.arange(len(i)) - first_of_run + np.repeat(start, count)


def _shared_px(a: FloatArray, b: FloatArray) -> FloatArray:
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    return np.asarray(np.maximum(width, 0.0) * np.maximum(height, 0.0))


def _area_px(ltrb: FloatArray) -> FloatArray:
    return np.asarray((ltrb[:, 2] - ltrb[:, 0]) * (ltrb[:, 3] - ltrb[:, 1]))
