"""First frame and change of frame in headless Chromium, beside a bare three.js page in the same browser and run."""

from __future__ import annotations

import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bare_page import bare_page
from benchmarks.browser import chromium
from benchmarks.drives import write_simulated_drive
from benchmarks.server_process import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME = "frames"
Figures = dict[str, float | int | str | None]
VIEWPORT = (1600, 900)
WARM_UP = 2
COLD_STEP = 5
"""The viewer fetches two frames ahead and behind, so the fifth is one that nobody has fetched."""
DISTINCT_FRAMES = 4
FINISH = """const finish = (canvas) => {
    const gl = canvas.getContext('webgl2');
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
};"""
"""Reading a pixel waits until everything is drawn."""

OUR_SWITCH = f"""async (frame) => {{
    {FINISH}
    const {{editor, viewport, ready}} = window.__truebox;
    const start = performance.now();
    const drawn = new Promise(resolve => {{
        const stop = viewport.subscribe(() => {{
            if (viewport.stats.frameReadyAt !== null && viewport.status.frameIndex === frame) {{ stop(); resolve(); }}
        }});
    }});
    editor.goToFrame(frame);
    await drawn;
    finish(document.querySelector('canvas.tb-scene-canvas'));
    const points = performance.now() - start;
    while (!ready()) {{ await new Promise(requestAnimationFrame); }}
    return [points, performance.now() - start];
}}"""
BARE_SWITCH = f"""async (frame) => {{
    {FINISH}
    const start = performance.now();
    await window.bare.show(frame);
    finish(document.querySelector('canvas'));
    return performance.now() - start;
}}"""
OUR_FIRST = """() => {
    const hooks = window.__truebox;
    return hooks !== undefined && hooks.ready() ? [hooks.viewport.stats.frameReadyAt, performance.now()] : false;
}"""
BARE_FIRST = "() => window.bare !== undefined && window.bare.shown >= 0 ? performance.now() : false"
OUR_NEXT_IS_HERE = "() => window.__truebox.viewport.canAdvance"
QUIET = """async (ms) => {
    const {viewport} = window.__truebox;
    let count = -1;
    while (!viewport.canAdvance || count !== performance.getEntriesByType('resource').length) {
        count = performance.getEntriesByType('resource').length;
        await new Promise(resolve => setTimeout(resolve, ms));
    }
}"""
QUIET_MS = 300
"""What a switch fetches ahead must not be paid by the next one."""
VIEW_SIZE = """() => {
    const {width, height} = document.querySelector('[data-testid=view-perspective]').getBoundingClientRect();
    return [width, height];
}"""


def run() -> Figures:
    """In a browser of its own; see ``measure``."""
    with chromium() as browser:
        return measure(browser)


def measure(
    browser: Browser,
    *,
    points: int = 120_000,
    rounds: int = 7,
    heap_switches: int = 100,
    image_size_px: tuple[int, int] = (1242, 375),
) -> Figures:
    """Medians in milliseconds and their ratios; ``full`` counts the three pictures too, which the bare page lacks."""
    frame_count = COLD_STEP * (2 * (WARM_UP + rounds) + 1)
    with tempfile.TemporaryDirectory() as scratch:
        folder, files = _write_drive(Path(scratch) / "drive", frame_count, points, image_size_px)
        with ServerProcess(Path(scratch) / "data") as server, bare_page(files) as bare_url:
            scene = server.import_folder(folder, project="frames")[0]
            address = f"{server.url}/scenes/{scene['id']}"
            figures = _first_frames(browser, address, bare_url, rounds)
            with opened(browser, address, OUR_FIRST) as (ours, _):
                with opened(browser, bare_address(bare_url, ours), BARE_FIRST) as (bare, _):
                    figures |= _switches(ours, bare, rounds, lambda frame: _encode(server, scene["id"], frame))
                figures |= _heap(ours, frame_count, heap_switches)
                figures["points"] = ours.evaluate("() => window.__truebox.viewport.stats.points")
    return figures


def _write_drive(
    folder: Path, frame_count: int, points: int, image_size_px: tuple[int, int]
) -> tuple[Path, list[Path]]:
    """A drive whose few distinct frames come again and again; and its clouds."""
    drive = write_simulated_drive(folder, DISTINCT_FRAMES, azimuths=points // 54, image_size_px=image_size_px)
    training = drive.folder / "training"
    for sensor in ("velodyne", "image_01", "image_02", "image_03"):
        files = sorted((training / sensor / drive.name).iterdir())
        for index in range(DISTINCT_FRAMES, frame_count):
            source = files[index % DISTINCT_FRAMES]
            shutil.copyfile(source, source.with_stem(f"{index:06d}"))
    oxts = training / "oxts" / f"{drive.name}.txt"
    rows = oxts.read_text().splitlines()
    oxts.write_text("".join(f"{rows[index % DISTINCT_FRAMES]}\n" for index in range(frame_count)))
    return drive.folder, sorted((training / "velodyne" / drive.name).iterdir())


@contextmanager
def opened(browser: Browser, url: str, ready: str) -> Iterator[tuple[Page, Any]]:
    """A page in a context of its own, with empty caches, once it is ready; and what ``ready`` then said."""
    context = browser.new_context(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]})
    try:
        page = context.new_page()
        page.goto(url, wait_until="commit")
        yield page, page.wait_for_function(ready, timeout=60_000).json_value()
    finally:
        context.close()


def bare_address(bare_url: str, ours: Page) -> str:
    """The bare page with a canvas as large as our perspective view."""
    width, height = ours.evaluate(VIEW_SIZE)
    return f"{bare_url}?width={width:.0f}&height={height:.0f}"


def _first_frames(browser: Browser, address: str, bare_url: str, rounds: int) -> Figures:
    """From navigation to the first frame, with empty caches of the browser."""
    points_ms: list[float] = []
    full_ms: list[float] = []
    bare_ms: list[float] = []
    for turn in range(WARM_UP + rounds):
        with opened(browser, address, OUR_FIRST) as (page, (points_at, full_at)):
            bare_url_here = bare_address(bare_url, page)
        with opened(browser, bare_url_here, BARE_FIRST) as (_, bare_at):
            pass
        if turn >= WARM_UP:
            points_ms.append(points_at)
            full_ms.append(full_at)
            bare_ms.append(bare_at)
    return {
        "first_points_ms": median(points_ms),
        "first_full_ms": median(full_ms),
        "first_bare_ms": median(bare_ms),
        "first_full_minus_bare_s": (median(full_ms) - median(bare_ms)) / 1e3,
    }


def _encode(server: ServerProcess, scene_id: str, frame: int) -> None:
    """Let the server make a frame's bytes and keep them."""
    url = server.request("GET", f"/scenes/{scene_id}")["frames"][frame]["points_url"]
    call = urllib.request.Request(server.url + url, headers={"accept-encoding": "zstd"})
    with urllib.request.urlopen(call, timeout=30) as answer:
        answer.read()


def _switches(ours: Page, bare: Page, rounds: int, encode: Callable[[int], None]) -> Figures:
    """Changes of frame, each page in front while it works.

    ``cold``: nobody has asked for the frame yet, so the server reads and encodes it. ``served``: the server has its
    bytes, the browser not. ``prefetched``: the browser has its points.
    """
    cold: list[tuple[float, float, float]] = []
    served: list[tuple[float, float, float]] = []
    warm: list[tuple[float, float, float]] = []
    for turn in range(WARM_UP + rounds):
        cold.append(_both(ours, bare, COLD_STEP * (2 * turn + 1)))
        encode(COLD_STEP * (2 * turn + 2))
        served.append(_both(ours, bare, COLD_STEP * (2 * turn + 2)))
    for turn in range(WARM_UP + rounds):
        # Next to a frame that was shown, so its points are in the page's memory.
        frame = COLD_STEP * (turn + 1) + 1
        ours.bring_to_front()
        ours.evaluate(OUR_SWITCH, frame - 1)
        ours.wait_for_function(OUR_NEXT_IS_HERE)
        bare.bring_to_front()
        bare.evaluate("frame => window.bare.prefetch(frame)", frame)
        warm.append(_both(ours, bare, frame))
    figures = [("cold", cold), ("served", served), ("prefetched", warm)]
    return {key: value for name, times in figures for key, value in _ratios(name, times[WARM_UP:]).items()}


def _both(ours: Page, bare: Page, frame: int) -> tuple[float, float, float]:
    ours.bring_to_front()
    ours.evaluate(QUIET, QUIET_MS)
    points_ms, full_ms = ours.evaluate(OUR_SWITCH, frame)
    bare.bring_to_front()
    return points_ms, full_ms, bare.evaluate(BARE_SWITCH, frame)


def _ratios(name: str, times_ms: list[tuple[float, float, float]]) -> Figures:
    points_ms, full_ms, bare_ms = (median(column) for column in zip(*times_ms, strict=True))
    return {
        f"{name}_points_ms": points_ms,
        f"{name}_full_ms": full_ms,
        f"{name}_bare_ms": bare_ms,
        f"{name}_points_times_bare": points_ms / bare_ms,
        f"{name}_full_times_bare": full_ms / bare_ms,
    }


def _heap(page: Page, frame_count: int, switches: int) -> Figures:
    """What the page holds after many changes of frame, garbage collected: JavaScript objects and array buffers."""
    page.bring_to_front()
    session = page.context.new_cdp_session(page)
    sizes_mb: list[float] = []
    for _ in range(2):
        for turn in range(max(1, switches // 2)):
            page.evaluate(OUR_SWITCH, turn % frame_count)
        session.send("HeapProfiler.collectGarbage")
        usage = session.send("Runtime.getHeapUsage")
        sizes_mb.append((usage["usedSize"] + usage.get("backingStorageSize", 0)) / 2**20)
    return {"heap_switches": switches, "heap_halfway_mb": sizes_mb[0], "heap_mb": sizes_mb[1]}
