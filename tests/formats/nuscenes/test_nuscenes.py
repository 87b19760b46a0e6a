from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats import ExportOptions, SceneExport, open_scene
from formats.native.native import Native
from fusion import Scene
from geometry import SE3, Trajectory
from labels import Cuboid, LabelSet, Track
from tests.formats.nuscenes.made import FORMAT, OPTIONS, made_labels, made_scene, read, write

LABELS_ONLY = ExportOptions(include_unconfirmed=True)


def comparable(labels: LabelSet) -> dict[str, object]:
    """All of a label set but its ids, which follow from the names of what was read."""
    key_of: dict[str | None, object] = {None: None}
    key_of |= {
        track.id: tuple(
            sorted(
                (item.frame_index, tuple((item.ego_from_object.translation.round(4) + 0.0).tolist()))
                for item in labels.cuboids.values()
                if item.track_id == track.id
            )
        )
        for track in labels.tracks.values()
    }
    return {
        "tracks": Counter(
            repr((key_of[track.id], replace(track, id="", external_id=None))) for track in labels.tracks.values()
        ),
        "boxes": Counter(
            repr((key_of[box.track_id], replace(box, id="", track_id=None))) for box in labels.image_boxes.values()
        ),
        "states": labels.frame_states,
    }


def check_cuboids(found: LabelSet, expected: LabelSet, translation_m: float = 1e-6) -> None:
    assert len(found.cuboids) == len(expected.cuboids)
    rest = list(found.cuboids.values())
    for cuboid in expected.cuboids.values():
        same = min(
            (item for item in rest if item.frame_index == cuboid.frame_index),
            key=lambda item: float(
                np.linalg.norm(item.ego_from_object.translation - cuboid.ego_from_object.translation)
            ),
        )
        rest.remove(same)
        assert same.ego_from_object.is_close(cuboid.ego_from_object, translation_m=translation_m, rotation_rad=1e-8)
        assert same.size_lwh_m.tolist() == cuboid.size_lwh_m.tolist()
        for name in ("source", "confirmed_by", "score", "attributes", "ends_segment"):
            assert getattr(same, name) == getattr(cuboid, name), name
        assert found.tracks[same.track_id].category == expected.tracks[cuboid.track_id].category


def test_scene_and_labels_come_back(source_scene: Scene, template: Path) -> None:
    scene, labels = read(template)
    assert (scene.name, scene.map_name, scene.is_sequential) == ("scene-0103", "singapore-onenorth", True)
    assert scene.frame_times_ns == source_scene.frame_times_ns
    assert list(scene.rig.cameras.items()) == list(source_scene.rig.cameras.items())
    assert scene.rig.lidars == source_scene.rig.lidars
    for name, place in source_scene.rig.ego_from_sensor.items():
        assert scene.rig.ego_from_sensor[name].is_close(place)
    for got, wanted in zip(scene.frames, source_scene.frames, strict=True):
        assert [(item.sensor, item.timestamp_ns, item.deskew) for item in got.sweeps] == [
            (item.sensor, item.timestamp_ns, item.deskew) for item in wanted.sweeps
        ]
        assert [(item.camera, item.timestamp_ns) for item in got.images] == [
            (item.camera, item.timestamp_ns) for item in wanted.images
        ]
        files = [[item.path for item in frame.sweeps] + [item.path for item in frame.images] for frame in (got, wanted)]
        assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert [item.timestamp_ns for item in scene.sweeps_between] == [
        item.timestamp_ns for item in source_scene.sweeps_between
    ]
    assert comparable(labels) == comparable(made_labels())
    check_cuboids(labels, made_labels())
    assert {track.external_id for track in labels.tracks.values() if track.category == "vehicle.car"} == {"7"}


def test_poses_hold_at_the_time_of_every_cloud_and_image_to_the_millimetre(source_scene: Scene, template: Path) -> None:
    scene, _ = read(template)
    assert source_scene.trajectory is not None
    assert scene.trajectory is not None
    assert scene.map_from_world is not None
    assert source_scene.map_from_world is not None
    assert scene.trajectory.timestamps_ns.tolist() == source_scene.trajectory.timestamps_ns.tolist()
    for time in source_scene.trajectory.timestamps_ns.tolist():
        expected = source_scene.map_from_world @ source_scene.trajectory.world_from_ego(time)
        assert (scene.map_from_world @ scene.trajectory.world_from_ego(time)).is_close(expected, translation_m=1e-8)


def test_writing_twice_gives_the_same_bytes(template: Path, source_scene: Scene, tmp_path: Path) -> None:
    export = SceneExport(source_scene, made_labels(), LABELS_ONLY)
    for _ in range(2):
        write(export, tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "v1.0-trainval").iterdir()} == {
        path.name: path.read_bytes() for path in (template / "v1.0-trainval").iterdir()
    }


def test_a_dataset_of_this_form_keeps_its_tokens_files_and_version(dataset: Path, tmp_path: Path) -> None:
    (dataset / "v1.0-trainval").rename(dataset / "v1.0-mini")
    scene, labels = read(dataset)
    write(SceneExport(scene, labels, OPTIONS), tmp_path / "out")
    again, labels_again = read(tmp_path / "out")
    assert again.path.name == "v1.0-mini"
    assert [frame.name for frame in again.frames] == [frame.name for frame in scene.frames]
    assert again.frames[0].sweeps[0].path.name == scene.frames[0].sweeps[0].path.name
    assert set(labels_again.tracks) == set(labels.tracks)
    assert {key: item.ends_segment for key, item in labels_again.cuboids.items()} == {
        key: item.ends_segment for key, item in labels.cuboids.items()
    }


def test_what_only_this_program_knows_comes_back(bent_scene: Scene, tmp_path: Path) -> None:
    frames = (
        replace(
            bent_scene.frames[0],
            name="000007",
            cameras=("CAM_BACK",),
            timestamp_ns=bent_scene.frames[0].timestamp_ns + 7,
        ),
        replace(
            bent_scene.frames[1], images=(replace(bent_scene.frames[1].images[0], row_time_ns=-25_000),), sweeps=()
        ),
    )
    rig = replace(
        bent_scene.rig,
        ego_from_sensor={**bent_scene.rig.ego_from_sensor, "rect": SE3.from_yaw(0.1, [1, 2, 3])},
        clock_offset_ns={"CAM_BACK": -5},
    )
    scene = replace(
        bent_scene, frames=frames, rig=rig, origin_wgs84=(49.0, 8.4, 110.0), is_sequential=False, map_from_world=None
    )
    write(SceneExport(scene, LabelSet(), OPTIONS), tmp_path)
    found, _ = read(tmp_path)
    assert found.rig.cameras == rig.cameras
    assert (found.rig.images_are, found.rig.revision, found.rig.clock_offset_ns) == ("raw", 3, {"CAM_BACK": -5})
    assert found.rig.ego_from_sensor["rect"] == rig.ego_from_sensor["rect"]
    assert (found.origin_wgs84, found.is_sequential, found.map_from_world) == ((49.0, 8.4, 110.0), False, None)
    assert (found.frames[0].name, found.frames[0].cameras) == ("000007", ("CAM_BACK",))
    assert found.frames[0].timestamp_ns % 1000 == 7
    assert found.frames[1].images[0].row_time_ns == -25_000
    assert found.frames[1].sweeps == ()


def test_a_scene_of_one_foreign_lidar_and_no_world_comes_back(source_scene: Scene, tmp_path: Path) -> None:
    rig = source_scene.rig
    places = {"velo/dyne": rig.ego_from_sensor["LIDAR_TOP"], "кам": rig.ego_from_sensor["CAM_FRONT"]}
    frames = tuple(
        replace(
            frame,
            sweeps=(replace(frame.sweeps[0], sensor="velo/dyne", deskew="off"),),
            images=(replace(frame.images[0], camera="кам"),),
        )
        for frame in source_scene.frames
    )
    scene = replace(
        source_scene,
        rig=replace(rig, ego_from_sensor=places, cameras={"кам": rig.cameras["CAM_FRONT"]}, lidars=("velo/dyne",)),
        frames=frames,
        trajectory=None,
        map_from_world=None,
        sweeps_between=(),
    )
    write(SceneExport(scene, made_labels(), OPTIONS), tmp_path)
    found, labels = read(tmp_path)
    assert (tmp_path / "samples" / "LIDAR_TOP").is_dir()
    assert (found.rig.lidars, tuple(found.rig.cameras), found.trajectory) == (("velo/dyne",), ("кам",), None)
    assert found.frames[0].sweeps[0].deskew == "off"
    check_cuboids(labels, made_labels())


def test_a_scene_without_sensors_comes_back(source_scene: Scene, tmp_path: Path) -> None:
    frames = tuple(replace(frame, sweeps=(), images=()) for frame in source_scene.frames)
    scene = replace(
        source_scene, rig=replace(source_scene.rig, cameras={}, lidars=()), frames=frames, sweeps_between=()
    )
    write(SceneExport(scene, made_labels(), OPTIONS), tmp_path)
    found, labels = read(tmp_path)
    assert (found.rig.lidars, found.rig.cameras, len(found.frames)) == ((), {}, 4)
    check_cuboids(labels, made_labels())


def test_a_native_scene_of_it_is_the_same(template: Path, tmp_path: Path) -> None:
    scene, labels = read(template)
    native = Native()
    native.write_labels(SceneExport(scene, labels, ExportOptions(include_unconfirmed=True)), tmp_path)
    back = native.open_dataset(tmp_path).scenes[0]
    assert back.trajectory == scene.trajectory
    assert back.map_from_world == scene.map_from_world


def test_with_all_sweeps_as_frames_labels_stay_at_their_samples(template: Path) -> None:
    scene, labels = read(template, frames="all")
    keys, key_labels = read(template)
    assert len(scene.frames) == 8
    assert [frame.timestamp_ns for frame in scene.frames[::2]] == list(keys.frame_times_ns)
    assert {cuboid.frame_index for cuboid in labels.cuboids.values()} == {0, 2, 4, 6}
    assert labels.cuboids.keys() == key_labels.cuboids.keys()
    assert labels.frame_states.keys() == {"2"}
    assert {box.frame_index for box in labels.image_boxes.values()} == {0, 4}
    between = scene.frames[1]
    assert [sweep.sensor for sweep in between.sweeps] == ["LIDAR_TOP", "LIDAR_REAR"]
    assert not between.images  # those of the samples are 75 ms away and more
    again = open_scene(scene.path, scene.name, "nuscenes", scene.assume)
    assert again == scene


def test_a_gap_in_an_object_ends_its_segment(source_scene: Scene, tmp_path: Path) -> None:
    labels = made_labels()
    track = replace(labels.tracks["car"])
    keys = {key: replace(item, ends_segment=False) for key, item in labels.cuboids.items() if item.track_id == "car"}
    keys = {key: item for key, item in keys.items() if item.frame_index != 1}
    keys["car0"] = replace(keys["car0"], ends_segment=True)
    write(SceneExport(source_scene, LabelSet(tracks={"car": track}, cuboids=keys), LABELS_ONLY), tmp_path)
    table = tmp_path / "v1.0-trainval" / "sample_annotation.json"
    table.write_text(table.read_text().replace('"ends_segment": true, ', "").replace(', "ends_segment": true', ""))
    from formats import open_dataset

    scene = open_dataset(tmp_path).scenes[0]
    found = {item.frame_index: item.ends_segment for item in FORMAT.read_labels(scene).labels.cuboids.values()}
    assert found == {0: True, 3: False}


@pytest.fixture(scope="module")
def bare_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = made_scene(tmp_path_factory.mktemp("bare"))
    frames = tuple(replace(frame, sweeps=(), images=()) for frame in scene.frames)
    return replace(scene, frames=frames, sweeps_between=())


far = st.floats(-250, 250)
side = st.floats(1e-3, 80)


@st.composite
def label_sets(draw: st.DrawFn) -> LabelSet:
    tracks: dict[str, Track] = {}
    cuboids: dict[str, Cuboid] = {}
    for number in range(draw(st.integers(0, 4))):
        frames = sorted(draw(st.sets(st.integers(0, 3), min_size=1)))
        name = f"t{number}"
        is_rigid = draw(st.booleans())
        tracks[name] = Track(
            name,
            draw(st.sampled_from(["vehicle.car", "human.pedestrian.adult", "Van", "자동차"])),
            frames[0],
            frames[-1],
            is_rigid=is_rigid,
            is_static=False,
            attributes=draw(st.dictionaries(st.sampled_from(["a", "kitti.row"]), st.booleans() | far, max_size=2)),
        )
        size = draw(st.tuples(side, side, side))
        for place, frame in enumerate(frames):
            rotvec = np.array(draw(st.tuples(*[st.floats(-3.1, 3.1)] * 3)))
            center = np.array(draw(st.tuples(far, far, st.floats(-30, 30))))
            given_size = size if is_rigid else draw(st.tuples(side, side, side))
            is_gap = frames[place + 1 : place + 2] not in ([], [frame + 1])
            cuboids[f"{name}/{frame}"] = Cuboid(
                f"{name}/{frame}",
                name,
                frame,
                SE3(Rotation.from_rotvec(rotvec).as_matrix(), center),
                np.array(given_size),
                source=draw(st.sampled_from(["human", "model:m@1", "imported:kitti-tracking"])),
                confirmed_by=draw(st.none() | st.just("Ada")),
                score=draw(st.none() | st.floats(0, 1)),
                attributes=draw(
                    st.dictionaries(
                        st.sampled_from(["vehicle", "visibility", "x"]), st.sampled_from(["moving", "v0-40"])
                    )
                ),
                ends_segment=is_gap or draw(st.booleans()),
            )
    return LabelSet(tracks=tracks, cuboids=cuboids)


@given(
    labels=label_sets(),
    origin=st.tuples(st.floats(-9e6, 9e6), st.floats(-9e6, 9e6), st.floats(-500, 9000)),
    yaw=st.floats(-3, 3),
)
@settings(max_examples=40)
def test_any_cuboids_come_back(bare_scene: Scene, labels: LabelSet, origin: tuple[float, ...], yaw: float) -> None:
    poses = Trajectory.from_poses(
        bare_scene.frame_times_ns, [SE3.from_yaw(yaw + i, [9.0 * i, i, 0]) for i in range(len(bare_scene.frames))]
    )
    scene = replace(bare_scene, trajectory=poses, map_from_world=SE3(np.eye(3), np.array(origin)))
    with TemporaryDirectory() as folder:
        FORMAT.write_labels(SceneExport(scene, labels, LABELS_ONLY), Path(folder))
        _, found = read(Path(folder))
    check_cuboids(found, labels, translation_m=1e-5)
    lives = Counter(
        (track.category, track.first_frame, track.last_frame, track.is_rigid, repr(dict(track.attributes)))
        for track in labels.tracks.values()
    )
    assert lives == Counter(
        (track.category, track.first_frame, track.last_frame, track.is_rigid, repr(dict(track.attributes)))
        for track in found.tracks.values()
    )
