"""The real thing, once: a simulated drive, two labelled frames, a few steps of training, proposals, and a person."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autolabel import learn as learning
from benchmarks.drives import DriveTruth, write_simulated_drive
from geometry import Box
from server.settings import Settings
from tests.server.conftest import change_json, cuboid_json, serving, track_json

JsonObject = dict[str, Any]
FRAMES, LABELED = 5, (0, 3)
FEWEST_POINTS = 10


def test_a_drive_is_labelled_and_nothing_of_the_person_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_steps = partial(learning.learn, options=learning.LearnOptions(steps=2))
    monkeypatch.setattr(learning, "learn", few_steps)
    monkeypatch.setattr("server.autolabel.training._initial_model", lambda: None)
    written = write_simulated_drive(tmp_path / "drive", FRAMES, azimuths=300, pictures=False)
    settings = Settings(data_dir=tmp_path / "data", web_dir=tmp_path / "web")
    with serving(settings) as client:
        url, scene_url = imported(client, written.folder / "training")
        before = label(client, scene_url, written.truth)
        job = wait(client, client.post(f"{url}/autolabel", json={}).json())
        assert job["state"] == "done", job["error"]
        after = client.get(f"{scene_url}/labels").json()
        assert {record["id"]: record for record in after["cuboids"]}.items() >= before.items()
        new = [record for record in after["cuboids"] if record["id"] not in before]
        assert {record["source"] for record in new} == {"model:few-shot@1"}
        assert not {record["frame_index"] for record in new} & set(LABELED)
        # What people began is carried into the frames that nobody labelled.
        carried = {record["track_id"] for record in new} & {record["track_id"] for record in before.values()}
        assert carried
        assert {track["track_id"] for track in client.get(f"{scene_url}/proposed-tracks").json()["tracks"]} >= carried
        (model,) = client.get(f"{url}/models").json()
        assert (model["state"], model["learned_from"][0]["frames"]) == ("active", list(LABELED))
        assert sum(model["box_counts"].values()) == len(before)
        again = wait(client, client.post(f"{url}/autolabel", json={}).json())
        assert (again["result"]["was_trained"], again["result"]["scenes_kept"]) == (False, 1)


def imported(client: Any, folder: Path) -> tuple[str, str]:
    """URLs of a project and of its one scene."""
    project = client.post("/api/projects", json={"name": "drive"}).json()
    url = f"/api/projects/{project['id']}"
    wait(client, client.post(f"{url}/import", json={"path": str(folder), "with_labels": False}).json())
    (scene,) = client.get(f"{url}/scenes").json()
    return url, f"/api/scenes/{scene['id']}"


def label(client: Any, scene_url: str, truth: DriveTruth) -> dict[str, JsonObject]:
    """A person labels two frames and closes them; the cuboids."""
    frames = {frame: [item for item in truth[frame] if item.lidar_points >= FEWEST_POINTS] for frame in LABELED}
    categories = {f"t{item.track}": item.category for items in frames.values() for item in items}
    tracks = [
        track_json(track_id, category=category, first_frame=0, last_frame=FRAMES - 1)
        for track_id, category in categories.items()
    ]
    cuboids = [
        cuboid_json(f"c{item.track}-{frame}", f"t{item.track}", frame, **wire_box(item.box_ego))
        for frame, items in frames.items()
        for item in items
    ]
    states = [{"id": str(frame), "frame_index": frame, "state": "done"} for frame in LABELED]
    added = {"tracks": tracks, "cuboids": cuboids, "frame_states": states}
    scene_id = scene_url.rsplit("/", 1)[-1]
    answer = client.post(f"{scene_url}/changes", json=change_json(scene_id, 0, added=added))
    assert answer.status_code == 200, answer.text
    return {record["id"]: record for record in client.get(f"{scene_url}/labels").json()["cuboids"]}


def wire_box(box: Box) -> JsonObject:
    pose = box.frame_from_object
    place = {"quat_wxyz": pose.quat_wxyz.tolist(), "translation_m": pose.translation.tolist()}
    return {"ego_from_object": place, "size_lwh_m": box.size_lwh_m.tolist()}


def wait(client: Any, job: JsonObject) -> JsonObject:
    """The job once it ended; training takes longer than other jobs of tests."""
    give_up = time.monotonic() + 400
    while job["state"] in ("queued", "running"):
        assert time.monotonic() < give_up, job
        time.sleep(0.05)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job
