"""A million points a frame, many sweeps as one cloud, and how clouds are looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.dense_drives import write_dense_drive
from benchmarks.server_process import ServerProcess
from tests.e2e.editor_page import EditorPage
from tests.e2e.pictures import bright_share, difference, pixels_of

POINTS = 1_000_000
FRAMES = 3
FULL = "() => { const s = window.__truebox.viewport.stats; return s.totalPoints > 0 && s.points === s.totalPoints; }"
AT_REST = "() => { const s = window.__truebox.viewport.stats; return s.drawnPoints === s.totalPoints; }"
RECORD_COUNTS = """() => {
    const {viewport} = window.__truebox;
    window.counts = [];
    viewport.subscribe(() => {
        const {points, totalPoints, drawnPoints} = viewport.stats;
        if (viewport.status.state === 'ready') { window.counts.push([points, totalPoints, drawnPoints]); }
    });
}"""


@pytest.fixture(scope="module")
def dense_scene(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("dense")
    write_dense_drive(folder, FRAMES, POINTS)
    return server.import_folder(folder, project="dense")[0]


def set_session(editor: EditorPage, **state: Any) -> None:
    editor.page.evaluate("state => window.__truebox.editor.session.setState(state)", state)


def stats(editor: EditorPage) -> dict[str, Any]:
    return dict(editor.page.evaluate("() => ({...window.__truebox.viewport.stats})"))


def wait_full(editor: EditorPage) -> None:
    editor.page.wait_for_function(FULL, timeout=60_000)
    editor.page.wait_for_function(AT_REST, timeout=60_000)
    editor.next_drawing()


def picture(editor: EditorPage) -> Any:
    return pixels_of(editor.page, editor.testid("view-perspective"))


def test_a_million_points_show_a_part_at_once_and_fill_up(editor: EditorPage, dense_scene: dict[str, Any]) -> None:
    editor.open(dense_scene["id"])
    wait_full(editor)
    assert stats(editor)["points"] == POINTS
    editor.page.evaluate(RECORD_COUNTS)
    editor.press("End")
    editor.wait_frame(FRAMES - 1)
    wait_full(editor)
    counts = np.array(editor.page.evaluate("() => window.counts"))
    assert counts[0, 0] < POINTS
    assert (np.diff(counts[:, 0]) >= 0).all()
    assert (counts[:, 1] == POINTS).all()
    # While the camera moves, only so many points are drawn as the budget allows; at rest, all of them.
    box = editor.testid("view-perspective").bounding_box()
    assert box is not None
    editor.page.mouse.move(box["x"] + 300, box["y"] + 300)
    editor.page.evaluate(
        "() => { window.least = Infinity; window.stopLook = false; const look = () => {"
        " window.least = Math.min(window.least, window.__truebox.viewport.stats.drawnPoints);"
        " if (!window.stopLook) requestAnimationFrame(look); }; look(); }"
    )
    editor.page.mouse.wheel(0, -300)
    editor.page.wait_for_function("() => window.least < 1_000_000")
    editor.page.wait_for_function(AT_REST)
    editor.page.evaluate("() => { window.stopLook = true; }")


def test_many_sweeps_are_one_cloud_with_ages(editor: EditorPage, dense_scene: dict[str, Any]) -> None:
    editor.open(dense_scene["id"])
    wait_full(editor)
    editor.press("Shift+M", "Shift+M")
    expect(editor.testid("cloud-progress")).to_be_visible()
    editor.page.wait_for_function(
        "n => window.__truebox.viewport.stats.points === n", arg=FRAMES * POINTS, timeout=60_000
    )
    wait_full(editor)
    expect(editor.testid("cloud-progress")).to_be_hidden()
    by_height = picture(editor)
    editor.choose_color("Time")
    wait_full(editor)
    expect(editor.testid("age-legend")).to_contain_text("0.20 s")
    assert difference(by_height, picture(editor)) > 0.02
    editor.press("Shift+M")
    editor.page.wait_for_function("n => window.__truebox.viewport.stats.points === n", arg=POINTS, timeout=60_000)


def test_around_an_object_only_its_place_is_merged(editor: EditorPage, dense_scene: dict[str, Any]) -> None:
    editor.open(dense_scene["id"])
    wait_full(editor)
    editor.draw_box([9.5, 4.8, 0.0], [14.5, 7.2, 0.0])
    set_session(editor, merged="object")
    editor.page.wait_for_function("n => window.__truebox.viewport.stats.points > n", arg=POINTS, timeout=60_000)
    wait_full(editor)
    assert POINTS < stats(editor)["points"] < 2 * POINTS
    # An edit is an edit of this frame's cuboid, and the cloud stays.
    before = editor.selected_box()
    editor.drag_handle("top", "up", before.center + [3.0, 0.0, 0.0])
    assert stats(editor)["points"] > POINTS
    assert editor.selected_box().size_lwh_m[0] != pytest.approx(before.size_lwh_m[0], abs=0.05)


def test_cutting_shading_and_hiding_change_the_picture(editor: EditorPage, dense_scene: dict[str, Any]) -> None:
    editor.open(dense_scene["id"])
    wait_full(editor)
    whole = picture(editor)

    def looked(**state: Any) -> Any:
        set_session(editor, **state)
        editor.next_drawing()
        wait_full(editor)
        return picture(editor)

    low = looked(heightClip=[1.0, 3.0])
    assert bright_share(low) < 0.8 * bright_share(whole)
    near = looked(heightClip=None, distanceClip=15)
    assert bright_share(near) < 0.8 * bright_share(whole)
    no_ground = looked(distanceClip=None, showGround=False)
    assert bright_share(no_ground) < 0.8 * bright_share(whole)
    shaded = looked(showGround=True, eyeDome=True)
    assert difference(whole, shaded) > 0.002
    assert difference(whole, looked(eyeDome=False)) < 0.0005
