"""The server dies while people work: the page says so, keeps what they do, and sends it when the server is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from benchmarks.drives import WrittenDrive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch

SERVER_GONE = ["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"]

OUTAGE_TRIES = 6
"""Of the page, while the server is away: by then it waits some seconds between two."""


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path / "data") as server:
        yield server


def test_a_killed_server_loses_nothing(
    own_server: ServerProcess, small_drive: WrittenDrive, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected += SERVER_GONE
    scene = own_server.import_folder(small_drive.folder, project="offline")[0]
    context = new_context()
    page = context.new_page()
    watch.follow(page)
    editor = EditorPage(page, own_server.url)
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()

    own_server.kill()
    for _ in range(5):
        editor.press("w")
    expect(editor.testid("save-state")).to_have_attribute("data-state", "offline")
    own_server.start()
    editor.wait_saved()
    compare(own_server, scene, editor.frame_cuboids(0))

    # Now the page goes too; what it could not send is in the browser's journal.
    own_server.kill()
    editor.press("d", "d")
    expect(editor.testid("save-state")).to_have_attribute("data-state", "offline")
    kept = editor.frame_cuboids(0)
    page.close()
    own_server.start()
    again = context.new_page()
    watch.follow(again)
    editor = EditorPage(again, own_server.url)
    editor.open(scene["id"])
    editor.wait_saved()
    assert editor.frame_cuboids(0) == kept
    compare(own_server, scene, kept)
    assert not watch.unexpected()


def test_editing_goes_on_through_a_long_outage(
    own_server: ServerProcess, small_drive: WrittenDrive, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected += SERVER_GONE
    scene = own_server.import_folder(small_drive.folder, project="outage")[0]
    page = new_context().new_page()
    watch.follow(page)
    tries: list[str] = []
    page.on("requestfailed", lambda request: tries.append(request.url) if request.url.endswith("/changes") else None)
    editor = EditorPage(page, own_server.url)
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()

    own_server.kill()
    state = editor.testid("save-state")
    for number in range(OUTAGE_TRIES):
        editor.press("w", "d")
        expect(state).to_have_attribute("data-state", "offline")
        expect(state).to_have_attribute("data-pending", str(2 * number + 2))
        # The page goes on trying by itself, ever more rarely; each round of edits waits for another try.
        page.wait_for_function("n => window.__truebox.editor.sync.version > n", arg=sync_version(editor))
    page.wait_for_function("() => window.__truebox.editor.sync.lastError !== null")
    assert len(tries) >= OUTAGE_TRIES
    editor.draw_box([16, 3, -0.9], [20, 5, -0.9])
    editor.press("Alt+ArrowRight")
    shown = [editor.frame_cuboids(frame) for frame in (0, 1)]
    own_server.start()
    editor.wait_saved()
    assert [editor.frame_cuboids(frame) for frame in (0, 1)] == shown
    labels = own_server.request("GET", f"/scenes/{scene['id']}/labels")
    assert sorted(cuboid["id"] for cuboid in labels["cuboids"]) == sorted(
        {cuboid["id"] for frame in shown for cuboid in frame if cuboid["is_key"]}
    )
    check_log(own_server, scene, labels["revision"])
    # The drawn box, two steps a round, the other box, and its copy into the next frame: each is one change.
    assert labels["revision"] == 1 + 2 * OUTAGE_TRIES + 2
    editor.go_to_frame(0)
    editor.press(*["Control+z"] * (2 * OUTAGE_TRIES + 3))
    editor.wait_saved()
    assert own_server.request("GET", f"/scenes/{scene['id']}/labels")["cuboids"] == []
    assert not watch.unexpected()


def sync_version(editor: EditorPage) -> int:
    return int(editor.page.evaluate("() => window.__truebox.editor.sync.version"))


def test_a_page_that_crashes_leaves_its_work_to_the_next(
    own_server: ServerProcess, small_drive: WrittenDrive, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected += SERVER_GONE
    scene = own_server.import_folder(small_drive.folder, project="crash")[0]
    context = new_context()
    page = context.new_page()
    watch.follow(page)
    editor = EditorPage(page, own_server.url)
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()

    other = context.new_page()
    watch.follow(other)
    second = EditorPage(other, own_server.url)
    second.open(scene["id"])
    own_server.kill()
    editor.press("w", "w")
    second.page.bring_to_front()
    second.testid("object-row").click()
    second.press("Alt+ArrowRight")
    second.wait_frame(1)
    for each in (editor, second):
        expect(each.testid("save-state")).to_have_attribute("data-state", "offline")
    mine = editor.frame_cuboids(0)
    # Nothing of the page runs any more, not even its farewell; the other tab takes its changes over.
    page.close(run_before_unload=False)
    own_server.start()
    second.page.wait_for_function(
        "x => window.__truebox.editor.store.resolveFrame(0)[0].cuboid.ego_from_object.translation_m[0] === x",
        arg=mine[0]["ego_from_object"]["translation_m"][0],
    )
    second.wait_saved()
    labels = own_server.request("GET", f"/scenes/{scene['id']}/labels")
    assert sorted(cuboid["frame_index"] for cuboid in labels["cuboids"]) == [0, 1]
    (first,) = (cuboid for cuboid in labels["cuboids"] if cuboid["frame_index"] == 0)
    assert first["ego_from_object"] == mine[0]["ego_from_object"]
    check_log(own_server, scene, labels["revision"])
    assert not watch.unexpected()


def test_a_reload_loses_at_most_the_drag_that_is_under_way(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    # A held key's step is still open when the page goes.
    editor.page.keyboard.down("w")
    kept = editor.frame_cuboids(0)
    editor.page.reload()
    editor.page.keyboard.up("w")
    editor.wait_ready()
    editor.page.wait_for_function(
        "x => window.__truebox.editor.store.resolveFrame(0)[0].cuboid.ego_from_object.translation_m[0] >= x",
        arg=kept[0]["ego_from_object"]["translation_m"][0] - 1e-9,
    )

    editor.testid("object-row").click()
    before = editor.frame_cuboids(0)
    start = editor.handle_place("top", "move")
    editor.page.mouse.move(*start)
    editor.page.mouse.down()
    editor.page.mouse.move(start[0] + 20, start[1], steps=4)
    editor.page.reload()
    editor.page.mouse.up()
    editor.wait_ready()
    editor.wait_saved()
    assert len(editor.frame_cuboids(0)) == len(before) == 1


def test_a_reload_keeps_the_step_that_the_journal_had_no_time_for(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    # As on a machine too slow for the database to write anything while the page goes.
    editor.page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'AbortError') } }")
    editor.page.keyboard.down("w")
    kept = editor.frame_cuboids(0)
    editor.page.reload()
    editor.page.keyboard.up("w")
    editor.wait_ready()
    editor.page.wait_for_function(
        "x => window.__truebox.editor.store.resolveFrame(0)[0].cuboid.ego_from_object.translation_m[0] >= x",
        arg=kept[0]["ego_from_object"]["translation_m"][0] - 1e-9,
    )
    editor.wait_saved()
    partings = "() => Object.keys(localStorage).filter(name => name.startsWith('truebox.parting'))"
    assert editor.page.evaluate(partings) == []


def test_a_browser_that_keeps_nothing_says_so(
    own_server: ServerProcess, small_drive: WrittenDrive, new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    watch.expected += SERVER_GONE
    scene = own_server.import_folder(small_drive.folder, project="private")[0]
    page = new_context().new_page()
    watch.follow(page)
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    editor = EditorPage(page, own_server.url)
    editor.open(scene["id"])
    state = editor.testid("save-state")
    editor.draw_box([10, -2, -0.9], [14, 0, -0.9])
    editor.wait_saved()
    expect(state).to_have_attribute("data-only-here", "true")
    own_server.kill()
    editor.press("w")
    expect(state).to_contain_text("only in this tab")
    own_server.start()
    editor.wait_saved()
    expect(state).not_to_contain_text("only in this tab")
    compare(own_server, scene, editor.frame_cuboids(0))
    assert not watch.unexpected()


def compare(server: ServerProcess, scene: dict[str, Any], shown: list[dict[str, Any]]) -> None:
    """The server has what the page shows, and no change twice."""
    labels = server.request("GET", f"/scenes/{scene['id']}/labels")
    (stored,), (cuboid,) = labels["cuboids"], shown
    assert {key: cuboid[key] for key in stored} == stored
    check_log(server, scene, labels["revision"])


def check_log(server: ServerProcess, scene: dict[str, Any], revision: int) -> None:
    """Every change is there once."""
    changes = server.request("GET", f"/scenes/{scene['id']}/changes?after=0&limit=1000")["changes"]
    assert [entry["revision"] for entry in changes] == list(range(1, revision + 1))
    ids = [entry["change"]["change_id"] for entry in changes]
    assert len(set(ids)) == len(ids)
