from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fusion import Scene, fuse_frame
from fusion.color import UNSEEN_RGB
from geometry.arrays import Float32Array
from pointcloud import PointCloud, read_kitti_bin, write_kitti_bin


def made_points() -> Float32Array:
    return np.random.default_rng(0).uniform(-30, 30, (400, 3)).astype(np.float32)


def test_points_arrive_in_ego(scene: Scene) -> None:
    fused = fuse_frame(scene, 0)
    sweep = scene.frame(0).sweeps[0].cloud()
    assert fused.cloud.frame == "ego"
    np.testing.assert_allclose(fused.cloud.xyz, scene.rig.ego_from_sensor["top"].apply(sweep.xyz), atol=1e-5)
    assert fused.point_counts == {"top": 400}
    assert fused.problems == ()
    assert fused.cloud.rgb is None


def test_a_sweep_of_another_time_is_moved_by_the_ego_motion(scene: Scene) -> None:
    frame = scene.frame(0)
    late = replace(frame, sweeps=(replace(frame.sweeps[0], timestamp_ns=50_000_000),))
    moved = fuse_frame(replace(scene, frames=(late, *scene.frames[1:])), 0)
    # Half a step of 10 m later the vehicle is 5 m further on.
    np.testing.assert_allclose(moved.cloud.xyz, fuse_frame(scene, 0).cloud.xyz + [5, 0, 0], atol=1e-4)


def test_colours_come_from_the_images(scene: Scene) -> None:
    rgb = fuse_frame(scene, 0, color=True).cloud.rgb
    assert rgb is not None
    assert {tuple(color) for color in rgb.tolist()} == {(200, 10, 10), (10, 10, 200), UNSEEN_RGB}


def test_a_frame_without_a_cloud_is_empty_and_says_so(scene: Scene) -> None:
    fused = fuse_frame(scene, 1, color=True)
    assert len(fused.cloud) == 0
    assert [problem.message for problem in fused.problems] == ["frame 1 has no cloud"]


def test_a_cut_off_cloud_costs_its_own_points_only(scene: Scene) -> None:
    fused = fuse_frame(scene, 2)
    assert len(fused.cloud) == 0
    (problem,) = fused.problems
    assert problem.path == "2.bin"
    assert "found 6397 bytes: 399 points and 13 bytes over" in problem.message


def test_an_image_that_is_none_costs_its_own_colours_only(scene: Scene, tmp_path: Path) -> None:
    write_kitti_bin(tmp_path / "2.bin", PointCloud(made_points(), "top"))
    fused = fuse_frame(scene, 2, color=True)
    assert [problem.path for problem in fused.problems] == ["left2.png"]
    assert fused.cloud.rgb is not None
    assert {tuple(color) for color in fused.cloud.rgb.tolist()} == {(200, 10, 10), UNSEEN_RGB}


def test_absurd_points_are_dropped_and_counted(scene: Scene, tmp_path: Path) -> None:
    rows = np.array([[1, 1, 1, 0], [1e8, 0, 0, 0], [np.nan, 0, 0, 0]], dtype="<f4")
    (tmp_path / "0.bin").write_bytes(rows.tobytes())
    fused = fuse_frame(scene, 0)
    assert (len(fused.cloud), fused.dropped_count) == (1, 2)


def test_a_frame_that_is_not_there_is_refused(scene: Scene) -> None:
    with pytest.raises(ValueError, match="frame_index"):
        fuse_frame(scene, 9)


def timed(path: Path, sensor: str) -> PointCloud:
    cloud = read_kitti_bin(path, sensor)
    return replace(cloud, time_offset_ns=np.linspace(-50_000_000, 50_000_000, len(cloud)).astype(np.int32))


def with_sweep(scene: Scene, **changes: object) -> Scene:
    frame = scene.frame(2)
    sweep = replace(scene.frame(0).sweeps[0], timestamp_ns=frame.timestamp_ns, **changes)  # type: ignore[arg-type]
    return replace(scene, frames=(*scene.frames[:2], replace(frame, sweeps=(sweep,))))


def test_each_point_is_moved_by_its_own_time_only_where_the_sweep_asks_for_it(scene: Scene) -> None:
    still = fuse_frame(with_sweep(scene, read=timed), 2)
    done = fuse_frame(with_sweep(scene, read=timed, deskew="done"), 2)
    np.testing.assert_array_equal(done.cloud.xyz, still.cloud.xyz)
    moved = fuse_frame(with_sweep(scene, read=timed, deskew="on"), 2)
    # 10 m in 100 ms, and on beyond the last pose.
    times_s = np.linspace(-0.05, 0.05, 400)
    np.testing.assert_allclose((moved.cloud.xyz - still.cloud.xyz)[:, 0], 100.0 * times_s, atol=1e-3)
    assert (moved.problems, moved.point_counts) == ((), {"top": 400})


def test_what_lacks_for_deskewing_is_said(scene: Scene) -> None:
    fused = fuse_frame(with_sweep(scene, deskew="on"), 2)
    assert [problem.message for problem in fused.problems] == [
        "cannot be deskewed: its points have no times of their own"
    ]
    lost = fuse_frame(replace(with_sweep(scene, read=timed, deskew="on"), trajectory=None), 2)
    assert [problem.message for problem in lost.problems] == ["cannot be deskewed: the scene has no trajectory"]
    np.testing.assert_array_equal(lost.cloud.xyz, fused.cloud.xyz)


def test_an_image_of_another_time_colours_what_it_saw_then(scene: Scene) -> None:
    frame = scene.frame(0)
    # A quarter of a second later the car is 20 m further on, at the last pose, and what it passed is behind it.
    late = tuple(replace(image, timestamp_ns=250_000_000) for image in frame.images)
    moved = replace(scene, frames=(replace(frame, images=late), *scene.frames[1:]))
    cloud, rgb = (fused := fuse_frame(moved, 0, color=True)).cloud.xyz, fused.cloud.rgb
    assert rgb is not None
    red = (rgb == (200, 10, 10)).all(axis=1)
    assert cloud[red, 0].min() > 20.4
    now = fuse_frame(scene, 0, color=True).cloud.rgb
    assert now is not None
    assert cloud[(now == (200, 10, 10)).all(axis=1), 0].min() < 15


def test_the_own_vehicle_in_an_image_colours_nothing(scene: Scene, tmp_path: Path) -> None:
    mask = np.zeros((50, 100), dtype=np.uint8)
    mask[:, :50] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    masked = replace(scene, masks={"ahead": tmp_path / "mask.png"})
    all_rgb, rgb = fuse_frame(scene, 0, color=True).cloud.rgb, (fused := fuse_frame(masked, 0, color=True)).cloud.rgb
    assert all_rgb is not None
    assert rgb is not None
    red = (rgb == (200, 10, 10)).all(axis=1)
    # The left half of the image looks to the left.
    assert fused.cloud.xyz[red, 1].max() < 0.1
    assert (all_rgb == (200, 10, 10)).all(axis=1).sum() > red.sum() > 0
    lost = fuse_frame(replace(scene, masks={"ahead": tmp_path / "none.png"}), 0, color=True)
    assert [problem.path for problem in lost.problems] == ["none.png"]
    np.testing.assert_array_equal(lost.cloud.rgb, all_rgb)
