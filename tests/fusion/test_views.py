from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import BrownConrady, CameraModel, ImagesAre, Pinhole, SensorRig
from fusion import CameraImage, Frame, Scene, project_box, project_points
from fusion.views import cam_from_ego_at, camera_view, camera_views
from geometry import EDGES, SE3, Box, Trajectory

STEP_NS = 100_000_000
UTM = np.array([691_234.0, 5_334_567.0, 512.0])
EGO_FROM_AHEAD = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.5, 0.0, 1.5]))
PINHOLE = Pinhole(1000.0, 1000.0, 959.5, 599.5, 1920, 1200)
BENT = BrownConrady(1000.0, 1000.0, 959.5, 599.5, 1920, 1200, (-0.1, 0.02, 0.0, 0.0))
ROW_TIME_NS = 25_000
"""1 200 rows in 30 ms."""


def scene_with(image_ns: int, row_time_ns: int = 0, camera: CameraModel = PINHOLE, *, poses: bool = True) -> Scene:
    """At 30 m/s, turning by 0.8 rad/s; the image of frame 1 is of a time of its own."""
    way = Trajectory.from_poses(
        [i * 10_000_000 for i in range(40)],
        [SE3.from_yaw(0.008 * i, UTM + [0.3 * i, 0.001 * i * i, 0.002 * i]) for i in range(40)],
    )
    images = (CameraImage("ahead", image_ns, Path("ahead.png"), row_time_ns=row_time_ns),)
    frames = tuple(Frame(i, i * STEP_NS, images=images if i == 1 else ()) for i in range(3))
    images_are: ImagesAre = "raw" if camera.bends_lines else "rectified"
    rig = SensorRig({"ahead": EGO_FROM_AHEAD}, {"ahead": camera}, (), images_are=images_are)
    return Scene("made", Path(), "made", rig, frames, way if poses else None)


def true_uv(scene: Scene, points_ego: np.ndarray, row_time_ns: int) -> np.ndarray:
    """Where a camera with a rolling shutter sees points, by trying every row: the one whose time shows it there."""
    image = scene.frames[1].image("ahead")
    assert image is not None
    assert scene.trajectory is not None
    camera, world_from_ego = scene.rig.cameras["ahead"], scene.world_from_ego(1)
    assert world_from_ego is not None
    points_world = world_from_ego.apply(points_ego)
    rows = np.arange(-0.5, camera.height_px, 0.5)
    seen = []
    for row in rows:
        moment = image.timestamp_ns + round((row - (camera.height_px - 1) / 2) * row_time_ns)
        cam_from_world = (scene.trajectory.world_from_ego(moment) @ EGO_FROM_AHEAD).inverse()
        seen.append(camera.image_from_rays(cam_from_world.apply(points_world)))
    uv = np.array(seen)
    best = np.abs(uv[:, :, 1] - rows[:, np.newaxis]).argmin(axis=0)
    return np.asarray(uv[best, np.arange(len(points_ego))])


def test_an_image_of_the_frames_time_is_seen_by_the_rig_alone() -> None:
    scene = scene_with(STEP_NS)
    assert cam_from_ego_at(scene, 1, "ahead") == scene.rig.cam_from_ego("ahead")
    # Nor does a frame without an image, or a scene without a world, tell of another time.
    assert cam_from_ego_at(scene, 0, "ahead") == scene.rig.cam_from_ego("ahead")
    assert cam_from_ego_at(scene_with(130_000_000, poses=False), 1, "ahead") == scene.rig.cam_from_ego("ahead")


def test_an_image_of_another_time_is_seen_from_where_the_ego_was_then() -> None:
    scene = scene_with(130_000_000)
    assert scene.trajectory is not None
    points_ego = np.random.default_rng(0).uniform([5, -10, -1], [60, 10, 3], (50, 3))
    world_from_ego = scene.trajectory.world_from_ego(STEP_NS)
    cam_from_world = (scene.trajectory.world_from_ego(130_000_000) @ EGO_FROM_AHEAD).inverse()
    expected = cam_from_world.apply(world_from_ego.apply(points_ego))
    np.testing.assert_allclose(cam_from_ego_at(scene, 1, "ahead").apply(points_ego), expected, atol=1e-7)
    # 30 ms at 30 m/s: nearly a metre nearer.
    moved = cam_from_ego_at(scene, 1, "ahead").inverse().translation - EGO_FROM_AHEAD.translation
    np.testing.assert_allclose(moved, [0.9, 0.02, 0.0], atol=0.05)


def test_a_camera_or_frame_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="camera"):
        cam_from_ego_at(scene_with(STEP_NS), 1, "behind")
    with pytest.raises(ValueError, match="frame_index"):
        cam_from_ego_at(scene_with(STEP_NS), 9, "ahead")
    assert list(camera_views(scene_with(STEP_NS), 1)) == ["ahead"]


@pytest.mark.parametrize("camera", [PINHOLE, BENT], ids=["pinhole", "bent"])
@pytest.mark.parametrize("row_time_ns", [ROW_TIME_NS, -ROW_TIME_NS])
def test_each_point_is_seen_at_its_own_rows_time(camera: CameraModel, row_time_ns: int) -> None:
    scene = scene_with(115_000_000, row_time_ns, camera)
    points_ego = np.random.default_rng(1).uniform([6, -6, -1.5], [50, 6, 4], (200, 3))
    view = camera_view(scene, 1, "ahead")
    uv, depth_m, visible = view.project_points(points_ego)
    assert visible.sum() > 120
    true = true_uv(scene, points_ego, row_time_ns)
    # The truth was tried at every half row.
    assert np.abs(uv - true)[visible].max() < 0.05
    assert (depth_m[visible] > 4).all()
    still = project_points(points_ego, view.cam_from_ego, camera)[0]
    assert np.abs(still - true)[visible].max() > 8.0


def test_without_poses_or_row_times_nothing_rolls() -> None:
    assert camera_view(scene_with(STEP_NS, ROW_TIME_NS, poses=False), 1, "ahead").rows is None
    assert camera_view(scene_with(STEP_NS), 1, "ahead").rows is None
    assert camera_view(scene_with(STEP_NS, ROW_TIME_NS), 0, "ahead").rows is None


@pytest.mark.parametrize("camera", [PINHOLE, BENT], ids=["pinhole", "bent"])
def test_the_edges_of_a_cuboid_go_where_their_points_are_seen(camera: CameraModel) -> None:
    scene = scene_with(115_000_000, ROW_TIME_NS, camera)
    view, box = camera_view(scene, 1, "ahead"), Box.from_yaw([14.0, 2.0, 0.9], [4.2, 1.8, 1.6], 0.4)
    projected = view.project_box(box)
    assert projected is not None
    corners = box.corners()
    for polyline, edge in zip(projected.edges_uv, projected.edge_indices, strict=True):
        share = np.linspace(0, 1, 200)[:, np.newaxis]
        along = corners[EDGES[edge, 0]] + share * (corners[EDGES[edge, 1]] - corners[EDGES[edge, 0]])
        seen, _, _ = view.project_points(along)
        for point in polyline:
            assert np.linalg.norm(seen - point, axis=1).min() < 2.0
        # And no part of the true edge is far from the polyline.
        assert max(off_polyline(point, polyline) for point in seen) < 0.1
    everything = np.concatenate(projected.edges_uv)
    np.testing.assert_allclose(projected.proj_ltrb_px[:2], everything.min(axis=0), atol=1e-6)
    unmoved = project_box(box.transform(view.cam_from_ego), camera)
    assert unmoved is not None
    assert np.abs(np.array(projected.proj_ltrb_px) - unmoved.proj_ltrb_px).max() > 2.0


def off_polyline(point: np.ndarray, polyline: np.ndarray) -> float:
    starts, spans = polyline[:-1], np.diff(polyline, axis=0)
    share = (((point - starts) * spans).sum(axis=1) / np.maximum((spans**2).sum(axis=1), 1e-12)).clip(0, 1)
    return float(np.linalg.norm(starts + share[:, np.newaxis] * spans - point, axis=1).min())


@given(
    st.floats(-40, 40), st.floats(-20, 20), st.floats(-3.1, 3.1), st.sampled_from([ROW_TIME_NS, -ROW_TIME_NS]),
    st.sampled_from([PINHOLE, BENT]),
)  # fmt: skip
def test_a_cuboid_is_shown_by_a_rolling_shutter_where_it_is_by_any(
    x: float, y: float, yaw: float, row_time_ns: int, camera: CameraModel
) -> None:
    view = camera_view(scene_with(115_000_000, row_time_ns, camera), 1, "ahead")
    box = Box.from_yaw([x, y, 0.8], [4.0, 1.8, 1.6], yaw)
    rolling, still = view.project_box(box), replace(view, rows=None).project_box(box)
    assert (rolling is None) == (still is None)
    if rolling is not None:
        assert all(np.isfinite(line).all() for line in rolling.edges_uv)
        assert 0 <= rolling.truncation <= 1
