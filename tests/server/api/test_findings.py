"""Findings over HTTP: of the labels as they are, and again after each change."""

from __future__ import annotations

import time
from typing import Any

import pytest

from quality import all_checks

JsonObject = dict[str, Any]


@pytest.fixture
def url(imported: JsonObject) -> str:
    return f"/api/scenes/{imported['id']}"


def ready(client: Any, url: str) -> JsonObject:
    """The findings once all checks are through."""
    give_up = time.monotonic() + 60
    while (answer := client.get(f"{url}/findings", params={"wait_s": 2}).json())["state"] != "ready":
        assert time.monotonic() < give_up, answer
    found: JsonObject = answer
    return found


def test_says_rule_frame_and_object(client: Any, url: str) -> None:
    answer = ready(client, url)
    labels = client.get(f"{url}/labels").json()
    assert answer["revision"] == labels["revision"] == 1
    assert {row["rule"] for row in answer["rules"]} == {check.rule for check in all_checks()}
    assert answer["findings"]
    tracks = {row["id"] for row in labels["tracks"]}
    known = {row["id"] for kind in ("tracks", "cuboids", "image_boxes") for row in labels[kind]}
    for finding in answer["findings"]:
        assert finding["track_id"] in tracks
        assert set(finding["label_ids"]) <= known
        assert finding["frame_index"] in range(3)
        assert finding["details"]["object"] in ("Car 0", "Pedestrian 4")


def test_a_change_is_checked_anew(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    before = ready(client, url)
    twice = {
        "tracks": [make.track("t1"), make.track("t2")],
        "cuboids": [make.cuboid("c1", "t1"), make.cuboid("c2", "t2")],
    }
    client.post(f"{url}/changes", json=make.change(imported["id"], 1, added=twice))
    after = ready(client, url)
    assert after["revision"] == 2
    (new,) = [finding for finding in after["findings"] if finding["rule"] == "overlap"]
    assert (new["severity"], new["label_ids"]) == ("error", ["t1", "c1", "t2", "c2"])
    assert [row for row in before["findings"] if row["rule"] == "overlap"] == []


def test_without_waiting_it_says_what_is_known(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    first = client.get(f"{url}/findings", params={"wait_s": 0}).json()
    assert first["state"] in ("computing", "ready")
    before = ready(client, url)
    client.post(f"{url}/changes", json=make.change(imported["id"], 1, added={"tracks": [make.track()]}))
    at_once = client.get(f"{url}/findings", params={"wait_s": 0}).json()
    assert at_once["revision"] in (1, 2)
    assert {row["rule"] for row in at_once["findings"]} <= {row["rule"] for row in before["findings"]}


def test_points_can_be_left_out(client: Any, url: str) -> None:
    answer = client.get(f"{url}/findings", params={"wait_s": 10, "points": False}).json()
    assert answer["state"] == "ready"
    assert "no_points" not in {row["rule"] for row in answer["findings"]}
    assert "no_points" in {row["rule"] for row in ready(client, url)["findings"]}


def test_there_is_no_such_scene(client: Any) -> None:
    answer = client.get("/api/scenes/nowhere/findings")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("wait_s", [-1, 11, "soon"])
def test_waiting_is_bounded(client: Any, url: str, wait_s: Any) -> None:
    assert client.get(f"{url}/findings", params={"wait_s": wait_s}).status_code == 422


def test_a_dataset_that_is_gone_is_said_so_and_tried_again(client: Any, url: str, dataset: Any) -> None:
    gone = dataset.path.rename(dataset.path.with_name("elsewhere"))
    answer = client.get(f"{url}/findings", params={"wait_s": 5})
    assert answer.status_code >= 400
    assert "error" in answer.json()
    gone.rename(dataset.path)
    assert ready(client, url)["revision"] == 1
