"""Two browsers on one scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch


def test_what_one_does_appears_at_the_other(
    new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any]
) -> None:
    anna, ben = (EditorPage(new_page((1280, 720)), server.url) for _ in range(2))
    anna.open(scene["id"])
    ben.open(scene["id"])
    anna.draw_box([10, -2, -0.9], [14, 0, -0.9])
    anna.wait_saved()
    ben.page.wait_for_function("() => window.__truebox.editor.store.resolveFrame(0).length === 1")
    expect(ben.testid("object-row")).to_have_count(1)
    assert ben.frame_cuboids(0) == anna.frame_cuboids(0)

    ben.testid("object-row").click()
    ben.press("w")
    ben.wait_saved()
    moved = ben.frame_cuboids(0)
    anna.page.wait_for_function(
        "x => window.__truebox.editor.store.resolveFrame(0)[0].cuboid.ego_from_object.translation_m[0] === x",
        arg=moved[0]["ego_from_object"]["translation_m"][0],
    )
    assert anna.frame_cuboids(0) == moved

    anna.press("Shift+Delete")
    expect(ben.testid("object-row")).to_have_count(0)
    # What another person did is not undone by one's own undo.
    ben.press("Control+z")
    assert ben.frame_cuboids(0) == []


def test_what_one_selects_is_shown_to_the_other(
    new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any]
) -> None:
    anna, ben = (EditorPage(new_page((1280, 720)), server.url) for _ in range(2))
    anna.open(scene["id"])
    ben.open(scene["id"])
    drawn = anna.draw_box([10, -2, -0.9], [14, 0, -0.9])
    anna.press("Escape")
    anna.wait_saved()

    ben.testid("object-row").click()
    name = anna.page.evaluate("() => window.__truebox.editor.session.getState().people[0].name")
    row = anna.testid("object-row")
    expect(row).to_have_attribute("data-others", "true")
    expect(row.get_by_test_id("person-tag")).to_have_attribute("title", f"{name} has it selected")
    expect(anna.testid("lane-name").get_by_test_id("person-tag")).to_be_visible()
    expect(anna.page.locator(".tb-scene-label").get_by_text(name)).to_be_visible()
    assert (
        anna.page.evaluate("() => window.__truebox.editor.session.getState().people[0].selected_track_id")
        == (drawn["track_id"])
    )

    ben.press("Escape")
    expect(anna.testid("person-tag")).to_have_count(0)
    expect(anna.page.locator(".tb-scene-label:visible")).to_have_count(0)
    ben.page.close()
    expect(anna.testid("people")).to_have_count(0)


@pytest.mark.parametrize("choice", ["keep-mine", "take-theirs"])
def test_a_contradiction_is_shown_and_settled_by_a_person(
    choice: str, new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    watch.expected += ["ERR_INTERNET_DISCONNECTED", "answer 409", "status of 409"]
    anna, ben = (EditorPage(new_page((1280, 720)), server.url) for _ in range(2))
    anna.open(scene["id"])
    anna.draw_box([10, -2, -0.9], [14, 0, -0.9])
    anna.wait_saved()
    ben.open(scene["id"])
    ben.testid("object-row").click()

    ben.page.context.set_offline(True)
    ben.press("d", "d")
    expect(ben.testid("save-state")).not_to_have_attribute("data-state", "saved")
    mine = ben.frame_cuboids(0)
    anna.press("w")
    anna.wait_saved()
    theirs = anna.frame_cuboids(0)
    ben.page.context.set_offline(False)

    dialog = ben.testid("conflict-dialog")
    expect(dialog.get_by_test_id(choice)).to_be_visible()
    expect(dialog).to_contain_text("Position")
    expect(ben.testid("save-state")).to_have_attribute("data-state", "conflict")
    dialog.get_by_test_id(choice).click()
    ben.wait_saved()
    kept = mine if choice == "keep-mine" else theirs
    assert ben.frame_cuboids(0) == kept
    anna.page.wait_for_function(
        "y => window.__truebox.editor.store.resolveFrame(0)[0].cuboid.ego_from_object.translation_m[1] === y",
        arg=kept[0]["ego_from_object"]["translation_m"][1],
    )
    assert anna.frame_cuboids(0) == kept


def test_several_contradictions_are_settled_one_by_one(
    new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    watch.expected += ["ERR_INTERNET_DISCONNECTED", "answer 409", "status of 409"]
    anna, ben = (EditorPage(new_page((1280, 720)), server.url) for _ in range(2))
    anna.open(scene["id"])
    first = anna.draw_box([10, -2, -0.9], [14, 0, -0.9])["track_id"]
    second = anna.draw_box([10, 4, -0.9], [14, 6, -0.9])["track_id"]
    anna.wait_saved()
    ben.open(scene["id"])

    ben.page.context.set_offline(True)
    for track in (first, second):
        select(ben, track)
        ben.press("d")
        select(anna, track)
        anna.press("w")
    anna.wait_saved()
    mine, theirs = by_track(ben), by_track(anna)
    ben.page.context.set_offline(False)

    dialog = ben.testid("conflict-dialog")
    dialog.get_by_test_id("keep-mine").click()
    dialog.get_by_test_id("take-theirs").click()
    ben.wait_saved()
    expect(ben.page.get_by_role("dialog")).to_have_count(0)
    assert by_track(ben) == {first: mine[first], second: theirs[second]}
    anna.page.wait_for_function(
        "([track, y]) => window.__truebox.editor.store.resolveTrack(track, 0).cuboid.ego_from_object"
        ".translation_m[1] === y",
        arg=[first, mine[first]["ego_from_object"]["translation_m"][1]],
    )
    assert by_track(anna) == by_track(ben)


@pytest.mark.parametrize("choice", ["keep-mine", "take-theirs"])
def test_an_edit_of_an_object_that_another_deleted(
    choice: str, new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    anna, ben, track = two_at_one_object(new_page, server, scene, watch)
    ben.page.context.set_offline(True)
    ben.press("d", "d")
    mine = ben.frame_cuboids(0)
    anna.press("Shift+Delete")
    anna.wait_saved()
    ben.page.context.set_offline(False)

    dialog = ben.testid("conflict-dialog")
    expect(dialog.get_by_test_id(choice)).to_be_visible()
    expect(dialog).to_contain_text("deleted")
    dialog.get_by_test_id(choice).click()
    ben.wait_saved()
    kept = mine if choice == "keep-mine" else []
    agree(server, scene, [anna, ben], kept)
    assert [each["track_id"] for each in kept] in ([track], [])


@pytest.mark.parametrize("choice", ["keep-mine", "take-theirs"])
def test_the_deletion_of_an_object_that_another_edited(
    choice: str, new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    anna, ben, _ = two_at_one_object(new_page, server, scene, watch)
    ben.page.context.set_offline(True)
    ben.press("Shift+Delete")
    anna.press("w", "Alt+ArrowRight")
    anna.wait_frame(1)
    anna.wait_saved()
    theirs = anna.frame_cuboids(0)
    ben.page.context.set_offline(False)

    dialog = ben.testid("conflict-dialog")
    expect(dialog.get_by_test_id(choice)).to_be_visible()
    dialog.get_by_test_id(choice).click()
    ben.wait_saved()
    agree(server, scene, [anna, ben], [] if choice == "keep-mine" else theirs)


def test_a_category_and_a_number_are_no_contradiction(
    new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    anna, ben, _ = two_at_one_object(new_page, server, scene, watch)
    ben.page.context.set_offline(True)
    number = ben.page.get_by_role("textbox", name="Track id")
    number.fill("77")
    number.press("Enter")
    anna.press("2")
    anna.wait_saved()
    ben.page.context.set_offline(False)

    ben.wait_saved()
    expect(ben.page.get_by_role("dialog")).to_have_count(0)
    for each in (anna, ben):
        each.page.wait_for_function(
            "() => { const [t] = window.__truebox.editor.store.all('tracks');"
            " return t.category === 'Van' && t.external_id === '77'; }"
        )
    (stored,) = server.request("GET", f"/scenes/{scene['id']}/labels")["tracks"]
    assert (stored["category"], stored["external_id"]) == ("Van", "77")


@pytest.mark.parametrize("choice", ["keep-mine", "take-theirs"])
def test_two_categories_are_one(
    choice: str, new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> None:
    anna, ben, _ = two_at_one_object(new_page, server, scene, watch)
    ben.page.context.set_offline(True)
    ben.press("3")
    anna.press("2")
    anna.wait_saved()
    ben.page.context.set_offline(False)
    dialog = ben.testid("conflict-dialog")
    expect(dialog).to_contain_text("Truck")
    expect(dialog).to_contain_text("Van")
    dialog.get_by_test_id(choice).click()
    ben.wait_saved()
    (stored,) = server.request("GET", f"/scenes/{scene['id']}/labels")["tracks"]
    assert stored["category"] == ("Truck" if choice == "keep-mine" else "Van")


def two_at_one_object(
    new_page: Callable[..., Page], server: ServerProcess, scene: dict[str, Any], watch: Watch
) -> tuple[EditorPage, EditorPage, str]:
    """Both see the one object there is and have it selected; Ben may lose his connection."""
    watch.expected += ["ERR_INTERNET_DISCONNECTED", "answer 409", "status of 409"]
    anna, ben = (EditorPage(new_page((1280, 720)), server.url) for _ in range(2))
    anna.open(scene["id"])
    track = anna.draw_box([10, -2, -0.9], [14, 0, -0.9])["track_id"]
    anna.wait_saved()
    ben.open(scene["id"])
    ben.testid("object-row").click()
    return anna, ben, track


def agree(server: ServerProcess, scene: dict[str, Any], people: list[EditorPage], kept: list[dict[str, Any]]) -> None:
    """All pages and the server have these cuboids in the first frame; none has an object without a key."""
    wanted = [each["ego_from_object"]["translation_m"] for each in kept]
    for each in people:
        each.page.wait_for_function(
            "wanted => JSON.stringify(window.__truebox.editor.store.resolveFrame(0).map("
            "r => r.cuboid.ego_from_object.translation_m)) === JSON.stringify(wanted)",
            arg=wanted,
        )
    labels = server.request("GET", f"/scenes/{scene['id']}/labels")
    first = [cuboid for cuboid in labels["cuboids"] if cuboid["frame_index"] == 0]
    assert [cuboid["ego_from_object"]["translation_m"] for cuboid in first] == wanted
    assert {track["id"] for track in labels["tracks"]} == {each["track_id"] for each in kept}
    assert {cuboid["track_id"] for cuboid in labels["cuboids"]} == {each["track_id"] for each in kept}


def select(editor: EditorPage, track: str) -> None:
    editor.page.locator(f"[data-testid=object-row][data-track-id='{track}']").click()


def by_track(editor: EditorPage) -> dict[str, dict[str, Any]]:
    return {cuboid["track_id"]: cuboid for cuboid in editor.frame_cuboids(0)}
