"""The batch grid: one object in all of its frames at once, edited by hand and by the machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.editor_page import EditorPage, box_of
from benchmarks.server_process import ServerProcess
from geometry import Box, iou_3d
from tests.e2e.labeling import label_all
from tests.e2e.truth import simulated_car

LAST = 11
COMPLETE = "() => window.__truebox.grid?.isComplete === true"
LABEL_CAR = """boxes => {
    const {editor} = window.__truebox;
    const id = editor.addCuboid(boxes[0], 'Car');
    for (const [frame, box] of boxes.entries()) { editor.goToFrame(frame); editor.setBox(id, box); }
    editor.goToFrame(0);
    editor.select(id);
}"""
"""Stands in for labels that somebody made before: what this test is about begins with them."""
SELECT_LONGEST = """() => {
    const {editor} = window.__truebox;
    const length = track => track.last_frame - track.first_frame;
    const distance = ({id}) => Math.hypot(...editor.store.resolveTrack(id, 20).cuboid.ego_from_object.translation_m);
    const tracks = editor.store.all('tracks').filter(track => length(track) === 39);
    editor.select(tracks.sort((a, b) => distance(a) - distance(b))[0].id);
}"""
PLACE_IN_CELL = """([frame, share]) => {
    const {left, top, width, height} =
        document.querySelector(`[data-testid=grid-cell-${frame}] canvas`).getBoundingClientRect();
    return [left + share[0] * width, top + share[1] * height];
}"""


def json_of(box: Box) -> dict[str, Any]:
    place = box.frame_from_object
    return {
        "ego_from_object": {"quat_wxyz": list(place.quat_wxyz), "translation_m": list(place.translation)},
        "size_lwh_m": list(box.size_lwh_m),
    }


@pytest.fixture
def truth(scene: dict[str, Any], small_drive: WrittenDrive) -> tuple[Box, ...]:
    return simulated_car(scene, small_drive, (621, 188)).boxes_ego


def label(editor: EditorPage, scene: dict[str, Any], boxes: dict[int, Box]) -> None:
    """One car with keys in the given frames, the grid open on it."""
    editor.open(scene["id"])
    script = LABEL_CAR.replace("boxes.entries()", "Object.entries(boxes).map(([f, b]) => [Number(f), b])")
    editor.page.evaluate(script, {str(frame): json_of(box) for frame, box in boxes.items()})
    editor.press("Shift+T")
    expect(editor.testid("batch-grid")).to_be_visible()
    editor.page.wait_for_function(COMPLETE)


def boxes_now(editor: EditorPage) -> list[Box]:
    return [box_of(cuboid) for frame in range(LAST + 1) for cuboid in editor.frame_cuboids(frame)]


def key_frames(editor: EditorPage) -> list[int]:
    return [frame for frame in range(LAST + 1) if any(c["is_key"] for c in editor.frame_cuboids(frame))]


def mean_iou(boxes: list[Box], truth: tuple[Box, ...]) -> float:
    return float(np.mean([iou_3d([a], [b])[0, 0] for a, b in zip(boxes, truth, strict=True)]))


def test_a_face_is_dragged_in_a_cell_and_derived_frames_follow(
    editor: EditorPage, scene: dict[str, Any], truth: tuple[Box, ...]
) -> None:
    label(editor, scene, {0: truth[0], LAST: truth[LAST]})
    before = boxes_now(editor)
    # The middle of the body in the top view, to the right: the cuboid moves to its own right.
    start = editor.page.evaluate(PLACE_IN_CELL, [5, [0.21, 0.5]])
    editor.drag(start, (start[0] + 12, start[1]))
    editor.page.wait_for_function("() => !window.__truebox.editor.isGesturing")
    after = boxes_now(editor)
    assert key_frames(editor) == [0, 5, LAST]
    moved = before[5].frame_from_object.inverse().apply(after[5].center)
    assert moved[1] < -0.2
    assert abs(moved[0]) < 0.05
    assert np.linalg.norm(after[3].center - before[3].center) > 0.1
    assert np.allclose(after[0].center, before[0].center)
    expect(editor.testid("grid-cell-5")).to_have_attribute("data-key", "true")
    assert editor.page.evaluate("() => window.__truebox.editor.frameIndex") == 0

    editor.press("w", "w")
    nudged = boxes_now(editor)[5]
    assert np.linalg.norm(nudged.center - after[5].center) == pytest.approx(0.1, abs=1e-3)
    editor.press("Control+z", "Control+z", "Control+z")
    assert key_frames(editor) == [0, LAST]


def test_fit_all_betters_disturbed_boxes_and_undo_restores_them(
    editor: EditorPage, scene: dict[str, Any], truth: tuple[Box, ...]
) -> None:
    noise = np.random.default_rng(3)
    disturbed = {
        frame: Box.from_yaw(
            box.center + noise.uniform(-0.35, 0.35, 3) * [1, 1, 0.4], box.size_lwh_m * 1.12, box.yaw_rad + 0.1
        )
        for frame, box in enumerate(truth)
    }
    label(editor, scene, disturbed)
    before = editor.frame_cuboids(6)
    rough = mean_iou(boxes_now(editor), truth)
    editor.testid("grid-fit-all").click()
    editor.page.wait_for_function(
        "() => window.__truebox.editor.store.all('cuboids').every(c => c.confirmed_by === null && c.score !== null)"
    )
    fitted = mean_iou(boxes_now(editor), truth)
    assert fitted > rough + 0.1, (rough, fitted)
    assert len({tuple(box.size_lwh_m) for box in boxes_now(editor)}) == 1

    editor.press("Control+a", "c")
    assert all(cuboid["confirmed_by"] for frame in range(LAST + 1) for cuboid in editor.frame_cuboids(frame))
    editor.press("Control+z", "Control+z")
    assert editor.frame_cuboids(6) == before


def test_interpolate_delete_extend_and_jump_by_keys(
    editor: EditorPage, scene: dict[str, Any], truth: tuple[Box, ...]
) -> None:
    label(editor, scene, dict(enumerate(truth[:10])))
    expect(editor.testid("grid-cell-0")).to_be_focused()
    editor.press("ArrowRight", *["Control+Shift+ArrowRight"] * 6)
    expect(editor.testid("grid-chosen")).to_contain_text("7")
    editor.press("i")
    assert key_frames(editor) == [0, 1, 7, 8, 9]
    editor.press("Control+z")
    assert key_frames(editor) == list(range(10))

    editor.testid("grid-cell-3").locator("header").click()
    editor.testid("grid-cell-4").locator("header").click(modifiers=["Shift"])
    editor.press("Delete")
    assert [frame for frame in range(10) if not editor.frame_cuboids(frame)] == [3, 4]
    editor.press("Control+z")

    beyond = editor.testid("grid-cell-10")
    beyond.scroll_into_view_if_needed()
    expect(beyond).to_have_attribute("data-here", "false")
    editor.testid("grid-add-10").click()
    expect(beyond).to_have_attribute("data-key", "true")
    editor.press("Enter")
    expect(editor.testid("batch-grid")).to_be_hidden()
    editor.wait_frame(10)
    editor.wait_saved()


@pytest.fixture(scope="module")
def long_drive(tmp_path_factory: pytest.TempPathFactory) -> WrittenDrive:
    return write_simulated_drive(tmp_path_factory.mktemp("long"), 40, azimuths=150, pictures=False)


def test_forty_frames_scroll_into_view(editor: EditorPage, server: ServerProcess, long_drive: WrittenDrive) -> None:
    scene = server.import_folder(long_drive.folder, project="forty")[0]
    label_all(server, scene, long_drive.truth)
    editor.open(scene["id"])
    editor.page.evaluate(SELECT_LONGEST)
    editor.testid("open-grid").click()
    editor.page.wait_for_function(COMPLETE)
    last = editor.testid("grid-cell-39")
    expect(last).to_be_hidden()
    editor.testid("grid-scroll").hover()
    while not last.is_visible():
        editor.page.mouse.wheel(0, 200)
        editor.next_drawing()
    editor.page.wait_for_function(COMPLETE)
    expect(last).to_have_attribute("data-state", "ready")
    assert editor.page.locator("[data-testid^=grid-cell-]").count() < 40
    editor.press("Escape")
    expect(editor.testid("batch-grid")).to_be_hidden()
    editor.wait_ready()
