"""Merged clouds over HTTP: what is in them, where moving objects are, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from formats import open_scene
from fusion import Around, accumulate
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
    own = decode(merged(client, imported, 1, before=0, after=0).content)
    assert 0 < len(own) < count


def test_around_a_place_other_sweeps_add_only_what_is_there(client: Any, imported: JsonObject, dataset: Any) -> None:
    scene = open_scene(dataset.training, "0000", "kitti-tracking")
    cloud = decode(merged(client, imported, 1, around="5,2,0,6").content)
    found = accumulate(scene, 1, before=9, after=9, around=Around((5.0, 2.0, 0.0), 6.0))
    own = sum(len(sweep.cloud()) for sweep in scene.frames[1].sweeps)
    assert own < len(cloud)
    assert abs(len(cloud) - len(found.cloud)) <= 1
    others = cloud.xyz[own:]
    assert (np.linalg.norm(others[:, :2] - [5, 2], axis=1) <= 6.01).all()


def test_it_is_bounded_and_repeats_itself(client: Any, imported: JsonObject) -> None:
    few = merged(client, imported, 1, most=10)
    assert few.content == merged(client, imported, 1, most=10).content
    full = decode(merged(client, imported, 1).content)
    own = decode(merged(client, imported, 1, before=0, after=0).content)
    assert len(own) < len(decode(few.content)) <= len(own) + 10 < len(full)
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
