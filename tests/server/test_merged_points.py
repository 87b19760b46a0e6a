"""Merged clouds over HTTP: what is in them, where moving objects are, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from formats import open_scene
from fusion import Around, merge_sweeps, plan_merge
from pointcloud.wire import decode, read_header

JsonObject = dict[str, Any]


def merged(client: Any, scene: JsonObject, frame: int, **query: Any) -> Any:
    url = f"/api/scenes/{scene['id']}/frames/{frame}/merged"
    return client.get(url, params=query, headers={"accept-encoding": "identity"})


def test_all_sweeps_come_with_their_ages(client: Any, imported: JsonObject, dataset: Any) -> None:
    answer = merged(client, imported, 1)
    assert answer.status_code == 200
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    count = sum(len(sweep.cloud()) for frame in scene.frames for sweep in frame.sweeps)
    header = read_header(answer.content)
    assert header.total_point_count == count
    assert "age_s" in [channel.name for channel in header.channels]
    assert json.loads(answer.headers["truebox-merged"]) == {"sweeps": 3, "of": 3, "share": 1.0}


def test_around_a_place_other_sweeps_add_only_what_is_there(client: Any, imported: JsonObject, dataset: Any) -> None:
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    cloud = decode(merged(client, imported, 1, around="5,2,0,6").content)
    found = merge_sweeps(scene, plan_merge(scene, 1, around=Around((5.0, 2.0, 0.0), 6.0)))
    own = sum(len(sweep.cloud()) for sweep in scene.frames[1].sweeps)
    assert own < len(cloud)
    assert abs(len(cloud) - len(found.cloud)) <= 1
    others = cloud.xyz[own:]
    assert (np.linalg.norm(others[:, :2] - [5, 2], axis=1) <= 6.01).all()


def test_it_is_bounded_and_repeats_itself(client: Any, imported: JsonObject) -> None:
    few = merged(client, imported, 1, most=10)
    assert few.content == merged(client, imported, 1, most=10).content
    full = decode(merged(client, imported, 1).content)
    own = decode(client.get(f"/api/scenes/{imported['id']}/frames/1/points").content)
    assert len(own) < len(decode(few.content)) <= len(own) + 10 < len(full)
    assert json.loads(few.headers["truebox-merged"])["share"] < 0.1
    again = client.get(
        f"/api/scenes/{imported['id']}/frames/1/merged?most=10",
        headers={"if-none-match": few.headers["etag"], "accept-encoding": "identity"},
    )
    assert again.status_code == 304


@pytest.mark.parametrize("around", ["1,2,3", "a,b,c,d", "0,0,0,-1", "0,0,nan,4", ""])
def test_a_place_that_is_none_is_refused_in_one_line(client: Any, imported: JsonObject, around: str) -> None:
    answer = merged(client, imported, 0, around=around)
    assert answer.status_code == 422
    assert "expected x,y,z,radius" in answer.json()["error"]["message"]


def test_frames_that_are_not_there_are_refused(client: Any, imported: JsonObject) -> None:
    assert merged(client, imported, 99).status_code == 404
    assert merged(client, imported, 0, most=0).status_code == 422
    assert merged(client, imported, 0, color="pink").status_code == 422


def test_points_of_no_place_are_counted(client: Any, imported: JsonObject, dataset: Any) -> None:
    rows = np.fromfile(dataset.cloud(1), np.float32).reshape(-1, 4)
    rows[::10, 0] = np.nan
    rows.tofile(dataset.cloud(1))
    answer = merged(client, imported, 0)
    assert read_header(answer.content).dropped_count == len(rows[::10])
    alone = client.get(f"/api/scenes/{imported['id']}/frames/1/points", headers={"accept-encoding": "identity"})
    assert read_header(alone.content).dropped_count == len(rows[::10])


def test_a_labelled_car_that_drives_is_carried_to_its_place(
    client: Any, imported: JsonObject, dataset: Any, make: Any
) -> None:
    """A car passes the vehicle; in the merged cloud, the points of all sweeps on it are where its cuboid is."""
    on_car = np.random.default_rng(1).uniform(-0.45, 0.45, (200, 3)) * [4.0, 1.7, 1.5]
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    lidar_from_ego = scene.rig.ego_from_sensor["velodyne"].inverse()
    centers = [np.array([6.0 + 3.0 * index, 30.0, 1.0]) for index in range(3)]
    for index, center in enumerate(centers):
        rows = np.zeros((200, 4), dtype=np.float32)
        rows[:, :3] = lidar_from_ego.apply(on_car + center)
        rows.tofile(dataset.cloud(index))
    smeared = decode(merged(client, imported, 1).content).positions_m
    assert np.abs(smeared - centers[1])[:, 0].max() > 3.0
    cuboids = [
        make.cuboid(
            f"c{index}",
            frame_index=index,
            ego_from_object={"quat_wxyz": [1.0, 0.0, 0.0, 0.0], "translation_m": center.tolist()},
        )
        for index, center in enumerate(centers)
    ]
    change = make.change(imported["id"], imported["revision"], added={"tracks": [make.track()], "cuboids": cuboids})
    assert client.post(f"/api/scenes/{imported['id']}/changes", json=change).status_code == 200
    carried = decode(merged(client, imported, 1).content).positions_m
    assert len(carried) == 600
    assert (np.abs(carried - centers[1]) <= np.array([1.85, 0.8, 0.7])).all()


def test_points_at_one_place_and_points_far_away_are_merged(client: Any, imported: JsonObject, dataset: Any) -> None:
    one_place, far = np.zeros((50, 4), np.float32), np.zeros((50, 4), np.float32)
    one_place[:, :3] = [3.0, 1.0, 0.5]
    far[:, 1] = 19_000.0
    far[25:, 1] = 40_000.0
    one_place.tofile(dataset.cloud(0))
    far.tofile(dataset.cloud(2))
    answer = merged(client, imported, 1)
    cloud = decode(answer.content)
    assert len(cloud) == 200 + 50 + 25
    assert read_header(answer.content).dropped_count == 25
    near = cloud.positions_m[np.linalg.norm(cloud.positions_m, axis=1) < 100]
    assert len(near) == 250
