"""A frame without a cloud, a picture that is none, a cloud cut off: one clear line each, and the rest goes on."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch


def test_bad_files_cost_only_themselves(
    editor: EditorPage, server: ServerProcess, copied_drive: Path, watch: Watch
) -> None:
    watch.expected += [r"answer 4..: GET .*/frames/[23]/", "status of 4.."]
    training = copied_drive / "training"
    (training / "velodyne/0000/000001.bin").unlink()
    cloud = training / "velodyne/0000/000002.bin"
    cloud.write_bytes(cloud.read_bytes()[:-5])
    (training / "image_02/0000/000003.jpg").write_text("not a picture")
    scene = server.import_folder(copied_drive, project="bad files")[0]
    editor.open(scene["id"])
    no_cloud, error = editor.testid("no-cloud"), editor.testid("cloud-error")
    expect(no_cloud).to_have_count(0)

    editor.go_to_frame(1)
    expect(no_cloud).to_contain_text("No point cloud in this frame")

    editor.go_to_frame(2)
    expect(error).to_contain_text("000002.bin")
    expect(error).to_contain_text("expected whole points")
    assert "\n" not in error.inner_text().strip()

    editor.go_to_frame(3)
    expect(error).to_have_count(0)
    expect(editor.testid("camera-image_02").get_by_test_id("camera-gap")).to_be_visible()
    expect(editor.testid("camera-image_01").locator("img")).to_be_visible()

    # Labels can be made all the same, and everything before is still there.
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    assert "Traceback" not in editor.page.content()
    editor.go_to_frame(4)
    assert editor.page.evaluate("() => window.__truebox.viewport.stats.points") > 1000
