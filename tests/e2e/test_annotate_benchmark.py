"""The benchmark of gestures runs through the real page, at a tiny size; how many there are says little here."""

from __future__ import annotations

import json

from playwright.sync_api import Browser

from benchmarks import annotate


def test_a_scene_is_labeled_both_ways(browser: Browser) -> None:
    figures = annotate.measure(browser, frames=6, azimuths=300, seed=41, most_tracks=2)
    assert json.loads(json.dumps(figures)) == figures
    plain, tools = figures["plain"], figures["tools"]
    assert plain["boxes"] == tools["boxes"] > 8
    # Every object is drawn in every frame, or labeled once: both are there, and about right.
    assert plain["gestures"] > 2 * plain["boxes"]
    assert figures["ratio"] == tools["gestures"] / plain["gestures"] < 1.0
    assert plain["mean_iou"] > 0.6
    assert tools["mean_iou"] > 0.6
