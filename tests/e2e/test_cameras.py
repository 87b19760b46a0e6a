"""The enlarged image: tight boxes and what they disagree with, pulled edges, ignore regions, rectangles that fit."""

from __future__ import annotations

import re
import zipfile
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage, box_of
from geometry import iou_3d
from tests.e2e.kitti import Row
from tests.e2e.truth import KnownCar, simulated_car

SIZE_PX = (621, 188)
CAMERA = "image_02"


class Enlarged:
    """The enlarged image as a hand uses it: places are pixels of the image."""

    def __init__(self, editor: EditorPage, camera: str = CAMERA) -> None:
        self.editor = editor
        editor.testid(f"enlarge-{camera}").click(force=True)
        expect(editor.testid("enlarged-camera").locator("img")).to_be_visible()
        editor.wait_ready()
        editor.next_drawing()

    def place(self, uv: NDArray[np.float64] | tuple[float, float]) -> tuple[float, float]:
        bounds = self.editor.testid("enlarged-camera").locator("img").bounding_box()
        if bounds is None:
            raise AssertionError("the enlarged image is not shown")
        scale = bounds["width"] / SIZE_PX[0]
        # Pixel (0, 0) is the centre of the first one.
        return bounds["x"] + (uv[0] + 0.5) * scale, bounds["y"] + (uv[1] + 0.5) * scale

    def drag(self, start: NDArray[np.float64] | tuple[float, float], end: Any) -> None:
        self.editor.drag(self.place(start), self.place(end))
        self.editor.next_drawing()

    def image_boxes(self) -> list[dict[str, Any]]:
        return list(self.editor.page.evaluate("() => window.__truebox.editor.store.all('image_boxes')"))

    def red_pixels(self) -> int:
        script = """element => {
            const canvas = element.querySelector('.tb-image-boxes');
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) {
                count += data[i] > 220 && data[i + 1] < 110 && data[i + 2] < 130 && data[i + 3] > 200 ? 1 : 0;
            }
            return count;
        }"""
        self.editor.next_drawing()
        return int(self.editor.testid("enlarged-camera").evaluate(script))


@pytest.fixture
def car(scene: dict[str, Any], small_drive: WrittenDrive) -> KnownCar:
    return simulated_car(scene, small_drive, SIZE_PX)


@pytest.fixture
def on_car(editor: EditorPage, car: KnownCar) -> EditorPage:
    """The editor with the true box of the car, made by hooks: how boxes are made is tested elsewhere."""
    editor.open(car.scene["id"])
    truth = car.boxes_ego[0]
    box = {
        "ego_from_object": {
            "quat_wxyz": truth.frame_from_object.quat_wxyz.tolist(),
            "translation_m": truth.center.tolist(),
        },
        "size_lwh_m": truth.size_lwh_m.tolist(),
    }
    editor.page.evaluate("box => { window.__truebox.editor.addCuboid(box); }", box)
    return editor


def outline(editor: EditorPage, car: KnownCar) -> tuple[float, float, float, float]:
    """The cuboid's 2D box, by the tests' own projection."""
    uv = np.concatenate(car.calib.edges_px(editor.selected_box().corners(), car.camera))
    (left, top), (right, bottom) = uv.min(axis=0), uv.max(axis=0)
    width, height = car.size_px
    return max(left, 0.0), max(top, 0.0), min(right, width - 1.0), min(bottom, height - 1.0)


def draw_tight(enlarged: Enlarged, ltrb: tuple[float, float, float, float]) -> None:
    enlarged.editor.press("i")
    expect(enlarged.editor.testid("image-tool-tight")).to_have_attribute("aria-pressed", "true")
    enlarged.drag(ltrb[:2], ltrb[2:])


def test_a_tight_box_is_drawn_and_its_disagreement_shown_as_the_cuboid_moves(on_car: EditorPage, car: KnownCar) -> None:
    enlarged = Enlarged(on_car)
    expected = outline(on_car, car)
    draw_tight(enlarged, expected)
    (box,) = enlarged.image_boxes()
    assert (box["kind"], box["camera"], box["frame_index"]) == ("tight", CAMERA, 0)
    np.testing.assert_allclose(box["ltrb_px"], expected, atol=1.0)
    assert enlarged.red_pixels() == 0
    on_car.press("Escape")
    expect(on_car.testid("image-box-fields")).to_be_hidden()
    on_car.press("Shift+A")
    assert enlarged.red_pixels() > 50
    on_car.press("Control+z")
    assert enlarged.red_pixels() == 0
    on_car.press("Control+z")
    assert enlarged.image_boxes() == []
    on_car.press("Control+y")
    assert enlarged.image_boxes() == [box]
    on_car.wait_saved()


def test_the_fields_and_arrows_move_a_tight_box_and_delete_removes_it(on_car: EditorPage, car: KnownCar) -> None:
    enlarged = Enlarged(on_car)
    draw_tight(enlarged, outline(on_car, car))
    (drawn,) = enlarged.image_boxes()
    on_car.press("ArrowRight")
    (moved,) = enlarged.image_boxes()
    np.testing.assert_allclose(np.subtract(moved["ltrb_px"], drawn["ltrb_px"]), [1, 0, 1, 0], atol=1e-9)
    assert on_car.page.evaluate("() => window.__truebox.editor.frameIndex") == 0
    field = on_car.testid("image-box-left")
    field.fill("12")
    field.press("Enter")
    assert enlarged.image_boxes()[0]["ltrb_px"][0] == 12
    field.blur()
    on_car.press("Delete")
    assert enlarged.image_boxes() == []
    # The cuboid is still there.
    on_car.selected()


def test_a_pulled_edge_moves_one_face_and_undoes_in_one_step(on_car: EditorPage, car: KnownCar) -> None:
    enlarged = Enlarged(on_car)
    before = on_car.selected_box()
    edges = car.calib.edges_px(before.corners(), car.camera)
    # Large enough that edge, corners and the handle of the heading are apart.
    on_car.page.mouse.move(*enlarged.place(np.concatenate(edges).mean(axis=0)))
    on_car.page.mouse.wheel(0, -1000)
    on_car.next_drawing()
    lengths = [float(np.hypot(*(edge[1] - edge[0]))) for edge in edges]
    pulled = int(np.argmax(lengths))
    middle = edges[pulled].mean(axis=0)
    along = (edges[pulled][1] - edges[pulled][0]) / lengths[pulled]
    pointer = middle + 8.0 * np.array([along[1], -along[0]])
    enlarged.drag(middle, pointer)
    after = on_car.selected_box()
    assert (np.abs(after.size_lwh_m - before.size_lwh_m) > 1e-6).sum() == 1
    start, end = car.calib.edges_px(after.corners(), car.camera)[pulled]
    direction = (end - start) / np.hypot(*(end - start))
    offset = pointer - start
    # The pointer's own places are whole pixels of the screen.
    assert abs(direction[0] * offset[1] - direction[1] * offset[0]) < 1.0
    on_car.press("Control+z")
    np.testing.assert_allclose(on_car.selected_box().size_lwh_m, before.size_lwh_m, atol=1e-9)


def test_drawn_boxes_and_ignore_regions_arrive_in_a_kitti_export(on_car: EditorPage, car: KnownCar) -> None:
    enlarged = Enlarged(on_car)
    left, top, right, bottom = outline(on_car, car)
    draw_tight(enlarged, (left + 2, top + 2, right - 2, bottom - 2))
    on_car.press("Escape", "Shift+I")
    expect(on_car.testid("image-tool-ignore")).to_have_attribute("aria-pressed", "true")
    enlarged.drag((20, 10), (80, 40))
    boxes = {box["kind"]: box for box in enlarged.image_boxes()}
    assert sorted(boxes) == ["ignore", "tight"]
    on_car.press("Control+z")
    assert len(enlarged.image_boxes()) == 1
    on_car.press("Control+y")
    on_car.wait_saved()
    rows = export_rows(on_car)
    by_kind = {"ignore" if row.category == "DontCare" else "tight": row for row in rows}
    for kind, box in boxes.items():
        np.testing.assert_allclose(by_kind[kind].bbox, box["ltrb_px"], atol=0.011)


def export_rows(editor: EditorPage) -> list[Row]:
    """The label rows of a KITTI tracking export through the page's own dialog."""
    editor.testid("open-export").click()
    editor.testid("export-format").click()
    editor.page.get_by_role("option", name="KITTI tracking", exact=True).click()
    editor.testid("export-start").click()
    expect(editor.testid("export-done")).to_be_visible()
    with editor.page.expect_download() as download:
        editor.testid("export-download").click()
    with zipfile.ZipFile(download.value.path()) as files:
        (name,) = [name for name in files.namelist() if "label_02/" in name and name.endswith(".txt")]
        lines = files.read(name).decode().splitlines()
        # With DontCare, which ``read_rows`` leaves out.
        return [Row.parse(line) for line in lines if line.strip()]


def test_a_rectangle_in_the_image_becomes_a_fitted_cuboid(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    enlarged = Enlarged(editor)
    truth = car.boxes_ego[0]
    uv = np.concatenate(car.calib.edges_px(truth.corners(), car.camera))
    editor.press("f")
    expect(editor.testid("image-tool-cuboid")).to_have_attribute("aria-pressed", "true")
    enlarged.drag(tuple(uv.min(axis=0)), tuple(uv.max(axis=0)))
    editor.page.wait_for_function("() => window.__truebox.editor.selected !== null")
    assert float(iou_3d([box_of(editor.selected())], [truth])[0, 0]) >= 0.5


def test_points_lie_over_the_image_and_a_pixel_shows_its_ray(on_car: EditorPage, car: KnownCar) -> None:
    enlarged = Enlarged(on_car)
    points = on_car.testid("image-points")
    on_car.testid("image-layer-points").click()
    expect(points).to_have_attribute("data-count", re.compile(r"^\d{3,}$"))
    right = outline(on_car, car)[2]
    # Nothing is drawn beside the car: the road in front of it.
    on_car.page.mouse.click(*enlarged.place((SIZE_PX[0] / 2 if right < SIZE_PX[0] / 2 else 60, SIZE_PX[1] - 12)))
    on_car.page.wait_for_function("() => window.__truebox.editor.session.getState().pixelRay?.point != null")
    on_car.press("Escape")
    on_car.page.wait_for_function("() => window.__truebox.editor.session.getState().pixelRay === null")
    expect(on_car.testid("enlarged-camera")).to_be_visible()
    on_car.press("Escape")
    expect(on_car.testid("enlarged-camera")).to_be_hidden()
