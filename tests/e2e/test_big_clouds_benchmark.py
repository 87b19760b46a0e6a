"""The benchmark of big clouds runs, at a tiny size; how fast it is says nothing here."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from benchmarks import big_clouds


def test_big_clouds_beside_the_bare_page(browser: Browser) -> None:
    figures: dict[str, Any] = big_clouds.measure(browser, points=4000, merged_frames=4, rounds=1, heap_switches=4)
    assert json.loads(json.dumps(figures)) == figures
    assert figures["merged_points"] == 16_000
    for name in ("frame_first_ms", "frame_bare_ms", "merged_full_ms", "merged_bare_ms", "orbit_ms", "orbit_bare_ms"):
        assert figures[name] > 0, name
    assert figures["merged_full_ms"] >= figures["merged_first_ms"]
    assert figures["heap_mb"] > 1
