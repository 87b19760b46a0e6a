"""Labels over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

JsonObject = dict[str, Any]


@pytest.fixture
def url(imported: JsonObject) -> str:
    return f"/api/scenes/{imported['id']}"


def test_imported_labels_come_as_one_change(client: Any, url: str, imported: JsonObject) -> None:
    labels = client.get(f"{url}/labels").json()
    assert labels["revision"] == 1
    assert {row["external_id"] for row in labels["tracks"]} == {"0", "4"}
    assert len(labels["cuboids"]) == 4
    assert {row["source"] for row in labels["cuboids"]} == {"imported:kitti-tracking"}
    log = client.get(f"{url}/changes").json()["changes"]
    assert [entry["revision"] for entry in log] == [1]
    assert log[0]["change"]["author"] == "import:kitti-tracking"
    assert imported["key_cuboid_count"] == 4


def test_the_server_says_who_the_author_is(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    change = make.change(imported["id"], 1, added={"tracks": [make.track()]})
    answer = client.post(f"{url}/changes", json=change | {"author": "model:evil@1"})
    assert answer.json() == {"revision": 2, "change_id": change["change_id"], "was_known": False}
    logged = client.get(f"{url}/changes", params={"after": 1}).json()["changes"][0]["change"]
    assert logged == change | {"author": "human:local"}


def test_sent_again_it_gives_the_same_answer(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    change = make.change(imported["id"], 1, added={"tracks": [make.track()]})
    answers = [client.post(f"{url}/changes", json=change).json() for _ in range(3)]
    assert [answer["revision"] for answer in answers] == [2, 2, 2]
    assert [answer["was_known"] for answer in answers] == [False, True, True]
    assert client.get(f"{url}/labels").json()["revision"] == 2


def test_a_conflict_shows_mine_and_theirs(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    track, theirs, mine = make.track(), make.track(category="Van"), make.track(category="Truck")
    client.post(f"{url}/changes", json=make.change(imported["id"], 1, added={"tracks": [track]}))
    client.post(
        f"{url}/changes", json=make.change(imported["id"], 2, updated={"tracks": [{"from": track, "to": theirs}]})
    )
    stale = make.change(imported["id"], 2, updated={"tracks": [{"from": track, "to": mine}]})
    answer = client.post(f"{url}/changes", json=stale)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "stale_revision"
    assert error["details"] == {
        "base_revision": 2,
        "current_revision": 3,
        "conflicts": [
            {
                "kind": "tracks",
                "id": "t1",
                "reason": "track t1 was changed by others",
                "yours": mine,
                "theirs": theirs,
            }
        ],
    }


def test_since_and_the_log_page_by_revision(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    for number in range(5):
        change = make.change(imported["id"], number + 1, added={"tracks": [make.track(f"t{number}")]})
        assert client.post(f"{url}/changes", json=change).status_code == 200
    since = client.get(f"{url}/labels", params={"since": 4}).json()
    assert [row["id"] for row in since["tracks"]] == ["t3", "t4"]
    assert since["cuboids"] == []
    page = client.get(f"{url}/changes", params={"after": 2, "limit": 2}).json()["changes"]
    assert [entry["revision"] for entry in page] == [3, 4]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"base_revision": NaN}', "application/json", 400, "bad_request"),
        (b"[" * 100_000, "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"{}", "text/plain", 400, "bad_request"),
        (b"{}", "application/json", 422, "invalid"),
    ],
)
def test_a_body_that_is_no_change_is_refused(
    client: Any, url: str, content: bytes, content_type: str, status: int, code: str
) -> None:
    answer = client.post(f"{url}/changes", content=content, headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert client.get(f"{url}/labels").json()["revision"] == 1


def test_a_record_with_a_nan_names_its_place(client: Any, url: str, imported: JsonObject, make: Any) -> None:
    change = make.change(imported["id"], 1, added={"cuboids": [make.cuboid(size_lwh_m=[1.0, None, 1.0])]})
    error = client.post(f"{url}/changes", json=change).json()["error"]
    assert error["message"] == "added.cuboids[0].size_lwh_m: expected a finite number, found None"
    assert error["details"]["where"] == "added.cuboids[0].size_lwh_m"


def test_deleting_a_scene_deletes_its_labels_only(client: Any, url: str, dataset: Any) -> None:
    files = sorted(dataset.path.rglob("*"))
    assert client.delete(url).status_code == 204
    assert client.get(f"{url}/labels").status_code == 404
    assert client.delete(url).status_code == 404
    assert sorted(dataset.path.rglob("*")) == files
