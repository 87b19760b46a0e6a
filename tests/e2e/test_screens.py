"""The whole editor at two sizes: nothing leaves the screen, nothing covers another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
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


def select(editor: EditorPage, name: str) -> None:
    """The nearest one of that name in the list, and wait until its views are drawn."""
    editor.testid("object-row").filter(has_text=name).first.click()
    expect(editor.testid("handle-top-rotate")).to_be_visible()
    editor.settle_view()
    editor.next_drawing()
