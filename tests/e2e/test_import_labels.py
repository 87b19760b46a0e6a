"""Labels into scenes that exist, and datasets that change and move, in the browser."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch

ROWS = """\
0 3 Car 0 0 -1.57 30 10 60 28 1.5 1.7 4.0 -2.0 1.6 14.0 -1.6
1 3 Car 0 0 -1.57 30 10 60 28 1.5 1.7 4.0 -2.0 1.6 13.0 -1.6
2 5 Bus 0 0 -1.57 30 10 60 28 3.2 2.6 11.0 4.0 1.6 25.0 -1.6
"""
MOVED_ROWS = ROWS.replace(" -2.0 1.6 1", " -1.9 1.6 1").replace("3 Car", "8 Car")


def with_labels(drive: Path, rows: str) -> Path:
    """The drive with a label file of its one sequence."""
    labels = drive / "training/label_02/0000.txt"
    labels.parent.mkdir(exist_ok=True)
    labels.write_text(rows)
    return drive


def choose(page: Page, test_id: str, option: str | re.Pattern[str]) -> None:
    page.get_by_test_id(test_id).click()
    page.get_by_role("option", name=option).click()


def test_unknown_categories_are_asked_for_and_labels_come_into_a_scene(
    page: Page, server: ServerProcess, copied_drive: Path, tmp_path: Path
) -> None:
    with_labels(copied_drive, ROWS)
    project = server.request("POST", "/projects", {"name": "Asked"})
    page.goto(f"{server.url}/projects/{project['id']}")
    page.get_by_test_id("open-import").click()
    page.get_by_test_id("import-path").fill(str(copied_drive))
    page.get_by_test_id("import-inspect").click()
    choices = page.get_by_test_id("category-choices")
    expect(choices).to_contain_text("Bus")
    expect(choices).not_to_contain_text("Car")
    choose(page, "category-Bus", re.compile("^Truck"))
    page.get_by_test_id("import-start").click()
    page.get_by_test_id("import-close").click()
    scene = server.request("GET", f"/projects/{project['id']}/scenes")[0]
    assert {row["category"] for row in tracks(server, scene)} == {"Car", "Truck"}

    # The same car a little elsewhere: shown first, then the track keeps its id.
    before = {row["id"] for row in tracks(server, scene)}
    predictions = with_labels(Path(shutil.copytree(copied_drive, tmp_path / "predictions")), MOVED_ROWS)
    page.get_by_test_id("open-merge").click()
    page.get_by_test_id("merge-path").fill(str(predictions))
    page.get_by_test_id("merge-look").click()
    expect(page.get_by_test_id("merge-cuboids")).to_contain_text("Cuboids")
    choose(page, "category-Bus", "Leave out")
    expect(page.get_by_test_id("merge-cuboids").locator("td")).to_have_text(["Cuboids", "–", "2", "–"])
    assert revision(server, scene) == 1
    page.get_by_test_id("merge-start").click()
    expect(page.get_by_test_id("merge-done")).to_be_visible()
    page.get_by_test_id("merge-close").click()
    assert revision(server, scene) == 2
    assert {row["id"] for row in tracks(server, scene)} == before


def test_a_changed_file_is_said_in_the_editor_and_the_list(
    page: Page, server: ServerProcess, copied_drive: Path
) -> None:
    scene = server.import_folder(copied_drive, project="Changed")[0]
    cloud = copied_drive / "training/velodyne/0000/000009.bin"
    data = bytearray(cloud.read_bytes())
    data[:16] = bytes(16)
    cloud.write_bytes(data)
    os.utime(cloud, ns=(1, 1))
    EditorPage(page, server.url).open(scene["id"])
    banner = page.get_by_test_id("changed-files")
    expect(banner).to_contain_text("1 raw file changed since the import")
    page.get_by_test_id("changed-files-show").click()
    expect(banner).to_contain_text("velodyne/0000/000009.bin")
    page.get_by_test_id("back-to-project").click()
    expect(page.get_by_test_id("scene-changed")).to_contain_text("1 changed file")
    page.go_back()
    page.get_by_test_id("changed-files-accept").click()
    expect(banner).to_have_count(0)


def test_a_moved_dataset_is_found_again(
    page: Page, server: ServerProcess, copied_drive: Path, tmp_path: Path, watch: Watch
) -> None:
    scene = server.import_folder(copied_drive, project="Moved")[0]
    moved = copied_drive.rename(tmp_path / "moved")
    watch.expected += [r"answer 4..: GET .*", "status of 4.."]
    page.goto(f"{server.url}/scenes/{scene['id']}")
    expect(page.get_by_test_id("missing-folder")).to_contain_text(str(copied_drive))
    page.get_by_test_id("open-relink").click()
    page.get_by_test_id("relink-new").fill(str(moved / "training"))
    page.get_by_test_id("relink-look").click()
    expect(page.get_by_test_id("relink-report")).to_contain_text("1 scene is the same there")
    page.get_by_test_id("relink-start").click()
    expect(page.get_by_test_id("scene-name")).to_have_text(scene["name"])


def tracks(server: ServerProcess, scene: dict[str, Any]) -> list[dict[str, Any]]:
    return list(server.request("GET", f"/scenes/{scene['id']}/labels")["tracks"])


def revision(server: ServerProcess, scene: dict[str, Any]) -> int:
    return int(server.request("GET", f"/scenes/{scene['id']}/labels")["revision"])
