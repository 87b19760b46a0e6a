from __future__ import annotations

import pickle
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formats import Dataset, FormatError, get_format, inspect_dataset, open_dataset, open_scene
from fusion import Scene, fuse_frame
from geometry import iou_3d
from geometry.arrays import FloatArray
from labels import Cuboid, Resolver


def only_scene(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


def messages(scene: Scene) -> dict[str, str]:
    return {problem.path: problem.message for problem in scene.problems}


def test_a_sequence_is_the_same_by_the_root_and_by_training(tracking: Path) -> None:
    scene = only_scene(open_dataset(tracking))
    assert scene == only_scene(open_dataset(tracking / "training"))
    assert scene == open_scene(scene.path, scene.name, "kitti-tracking")
    assert pickle.loads(pickle.dumps(scene)) == scene


def test_a_whole_sequence_has_no_problem(tracking: Path) -> None:
    scene = only_scene(open_dataset(tracking))
    assert scene.problems == ()
    assert scene.frame_times_ns == (0, 100_000_000, 200_000_000, 300_000_000, 400_000_000)
    assert list(scene.rig.cameras) == ["image_02", "image_03", "image_00"]
    assert scene.trajectory is not None
    assert {(camera.width_px, camera.height_px) for camera in scene.rig.cameras.values()} == {(200, 100)}


def test_frames_without_data_are_one_line_a_sensor(tracking: Path) -> None:
    training = tracking / "training"
    for number in (2, 3, 4):
        (training / "velodyne" / "0000" / f"{number:06d}.bin").unlink()
    for path in (training / "image_02" / "0000").iterdir():
        path.unlink()
    rows = (training / "oxts" / "0000.txt").read_text().splitlines()
    (training / "oxts" / "0000.txt").write_text("\n".join([rows[0], "no numbers", *rows[2:4]]) + "\n")
    scene = only_scene(open_dataset(tracking))
    assert len(scene.frames) == 5
    assert [(problem.path, problem.message) for problem in scene.problems] == [
        ("oxts/0000.txt", "line 2: expected 30 numbers, found 2"),
        ("velodyne/0000", "3 of 5 frames have no cloud (2–4)"),
        ("image_02/0000", "expected images of 5 frames, found a folder without images"),
        ("oxts/0000.txt", "2 of 5 frames have no GPS/IMU row (1, 4)"),
    ]


def test_labels_and_calibration_alone_are_a_scene(tracking: Path) -> None:
    training = tracking / "training"
    for folder in ("velodyne", "image_00", "image_02", "image_03", "oxts"):
        shutil.rmtree(training / folder)
    scene = only_scene(open_dataset(tracking))
    assert len(scene.frames) == 5
    assert messages(scene) == {
        "velodyne/0000": "expected clouds of 5 frames, found no such folder",
        "image_02/0000": "expected images of 5 frames, found no such folder",
        "oxts/0000.txt": "expected GPS/IMU rows, found none: the scene has no world",
    }
    assert len(get_format("kitti-tracking").read_labels(scene).labels.cuboids) == 4


def test_a_calibration_alone_and_an_empty_label_file_are_no_scene(tracking: Path) -> None:
    training = tracking / "training"
    shutil.copy(training / "calib" / "0000.txt", training / "calib" / "0009.txt")
    (training / "label_02" / "0008.txt").touch()
    dataset = open_dataset(tracking)
    assert [scene.name for scene in dataset.scenes] == ["0000"]
    assert [problem.path for problem in dataset.problems] == ["training/calib/0009.txt", "training/label_02/0008.txt"]


def test_a_missing_key_costs_what_needs_it_only(tracking: Path) -> None:
    path = tracking / "training" / "calib" / "0000.txt"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "velo_cam" not in line))
    scene = only_scene(open_dataset(tracking))
    expected = "expected the key Tr_velo_to_cam (or Tr_velo_cam), found P0, P1, P2, P3, R_rect, Tr_imu_velo"
    assert messages(scene)["calib/0000.txt"] == expected
    assert scene.rig.cameras == {}
    assert len(fuse_frame(scene, 0, color=True).cloud) == 300
    reading = get_format("kitti-tracking").read_labels(scene)
    assert reading.labels.cuboids == {}
    assert "labels cannot be placed" in reading.problems[0].message


def test_without_the_imus_place_there_is_no_world(tracking: Path) -> None:
    path = tracking / "training" / "calib" / "0000.txt"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "imu" not in line))
    scene = only_scene(open_dataset(tracking))
    assert scene.trajectory is None
    assert "expected the key Tr_imu_to_velo" in messages(scene)["calib/0000.txt"]


def test_a_link_out_of_the_dataset_is_refused(tracking: Path, tmp_path: Path) -> None:
    folder = tracking / "training" / "velodyne" / "0000"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    scene = only_scene(open_dataset(tracking))
    assert all(frame.sweeps == () for frame in scene.frames)
    assert "leaves the dataset's folder" in messages(scene)["velodyne/0000"] or any(
        "leaves" in problem.message for problem in scene.problems
    )


def test_the_given_folder_itself_may_be_a_link(tracking: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tracking)
    scene = only_scene(open_dataset(tmp_path / "link"))
    assert scene.problems == ()
    assert inspect_dataset(tmp_path / "link")["problems"] == []


@pytest.mark.parametrize("name", ["9999", "../0000", "", ".", "0000/../0000"])
def test_a_sequence_that_is_not_there_is_refused(tracking: Path, name: str) -> None:
    with pytest.raises(FormatError, match="expected the sequence"):
        open_scene(tracking / "training", name, "kitti-tracking")


def test_a_thousand_frames_open_without_being_read(tmp_path: Path) -> None:
    for folder, suffix in (("velodyne", "bin"), ("image_02", "png"), ("image_03", "png")):
        (tmp_path / folder / "0000").mkdir(parents=True)
        for index in range(1000):
            (tmp_path / folder / "0000" / f"{index:06d}.{suffix}").touch()
    start = time.process_time()
    scene = only_scene(open_dataset(tmp_path))
    assert len(scene.frames) == 1000
    # Generous: it takes a hundredth; decoding a thousand frames takes minutes.
    assert time.process_time() - start < 5.0


def test_real_tracking_folder(shared_data: Path) -> None:
    report = inspect_dataset(shared_data / "kitti_tracking")
    assert report["format"] == "kitti-tracking"
    scenes = {scene["name"]: scene for scene in report["scenes"]}
    assert list(scenes) == ["0001", *(f"{number:04d}" for number in range(3, 12))]
    assert {key: scenes["0003"][key] for key in ("frames", "tracks", "labels", "ignored", "sequential")} == {
        "frames": 72,
        "tracks": 6,
        "labels": 197,
        "ignored": 258,
        "sequential": True,
    }
    assert scenes["0003"]["lidars"] == [{"name": "velodyne", "frames": 72, "points": 1292732}]
    assert scenes["0003"]["cameras"] == [{"name": "image_02", "frames": 72, "width": 1242, "height": 375}]
    assert scenes["0001"]["frames"] == 447
    problems = {problem["path"]: problem["message"] for problem in report["problems"]}
    assert problems["training/velodyne/0001"] == "445 of 447 frames have no cloud (2–446)"
    assert problems["training/image_02/0001"] == "445 of 447 frames have no image (2–446)"
    assert "cropped to the view of image_02" in problems["training/velodyne/0003"]
    for missing in ("velodyne/0004", "image_02/0004", "oxts/0004.txt"):
        assert "expected" in problems[f"training/{missing}"]
    assert len(problems) == 3 + 3 * 8


def world_centers(scene: Scene, cuboids: list[Cuboid]) -> FloatArray:
    assert scene.trajectory is not None
    poses = [scene.world_from_ego(cuboid.frame_index) for cuboid in cuboids]
    centers = [
        pose.apply(cuboid.ego_from_object.translation)
        for pose, cuboid in zip(poses, cuboids, strict=True)
        if pose is not None
    ]
    return np.array(centers)


def test_parked_cars_stand_still_in_the_world_of_the_real_drive(shared_data: Path) -> None:
    """The raw drive's own poses and times, the labels of the tracking sequence that shows it."""
    raw = only_scene(open_dataset(shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync"))
    tracking = open_scene(shared_data / "kitti_tracking/training", "0003", "kitti-tracking")
    labels = get_format("kitti-tracking").read_labels(tracking).labels
    worst: dict[str, float] = {}
    for track in labels.tracks.values():
        cuboids = [cuboid for cuboid in labels.keys_of_track(track.id) if cuboid.frame_index < len(raw.frames)]
        if track.external_id in ("2", "3") and cuboids:
            centers = world_centers(raw, cuboids)
            worst[track.external_id] = float(np.linalg.norm(centers - centers.mean(axis=0), axis=1).max())
    assert sorted(worst) == ["2", "3"]
    assert max(worst.values()) < 0.2


def test_parked_cars_stay_in_place_over_the_whole_real_sequence(shared_data: Path) -> None:
    """Without timestamps, and with labels that themselves wander while a car is 60 m away."""
    scene = open_scene(shared_data / "kitti_tracking/training", "0003", "kitti-tracking")
    labels = get_format("kitti-tracking").read_labels(scene).labels
    distances = []
    for track in labels.tracks.values():
        if track.external_id in ("2", "3", "4"):
            centers = world_centers(scene, labels.keys_of_track(track.id))
            distances.append(np.linalg.norm(centers - centers.mean(axis=0), axis=1))
    assert len(distances) == 3
    assert np.median(np.concatenate(distances)) < 0.2
    assert np.concatenate(distances).max() < 0.35


def test_points_inside_every_real_box_project_into_its_image_box(shared_data: Path) -> None:
    scene = open_scene(shared_data / "kitti_tracking/training", "0003", "kitti-tracking")
    labels = get_format("kitti-tracking").read_labels(scene).labels
    given = {(box.track_id, box.frame_index): box for box in labels.image_boxes.values() if box.kind == "given"}
    camera, cam_from_ego = scene.rig.cameras["image_02"], scene.rig.cam_from_ego("image_02")
    clouds = {index: fuse_frame(scene, index).cloud.xyz for index in range(len(scene.frames))}
    looked_at = empty = 0
    for cuboid in labels.cuboids.values():
        points = clouds[cuboid.frame_index]
        inside = points[cuboid.box_ego.contains(points)]
        if len(inside) == 0:
            empty += 1
            continue
        uv, visible = camera.image_from_camera(cam_from_ego.apply(inside))
        left, top, right, bottom = given[cuboid.track_id, cuboid.frame_index].ltrb_px
        fits = (uv >= (left - 2, top - 2)) & (uv <= (right + 2, bottom + 2))
        assert np.mean(visible & fits.all(axis=1)) >= 0.99
        looked_at += 1
    # Three far cars have lost all their points where the lidar was cropped.
    assert (looked_at, empty) == (194, 3)


def test_a_key_every_tenth_frame_is_enough_for_the_real_cars(shared_data: Path) -> None:
    """Keys every 10th frame and at the end of each run; what is derived between them must fit the people's boxes."""
    scene = open_scene(shared_data / "kitti_tracking/training", "0003", "kitti-tracking")
    truth = get_format("kitti-tracking").read_labels(scene).labels
    cars = {track.id for track in truth.tracks.values() if track.category == "Car"}
    kept: dict[str, Cuboid] = {}
    for track_id in cars:
        keys = truth.keys_of_track(track_id)
        ends = {keys[0].id, keys[-1].id, *(key.id for key in keys if key.ends_segment)}
        kept |= {key.id: key for i, key in enumerate(keys) if i % 10 == 0 or key.id in ends}
    resolver = Resolver(replace(truth, cuboids=kept), scene.frame_times_ns, scene.trajectory)
    overlaps = []
    for cuboid in truth.cuboids.values():
        if cuboid.track_id in cars:
            derived = resolver.track_in_frame(cuboid.track_id, cuboid.frame_index)
            overlaps.append(iou_3d([derived.cuboid.box_ego], [cuboid.box_ego])[0, 0] if derived else 0.0)
    assert len(kept) < 0.16 * len(overlaps)
    assert np.mean(np.array(overlaps) >= 0.7) >= 0.95
