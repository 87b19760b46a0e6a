"""A million points a frame, many sweeps as one cloud, and how clouds are looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.dense_drives import write_dense_drive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch
from tests.e2e.odd_scenes import put_points, write_scene
from tests.e2e.pictures import bright_share, difference, pixels_of

POINTS = 1_000_000
FRAMES = 4
"""The last of them is one that is not fetched ahead from the first."""

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
    expect(editor.testid("age-legend")).to_contain_text("0.30 s")
    expect(editor.testid("cloud-merged")).to_have_text(f"{FRAMES} sweeps")
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


def test_cutting_and_hiding_change_the_picture(editor: EditorPage, dense_scene: dict[str, Any]) -> None:
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
    near = looked(heightClip=None, distanceClip=10)
    assert bright_share(near) < 0.8 * bright_share(whole)
    no_ground = looked(distanceClip=None, showGround=False)
    assert bright_share(no_ground) < 0.8 * bright_share(whole)
    assert difference(whole, looked(showGround=True)) < 0.0005


BOARD_X_M, BOARD_HALF_M, BOARD_HEIGHT_M = 14.0, 2.0, 3.0


def board_on_ground() -> Any:
    """(N, 4) a board that stands upright ahead on even ground, dense enough to have no gaps, in the lidar's frame."""
    ground = [(x, y, -1.8) for x in np.arange(5, 35, 0.05) for y in np.arange(-8, 8, 0.05)]
    across = np.arange(-BOARD_HALF_M, BOARD_HALF_M, 0.04)
    board = [(BOARD_X_M, y, z - 1.8) for y in across for z in np.arange(0, BOARD_HEIGHT_M, 0.04)]
    return np.column_stack([np.array(ground + board), np.full(len(ground) + len(board), 0.5)]).astype(np.float32)


def test_shading_by_depth_darkens_what_lies_behind_an_edge(
    editor: EditorPage, server: ServerProcess, tmp_path: Path
) -> None:
    dataset = write_scene(tmp_path)
    put_points(dataset, 0, board_on_ground())
    (scene,) = server.import_folder(dataset, project="board")
    editor.open(scene["id"])
    wait_full(editor)
    editor.settle_view()
    plain = picture(editor).max(axis=2).astype(float)
    set_session(editor, eyeDome=True)
    wait_full(editor)
    share = picture(editor).max(axis=2) / np.maximum(plain, 1.0)
    bounds = editor.testid("view-perspective").bounding_box()
    assert bounds is not None
    for height_m in (0.8, 1.6, 2.4):
        page_x, page_y = editor.to_screen([BOARD_X_M, BOARD_HALF_M, height_m])
        x, y = round(page_x - bounds["x"]), round(page_y - bounds["y"])
        behind, ground, board = share[y, x - 4 : x + 1], share[y, x - 60 : x - 20], share[y, x + 6 : x + 40]
        assert behind.min() < 0.7
        assert np.median(ground) > 0.85
        assert np.median(board) > 0.85
    set_session(editor, eyeDome=False)
    wait_full(editor)
    assert np.abs(picture(editor).max(axis=2) - plain).max() < 2


def test_points_without_a_place_are_told(editor: EditorPage, server: ServerProcess, tmp_path: Path) -> None:
    points = board_on_ground()[:6000]
    points[::3, 0] = np.nan
    dataset = write_scene(tmp_path)
    put_points(dataset, 0, points)
    (scene,) = server.import_folder(dataset, project="nan")
    editor.open(scene["id"])
    expect(editor.testid("cloud-dropped")).to_contain_text("2,000")
    assert stats(editor)["points"] == 4000
    editor.go_to_frame(1)
    expect(editor.testid("cloud-dropped")).to_be_hidden()


@pytest.mark.parametrize("away_m", [3.0, 15_000.0, 40_000.0])
def test_a_cloud_at_one_place_and_far_away(
    editor: EditorPage, server: ServerProcess, tmp_path: Path, watch: Watch, away_m: float
) -> None:
    watch.expected += [r"answer 4..: GET .*/frames/0/points", "status of 4.."]
    dataset = write_scene(tmp_path)
    put_points(dataset, 0, np.tile(np.array([[away_m, 0.0, 0.0, 0.5]], np.float32), (300_000, 1)))
    (scene,) = server.import_folder(dataset, project=f"far {away_m}")
    editor.open(scene["id"])
    if away_m > 20_000.0:
        expect(editor.testid("cloud-dropped")).to_contain_text("300,000")
    else:
        wait_full(editor)
        assert stats(editor)["points"] == 300_000
    set_session(editor, merged="scene")
    editor.page.wait_for_function("() => window.__truebox.viewport.stats.points >= 4 * 2500", timeout=60_000)
    set_session(editor, merged="off")
    editor.draw_box([9.5, -1.2, 0.0], [14.5, 1.2, 0.0])
    editor.wait_saved()
