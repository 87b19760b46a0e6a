"""The whole editor at two sizes: nothing leaves the screen, nothing covers another; and the picture for the README."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.server_process import ServerProcess
from simulation import SimulatedObject
from tests.e2e.editor_page import EditorPage
from tests.e2e.labeling import label_all
from tests.e2e.pictures import save

SIZES = [(1280, 720), (1920, 1080)]
CONTROLS = """() => {
    const shown = [...document.querySelectorAll('button, a, input, [role=radio], [role=option], h1, h2')].filter(
        element => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
            && !element.closest('.tb-rows, .tb-lanes-scroll, .tb-visually-hidden, [aria-hidden=true]'));
    const places = shown.map(element => ({element, rect: element.getBoundingClientRect()}))
        .filter(({rect}) => rect.width > 1 && rect.height > 1);
    const name = ({element}) => element.dataset.testid ?? element.getAttribute('aria-label') ?? element.textContent;
    const outside = places.filter(({element, rect}) => !element.closest('[data-testid=camera-strip]')
        && (rect.left < -0.5 || rect.top < -0.5 || rect.right > innerWidth + 0.5 || rect.bottom > innerHeight + 0.5));
    const covered = [];
    places.forEach((one, index) => places.slice(index + 1).forEach(other => {
        const width = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const height = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        const related = one.element.contains(other.element) || other.element.contains(one.element)
            || one.element.parentElement === other.element.parentElement && one.element.tagName === 'INPUT';
        if (width > 2 && height > 2 && !related) { covered.push(`${name(one)} / ${name(other)}`); }
    }));
    return {outside: outside.map(name), covered};
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_leaves_the_screen_or_covers_another(
    size: tuple[int, int],
    new_page: Callable[..., Page],
    server: ServerProcess,
    scene: dict[str, Any],
    small_drive: WrittenDrive,
    tmp_path: Path,
) -> None:
    label_all(server, scene, small_drive.truth)
    editor = EditorPage(new_page(size), server.url)
    editor.open(scene["id"])
    select(editor, "Car")
    page_does_not_scroll = "() => document.documentElement.scrollHeight <= innerHeight"
    assert editor.page.evaluate(page_does_not_scroll)
    save(editor.page, tmp_path / "editor.png")
    assert editor.page.evaluate(CONTROLS) == {"outside": [], "covered": []}


@pytest.mark.skipif(
    "TRUEBOX_UPDATE_SCREENSHOTS" not in os.environ, reason="set TRUEBOX_UPDATE_SCREENSHOTS=1 to draw it"
)
def test_the_picture_of_the_readme(
    new_page: Callable[..., Page], server: ServerProcess, repository: Path, tmp_path: Path
) -> None:
    drive = write_simulated_drive(tmp_path / "drive", 24, azimuths=1800)
    scene = server.import_folder(drive.folder, project="Simulated street")[0]
    label_all(server, scene, tuple(tuple(filter(is_worth_showing, objects)) for objects in drive.truth))
    editor = EditorPage(new_page((1920, 1080)), server.url)
    editor.open(scene["id"])
    editor.go_to_frame(10)
    ahead = [item for item in drive.truth[10] if item.category == "Car" and in_front(item)]
    select(editor, f"Car {max(ahead, key=lambda item: item.lidar_points).track}")
    editor.page.mouse.move(960, 1070)
    save(editor.page, repository / "docs/images/editor.png")


def is_worth_showing(item: SimulatedObject) -> bool:
    """Near enough to be told apart in a small picture."""
    return item.lidar_points >= 20 and float(np.hypot(*item.box_ego.center[:2])) < 45


def in_front(item: SimulatedObject) -> bool:
    """Whole in the front camera's picture."""
    x, y, _ = item.box_ego.center
    return bool(8 < x < 25 and abs(y) < 0.5 * x)


def select(editor: EditorPage, name: str) -> None:
    """The nearest one of that name in the list, and wait until its views are drawn."""
    editor.testid("object-row").filter(has_text=name).first.click()
    expect(editor.testid("handle-top-rotate")).to_be_visible()
    editor.settle_view()
    editor.next_drawing()
