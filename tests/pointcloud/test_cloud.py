from __future__ import annotations

import pickle

import numpy as np
import pytest

from geometry import SE3
from pointcloud import PointCloud


def cloud_of(count: int, **channels: object) -> PointCloud:
    return PointCloud(np.arange(3 * count, dtype=np.float32).reshape(count, 3), "velodyne", **channels)  # type: ignore[arg-type]


def test_channels_get_their_types_and_cannot_be_written() -> None:
    cloud = cloud_of(3, intensity=[0.1, 0.2, 0.3], ring=[5, 6, 7], rgb=[[1, 2, 3]] * 3, time_offset_ns=[-1, 0, 1])
    assert cloud.intensity is not None
    assert cloud.intensity.dtype == np.float32
    assert cloud.ring is not None
    assert cloud.ring.dtype == np.uint16
    with pytest.raises(ValueError, match="read-only"):
        cloud.xyz[0, 0] = 1.0


def test_the_callers_own_array_stays_writable() -> None:
    xyz = np.zeros((2, 3), dtype=np.float32)
    PointCloud(xyz, "ego")
    xyz[0, 0] = 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"xyz": np.zeros((3, 4))}, r"xyz must have shape \(N, 3\), got \(3, 4\)"),
        ({"xyz": np.full((2, 3), np.nan)}, "xyz must be finite"),
        ({"xyz": np.zeros((2, 3)), "intensity": np.zeros(3)}, r"intensity must have one entry a point \(2\), got 3"),
        ({"xyz": np.zeros((2, 3)), "rgb": np.zeros((2, 4))}, r"rgb must have shape \(N, 3\), got \(2, 4\)"),
    ],
)
def test_wrong_shapes_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PointCloud(frame="ego", **arguments)  # type: ignore[arg-type]


def test_select_keeps_channels_together() -> None:
    cloud = cloud_of(4, intensity=[0, 1, 2, 3])
    picked = cloud.select(np.array([True, False, False, True]))
    assert len(picked) == 2
    assert picked.intensity is not None
    assert picked.intensity.tolist() == [0, 3]
    assert picked.xyz[:, 0].tolist() == [0, 9]


def test_transform_moves_points_and_names_the_new_frame() -> None:
    moved = cloud_of(2).transform(SE3.from_yaw(np.pi / 2, [10, 0, 0]), "ego")
    assert moved.frame == "ego"
    np.testing.assert_allclose(moved.xyz[0], [10 - 1, 0, 2], atol=1e-6)


def test_concatenate_keeps_only_what_all_have() -> None:
    both = PointCloud.concatenate([cloud_of(2, intensity=[1, 2], ring=[0, 1]), cloud_of(1, intensity=[3])])
    assert len(both) == 3
    assert both.intensity is not None
    assert both.intensity.tolist() == [1, 2, 3]
    assert both.ring is None


def test_concatenate_refuses_to_mix_frames() -> None:
    with pytest.raises(ValueError, match="one frame of reference"):
        PointCloud.concatenate([cloud_of(1), PointCloud.empty("ego")])


def test_travels_to_other_processes() -> None:
    again = pickle.loads(pickle.dumps(cloud_of(2, ring=[1, 2])))
    assert again.frame == "velodyne"
    np.testing.assert_array_equal(again.ring, [1, 2])


UTM_M = np.array([[500_000.1234, 4_000_000.5678, 251.1111], [500_060.2345, 4_000_100.6789, 249.2222]])


def test_far_positions_keep_their_millimetres() -> None:
    cloud = PointCloud.from_positions(UTM_M, "utm", intensity=[1.0, 2.0])
    assert cloud.xyz.dtype == np.float32
    np.testing.assert_allclose(cloud.positions_m, UTM_M, atol=1e-5)
    assert (cloud.origin_m == np.round(cloud.origin_m)).all()
    picked = cloud.select(np.array([1]))
    np.testing.assert_allclose(picked.positions_m, UTM_M[1:], atol=1e-5)


def test_near_positions_count_from_zero() -> None:
    cloud = PointCloud.from_positions(np.array([[1.0, 2.0, 3.0], [8000.0, 0.0, 0.0]]), "ego")
    assert (cloud.origin_m == 0).all()
    assert (PointCloud.from_positions(np.zeros((0, 3)), "ego").origin_m == 0).all()


def test_a_transform_brings_far_points_home_and_back() -> None:
    world_from_map = SE3.from_yaw(0.7, [0, 0, 0]) @ SE3.from_yaw(0.0, [-500_000.0, -4_000_000.0, -250.0])
    cloud = PointCloud.from_positions(UTM_M, "utm")
    home = cloud.transform(world_from_map, "world")
    assert (home.origin_m == 0).all()
    np.testing.assert_allclose(home.xyz, world_from_map.apply(UTM_M), atol=2e-5)
    away = home.transform(world_from_map.inverse(), "utm")
    assert (away.origin_m != 0).any()
    np.testing.assert_allclose(away.positions_m, UTM_M, atol=1e-4)


def test_clouds_of_different_origins_are_joined_exactly() -> None:
    both = PointCloud.concatenate([PointCloud.from_positions(UTM_M + shift, "utm") for shift in (0.0, 300.0)])
    np.testing.assert_allclose(both.positions_m, np.concatenate([UTM_M, UTM_M + 300.0]), atol=1e-4)
    same = PointCloud.concatenate([PointCloud.from_positions(UTM_M, "utm")] * 2)
    np.testing.assert_allclose(same.positions_m, np.concatenate([UTM_M, UTM_M]), atol=1e-5)


def test_an_origin_is_three_finite_numbers() -> None:
    with pytest.raises(ValueError, match="origin_m must be finite"):
        PointCloud(np.zeros((1, 3), np.float32), "ego", origin_m=np.array([0, np.nan, 0]))
