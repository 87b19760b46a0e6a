"""The editor by mouse and keyboard, for tests and benchmarks; it reads only what the page or its hooks tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from geometry import SE3, Box

SideView = Literal["top", "side", "rear"]
Point = Sequence[float] | NDArray[np.float64]
Place = tuple[float, float]

SELECTED = "(() => { const s = window.__truebox.editor.selected; return s && {...s.cuboid, is_key: s.is_key}; })()"
DRAG_STEPS = 6


class EditorPage:
    """One browser page with the editor in it."""

    def __init__(self, page: Page, url: str) -> None:
        """The page of a browser, and where the server is."""
        self.page = page
        self.url = url

    # Where we are -----------------------------------------------------------------------------------------------------

    def open(self, scene_id: str) -> None:
        """Open a scene and wait until it is ready."""
        self.page.goto(f"{self.url}/scenes/{scene_id}")
        self.wait_ready()

    def wait_ready(self) -> None:
        """The points are drawn, the images loaded, the labels here."""
        self.page.wait_for_function("() => window.__truebox?.ready() === true")

    def wait_saved(self) -> None:
        """Everything is on the server."""
        self.page.wait_for_function(
            "() => { const s = window.__truebox.editor.sync; return s.pendingCount === 0 && s.state === 'saved'; }"
        )
        expect(self.testid("save-state")).to_have_attribute("data-state", "saved")

    def testid(self, name: str) -> Locator:
        """The element of that test id."""
        return self.page.get_by_test_id(name)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def go_to_frame(self, index: int) -> None:
        """By keys, and wait until its points are drawn."""
        self.press("Home", *["ArrowRight"] * index)
        self.wait_frame(index)

    def wait_frame(self, index: int) -> None:
        """The frame is shown, with its points."""
        self.page.wait_for_function(
            "i => window.__truebox.editor.frameIndex === i && window.__truebox.ready() === true", arg=index
        )

    # What the page knows ----------------------------------------------------------------------------------------------

    def frame_cuboids(self, index: int) -> list[dict[str, Any]]:
        """All cuboids of a frame, stored or derived."""
        script = """i => window.__truebox.editor.store.resolveFrame(i).map(
            r => ({...r.cuboid, is_key: r.is_key, category: r.track.category, external_id: r.track.external_id}))"""
        return list(self.page.evaluate(script, index))

    def selected(self) -> dict[str, Any]:
        """The selected object's cuboid in the frame that is shown."""
        found = self.page.evaluate(SELECTED)
        if found is None:
            raise AssertionError("nothing is selected in this frame")
        return dict(found)

    def selected_box(self) -> Box:
        """Its box in ego."""
        return box_of(self.selected())

    def to_screen(self, point_ego: Point) -> Place:
        """Where a point is in the perspective view."""
        place = self.page.evaluate("p => window.__truebox.projectToScreen(p)", [float(x) for x in point_ego])
        if place is None:
            raise AssertionError(f"{point_ego} is behind the view's camera")
        return place["x"], place["y"]

    def to_side_view(self, view: SideView, point_ego: Point) -> Place:
        """Where a point is in a side view."""
        place = self.page.evaluate(
            "([view, p]) => window.__truebox.worldToSideView(view, p)", [view, [float(x) for x in point_ego]]
        )
        if place is None:
            raise AssertionError(f"the {view} view shows nothing")
        return place["x"], place["y"]

    # What a hand does -------------------------------------------------------------------------------------------------

    def settle_view(self) -> None:
        """Wait until the camera stands still."""
        self.page.wait_for_function(
            """() => new Promise(resolve => {
                const at = () => JSON.stringify(window.__truebox.projectToScreen([20, 0, 0]));
                const before = at();
                requestAnimationFrame(() => requestAnimationFrame(() => resolve(at() === before)));
            })"""
        )

    def drag(self, start: Place, end: Place) -> None:
        """Drag with the left button."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=DRAG_STEPS)
        mouse.up()

    def draw_box(self, start_ego: Point, end_ego: Point) -> dict[str, Any]:
        """Draw a rectangle on the ground; returns the new cuboid."""
        self.press("f")
        self.drag(self.to_screen(start_ego), self.to_screen(end_ego))
        self.page.wait_for_function(f"() => {SELECTED} !== null")
        return self.selected()

    def drag_handle(self, view: SideView, handle: str, target_ego: Point) -> None:
        """Drag an edge, corner or the rotation handle of the selected box to where a point of ego is in that view."""
        self.drag(self.handle_place(view, handle), self.to_side_view(view, target_ego))
        self.next_drawing()

    def handle_place(self, view: SideView, handle: str) -> Place:
        """Where a handle of the selected box is."""
        bounds = self.testid(f"handle-{view}-{handle}").bounding_box()
        if bounds is None:
            raise AssertionError(f"the {view} view has no handle {handle}")
        return bounds["x"] + bounds["width"] / 2, bounds["y"] + bounds["height"] / 2

    def next_drawing(self) -> None:
        """Two repaints: what was asked for is on the screen."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def choose_color(self, mode: str) -> None:
        """By the display settings; waits until the points have it."""
        self.testid("open-display").click()
        self.testid("color-mode").get_by_text(mode.capitalize(), exact=True).click()
        self.testid("open-display").click()
        expect(self.testid("display-settings")).to_be_hidden()
        self.wait_ready()

    def fit_to(self, truth: Box) -> None:
        """Make the selected box equal to a known one with the side views' handles alone, in two rounds."""
        for _ in range(2):
            forward = truth.frame_from_object.rotation[:, 0]
            self.drag_handle("top", "move", truth.center)
            # The handle stands ahead of the front: anywhere along that line is the same turn.
            self.drag_handle("top", "rotate", truth.center + forward * (self.selected_box().size_lwh_m[0] / 2 + 1.0))
            for view, handle, axis, side in (
                ("top", "up", 0, 1),
                ("top", "down", 0, -1),
                ("top", "left", 1, 1),
                ("top", "right", 1, -1),
                ("side", "up", 2, 1),
                ("side", "down", 2, -1),
            ):
                self.drag_handle(view, handle, face_center(truth, axis, side))  # type: ignore[arg-type]


def face_center(box: Box, axis: int, side: int) -> NDArray[np.float64]:
    """The middle of the face of a box on the given side of an axis."""
    offset = np.zeros(3)
    offset[axis] = side * box.size_lwh_m[axis] / 2
    return box.frame_from_object.apply(offset)


def box_of(cuboid: dict[str, Any]) -> Box:
    """The box of a cuboid's JSON, in ego."""
    place = cuboid["ego_from_object"]
    return Box(SE3.from_quat_wxyz(place["quat_wxyz"], place["translation_m"]), np.array(cuboid["size_lwh_m"]))
