from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formats import ExportOptions, FormatError, SceneExport, get_format, open_dataset
from formats.kitti.make_tracklets import TrackletMaker
from formats.kitti.tracklets import POSE_FLAGS, Tracklet, TrackletPose, read_tracklets, tracklets_text
from fusion import Scene
from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track

FORMAT = get_format("kitti-raw")
FLAGS = (2.0, 1.0, 1.0, 0.0, -1.0, -1.0, 0.0, 1.0, -1.0)
CAR = Tracklet(
    "Car",
    (1.5, 1.6, 4.0),
    1,
    tuple(TrackletPose((12.0 + i, 1.25, -1.7), (0.0, 0.0, 0.5 + 0.1 * i), FLAGS) for i in range(3)),
)
SITTING = Tracklet("Person (sitting)", (1.2, 0.6, 0.8), 0, (TrackletPose((9.0, -2.0, -1.7), (0.0, 0.0, -3.0)),))


@pytest.fixture
def labelled(raw: Path) -> Path:
    (raw / "tracklet_labels.xml").write_text(tracklets_text([CAR, SITTING]))
    return raw


def opened(path: Path) -> tuple[Scene, LabelSet]:
    (scene,) = open_dataset(path).scenes
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    return scene, reading.labels


def with_track(labels: LabelSet, *cuboids: Cuboid, category: str = "Car", **changes: object) -> LabelSet:
    frames = [cuboid.frame_index for cuboid in cuboids]
    track = Track("mine", category, min(frames), max(frames), **changes)  # type: ignore[arg-type]
    added = {cuboid.id: cuboid for cuboid in cuboids}
    return replace(labels, tracks={**labels.tracks, "mine": track}, cuboids={**labels.cuboids, **added})


def mine(frame: int, length: float = 4.0, **changes: object) -> Cuboid:
    place = SE3.from_yaw(0.1, [15.0 + frame, 1.0, 0.0])
    return Cuboid(f"m{frame}", "mine", frame, place, np.array([length, 1.7, 1.5]), **changes)  # type: ignore[arg-type]


def made(scene: Scene, labels: LabelSet, **options: object) -> list[Tracklet]:
    return TrackletMaker(SceneExport(scene, labels, ExportOptions(**options))).tracklets()  # type: ignore[arg-type]


def losses(scene: Scene, labels: LabelSet) -> dict[str, int]:
    return {loss.message: loss.count for loss in FORMAT.losses([SceneExport(scene, labels)])}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tracklet_labels.xml"
    path.write_text(tracklets_text([CAR, SITTING]))
    reading = read_tracklets(path)
    assert reading.errors == []
    assert reading.tracklets == [CAR, SITTING]


def test_tracklets_become_tracks_with_a_cuboid_a_frame(labelled: Path) -> None:
    scene, labels = opened(labelled)
    tracks = {track.external_id: track for track in labels.tracks.values()}
    assert {key: track.category for key, track in tracks.items()} == {"0": "Car", "1": "Person_sitting"}
    car = tracks["0"]
    assert (car.first_frame, car.last_frame, car.is_rigid) == (1, 3, True)
    velodyne_from_ego = scene.rig.ego_from_sensor["velodyne"].inverse()
    for i, key in enumerate(labels.keys_of_track(car.id)):
        box = key.box_ego.transform(velodyne_from_ego)
        np.testing.assert_allclose(box.center, [12.0 + i, 1.25, -1.7 + 0.75], atol=1e-9)
        assert box.yaw_rad == pytest.approx(0.5 + 0.1 * i)
        assert box.tilt_rad < 1e-9
        np.testing.assert_array_equal(box.size_lwh_m, [4.0, 1.6, 1.5])
        assert key.attributes["occluded"] == 1


def test_labels_come_back_as_they_were(labelled: Path, tmp_path: Path) -> None:
    scene, labels = opened(labelled)
    assert losses(scene, labels) == {}
    report = FORMAT.write_labels(SceneExport(scene, labels), tmp_path / "out")
    drive = tmp_path / "out" / "2011_09_26" / "2011_09_26_drive_0042_sync"
    assert report.rows == 4
    car, sitting = read_tracklets(drive / "tracklet_labels.xml").tracklets
    assert car == CAR
    # Nobody said how occluded the person is, and the answer to an unset flag stays unset.
    assert sitting == SITTING
    for name in ("calib_cam_to_cam.txt", "calib_velo_to_cam.txt", "calib_imu_to_velo.txt"):
        assert (drive.parent / name).read_bytes() == (labelled.parent / name).read_bytes()


def test_a_moved_cuboid_loses_the_flags_that_came(labelled: Path) -> None:
    scene, labels = opened(labelled)
    key = next(cuboid for cuboid in labels.cuboids.values() if cuboid.frame_index == 2)
    moved = replace(key, ego_from_object=SE3.from_yaw(0, [0.1, 0, 0]) @ key.ego_from_object)
    flags = made(scene, replace(labels, cuboids={**labels.cuboids, key.id: moved}))[0].poses[1].flags
    named = dict(zip(POSE_FLAGS, flags, strict=True))
    assert (named["state"], named["occlusion"], named["occlusion_kf"], named["amt_border_r"]) == (2, 1, -1, -1)


def test_derived_poses_are_marked_and_placed_in_the_image(labelled: Path) -> None:
    scene, labels = opened(labelled)
    behind = replace(mine(4), id="b", ego_from_object=SE3.from_yaw(0, [-30.0, 0, 0]))
    tracklets = made(scene, with_track(labels, mine(0), mine(2), behind))
    flags = [dict(zip(POSE_FLAGS, pose.flags, strict=True)) for pose in tracklets[-1].poses]
    assert [flag["state"] for flag in flags] == [2, 1, 2, 1, 2]
    assert flags[0]["truncation"] == 0
    assert flags[-1]["truncation"] == 99
    assert flags[0]["occlusion"] in (0, 1, 2)


def test_a_track_with_a_gap_is_written_in_parts_and_this_is_said(labelled: Path) -> None:
    scene, labels = opened(labelled)
    labels = with_track(labels, mine(0, ends_segment=True), mine(3), external_id="2")
    assert [item.first_frame for item in made(scene, labels)] == [1, 0, 0, 3]
    assert losses(scene, labels) == {
        "tracks with gaps: written as several tracklets, which have nothing in common": 1,
    }


def test_one_size_a_tracklet_is_said_and_the_median_written(labelled: Path) -> None:
    scene, labels = opened(labelled)
    labels = with_track(labels, mine(0, 4.0), mine(1, 4.2), mine(2, 5.0), is_rigid=False)
    assert made(scene, labels)[-1].size_hwl == (1.5, 1.7, 4.2)
    assert losses(scene, labels) == {"tracks whose size changes: a tracklet has one size, the median is written": 1}


def test_all_else_that_is_lost_is_counted(labelled: Path) -> None:
    scene, labels = opened(labelled)
    tilt = SE3(np.array([[1.0, 0, 0], [0, 0.98, -np.sqrt(1 - 0.98**2)], [0, np.sqrt(1 - 0.98**2), 0.98]]), np.zeros(3))
    cuboid = mine(0, attributes={"mood": "grim"}, score=0.5)
    tilted = replace(cuboid, ego_from_object=cuboid.ego_from_object @ tilt)
    labels = with_track(labels, tilted, external_id="x17", is_static=True, attributes={"brand": "A"})
    boxes = [
        ImageBox("i", 0, "image_02", (0, 0, 1, 1), "ignore"),
        ImageBox("g", 0, "image_02", (0, 0, 1, 1), "tight", "mine"),
    ]
    labels = replace(labels, image_boxes={box.id: box for box in boxes}, frame_states={"0": FrameState(0, "done")})
    assert losses(scene, labels) == {
        "cuboids tilted by more than 2°: written upright": 1,
        "attribute mood of cuboids: left out": 1,
        "scores of cuboids: left out": 1,
        "attribute brand of tracks: left out": 1,
        "tracks marked as standing still: every frame gets a pose, the mark is not kept": 1,
        "ids of tracks: tracklets have none and are counted from 0": 1,
        "ignore regions (DontCare): left out, as tracklets are 3D alone": 1,
        "2D boxes: left out, as tracklets are 3D alone": 1,
        "frames marked done or empty: tracklets do not say so": 1,
    }


def test_labels_and_calibration_alone_are_a_dataset(labelled: Path) -> None:
    for folder in ("velodyne_points", "image_02", "oxts"):
        shutil.rmtree(labelled / folder)
    scene, labels = opened(labelled.parent.parent)
    assert len(scene.frames) == 4
    assert len(labels.cuboids) == 4


def test_tracklets_beyond_the_drive_are_named(labelled: Path) -> None:
    (labelled / "tracklet_labels.xml").write_text(tracklets_text([replace(CAR, first_frame=3), SITTING]))
    (scene,) = open_dataset(labelled).scenes
    reading = FORMAT.read_labels(scene)
    assert [problem.message for problem in reading.problems] == [
        "tracklet 0: expected frames below 5, found up to 5",
    ]
    assert len(reading.labels.cuboids) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<count>3</count>", "<count>9</count>", "tracklet 0: expected 9 poses as declared, found 3"),
        ("<h>1.5</h>", "<h>0</h>", "tracklet 0: expected h, w, l above 0, found 0.0 1.6 4.0"),
        ("<w>1.6</w>", "", "tracklet 0: expected w, found none"),
        ("<tx>13</tx>", "<tx>nan</tx>", "tracklet 0, pose 1: expected a finite number for tx, found 'nan'"),
        ("<first_frame>1<", "<first_frame>1e6<", "tracklet 0: expected first_frame from 0 to 99999, found 1000000"),
        ("<objectType>Car<", "<objectType><", "tracklet 0: expected objectType, found an empty or endless one"),
    ],
)
def test_bad_tracklets_are_named_and_the_rest_is_read(labelled: Path, old: str, new: str, message: str) -> None:
    path = labelled / "tracklet_labels.xml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    reading = read_tracklets(path)
    assert [error.reason for error in reading.errors] == [message]
    assert [tracklet.object_type for tracklet in reading.tracklets] == ["Person (sitting)"]


def test_a_datasets_own_labels_are_never_overwritten(labelled: Path) -> None:
    scene, labels = opened(labelled)
    with pytest.raises(FormatError, match="its labels would be lost"):
        FORMAT.write_labels(SceneExport(scene, labels), labelled.parent.parent)


def test_another_drives_calibration_is_never_overwritten(labelled: Path, tmp_path: Path) -> None:
    scene, labels = opened(labelled)
    FORMAT.write_labels(SceneExport(scene, labels), tmp_path / "out")
    refined = replace(scene, name="2011_09_26_drive_0043_sync", rig=replace(scene.rig, revision=2))
    with pytest.raises(FormatError, match="found another drive's"):
        FORMAT.write_labels(SceneExport(refined, labels), tmp_path / "out")


def test_the_real_drive_0001(shared_data: Path, tmp_path: Path) -> None:
    drive = tmp_path / "in" / "2011_09_26" / "2011_09_26_drive_0001_sync"
    drive.mkdir(parents=True)
    source = shared_data / "kitti_labels_bulk/2011_09_26/2011_09_26_drive_0001_sync/tracklet_labels.xml"
    shutil.copy(source, drive)
    for name in ("calib_cam_to_cam.txt", "calib_velo_to_cam.txt", "calib_imu_to_velo.txt"):
        shutil.copy(shared_data / "kitti_raw" / "2011_09_26" / name, drive.parent)
    scene, labels = opened(tmp_path / "in")
    assert (len(scene.frames), len(labels.tracks), len(labels.cuboids)) == (108, 15, 572)
    assert losses(scene, labels) == {}
    FORMAT.write_labels(SceneExport(scene, labels), tmp_path / "out")
    written = next((tmp_path / "out").rglob("tracklet_labels.xml"))
    for before, after in zip(read_tracklets(source).tracklets, read_tracklets(written).tracklets, strict=True):
        assert replace(before, poses=()) == replace(after, poses=())
        for came, back in zip(before.poses, after.poses, strict=True):
            np.testing.assert_allclose(back.bottom_velodyne, came.bottom_velodyne, atol=1e-8)
            assert abs(np.exp(1j * came.angles_rad[2]) - np.exp(1j * back.angles_rad[2])) < 1e-8
            assert back.flags == came.flags
    again, read_back = opened(tmp_path / "out")
    FORMAT.write_labels(SceneExport(again, read_back), tmp_path / "twice")
    assert next((tmp_path / "twice").rglob("tracklet_labels.xml")).read_bytes() == written.read_bytes()
