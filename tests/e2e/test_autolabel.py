"""What a model proposed is reviewed track by track or as a whole band; every step is an edit like any other."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.labeling import label_all
from tests.e2e.proposing import Proposed, add_model, propose_truth
from tests.e2e.test_accessibility import THEMES, axe, listing, open_in, violations  # noqa: F401  a fixture

JOB_TIMEOUT_MS = 120_000
LEARN_TIMEOUT_MS = 540_000
FEW_POINTS = 20
COMPLETE = "() => window.__truebox.strips?.isComplete === true"
LABELS = """() => {
    const {store} = window.__truebox.editor;
    return {tracks: store.all('tracks').length, open: store.all('cuboids').filter(c => c.confirmed_by === null).length};
}"""
PLACE = "() => { const {frameIndex, selectedTrackId} = window.__truebox.editor; return [frameIndex, selectedTrackId]; }"
DRAWN = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) { colors.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]); }
    return colors.size;
}"""


@pytest.fixture
def proposed(server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive) -> list[Proposed]:
    return propose_truth(server, scene, small_drive.truth)


def rows(editor: EditorPage) -> Locator:
    return editor.testid("review-row")


def current(editor: EditorPage) -> str:
    return str(editor.page.locator("[data-testid=review-row][aria-selected=true]").get_attribute("data-track-id"))


def open_review(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.press("Alt+p")
    expect(editor.testid("review-list")).to_be_visible()
    editor.page.wait_for_function(COMPLETE)


def counts(editor: EditorPage) -> dict[str, int]:
    found: dict[str, int] = editor.page.evaluate(LABELS)
    return found


def band_count(editor: EditorPage, band: str) -> int:
    return int(editor.testid(f"band-{band}").locator("strong").inner_text())


def begin_audit(editor: EditorPage) -> None:
    editor.testid("audit-size-10").check()
    editor.testid("begin-audit").click()
    # Until the dialog is gone, keys are its own.
    expect(editor.page.get_by_role("dialog")).to_have_count(0)


def keys_of(each: Proposed) -> int:
    return len(each.frames)


def test_tracks_are_accepted_and_rejected_by_keys(
    editor: EditorPage, scene: dict[str, Any], proposed: list[Proposed]
) -> None:
    open_review(editor, scene)
    by_id = {each.track_id: each for each in proposed}
    before = counts(editor)
    assert before == {"tracks": len(proposed), "open": sum(map(keys_of, proposed))}
    expect(editor.testid("review-progress")).to_contain_text(f"0 of {len(proposed)} reviewed")

    # The queue begins with what is most worth a look, in the frame in which the machine is least sure of it.
    first = by_id[current(editor)]
    assert first.band != "accept"
    frame, selected = editor.page.evaluate(PLACE)
    assert selected == first.track_id
    assert first.frames[frame] == min(first.frames.values())
    assert editor.page.locator(f"[data-track-id='{first.track_id}'] canvas").evaluate(DRAWN) > 20

    editor.press("c")
    assert current(editor) != first.track_id
    after = counts(editor)
    assert after == {"tracks": before["tracks"], "open": before["open"] - keys_of(first)}
    second = by_id[current(editor)]
    editor.press("Delete")
    assert counts(editor) == {"tracks": before["tracks"] - 1, "open": after["open"] - keys_of(second)}
    expect(editor.testid("review-progress")).to_contain_text(f"2 of {len(proposed)} reviewed")
    editor.wait_saved()

    editor.press("Control+z", "Control+z")
    assert counts(editor) == before
    expect(editor.testid("review-progress")).to_contain_text("0 of")
    editor.wait_saved()


def test_the_queue_is_walked_and_leads_to_the_grid_and_to_the_views(
    editor: EditorPage, scene: dict[str, Any], proposed: list[Proposed]
) -> None:
    by_id = {each.track_id: each for each in proposed}
    open_review(editor, scene)
    first = current(editor)
    editor.press("ArrowDown", "ArrowDown")
    third = current(editor)
    assert third != first
    editor.press("ArrowUp", "ArrowUp")
    assert current(editor) == first

    editor.press("Shift+T")
    expect(editor.testid("batch-grid")).to_be_visible()
    editor.press("Escape")
    expect(editor.testid("batch-grid")).to_be_hidden()
    expect(editor.testid("autolabel")).to_be_visible()
    editor.press("ArrowDown", "Enter")
    expect(editor.testid("autolabel")).to_be_hidden()
    frame, selected = editor.page.evaluate(PLACE)
    assert by_id[selected].frames[frame] == min(by_id[selected].frames.values())
    editor.wait_ready()
    editor.press("p")
    assert current(editor) == selected

    editor.page.locator(f"[data-track-id='{selected}'] [data-testid=strip-cell]").first.click()
    expect(editor.testid("autolabel")).to_be_hidden()
    assert editor.page.evaluate(PLACE) == [min(by_id[selected].frames), selected]


def test_the_queue_is_narrowed_down(editor: EditorPage, scene: dict[str, Any], proposed: list[Proposed]) -> None:
    open_review(editor, scene)
    editor.press("b", "b")
    expect(editor.testid("band-check")).to_have_attribute("aria-pressed", "true")
    shown = {row.get_attribute("data-band") for row in rows(editor).all()}
    assert shown == {"check"}
    editor.press("b", "b")
    editor.testid("review-category").select_option("Pedestrian")
    pedestrians = {each.track_id for each in proposed if each.category == "Pedestrian"}
    assert {row.get_attribute("data-track-id") for row in rows(editor).all()} <= pedestrians
    editor.testid("review-category").select_option("")
    editor.testid("review-source").select_option("model:few-shot@1")
    assert current(editor) in {each.track_id for each in proposed}


def test_a_band_is_accepted_after_a_sample(editor: EditorPage, scene: dict[str, Any], proposed: list[Proposed]) -> None:
    accepted = [each for each in proposed if each.band == "accept"]
    assert len(accepted) > 10
    open_review(editor, scene)
    assert band_count(editor, "accept") == len(accepted)
    before = counts(editor)
    editor.press("Shift+A")
    begin_audit(editor)
    expect(editor.testid("audit")).to_have_attribute("data-done", "false")
    # One is put aside, one is rejected, the others are right.
    editor.press("x", "Delete", *["c"] * 8)
    expect(editor.testid("audit")).to_have_attribute("data-done", "true")
    expect(editor.testid("audit-state")).to_have_text("10 of 10 looked at, 2 wrong")
    expect(editor.testid("audit")).to_contain_text("With 95 % confidence at most")

    editor.press("Shift+A")
    expect(editor.testid("audit")).to_be_hidden()
    # The one put aside waits; what was in other bands waits as well.
    assert band_count(editor, "accept") == 1
    others = sum(keys_of(each) for each in proposed if each.band != "accept")
    now = counts(editor)
    assert now["tracks"] == before["tracks"] - 1
    assert now["open"] > others
    editor.wait_saved()

    # Nine steps: the band, eight tracks, the rejected one.
    editor.press("Control+z")
    assert band_count(editor, "accept") == len(accepted) - 9
    editor.press(*["Control+z"] * 9)
    assert counts(editor) == before
    editor.wait_saved()


def test_reloaded_it_goes_on_where_it_was(
    editor: EditorPage, server: ServerProcess, scene: dict[str, Any], proposed: list[Proposed]
) -> None:
    open_review(editor, scene)
    editor.press("c", "Delete")
    editor.wait_saved()
    open_review(editor, scene)
    # The server counts what was rejected no more.
    expect(editor.testid("review-progress")).to_contain_text(f"1 of {len(proposed) - 1} reviewed")
    answer = server.request("GET", f"/scenes/{scene['id']}/proposed-tracks")
    assert sum(answer["bands"].values()) == len(proposed) - 2


def test_what_is_labelled_and_what_to_label_next(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.press("p")
    expect(editor.testid("nothing-labelled")).to_be_visible()
    expect(editor.testid("run-autolabel")).to_be_disabled()
    suggestion = editor.testid("label-next-row").first
    frame = int(str(suggestion.get_attribute("data-frame")))
    suggestion.click()
    expect(editor.testid("autolabel")).to_be_hidden()
    editor.wait_frame(frame)

    # A frame without anything in it is labelled, too; but it teaches no category.
    editor.press("Shift+N")
    editor.wait_saved()
    editor.press("p")
    expect(editor.testid("labelled-frames")).to_contain_text("1 frame labelled")
    editor.testid("autolabel-tabs").get_by_text("Review").click()
    expect(editor.testid("review-empty")).to_contain_text("Nothing is proposed")


def test_models_are_compared_and_rolled_back(
    editor: EditorPage, server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive
) -> None:
    add_model(server, scene, 1)
    propose_truth(server, scene, small_drive.truth, version=2)
    editor.open(scene["id"])
    editor.press("Shift+P")
    models = editor.testid("model")
    expect(models).to_have_count(2)
    expect(models.first).to_have_attribute("data-version", "2")
    expect(models.first).to_have_attribute("data-state", "active")
    editor.testid("compare-1").check()
    editor.testid("compare-2").check()
    expect(editor.testid("comparison")).to_contain_text("Average precision")
    expect(editor.testid("comparison")).to_contain_text("+19 %")


def label_frames(editor: EditorPage, server: ServerProcess, scene: dict[str, Any], drive: WrittenDrive) -> None:
    """Everything in two frames is labelled, and they are marked as done."""
    label_all(server, scene, drive.truth)
    editor.open(scene["id"])
    for frame in (0, 10):
        editor.go_to_frame(frame)
        editor.press("n")
    editor.wait_saved()


def test_the_job_is_started_followed_and_cancelled(
    editor: EditorPage, server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive
) -> None:
    label_frames(editor, server, scene, small_drive)
    editor.press("Shift+P")
    expect(editor.testid("labelled-frames")).to_contain_text("2 frames labelled")
    expect(editor.testid("run-autolabel")).to_be_focused()
    editor.press("Enter")
    progress = editor.testid("job-progress")
    expect(progress).to_have_attribute("data-state", "running", timeout=JOB_TIMEOUT_MS)
    # Reloaded, the page finds the job again.
    editor.open(scene["id"])
    editor.press("p")
    editor.testid("job-cancel").click()
    expect(progress).to_be_hidden(timeout=JOB_TIMEOUT_MS)
    expect(editor.testid("run-card")).to_contain_text("Cancelled")
    expect(editor.testid("run-autolabel")).to_be_enabled()


def label_one_frame(server: ServerProcess, scene: dict[str, Any], drive: WrittenDrive) -> int:
    """Everything with enough points in the first frame, as if a person had drawn it; returns how many objects."""
    seen = [item for item in drive.truth[0] if item.lidar_points >= FEW_POINTS]
    only = tuple(tuple(seen) if frame == 0 else () for frame in range(len(drive.truth)))
    label_all(server, scene, only)
    return len(seen)


def test_what_the_machine_learned_from_one_frame_is_reviewed(
    editor: EditorPage, server: ServerProcess, scene: dict[str, Any], small_drive: WrittenDrive
) -> None:
    """The real job, in the fewest steps that there are: some minutes."""
    labeled = label_one_frame(server, scene, small_drive)
    editor.open(scene["id"])
    editor.press("n")
    editor.wait_saved()
    editor.press("Shift+P")
    expect(editor.testid("run-autolabel")).to_be_focused()
    editor.press("Enter")
    result = editor.testid("run-result")
    expect(result).to_be_visible(timeout=LEARN_TIMEOUT_MS)
    expect(editor.testid("model")).to_have_attribute("data-state", "active")
    editor.testid("go-review").click()
    editor.page.wait_for_function(COMPLETE)
    # What the person began was carried on at least; what they drew themselves stays theirs.
    assert rows(editor).count() > 0
    before = counts(editor)
    editor.press("c")
    assert counts(editor)["open"] < before["open"]
    own = [cuboid for cuboid in editor.frame_cuboids(0) if cuboid["source"] == "human"]
    assert len(own) == labeled
    editor.wait_saved()


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_for_axe(
    theme: str,
    editor: EditorPage,
    server: ServerProcess,
    scene: dict[str, Any],
    small_drive: WrittenDrive,
    axe: str,  # noqa: F811
) -> None:
    open_in(theme, editor)
    found: dict[str, list[str]] = {}

    def look(place: str) -> None:
        editor.next_drawing()
        if lines := violations(editor.page, axe):
            found[place] = lines

    editor.open(scene["id"])
    editor.press("Alt+p")
    expect(editor.testid("review-empty")).to_be_visible()
    look("nothing proposed")
    add_model(server, scene, 1)
    propose_truth(server, scene, small_drive.truth, version=2)
    editor.open(scene["id"])
    editor.press("Shift+P")
    editor.testid("compare-1").check()
    editor.testid("compare-2").check()
    expect(editor.testid("comparison")).to_be_visible()
    look("learn and run")
    editor.testid("use-model-1").click()
    expect(editor.testid("roll-back")).to_be_visible()
    look("rolling back")
    editor.press("Escape")
    editor.press("Alt+p")
    editor.page.wait_for_function(COMPLETE)
    look("review")
    editor.press("Shift+A")
    expect(editor.testid("begin-audit")).to_be_visible()
    look("asking for a sample")
    begin_audit(editor)
    editor.press("c", "x")
    look("sample")
    editor.press(*["c"] * 8)
    expect(editor.testid("audit")).to_have_attribute("data-done", "true")
    look("sample looked at")
    assert not found, listing(found)
