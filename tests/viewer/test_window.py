"""The window itself, on a display in memory: what it shows after its keys."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from viewer import LabeledScene

# Runs beside pytest, because a driver that fails ends its process.
STORY = """
import json, pickle, sys, threading
import numpy as np
from open3d.visualization import gui
from viewer.window import FrameWindow

app = gui.Application.instance
app.initialize()
with open(sys.argv[1], "rb") as file:
    window = FrameWindow(pickle.load(file), 0)
seen = []

def magenta(image):
    rgb = np.asarray(image).astype(int)[..., :3]
    found = (rgb[..., 0] > 200) & (rgb[..., 1] < 60) & (rgb[..., 2] > 200)
    seen.append({"title": window.window.title, "magenta": int(found.sum()), "color": window.state.color})
    later()

def follow():
    if not keys:
        window.press("quit")
        return
    for key in keys.pop(0):
        window.press(key)
    window._view.scene.scene.render_to_image(magenta)

def later():
    # Not from inside the picture's callback, which would wait for itself.
    threading.Timer(0.1, app.post_to_main_thread, (window.window, follow)).start()

keys = [[], ["boxes"], ["boxes", "next"], ["last", "color", "color", "help"], ["reset", "frustums"]]
later()
app.run()
with open(sys.argv[2], "w") as file:
    json.dump(seen, file)
"""


@pytest.fixture
def seen(labeled: LabeledScene, display: str, tmp_path: Path, repository: Path) -> list[dict[str, Any]]:
    """What the window showed after each group of keys."""
    del display
    scene, result = tmp_path / "scene.pickle", tmp_path / "seen.json"
    scene.write_bytes(pickle.dumps(labeled))
    command = [sys.executable, "-c", STORY, str(scene), str(result)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    story: list[dict[str, Any]] = json.loads(result.read_text())
    return story


def test_keys_change_what_is_seen(seen: list[dict[str, Any]]) -> None:
    start, hidden, stepped, last, reset = seen
    assert start["title"] == "made  ·  frame 0 of 0 … 2"
    assert start["magenta"] > 200
    assert hidden["magenta"] == 0
    assert stepped["title"] == "made  ·  frame 1 of 0 … 2"
    # Derived: dashed and thinner.
    assert 0 < stepped["magenta"] < 0.8 * start["magenta"]
    assert (last["title"], last["color"]) == ("made  ·  frame 2 of 0 … 2", "image")
    assert reset["magenta"] > 200
