"""A million points a frame and ten million merged in headless Chromium, beside bare three.js with the same points."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bare_page import bare_page
from benchmarks.browser import chromium
from benchmarks.dense_drives import write_dense_drive
from benchmarks.frames import BARE_FIRST, BARE_SWITCH, OUR_FIRST, QUIET, QUIET_MS, bare_address, opened
from benchmarks.server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME = "big_clouds"
Figures = dict[str, float | int | str | None]

FILLS = """async ([change, isWhole]) => {
    const {editor, viewport} = window.__truebox;
    const {session} = editor;
    const gl = document.querySelector('canvas.tb-scene-canvas').getContext('webgl2');
    const changes = Object.entries(change).some(([key, value]) => session.getState()[key] !== value);
    const start = performance.now();
    session.setState(change);
    // Asking puts the clock of the switch back, if there is anything to ask for.
    while (changes && viewport.stats.frameReadyAt === null) { await new Promise(requestAnimationFrame); }
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    const first = performance.now() - start;
    const isFull = ({points, totalPoints, drawnPoints}) => points === totalPoints && drawnPoints === totalPoints;
    while (isWhole && !isFull(viewport.stats)) { await new Promise(requestAnimationFrame); }
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    return [first, performance.now() - start];
}"""
RECORD_REPAINTS = """() => {
    window.repaints = [];
    const canvas = document.querySelector('canvas.tb-scene-canvas');
    const gl = canvas.getContext('webgl2');
    const look = () => {
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        window.repaints.push(performance.now());
        if (window.repaints.length < 1000) { requestAnimationFrame(look); }
    };
    requestAnimationFrame(look);
}"""
REPAINTS = """() => {
    const at = window.repaints;
    window.repaints = Array(1000);
    return at.slice(1).map((time, i) => time - at[i]);
}"""
ORBIT_STEPS = 20
BARE_ORBIT_STEPS = 3
COLD_STEP = 3
"""The viewer fetches two frames ahead and behind."""


def run() -> Figures:
    """In a browser of its own; see ``measure``."""
    with chromium() as browser:
        return measure(browser)


def measure(
    browser: Browser, *, points: int = 1_000_000, merged_frames: int = 10, rounds: int = 3, heap_switches: int = 200
) -> Figures:
    """Milliseconds to the first picture and to all points, of a drawing while turning; megabytes that are held.

    The merged cloud is every frame's points; the bare page loads them as one file.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "drive"
        files = write_dense_drive(folder, merged_frames, points)
        whole = Path(scratch) / "whole.bin"
        with whole.open("wb") as out:
            for file in files:
                out.write(file.read_bytes())
        with ServerProcess(Path(scratch) / "data") as server, bare_page([*files, whole]) as bare_url:
            scene = server.import_folder(folder, project="big")[0]
            with opened(browser, f"{server.url}/scenes/{scene['id']}", OUR_FIRST) as (ours, _):
                with opened(browser, bare_address(bare_url, ours), BARE_FIRST) as (bare, _):
                    figures = _frame(ours, bare, rounds) | {"server_peak_mb": server.peak_memory_mb()}
                    figures |= _merged(ours, bare, len(files)) | {"server_merged_peak_mb": server.peak_memory_mb()}
                figures |= _heap(ours, merged_frames, heap_switches)
    return {"points": points, "merged_points": points * merged_frames} | figures


def _frame(ours: Page, bare: Page, rounds: int) -> Figures:
    times: list[tuple[float, float, float]] = []
    for turn in range(1, 1 + rounds):
        ours.bring_to_front()
        ours.evaluate(QUIET, QUIET_MS)
        first_ms, full_ms = ours.evaluate(FILLS, [{"frameIndex": COLD_STEP * turn}, True])
        bare.bring_to_front()
        times.append((first_ms, full_ms, bare.evaluate(BARE_SWITCH, COLD_STEP * turn)))
    first_ms, full_ms, bare_ms = (median(column) for column in zip(*times, strict=True))
    return {
        "frame_first_ms": first_ms,
        "frame_full_ms": full_ms,
        "frame_bare_ms": bare_ms,
        "frame_first_times_bare": first_ms / bare_ms,
        "frame_full_times_bare": full_ms / bare_ms,
    }


def _merged(ours: Page, bare: Page, whole: int) -> Figures:
    """The cloud that nobody has asked for yet, and again when the server has it."""
    ours.bring_to_front()
    ours.evaluate(QUIET, QUIET_MS)
    cold_ms, cold_full_ms = ours.evaluate(FILLS, [{"merged": "scene"}, True])
    orbit_ms = _orbit(ours)
    tab_mb = _held_mb(ours)
    ours.evaluate(FILLS, [{"merged": "off"}, True])
    first_ms, full_ms = ours.evaluate(FILLS, [{"merged": "scene"}, True])
    ours.evaluate(FILLS, [{"merged": "off"}, True])
    bare.bring_to_front()
    bare_ms = bare.evaluate(BARE_SWITCH, whole)
    bare_orbit_ms = median(bare.evaluate("steps => window.bare.orbit(steps)", BARE_ORBIT_STEPS))
    return {
        "merged_cold_first_ms": cold_ms,
        "merged_cold_full_ms": cold_full_ms,
        "merged_first_ms": first_ms,
        "merged_full_ms": full_ms,
        "merged_bare_ms": bare_ms,
        "merged_tab_mb": tab_mb,
        "merged_bare_tab_mb": _held_mb(bare),
        "orbit_ms": orbit_ms,
        "orbit_bare_ms": bare_orbit_ms,
        "orbit_times_bare": orbit_ms / bare_orbit_ms,
    }


def _orbit(page: Page) -> float:
    """The median time of a repaint while a hand turns the view."""
    bounds: Any = page.get_by_test_id("view-perspective").bounding_box()
    x, y = bounds["x"] + 200, bounds["y"] + 200
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(RECORD_REPAINTS)
    for step in range(ORBIT_STEPS):
        page.mouse.move(x + 8 * step, y)
    times_ms: list[float] = page.evaluate(REPAINTS)
    page.mouse.up()
    return median(times_ms)


def _heap(page: Page, frame_count: int, switches: int) -> Figures:
    page.bring_to_front()
    sizes_mb: list[float] = []
    for _ in range(2):
        for turn in range(max(1, switches // 2)):
            page.evaluate(FILLS, [{"frameIndex": turn % frame_count}, False])
        sizes_mb.append(_held_mb(page))
    return {"heap_switches": switches, "heap_halfway_mb": sizes_mb[0], "heap_mb": sizes_mb[1]}


def _held_mb(page: Page) -> float:
    """JavaScript objects and array buffers, garbage collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    session.detach()
    return float((usage["usedSize"] + usage.get("backingStorageSize", 0)) / 2**20)
