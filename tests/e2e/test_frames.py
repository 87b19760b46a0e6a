"""Frames marked, scenes after one another, colours, and a graphics card that goes away."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch
from tests.e2e.pictures import bright_share, difference, pixels_of

LOSE_CONTEXT = """() => {
    const canvas = document.querySelector('canvas.tb-scene-canvas');
    window.lost = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    return new Promise(done => {
        canvas.addEventListener('webglcontextlost', () => done(), {once: true});
        window.lost.loseContext();
    });
}"""
RESTORE_CONTEXT = """() => new Promise(done => {
    const canvas = document.querySelector('canvas.tb-scene-canvas');
    canvas.addEventListener('webglcontextrestored', () => done(), {once: true});
    window.lost.restoreContext();
})"""


def test_frames_are_marked_done_or_empty(editor: EditorPage, server: ServerProcess, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.testid("frame-done").click()
    expect(editor.testid("frame-done")).to_have_attribute("aria-pressed", "true")
    editor.go_to_frame(1)
    expect(editor.testid("frame-done")).to_have_attribute("aria-pressed", "false")
    editor.testid("frame-empty").click()
    editor.wait_saved()
    summary = server.request("GET", f"/projects/{scene['project_id']}/scenes")[0]
    assert (summary["done_frames"], summary["empty_frames"]) == (1, 1)
    editor.page.reload()
    editor.wait_ready()
    expect(editor.testid("frame-done")).to_have_attribute("aria-pressed", "true")
    editor.testid("frame-done").click()
    expect(editor.testid("frame-done")).to_have_attribute("aria-pressed", "false")
    editor.wait_saved()


def test_the_next_scene_is_one_click_away(
    editor: EditorPage, server: ServerProcess, small_drive: WrittenDrive, copied_drive: Any
) -> None:
    for name in ("velodyne", "image_01", "image_02", "image_03"):
        (copied_drive / "training" / name / "0000").rename(copied_drive / "training" / name / "0001")
    for name in ("oxts", "calib"):
        (copied_drive / "training" / name / "0000.txt").rename(copied_drive / "training" / name / "0001.txt")
    first = server.import_folder(small_drive.folder, project="two scenes")[0]
    body = {"path": str(copied_drive), "format": None, "with_labels": False}
    job = server.request("POST", f"/projects/{first['project_id']}/import", body)
    server.wait_for_job(job["id"])

    editor.open(first["id"])
    expect(editor.testid("previous-scene")).to_be_disabled()
    editor.testid("next-scene").click()
    editor.page.wait_for_function(
        "id => window.__truebox !== undefined && window.__truebox.editor.scene.id !== id && window.__truebox.ready()",
        arg=first["id"],
    )
    expect(editor.testid("next-scene")).to_be_disabled()
    editor.testid("previous-scene").click()
    editor.page.wait_for_url(f"**/scenes/{first['id']}")
    editor.wait_ready()


def test_points_take_the_colour_that_is_asked_for(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    pictures = {}
    for mode in ("height", "intensity", "category", "image"):
        editor.choose_color(mode)
        editor.next_drawing()
        pictures[mode] = pixels_of(editor.page, editor.testid("view-perspective"))
        assert bright_share(pictures[mode]) > 0.01, mode
    modes = list(pictures)
    for i, one in enumerate(modes):
        for other in modes[i + 1 :]:
            assert difference(pictures[one], pictures[other]) > 0.005, f"{one} and {other} look the same"


def test_a_lost_graphics_context_comes_back(editor: EditorPage, scene: dict[str, Any], watch: Watch) -> None:
    watch.expected += ["[Cc]ontext [Ll]ost", "CONTEXT_LOST_WEBGL", "[Cc]ontext [Rr]estored"]
    # three.js deletes what the lost context took with it.
    watch.expected += ["does not belong to this context"]
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.settle_view()
    view = editor.testid("view-perspective")
    before = pixels_of(editor.page, view)
    assert bright_share(before) > 0.01
    editor.page.evaluate(LOSE_CONTEXT)
    assert difference(before, pixels_of(editor.page, view)) > 0.05
    editor.page.evaluate(RESTORE_CONTEXT)
    editor.next_drawing()
    assert difference(before, pixels_of(editor.page, view)) < 0.01
    editor.go_to_frame(1)
    assert bright_share(pixels_of(editor.page, view)) > 0.5 * bright_share(before)
    editor.wait_saved()
