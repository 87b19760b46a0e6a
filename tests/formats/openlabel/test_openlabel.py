from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats import ExportOptions, SceneExport
from formats.openlabel import OpenLabel
from fusion import Frame, Scene
from geometry import SE3, Trajectory
from labels import Attribute, Category, Cuboid, FrameState, ImageBox, LabelSet, Resolver, Taxonomy, Track

FORMAT = OpenLabel()
FAR = st.floats(-200, 200)
MAP = st.floats(-9e6, 9e6)
names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
attributes = st.dictionaries(
    st.text(min_size=1, max_size=6), st.one_of(names, st.integers(-9, 9), FAR, st.booleans()), max_size=3
)
TAXONOMY = Taxonomy(
    "ours",
    3,
    (Category("Car", "#00ff00", (4, 2, 1.5), "1"), Category("Van", "#00ff01", (5, 2, 2), parent="Car")),
    (Attribute("mood", "cuboid", (1, "grim"), ("Van",)),),
)


@st.composite
def places(draw: st.DrawFn, metres: st.SearchStrategy[float] = FAR) -> SE3:
    rotvec = np.array(draw(st.tuples(*[st.floats(-3.1, 3.1)] * 3)))
    return SE3(Rotation.from_rotvec(rotvec).as_matrix(), np.array(draw(st.tuples(metres, metres, metres))))


@st.composite
def rigs(draw: st.DrawFn) -> SensorRig:
    pixels = st.floats(100, 2000)
    fx, fy, cx, cy = (draw(pixels) for _ in range(4))
    k = draw(st.floats(-0.001, 0.001))
    cameras: dict[str, CameraModel] = {
        "front": Pinhole(fx, fy, cx, cy, 640, 480),
        "bent": BrownConrady(fx, fy, cx, cy, 640, 480, coefficients=(k, 0.0, k, 0.001)),
        "beside": BrownConrady(fx, fy, cx, cy, 640, 480, coefficients=(k, 0.0, 0, 0, 0, 0, 0, 1e-3)),
        "왼쪽/wide": KannalaBrandt(fx, fy, cx, cy, 640, 480, coefficients=(0.01, 0.0, 0.0, k), lens_angle_rad=1.5),
    }
    sensors = ["top", "imu", "odom", *cameras]
    offsets = {"front": draw(st.integers(-(10**9), 10**9))}
    return SensorRig({name: draw(places()) for name in sensors}, cameras, ("top",), offsets, "raw", draw(st.just(3)))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    steps = draw(st.lists(st.integers(1, 10**17), min_size=1, max_size=5))
    times = np.cumsum(steps).tolist()
    kind = draw(st.sampled_from(["", "token", "numbers", "padded"]))
    name_of = {"": "", "token": "t-{}", "numbers": "{}7", "padded": "{:06d}"}[kind]
    frames = tuple(
        Frame(i, time, name=name_of.format(i + 1), cameras=draw(st.sampled_from([None, ("front",)])))
        for i, time in enumerate(times)
    )
    trajectory, map_from_world, map_name = None, None, ""
    if draw(st.booleans()):
        more = sorted({*times, *draw(st.lists(st.integers(0, 10**18), max_size=2))})
        trajectory = Trajectory.from_poses(more, [draw(places()) for _ in more])
        if draw(st.booleans()):
            map_from_world, map_name = draw(places(MAP)), draw(st.sampled_from(["boston", "utm 32"]))
    origin = draw(st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(-500, 9000)))
    return Scene(
        "a scene",
        Path("x"),
        "made",
        draw(rigs()),
        frames,
        trajectory,
        origin,
        draw(st.booleans()),
        map_from_world=map_from_world,
        map_name=map_name,
    )


@st.composite
def label_sets(draw: st.DrawFn, frame_count: int) -> LabelSet:
    frame = st.integers(0, frame_count - 1)
    size = st.floats(1e-3, 60)
    tracks: dict[str, Track] = {}
    cuboids: list[Cuboid] = []
    for key in ("a", "b", "c"):
        keyed = sorted(draw(st.sets(frame, min_size=1, max_size=3)))
        is_static = draw(st.booleans())
        first = draw(st.integers(0, keyed[0])) if is_static else keyed[0]
        tracks[key] = Track(
            key,
            draw(st.sampled_from(["Car", "Van", "무엇"])),
            first,
            keyed[-1],
            draw(st.none() | st.just(f"7{key}") | st.just(str(ord(key)))),
            draw(st.booleans()),
            is_static,
            draw(st.sampled_from(["world", "ego"])),
            draw(attributes),
        )
        cuboids += [
            Cuboid(
                f"{key}{frame_index}",
                key,
                frame_index,
                draw(places()),
                np.array(draw(st.tuples(size, size, size))),
                draw(st.sampled_from(["human", "model:x@1", "imported:kitti-raw"])),
                draw(st.none() | names),
                draw(st.none() | st.floats(0, 1)),
                draw(attributes),
                draw(st.booleans()),
            )
            for frame_index in keyed
        ]
    left, top = draw(FAR), draw(FAR)
    boxes = [
        ImageBox("i", draw(frame), "front", (left, top, left + 1, top + 2), "ignore", None, draw(attributes)),
        ImageBox("g", draw(frame), "bent", (left, top, left + 3, top), "given", "b", draw(attributes)),
    ]
    states = [FrameState(draw(frame), "done")]
    return LabelSet(
        1,
        tracks,
        {cuboid.id: cuboid for cuboid in cuboids},
        {box.id: box for box in boxes},
        {state.id: state for state in states},
    )


def export_of(scene: Scene, labels: LabelSet) -> SceneExport:
    return SceneExport(scene, labels, ExportOptions(include_unconfirmed=True), TAXONOMY)


def plain(labels: LabelSet) -> tuple[object, ...]:
    """Everything but the ids, which a reader makes anew."""
    by_id = {key: (track.category, track.first_frame, track.external_id) for key, track in labels.tracks.items()}
    tracks = sorted(
        repr(replace(track, id="", attributes=dict(sorted(track.attributes.items()))))
        for track in labels.tracks.values()
    )
    cuboids = sorted(
        repr(
            (
                by_id[cuboid.track_id],
                cuboid.frame_index,
                (cuboid.ego_from_object.matrix + 0.0).tolist(),
                cuboid.size_lwh_m.tolist(),
                cuboid.source,
                cuboid.confirmed_by,
                cuboid.score,
                sorted(cuboid.attributes.items()),
            )
        )
        for cuboid in labels.cuboids.values()
    )
    boxes = sorted(
        repr((replace(box, id="", track_id=None), None if box.track_id is None else by_id[box.track_id]))
        for box in labels.image_boxes.values()
    )
    return tracks, cuboids, boxes, dict(labels.frame_states)


def all_boxes(scene: Scene, labels: LabelSet) -> list[str]:
    """Every cuboid of every frame, derived ones among them."""
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    found = [
        (item.cuboid.frame_index, item.is_key, labels.tracks[item.cuboid.track_id].category, item.cuboid.box_ego)
        for index in range(len(scene.frames))
        for item in resolver.frame(index)
    ]
    return sorted(repr((*rest, (np.round(box.corners(), 6) + 0.0).tolist())) for *rest, box in found)


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_all_comes_back_to_the_last_bit(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    scene = data.draw(scenes())
    labels = data.draw(label_sets(len(scene.frames)))
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    export = export_of(scene, labels)
    assert FORMAT.losses([export]) == []
    report = FORMAT.write_labels(export, one)
    dataset = FORMAT.open_dataset(one)
    assert (dataset.problems, dataset.guesses, dataset.taxonomy) == ((), (), TAXONOMY)
    assert report.files == ("a scene.json",)
    (again,) = dataset.scenes
    reading = FORMAT.read_labels(again)
    assert reading.problems == ()
    assert plain(reading.labels) == plain(labels)
    assert all_boxes(again, reading.labels) == all_boxes(scene, labels)
    assert again.problems == ()
    same = replace(again, path=scene.path, format=scene.format, map_from_world=scene.map_from_world)
    assert same == scene
    if scene.map_from_world is not None:
        assert again.map_from_world is not None
        assert again.map_from_world.is_close(scene.map_from_world, translation_m=1e-8)
    FORMAT.write_labels(export_of(again, reading.labels), two)
    assert (two / "a scene.json").read_bytes() == (one / "a scene.json").read_bytes()


def made() -> tuple[Scene, LabelSet]:
    """Three frames, a car that is keyed in the first and the last."""
    times = [0, 10**8, 2 * 10**8]
    trajectory = Trajectory.from_poses(times, [SE3.from_yaw(0.1 * i, [i, 0, 0]) for i in range(3)])
    rig = SensorRig({"top": SE3.from_yaw(0, [0, 0, 1.8])}, {}, ("top",))
    frames = tuple(Frame(i, time) for i, time in enumerate(times))
    scene = Scene("a scene", Path("x"), "made", rig, frames, trajectory)
    cuboids = [
        Cuboid(f"c{i}", "t", i, SE3.from_yaw(0.2, [10 - i, 2, 0]), np.array([4.0, 2, 1.5]), "human") for i in (0, 2)
    ]
    labels = LabelSet(1, {"t": Track("t", "Car", 0, 2)}, {cuboid.id: cuboid for cuboid in cuboids})
    return scene, labels


def test_derived_cuboids_are_written_and_derived_again(tmp_path: Path) -> None:
    scene, labels = made()
    assert FORMAT.write_labels(export_of(scene, labels), tmp_path).rows == 3
    (again,) = FORMAT.open_dataset(tmp_path).scenes
    reading = FORMAT.read_labels(again)
    assert [cuboid.frame_index for cuboid in reading.labels.cuboids.values()] == [0, 2]


def test_a_derived_cuboid_that_was_changed_is_read(tmp_path: Path) -> None:
    scene, labels = made()
    FORMAT.write_labels(export_of(scene, labels), tmp_path)
    path = tmp_path / "a scene.json"
    lines = path.read_text().splitlines()
    (row,) = [number for number, line in enumerate(lines) if '"derived"' in line]
    lines[row] = lines[row].replace("4.0,2.0,1.5]", "4.5,2.0,1.5]")
    path.write_text("\n".join(lines))
    (again,) = FORMAT.open_dataset(tmp_path).scenes
    cuboids = list(FORMAT.read_labels(again).labels.cuboids.values())
    assert [(cuboid.frame_index, cuboid.size_lwh_m[0]) for cuboid in cuboids] == [(0, 4), (1, 4.5), (2, 4)]
    assert cuboids[1].source == "imported:openlabel"


def test_what_truebox_left_is_not_needed(tmp_path: Path) -> None:
    scene, labels = made()
    FORMAT.write_labels(export_of(scene, labels), tmp_path)
    path = tmp_path / "a scene.json"
    path.write_text(path.read_text().replace('"truebox"', '"of_others"'))
    (again,) = FORMAT.open_dataset(tmp_path).scenes
    reading = FORMAT.read_labels(again)
    assert (again.problems, reading.problems) == ((), ())
    assert again.trajectory == scene.trajectory
    assert again.frame_times_ns == scene.frame_times_ns
    (track,) = reading.labels.tracks.values()
    assert (track.category, track.external_id, track.first_frame, track.last_frame) == ("Car", "0", 0, 2)
    cuboids = sorted(reading.labels.cuboids.values(), key=lambda cuboid: cuboid.frame_index)
    assert len(cuboids) == 3
    assert cuboids[0].ego_from_object.is_close(labels.cuboids["c0"].ego_from_object)
    assert {(c.source, c.confirmed_by) for c in cuboids} == {("imported:openlabel", "import")}
