"""What a person brings along from other programs and finds again: keys, commands, filters, settings, the ruler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.labeling import label_all

SNAP_M = 0.15


@pytest.fixture
def labelled(server: ServerProcess, small_drive: WrittenDrive, scene: dict[str, Any]) -> dict[str, Any]:
    label_all(server, scene, small_drive.truth)
    return scene


def session(editor: EditorPage, name: str) -> Any:
    return editor.page.evaluate(f"() => window.__truebox.editor.session.getState().{name}")


def wait_closed(editor: EditorPage) -> None:
    """Until the dialog is gone, keys belong to it."""
    expect(editor.page.get_by_role("dialog")).to_have_count(0)


def test_preset_changes_keys_and_tooltips(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.testid("next-frame").hover()
    tooltip = editor.page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("→")

    editor.press("Control+,")
    editor.testid("keys-preset").get_by_text("CVAT", exact=True).click()
    editor.press("Escape")
    wait_closed(editor)

    editor.press("f", "f")
    editor.wait_frame(2)
    editor.press("d")
    editor.wait_frame(1)
    editor.testid("previous-frame").hover()
    expect(tooltip).to_contain_text("D")
    editor.press("F1")
    expect(editor.testid("help")).to_contain_text("CVAT")


def test_remapped_key_persists(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.press("Control+,")
    editor.testid("keys-search").fill("next frame")
    editor.testid("record-next_frame").click()
    editor.press("w")
    expect(editor.testid("key-conflict")).to_contain_text("Forward")
    editor.press("Escape")
    expect(editor.testid("key-conflict")).to_be_hidden()
    editor.press("Enter", "w")
    editor.testid("take-key").click()
    expect(editor.testid("key-row-next_frame")).to_contain_text("W")
    # A recording that is given up changes nothing, and leaves the dialog open.
    editor.testid("record-next_frame").click()
    editor.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_be_visible()
    expect(editor.testid("recording")).to_be_hidden()
    editor.press("Escape")
    wait_closed(editor)

    editor.page.reload()
    editor.wait_ready()
    editor.press("w")
    editor.wait_frame(1)


def test_keys_as_a_file(editor: EditorPage, scene: dict[str, Any], tmp_path: Path) -> None:
    editor.open(scene["id"])
    editor.press("Control+,")
    with editor.page.expect_download() as download:
        editor.testid("keys-export").click()
    file = tmp_path / "keys.json"
    download.value.save_as(file)
    content = json.loads(file.read_text())
    assert content["preset"] == "truebox"

    file.write_text(json.dumps({**content, "preset": "segments", "remapped": {"next_frame": ["M"]}}))
    editor.testid("keys-import").set_input_files(file)
    expect(editor.testid("keys-said")).to_contain_text("keys.json")
    file.write_text("{")
    editor.testid("keys-import").set_input_files(file)
    expect(editor.testid("keys-said")).to_contain_text("not JSON")
    editor.press("Escape")
    wait_closed(editor)
    editor.press("m")
    editor.wait_frame(1)


def test_broken_settings_are_no_crash(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.page.add_init_script(
        "localStorage.setItem('truebox.keys', '{\"version\": 1}'); localStorage.setItem('truebox.settings', '[');"
    )
    editor.open(scene["id"])
    expect(editor.page.get_by_text("could not be read")).to_be_visible()
    editor.press("ArrowRight")
    editor.wait_frame(1)


def test_palette_runs_and_jumps(editor: EditorPage, labelled: dict[str, Any]) -> None:
    editor.open(labelled["id"])
    editor.press("Control+k")
    palette = editor.testid("palette-input")
    expect(palette).to_be_focused()
    palette.fill("flip")
    flip = editor.page.locator('[data-testid="palette-row"][data-id="flip_heading"]')
    expect(flip).to_have_attribute("aria-disabled", "true")
    expect(flip).to_contain_text("Select an object")
    palette.fill("frame 7")
    editor.press("Enter")
    editor.wait_frame(7)

    number = editor.frame_cuboids(7)[0]["external_id"]
    editor.press("Control+k")
    palette.fill(f"#{number}")
    editor.press("Enter")
    editor.page.wait_for_function("n => window.__truebox.editor.selected?.track.external_id === n", arg=number)
    editor.press("Control+k")
    palette.fill("flip heading")
    editor.press("Enter")
    wait_closed(editor)
    assert editor.page.evaluate("() => window.__truebox.editor.history.canUndo")
    # What was run lately comes first.
    editor.press("Control+k")
    expect(editor.testid("palette-row").first).to_have_attribute("data-id", "flip_heading")
    editor.press("Escape")
    wait_closed(editor)


def test_ruler(editor: EditorPage, scene: dict[str, Any], small_drive: WrittenDrive) -> None:
    editor.open(scene["id"])
    editor.settle_view()
    first, second = _ground_points(editor, small_drive)
    editor.press("u")
    expect(editor.testid("ruler-hint")).to_be_visible()
    for point in (first, second):
        editor.page.mouse.click(*editor.to_screen(point))
        editor.next_drawing()
    metres = float(editor.testid("ruler-distance").get_attribute("data-metres") or "nan")
    assert metres == pytest.approx(float(np.linalg.norm(second - first)), abs=SNAP_M)
    editor.press("Escape")
    expect(editor.testid("ruler-hint")).to_be_hidden()
    assert session(editor, "ruler") is None
    assert editor.frame_cuboids(0) == []


def _ground_points(editor: EditorPage, drive: WrittenDrive) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two points of the ground before the vehicle, in ego, as the file has them."""
    file = drive.folder / "training/velodyne/0000/000000.bin"
    points_lidar = np.fromfile(file, np.float32).reshape(-1, 4)[:, :3].astype(np.float64)
    place = editor.page.evaluate("() => window.__truebox.editor.scene.lidars[0].ego_from_sensor.translation_m")
    points_ego = points_lidar + np.array(place)
    ground = points_ego[points_lidar[:, 2] < np.percentile(points_lidar[:, 2], 40)]
    near, far = (ground[np.argmin(np.linalg.norm(ground[:, :2] - xy, axis=1))] for xy in ((9.0, 0.5), (12.0, -1.5)))
    return near, far


def test_filter(editor: EditorPage, labelled: dict[str, Any]) -> None:
    editor.open(labelled["id"])
    cuboids = editor.frame_cuboids(0)
    cars = [entry for entry in cuboids if entry["category"] == "Car"]
    assert 0 < len(cars) < len(cuboids)
    editor.press("Control+f")
    expect(editor.testid("object-filter")).to_be_focused()
    editor.page.keyboard.type("cat:car")
    expect(editor.testid("object-count")).to_contain_text(f"{len(cars)} of {len(cuboids)}")
    editor.press("Enter", "Alt+h")
    expect(editor.testid("filter-hides")).to_have_attribute("aria-pressed", "true")
    assert session(editor, "filterHides")
    # With the mouse: another category besides.
    editor.testid("filter-state").click()
    editor.testid("filter-term-is:unconfirmed").click()
    expect(editor.testid("object-filter")).to_have_value("cat:car is:unconfirmed")
    expect(editor.testid("object-row")).to_have_count(0)
    editor.press("Escape", "Alt+f")
    expect(editor.testid("object-count")).to_have_text(f"{len(cuboids)} in this frame")


def test_attribute_by_key(editor: EditorPage, labelled: dict[str, Any]) -> None:
    editor.open(labelled["id"])
    editor.press("Tab", ".")
    hint = editor.testid("attribute-hint")
    expect(hint).to_be_visible()
    expect(hint).to_have_attribute("data-attribute", "occluded")
    editor.press("2")
    expect(hint).to_be_hidden()
    assert editor.selected()["attributes"]["occluded"] == 2
    editor.wait_saved()


def test_settings_persist(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    before = session(editor, "pointSize")
    editor.press("+", "+", ">")
    editor.choose_color("intensity")
    editor.page.reload()
    editor.wait_ready()
    assert session(editor, "pointSize") == before + 1
    assert session(editor, "colorMode") == "intensity"
    expect(editor.testid("playback-speed")).to_have_text("2×")
