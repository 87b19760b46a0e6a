"""The benchmark that needs a browser runs, at a tiny size; how fast it is says nothing here."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from benchmarks import frames


def test_frames_beside_the_bare_page(browser: Browser) -> None:
    figures: dict[str, Any] = frames.measure(browser, points=4000, rounds=1, heap_switches=4, image_size_px=(124, 38))
    assert json.loads(json.dumps(figures)) == figures
    assert figures["points"] > 1000
    assert figures["cold_bare_ms"] > 0
    assert figures["heap_mb"] > 1
