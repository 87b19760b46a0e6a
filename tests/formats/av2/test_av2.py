from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats import Dataset, open_dataset, open_scene
from formats.av2 import Av2
from formats.count_points import UNCOUNTED, count_points
from formats.errors import FormatError
from formats.format import ExportOptions, SceneExport
from formats.registry import detect_format
from formats.selection import select_cuboids
from fusion import Scene, fuse_frame
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from tests.formats.box_scenes import (
    MAP_FROM_WORLD,
    assert_same_labels,
    export_of,
    label_sets,
    made_rig,
    made_scene,
    read_again,
    spoilt,
    survives,
    written,
)

FORMAT = Av2()
LOG = "7fab2350-7eaf-3b7e-a39d-6937a4c1bede"
TABLES = (
    "annotations.feather",
    "city_SE3_egovehicle.feather",
    "calibration/egovehicle_SE3_sensor.feather",
    "calibration/intrinsics.feather",
)


def only_scene(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


def without_counts(labels: LabelSet) -> LabelSet:
    """The labels without what every reading adds."""
    cuboids = {
        key: replace(
            cuboid, attributes={name: value for name, value in cuboid.attributes.items() if not name.startswith("av2.")}
        )
        for key, cuboid in labels.cuboids.items()
    }
    return replace(labels, cuboids=cuboids)


def one_car(frame_index: int = 1) -> LabelSet:
    track = Track("t", "REGULAR_VEHICLE", frame_index, frame_index, "car")
    cuboid = Cuboid("c", "t", frame_index, SE3.from_yaw(0.3, [10.0, 5.0, 0.5]), np.array([30.0, 20.0, 8.0]))
    return LabelSet(tracks={"t": track}, cuboids={"c": cuboid})


def change(path: Path, name: str, values: Any) -> None:
    """Replace one column of a table."""
    table = feather.read_table(path)
    feather.write_feather(table.set_column(table.schema.names.index(name), name, values), str(path))


def problems_of(scene: Scene) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in scene.problems]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scene = made_scene(tmp_path_factory.mktemp("made"), map_from_world=MAP_FROM_WORLD)
    return written(FORMAT, export_of(scene, one_car()), tmp_path_factory.mktemp("av2"))


@pytest.fixture
def log(template: Path, tmp_path: Path) -> Path:
    """One log of four frames, to spoil at will."""
    return Path(shutil.copytree(template, tmp_path / "av2")) / "train" / "made"


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Scene:
    return only_scene(open_dataset(shared_data / "argoverse2"))


def test_a_log_is_the_same_by_itself_its_split_and_the_folder_around_it(log: Path) -> None:
    sensor = log.parents[2] / "argoverse2" / "sensor"
    shutil.copytree(log.parents[1], sensor)
    scenes = [only_scene(open_dataset(path)) for path in (log, log.parent, log.parents[1])]
    assert scenes[0] == scenes[1] == scenes[2]
    assert only_scene(open_dataset(sensor.parent)).path == sensor / "train" / "made"
    assert detect_format(sensor.parent).name == "av2"
    assert open_scene(scenes[0].path, "made", "av2") == scenes[0]
    assert pickle.loads(pickle.dumps(scenes[0])) == scenes[0]


@settings(max_examples=25)
@given(labels=label_sets())
def test_labels_come_back(labels: LabelSet, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("round")
    scene = made_scene(folder / "made", map_from_world=MAP_FROM_WORLD)
    after, again = read_again(FORMAT, written(FORMAT, export_of(scene, labels), folder / "out"))
    assert_same_labels(scene, labels, after, without_counts(again))


def test_labels_without_sensor_data_keep_all_frames(tmp_path: Path) -> None:
    before = made_scene(tmp_path / "made")
    FORMAT.write_labels(export_of(before, one_car(), "none"), tmp_path / "out")
    after = only_scene(open_dataset(tmp_path / "out"))
    assert after.frame_times_ns == before.frame_times_ns
    assert [cuboid.frame_index for cuboid in FORMAT.read_labels(after).labels.cuboids.values()] == [1]


def test_sensor_data_comes_back(log: Path, tmp_path: Path) -> None:
    before = made_scene(tmp_path / "made", map_from_world=MAP_FROM_WORLD)
    after = only_scene(open_dataset(log))
    assert after.frame_times_ns == before.frame_times_ns
    assert [frame.name for frame in after.frames] == [str(time_ns) for time_ns in before.frame_times_ns]
    for old, new in zip(before.frames, after.frames, strict=True):
        assert [(i.camera, i.timestamp_ns, i.encoded()) for i in new.images] == [
            (i.camera, i.timestamp_ns, i.encoded()) for i in old.images
        ]
        assert [sweep.deskew for sweep in new.sweeps] == ["done"]
        clouds = fuse_frame(before, old.index).cloud, fuse_frame(after, new.index).cloud
        np.testing.assert_allclose(clouds[1].positions_m, clouds[0].positions_m, atol=1e-5)
        np.testing.assert_array_equal(clouds[1].intensity, clouds[0].intensity)
    assert after.rig.cameras == before.rig.cameras
    for name, place in before.rig.ego_from_sensor.items():
        assert after.rig.ego_from_sensor[name].is_close(place)


def test_the_maps_coordinates_come_back_to_the_millimetre(log: Path, tmp_path: Path) -> None:
    before = made_scene(tmp_path / "made", map_from_world=MAP_FROM_WORLD)
    after = only_scene(open_dataset(log))
    assert before.trajectory is not None
    assert after.trajectory is not None
    assert after.map_from_world is not None
    np.testing.assert_array_equal(after.trajectory.poses[0].translation, [0, 0, 0])
    for time_ns in (*before.frame_times_ns, before.frame_times_ns[1] + 12_345_678):
        wanted = MAP_FROM_WORLD @ before.trajectory.world_from_ego(time_ns)
        found = after.map_from_world @ after.trajectory.world_from_ego(time_ns)
        assert found.is_close(wanted, translation_m=1e-6, rotation_rad=1e-9)


def test_the_city_is_known_by_its_map_or_carried(log: Path, tmp_path: Path) -> None:
    (log / "map").mkdir()
    (log / "map" / "log_map_archive_made____PIT_city_57813.json").write_text("{}")
    scene = only_scene(open_dataset(log))
    assert scene.map_name == "PIT"
    moved = replace(scene, format="made", origin_wgs84=(40.44, -79.99, 300.0))
    FORMAT.write_labels(export_of(moved, LabelSet(), "none"), tmp_path / "out")
    again = only_scene(open_dataset(tmp_path / "out"))
    assert again.map_name == "PIT"
    assert again.origin_wgs84 == (40.44, -79.99, 300.0)


def test_lenses_of_raw_images_come_back_and_their_loss_is_said(tmp_path: Path) -> None:
    rig = made_rig()
    plane = (150.0, 151.0, 99.5, 49.5, 200, 100)
    cameras: dict[str, CameraModel] = {
        "ahead": BrownConrady(*plane, (-0.2, 0.05, 0.001, -0.002, 0.01)),
        "left": KannalaBrandt(*plane, (0.01, -0.002, 0.0, 0.0003), 1.4),
    }
    raw = SensorRig(rig.ego_from_sensor, cameras, rig.lidars, images_are="raw")
    export = export_of(replace(made_scene(tmp_path / "made"), rig=raw), LabelSet(), "none")
    assert sum("lens of" in loss.message for loss in FORMAT.losses([export])) == 2
    FORMAT.write_labels(export, tmp_path / "out")
    table = feather.read_table(tmp_path / "out" / "train" / "made" / "calibration" / "intrinsics.feather")
    assert [table[name][0].as_py() for name in ("k1", "k2", "k3")] == [-0.2, 0.05, 0.01]
    scene = FORMAT.open_scene(tmp_path / "out" / "train" / "made", "made")
    assert scene.rig.images_are == "raw"
    assert dict(scene.rig.cameras) == cameras


def test_points_are_counted_where_there_is_a_cloud(log: Path) -> None:
    scene = only_scene(open_dataset(log))
    (cuboid,) = FORMAT.read_labels(scene).labels.cuboids.values()
    counted = count_points(scene, select_cuboids(SceneExport(scene, FORMAT.read_labels(scene).labels)).cuboids)
    assert cuboid.attributes["av2.num_interior_pts"] == counted[0] > 0


def test_a_count_that_came_with_a_cuboid_stays_until_it_moves(log: Path, tmp_path: Path) -> None:
    shutil.rmtree(log / "sensors")
    scene = only_scene(open_dataset(log))
    labels = FORMAT.read_labels(scene).labels
    (cuboid,) = labels.cuboids.values()
    count = cuboid.attributes["av2.num_interior_pts"]
    moved = replace(cuboid, ego_from_object=SE3.from_yaw(0.3, [10.5, 5.0, 0.5]))
    for name, key, wanted in (("same", cuboid, count), ("moved", moved, -1)):
        FORMAT.write_labels(export_of(scene, replace(labels, cuboids={key.id: key}), "none"), tmp_path / name)
        table = feather.read_table(tmp_path / name / "train" / "made" / "annotations.feather")
        assert table["num_interior_pts"].to_pylist() == [wanted]
    drawn = replace(moved, attributes={})
    lost = FORMAT.losses([export_of(scene, replace(labels, cuboids={drawn.id: drawn}), "none")])
    assert [loss.message for loss in lost] == [
        "cuboids of frames without a cloud: num_interior_pts is written as -1, and av2's evaluation leaves them out"
    ]


def test_a_log_of_this_form_is_linked_and_its_tables_are_copied(log: Path, tmp_path: Path) -> None:
    scene = only_scene(open_dataset(log))
    out = written(FORMAT, export_of(scene, FORMAT.read_labels(scene).labels), tmp_path / "out")
    sources = [file.source for file in FORMAT.sensor_files(export_of(scene, LabelSet()))]
    assert all(isinstance(source, Path) for source in sources)
    for path in sorted(path for path in log.rglob("*") if path.is_file()):
        assert (out / "train" / "made" / path.relative_to(log)).read_bytes() == path.read_bytes(), path
    refined = replace(scene, rig=replace(scene.rig, revision=2))
    FORMAT.write_labels(export_of(refined, LabelSet(), "none"), tmp_path / "refined")
    again = only_scene(open_dataset(tmp_path / "refined"))
    assert again.rig.cameras == scene.rig.cameras


def test_the_datasets_own_folder_is_not_written_to(log: Path) -> None:
    scene = only_scene(open_dataset(log))
    with pytest.raises(FormatError, match="the dataset's own"):
        FORMAT.write_labels(export_of(scene, LabelSet(), "none"), log.parents[1])


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "made", lidars=("top", "rear"), with_world=False)
    labels = one_car()
    track = replace(labels.tracks["t"], category="Tram", last_frame=3)
    later = replace(labels.cuboids["c"], id="d", frame_index=3)
    labels = replace(labels, tracks={"t": track}, cuboids={**labels.cuboids, "d": later})
    found = {loss.message.split(":")[0]: loss.count for loss in FORMAT.losses([export_of(scene, labels)])}
    assert found == {
        "cuboids between keys": 1,
        "category Tram": 3,
        "scenes without poses": 1,
        "frames of several lidars": 4,
        "images of ahead": 4,
        "images of left": 4,
    }
    after, again = read_again_with_problems(export_of(scene, labels), tmp_path / "out")
    assert len(again.cuboids) == 3
    assert problems_of(after) == [
        "city_SE3_egovehicle.feather: expected the vehicle's poses, found no such file: the scene has no world"
    ]
    assert len(fuse_frame(after, 0).cloud) == 100


def read_again_with_problems(export: SceneExport, out: Path) -> tuple[Scene, LabelSet]:
    scene = only_scene(open_dataset(written(FORMAT, export, out)))
    return scene, FORMAT.read_labels(scene).labels


def test_images_are_those_nearest_within_a_tolerance_that_can_be_told(log: Path) -> None:
    folder = log / "sensors" / "cameras" / "left"
    for path in list(folder.iterdir()):
        path.rename(folder / f"{int(path.stem) + 40_000_000}.jpg")
    by_answer = {
        answer: only_scene(open_dataset(log, assume={} if answer is None else {"image_tolerance_ms": answer}))
        for answer in (None, "25", "100")
    }
    counts = {answer: sum(len(f.images) for f in scene.frames) for answer, scene in by_answer.items()}
    # Of the left camera's images 60, 60, 60 and 40 ms late, the last is near enough, and the one before the next frame.
    assert counts["25"] < counts[None] < counts["100"] == 8
    assert any("frames have no image near enough" in line for line in problems_of(by_answer["25"]))
    assert open_dataset(log, assume={"image_tolerance_ms": "25"}).guesses[0].why == "as told"
    with pytest.raises(ValueError, match="must be one of 25, 51, 100"):
        open_dataset(log, assume={"image_tolerance_ms": "9"})


def test_frames_are_all_times_of_sweeps_and_annotations(log: Path) -> None:
    times = only_scene(open_dataset(log)).frame_times_ns
    table = feather.read_table(log / "annotations.feather").replace_schema_metadata(None)
    feather.write_feather(table, str(log / "annotations.feather"))
    (log / "sensors" / "lidar" / f"{times[1]}.feather").unlink()
    (log / "sensors" / "lidar" / f"{times[2]}.feather").unlink()
    scene = only_scene(open_dataset(log))
    # The second is annotated still, of the third nothing is left.
    assert scene.frame_times_ns == (times[0], times[1], times[3])
    assert [len(frame.sweeps) for frame in scene.frames] == [1, 0, 1]
    assert "sensors/lidar: 1 of 3 frames have no sweep" in problems_of(scene)


def test_bad_rows_are_named_and_left_out(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "made")
    labels = one_car()
    cuboids = {str(i): replace(labels.cuboids["c"], id=str(i), frame_index=i) for i in range(4)}
    track = replace(labels.tracks["t"], first_frame=0, last_frame=3)
    out = written(FORMAT, export_of(scene, LabelSet(tracks={"t": track}, cuboids=cuboids)), tmp_path / "out")
    path = out / "train" / "made" / "annotations.feather"
    change(path, "length_m", pa.array([0.0, 4.0, 4.0, float("nan")]))
    change(path, "qw", pa.array([1.0, 3.0, 1.0, 1.0]))
    change(path, "category", pa.array(["BUS", "BUS", None, "BUS"]))
    scene = only_scene(open_dataset(out))
    reading = FORMAT.read_labels(scene)
    assert reading.labels.cuboids == {}
    assert [problem.message for problem in reading.problems] == [
        "row 0: expected sizes above zero, found [0.0, 20.0, 8.0]",
        "row 1: expected a unit quaternion and a place, found other numbers",
        "row 2: expected texts in track_uuid and category, found others",
        "row 3: expected sizes above zero, found [nan, 20.0, 8.0]",
    ]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("timestamp_ns", ["x"], "expected whole numbers in the column timestamp_ns, found string"),
        ("tx_m", [[1.0]], "expected numbers in the column tx_m, found list<item: double>"),
        ("category", [3], "expected texts in the column category, found int64"),
        ("timestamp_ns", pa.array([2**63 + 1], pa.uint64()), "expected whole numbers below 2⁶³ in timestamp_ns"),
    ],
)
def test_a_column_of_another_type_is_named(log: Path, column: str, values: Any, message: str) -> None:
    change(log / "annotations.feather", column, values if isinstance(values, pa.Array) else pa.array(values))
    reading = FORMAT.read_labels(only_scene(open_dataset(log)))
    assert reading.labels == LabelSet()
    (problem,) = reading.problems
    assert problem.message.startswith(message)


def test_categories_may_be_a_dictionary(log: Path) -> None:
    change(log / "annotations.feather", "category", pa.array(["BUS"]).dictionary_encode())
    (track,) = FORMAT.read_labels(only_scene(open_dataset(log))).labels.tracks.values()
    assert track.category == "BUS"


def test_what_was_carried_may_be_anything(log: Path) -> None:
    table = feather.read_table(log / "annotations.feather")
    carried = {"tracks": {"car": {"is_rigid": 3}}, "image_boxes": [7], "frame_states": {"9": "done"}}
    column = pa.array(['{"score": "high"}'])
    table = table.set_column(table.schema.names.index("truebox"), "truebox", column)
    feather.write_feather(table.replace_schema_metadata({"truebox": json.dumps(carried)}), str(log / TABLES[0]))
    reading = FORMAT.read_labels(only_scene(open_dataset(log)))
    assert len(reading.labels.cuboids) == 1
    assert len(reading.problems) == 4


def test_sensors_that_are_not_placed_are_named(log: Path) -> None:
    path = log / "calibration" / "egovehicle_SE3_sensor.feather"
    names = feather.read_table(path)["sensor_name"].to_pylist()
    change(path, "sensor_name", pa.array(["gone" if name == "left" else name for name in names]))
    change(log / "calibration" / "intrinsics.feather", "fx_px", pa.array([-1.0, 100.0]))
    scene = only_scene(open_dataset(log))
    assert dict(scene.rig.cameras) == {}
    lines = problems_of(scene)
    assert "calibration/intrinsics.feather: row 0: ahead: fx_px must be finite and above zero, got -1.0" in lines
    assert any("row 1: expected a camera of its own that" in line for line in lines)
    assert any(line.startswith("sensors/cameras/left: expected a calibration of this camera") for line in lines)


def test_a_folder_without_calibration_or_poses_still_opens(log: Path) -> None:
    shutil.rmtree(log / "calibration")
    (log / "city_SE3_egovehicle.feather").unlink()
    scene = only_scene(open_dataset(log))
    assert (scene.trajectory, scene.map_from_world) == (None, None)
    assert len(FORMAT.read_labels(scene).labels.cuboids) == 1
    assert len(fuse_frame(scene, 0).cloud) == 50


def test_a_link_out_of_the_log_is_not_followed(log: Path, tmp_path: Path) -> None:
    target = (log / "annotations.feather").rename(tmp_path / "outside.feather")
    (log / "annotations.feather").symlink_to(target)
    scene = only_scene(open_dataset(log))
    reading = FORMAT.read_labels(scene)
    assert reading.labels == LabelSet()
    assert "link" in reading.problems[0].message


def test_another_folder_is_refused(tmp_path: Path, log: Path) -> None:
    with pytest.raises(FormatError, match="expected city_SE3_egovehicle"):
        FORMAT.open_dataset(log / "sensors")
    with pytest.raises(FormatError, match="expected the log other"):
        FORMAT.open_scene(log, "other")
    assert not FORMAT.detect(tmp_path / "nothing")


def test_negative_times_cannot_name_files(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "made")
    early = tuple(replace(frame, timestamp_ns=frame.index - 2) for frame in scene.frames)
    export = export_of(replace(scene, frames=early), LabelSet(), "none")
    for call in (lambda: FORMAT.losses([export]), lambda: FORMAT.write_labels(export, tmp_path / "out")):
        with pytest.raises(FormatError, match="expected times from 0"):
            call()


@pytest.mark.parametrize("name", [*TABLES, "sensors/lidar/sweep.feather"])
@settings(max_examples=40)
@given(data=st.data())
def test_whatever_the_bytes_only_our_errors_come_out(
    template: Path, tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    log = Path(shutil.copytree(template / "train" / "made", tmp_path_factory.mktemp("spoilt") / "made"))
    path = next((log / "sensors" / "lidar").iterdir()) if name.endswith("sweep.feather") else log / name
    path.write_bytes(data.draw(spoilt(path.read_bytes())))

    def read() -> None:
        for scene in FORMAT.open_dataset(log).scenes:
            FORMAT.read_labels(scene)
            for frame in scene.frames:
                fuse_frame(scene, frame.index)

    survives(read)


def test_a_real_log_opens_with_its_frames_and_world(real: Scene) -> None:
    assert real.name == LOG
    assert len(real.frames) == 156
    assert sum(len(frame.sweeps) for frame in real.frames) == 2
    assert next(iter(real.rig.cameras)) == "ring_front_center"
    assert all(isinstance(camera, Pinhole) for camera in real.rig.cameras.values())
    assert real.map_from_world is not None
    np.testing.assert_allclose(real.map_from_world.translation, [5172.668, 2419.103, 66.930], atol=1e-3)
    assert problems_of(real) == [
        "sensors/cameras: expected images of 9 cameras, found none",
        "sensors/lidar: 154 of 156 frames have no sweep",
    ]


def test_real_boxes_hold_the_points_that_were_counted(real: Scene) -> None:
    reading = FORMAT.read_labels(real)
    assert reading.problems == ()
    assert (len(reading.labels.cuboids), len(reading.labels.tracks)) == (11364, 114)
    selected = select_cuboids(SceneExport(real, reading.labels)).cuboids
    for item, counted in zip(selected, count_points(real, selected).tolist(), strict=True):
        has_cloud = bool(real.frames[item.cuboid.frame_index].sweeps)
        assert counted == (item.cuboid.attributes["av2.num_interior_pts"] if has_cloud else UNCOUNTED)


def test_real_parked_cars_stand_still_in_the_world(real: Scene) -> None:
    labels = FORMAT.read_labels(real).labels
    spreads = []
    for track in labels.tracks.values():
        keys = labels.keys_of_track(track.id)
        if track.category == "BOLLARD" and len(keys) > 20:
            assert real.trajectory is not None
            poses = [real.trajectory.world_from_ego(real.frames[key.frame_index].timestamp_ns) for key in keys]
            places = np.array([pose @ k.ego_from_object.translation for pose, k in zip(poses, keys, strict=True)])
            spreads.append(np.linalg.norm(places - np.median(places, axis=0), axis=1).max())
    assert len(spreads) > 5
    assert np.median(spreads) < 0.1


def test_real_labels_come_back_bit_by_bit_but_for_the_rotations_last_digits(real: Scene, tmp_path: Path) -> None:
    labels = FORMAT.read_labels(real).labels
    FORMAT.write_labels(SceneExport(real, labels, ExportOptions()), tmp_path)
    again = FORMAT.read_labels(only_scene(open_dataset(tmp_path))).labels
    assert again.tracks == labels.tracks
    assert again.cuboids.keys() == labels.cuboids.keys()
    for key, cuboid in labels.cuboids.items():
        found = again.cuboids[key]
        assert found.ego_from_object.is_close(cuboid.ego_from_object, translation_m=0.0, rotation_rad=1e-12)
        assert replace(found, ego_from_object=cuboid.ego_from_object) == cuboid
