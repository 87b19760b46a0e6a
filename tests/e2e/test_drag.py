"""A drag is felt at once and sent once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Request

from benchmarks.editor_page import EditorPage

MOVES = 300
HEAP_MB = 12
WHETHER_IT_STANDS = "/tracks/motion"


def test_hundreds_of_moves_are_one_undo_step_and_one_request(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    with editor.page.expect_response(lambda answer: answer.url.endswith(WHETHER_IT_STANDS)):
        drawn = editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    sent: list[str] = []

    def note(request: Request) -> None:
        if not request.url.endswith("/files/check"):  # the page asks of itself, now and then, whether files changed
            sent.append(f"{request.method} {request.url}")

    editor.page.on("request", note)
    heap_before = heap_mb(editor)
    x, y = editor.handle_place("top", "up")
    mouse = editor.page.mouse
    mouse.move(x, y)
    mouse.down()
    for _ in range(5):
        mouse.move(x, y - 40, steps=MOVES // 10)
        mouse.move(x, y - 20, steps=MOVES // 10)
    assert sent == []
    assert heap_mb(editor) - heap_before < HEAP_MB
    mouse.up()
    editor.wait_saved()
    # A moment after the release, the page also asks whether what was dragged stands still.
    (changed,) = [line for line in sent if not line.endswith(WHETHER_IT_STANDS)]
    assert changed.startswith("POST ")
    assert changed.endswith("/changes")

    # Only the front has moved.
    longer = editor.selected()
    assert longer["size_lwh_m"][0] > drawn["size_lwh_m"][0] + 0.1
    assert longer["size_lwh_m"][1:] == pytest.approx(drawn["size_lwh_m"][1:])
    editor.press("Control+z")
    assert editor.selected()["size_lwh_m"] == drawn["size_lwh_m"]


def test_escape_takes_a_drag_back(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    drawn = editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    revision = editor.page.evaluate("() => window.__truebox.editor.store.revision")
    x, y = editor.handle_place("side", "right")
    mouse = editor.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 30, y, steps=5)
    editor.next_drawing()
    assert editor.selected()["size_lwh_m"] != drawn["size_lwh_m"]
    editor.press("Escape")
    mouse.up()
    assert editor.selected() == drawn
    assert editor.page.evaluate("() => window.__truebox.editor.store.revision") == revision


def heap_mb(editor: EditorPage) -> float:
    """What the page's JavaScript holds after a garbage collection."""
    session = editor.page.context.new_cdp_session(editor.page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    session.detach()
    return float(usage["usedSize"]) / 2**20
