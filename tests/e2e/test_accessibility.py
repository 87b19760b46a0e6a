"""Every page, dialog and popover in both themes: nothing serious for axe, and everything within a keyboard's reach."""

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

AXE = "viewer/web/node_modules/axe-core/axe.min.js"
FIND = """async () => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    return found.violations.filter(({impact}) => impact === 'serious' || impact === 'critical').map(
        ({id, nodes}) => `${id}: ${nodes.slice(0, 4).map(node =>
            `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}"""
FOCUSED = """() => {
    const element = document.activeElement;
    if (element === null || element === document.body) { return null; }
    window.tbStops ??= new Map();
    if (!window.tbStops.has(element)) { window.tbStops.set(element, window.tbStops.size); }
    const label = element.labels?.[0]?.textContent ?? document.getElementById(
        element.getAttribute('aria-labelledby')?.split(' ')[0] ?? '')?.textContent ?? '';
    const name = element.getAttribute('aria-label') || label || element.textContent.trim()
        || element.getAttribute('placeholder') || element.title;
    return {stop: window.tbStops.get(element), name, inDialog: element.closest('[role=dialog]') !== null,
        html: element.outerHTML.slice(0, 160)};
}"""
UNREACHED = """() => {
    const wanted = [...document.querySelectorAll('button, a[href], input, select, textarea, [role=slider]')];
    const groups = '[role=listbox], [role=tablist], [role=menu]';
    const inGroup = element => element.type === 'radio' || element.closest(groups);
    return wanted.filter(element => element.checkVisibility({checkVisibilityCSS: true}) && !element.disabled
        && element.tabIndex >= 0 && !inGroup(element) && !element.closest('[aria-hidden=true]')
        && !window.tbStops?.has(element)).map(element => element.outerHTML.slice(0, 160));
}"""
MOST_STOPS = 200
THEMES = ("dark", "light")

Opener = Callable[[EditorPage], None]


def click(name: str) -> Opener:
    return lambda editor: editor.testid(name).click()


def press(*keys: str) -> Opener:
    return lambda editor: editor.press(*keys)


def after(*openers: Opener) -> Opener:
    def do_all(editor: EditorPage) -> None:
        for opener in openers:
            opener(editor)

    return do_all


def enlarge(editor: EditorPage) -> None:
    editor.testid("camera-strip").get_by_role("button").first.click()


def select_one(editor: EditorPage) -> None:
    editor.testid("object-row").first.click()


def measure(editor: EditorPage) -> None:
    editor.press("u")
    editor.drag(editor.to_screen([8, -2, -0.9]), editor.to_screen([14, 2, -0.9]))


def color_by_age(editor: EditorPage) -> None:
    editor.press("Shift+M", "Shift+M")
    editor.testid("open-display").click()
    editor.testid("color-mode").get_by_text("Time", exact=True).click()
    editor.press("Escape")


def ask_merge(editor: EditorPage) -> None:
    select_one(editor)
    editor.press("m", "m")


def ask_conflict(editor: EditorPage) -> None:
    editor.page.evaluate("""() => {
        const {sync, store} = window.__truebox.editor;
        const mine = store.all('cuboids')[0];
        sync.raise([{kind: 'cuboids', id: mine.id, reason: 'changed', mine, theirs: {...mine, size_lwh_m: [1, 1, 1]}}]);
    }""")


EDITOR_STATES: dict[str, tuple[Opener, str]] = {
    "nothing": (press("Escape"), "view-perspective"),
    "selected": (press("Tab"), "handle-top-move"),
    "fit menu": (after(select_one, click("action-fit")), "action-fit_all"),
    "track menu": (after(select_one, click("track-menu")), "action-split"),
    "merge": (ask_merge, "merge-tracks-do"),
    "speed menu": (click("playback-speed"), "playback-speed-1"),
    "filter menu": (click("filter-category"), "filter-term-cat:Car"),
    "language menu": (click("language"), "language-ko"),
    "batch grid": (after(select_one, press("Shift+T")), "grid-cell-0"),
    "help": (press("?"), "help-search"),
    "palette": (press("Control+k"), "palette-row"),
    "keys": (press("Control+,"), "keys-search"),
    "recording a key": (after(press("Control+,"), click("record-undo")), "recording"),
    "export": (click("open-export"), "export-format"),
    "display": (click("open-display"), "display-settings"),
    "info": (click("scene-info"), "scene-info-text"),
    "findings": (press("l"), "findings-panel"),
    "ruler": (measure, "ruler-hint"),
    "merged cloud, by age": (color_by_age, "age-legend"),
    "attribute by key": (after(select_one, press(".")), "attribute-hint"),
    "camera": (enlarge, "image-tool-select"),
    "camera, tight box": (after(select_one, enlarge, press("i")), "image-hint"),
    "camera, ignore region": (after(enlarge, press("Shift+I")), "image-hint"),
    "camera, cuboid": (after(enlarge, click("image-tool-cuboid")), "image-hint"),
    "camera, points": (after(enlarge, press("Alt+o")), "image-point-colors"),
    "conflict": (ask_conflict, "keep-mine"),
}
"""What a person can open in the editor, and what shows that it is open."""


@pytest.fixture
def axe(repository: Path) -> str:
    path = repository / AXE
    if not path.is_file():
        pytest.skip("axe-core is not installed: npm ci in viewer/web")
    return path.read_text()


@pytest.fixture
def labeled(server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive) -> dict[str, Any]:
    label_all(server, scene, small_drive.truth)
    return scene


def violations(page: Page, axe: str) -> list[str]:
    """What axe calls serious or critical, once nothing moves any more."""
    page.evaluate("() => Promise.all(document.getAnimations().filter(each => each.effect.getTiming().iterations !== "
                  "Infinity).map(each => each.finished.catch(() => null)))")  # fmt: skip
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    return list(page.evaluate(FIND))


def listing(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{place}: {line}" for place, lines in found.items() for line in lines)


def open_in(theme: str, editor: EditorPage) -> None:
    editor.page.add_init_script(f"localStorage.setItem('mantine-color-scheme-value', '{theme}')")


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_in_the_editor(theme: str, editor: EditorPage, labeled: dict[str, Any], axe: str) -> None:
    open_in(theme, editor)
    found: dict[str, list[str]] = {}
    for name, (opener, shown) in EDITOR_STATES.items():
        editor.open(labeled["id"])
        expect(editor.page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
        opener(editor)
        expect(editor.testid(shown).first, name).to_be_visible()
        editor.next_drawing()
        if lines := violations(editor.page, axe):
            found[name] = lines
    assert not found, listing(found)


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_on_the_pages(theme: str, editor: EditorPage, labeled: dict[str, Any], axe: str) -> None:
    open_in(theme, editor)
    found: dict[str, list[str]] = {}
    for path in ("/", f"/projects/{labeled['project_id']}", "/nowhere"):
        editor.page.goto(f"{editor.url}{path}")
        expect(editor.page.get_by_role("banner")).to_be_visible()
        editor.page.wait_for_load_state("networkidle")
        if lines := violations(editor.page, axe):
            found[path] = lines
    assert not found, listing(found)


def test_every_control_is_reached_by_tab_and_has_a_name(editor: EditorPage, labeled: dict[str, Any]) -> None:
    editor.open(labeled["id"])
    # From a button on, Tab goes through the controls, not through the objects.
    editor.testid("back-to-project").focus()
    stops = walk(editor.page)
    assert [stop["html"] for stop in stops if not stop["name"]] == []
    assert editor.page.evaluate(UNREACHED) == []


@pytest.mark.parametrize("name", ["open-export", "open-help"])
def test_a_dialog_keeps_the_focus_and_gives_it_back(name: str, editor: EditorPage, labeled: dict[str, Any]) -> None:
    editor.open(labeled["id"])
    button = editor.testid(name)
    button.focus()
    editor.press("Enter")
    expect(editor.page.get_by_role("dialog")).to_be_visible()
    editor.page.wait_for_function("() => document.activeElement.closest('[role=dialog]') !== null")
    assert all(stop["inDialog"] for stop in walk(editor.page))
    editor.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the focus comes round, or leaves the page."""
    page.evaluate("() => { window.tbStops = undefined; }")
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        focused = page.evaluate(FOCUSED)
        if focused is None or focused["stop"] < len(stops):
            return stops
        stops.append(focused)
        page.keyboard.press("Tab")
    raise AssertionError(f"the focus does not come round within {MOST_STOPS} steps")
