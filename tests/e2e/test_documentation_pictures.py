"""The pictures of the documentation: `TRUEBOX_UPDATE_SCREENSHOTS=1 pytest -m e2e` on this file draws them all anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from simulation import SimulatedObject
from tests.e2e.gestures import CountedHand
from tests.e2e.kitti import Calib
from tests.e2e.labeling import label_all
from tests.e2e.pictures import save_small

pytestmark = pytest.mark.skipif(
    "TRUEBOX_UPDATE_SCREENSHOTS" not in os.environ, reason="set TRUEBOX_UPDATE_SCREENSHOTS=1 to draw them"
)

FRAME = 10
SIZE = (1600, 900)
IMAGE_WIDTH_PX = 1242
FULL = """n => { const s = window.__truebox.viewport.stats;
    return s.points > n && s.points === s.totalPoints && s.drawnPoints === s.totalPoints; }"""

SELECT = """number => { const {editor} = window.__truebox;
    editor.select(editor.store.all('tracks').find(track => track.external_id === number).id); }"""
"""The list has more rows than it shows."""


@dataclass(frozen=True)
class Street:
    """A drive twice: with labels, and with labels of all but one car.

    Attributes:
        labeled: The scene with all labels.
        unfinished: The one without the car's.
        car: The car that the pictures show, in the frame that they show.
        calib: The calibration, read by the tests' own code.
    """

    labeled: dict[str, Any]
    unfinished: dict[str, Any]
    car: SimulatedObject
    calib: Calib


@pytest.fixture(scope="module")
def street(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Street:
    drive = write_simulated_drive(tmp_path_factory.mktemp("street"), 24, azimuths=1800)
    ahead = [item for item in drive.truth[FRAME] if item.category == "Car" and in_front(item)]
    car = max(ahead, key=lambda item: item.lidar_points)
    labeled, unfinished = (
        server.import_folder(drive.folder, project=name)[0] for name in ("Simulated street", "Unfinished street")
    )
    label_near(server, labeled, drive, without=None)
    label_near(server, unfinished, drive, without=car.track)
    calib = Calib.of_tracking(drive.folder / f"training/calib/{drive.name}.txt")
    return Street(labeled, unfinished, car, calib)


def label_near(server: ServerProcess, scene: dict[str, Any], drive: WrittenDrive, *, without: int | None) -> None:
    """Label what is near enough to be told apart in a small picture."""

    def is_shown(item: SimulatedObject) -> bool:
        distance_m = float(np.hypot(*item.box_ego.center[:2]))
        return item.lidar_points >= 20 and distance_m < 45 and item.track != without

    label_all(server, scene, tuple(tuple(filter(is_shown, objects)) for objects in drive.truth))


def in_front(item: SimulatedObject) -> bool:
    """Whole in the front camera's picture."""
    x, y, _ = item.box_ego.center
    return bool(8 < x < 25 and abs(y) < 0.5 * x)


@pytest.fixture
def editor(new_page: Callable[..., Page], server: ServerProcess) -> EditorPage:
    return EditorPage(new_page(SIZE), server.url)


def take(editor: EditorPage, repository: Path, name: str) -> None:
    editor.settle_view()
    editor.next_drawing()
    save_small(editor.page, repository / f"docs/images/{name}.webp")


def open_on_car(editor: EditorPage, street: Street) -> None:
    editor.open(street.labeled["id"])
    editor.go_to_frame(FRAME)
    editor.page.evaluate(SELECT, str(street.car.track))
    expect(editor.testid("handle-top-rotate")).to_be_visible()
    editor.settle_view()


def open_and_place(editor: EditorPage, street: Street) -> CountedHand:
    editor.open(street.unfinished["id"])
    editor.go_to_frame(FRAME)
    editor.settle_view()
    hand = CountedHand(editor)
    hand.place(street.car.box_ego.center)
    return hand


def test_editor(editor: EditorPage, street: Street, repository: Path) -> None:
    open_on_car(editor, street)
    take(editor, repository, "editor")


def test_fitting(editor: EditorPage, street: Street, repository: Path) -> None:
    open_and_place(editor, street)
    expect(editor.testid("fit-note")).to_be_visible()
    editor.press("t")
    take(editor, repository, "fitting")
    # The next picture begins without it.
    editor.press("Control+z")
    editor.wait_saved()


def test_sequence(editor: EditorPage, street: Street, repository: Path) -> None:
    open_and_place(editor, street).ask("Shift+E")
    expect(editor.testid("extended")).to_be_visible()
    take(editor, repository, "sequence")


def test_grid(editor: EditorPage, street: Street, repository: Path) -> None:
    open_on_car(editor, street)
    editor.press("Shift+T")
    editor.page.wait_for_function("() => window.__truebox.grid?.isComplete && window.__truebox.grid.pointCount > 0")
    expect(editor.page.get_by_text("Points are loading")).to_have_count(0)
    take(editor, repository, "grid")


def test_camera(editor: EditorPage, street: Street, repository: Path) -> None:
    """A tight box that is too narrow on one side, and points over the image."""
    open_on_car(editor, street)
    editor.press("Alt+I", "Alt+O", "i")
    image = editor.testid("enlarged-camera").locator("img")
    expect(image).to_be_visible()
    editor.wait_ready()
    bounds = image.bounding_box()
    assert bounds is not None
    corners_ego = street.car.box_ego.corners()
    uv = np.concatenate(
        street.calib.edges_px(corners_ego, str(editor.testid("enlarged-camera").get_attribute("aria-label")))
    )
    place = np.array([bounds["x"], bounds["y"]]) + (uv + 0.5) * bounds["width"] / IMAGE_WIDTH_PX
    (left, top), (right, bottom) = place.min(axis=0), place.max(axis=0)
    editor.drag((left + 0.15 * (right - left), top), (right, bottom))
    editor.press("Escape")
    editor.page.mouse.move(0, 0)
    take(editor, repository, "camera")


def test_merged(editor: EditorPage, street: Street, repository: Path) -> None:
    open_on_car(editor, street)
    one_frame = editor.page.evaluate("() => window.__truebox.viewport.stats.totalPoints")
    editor.press("Shift+M", "Shift+M")
    editor.choose_color("Time")
    editor.page.wait_for_function(FULL, arg=one_frame, timeout=60_000)
    take(editor, repository, "merged")


def test_palette(editor: EditorPage, street: Street, repository: Path) -> None:
    open_on_car(editor, street)
    editor.press("Control+k")
    editor.page.keyboard.type("fit")
    expect(editor.testid("palette-row").first).to_be_visible()
    take(editor, repository, "palette")


def test_korean(editor: EditorPage, street: Street, repository: Path) -> None:
    editor.page.add_init_script("localStorage.setItem('mantine-color-scheme-value', 'light')")
    open_on_car(editor, street)
    editor.testid("language").click()
    editor.testid("language-ko").click()
    expect(editor.page.locator("html")).to_have_attribute("lang", "ko")
    take(editor, repository, "korean")
