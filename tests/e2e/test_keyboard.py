"""The whole work on a cuboid without a mouse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.editor_page import EditorPage


def test_everything_by_keys(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])

    editor.press("f", "f")
    editor.page.wait_for_function("() => window.__truebox.editor.selected !== null")
    start = editor.selected_box()

    editor.press("w", "w", "a", "q")
    moved = editor.selected_box()
    offset = start.frame_from_object.inverse().apply(moved.center)
    assert offset == pytest.approx([0.1, 0.05, 0.05], abs=1e-6)

    editor.press("z", "z", "x")
    turned = editor.selected_box()
    assert turned.yaw_rad - moved.yaw_rad == pytest.approx(np.radians(1), abs=1e-6)

    editor.press("Shift+ArrowUp", "Shift+ArrowRight", "Shift+PageUp")
    assert editor.selected_box().size_lwh_m - turned.size_lwh_m == pytest.approx([0.05] * 3, abs=1e-6)

    editor.press("2")
    category = editor.page.evaluate("() => window.__truebox.editor.selected.track.category")
    names = [entry["name"] for entry in editor.page.evaluate("() => window.__truebox.editor.scene.taxonomy.categories")]
    assert category in names
    assert category != names[0]

    editor.press("Alt+ArrowRight")
    editor.wait_frame(1)
    assert editor.selected()["is_key"]
    editor.press("ArrowRight")
    editor.wait_frame(2)
    assert editor.frame_cuboids(2) == []

    editor.press("Home")
    editor.wait_frame(0)
    before = editor.selected()
    editor.press("Delete")
    assert editor.frame_cuboids(0) == []
    editor.press("Control+z")
    (after,) = editor.frame_cuboids(0)
    assert after["size_lwh_m"] == before["size_lwh_m"]

    editor.press("Escape")
    assert editor.page.evaluate("() => window.__truebox.editor.selected") is None
    editor.press("Tab")
    assert editor.selected()["id"] == before["id"]
    editor.wait_saved()
