"""A hand whose gestures are counted: every click, drag and key is one."""

from __future__ import annotations

from benchmarks.editor_page import EditorPage, Point


class CountedHand:
    """Works in an editor page and counts."""

    def __init__(self, editor: EditorPage) -> None:
        self.editor = editor
        self.count = 0

    def press(self, key: str) -> None:
        self.count += 1
        self.editor.press(key)

    def place(self, point_ego: Point) -> None:
        """One click on an object, which becomes a fitted cuboid; waits until it is there."""
        self.count += 1
        before = self.editor.page.evaluate("() => window.__truebox.editor.store.all('tracks').length")
        page = self.editor.page
        page.keyboard.down("Control")
        page.mouse.click(*self.editor.to_screen(point_ego))
        page.keyboard.up("Control")
        page.wait_for_function(
            "n => window.__truebox.editor.store.all('tracks').length === n + 1 "
            "&& window.__truebox.editor.selected !== null",
            arg=before,
        )

    def ask(self, key: str) -> None:
        """A key whose answer comes from the server; waits until it is there."""
        version = self.editor.page.evaluate("() => window.__truebox.editor.store.version")
        self.press(key)
        self.editor.page.wait_for_function(
            "v => window.__truebox.editor.store.version > v && "
            "window.__truebox.editor.session.getState().asking === null",
            arg=version,
        )
