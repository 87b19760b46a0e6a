"""Folders before they are imported."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings


def test_formats_say_what_they_can(client: Any) -> None:
    formats = {row["name"]: row for row in client.get("/api/formats").json()}
    assert formats["kitti-tracking"]["can_write_labels"]
    assert formats["kitti-raw"]["can_read_scenes"]
    assert formats["native"]["can_write_labels"]


def test_health_tells_the_version(client: Any) -> None:
    health = client.get("/api/health").json()
    assert health["status"] == "ok"
    assert health["version"]


def test_browsing_shows_folders_first_and_datasets(client: Any, make_dataset: Any, tmp_path: Path) -> None:
    dataset, folder = make_dataset("drives/kitti"), tmp_path / "drives"
    (folder / "a file").write_text("")
    (folder / ".hidden").mkdir()
    (folder / "zebra").mkdir()
    found = client.get("/api/browse", params={"path": str(folder)}).json()
    assert found["parent"] == str(tmp_path)
    assert [(row["name"], row["is_dir"], row["format"]) for row in found["entries"]] == [
        ("kitti", True, "kitti-tracking"),
        ("zebra", True, None),
        ("a file", False, None),
    ]
    assert found["entries"][0]["path"] == str(dataset.path)
    assert client.get("/api/browse").json()["path"] == str(Path.home().resolve())
    assert client.get("/api/browse", params={"path": "/"}).json()["parent"] is None


@pytest.mark.parametrize(("path", "status"), [("/no/such/folder", 404), ("relative", 422), ("/a\0b", 422)])
def test_browsing_what_is_no_folder(client: Any, path: str, status: int) -> None:
    assert client.get("/api/browse", params={"path": path}).status_code == status


def test_import_roots_keep_imports_inside(settings: Settings, serve: Any, make_dataset: Any, tmp_path: Path) -> None:
    dataset = make_dataset("allowed/kitti")
    outside = make_dataset("outside/kitti")
    (tmp_path / "allowed" / "link").symlink_to(outside.path)
    limited = settings.model_copy(update={"import_roots": (tmp_path / "allowed",)})
    with serve(limited) as client:
        assert client.get("/api/browse").json()["path"] == str(tmp_path / "allowed")
        assert client.get("/api/browse").json()["parent"] is None
        assert client.post("/api/inspect", json={"path": str(dataset.path)}).status_code == 200
        project = client.post("/api/projects", json={"name": "p"}).json()
        url = f"/api/projects/{project['id']}/import"
        for path in (outside.path, tmp_path / "allowed" / "link", tmp_path / "allowed" / ".." / "outside", Path("/")):
            for answer in (
                client.get("/api/browse", params={"path": str(path)}),
                client.post("/api/inspect", json={"path": str(path)}),
                client.post(url, json={"path": str(path)}),
            ):
                assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden_path")


def test_inspecting_tells_what_would_come(client: Any, dataset: Any) -> None:
    dataset.image(1).write_bytes(b"no picture")
    report = client.post("/api/inspect", json={"path": str(dataset.path)}).json()
    assert report["format"] == "kitti-tracking"
    scene = report["scenes"][0]
    assert (scene["frames"], scene["tracks"], scene["labels"], scene["ignored"]) == (3, 2, 4, 1)
    assert scene["lidars"] == [{"name": "velodyne", "frames": 3, "points": 600}]
    assert any("000001.jpg" in problem["path"] for problem in report["problems"])


def test_inspecting_what_is_no_dataset(client: Any, tmp_path: Path) -> None:
    error = client.post("/api/inspect", json={"path": str(tmp_path)}).json()["error"]
    assert error["code"] == "invalid"
    assert "expected a dataset, found none" in error["message"]
    error = client.post("/api/inspect", json={"path": str(tmp_path), "format": "vhs"}).json()["error"]
    assert re.fullmatch(r"format: expected a format \(.*kitti-raw, .*native.*\), found vhs", error["message"])


def test_a_drive_in_an_object_store_is_labeled_like_any_other(
    client: Any, project_id: str, dataset: Any, store: Any, finish_job: Any
) -> None:
    location = str(store.upload(dataset.path, "kitti"))
    report = client.post("/api/inspect", json={"path": location}).json()
    assert [(scene["name"], scene["frames"]) for scene in report["scenes"]] == [("0000", 3)]
    job = client.post(f"/api/projects/{project_id}/import", json={"path": location}).json()
    assert finish_job(client, job)["state"] == "done"
    (row,) = client.get(f"/api/projects/{project_id}/scenes").json()
    assert row["path"].startswith("s3://drives/kitti")
    detail = client.get(f"/api/scenes/{row['id']}").json()
    frame = detail["frames"][1]
    assert client.get(frame["points_url"]).status_code == 200
    assert client.get(frame["image_urls"]["image_02"]).content == dataset.image(1).read_bytes()
    assert len(client.get(f"/api/scenes/{row['id']}/labels").json()["cuboids"]) == 4


@pytest.mark.usefixtures("store")
def test_a_bucket_that_is_not_there_is_one_line(client: Any) -> None:
    answer = client.post("/api/inspect", json={"path": "s3://nobody/drives"})
    assert answer.status_code in (400, 404, 422)
    assert "s3://nobody/drives: expected a dataset's folder, found nothing" in answer.json()["error"]["message"]


def test_import_roots_keep_object_stores_out(settings: Settings, serve: Any, tmp_path: Path, store: Any) -> None:
    store.put("kitti/x.txt", b"")
    with serve(settings.model_copy(update={"import_roots": (tmp_path,)})) as client:
        answer = client.post("/api/inspect", json={"path": "s3://drives/kitti"})
    assert answer.status_code == 403
