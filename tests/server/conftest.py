"""A server in the test's own process, tiny drives to import, and label changes to send."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from calibration import Pinhole, SensorRig
from formats.kitti import DriveFrame, write_drive
from geometry import SE3
from pointcloud import PointCloud
from server.app import create_app
from server.default_taxonomy import default_taxonomy
from server.settings import Settings
from server.store.db import Database
from server.store.projects import create_project
from server.store.tables import SceneRow

with warnings.catch_warnings():
    # Starlette asks for the successor of httpx, which is not among this project's libraries.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

BASE_URL = "http://127.0.0.1:8642"
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
JsonObject = dict[str, Any]

LABEL_ROWS = """\
0 -1 DontCare -1 -1 -10 10.0 5.0 20.0 15.0 -1000 -1000 -1000 -10 -1 -1 -1
0 0 Car 0 0 -1.57 30.0 10.0 60.0 28.0 1.5 1.7 4.0 -1.0 1.6 12.0 -1.6
1 0 Car 0 0 -1.57 31.0 10.0 61.0 28.0 1.5 1.7 4.0 -1.0 1.6 11.0 -1.6
1 4 Pedestrian 0 0 0.2 70.0 8.0 76.0 30.0 1.8 0.6 0.7 2.0 1.6 9.0 0.3
2 0 Car 0 1 -1.57 32.0 10.0 62.0 28.0 1.5 1.7 4.0 -1.0 1.6 10.0 -1.6
"""


def tiny_rig(ego_from_lidar: SE3 | None = None) -> SensorRig:
    """One lidar and one small camera."""
    ego_from_cam = SE3(CAM_FROM_FORWARD.T, np.array([1.0, 0.0, 0.7]))
    camera = Pinhole(72.0, 72.0, 61.0, 17.0, 124, 37)
    ego_from_sensor = {"velodyne": ego_from_lidar or SE3.from_yaw(0.0, [0.8, 0.0, 0.8]), "image_02": ego_from_cam}
    return SensorRig(ego_from_sensor, {"image_02": camera}, ("velodyne",))


def tiny_frames(count: int, points: int) -> Iterator[DriveFrame]:
    """Frames with random points and a grey picture that gets lighter."""
    random = np.random.default_rng(3)
    for index in range(count):
        xyz = random.uniform(-20, 20, (points, 3)).astype(np.float32)
        cloud = PointCloud(xyz, "velodyne", intensity=random.uniform(0, 1, points).astype(np.float32))
        picture = np.full((37, 124, 3), 40 + 20 * index, dtype=np.uint8)
        yield DriveFrame(cloud, {"image_02": picture}, SE3.from_yaw(0.01 * index, [0.9 * index, 0.0, 0.0]))


@dataclass(frozen=True)
class TinyDataset:
    """A KITTI tracking folder with the sequences 0000, 0001 and so on."""

    path: Path

    @property
    def training(self) -> Path:
        return self.path / "training"

    def cloud(self, frame: int, scene: str = "0000") -> Path:
        return self.training / "velodyne" / scene / f"{frame:06d}.bin"

    def image(self, frame: int, scene: str = "0000") -> Path:
        return self.training / "image_02" / scene / f"{frame:06d}.jpg"


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., TinyDataset]:
    """Writes a tiny dataset below the test's folder."""

    def make(name: str = "kitti", *, scenes: int = 1, frames: int = 3, points: int = 200) -> TinyDataset:
        dataset = TinyDataset(tmp_path / name)
        for number in range(scenes):
            write_drive(dataset.training, f"{number:04d}", tiny_rig(), tiny_frames(frames, points))
            rows = "".join(row for row in LABEL_ROWS.splitlines(True) if int(row.split()[0]) < frames)
            labels = dataset.training / "label_02" / f"{number:04d}.txt"
            labels.parent.mkdir(exist_ok=True)
            labels.write_text(rows)
        return dataset

    return make


@pytest.fixture
def dataset(make_dataset: Callable[..., TinyDataset]) -> TinyDataset:
    """One sequence of three frames with labels."""
    return make_dataset()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that touch nothing outside the test's folder."""
    return Settings(data_dir=tmp_path / "data", user_name="Ada", web_dir=tmp_path / "web")


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """A running server; its jobs run in a thread."""
    with serving(settings) as running:
        yield running


def serving(settings: Settings, make_executor: Callable[[], Executor] | None = None, **options: Any) -> TestClient:
    """A client of a server with these settings, to be entered."""
    app = create_app(settings, make_executor=make_executor or (lambda: ThreadPoolExecutor(1)))
    return TestClient(app, base_url=BASE_URL, **options)


@pytest.fixture
def serve() -> Callable[..., TestClient]:
    """``serving`` for tests that start servers themselves."""
    return serving


def wait_for_job(client: TestClient, job: JsonObject, *states: str) -> JsonObject:
    """The job once it is in one of the states, by default once it ended."""
    wanted = states or ("done", "failed", "cancelled")
    give_up = time.monotonic() + 60
    while job["state"] not in wanted:
        assert time.monotonic() < give_up, job
        time.sleep(0.01)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


@pytest.fixture
def finish_job() -> Callable[..., JsonObject]:
    """``wait_for_job`` for tests."""
    return wait_for_job


@pytest.fixture
def project_id(client: TestClient) -> str:
    """An empty project."""
    project: JsonObject = client.post("/api/projects", json={"name": "town"}).json()
    return str(project["id"])


@pytest.fixture
def imported(client: TestClient, project_id: str, dataset: TinyDataset) -> JsonObject:
    """The tiny dataset imported with its labels; the scene as the list shows it."""
    started = client.post(f"/api/projects/{project_id}/import", json={"path": str(dataset.path)}).json()
    job = wait_for_job(client, started)
    assert job["state"] == "done", job
    scenes: list[JsonObject] = client.get(f"/api/projects/{project_id}/scenes").json()
    return scenes[0]


@pytest.fixture(scope="session")
def shared_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for tests that make scenes of their own in it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('store') / 'truebox.sqlite'}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture(scope="session")
def make_scene(shared_database: Database) -> Callable[..., str]:
    """Adds an empty scene without any data behind it; its id."""

    def make(frame_count: int = 10) -> str:
        with shared_database.write() as session:
            return add_scene_row(session, frame_count)

    return make


@pytest.fixture
def make_scene_row() -> Callable[..., str]:
    """``add_scene_row`` for tests with a database of their own."""
    return add_scene_row


def add_scene_row(session: Any, frame_count: int) -> str:
    """A scene that nothing but the store knows."""
    project = create_project(session, f"project {uuid4()}", default_taxonomy())
    scene = SceneRow(
        id=str(uuid4()),
        project_id=project.id,
        position=0,
        name="made",
        source_name="made",
        format="kitti-tracking",
        dataset_path="/nowhere",
        is_sequential=True,
        frame_count=frame_count,
        lidars=["velodyne"],
        cameras=["image_02"],
        problems=[],
        thumbnail_frame=None,
        revision=0,
        created_at="",
        updated_at="",
    )
    session.add(scene)
    session.flush()
    return scene.id


def track_json(track_id: str = "t1", **fields: Any) -> JsonObject:
    """A track of all ten frames."""
    return {
        "id": track_id,
        "external_id": None,
        "category": "Car",
        "is_rigid": True,
        "is_static": False,
        "first_frame": 0,
        "last_frame": 2,
        "interpolate_in": "world",
        "attributes": {},
    } | fields


def cuboid_json(cuboid_id: str = "c1", track_id: str = "t1", frame_index: int = 0, **fields: Any) -> JsonObject:
    """A key cuboid ahead of the vehicle."""
    return {
        "id": cuboid_id,
        "track_id": track_id,
        "frame_index": frame_index,
        "ego_from_object": {"quat_wxyz": [1.0, 0.0, 0.0, 0.0], "translation_m": [10.0, 1.5, 0.2]},
        "size_lwh_m": [4.1, 1.7, 1.5],
        "source": "human",
        "confirmed_by": None,
        "score": None,
        "attributes": {},
        "ends_segment": False,
    } | fields


def change_json(scene_id: str, base_revision: int = 0, **tables: JsonObject) -> JsonObject:
    """A change with a new id; ``added``, ``updated`` and ``removed`` by kind."""
    return {
        "schema_version": 1,
        "change_id": str(uuid4()),
        "scene_id": scene_id,
        "author": "human:somebody",
        "time": "2026-01-01T00:00:00Z",
        "base_revision": base_revision,
        "added": tables.get("added", {}),
        "updated": tables.get("updated", {}),
        "removed": tables.get("removed", {}),
    }


@dataclass(frozen=True)
class Make:
    """Builds records and changes as JSON."""

    track = staticmethod(track_json)
    cuboid = staticmethod(cuboid_json)
    change = staticmethod(change_json)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    """``make.track()``, ``make.cuboid()``, ``make.change(scene_id, …)``."""
    return Make
