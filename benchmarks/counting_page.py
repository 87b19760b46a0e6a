"""The editor in the hands of somebody whose every gesture is counted."""

from __future__ import annotations

from playwright.sync_api import Page

from geometry import Box
from tests.e2e.editor_page import EditorPage, Place, Point, box_of

SLIDER_EDGE_PX = 7
NOTHING_ASKED = """(() => {
    const { placings, asking } = window.__truebox.editor.session.getState();
    return placings.length === 0 && asking === null;
})()"""


class CountingPage(EditorPage):
    """An editor's page that counts: a click, a drag and a press of a key are one gesture each.

    Attributes:
        gestures: How many by now.
    """

    def __init__(self, page: Page, url: str) -> None:
        """Nothing is counted yet."""
        super().__init__(page, url)
        self.gestures = 0

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        self.gestures += len(keys)
        super().press(*keys)

    def drag(self, start: Place, end: Place) -> None:
        """Drag with the left button."""
        self.gestures += 1
        super().drag(start, end)

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
