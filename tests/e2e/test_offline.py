"""The server dies while people work: the page says so, keeps what they do, and sends it when the server is back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from benchmarks.drives import WrittenDrive
from benchmarks.server_process import ServerProcess
from tests.e2e.conftest import Watch
from tests.e2e.editor_page import EditorPage

SERVER_GONE = ["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"]


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


def compare(server: ServerProcess, scene: dict[str, Any], shown: list[dict[str, Any]]) -> None:
    """The server has what the page shows, and no change twice."""
    labels = server.request("GET", f"/scenes/{scene['id']}/labels")
    (stored,), (cuboid,) = labels["cuboids"], shown
    assert {key: cuboid[key] for key in stored} == stored
    changes = server.request("GET", f"/scenes/{scene['id']}/changes?after=0&limit=1000")["changes"]
    assert [entry["revision"] for entry in changes] == list(range(1, labels["revision"] + 1))
    ids = [entry["change"]["change_id"] for entry in changes]
    assert len(set(ids)) == len(ids)
