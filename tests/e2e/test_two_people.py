"""Two browsers on one scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch
from tests.e2e.editor_page import EditorPage


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
