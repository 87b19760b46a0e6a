"""A box that is moved by mistake is found, one click leads to it, and once it is mended nothing is left to say."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from formats import ExportOptions, SceneExport, get_format, open_scene
from labels import Cuboid, LabelSet, Track
from tests.e2e.truth import KnownCar, simulated_car

FORMAT = "kitti-tracking"
FRAME = 6
RULE = "edge_difference"


@pytest.fixture
def car(server: ServerProcess, small_drive: WrittenDrive, copied_drive: Path) -> KnownCar:
    """A car of the small drive, imported with the drive's true labels and the 2D boxes that follow from them."""
    write_labels(copied_drive / "training", small_drive)
    scene = server.import_folder(copied_drive, project=f"findings {uuid.uuid4()}", with_labels=True)[0]
    return simulated_car(scene, small_drive, (621, 188))


def write_labels(training: Path, drive: WrittenDrive) -> None:
    tracks: dict[str, Track] = {}
    cuboids: dict[str, Cuboid] = {}
    for frame, objects in enumerate(drive.truth):
        for item in objects:
            track_id = f"track {item.track}"
            first = tracks[track_id].first_frame if track_id in tracks else frame
            is_rigid = item.category != "Pedestrian"
            tracks[track_id] = Track(track_id, item.category, first, frame, str(item.track), is_rigid=is_rigid)
            cuboid = Cuboid(
                f"{item.track}-{frame}",
                track_id,
                frame,
                item.box_ego.frame_from_object,
                item.box_ego.size_lwh_m,
                attributes={"occluded": item.occluded},
            )
            cuboids[cuboid.id] = cuboid
    scene = open_scene(training, drive.name, FORMAT)
    export = SceneExport(scene, LabelSet(tracks=tracks, cuboids=cuboids), ExportOptions(include_unconfirmed=True))
    get_format(FORMAT).write_labels(export, training)


def track_of(editor: EditorPage, car: KnownCar) -> str:
    """The id of the car's track: the one whose box is where the car is."""
    cuboids = editor.frame_cuboids(FRAME)
    center = car.boxes_ego[FRAME].center
    nearest = min(cuboids, key=lambda row: sum((row["ego_from_object"]["translation_m"] - center) ** 2))
    return str(nearest["track_id"])


def rows(editor: EditorPage, track_id: str) -> Locator:
    """What the list says of a track's place in the image."""
    return editor.page.locator(f'[data-testid=finding-row][data-rule={RULE}][data-track-id="{track_id}"]')


def wait_checked(editor: EditorPage) -> None:
    editor.wait_saved()
    expect(editor.testid("findings-state")).to_have_text("All checked")


def place(editor: EditorPage) -> dict[str, Any]:
    found: dict[str, Any] = editor.page.evaluate(
        """() => {
            const { frameIndex, selectedTrackId } = window.__truebox.editor;
            return { frame: frameIndex, track: selectedTrackId };
        }"""
    )
    return found


def test_a_mistake_is_found_and_leads_there(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    track_id = track_of(editor, car)
    editor.press("l")
    expect(editor.testid("findings-panel")).to_be_visible()
    wait_checked(editor)
    expect(rows(editor, track_id)).to_have_count(0)

    # The mistake: half a metre to the left, in one frame.
    editor.go_to_frame(FRAME)
    editor.page.evaluate("id => window.__truebox.editor.select(id)", track_id)
    editor.press("Shift+A")
    expect(rows(editor, track_id)).to_have_count(1)
    wait_checked(editor)
    finding = rows(editor, track_id)
    expect(finding).to_have_attribute("data-frame", str(FRAME))
    expect(finding).to_contain_text(f"Frame {FRAME}")
    expect(finding).to_contain_text("px off (limit")
    count = int(editor.testid("findings-badge").inner_text())
    assert count >= 1
    mark = editor.testid("finding-marks").locator(f'[data-frame="{FRAME}"]')
    expect(mark).to_have_count(1)

    # Somewhere else, looking at nothing.
    editor.press("Escape", "Escape")
    editor.go_to_frame(0)
    assert place(editor) == {"frame": 0, "track": None}
    finding.click()
    editor.wait_frame(FRAME)
    assert place(editor) == {"frame": FRAME, "track": track_id}
    expect(finding).to_have_attribute("aria-selected", "true")
    expect(editor.testid("properties")).to_be_visible()

    # Mended, it is gone.
    editor.press("Control+z")
    expect(rows(editor, track_id)).to_have_count(0)
    wait_checked(editor)
    assert int(editor.testid("findings-badge").inner_text()) == count - 1
    editor.press("l")
    expect(editor.testid("findings-panel")).to_be_hidden()
    expect(editor.testid("object-count")).to_be_visible()


def test_the_list_is_walked_and_filtered_by_keys(editor: EditorPage, car: KnownCar) -> None:
    editor.open(car.scene["id"])
    track_id = track_of(editor, car)
    for frame in (3, 8):
        editor.go_to_frame(frame)
        editor.page.evaluate("id => window.__truebox.editor.select(id)", track_id)
        editor.press("Shift+A")
    editor.wait_saved()
    editor.testid("findings-badge").click()
    expect(rows(editor, track_id)).to_have_count(2)
    wait_checked(editor)
    editor.testid("findings-filter").select_option(RULE)
    expect(editor.testid("finding-row")).to_have_count(2)

    editor.testid("findings-list").focus()
    editor.press("ArrowDown")
    editor.wait_frame(3)
    editor.press("ArrowDown")
    editor.wait_frame(8)
    assert place(editor) == {"frame": 8, "track": track_id}
    editor.press("ArrowUp")
    editor.wait_frame(3)
    editor.testid("close-findings").click()
    expect(editor.testid("findings-panel")).to_be_hidden()
