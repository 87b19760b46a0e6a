"""Whole sequences in few gestures, and that all of it can be taken back, on the simulated drive and on the real one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.editor_page import EditorPage, box_of, face_center
from benchmarks.server_process import ServerProcess
from geometry import SE3, Box, iou_3d
from tests.e2e.gestures import CountedHand
from tests.e2e.kitti import Calib, read_rows
from tests.e2e.truth import ego_box_of_row

FRAMES = 12
PARKED_M = 0.4
"""A parked car's labels lie this far apart at most, as poses and people go."""
RECORDS = """() => { const s = window.__truebox.editor.store; return JSON.stringify(
    ['tracks', 'cuboids', 'image_boxes', 'frame_states'].map(
        kind => [...s.all(kind)].sort((a, b) => (a.id < b.id ? -1 : 1)))); }"""
TRACK = "() => { const e = window.__truebox.editor; return e.store.get('tracks', e.selectedTrackId ?? '') ?? null; }"


Boxes = dict[int, Box]


@dataclass(frozen=True)
class Drive:
    """A scene and its cars.

    Attributes:
        scene: The scene, as the API lists it.
        cars: By number, the true box in ego by frame.
    """

    scene: dict[str, Any]
    cars: dict[int, Boxes]


@dataclass(frozen=True)
class SeenCar:
    """A car that twelve frames in a row show."""

    first_frame: int
    boxes: tuple[Box, ...]


@pytest.fixture(scope="session")
def dense_drive(tmp_path_factory: pytest.TempPathFactory) -> WrittenDrive:
    """Twelve simulated frames with as many points as a real lidar's; without labels and pictures."""
    folder = tmp_path_factory.mktemp("dense")
    return write_simulated_drive(folder, FRAMES, azimuths=1000, image_size_px=(621, 188), pictures=False)


@pytest.fixture
def simulated(server: ServerProcess, dense_drive: WrittenDrive, request: pytest.FixtureRequest) -> Drive:
    cars: dict[int, Boxes] = {}
    for frame, objects in enumerate(dense_drive.truth):
        for item in objects:
            if item.category == "Car" and item.occluded <= 1 and item.lidar_points >= 50:
                cars.setdefault(item.track, {})[frame] = item.box_ego
    return Drive(server.import_folder(dense_drive.folder, project=request.node.name)[0], cars)


@pytest.fixture(params=["simulated", "real"])
def drive(request: pytest.FixtureRequest, server: ServerProcess) -> Drive:
    if request.param == "simulated":
        return cast(Drive, request.getfixturevalue("simulated"))
    folder = request.getfixturevalue("drive_0013")
    data = request.getfixturevalue("shared_data")
    calib = Calib.of_raw(data / "kitti_raw/2011_09_26")
    # The same recording, with labels.
    rows = read_rows((data / "kitti_tracking/training/label_02/0003.txt").read_text())
    cars: dict[int, Boxes] = {}
    for row in rows:
        if row.category == "Car" and row.occluded <= 1:
            cars.setdefault(row.track, {})[row.frame] = ego_box_of_row(row, calib)
    return Drive(server.import_folder(folder, project=request.node.name)[0], cars)


def car_of(editor: EditorPage, drive: Drive, *, parked: bool) -> SeenCar:
    """The nearest car ahead that stands (or moves) in the world, as the truth has it; goes to its first frame."""
    poses = editor.page.evaluate("() => window.__truebox.editor.scene.frames.map(f => f.world_from_ego)")
    worlds = [SE3.from_quat_wxyz(pose["quat_wxyz"], pose["translation_m"]) for pose in poses]
    found: list[SeenCar] = []
    for boxes in drive.cars.values():
        for first in sorted(boxes):
            frames = range(first, first + FRAMES)
            if frames[-1] >= len(worlds) or not all(frame in boxes for frame in frames):
                continue
            places = np.array([worlds[frame].apply(boxes[frame].center) for frame in frames])
            is_parked = float(np.hypot(*(places - places[0])[:, :2].T).max()) < PARKED_M
            x, y, _ = boxes[first].center
            if is_parked == parked and x > 5 and abs(y) < 0.7 * x:
                found.append(SeenCar(first, tuple(boxes[frame] for frame in frames)))
    if not found:
        pytest.skip(f"no {'parked' if parked else 'moving'} car is in {FRAMES} frames in a row of this drive")
    best = min(found, key=lambda car: max(float(np.linalg.norm(box.center[:2])) for box in car.boxes))
    editor.go_to_frame(best.first_frame)
    editor.settle_view()
    return best


def mean_iou(editor: EditorPage, car: SeenCar) -> float:
    """Of the only object's cuboids with the truth; a frame without one counts as nothing."""
    found = [editor.frame_cuboids(car.first_frame + index) for index in range(FRAMES)]
    pairs = zip(found, car.boxes, strict=True)
    return float(np.mean([float(iou_3d([box_of(some[0])], [box])[0, 0]) if some else 0.0 for some, box in pairs]))


def pull_worst_face(hand: CountedHand, truth: Box) -> None:
    """Drag the upright face that is farthest from where it belongs: the one that no points show."""
    hand.count += 1
    box = hand.editor.selected_box()
    faces = {"up": (0, 1), "down": (0, -1), "left": (1, 1), "right": (1, -1)}

    def off_m(place: tuple[int, int]) -> float:
        offset = face_center(truth, *place) - face_center(box, *place)
        return abs(float(offset @ box.frame_from_object.rotation[:, place[0]]))

    worst = max(faces, key=lambda name: off_m(faces[name]))
    hand.editor.drag_handle("top", worst, face_center(truth, *faces[worst]))


def test_a_parked_car_takes_three_gestures(drive: Drive, editor: EditorPage) -> None:
    editor.open(drive.scene["id"])
    car = car_of(editor, drive, parked=True)
    hand = CountedHand(editor)

    hand.place(car.boxes[0].center)
    hand.ask("o")
    pull_worst_face(hand, car.boxes[0])

    track = editor.page.evaluate(TRACK)
    assert track["is_static"]
    assert track["first_frame"] <= car.first_frame
    assert track["last_frame"] >= car.first_frame + FRAMES - 1
    assert len(editor.page.evaluate("() => window.__truebox.editor.store.all('cuboids')")) == 1
    assert hand.count <= 3
    assert mean_iou(editor, car) >= 0.7


def test_a_moving_car_takes_six_gestures(drive: Drive, editor: EditorPage) -> None:
    editor.open(drive.scene["id"])
    car = car_of(editor, drive, parked=False)
    hand = CountedHand(editor)

    # Where it is nearest, and so seen best; from there on or back.
    is_leaving = np.linalg.norm(car.boxes[0].center) < np.linalg.norm(car.boxes[-1].center)
    at, key, way = (0, "Alt+e", "forward") if is_leaving else (FRAMES - 1, "Alt+q", "back")
    hand.count += 1
    editor.go_to_frame(car.first_frame + at)
    editor.settle_view()
    hand.place(car.boxes[at].center)
    hand.ask(key)
    pull_worst_face(hand, car.boxes[at])
    pull_worst_face(hand, car.boxes[at])

    expect(editor.testid(f"extended-{way}")).to_be_visible()
    keys = editor.page.evaluate("() => window.__truebox.editor.store.all('cuboids').map(c => [c.source, c.score])")
    assert "propagated" in {source for source, _ in keys}
    assert hand.count <= 6
    assert mean_iou(editor, car) >= 0.7


def test_all_of_it_comes_undone_and_back(editor: EditorPage, simulated: Drive) -> None:
    editor.open(simulated.scene["id"])
    hand = CountedHand(editor)
    hand.place(car_of(editor, simulated, parked=False).boxes[0].center)
    hand.ask("Alt+e")
    every_verb(editor, hand)
    editor.wait_saved()
    done = editor.page.evaluate(RECORDS)
    assert all(json.loads(done)[kind] for kind in (0, 1, 3))

    steps = 0
    while editor.testid("undo").is_enabled():
        editor.press("Control+z")
        steps += 1
        assert steps < 100
    assert editor.page.evaluate(RECORDS) == "[[],[],[],[]]"
    for _ in range(steps):
        editor.press("Control+Shift+Z")
    assert editor.page.evaluate(RECORDS) == done
    editor.wait_saved()
    editor.page.reload()
    editor.wait_ready()
    assert editor.page.evaluate(RECORDS) == done


def every_verb(editor: EditorPage, hand: CountedHand) -> None:
    """Everything that is done to cuboids and tracks, once; one car is selected and known in all frames."""
    first = editor.page.evaluate("() => window.__truebox.editor.selectedTrackId")
    editor.press("w", "a", "q", "z", "Shift+Z", "g", "Shift+G", "Shift+ArrowUp", "Shift+PageUp", "2", "1")
    editor.press("n", "ArrowRight", "k", "Shift+N")
    editor.press("Shift+C")
    hand.ask("Alt+k")
    editor.go_to_frame(6)
    editor.press("Shift+K")
    editor.page.wait_for_function("id => window.__truebox.editor.selectedTrackId !== id", arg=first)
    editor.press("m")
    expect(editor.testid("merging")).to_be_visible()
    editor.page.evaluate("id => window.__truebox.editor.select(id)", first)
    expect(editor.testid("merge-tracks-do")).to_be_focused()
    editor.press("Enter")
    # Keys belong to the dialog until it is gone.
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    editor.press("Shift+K")
    editor.page.wait_for_function("() => window.__truebox.editor.store.all('tracks').length === 2")
    hand.ask("r")
    editor.press("ArrowRight", "[", "ArrowRight", "]", "Alt+m", "Alt+ArrowRight")
    hand.ask("o")
    editor.press("o", "Delete")
    editor.press("Control+c", "Control+Shift+V", "c", "Shift+Delete")


def test_two_tracks_say_what_they_contradict_each_other_in(editor: EditorPage, simulated: Drive) -> None:
    editor.open(simulated.scene["id"])
    hand = CountedHand(editor)
    hand.place(car_of(editor, simulated, parked=False).boxes[0].center)
    first = editor.page.evaluate("() => window.__truebox.editor.selectedTrackId")
    editor.press("Control+c", "Control+Shift+V", "Shift+ArrowUp", "2")
    editor.page.evaluate("id => window.__truebox.editor.select(id)", first)

    editor.press("m", "m")

    expect(editor.testid("merge-tracks-conflicts")).to_contain_text("Category")
    expect(editor.testid("merge-tracks-conflicts")).to_contain_text("1 frame has a cuboid of each: 0")
    editor.press("Escape")
    expect(editor.testid("merge-tracks-do")).to_be_hidden()
    assert len(editor.page.evaluate("() => window.__truebox.editor.store.all('tracks')")) == 2


def test_a_life_is_dragged_in_the_timeline(editor: EditorPage, simulated: Drive) -> None:
    editor.open(simulated.scene["id"])
    hand = CountedHand(editor)
    hand.place(car_of(editor, simulated, parked=True).boxes[0].center)
    hand.ask("o")
    editor.page.wait_for_function(f"() => ({TRACK})().last_frame === {FRAMES - 1}")
    box = editor.testid("timeline-head").bounding_box()
    assert box is not None
    row = box["y"] + 16 + 6 + 11
    room = box["width"] - 14
    # The left end, from the first frame to the fourth.
    editor.drag((box["x"] + 3, row), (box["x"] + 7 + room * 4 / (FRAMES - 1), row))
    editor.page.wait_for_function(f"() => ({TRACK})().first_frame === 4")
    editor.press("Control+z")
    editor.page.wait_for_function(f"() => ({TRACK})().first_frame === 0")
