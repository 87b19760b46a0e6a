"""Scenes with every kind of box, written and read again, and files spoilt in every way: shared by several formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from hypothesis import strategies as st
from PIL import Image
from scipy.spatial.transform import Rotation

from calibration import Pinhole, SensorRig
from formats.format import Dataset, ExportOptions, LabelReading, SceneExport, SensorFile, WriteReport
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory, TrueboxError
from labels import Cuboid, FrameState, ImageBox, LabelSet, Taxonomy, Track
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin

FRAME_COUNT = 4
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
MAP_FROM_WORLD = SE3.from_yaw(0.0, [4_512_345.25, -612_345.5, 31.0])
IDENTIFIED = "3f2c8f9e-5d0b-4a5e-9d0e-0c6a5b1f2a33"


class Writer(Protocol):
    def open_dataset(self, path: Path) -> Dataset: ...
    def read_labels(self, scene: Scene) -> LabelReading: ...
    def write_labels(self, export: SceneExport, out: Path) -> WriteReport: ...
    def sensor_files(self, export: SceneExport) -> Any: ...


def made_rig(lidars: Sequence[str] = ("top",)) -> SensorRig:
    places = {
        "ahead": SE3(SE3.from_yaw(0.02, [0, 0, 0]).rotation @ AHEAD, np.array([1.2, 0.1, 1.4])),
        "left": SE3(SE3.from_yaw(1.4, [0, 0, 0]).rotation @ AHEAD, np.array([0.9, 0.5, 1.5])),
    }
    cameras = {"ahead": Pinhole(150.0, 151.0, 99.5, 49.5, 200, 100), "left": Pinhole(120.0, 121.0, 80.0, 40.0, 160, 80)}
    mounts = {name: SE3.from_yaw(0.1 + index, [0.7, 0.2 * index, 1.8]) for index, name in enumerate(lidars)}
    return SensorRig(places | mounts, cameras, tuple(lidars))


def made_scene(
    folder: Path,
    *,
    lidars: Sequence[str] = ("top",),
    map_from_world: SE3 | None = None,
    with_world: bool = True,
) -> Scene:
    """A turning drive of four frames with clouds and images; images are 20 ms late."""
    rng = np.random.default_rng(3)
    rig = made_rig(lidars)
    folder.mkdir(parents=True, exist_ok=True)
    frames: list[Frame] = []
    for index in range(FRAME_COUNT):
        time_ns = 1_557_539_924_049_983_001 + 100_000_007 * index
        sweeps, images = [], []
        for name in lidars:
            path = folder / f"{name}-{index}.bin"
            xyz = rng.uniform([-40, -40, -2], [40, 40, 3], (50, 3)).astype(np.float32)
            cloud = PointCloud(xyz, name, intensity=rng.uniform(0, 255, 50).astype(np.float32))
            write_kitti_bin(path, cloud)
            sweeps.append(Sweep(name, time_ns, path, read_kitti_bin, count_kitti_bin))
        for name, camera in rig.cameras.items():
            picture = folder / f"{name}-{index}.jpg"
            pixels = rng.integers(0, 255, (camera.height_px, camera.width_px, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(picture)
            images.append(CameraImage(name, time_ns + 20_000_000 * (index < FRAME_COUNT - 1), picture))
        frames.append(Frame(index, time_ns, tuple(sweeps), tuple(images), f"{index:06d}"))
    poses = [SE3.from_yaw(0.3 + 0.05 * i, [1.2 * i, 0.1 * i, 0.02 * i]) for i in range(FRAME_COUNT)]
    poses = [SE3.from_yaw(0.3, [0, 0, 0]).inverse() @ pose for pose in poses]
    trajectory = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses) if with_world else None
    return Scene(
        "made",
        folder,
        "made",
        rig,
        tuple(frames),
        trajectory,
        map_from_world=map_from_world if with_world else None,
    )


@st.composite
def places(draw: st.DrawFn) -> SE3:
    """Anywhere within 200 m (behind cameras too), upright or turned in any way."""
    center = np.array(draw(st.tuples(*[st.floats(-200, 200)] * 3)))
    if draw(st.booleans()):
        return SE3.from_yaw(draw(st.floats(-np.pi, np.pi)), center)
    rotvec = np.array(draw(st.tuples(*[st.floats(-3.1, 3.1)] * 3)))
    return SE3(Rotation.from_rotvec(rotvec).as_matrix(), center)


@st.composite
def label_sets(draw: st.DrawFn, categories: Sequence[str] = ("Car", "Pedestrian")) -> LabelSet:
    """Tracks with gaps, keys in any frames, huge and tiny boxes, answers of every type."""
    answers = st.dictionaries(
        st.sampled_from(["mood", "노트", "object_motion", "obj_attr", "camera_used"]),
        st.one_of(st.sampled_from(["Parked", "true", "ein Wort"]), st.integers(-3, 9), st.floats(-9, 9), st.booleans()),
        max_size=3,
    )
    tracks: dict[str, Track] = {}
    cuboids: dict[str, Cuboid] = {}
    externals = [None, "7", IDENTIFIED]
    for number in range(draw(st.integers(0, 3))):
        frames = sorted(draw(st.sets(st.integers(0, FRAME_COUNT - 1), min_size=1)))
        size = np.array(draw(st.tuples(*[st.floats(1e-3, 60)] * 3)))
        track = Track(
            f"track-{number}",
            draw(st.sampled_from(categories)),
            frames[0],
            frames[-1],
            externals[number],
            is_rigid=draw(st.booleans()),
            interpolate_in=draw(st.sampled_from(["world", "ego"])),
            attributes=draw(answers),
        )
        tracks[track.id] = track
        for frame in frames:
            cuboid = Cuboid(
                f"{number}@{frame}",
                track.id,
                frame,
                draw(places()),
                size,
                source=draw(st.sampled_from(["human", "model:x@1"])),
                confirmed_by=draw(st.none() | st.just("ann")),
                score=draw(st.none() | st.floats(0, 1)),
                attributes=draw(answers),
                ends_segment=True,
            )
            cuboids[cuboid.id] = cuboid
    boxes = {"i": ImageBox("i", 1, "ahead", (1.5, 2.0, 30.25, 40.0), "ignore", None, {"kitti.row": "a b"})}
    if tracks:
        boxes["g"] = ImageBox("g", 2, "left", (0.0, 0.0, 3.0, 4.0), "given", "track-0", {"x": 1})
    return LabelSet(1, tracks, cuboids, boxes, {"2": FrameState(2, "done")})


def export_of(
    scene: Scene, labels: LabelSet, sensor_data: Any = "copy", taxonomy: Taxonomy | None = None
) -> SceneExport:
    return SceneExport(scene, labels, ExportOptions(include_unconfirmed=True, sensor_data=sensor_data), taxonomy)


def written(item: Writer, export: SceneExport, out: Path) -> Path:
    """Write labels and sensor data; twice, and the bytes must be the same."""
    item.write_labels(export, out)
    first = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    item.write_labels(export, out)
    assert {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == first
    files: list[SensorFile] = list(item.sensor_files(export)) if export.options.sensor_data != "none" else []
    assert len({file.target for file in files}) == len(files)
    for file in files:
        place_file(file, out, "copy")
    return out


def read_again(item: Writer, out: Path) -> tuple[Scene, LabelSet]:
    """The only scene of a folder and its labels; neither may have a problem."""
    dataset = item.open_dataset(out)
    (scene,) = dataset.scenes
    reading = item.read_labels(scene)
    assert (dataset.problems, scene.problems, reading.problems) == ((), (), ())
    return scene, reading.labels


def assert_same_labels(
    before: Scene, labels: LabelSet, after: Scene, again: LabelSet, *, tolerance: float = 1e-6
) -> None:
    """Every key is there again, at its place in the world, with all that it said."""
    found = {(_track_key(again, cuboid), cuboid.frame_index): cuboid for cuboid in again.cuboids.values()}
    wanted = {(_track_key(labels, cuboid), cuboid.frame_index): cuboid for cuboid in labels.cuboids.values()}
    assert found.keys() == wanted.keys()
    for key, cuboid in wanted.items():
        same = found[key]
        old, new = _world(before, cuboid), _world(after, same)
        np.testing.assert_allclose(new.translation, old.translation, atol=tolerance)
        np.testing.assert_allclose(new.rotation, old.rotation, atol=1e-8)
        np.testing.assert_allclose(same.size_lwh_m, cuboid.size_lwh_m, rtol=1e-12)
        for name in ("source", "confirmed_by", "score"):
            assert getattr(same, name) == getattr(cuboid, name)
        assert dict(same.attributes) == dict(cuboid.attributes)
        one, two = labels.tracks[cuboid.track_id], again.tracks[same.track_id]
        for name in ("category", "external_id", "is_rigid", "interpolate_in", "first_frame", "last_frame"):
            assert getattr(two, name) == getattr(one, name), name
        assert dict(two.attributes) == dict(one.attributes)
    boxes = [
        sorted(
            (box.frame_index, box.camera, box.ltrb_px, box.kind, box.track_id is None, json.dumps(dict(box.attributes)))
            for box in made.image_boxes.values()
        )
        for made in (labels, again)
    ]
    assert boxes[0] == boxes[1]
    assert again.frame_states == labels.frame_states


def _track_key(labels: LabelSet, cuboid: Cuboid) -> str:
    """External ids tell tracks apart; at most one has none."""
    return labels.tracks[cuboid.track_id].external_id or "none"


def _world(scene: Scene, cuboid: Cuboid) -> SE3:
    world_from_ego = scene.world_from_ego(cuboid.frame_index) or SE3.identity()
    return world_from_ego @ cuboid.ego_from_object


def spoilt(data: bytes) -> st.SearchStrategy[bytes]:
    """A file cut off, with bytes changed or put in, or with something else altogether."""

    @st.composite
    def made(draw: st.DrawFn) -> bytes:
        kind = draw(st.sampled_from(["cut", "change", "insert", "replace"]))
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        if kind == "cut":
            return data[:at]
        if kind == "replace":
            return draw(st.sampled_from([b"", b"[]", b"{}", b"null", b"[[" * 5000, b'{"a":1e400}', b"\xff\xfe", b"7"]))
        piece = draw(st.sampled_from([b"1e999", b"NaN", b"null", b"[]", b"{}", b'"x"', b"-1", b"9" * 400, b"\x00\xff"]))
        return data[:at] + piece + data[at + (len(piece) if kind == "change" else 0) :]

    return made()


def json_values() -> st.SearchStrategy[Any]:
    """Values of JSON of any type, to stand where something else is expected."""
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=5), st.just(10**400)
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner), max_leaves=5
    )


def replaced(value: Any, at: int, by: Any) -> Any:
    """A JSON value with one of its parts, by number in a walk through it, replaced."""
    counter = iter(range(10**9))

    def walk(part: Any) -> Any:
        if next(counter) == at:
            return by
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        return [walk(inner) for inner in part] if isinstance(part, list) else part

    return walk(value)


def survives(read: Callable[[], Any]) -> None:
    """Reading spoilt files gives problems or one clear error, never another exception."""
    message = ""
    try:
        read()
    except TrueboxError as error:
        message = str(error)
    assert "\n" not in message
