"""Raw files that change after their import, and datasets that move."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

JsonObject = dict[str, Any]


@pytest.fixture
def check(client: Any, imported: JsonObject) -> Any:
    """Looks at the imported scene's files."""
    return lambda: client.post(f"/api/scenes/{imported['id']}/files/check").json()


def listed(client: Any, scene: JsonObject) -> JsonObject:
    found: JsonObject = client.get(f"/api/projects/{scene['project_id']}/scenes").json()[0]
    return found


def relink(client: Any, scene: JsonObject, old: Path, new: Path, **more: Any) -> Any:
    body = {"old_root": str(old), "new_root": str(new), **more}
    return client.post(f"/api/projects/{scene['project_id']}/relink", json=body)


def test_untouched_files_are_no_news(client: Any, imported: JsonObject, check: Any) -> None:
    assert check() == {"files": 6, "problem_count": 0, "problems": []}
    assert listed(client, imported)["changed_file_count"] == 0


def test_a_changed_file_is_said_in_the_list_and_the_scene(
    client: Any, imported: JsonObject, dataset: Any, check: Any
) -> None:
    dataset.cloud(1).write_bytes(bytes(16))
    report = check()
    assert (report["files"], report["problem_count"]) == (6, 1)
    assert report["problems"][0]["path"] == "velodyne/0000/000001.bin"
    assert "expected 3200 bytes, found 16" in report["problems"][0]["message"]
    assert listed(client, imported)["changed_file_count"] == 1
    detail = client.get(f"/api/scenes/{imported['id']}").json()
    assert (detail["changed_files"], detail["changed_file_count"]) == (report["problems"], 1)
    assert client.post(f"/api/scenes/{imported['id']}/files/accept").json()["problem_count"] == 0
    assert check()["problem_count"] == 0
    assert listed(client, imported)["changed_file_count"] == 0


def test_a_file_that_came_back_is_no_problem_any_more(
    client: Any, imported: JsonObject, dataset: Any, check: Any
) -> None:
    before = dataset.image(2).read_bytes()
    dataset.image(2).unlink()
    assert check()["problem_count"] == 1
    dataset.image(2).write_bytes(before)
    assert check()["problem_count"] == 0
    assert listed(client, imported)["changed_file_count"] == 0


def test_another_calibration_is_noticed_when_the_scene_is_opened_anew(client: Any, dataset: Any, check: Any) -> None:
    calib = dataset.training / "calib" / "0000.txt"
    calib.write_text(calib.read_text().replace("P2: 7.2", "P2: 7.3"))
    client.app.state.services.scenes.forget()
    assert "the calibration" in check()["problems"][0]["message"]


def test_a_moved_dataset_is_relinked(client: Any, imported: JsonObject, dataset: Any) -> None:
    client.app.state.services.scenes.forget()
    moved = dataset.path.with_name("moved")
    labels = client.get(f"/api/scenes/{imported['id']}/labels").json()
    dataset.path.rename(moved)
    assert listed(client, imported)["is_missing"] is True
    looked = relink(client, imported, dataset.path, moved, dry_run=True).json()
    assert (looked["is_done"], looked["scenes"][0]["problems"], looked["scenes"][0]["compared_files"]) == (False, [], 6)
    assert listed(client, imported)["is_missing"] is True
    done = relink(client, imported, dataset.path, moved).json()
    assert (done["is_done"], done["scenes"][0]["new_path"]) == (True, str(moved / "training"))
    scene = listed(client, imported)
    assert (scene["is_missing"], scene["path"]) == (False, str(moved / "training"))
    detail = client.get(f"/api/scenes/{imported['id']}").json()
    assert client.get(detail["frames"][0]["points_url"]).status_code == 200
    assert client.get(f"/api/scenes/{imported['id']}/labels").json() == labels


def test_a_copy_with_other_times_is_the_same_dataset(
    client: Any, imported: JsonObject, dataset: Any, check: Any
) -> None:
    copied = Path(shutil.copytree(dataset.path, dataset.path.with_name("copied"), copy_function=shutil.copyfile))
    assert relink(client, imported, dataset.path, copied).json()["is_done"] is True
    assert check() == {"files": 6, "problem_count": 0, "problems": []}


def test_another_dataset_is_refused(client: Any, imported: JsonObject, dataset: Any, make_dataset: Any) -> None:
    longer = make_dataset("longer", frames=4)
    report = relink(client, imported, dataset.path, longer.path).json()
    assert report["is_done"] is False
    assert report["scenes"][0]["problems"][0]["message"] == "expected 3 frames, found 4"
    other = make_dataset("other", points=190)
    report = relink(client, imported, dataset.path, other.path).json()
    assert (report["is_done"], report["scenes"][0]["changed_count"]) == (False, 3)
    assert "expected 3200 bytes, found 3040" in report["scenes"][0]["changed"][0]["message"]
    nothing = relink(client, imported, dataset.path, dataset.path.parent).json()
    assert "training" in nothing["scenes"][0]["problems"][0]["path"]
    assert listed(client, imported)["path"] == str(dataset.training)


def test_other_bytes_of_the_same_size_are_refused_unless_wanted(
    client: Any, imported: JsonObject, dataset: Any, check: Any
) -> None:
    copied = Path(shutil.copytree(dataset.path, dataset.path.with_name("copied")))
    cloud = copied / "training" / "velodyne" / "0000" / "000002.bin"
    cloud.write_bytes(bytes(cloud.stat().st_size))
    report = relink(client, imported, dataset.path, copied).json()
    assert (report["is_done"], report["scenes"][0]["changed_count"]) == (False, 1)
    assert "others of the same size" in report["scenes"][0]["changed"][0]["message"]
    assert relink(client, imported, dataset.path, copied, with_changed=True).json()["is_done"] is True
    assert "other bytes" in check()["problems"][0]["message"]


def test_roots_that_make_no_sense_are_refused(client: Any, imported: JsonObject, dataset: Any, tmp_path: Path) -> None:
    answer = relink(client, imported, tmp_path / "elsewhere", tmp_path)
    assert answer.status_code == 422
    assert f"expected a folder with scenes of the project ({dataset.training})" in answer.json()["error"]["message"]
    assert "found the same" in relink(client, imported, tmp_path, tmp_path).json()["error"]["message"]
    assert "absolute" in relink(client, imported, dataset.path, Path("here")).json()["error"]["message"]


def test_a_scene_that_the_project_has_at_the_new_place_is_not_taken_twice(
    client: Any, imported: JsonObject, dataset: Any, make_dataset: Any, finish_job: Any
) -> None:
    twin = make_dataset("twin")
    url = f"/api/projects/{imported['project_id']}/import"
    finish_job(client, client.post(url, json={"path": str(twin.path)}).json())
    report = relink(client, imported, dataset.path, twin.path).json()
    assert report["is_done"] is False
    assert "found one that it has" in report["scenes"][0]["problems"][0]["message"]


def test_a_root_above_moves_every_scene_below(
    client: Any, project_id: str, make_dataset: Any, finish_job: Any, tmp_path: Path
) -> None:
    for name in ("disk/a", "disk/b"):
        path = make_dataset(name, scenes=2).path
        finish_job(client, client.post(f"/api/projects/{project_id}/import", json={"path": str(path)}).json())
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    copied = Path(shutil.copytree(tmp_path / "disk", tmp_path / "new"))
    report = relink(client, {"project_id": project_id}, tmp_path / "link", copied).json()
    assert (report["is_done"], len(report["scenes"])) == (True, 4)
