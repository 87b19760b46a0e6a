"""ASAM OpenLABEL files judged by the vcd library: its schema, its transforms and its cameras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole, SensorRig
from formats import ExportOptions, SceneExport
from formats.kitti.tracking import KittiTracking
from formats.openlabel import OpenLabel
from fusion import Frame, Scene
from geometry import SE3, Trajectory
from labels import Cuboid, ImageBox, LabelSet, Track

pytestmark = pytest.mark.oracle
FORMAT = OpenLabel()
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
Judge = Callable[..., dict[str, Any]]


def made_scene() -> Scene:
    turns = {"front": 0.0, "bent": 0.4, "round": -0.5}
    places = {
        name: SE3(SE3.from_yaw(turn, [0, 0, 0]).rotation @ AHEAD, np.array([1.5, turn, 1.6]))
        for name, turn in turns.items()
    }
    cameras: dict[str, CameraModel] = {
        "front": Pinhole(800.0, 810.0, 639.5, 359.5, 1280, 720),
        "bent": BrownConrady(700.0, 705.0, 650.0, 355.0, 1280, 720, (-0.2, 0.05, 1e-3, -1e-3, 0.01)),
        "round": KannalaBrandt(400.0, 402.0, 640.0, 360.0, 1280, 720, (0.02, -0.01, 0.002, -0.0005)),
    }
    rig = SensorRig(places | {"top": SE3.from_yaw(0.02, [0.9, 0, 1.8])}, cameras, ("top",), images_are="raw")
    times = [10**18 + 10**8 * index for index in range(4)]
    poses = [
        SE3(
            (Rotation.from_euler("ZYX", [0.3 + 0.1 * i, 0.02, -0.01])).as_matrix(),
            np.array([2.0 * i, 0.5 * i, 0.1 * i]),
        )
        for i in range(4)
    ]
    frames = tuple(Frame(index, time) for index, time in enumerate(times))
    trajectory = Trajectory.from_poses(times, poses)
    utm = SE3(np.eye(3), np.array([691_234.5, 5_334_765.25, 520.0]))
    return Scene("made", Path("x"), "made", rig, frames, trajectory, map_from_world=utm, map_name="utm")


def made_labels() -> LabelSet:
    rng = np.random.default_rng(5)
    tracks = {
        key: Track(key, category, 0, 3, attributes={"make": "x"}) for key, category in (("a", "Car"), ("b", "Van"))
    }
    cuboids = [
        Cuboid(
            f"{key}{index}",
            key,
            index,
            SE3(
                Rotation.from_euler("ZYX", rng.uniform(-1, 1, 3)).as_matrix(),
                np.array([rng.uniform(8, 30), rng.uniform(-9, 9), 1.0]),
            ),
            rng.uniform(0.5, 5, 3),
            attributes={"occluded": 1, "parked": True, "note": "é"},
            score=0.5,
        )
        for key in tracks
        for index in range(4)
    ]
    ignored = ImageBox("i", 2, "front", (10.0, 20.0, 50.0, 60.0), "ignore")
    return LabelSet(1, tracks, {cuboid.id: cuboid for cuboid in cuboids}, {"i": ignored})


def written(folder: Path, scene: Scene, labels: LabelSet) -> Path:
    FORMAT.write_labels(SceneExport(scene, labels, ExportOptions(include_unconfirmed=True)), folder)
    return folder / f"{scene.name}.json"


def test_the_schema_holds_and_everything_is_found(judge: Judge, tmp_path: Path) -> None:
    answer = judge("openlabel", "schema", str(written(tmp_path, made_scene(), made_labels())))
    assert (answer["errors"], answer["error_count"]) == ([], 0)
    assert (answer["frames"], answer["objects"], answer["cuboid"], answer["bbox"]) == (4, 3, 8, 1)
    assert answer["streams"] == ["bent", "front", "round", "top"]
    assert answer["coordinate_systems"] == ["bent", "front", "odom", "round", "top", "utm", "vehicle-iso8855"]


def test_the_schema_refuses_what_is_no_openlabel(judge: Judge, tmp_path: Path) -> None:
    path = written(tmp_path, made_scene(), made_labels())
    path.write_text(
        path.read_text().replace('"schema_version":"1.0.0"', '"schema_version":"9"').replace('"val"', '"vals"')
    )
    assert judge("openlabel", "schema", str(path))["error_count"] > 1


@pytest.mark.parametrize("error_m", [0.0, 0.3])
def test_corners_on_the_map_are_where_the_library_finds_them(judge: Judge, tmp_path: Path, error_m: float) -> None:
    scene, labels = made_scene(), made_labels()
    moved = {
        key: replace(
            c, ego_from_object=SE3(c.ego_from_object.rotation, c.ego_from_object.translation + [error_m, 0, 0])
        )
        for key, c in labels.cuboids.items()
    }
    answer = judge("openlabel", "corners", str(written(tmp_path, scene, replace(labels, cuboids=moved))))
    assert answer["root"] == "utm"
    assert len(answer["corners"]) == 8
    for number, track_id in enumerate(labels.tracks):
        for cuboid in labels.keys_of_track(track_id):
            world_from_ego = scene.world_from_ego(cuboid.frame_index)
            assert scene.map_from_world is not None
            assert world_from_ego is not None
            box = cuboid.box_ego.transform(scene.map_from_world @ world_from_ego)
            found = np.array(answer["corners"][f"{cuboid.frame_index}/{number}"])
            np.testing.assert_allclose(np.linalg.norm(found.mean(axis=0) - box.center), error_m, atol=1e-6)
            off = np.linalg.norm(found[:, None] - (box.corners() + (found.mean(axis=0) - box.center))[None], axis=2)
            assert off.min(axis=1).max() < 1e-6


@pytest.mark.parametrize("camera", ["front", "bent", "round"])
def test_the_librarys_cameras_see_centres_where_ours_do(judge: Judge, tmp_path: Path, camera: str) -> None:
    scene, labels = made_scene(), made_labels()
    answer = judge("openlabel", "pixels", str(written(tmp_path, scene, labels)), camera)["pixels"]
    assert len(answer) >= 3
    keys = {f"{c.frame_index}/{n}": c for n, track in enumerate(labels.tracks) for c in labels.keys_of_track(track)}
    for key, pixel in answer.items():
        center_cam = scene.rig.cam_from_ego(camera).apply(keys[key].ego_from_object.translation[None])
        uv, visible = scene.rig.cameras[camera].image_from_camera(center_cam)
        assert visible.all()
        np.testing.assert_allclose(pixel, uv[0], atol=1e-3)


def test_a_real_sequence_keeps_the_schema(judge: Judge, shared_data: Path, tmp_path: Path) -> None:
    kitti = KittiTracking()
    (scene,) = (s for s in kitti.open_dataset(shared_data / "kitti_tracking").scenes if s.name == "0003")
    labels = kitti.read_labels(scene).labels
    answer = judge("openlabel", "schema", str(written(tmp_path, scene, labels)))
    assert answer["error_count"] == 0
    assert answer["cuboid"] == len(labels.cuboids)
    assert answer["bbox"] == len(labels.image_boxes)
