from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fusion import Scene, fuse_frame
from fusion.color import UNSEEN_RGB
from geometry.arrays import Float32Array
from pointcloud import PointCloud, write_kitti_bin


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
