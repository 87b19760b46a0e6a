"""What machines made is agreed with, one key a cuboid or a track, on from frame to frame."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
from playwright.sync_api import expect

from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess
from geometry import SE3
from labels import Cuboid, LabelChange, Track, encode_change

FRAMES = (2, 4)
SOURCES = ("model:detector@1", "propagated", "imported:kitti")
OPEN = "() => window.__truebox.editor.confirming.open.length"


def propose(server: ServerProcess, scene: dict[str, Any]) -> None:
    """Three tracks of two keys each that nobody has agreed with, beside each other."""
    tracks, cuboids = [], []
    for number, source in enumerate(SOURCES):
        track = Track(str(uuid.uuid4()), "Car", FRAMES[0], FRAMES[-1], str(number))
        tracks.append(track)
        for frame in FRAMES:
            place = SE3.from_yaw(0.0, [12.0 + 8.0 * number, 4.0, 0.0])
            size = np.array([4.2, 1.8, 1.5])
            cuboids.append(Cuboid(str(uuid.uuid4()), track.id, frame, place, size, source=source, score=0.4))
    change = LabelChange(
        str(uuid.uuid4()),
        scene["id"],
        "model:detector@1",
        "2026-01-01T00:00:00+00:00",
        scene["revision"],
        added={"tracks": tuple(tracks), "cuboids": tuple(cuboids)},
    )
    server.request("POST", f"/scenes/{scene['id']}/changes", encode_change(change))


def test_one_key_agrees_and_goes_on(editor: EditorPage, server: ServerProcess, scene: dict[str, Any]) -> None:
    propose(server, scene)
    editor.open(scene["id"])
    expect(editor.testid("to-confirm")).to_contain_text("6")

    editor.testid("to-confirm").click()
    editor.wait_frame(FRAMES[0])
    for _ in SOURCES:
        editor.press("c")
    editor.wait_frame(FRAMES[1])
    assert editor.page.evaluate(OPEN) == 3

    editor.press("Shift+C", "Shift+C", "c")
    expect(editor.testid("to-confirm")).to_be_hidden()
    editor.wait_saved()
    confirmed = editor.page.evaluate("() => window.__truebox.editor.store.all('cuboids').map(c => c.confirmed_by)")
    assert set(confirmed) == {"human:local"}
    sources = editor.page.evaluate("() => window.__truebox.editor.store.all('cuboids').map(c => c.source)")
    assert set(sources) == set(SOURCES)

    editor.press("Control+z")
    expect(editor.testid("to-confirm")).to_contain_text("1")
    editor.press("Home", "Escape", "Control+Shift+ArrowRight")
    editor.wait_frame(FRAMES[1])


def test_the_help_says_what_the_lines_mean(editor: EditorPage, scene: dict[str, Any]) -> None:
    editor.open(scene["id"])
    editor.press("?")
    expect(editor.testid("source-legend")).to_contain_text("derived between keys")
