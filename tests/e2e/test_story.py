"""The main job from an empty scene to KITTI's rows, on the real drive and on the simulated one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Download, expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage, box_of
from benchmarks.server_process import ServerProcess
from geometry import Box, iou_3d
from tests.e2e.kitti import Row, read_rows
from tests.e2e.overlay import read_strokes
from tests.e2e.truth import KnownCar, real_car, simulated_car

LAST = 11
STROKE_PX = 1.8
"""Half a line's width, and the rounding to pixels of the screen."""


def iou(a: Box, b: Box) -> float:
    return float(iou_3d([a], [b])[0, 0])


@pytest.fixture(params=["real", "simulated"])
def car(request: pytest.FixtureRequest, server: ServerProcess) -> KnownCar:
    if request.param == "real":
        drive = request.getfixturevalue("drive_0013")
        scene = server.import_folder(drive, project="drive 0013")[0]
        return real_car(scene, request.getfixturevalue("shared_data"), LAST + 1)
    written: WrittenDrive = request.getfixturevalue("small_drive")
    return simulated_car(server.import_folder(written.folder, project="simulated")[0], written, (621, 188))


def test_a_car_is_labeled_and_exported(car: KnownCar, editor: EditorPage, tmp_path: Path) -> None:
    editor.open(car.scene["id"])

    draw_on(editor, car.boxes_ego[0])
    editor.fit_to(car.boxes_ego[0])
    assert iou(editor.selected_box(), car.boxes_ego[0]) > 0.9
    see_it_in_the_image(editor, car, 0)

    editor.go_to_frame(LAST)
    editor.press("k")
    editor.page.wait_for_function("() => window.__truebox.editor.selected?.is_key === true")
    editor.next_drawing()
    editor.fit_to(car.boxes_ego[LAST])
    assert iou(editor.selected_box(), car.boxes_ego[LAST]) > 0.85
    see_it_in_the_image(editor, car, LAST)

    for frame in range(1, LAST):
        (derived,) = editor.frame_cuboids(frame)
        assert not derived["is_key"]
        assert iou(box_of(derived), car.boxes_ego[frame]) > 0.7, f"frame {frame}"
    editor.go_to_frame(5)
    see_it_in_the_image(editor, car, 5, dashed=True)

    labels = all_cuboids(editor)
    undo_and_redo(editor, labels)
    editor.wait_saved()
    editor.page.reload()
    editor.wait_ready()
    assert all_cuboids(editor) == labels

    rows = rows_of(export(editor), tmp_path)
    assert [row.frame for row in rows] == list(range(LAST + 1))
    assert len({row.track for row in rows}) == 1
    for row, (cuboid,) in zip(rows, labels, strict=True):
        compare(row, box_of(cuboid), car)


def draw_on(editor: EditorPage, truth: Box) -> None:
    """Draw the rectangle of a car's footprint, from its right rear corner to its left front one, on the ground."""
    editor.settle_view()
    corners = truth.corners()
    editor.draw_box(corners[2], corners[0])
    editor.settle_view()


def see_it_in_the_image(editor: EditorPage, car: KnownCar, frame: int, *, dashed: bool = False) -> None:
    """The overlay's lines lie where the tests' own projection says, in the strip and in the enlarged image."""
    edges = car.calib.edges_px(editor.selected_box().corners(), car.camera)
    tile = editor.testid(f"camera-{car.camera}")
    expect(tile).to_have_attribute("data-frame", str(frame))
    editor.next_drawing()
    check_strokes(editor, car, "strip", edges, dashed)
    editor.testid(f"enlarge-{car.camera}").click(force=True)
    expect(editor.testid("enlarged-camera").locator("img")).to_be_visible()
    editor.page.wait_for_function("() => window.__truebox.ready() === true")
    editor.next_drawing()
    check_strokes(editor, car, "enlarged", edges, dashed)
    editor.testid("enlarged-close").click()


def check_strokes(editor: EditorPage, car: KnownCar, where: str, edges: list[Any], dashed: bool) -> None:
    camera = editor.testid(f"camera-{car.camera}" if where == "strip" else "enlarged-camera")
    strokes = read_strokes(camera, car.size_px[0])
    assert strokes.farthest_px(edges) < STROKE_PX, where
    # Between two dashes there is a gap.
    assert strokes.uncovered_px(edges, car.size_px) < (6 if dashed else STROKE_PX), where


def undo_and_redo(editor: EditorPage, labels: list[list[dict[str, Any]]]) -> None:
    steps = 0
    while editor.testid("undo").is_enabled():
        editor.press("Control+z")
        steps += 1
        assert steps < 100
    assert all_cuboids(editor) == [[] for _ in labels]
    for _ in range(steps):
        editor.press("Control+Shift+Z")
    assert all_cuboids(editor) == labels


def all_cuboids(editor: EditorPage) -> list[list[dict[str, Any]]]:
    return [editor.frame_cuboids(frame) for frame in range(LAST + 1)]


def export(editor: EditorPage) -> Download:
    editor.testid("open-export").click()
    editor.testid("export-format").click()
    editor.page.get_by_role("option", name="KITTI tracking", exact=True).click()
    editor.testid("export-start").click()
    expect(editor.testid("export-done")).to_be_visible()
    with editor.page.expect_download() as download:
        editor.testid("export-download").click()
    return download.value


def rows_of(download: Download, folder: Path) -> list[Row]:
    path = folder / download.suggested_filename
    download.save_as(path)
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if "label_02/" in name and name.endswith(".txt")]
        return read_rows(archive.read(name).decode())


def compare(row: Row, box_ego: Box, car: KnownCar) -> None:
    """A row says where the box is that was drawn."""
    rect_from_ego = car.calib.rect_from_ego
    center_rect = (rect_from_ego @ [*box_ego.center, 1.0])[:3]
    assert row.category == "Car"
    assert row.rect_from_object[:3, 3] == pytest.approx(center_rect, abs=1e-3)
    assert row.size_hwl == pytest.approx(box_ego.size_lwh_m[[2, 1, 0]], abs=1e-3)
    forward_rect = rect_from_ego[:3, :3] @ box_ego.frame_from_object.rotation[:, 0]
    assert row.rotation_y == pytest.approx(np.arctan2(-forward_rect[2], forward_rect[0]), abs=1e-3)
    turn = row.alpha - row.rotation_y + np.arctan2(row.location[0], row.location[2])
    assert abs((turn + np.pi) % (2 * np.pi) - np.pi) < 1e-3
    # The row's box stands upright in rect, the drawn one upright in ego: less than two pixels apart.
    uv = np.concatenate(car.calib.edges_px(box_ego.corners(), car.camera))
    limit = np.array(car.size_px) - 1.0
    ltrb = [*np.clip(uv.min(axis=0), 0, limit), *np.clip(uv.max(axis=0), 0, limit)]
    assert row.bbox == pytest.approx(ltrb, abs=4.0)
