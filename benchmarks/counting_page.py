"""The editor in the hands of somebody who is not perfectly exact, and whose every gesture is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from benchmarks.editor_page import EditorPage, Place, Point, SideView, box_of
from geometry import Box

SLIDER_EDGE_PX = 7
HAND_M, HAND_RAD = 0.05, float(np.deg2rad(1.5))
"""How far from where it should a drag ends (1 σ): people do not see where a face belongs more sharply than this."""
NOTHING_ASKED = """(() => {
    const { placings, asking } = window.__truebox.editor.session.getState();
    return placings.length === 0 && asking === null;
})()"""


class CountingPage(EditorPage):
    """An editor's page that counts: a click, a drag and a press of a key are one gesture each.

    Attributes:
        gestures: How many by now.
    """

    def __init__(self, page: Page, url: str, seed: int = 0) -> None:
        """Nothing is counted yet; the seed is the hand's."""
        super().__init__(page, url)
        self.gestures = 0
        self._rng = np.random.default_rng(seed)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        self.gestures += len(keys)
        super().press(*keys)

    def drag(self, start: Place, end: Place) -> None:
        """Drag with the left button."""
        self.gestures += 1
        super().drag(start, end)

    def draw_box(self, start_ego: Point, end_ego: Point) -> dict[str, Any]:
        """Draw a rectangle on the ground, as a hand does."""
        return super().draw_box(self._nearly(start_ego, HAND_M), self._nearly(end_ego, HAND_M))

    def drag_handle(self, view: SideView, handle: str, target_ego: Point) -> None:
        """Drag a handle, as a hand does."""
        arm_m = float(np.linalg.norm(np.asarray(target_ego) - self.selected_box().center))
        super().drag_handle(view, handle, self._nearly(target_ego, HAND_RAD * arm_m if handle == "rotate" else HAND_M))

    def _nearly(self, point_ego: Point, sigma_m: float) -> Point:
        return np.asarray(point_ego, dtype=np.float64) + self._rng.normal(0.0, sigma_m, 3)

    def click(self, place: Place) -> None:
        """Click with the left button."""
        self.gestures += 1
        self.page.mouse.click(*place)
        self.next_drawing()

    def jump(self, index: int) -> None:
        """Go to a frame by one click on the timeline; nothing where it is shown already."""
        frame, count = self.page.evaluate(
            "() => [window.__truebox.editor.frameIndex, window.__truebox.editor.scene.frames.length]"
        )
        if index != frame:
            bounds = self.testid("frame-slider").bounding_box()
            if bounds is None:
                raise AssertionError("the timeline shows no slider")
            share = index / max(count - 1, 1)
            x = bounds["x"] + SLIDER_EDGE_PX + share * (bounds["width"] - 2 * SLIDER_EDGE_PX)
            self.click((x, bounds["y"] + bounds["height"] / 2))
        self.wait_frame(index)

    def place_by_click(self, point_ego: Point) -> None:
        """One click on an object, which the tool fits a cuboid to."""
        self.press("f")
        self.click(self.to_screen(point_ego))
        self.page.wait_for_function(f"() => {NOTHING_ASKED} && window.__truebox.editor.selected !== null")
        self.next_drawing()

    def label_once(self) -> None:
        """The selected object stands still, wherever it is seen."""
        self.press("o")
        self.page.wait_for_function(f"() => {NOTHING_ASKED}")
        self.next_drawing()

    def box_in_frame(self, track_id: str, index: int) -> Box | None:
        """A track's cuboid in any frame, stored or derived."""
        script = "([id, i]) => window.__truebox.editor.store.resolveTrack(id, i)?.cuboid ?? null"
        cuboid = self.page.evaluate(script, [track_id, index])
        return None if cuboid is None else box_of(cuboid)
