from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration import SensorRig
from formats import ExportOptions, FormatError, SceneExport
from formats.kitti.tracking import KittiTracking
from formats.place_files import place_file
from formats.semantic import Lidarseg, SemanticKitti
from formats.semantic.classes import (
    LIDARSEG,
    SEMANTIC_KITTI,
    lidarseg_classes,
    semantic_kitti_classes,
)
from formats.semantic.point_labels import points_of_boxes
from fusion import Frame, Scene, Sweep
from geometry import SE3, Box, Trajectory
from labels import Cuboid, LabelSet, Track
from pointcloud import PointCloud, count_kitti_bin, count_pcd, read_kitti_bin, read_pcd, write_pcd

KITTI_STYLE, NUSCENES_STYLE = SemanticKitti(), Lidarseg()
OPTIONS = ExportOptions(include_unconfirmed=True)


def boxes() -> st.SearchStrategy[Box]:
    return st.builds(
        lambda rotvec, center, size: Box(
            SE3(Rotation.from_rotvec(rotvec).as_matrix(), np.array(center)), np.array(size)
        ),
        st.tuples(*[st.floats(-3, 3)] * 3),
        st.tuples(*[st.floats(-20, 20)] * 3),
        st.tuples(*[st.floats(0.01, 30)] * 3),
    )


@settings(max_examples=30)
@given(st.lists(boxes(), max_size=5))
def test_a_point_belongs_to_the_smallest_box_around_it(found: list[Box]) -> None:
    points = np.random.default_rng(0).uniform(-20, 20, (400, 3))
    owners = points_of_boxes(points, found)
    inside = np.array([box.contains(points) for box in found]).reshape(len(found), len(points))
    for point in range(len(points)):
        around = [index for index in range(len(found)) if inside[index, point]]
        smallest = min((found[index].volume_m3 for index in around), default=None)
        assert (owners[point] == -1) == (smallest is None)
        if smallest is not None:
            assert owners[point] in around
            assert found[owners[point]].volume_m3 == smallest


def made(tmp_path: Path, *, as_pcd: bool = False) -> SceneExport:
    """Two lidars, the second late; a car and a pedestrian in it; every tenth row of the clouds has no place."""
    rng = np.random.default_rng(1)
    times = [0, 10**8]
    frames = []
    for index, time in enumerate(times):
        sweeps = []
        for number, lidar in enumerate(("top", "left")):
            rows = rng.uniform([-5, -5, -2, 0], [15, 5, 2, 1], (2000, 4)).astype(np.float32)
            path = tmp_path / f"{lidar}{index}.{'pcd' if as_pcd else 'bin'}"
            if as_pcd:
                write_pcd(path, PointCloud(rows[:, :3], lidar))
            else:
                rows[::10, index] = np.nan
                rows.tofile(path)
            read, count = (read_pcd, count_pcd) if as_pcd else (read_kitti_bin, count_kitti_bin)
            sweeps.append(Sweep(lidar, time + number * 5 * 10**7, path, read, count))
        frames.append(Frame(index, time, tuple(sweeps)))
    rig = SensorRig({"top": SE3.from_yaw(0.3, [1, 0, 0]), "left": SE3.from_yaw(-0.2, [0, 1, 0])}, {}, ("top", "left"))
    poses = [SE3.from_yaw(0.0, [2.0 * index, 0, 0]) for index in range(2)]
    scene = Scene("0007", tmp_path, "made", rig, tuple(frames), Trajectory.from_poses(times, poses))
    tracks = {"a": Track("a", "Car", 0, 1, "5"), "b": Track("b", "Pedestrian", 0, 1), "z": Track("z", "Kiosk", 0, 1)}
    places = {
        "a": Box.from_yaw([5, 0, 0], [6, 3, 2], 0.2),
        "b": Box.from_yaw([5, 0, 0], [1, 1, 2], 0),
        "z": Box.from_yaw([9, 3, 0], [2, 2, 2], 0),
    }
    cuboids = {
        f"{key}{index}": Cuboid(f"{key}{index}", key, index, box.frame_from_object, box.size_lwh_m)
        for key, box in places.items()
        for index in range(2)
    }
    return SceneExport(scene, LabelSet(1, tracks, cuboids), OPTIONS)


def test_every_point_of_the_file_has_a_class_and_an_instance(tmp_path: Path) -> None:
    export = made(tmp_path)
    report = KITTI_STYLE.write_labels(export, tmp_path / "out")
    assert report.files == (
        "sequences/07/labels/000000.label",
        "sequences/07/labels_left/000000.label",
        "sequences/07/labels/000001.label",
        "sequences/07/labels_left/000001.label",
        "sequences/07/legend.json",
    )
    legend = json.loads((tmp_path / "out/sequences/07/legend.json").read_text())
    assert legend["categories"] == {"Car": 10, "Kiosk": 100, "Pedestrian": 30}
    assert (legend["labels"]["100"], legend["labels"]["10"]) == ("Kiosk", "car")
    assert [entry["track"] for entry in legend["instances"].values()] == ["a", "b", "z"]
    scene = export.scene
    for frame in scene.frames:
        for sweep, folder in zip(frame.sweeps, ("labels", "labels_left"), strict=True):
            labels = np.fromfile(tmp_path / f"out/sequences/07/{folder}/{frame.index:06d}.label", "<u4")
            rows = np.fromfile(sweep.path, "<f4").reshape(-1, 4)
            assert len(labels) == len(rows) == sweep.point_count()
            placed = np.isfinite(rows).all(axis=1)
            assert not labels[~placed].any()
            assert scene.trajectory is not None
            then, now = (scene.trajectory.world_from_ego(t) for t in (sweep.timestamp_ns, frame.timestamp_ns))
            points = (now.inverse() @ then @ scene.rig.ego_from_sensor[sweep.sensor]).apply(rows[placed, :3])
            in_car = export.labels.cuboids[f"a{frame.index}"].box_ego.contains(points)
            in_person = export.labels.cuboids[f"b{frame.index}"].box_ego.contains(points)
            in_kiosk = export.labels.cuboids[f"z{frame.index}"].box_ego.contains(points)
            wanted = np.select([in_person, in_kiosk, in_car], [30 | 2 << 16, 100 | 3 << 16, 10 | 1 << 16], 0)
            # A point within a hair of a side may fall to either.
            assert np.count_nonzero(labels[placed] != wanted) <= 1
            assert in_person.any()


def test_nuscenes_style_is_a_byte_a_point(tmp_path: Path) -> None:
    export = made(tmp_path)
    NUSCENES_STYLE.write_labels(export, tmp_path / "out")
    KITTI_STYLE.write_labels(export, tmp_path / "out")
    legend = json.loads((tmp_path / "out/lidarseg/0007/legend.json").read_text())
    assert legend["categories"] == {"Car": 17, "Kiosk": 32, "Pedestrian": 2}
    assert len(legend["lidarseg"]) == 4
    first = legend["lidarseg"][0]
    found = np.fromfile(tmp_path / "out" / first["filename"], np.uint8)
    other = np.fromfile(tmp_path / "out/sequences/07/labels/000000.label", "<u4") & 0xFFFF
    for here, there in ((17, 10), (32, 100), (2, 30), (0, 0)):
        np.testing.assert_array_equal(found == here, other == there)
    messages = {loss.message for loss in NUSCENES_STYLE.losses([export])}
    assert "tracks: points of one class are not told apart" in messages


@pytest.mark.parametrize("as_pcd", [False, True])
def test_labels_fit_the_clouds_that_go_along(tmp_path: Path, as_pcd: bool) -> None:
    export = made(tmp_path, as_pcd=as_pcd)
    for item, folder in ((KITTI_STYLE, "velodyne"), (NUSCENES_STYLE, "points")):
        out = tmp_path / item.name
        item.write_labels(export, out)
        for file in item.sensor_files(export):
            place_file(file, out, "copy")
        size = 4 if folder == "velodyne" else 1
        label_files = sorted(out.rglob("*.label" if size == 4 else "*_lidarseg.bin"))
        clouds = [file for file in sorted(out.rglob("*.bin")) if file.parent.name.startswith(folder)]
        assert len(label_files) == len(clouds) == 4
        for labels, cloud in zip(label_files, clouds, strict=True):
            assert labels.stat().st_size // size == cloud.stat().st_size // 16 == 2000


def test_counts_agree_with_the_boxes_of_a_real_sequence(shared_data: Path, tmp_path: Path) -> None:
    kitti = KittiTracking()
    (scene,) = (scene for scene in kitti.open_dataset(shared_data / "kitti_tracking").scenes if scene.name == "0001")
    labels = kitti.read_labels(scene).labels
    KITTI_STYLE.write_labels(SceneExport(scene, labels, OPTIONS), tmp_path)
    legend = json.loads((tmp_path / "sequences/01/legend.json").read_text())
    instances = {entry["track"]: int(number) for number, entry in legend["instances"].items()}
    counted = 0
    for frame in scene.frames:
        for sweep in frame.sweeps:
            values = np.fromfile(tmp_path / f"sequences/01/labels/{frame.index:06d}.label", "<u4")
            assert len(values) == sweep.point_count()
            points = scene.rig.ego_from_sensor[sweep.sensor].apply(sweep.cloud().positions_m)
            owned = np.zeros(len(points), dtype=int)
            for cuboid in (c for c in labels.cuboids.values() if c.frame_index == frame.index):
                inside = cuboid.box_ego.contains(points)
                owned += inside
                alone = inside & (owned == 1)
                counted += 1
                assert abs(int((values >> 16 == instances[cuboid.track_id]).sum()) - int(inside.sum())) <= int(
                    inside.sum() - alone.sum()
                )
            assert np.array_equal(values > 0, owned > 0)
    assert counted > 5


def test_categories_of_other_taxonomies_find_their_class() -> None:
    wanted = {"Van": 10, "Cyclist": 31, "vehicle.bus.rigid": 13, "REGULAR_VEHICLE": 10, "Tram": 16, "bicyclist": 31}
    wanted |= {"human.pedestrian.adult": 30, "vehicle.motorcycle": 15, "Person_sitting": 30}
    assert semantic_kitti_classes(wanted) == wanted
    assert lidarseg_classes(LIDARSEG)["vehicle.trailer"] == LIDARSEG["vehicle.trailer"]
    own = semantic_kitti_classes([name for name in SEMANTIC_KITTI if name not in ("unlabeled", "outlier")])
    assert all(own[name] == SEMANTIC_KITTI[name] for name in own)
    with pytest.raises(ValueError, match="at most 152 categories"):
        semantic_kitti_classes([f"own {number}" for number in range(153)])


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    export = made(tmp_path)
    empty = SceneExport(Scene("x", tmp_path, "made", SensorRig({}, {}, ()), (Frame(0, 0),)), LabelSet())
    for item in (KITTI_STYLE, NUSCENES_STYLE):
        with pytest.raises(FormatError, match="expected clouds, found none"):
            item.losses([empty])
        assert ("scenes without clouds: left out but for their legend", 1) in [
            (loss.message, loss.count) for loss in item.losses([export, empty])
        ]
        assert [Path(name).name for name in item.write_labels(empty, tmp_path / "empty").files] == ["legend.json"]
        with pytest.raises(FormatError, match="written, not read"):
            item.open_dataset(tmp_path)
    (tmp_path / "top0.bin").write_bytes(b"123")
    with pytest.raises(FormatError, match="expected whole points"):
        KITTI_STYLE.write_labels(export, tmp_path / "out")
