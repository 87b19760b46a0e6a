"""From an empty server to scenes, in the browser: project, folder, report, job; and folders that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch

BAD_ROWS = (
    "0 1 Car 0 0 -1.5 10 10 20 20 1.5 1.6 3.9 1 2\n"
    "1 1 Car 0 0 -1.5 10 10 20 20 1.5 1.6 nan 1.0 2.0 10.0 0.1\n"
    "2 1 Car 0 0 -1.5 10 10 20 20 1.5 1.6 3.9 1.0 2.0 10.0 0.1\n"
)


@pytest.fixture
def broken_drive(copied_drive: Path) -> Path:
    """One file of each kind is bad; the rest is good."""
    training = copied_drive / "training"
    cloud = training / "velodyne/0000/000003.bin"
    cloud.write_bytes(cloud.read_bytes()[:-5])
    (training / "image_02/0000/000004.jpg").write_text("not a picture")
    (training / "velodyne/0000/000005.bin").unlink()
    (training / "label_02").mkdir()
    (training / "label_02/0000.txt").write_text(BAD_ROWS)
    return copied_drive


def test_a_folder_becomes_scenes(page: Page, server: ServerProcess, broken_drive: Path) -> None:
    page.goto(server.url)
    page.get_by_test_id("create-project").first.click()
    page.get_by_test_id("project-name").fill("By the dialog")
    page.get_by_test_id("project-create").click()
    expect(page.get_by_test_id("open-import")).to_be_visible()

    page.get_by_test_id("open-import").click()
    page.get_by_test_id("import-path").fill(str(broken_drive.parent))
    page.get_by_test_id("import-browse").click()
    page.get_by_test_id("browse-entry").filter(has_text=broken_drive.name).click()
    expect(page.get_by_test_id("import-path")).to_have_value(str(broken_drive))
    page.get_by_test_id("import-inspect").click()

    report = page.get_by_test_id("inspect-report")
    expect(report).to_contain_text("KITTI tracking")
    problems = report.get_by_test_id("problem-list").locator("li")
    for file, found in (
        ("velodyne/0000/000003.bin", "bytes"),
        ("image_02/0000/000004.jpg", "expected"),
        ("velodyne/0000", "(5)"),
        ("label_02/0000.txt", "line 1"),
        ("label_02/0000.txt", "line 2"),
    ):
        expect(problems.filter(has_text=file).filter(has_text=found)).to_have_count(1)
    expect(problems).to_have_count(5)

    page.get_by_test_id("import-start").click()
    expect(page.get_by_test_id("import-close")).to_be_visible()
    page.get_by_test_id("import-close").click()
    expect(page.get_by_test_id("scene-row")).to_have_count(1)
    page.get_by_test_id("scene-problems").click()
    expect(page.get_by_test_id("problem-list").locator("li").first).to_be_visible()


def test_a_folder_that_is_no_dataset_says_so_in_one_line(
    page: Page, server: ServerProcess, tmp_path: Path, watch: Watch
) -> None:
    watch.expected += ["answer 4..: POST .*/api/inspect", "status of 4.."]
    project = server.request("POST", "/projects", {"name": "No dataset"})
    page.goto(f"{server.url}/projects/{project['id']}")
    page.get_by_test_id("open-import").click()
    for path, found in ((tmp_path, "kitti"), (tmp_path / "missing", "missing")):
        page.get_by_test_id("import-path").fill(str(path))
        page.get_by_test_id("import-inspect").click()
        error = page.get_by_test_id("import-error")
        expect(error).to_contain_text(str(path))
        assert found in error.inner_text().lower()
        assert "\n" not in error.inner_text().strip()
        assert "Traceback" not in page.content()
    expect(page.get_by_test_id("import-start")).to_have_count(0)
