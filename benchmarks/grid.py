"""The batch grid over 40 frames in headless Chromium, beside bare canvases with as many points in the same browser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bare_page import PAGES
from benchmarks.browser import chromium
from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAME = "grid"
Figures = dict[str, float | int | str | None]
VIEWPORT = (1600, 900)
STEP_PX = 40
"""About what one notch of a wheel moves in a display frame."""

LABEL = """boxes => {
    const {editor} = window.__truebox;
    const id = editor.addCuboid(boxes[0], 'Car');
    editor.goToFrame(boxes.length - 1);
    editor.setBox(id, boxes.at(-1));
    editor.goToFrame(0);
    editor.select(id);
}"""
OPEN = """async () => {
    const hooks = window.__truebox;
    const start = performance.now();
    hooks.editor.grid.open();
    do { await new Promise(requestAnimationFrame); } while (hooks.grid?.isComplete !== true);
    return [performance.now() - start, hooks.grid.pointCount];
}"""
SCROLL = """async ([selector, step]) => {
    const element = document.querySelector(selector);
    const tasks = [];
    const observer = new PerformanceObserver(list => tasks.push(...list.getEntries().map(each => each.duration)));
    observer.observe({entryTypes: ['longtask']});
    const waits = [];
    for (let last = -1; element.scrollTop !== last;) {
        last = element.scrollTop;
        const start = performance.now();
        element.scrollTop += step;
        await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
        waits.push(performance.now() - start);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
    observer.disconnect();
    waits.sort((a, b) => a - b);
    return [waits.length, waits[Math.floor(waits.length / 2)], waits.at(-1), Math.max(0, ...tasks)];
}"""
"""Steps, the median and the longest time from a step until the page is free again, and the longest task above 50 ms."""


def run() -> Figures:
    """In a browser of its own; see ``measure``."""
    with chromium() as browser:
        return measure(browser)


def measure(browser: Browser, *, frame_count: int = 40, points: int = 120_000, rounds: int = 3) -> Figures:
    """Milliseconds, medians of the rounds; the longest waits and tasks are the longest of all rounds."""
    with tempfile.TemporaryDirectory() as scratch:
        drive = write_simulated_drive(Path(scratch) / "drive", frame_count, azimuths=points // 54, pictures=False)
        with ServerProcess(Path(scratch) / "data") as server:
            scene = server.import_folder(drive.folder, project="grid")[0]
            context = browser.new_context(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]})
            try:
                ours = _ours(context, f"{server.url}/scenes/{scene['id']}", drive, rounds)
                per_cell = round(ours["points"] / ours["cells_in_sight"])
                bare = _bare(context, frame_count, per_cell, rounds)
            finally:
                context.close()
    figures: Figures = {"frames": frame_count, "points_per_cell": per_cell}
    for name in ("open_ms", "step_ms", "longest_step_ms", "longest_task_ms"):
        figures |= {name: ours[name], f"bare_{name}": bare[name]}
    figures["first_open_ms"] = ours["first_open_ms"]
    figures["step_times_bare"] = ours["step_ms"] / bare["step_ms"]
    figures["longest_step_times_bare"] = ours["longest_step_ms"] / bare["longest_step_ms"]
    return figures


def _ours(context: BrowserContext, address: str, drive: WrittenDrive, rounds: int) -> dict[str, float]:
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("() => window.__truebox?.ready() === true", timeout=60_000)
    page.evaluate(LABEL, _boxes_of_nearest(drive))
    opened: list[tuple[float, float]] = []
    scrolls: list[list[float]] = []
    cells = 1
    for _ in range(rounds):
        opened.append(tuple(page.evaluate(OPEN)))
        cells = page.locator("[data-testid^=grid-cell-]").count()
        scrolls.append(page.evaluate(SCROLL, ["[data-testid=grid-scroll]", STEP_PX]))
        page.evaluate("() => window.__truebox.editor.grid.close()")
    page.close()
    first = {"first_open_ms": opened[0][0], "points": opened[0][1], "cells_in_sight": float(cells)}
    return {**first, "open_ms": median(each for each, _ in opened), **_scrolling(scrolls)}


def _bare(context: BrowserContext, cells: int, points: int, rounds: int) -> dict[str, float]:
    opened: list[float] = []
    scrolls: list[list[float]] = []
    for _ in range(rounds):
        page: Page = context.new_page()
        page.set_content((PAGES / "bare_grid.html").read_text(encoding="utf-8"))
        opened.append(page.evaluate("([cells, points]) => window.bare.open(cells, points)", [cells, points]))
        scrolls.append(page.evaluate(SCROLL, ["#scroll", STEP_PX]))
        page.close()
    return {"open_ms": median(opened), **_scrolling(scrolls)}


def _scrolling(scrolls: list[list[float]]) -> dict[str, float]:
    return {
        "step_ms": median(each[1] for each in scrolls),
        "longest_step_ms": max(each[2] for each in scrolls),
        "longest_task_ms": max(each[3] for each in scrolls),
    }


def _boxes_of_nearest(drive: WrittenDrive) -> list[dict[str, Any]]:
    """The object with the most points among those that all frames have, as the page takes boxes."""
    frames = [{item.track: item for item in objects} for objects in drive.truth]
    everywhere = set.intersection(*(set(frame) for frame in frames))
    track = max(everywhere, key=lambda each: sum(frame[each].lidar_points for frame in frames))
    boxes = [frame[track].box_ego for frame in frames]
    return [
        {
            "ego_from_object": {
                "quat_wxyz": box.frame_from_object.quat_wxyz.tolist(),
                "translation_m": box.center.tolist(),
            },
            "size_lwh_m": box.size_lwh_m.tolist(),
        }
        for box in boxes
    ]
