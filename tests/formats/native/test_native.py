from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats import ExportOptions, FormatError, SceneExport, detect_format, get_format, open_dataset
from formats.convert import prepare_conversion, write_conversion
from formats.native import native
from formats.native.labels_codec import exact_rotations
from fusion import Frame, Scene
from geometry import SE3, Trajectory
from labels import Attribute, Category, Cuboid, FrameState, ImageBox, LabelSet, Taxonomy, Track

FORMAT = get_format("native")
numbers = st.floats(-1e6, 1e6)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
attributes = st.dictionaries(names, st.one_of(names, st.integers(-9, 9), numbers, st.booleans()), max_size=2)


@st.composite
def places(draw: st.DrawFn) -> SE3:
    rotvec = np.array(draw(st.tuples(*[st.floats(-3.1, 3.1)] * 3)))
    return SE3(Rotation.from_rotvec(rotvec).as_matrix(), np.array(draw(st.tuples(numbers, numbers, numbers))))


@st.composite
def rigs(draw: st.DrawFn) -> SensorRig:
    pixels = st.floats(100, 2000)
    fx, fy, cx, cy = (draw(pixels) for _ in range(4))
    k = draw(st.floats(-0.001, 0.001))
    cameras: dict[str, CameraModel] = {
        "front": Pinhole(fx, fy, cx, cy, 640, 480),
        "bent": BrownConrady(fx, fy, cx, cy, 640, 480, coefficients=(k, 0.0, k, 0.001, 0.0)),
        "왼쪽/wide": KannalaBrandt(fx, fy, cx, cy, 640, 480, coefficients=(0.01, 0.0, 0.0, k), lens_angle_rad=1.5),
    }
    sensors = ["top", *cameras]
    return SensorRig(
        {name: draw(places()) for name in sensors},
        cameras,
        ("top",),
        {"front": draw(st.integers(-(10**9), 10**9))},
        images_are="raw",
        revision=draw(st.integers(1, 9)),
    )


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    steps = draw(st.lists(st.integers(1, 10**18), min_size=1, max_size=5))
    times = np.cumsum(steps).tolist()
    rig = draw(rigs())
    frames = tuple(
        Frame(i, time, name=draw(st.sampled_from(["", "000007"])), cameras=draw(st.sampled_from([None, ("front",)])))
        for i, time in enumerate(times)
    )
    trajectory = Trajectory.from_poses(times, [draw(places()) for _ in times]) if draw(st.booleans()) else None
    origin = draw(st.none() | st.tuples(numbers, numbers, numbers))
    return Scene("a scene", Path("x"), "made", rig, frames, trajectory, origin, draw(st.booleans()))


@st.composite
def label_sets(draw: st.DrawFn, frame_count: int) -> LabelSet:
    frame = st.integers(0, frame_count - 1)
    tracks = {
        key: Track(key, draw(names), 0, 3, draw(st.none() | names), draw(st.booleans()), attributes=draw(attributes))
        for key in ("a", "b")
    }
    cuboids = [
        Cuboid(
            f"{key}{frame_index}",
            key,
            frame_index,
            draw(places()),
            np.array(draw(st.tuples(*[st.floats(1e-3, 50)] * 3))),
            source=draw(st.sampled_from(["human", "model:x@1"])),
            confirmed_by=draw(st.none() | names),
            score=draw(st.none() | st.floats(0, 1)),
            attributes=draw(attributes),
            ends_segment=draw(st.booleans()),
        )
        for key in tracks
        for frame_index in sorted(draw(st.sets(frame, max_size=3)))
    ]
    left, top = draw(numbers), draw(numbers)
    box = ImageBox("i", draw(frame), "front", (left, top, left + 1, top + 2), "ignore", None, draw(attributes))
    state = FrameState(draw(frame), "done")
    return LabelSet(
        draw(st.integers(1, 9)),
        tracks,
        {cuboid.id: cuboid for cuboid in cuboids},
        {"i": box},
        {state.id: state},
        draw(st.integers(0, 99)),
    )


TAXONOMY = Taxonomy(
    "ours",
    3,
    (Category("Car", "#00ff00", (4, 2, 1.5), "1"), Category("Van", "#00ff01", (5, 2, 2), parent="Car")),
    (Attribute("mood", "cuboid", (1, "grim"), ("Van",)),),
)


def export_of(scene: Scene, labels: LabelSet, **options: object) -> SceneExport:
    chosen = ExportOptions(include_unconfirmed=True, **options)  # type: ignore[arg-type]
    return SceneExport(scene, labels, chosen, TAXONOMY)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_all_comes_back_to_the_last_bit(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    scene = data.draw(scenes())
    labels = data.draw(label_sets(len(scene.frames)))
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    FORMAT.write_labels(export_of(scene, labels), one)
    dataset = open_dataset(one)
    (again,) = dataset.scenes
    reading = FORMAT.read_labels(again)
    assert reading.problems == ()
    assert reading.labels == labels
    assert dataset.taxonomy == TAXONOMY
    assert replace(again, path=scene.path, format=scene.format) == scene
    FORMAT.write_labels(export_of(again, reading.labels), two)
    for path in sorted(path for path in one.rglob("*") if path.is_file()):
        assert (two / path.relative_to(one)).read_bytes() == path.read_bytes()


def converted(tracking: Path, out: Path) -> tuple[Scene, LabelSet]:
    write_conversion(prepare_conversion(tracking, "native"), out)
    (scene,) = open_dataset(out).scenes
    return scene, FORMAT.read_labels(scene).labels


def spoilt(out: Path, file: str, old: str, new: str) -> None:
    path = out / "scenes" / "0000" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_sensor_data_is_in_the_folder(tracking: Path, tmp_path: Path) -> None:
    scene, labels = converted(tracking, tmp_path / "out")
    (source,) = open_dataset(tracking).scenes
    assert detect_format(tmp_path / "out").name == "native"
    assert [len(frame.images) for frame in scene.frames] == [3] * 5
    assert scene.frames[2].sweeps[0].path.read_bytes() == source.frames[2].sweeps[0].path.read_bytes()
    assert scene.rig == source.rig
    assert scene.trajectory == source.trajectory
    assert labels == get_format("kitti-tracking").read_labels(source).labels
    assert FORMAT.open_scene(scene.path, "0000") == scene


def test_without_sensor_data_no_file_is_named(tracking: Path, tmp_path: Path) -> None:
    options = ExportOptions(include_unconfirmed=True, sensor_data="none")
    write_conversion(prepare_conversion(tracking, "native", options=options), tmp_path / "out")
    (scene,) = open_dataset(tmp_path / "out").scenes
    assert [(len(frame.sweeps), len(frame.images)) for frame in scene.frames] == [(0, 0)] * 5
    assert scene.problems == ()
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.*")) == [
        "dataset.json",
        "labels.json",
        "rotations.json",
        "scene.json",
    ]


def test_an_edited_quaternion_wins_over_the_matrix_beside_it(tracking: Path, tmp_path: Path) -> None:
    scene, labels = converted(tracking, tmp_path)
    cuboid = labels.cuboids[next(iter(exact_rotations(labels)))]
    path = scene.path / "labels.json"
    value = json.loads(path.read_text())
    (entry,) = [entry for entry in value["cuboids"] if entry["id"] == cuboid.id]
    entry["ego_from_object"]["quat_wxyz"] = [1.0, 0.0, 0.0, 0.0]
    path.write_text(json.dumps(value))
    changed = FORMAT.read_labels(scene).labels.cuboids[cuboid.id]
    np.testing.assert_array_equal(changed.ego_from_object.rotation, np.eye(3))


def test_what_was_filtered_out_is_not_written(tracking: Path, tmp_path: Path) -> None:
    (scene,) = open_dataset(tracking).scenes
    labels = get_format("kitti-tracking").read_labels(scene).labels
    FORMAT.write_labels(export_of(scene, labels, categories=("Car",)), tmp_path)
    again = FORMAT.read_labels(open_dataset(tmp_path).scenes[0]).labels
    assert {track.category for track in again.tracks.values()} == {"Car"}
    assert len(again.cuboids) == 3
    assert sorted(box.kind for box in again.image_boxes.values()) == ["given", "given", "given", "ignore"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("scene.json", '"file": "data/velodyne/000000.bin"', '"file": "../../../x.bin"', "inside the scene's folder"),
        ("scene.json", '"file": "data/velodyne/000000.bin"', '"file": "/etc/passwd"', "inside the scene's folder"),
        ("scene.json", '"model": "pinhole"', '"model": "eye"', "expected one of pinhole"),
        ("scene.json", '"lidars": ["velodyne"]', '"lidars": ["x"]', "lacks x"),
        ("scene.json", '"timestamp_ns": 100000000, "name"', '"timestamp_ns": 0, "name"', "rise strictly in time"),
        ("scene.json", '"version": 2', '"version": 7', "expected version 1 to 2, found 7"),
        ("scene.json", '"name": "0000"', '"name": "0001"', "expected the folder's name 0000"),
        ("scene.json", '"is_sequential": true', '"is_sequential": NaN', "found NaN"),
    ],
)
def test_a_scene_that_cannot_be_is_named(
    tracking: Path, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    converted(tracking, tmp_path)
    spoilt(tmp_path, file, old, new)
    dataset = open_dataset(tmp_path)
    assert dataset.scenes == ()
    (problem,) = dataset.problems
    assert problem.path == "scenes/0000/scene.json"
    assert message in problem.message
    with pytest.raises(FormatError, match=r"scene\.json"):
        FORMAT.open_scene(tmp_path / "scenes" / "0000", "0000")


def test_missing_sensor_data_is_named(tracking: Path, tmp_path: Path) -> None:
    scene, _ = converted(tracking, tmp_path)
    scene.frames[1].sweeps[0].path.unlink()
    (again,) = open_dataset(tmp_path).scenes
    assert [problem.path for problem in again.problems] == ["data/velodyne/000001.bin"]
    assert again.frames[1].sweeps == ()


def test_links_out_of_the_dataset_are_not_followed(tracking: Path, tmp_path: Path) -> None:
    scene, _ = converted(tracking, tmp_path / "out")
    path = scene.frames[1].sweeps[0].path
    path.rename(tmp_path / "elsewhere.bin")
    path.symlink_to(tmp_path / "elsewhere.bin")
    (again,) = open_dataset(tmp_path / "out").scenes
    assert again.frames[1].sweeps == ()
    assert "a link that leaves the dataset's folder" in again.problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"frame_index": 4', '"frame_index": 400', "expected a frame below 5, found 400"),
        ('"track_id": "', '"track_id": "x', "expected a track of these labels, found x"),
        ('"schema_version": 1', '"schema_version": 2', "expected version 1"),
        ('"tracks": [', '"tracks": [7, ', "expected an object, found 7"),
    ],
)
def test_labels_that_contradict_themselves_are_named(
    tracking: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    scene, _ = converted(tracking, tmp_path)
    spoilt(tmp_path, "labels.json", old, new)
    reading = FORMAT.read_labels(scene)
    assert reading.problems[0].path == "labels.json"
    assert message in reading.problems[0].message


def test_a_name_that_is_no_folder_is_refused(tracking: Path, tmp_path: Path) -> None:
    (scene,) = open_dataset(tracking).scenes
    for name in ("..", "a/b", "a\nb", "x" * 300, " . "):
        with pytest.raises(FormatError, match="name that can name a file"):
            FORMAT.write_labels(export_of(replace(scene, name=name), LabelSet()), tmp_path)


def test_the_page_of_the_format_names_its_version_and_files(repository: Path) -> None:
    text = (repository / "docs" / "native-format.md").read_text()
    assert f"version {native.VERSION}" in text.splitlines()[0]
    assert all(name in text for name in (native.DATASET, native.SCENE, native.LABELS, native.ROTATIONS))
