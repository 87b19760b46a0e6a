"""Undo all, redo all: every byte is as it was, on the page and on the server."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.labeling import label_all

KINDS = ("tracks", "cuboids", "image_boxes", "frame_states")
RECORDS = """kinds => JSON.stringify(kinds.map(kind => [...window.__truebox.editor.store.all(kind)].sort(
    (a, b) => a.id < b.id ? -1 : 1)))"""
CAN = "what => window.__truebox.editor.history[what]"
MOST_STEPS = 100


def test_undo_all_and_redo_all(
    editor: EditorPage, server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive
) -> None:
    label_all(server, scene, small_drive.truth)
    editor.open(scene["id"])
    before = shown(editor)
    work(editor)
    after = shown(editor)
    assert after != before

    replay(editor, "Control+z", "canUndo")
    assert shown(editor) == before
    assert stored(server, scene) == json.loads(before)
    replay(editor, "Control+Shift+z", "canRedo")
    assert shown(editor) == after
    assert stored(server, scene) == json.loads(after)


def work(editor: EditorPage) -> None:
    """One of everything that a hand does."""
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.press("w", "a", "q", "z", "Shift+ArrowUp", "2", "Alt+ArrowRight")
    editor.wait_frame(1)
    editor.press("d", "k", "k")
    editor.go_to_frame(0)
    editor.testid("object-row").first.click()
    editor.drag_handle("top", "rotate", editor.selected_box().center + [3, 4, 0])
    editor.press("Enter", "Delete")
    editor.testid("object-row").first.click()
    draw_in_image(editor)
    editor.press("Shift+Delete")
    editor.wait_saved()


def draw_in_image(editor: EditorPage) -> None:
    """A tight box of the selected object, pulled once, and a region to ignore."""
    editor.press("Alt+i")
    image = editor.testid("enlarged-camera").locator("img")
    expect(image).to_be_visible()
    editor.wait_ready()
    bounds = image.bounding_box()
    assert bounds is not None

    def place(across: float, down: float) -> tuple[float, float]:
        return bounds["x"] + across * bounds["width"], bounds["y"] + down * bounds["height"]

    editor.press("i")
    editor.drag(place(0.3, 0.4), place(0.4, 0.7))
    editor.press("ArrowRight", "Shift+I")
    editor.drag(place(0.6, 0.4), place(0.7, 0.7))
    kinds = editor.page.evaluate("() => window.__truebox.editor.store.all('image_boxes').map(({kind}) => kind).sort()")
    assert kinds == ["ignore", "tight"]
    editor.testid("enlarged-close").click()


def replay(editor: EditorPage, key: str, possible: str) -> None:
    for _ in range(MOST_STEPS):
        if not editor.page.evaluate(CAN, possible):
            break
        editor.press(key)
    assert not editor.page.evaluate(CAN, possible)
    editor.wait_saved()


def shown(editor: EditorPage) -> str:
    return str(editor.page.evaluate(RECORDS, list(KINDS)))


def stored(server: ServerProcess, scene: dict[str, Any]) -> list[list[dict[str, Any]]]:
    labels = server.request("GET", f"/scenes/{scene['id']}/labels")
    return [sorted(labels[kind], key=lambda record: str(record["id"])) for kind in KINDS]
