"""Projects, taxonomies and the lists of scenes."""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]


def test_projects_are_made_and_listed(client: Any) -> None:
    made = client.post("/api/projects", json={"name": "  town "})
    assert made.status_code == 201
    project = made.json()
    assert (project["name"], project["scene_count"]) == ("town", 0)
    assert "Car" in [row["name"] for row in project["taxonomy"]["categories"]]
    assert client.get("/api/projects").json() == [project]
    assert client.get(f"/api/projects/{project['id']}").json() == project
    again = client.post("/api/projects", json={"name": "town"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "name_taken")


def test_a_taxonomy_rises_version_by_version(client: Any, project_id: str) -> None:
    url = f"/api/projects/{project_id}/taxonomy"
    taxonomy = client.get(f"/api/projects/{project_id}").json()["taxonomy"]
    horse = {
        "name": "Horse",
        "color": "#aa7733",
        "size_prior_lwh_m": [2.4, 0.7, 1.7],
        "hot_key": None,
        "parent": None,
        "is_rigid": False,
    }
    after = taxonomy | {"version": taxonomy["version"] + 1, "categories": [*taxonomy["categories"], horse]}
    assert client.put(url, json=after).json() == after
    stale = client.put(url, json=after)
    assert (stale.status_code, stale.json()["error"]["code"]) == (422, "invalid")
    twice = after | {"version": after["version"] + 1, "categories": [horse, horse]}
    assert "must be unique" in client.put(url, json=twice).json()["error"]["message"]
    purple = after | {"version": after["version"] + 1, "categories": [horse | {"color": "purple"}]}
    assert "#1a2b3c" in client.put(url, json=purple).json()["error"]["message"]
    assert client.get(f"/api/projects/{project_id}").json()["taxonomy"] == after


def test_a_scene_in_the_list_and_in_full(client: Any, imported: JsonObject, project_id: str, make: Any) -> None:
    assert imported | {"id": "", "updated_at": "", "path": "", "thumbnail_url": ""} == {
        "id": "",
        "name": "0000",
        "project_id": project_id,
        "format": "kitti-tracking",
        "path": "",
        "frame_count": 3,
        "lidar_count": 1,
        "camera_count": 1,
        "track_count": 2,
        "key_cuboid_count": 4,
        "done_frames": 0,
        "empty_frames": 0,
        "revision": 1,
        "updated_at": "",
        "thumbnail_url": "",
        "problem_count": 0,
        "changed_file_count": 0,
        "is_missing": False,
    }
    assert client.get(imported["thumbnail_url"]).headers["content-type"] == "image/jpeg"
    states = [{"id": str(i), "frame_index": i, "state": state} for i, state in enumerate(("done", "done", "empty"))]
    change = make.change(imported["id"], 1, added={"frame_states": states})
    client.post(f"/api/scenes/{imported['id']}/changes", json=change)
    listed = client.get(f"/api/projects/{project_id}/scenes").json()[0]
    assert (listed["done_frames"], listed["empty_frames"], listed["revision"]) == (2, 1, 2)
    assert listed["updated_at"] > imported["updated_at"]


def test_a_scene_in_full(client: Any, imported: JsonObject) -> None:
    detail = client.get(f"/api/scenes/{imported['id']}").json()
    assert [frame["index"] for frame in detail["frames"]] == [0, 1, 2]
    assert [frame["time_offset_ns"] for frame in detail["frames"]] == [0, 100_000_000, 200_000_000]
    assert int(detail["start_timestamp_ns"]) >= 0
    assert detail["frames"][0]["world_from_ego"]["translation_m"] == [0.0, 0.0, 0.0]
    x, y, _ = detail["frames"][2]["world_from_ego"]["translation_m"]
    assert abs((x**2 + y**2) ** 0.5 - 1.8) < 0.01
    camera = detail["cameras"][0]
    assert (camera["name"], camera["model"], camera["width_px"], camera["height_px"]) == (
        "image_02",
        "pinhole",
        124,
        37,
    )
    assert detail["lidars"][0]["name"] == "velodyne"
    assert detail["taxonomy"]["name"] == "kitti"
    assert (detail["previous_scene_id"], detail["next_scene_id"]) == (None, None)


def test_scenes_know_their_neighbours(client: Any, project_id: str, make_dataset: Any, finish_job: Any) -> None:
    path = str(make_dataset(scenes=3).path)
    finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": path}).json())
    scenes = client.get(f"/api/projects/{project_id}/scenes").json()
    assert [scene["name"] for scene in scenes] == ["0000", "0001", "0002"]
    details = [client.get(f"/api/scenes/{scene['id']}").json() for scene in scenes]
    ids = [scene["id"] for scene in scenes]
    assert [detail["previous_scene_id"] for detail in details] == [None, ids[0], ids[1]]
    assert [detail["next_scene_id"] for detail in details] == [ids[1], ids[2], None]


def test_a_dataset_that_moved_is_one_clear_line(client: Any, imported: JsonObject, dataset: Any) -> None:
    client.app.state.services.scenes.forget()
    dataset.path.rename(dataset.path.with_name("moved"))
    answer = client.get(f"/api/scenes/{imported['id']}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "folder_missing")
    assert "relink it if it moved" in error["message"]
    assert error["details"] == {"project_id": imported["project_id"], "folder": str(dataset.training)}
    assert client.get(f"/api/projects/{imported['project_id']}/scenes").json()[0]["is_missing"] is True
    assert client.get(f"/api/scenes/{imported['id']}/labels").status_code == 200
