"""Scenes with something missing or out of measure: the editor opens, says what is missing, and works with the rest."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from geometry import SE3
from labels import Cuboid, LabelChange, Track, encode_change
from tests.e2e.odd_scenes import STEP_NS, Json, cloud_of, put_points, scene_folder, street, write_scene

HOUR_NS = 3600 * 10**9
MANY_FRAMES = 10_000
MANY_TRACKS = 200
BROWSED_FRAMES = 200
BIG_CLOUD = 130_000
KEPT_BYTES = 256 * 1024 * 1024
LOOKS_UP = [0.0, 1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
COLOR_MODES = ("height", "intensity", "ring", "age", "category", "image")
BOX = ([10, -1, 0.1], [14, 1, 0.1])


def import_scene(server: ServerProcess, dataset: Path) -> dict[str, Any]:
    (scene,) = server.import_folder(dataset, project=f"odd {uuid.uuid4()}")
    return scene


def label_and_save(editor: EditorPage) -> None:
    """A box is drawn and saved, and is the only one."""
    editor.draw_box(*BOX)
    editor.wait_saved()
    assert len(editor.frame_cuboids(editor.page.evaluate("() => window.__truebox.editor.frameIndex"))) == 1
    assert "Traceback" not in editor.page.content()


def each_frame(change: Callable[[Json], None]) -> Callable[[Json], None]:
    def change_all(scene: Json) -> None:
        for frame in scene["frames"]:
            change(frame)

    return change_all


def without_cameras(scene: Json) -> None:
    scene["rig"]["cameras"] = {}
    del scene["rig"]["ego_from_sensor"]["front"]
    for frame in scene["frames"]:
        frame["images"] = []


def camera_looks_up(scene: Json) -> None:
    scene["rig"]["ego_from_sensor"]["front"]["rotation"] = LOOKS_UP


def an_hour_later(scene: Json) -> None:
    for frame in scene["frames"][3:]:
        for entry in (frame, *frame["sweeps"], *frame["images"]):
            entry["timestamp_ns"] += HOUR_NS
    for place in scene["trajectory"][3:]:
        place["timestamp_ns"] += HOUR_NS


def no_clouds(editor: EditorPage) -> Locator:
    return editor.testid("no-cloud").filter(has_text="No point cloud in this frame")


def no_cameras(editor: EditorPage) -> Locator:
    return editor.page.locator(".tb-strip-empty")


def no_image(editor: EditorPage) -> Locator:
    return editor.testid("camera-front").get_by_test_id("camera-gap")


def no_poses(editor: EditorPage) -> Locator:
    return editor.testid("no-poses")


def camera(editor: EditorPage) -> Locator:
    return editor.testid("camera-front").locator("img")


def timeline(editor: EditorPage) -> Locator:
    return editor.testid("timeline-head")


CASES: dict[str, tuple[Callable[[Json], None], Callable[[EditorPage], Locator]]] = {
    "no clouds": (each_frame(lambda frame: frame.update(sweeps=[])), no_clouds),
    "no images": (each_frame(lambda frame: frame.update(images=[])), no_image),
    "no cameras": (without_cameras, no_cameras),
    "no poses": (lambda scene: scene.update(trajectory=None), no_poses),
    "a camera that sees nothing": (camera_looks_up, camera),
    "a gap of an hour": (an_hour_later, timeline),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_is_said_and_the_rest_works(
    case: str, editor: EditorPage, server: ServerProcess, tmp_path: Path
) -> None:
    change, said = CASES[case]
    scene = import_scene(server, write_scene(tmp_path, change))
    editor.open(scene["id"])
    expect(said(editor)).to_be_visible()
    label_and_save(editor)
    look_at_everything(editor)
    editor.go_to_frame(4)
    editor.press("Shift+Delete")
    editor.wait_saved()


def look_at_everything(editor: EditorPage) -> None:
    """All that shows points or images, where there may be none: no page error is the test."""
    for mode in COLOR_MODES:
        editor.page.evaluate("mode => window.__truebox.editor.session.setState({colorMode: mode})", mode)
        editor.wait_ready()
    editor.press("Shift+M", "Shift+M", "Shift+M", "Shift+T")
    expect(editor.testid("batch-grid")).to_be_visible()
    editor.press("Escape", "Alt+i", "Alt+o", "i", "Escape", "Escape", "r", "y", "Shift+Y", "Alt+e")
    editor.wait_ready()


def test_a_folder_without_calibration(editor: EditorPage, server: ServerProcess, tmp_path: Path) -> None:
    out = write_scene(tmp_path)
    plain = tmp_path / "plain"
    plain.mkdir()
    (scene_folder(out) / "data").rename(plain / "drive")
    editor.open(import_scene(server, plain)["id"])
    expect(editor.testid("no-poses")).to_be_visible()
    editor.draw_box([10, -1, -1.7], [14, 1, -1.7])
    editor.wait_saved()


def test_clouds_of_no_points_and_of_no_numbers(editor: EditorPage, server: ServerProcess, tmp_path: Path) -> None:
    out = write_scene(tmp_path)
    points = street()
    some = np.column_stack([points.xyz, np.ones(len(points.xyz))]).astype(np.float32)
    some[::3, 0] = np.nan
    some[1::9, 2] = np.inf
    left = int(np.isfinite(some).all(axis=1).sum())
    put_points(out, 1, np.empty((0, 4), np.float32))
    put_points(out, 2, some)
    put_points(out, 3, np.full((50, 4), np.nan, np.float32))
    scene = import_scene(server, out)
    editor.open(scene["id"])
    editor.testid("problems").click()
    expect(editor.page.get_by_text("a cloud of no points")).to_have_count(1)
    editor.press("Escape")
    bare, dropped = editor.testid("no-points"), editor.testid("cloud-dropped")
    expect(bare).to_have_count(0)
    for frame, lost in ((1, None), (3, "50")):
        editor.go_to_frame(frame)
        expect(bare).to_have_text("No points in this cloud")
        expect(editor.testid("no-cloud").or_(editor.testid("cloud-error"))).to_have_count(0)
        expect(dropped).to_have_count(0 if lost is None else 1)
        if lost is not None:
            expect(dropped).to_contain_text(f"{lost} points are left out")
    editor.go_to_frame(2)
    expect(bare).to_have_count(0)
    expect(dropped).to_contain_text(f"{len(some) - left:,} points are left out")
    assert editor.page.evaluate("() => window.__truebox.viewport.stats.points") == left
    label_and_save(editor)
    editor.go_to_frame(1)
    label_and_save(editor)


def test_two_hundred_tracks_in_one_frame(editor: EditorPage, server: ServerProcess, tmp_path: Path) -> None:
    scene = import_scene(server, write_scene(tmp_path))
    tracks, cuboids = [], []
    for number in range(MANY_TRACKS):
        track = Track(str(uuid.uuid4()), "Car", 0, 0, str(number))
        place = SE3.from_yaw(0.1 * number, [3.0 * (number % 20) - 30, 5.0 * (number // 20) - 25, 0.8])
        tracks.append(track)
        cuboids.append(Cuboid(str(uuid.uuid4()), track.id, 0, place, np.array([2.0, 1.0, 1.5])))
    change = LabelChange(
        str(uuid.uuid4()),
        scene["id"],
        "human:local",
        "2026-01-01T00:00:00+00:00",
        0,
        added={"tracks": tuple(tracks), "cuboids": tuple(cuboids)},
    )
    server.request("POST", f"/scenes/{scene['id']}/changes", encode_change(change))
    editor.open(scene["id"])
    assert len(editor.frame_cuboids(0)) == MANY_TRACKS
    assert editor.testid("object-row").count() < MANY_TRACKS
    editor.press("Tab", "w")
    editor.wait_saved()
    editor.press("Control+z")
    editor.wait_saved()
    assert len(editor.frame_cuboids(0)) == MANY_TRACKS


def test_ten_thousand_frames(editor: EditorPage, server: ServerProcess, tmp_path: Path) -> None:
    def many(scene: Json) -> None:
        (first, *_), (place, *_) = scene["frames"], scene["trajectory"]
        scene["frames"] = [
            moved(first, i)
            | {
                "sweeps": [moved(each, i) for each in first["sweeps"]],
                "images": [moved(each, i) for each in first["images"]],
            }
            for i in range(MANY_FRAMES)
        ]
        scene["trajectory"] = [moved(place, i) | {"translation_m": [0.5 * i, 0, 0]} for i in range(MANY_FRAMES)]

    scene = import_scene(server, write_scene(tmp_path, many, frame_count=1))
    editor.open(scene["id"])
    elements = editor.page.evaluate("() => document.querySelectorAll('*').length")
    slider = editor.testid("frame-slider")
    for frame in (MANY_FRAMES - 1, 7345, 12):
        slider.fill(str(frame))
        editor.wait_frame(frame)
    label_and_save(editor)
    assert editor.page.evaluate("() => document.querySelectorAll('*').length") < elements + 500 < 3000


def test_browsing_two_hundred_frames_keeps_a_bounded_number_of_clouds(
    editor: EditorPage, server: ServerProcess, tmp_path: Path
) -> None:
    wide = np.random.default_rng(0).uniform([-60, -60, -1.8], [60, 60, 3], (BIG_CLOUD, 3))
    scene = import_scene(server, write_scene(tmp_path, frame_count=BROWSED_FRAMES, points=cloud_of(wide)))
    editor.open(scene["id"])
    kept: list[int] = []
    for frame in range(1, BROWSED_FRAMES):
        editor.press("ArrowRight")
        editor.wait_frame(frame)
        kept.append(editor.page.evaluate("() => window.__truebox.viewport.stats.keptBytes"))
    # All together would be more than there may be, so that something was let go.
    each = kept[0] / 2
    assert 0 < each < max(kept) <= KEPT_BYTES < 0.9 * BROWSED_FRAMES * BIG_CLOUD * 13
    assert kept[-1] > KEPT_BYTES / 2


def moved(entry: Json, index: int) -> Json:
    return entry | {"timestamp_ns": entry["timestamp_ns"] + STEP_NS * index}


@pytest.mark.parametrize("step_ns", [0, -STEP_NS], ids=["equal", "back"])
def test_a_clock_that_does_not_rise_is_named(step_ns: int, server: ServerProcess, tmp_path: Path) -> None:
    def jump(scene: Json) -> None:
        scene["frames"][3]["timestamp_ns"] = scene["frames"][2]["timestamp_ns"] + step_ns

    out = write_scene(tmp_path, jump)
    found = server.request("POST", "/inspect", {"path": str(out), "format": None})
    assert "rise" in str(found)
