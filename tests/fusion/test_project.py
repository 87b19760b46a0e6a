from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration import NEAR_PLANE_M, BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from fusion import ProjectedBox, best_camera, project_box, project_hulls, project_points
from geometry import CORNER_SIGNS, EDGES, SE3, Box
from geometry.arrays import FloatArray

CAMERA = Pinhole(100.0, 100.0, 99.5, 49.5, 200, 100)
coordinate = st.floats(-12, 12)
side = st.floats(0.2, 8)
angle = st.floats(-3.1, 3.1)
# Centres at all depths, half-behind ones on purpose.
boxes_cam = st.builds(
    lambda center, size, turn: Box(SE3(Rotation.from_rotvec(turn).as_matrix(), np.array(center)), np.array(size)),
    st.tuples(coordinate, coordinate, st.floats(-6, 20)),
    st.tuples(side, side, side),
    st.tuples(angle, angle, angle),
)


@given(boxes_cam)
def test_no_line_is_mirrored(box_cam: Box) -> None:
    """Every point of an edge in front of the camera lies on the drawn line, and nothing else is drawn."""
    projected = project_box(box_cam, CAMERA)
    corners = box_cam.corners()
    drawn = dict(zip(projected.edge_indices, projected.edges_uv, strict=True)) if projected else {}
    for index, (start, end) in enumerate(EDGES):
        points = np.linspace(corners[start], corners[end], 60)
        points = points[points[:, 2] >= NEAR_PLANE_M]
        if len(points) == 0:
            # An edge may reach the near plane between two of the samples.
            assert index not in drawn or max(corners[start][2], corners[end][2]) >= NEAR_PLANE_M
            continue
        line = drawn[index]
        uv, _ = CAMERA.image_from_camera(points)
        length = np.linalg.norm(line[1] - line[0])
        tolerance = 1e-6 * (1 + np.abs(line).max())
        along = (uv - line[0]) @ (line[1] - line[0]) / max(length, 1e-12)
        across = np.linalg.norm(uv - line[0], axis=1) ** 2 - along**2
        assert (along >= -tolerance).all()
        assert (along <= length + tolerance).all()
        assert (across <= 1e-6 * (1 + np.abs(line).max() ** 2)).all()


@given(boxes_cam, st.integers(0, 2**32 - 1))
def test_the_hull_holds_every_point_of_the_box_in_front(box_cam: Box, seed: int) -> None:
    inside = np.random.default_rng(seed).uniform(-1, 1, (300, 3))
    points = box_cam.frame_from_object.apply(inside * box_cam.size_lwh_m / 2)
    uv, visible = CAMERA.image_from_camera(points)
    projected = project_box(box_cam, CAMERA)
    if projected is None:
        assert not visible.any()
        return
    left, top, right, bottom = projected.proj_ltrb_px
    slack = 1e-6 * (1 + max(map(abs, projected.proj_ltrb_px)))
    assert (uv[visible] >= np.array([left, top]) - slack).all()
    assert (uv[visible] <= np.array([right, bottom]) + slack).all()


@given(boxes_cam)
def test_many_at_once_give_the_same_as_one(box_cam: Box) -> None:
    projected = project_box(box_cam, CAMERA)
    proj, trunc, truncation = project_hulls(box_cam.corners()[np.newaxis], CAMERA)
    if projected is None:
        assert np.isnan(proj).all()
        assert np.isnan(truncation).all()
        return
    np.testing.assert_allclose(proj[0], projected.proj_ltrb_px, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(truncation[0], projected.truncation, atol=1e-9)
    if projected.trunc_ltrb_px is None:
        assert np.isnan(trunc).all()
    else:
        np.testing.assert_allclose(trunc[0], projected.trunc_ltrb_px, atol=1e-6)


@given(boxes_cam)
def test_truncation_is_the_share_of_the_area_outside(box_cam: Box) -> None:
    projected = project_box(box_cam, CAMERA)
    assume(projected is not None)
    assert projected is not None
    assert 0.0 <= projected.truncation <= 1.0
    if projected.trunc_ltrb_px is None:
        assert projected.truncation == 1.0
    else:
        left, top, right, bottom = projected.trunc_ltrb_px
        assert 0 <= left < right <= CAMERA.width_px - 1
        assert 0 <= top < bottom <= CAMERA.height_px - 1


def test_a_box_wholly_behind_has_no_projection() -> None:
    assert project_box(Box.from_yaw([0, 0, -10], [4, 2, 1.5], 0.3), CAMERA) is None


def test_a_box_half_in_the_image_is_half_truncated() -> None:
    # A flat box at depth 10 whose face spans 20 px × 20 px around the left border at x = 0.
    box_cam = Box.from_yaw([-9.95, 0, 10.0], [2.0, 2.0, 1e-6], 0.0)
    projected = project_box(box_cam, CAMERA)
    assert projected is not None
    np.testing.assert_allclose(projected.proj_ltrb_px, [-10, 39.5, 10, 59.5], atol=1e-4)
    assert projected.truncation == pytest.approx(0.5, abs=1e-4)


def test_corners_agree_with_opencv() -> None:
    box_cam = Box(
        SE3(Rotation.from_rotvec([0.1, 0.7, 0.2]).as_matrix(), np.array([2.0, 1.0, 15.0])), np.array([4, 2, 1.5])
    )
    matrix = np.array([[100.0, 0, 99.5], [0, 100, 49.5], [0, 0, 1]])
    corners = box_cam.frame_from_object.apply(CORNER_SIGNS * box_cam.size_lwh_m / 2)
    expected = cv2.projectPoints(corners, np.zeros(3), np.zeros(3), matrix, np.zeros(5))[0][:, 0]
    projected = project_box(box_cam, CAMERA)
    assert projected is not None
    assert projected.edge_indices == tuple(range(12))
    for (start, end), line in zip(EDGES, projected.edges_uv, strict=True):
        np.testing.assert_allclose(line, expected[[start, end]], atol=1e-9)


def test_points_are_visible_up_to_the_borders_of_the_pixels(rig: SensorRig) -> None:
    cam_from_ego = rig.cam_from_ego("ahead")
    rays = CAMERA.rays_from_image(np.array([[-0.49, 0], [-0.51, 0], [199.49, 99.49], [199.51, 0]]))
    points_ego = cam_from_ego.inverse().apply(rays * 20)
    uv, depth_m, visible = project_points(points_ego, cam_from_ego, CAMERA)
    assert visible.tolist() == [True, False, True, False]
    np.testing.assert_allclose(depth_m, rays[:, 2] * 20)
    np.testing.assert_allclose(uv[2], [199.49, 99.49])


@pytest.mark.parametrize(
    ("center_ego", "camera"), [([15, 0, 1], "ahead"), ([0, 15, 1], "left"), ([-15, 0, 1], None), ([0, -15, 1], None)]
)
def test_the_best_camera_is_the_one_that_shows_the_box(
    rig: SensorRig, center_ego: list[float], camera: str | None
) -> None:
    assert best_camera(Box.from_yaw(center_ego, [4, 2, 1.5], 0.0), rig) == camera


def test_the_best_camera_is_the_one_that_cuts_off_least(rig: SensorRig) -> None:
    # Ahead to the left: both see it, the left camera only its end.
    assert best_camera(Box.from_yaw([10, 7, 1], [4, 2, 1.5], 0.0), rig) == "ahead"


LENSES: dict[str, CameraModel] = {
    "barrel": BrownConrady(300.0, 300.0, 399.5, 299.5, 800, 600, coefficients=(-0.3, 0.08, 0.001, -0.002, 0.0)),
    "folds early": BrownConrady(300.0, 300.0, 399.5, 299.5, 800, 600, coefficients=(-0.4, 0.0, 0.0, 0.0)),
    "rational": BrownConrady(
        300.0, 300.0, 399.5, 299.5, 800, 600, coefficients=(0.9, 0.2, -0.0006, 0.0002, 0.01, 1.25, 0.4, 0.03)
    ),
    "fisheye": KannalaBrandt(260.0, 260.0, 399.5, 299.5, 800, 600, coefficients=(0.01, 0.002, 0.0, 0.0)),
    "wide fisheye": KannalaBrandt(200.0, 200.0, 399.5, 299.5, 800, 600, coefficients=(0.01, 0.002, 0.0, 0.0)),
    "folding fisheye": KannalaBrandt(260.0, 260.0, 399.5, 299.5, 800, 600, coefficients=(-0.15, 0.0, 0.0, 0.0)),
}
each_lens = pytest.mark.parametrize("name", LENSES)


def surface_points(box_cam: Box, count: int = 15) -> FloatArray:
    """Points all over a cuboid's six faces."""
    side = np.linspace(-1, 1, count)
    a, b = (grid.ravel() for grid in np.meshgrid(side, side))
    faces = [np.insert(np.stack([a, b], axis=1), axis, sign, axis=1) for axis in range(3) for sign in (-1.0, 1.0)]
    return box_cam.frame_from_object.apply(np.concatenate(faces) * box_cam.size_lwh_m / 2)


def lines_of(projected: ProjectedBox, index: int) -> list[FloatArray]:
    return [line for line, at in zip(projected.edges_uv, projected.edge_indices, strict=True) if at == index]


@each_lens
@settings(deadline=None, max_examples=40)
@given(box_cam=boxes_cam)
def test_curves_are_drawn_where_the_edges_are_seen(name: str, box_cam: Box) -> None:
    """Every visible point of an edge lies on its curve, and every point of a curve is of a visible point."""
    camera = LENSES[name]
    projected = project_box(box_cam, camera)
    corners = box_cam.corners()
    for index, (start, end) in enumerate(EDGES):
        points = np.linspace(corners[start], corners[end], 200)
        uv, visible = camera.image_from_camera(points)
        lines = [] if projected is None else lines_of(projected, index)
        if not lines:
            assert visible.sum() <= 1
            continue
        away = np.min([_distance_to_line(uv[visible], line) for line in lines], axis=0, initial=np.inf)
        # Chords are finer than lines are wide; far outside the image they may be coarser.
        assert (away <= 0.2 + 1e-3 * np.linalg.norm(uv[visible] - [399.5, 299.5], axis=1)).all()
        for line in lines:
            rays = camera.rays_from_image(line)
            met = np.isfinite(rays[:, 0])
            assert met[1:-1].all()
            assert (_distance_to_edge(rays[met], corners[start], corners[end]) < 1e-5).all()


@each_lens
@settings(deadline=None, max_examples=40)
@given(box_cam=boxes_cam)
def test_the_rectangle_holds_all_that_a_lens_shows(name: str, box_cam: Box) -> None:
    camera = LENSES[name]
    points = surface_points(box_cam)
    # What touches the camera is cut by the near plane inside its faces too.
    assume(not box_cam.contains(np.zeros((1, 3)), margin_m=1.0)[0])
    uv, visible = camera.image_from_camera(points)
    projected = project_box(box_cam, camera)
    if projected is None:
        assert not visible.any()
        return
    left, top, right, bottom = projected.proj_ltrb_px
    slack = 0.5 + 2e-3 * max(map(abs, projected.proj_ltrb_px))
    assert (uv[visible] >= np.array([left, top]) - slack).all()
    assert (uv[visible] <= np.array([right, bottom]) + slack).all()


@each_lens
def test_many_at_once_give_the_same_as_one_behind_a_lens(name: str) -> None:
    rng = np.random.default_rng(8)
    boxes = [
        Box(
            SE3(Rotation.random(rng=rng).as_matrix(), rng.uniform([-12, -12, -6], [12, 12, 20])), rng.uniform(0.2, 8, 3)
        )
        for _ in range(200)
    ]
    corners = np.stack([box.corners() for box in boxes])
    corners[17] = np.nan
    proj, trunc, truncation = project_hulls(corners, LENSES[name])
    for index, box_cam in enumerate(boxes):
        projected = project_box(box_cam, LENSES[name])
        if projected is None or index == 17:
            assert np.isnan(proj[index]).all()
            continue
        np.testing.assert_allclose(proj[index], projected.proj_ltrb_px, rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(truncation[index], projected.truncation, atol=1e-9)
        assert bool(np.isnan(trunc[index, 0])) == (projected.trunc_ltrb_px is None)


def test_a_wall_that_fills_the_view_fills_the_image() -> None:
    # No edge of it is in the field of view.
    wall = Box.from_yaw([0.0, 0.0, 5.0], [400.0, 400.0, 1.0], 0.0)
    for name in ("barrel", "rational"):
        projected = project_box(wall, LENSES[name])
        assert projected is not None
        assert projected.trunc_ltrb_px == (0.0, 0.0, 799.0, 599.0)
        assert projected.edges_uv == ()


def test_straight_edges_come_out_bent() -> None:
    projected = project_box(Box.from_yaw([0, 2.0, 4.0], [6, 1, 1], 0.0), LENSES["barrel"])
    assert projected is not None
    near_bottom = lines_of(projected, 0)[0]
    chord = np.linspace(near_bottom[0], near_bottom[-1], len(near_bottom))
    assert len(near_bottom) > 5 or np.abs(chord - near_bottom).max() > 1
    assert max(len(line) for line in projected.edges_uv) > 20


def test_what_is_behind_a_wide_fisheye_stays_out_of_the_image() -> None:
    camera = LENSES["wide fisheye"]
    assert camera.max_angle_rad > np.pi / 2
    assert project_box(Box.from_yaw([0.3, 0.2, -6.0], [2, 2, 2], 0.3), camera) is None
    beside = project_box(Box.from_yaw([6.0, 0.0, -0.5], [1, 1, 1], 0.3), camera)
    assert beside is not None
    assert beside.trunc_ltrb_px is not None


def _distance_to_line(points: FloatArray, line: FloatArray) -> FloatArray:
    """(N,) from points (N, 2) to the nearest place of a polyline (K, 2)."""
    start, span = line[:-1], np.diff(line, axis=0)
    share = ((points[:, np.newaxis] - start) * span).sum(-1) / np.maximum((span * span).sum(-1), 1e-12)
    nearest = start + share.clip(0, 1)[..., np.newaxis] * span
    return np.asarray(np.linalg.norm(points[:, np.newaxis] - nearest, axis=-1).min(axis=1))


def _distance_to_edge(rays: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """(N,) the angle between rays (N, 3) and the plane through the camera and an edge."""
    normal = np.cross(start, end)
    return np.asarray(np.abs(rays @ normal) / max(float(np.linalg.norm(normal)), 1e-6))
