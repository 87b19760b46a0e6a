"""One click places a fitted cuboid, one key fits it again, groups are copied: in a real browser, with a real server."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import SELECTED, EditorPage, box_of
from geometry import Box, iou_3d
from tests.e2e.truth import KnownCar, simulated_car


def iou(a: Box, b: Box) -> float:
    return float(iou_3d([a], [b])[0, 0])


@pytest.fixture
def car(scene: dict[str, Any], small_drive: WrittenDrive) -> KnownCar:
    return simulated_car(scene, small_drive, (621, 188))


def place_on(editor: EditorPage, point_ego: NDArray[np.float64], *keys: str) -> dict[str, Any]:
    """One click on a point, after the keys that take the tool in hand; returns the new cuboid."""
    editor.settle_view()
    before = len(editor.frame_cuboids(editor.page.evaluate("() => window.__truebox.editor.frameIndex")))
    editor.press(*keys)
    editor.page.mouse.click(*editor.to_screen(point_ego))
    editor.page.wait_for_function(
        "n => window.__truebox.editor.store.resolveFrame(window.__truebox.editor.frameIndex).length > n", arg=before
    )
    editor.page.wait_for_function(f"() => {SELECTED} !== null")
    return editor.selected()


def test_one_click_makes_a_fitted_cuboid(editor: EditorPage, car: KnownCar) -> None:
    truth = car.boxes_ego[0]
    editor.open(car.scene["id"])
    placed = place_on(editor, truth.center, "f")
    assert iou(box_of(placed), truth) > 0.6
    expect(editor.testid("fit-note")).to_be_visible()
    # The far side of a car has no points: its edges are dashed, in the side views as well.
    assert editor.page.locator(".tb-scene-unheld").count() > 0
    assert editor.page.locator(".tb-scene-edge:not(.tb-scene-unheld)").count() > 0

    editor.press("Control+z")
    assert editor.frame_cuboids(0) == []
    assert not editor.testid("undo").is_enabled()
    editor.press("Control+Shift+Z")
    assert box_of(editor.frame_cuboids(0)[0]).size_lwh_m == pytest.approx(box_of(placed).size_lwh_m)
    editor.wait_saved()


def test_a_drag_from_back_to_front_gives_the_heading(editor: EditorPage, car: KnownCar) -> None:
    truth = car.boxes_ego[0]
    editor.open(car.scene["id"])
    editor.settle_view()
    forward = truth.frame_from_object.rotation[:, 0]
    foot = truth.center - [0.0, 0.0, truth.size_lwh_m[2] / 2]
    reach = forward * truth.size_lwh_m[0] * 0.45
    editor.page.keyboard.down("Control")
    # Drawn the other way round, it heads the other way.
    editor.drag(editor.to_screen(foot + reach), editor.to_screen(foot - reach))
    editor.page.keyboard.up("Control")
    editor.page.wait_for_function(f"() => {SELECTED} !== null")
    box = editor.selected_box()
    assert box.frame_from_object.rotation[:, 0] @ forward < -0.9
    assert iou(box, truth) > 0.5


def test_a_badly_dragged_box_gets_better(editor: EditorPage, car: KnownCar) -> None:
    truth = car.boxes_ego[0]
    editor.open(car.scene["id"])
    placed = box_of(place_on(editor, truth.center, "f"))
    forward, left, _ = placed.frame_from_object.rotation.T
    editor.drag_handle("top", "move", placed.center + 0.35 * left - 0.2 * forward)
    editor.drag_handle("top", "up", editor.selected_box().center + (placed.size_lwh_m[0] / 2 + 0.4) * forward)
    bad = editor.selected_box()
    assert iou(bad, truth) < iou(placed, truth)

    editor.press("r")
    await_other_box(editor, bad)
    better = editor.selected_box()
    assert iou(better, truth) > max(0.6, iou(bad, truth))
    editor.press("Control+z")
    assert editor.selected_box().center == pytest.approx(bad.center)

    # The same by the menu.
    editor.testid("action-fit").click()
    editor.testid("action-fit_all").click()
    await_other_box(editor, bad)
    # Not to the digit: meanwhile the first one is among the labels whose sizes are the usual ones.
    assert editor.selected_box().center == pytest.approx(better.center, abs=0.02)
    editor.press("Control+z")

    # A double click on a face fits that one alone.
    editor.page.mouse.dblclick(*editor.handle_place("top", "left"))
    await_other_box(editor, bad)
    narrower = editor.selected_box()
    assert narrower.size_lwh_m[0] == pytest.approx(bad.size_lwh_m[0])
    assert narrower.yaw_rad == pytest.approx(bad.yaw_rad)
    editor.wait_saved()


def await_other_box(editor: EditorPage, box: Box) -> None:
    """Until the selected box is not this one any more."""
    editor.page.wait_for_function(
        f"([x, y]) => {{ const [a, b] = {SELECTED}.ego_from_object.translation_m; return a !== x || b !== y; }}",
        arg=[float(box.center[0]), float(box.center[1])],
    )


def test_an_empty_place_gets_a_usual_box(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    editor.settle_view()
    editor.press("f")
    x, y = editor.to_screen([8.0, 0.0, -0.9])
    editor.page.mouse.click(x, y)
    editor.page.wait_for_function(f"() => {SELECTED} !== null")
    size = editor.selected()["size_lwh_m"]
    assert 2.0 < size[0] < 8.0
    # Where nothing is selected, fitting says so.
    editor.press("Escape", "r")
    expect(editor.page.get_by_text("Select a cuboid first")).to_be_visible()
    editor.wait_saved()


def test_two_objects_are_copied_to_the_next_frame(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    # The tool stays in hand: one click for each.
    place_on(editor, car.boxes_ego[0].center, "Shift+F")
    place_on(editor, np.array([10.0, 0.0, -0.9]))
    editor.press("Escape", "Control+a", "Control+c", "ArrowRight")
    editor.wait_frame(1)
    editor.press("Control+v")
    pasted = editor.frame_cuboids(1)
    assert [cuboid["track_id"] for cuboid in pasted] == [cuboid["track_id"] for cuboid in editor.frame_cuboids(0)]
    editor.press("Control+z")
    assert editor.frame_cuboids(1) == []
    editor.press("Control+Shift+Z", "Delete")
    assert editor.frame_cuboids(1) == []
    assert len(editor.frame_cuboids(0)) == 2
    editor.wait_saved()


def test_boxes_tilt_where_one_asks_for_it(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    editor.press("f", "f")
    editor.page.wait_for_function(f"() => {SELECTED} !== null")
    expect(editor.testid("handle-side-rotate")).to_be_hidden()
    editor.testid("open-tilt").click()
    editor.testid("property-pitch").fill("5")
    editor.press("Enter")
    expect(editor.testid("handle-side-rotate")).to_be_visible()
    up = editor.selected_box().frame_from_object.rotation[:, 2]
    assert np.degrees(np.arccos(up[2])) == pytest.approx(5.0, abs=0.1)
