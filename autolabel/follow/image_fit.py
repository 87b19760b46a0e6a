"""A rectangle drawn in an image becomes the cuboid whose picture fills it best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.follow.extend import Subject
from autolabel.follow.reason import Reason
from autolabel.follow.rectangle import Ltrb, RectangleWitness
from fusion import CameraView
from geometry import Box
from geometry.arrays import BoolArray, FloatArray, IntArray
from pointcloud import FitScene, FittedBox, fit_at

SMALLEST_PX = 3.0
INNER = 0.08
"""People draw a little around the object; its border shows what is behind."""
CELL_M, GROUND_CELL_M = 0.5, 8.0
MOST_CLUSTERS = 4
FEWEST_POINTS = 3
LEAST_OVERLAP = 0.25
ABOVE_GROUND_M = 0.25


@dataclass(frozen=True)
class ImageFit:
    """What a rectangle says.

    Attributes:
        fitted: The box in ``ego``, or None.
        overlap: Intersection over union of its picture with the rectangle.
        reason: Why there is none.
    """

    fitted: FittedBox | None
    overlap: float
    reason: Reason | None


def fit_in_image(scene: FitScene, view: CameraView, ltrb_px: Ltrb, subject: Subject) -> ImageFit:
    """Fit a box to what a rectangle of an image shows.

    Args:
        scene: The frame's points.
        view: How the camera saw the frame.
        ltrb_px: Left, top, right, bottom in pixels, in any order.
        subject: What it is.
    """
    rectangle = _ordered(ltrb_px)
    if rectangle[2] - rectangle[0] < SMALLEST_PX or rectangle[3] - rectangle[1] < SMALLEST_PX:
        return _nothing("rectangle_too_small", f"a rectangle needs {SMALLEST_PX:.0f} pixels each way")
    uv, _, visible = view.project_points(scene.points)
    if not visible.any():
        return _nothing("camera_sees_no_points", "this camera sees no lidar points in this frame")
    points = scene.points[visible & _inside(uv, rectangle)]
    best: tuple[float, FittedBox] | None = None
    for fitted in _fits(scene, _clicks(scene, points), subject, RectangleWitness(view, rectangle)):
        overlap = picture_overlap(view, fitted.box, rectangle)
        # Of boxes whose pictures are alike, the surer one.
        if best is None or overlap + 0.2 * fitted.confidence > best[0] + 0.2 * best[1].confidence:
            best = (overlap, fitted)
    if best is None:
        return _nothing("no_points_in_rectangle", "no lidar points above the ground are in the rectangle")
    if best[0] < LEAST_OVERLAP:
        return _nothing("nothing_fits", "no box of this category fills the rectangle", best[0])
    return ImageFit(best[1], best[0], None)


def picture_overlap(view: CameraView, box_ego: Box, rectangle: Ltrb) -> float:
    """Intersection over union of a cuboid's picture, as far as the image shows it, with a rectangle."""
    projected = view.project_box(box_ego)
    if projected is None or projected.trunc_ltrb_px is None:
        return 0.0
    shown = np.array(projected.trunc_ltrb_px)
    drawn = np.array(rectangle)
    common = np.minimum(shown[2:], drawn[2:]) - np.maximum(shown[:2], drawn[:2])
    inner = float(common.prod()) if (common > 0.0).all() else 0.0
    areas = float((shown[2:] - shown[:2]).prod() + (drawn[2:] - drawn[:2]).prod())
    return inner / max(areas - inner, 1e-9)


def _fits(
    scene: FitScene, clicks: Sequence[FloatArray], subject: Subject, witness: RectangleWitness
) -> Iterator[FittedBox]:
    for click in clicks:
        fitted = fit_at(
            scene,
            click,
            subject.size_prior_lwh_m,
            is_rigid=subject.is_rigid,
            habits=subject.habits,
            witness=witness,
        )
        if fitted is not None and fitted.point_count >= FEWEST_POINTS:
            yield fitted


def _clicks(scene: FitScene, points: FloatArray) -> list[FloatArray]:
    """(3,) the middles of the groups of points that stand on the ground, the largest for their distance first."""
    if len(points) < FEWEST_POINTS:
        return []
    cells, of_cell = _cells_of(points[:, :2], CELL_M)
    wide, of_wide = _cells_of(points[:, :2], GROUND_CELL_M)
    grounds = np.array([_ground_height(scene, (cell + 0.5) * GROUND_CELL_M) for cell in wide])
    above = points[:, 2] - grounds[of_wide] > ABOVE_GROUND_M
    standing, group = points[above], _connected(cells)[of_cell][above]
    sizes = []
    for number in np.unique(group):
        members = standing[group == number]
        range_m = float(np.hypot(*(np.median(members[:, :2], axis=0) - scene.lidar_center[:2])))
        if len(members) >= FEWEST_POINTS:
            # Near things have more points than far ones of the same size.
            sizes.append((len(members) * max(range_m, 2.0), np.asarray(np.median(members, axis=0))))
    sizes.sort(key=lambda entry: -entry[0])
    return [middle for _, middle in sizes[:MOST_CLUSTERS]]


def _connected(cells: IntArray) -> IntArray:
    """(K,) the group of each cell (K, 2): cells that touch, corners included, hang together."""
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    near = cKDTree(cells).sparse_distance_matrix(cKDTree(cells), 1.5)
    return np.asarray(connected_components(near, directed=False)[1])


def _cells_of(points_xy: FloatArray, cell_m: float) -> tuple[IntArray, IntArray]:
    """The square cells (K, 2) that have points, and (N,) the cell of each."""
    cells, of_cell = np.unique(np.floor(points_xy / cell_m).astype(np.int64), axis=0, return_inverse=True)
    return np.asarray(cells), np.asarray(of_cell.ravel())


def _ground_height(scene: FitScene, middle: FloatArray) -> float:
    plane = scene.ground(middle)
    return -np.inf if plane is None else float(plane.height_m)


def _inside(uv: FloatArray, rectangle: Sequence[float]) -> BoolArray:
    left, top, right, bottom = rectangle
    inner = np.array([right - left, bottom - top]) * INNER
    return np.asarray(((uv >= np.array([left, top]) + inner) & (uv <= np.array([right, bottom]) - inner)).all(axis=1))


def _ordered(ltrb_px: Ltrb) -> Ltrb:
    left, top, right, bottom = ltrb_px
    return (min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _nothing(code: str, sentence: str, overlap: float = 0.0) -> ImageFit:
    return ImageFit(None, overlap, Reason(code, sentence))
