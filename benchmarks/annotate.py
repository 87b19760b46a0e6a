"""Gestures for a scene's labels through the real page: plain boxes in every frame, beside the tools for sequences.

A scripted annotator knows the truth, and has a hand that is not perfectly exact (``counting_page.HAND_M``). It labels
the same objects both ways, to the same tolerance (``annotator.FACE_M``). A gesture is a click, a drag, or a press of a
key: changes of frame, selections and moves of the camera count like all others.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.annotator import KnownTrack, label_plainly, label_with_tools, overlap
from benchmarks.browser import chromium
from benchmarks.counting_page import CountingPage
from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.server_process import ServerProcess
from geometry import SE3, Box

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "annotate"
VIEWPORT = (1600, 900)
FEWEST_POINTS = 10
SHORTEST = 5
AHEAD_M, ASIDE_M = (-10.0, 30.0), 12.0
STEP_TIMEOUT_MS = 30_000
MOST_TRACKS = 8
"""The first so many objects of the scene are labelled: all of them would take half an hour."""


@dataclass(frozen=True)
class Effort:
    """What one way of labeling took, and how good its boxes are.

    Attributes:
        gestures: Clicks, drags, keys.
        boxes: Boxes that were to be made, all of them there.
        gestures_per_box: Their ratio.
        mean_iou: With the truth, in space.
        p10_iou: A tenth of the boxes is worse.
    """

    gestures: int
    boxes: int
    gestures_per_box: float
    mean_iou: float
    p10_iou: float


Way = Callable[[CountingPage, list[KnownTrack], dict[str, str]], dict[tuple[str, int], str]]
WAYS: dict[str, Way] = {"plain": label_plainly, "tools": label_with_tools}


def run(
    *, frames: int = 24, azimuths: int = 900, seed: int = 41, most_tracks: int | None = MOST_TRACKS
) -> dict[str, Any]:
    """Both ways on the same simulated scene; ``ratio`` is the gestures of the tools by those of plain boxes."""
    with chromium() as browser:
        return measure(browser, frames=frames, azimuths=azimuths, seed=seed, most_tracks=most_tracks)


def measure(
    browser: Browser, *, frames: int, azimuths: int, seed: int, most_tracks: int | None = None
) -> dict[str, Any]:
    """The same in a browser that is open; with ``most_tracks`` of the first few objects only."""
    folder = Path(tempfile.mkdtemp(prefix="truebox-annotate-"))
    try:
        drive = write_simulated_drive(folder / "drive", frames, azimuths=azimuths, pictures=False, seed=seed)
        with ServerProcess(folder / "server") as server:
            efforts = {}
            for name, way in WAYS.items():
                page = browser.new_context(viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]}).new_page()
                page.set_default_timeout(STEP_TIMEOUT_MS)
                efforts[name] = _measure(server, CountingPage(page, server.url), drive, (name, way), most_tracks)
                page.context.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    plain, tools = efforts["plain"], efforts["tools"]
    return {
        "ratio": tools.gestures / plain.gestures,
        "iou_difference": tools.mean_iou - plain.mean_iou,
        "plain": asdict(plain),
        "tools": asdict(tools),
    }


def _measure(
    server: ServerProcess, page: CountingPage, drive: WrittenDrive, named: tuple[str, Way], most_tracks: int | None
) -> Effort:
    name, way = named
    scene = server.import_folder(drive.folder, project=name)[0]
    detail = server.request("GET", f"/scenes/{scene['id']}")
    tracks = known_tracks(drive, detail)[:most_tracks]
    keys = category_keys(detail["taxonomy"]["categories"])
    page.open(scene["id"])
    page.press("v")
    page.settle_view()
    made = way(page, tracks, keys)
    page.wait_saved()
    overlaps = [iou for track in tracks for iou in _overlaps(page, track, made)]
    return Effort(
        page.gestures,
        len(overlaps),
        page.gestures / len(overlaps),
        mean(overlaps),
        float(np.quantile(overlaps, 0.1)),
    )


def _overlaps(page: CountingPage, track: KnownTrack, made: dict[tuple[str, int], str]) -> list[float]:
    """The overlap with the truth of each box; 0 where there is none."""
    found = []
    for frame, truth in track.boxes_ego.items():
        box = page.box_in_frame(made.get((track.name, frame), ""), frame)
        found.append(0.0 if box is None else overlap(box, truth))
    return found


def known_tracks(drive: WrittenDrive, detail: dict[str, Any]) -> list[KnownTrack]:
    """The objects near the vehicle, in the frames in which enough points lie on them."""
    poses = [SE3.from_quat_wxyz(p["quat_wxyz"], p["translation_m"]) for p in _poses(detail)]
    boxes: dict[tuple[str, str], dict[int, Box]] = defaultdict(dict)
    points: dict[str, dict[int, int]] = defaultdict(dict)
    for frame, objects in enumerate(drive.truth):
        for item in objects:
            x, y, _ = item.box_ego.center
            if item.lidar_points >= FEWEST_POINTS and AHEAD_M[0] < x < AHEAD_M[1] and abs(y) < ASIDE_M:
                boxes[str(item.track), item.category][frame] = item.box_ego
                points[str(item.track)][frame] = item.lidar_points
    return [
        KnownTrack(name, category, seen, points[name], _way_m(seen, poses))
        for (name, category), seen in boxes.items()
        if len(seen) >= SHORTEST
    ]


def _poses(detail: dict[str, Any]) -> list[dict[str, Any]]:
    return [frame["world_from_ego"] for frame in detail["frames"]]


def _way_m(boxes_ego: dict[int, Box], world_from_ego: list[SE3]) -> float:
    centers = np.array([world_from_ego[frame].apply(box.center) for frame, box in boxes_ego.items()])
    return float(np.linalg.norm(centers - centers[0], axis=1).max())


def category_keys(categories: list[dict[str, Any]]) -> dict[str, str]:
    """The digit of each category: the one the taxonomy names, or its place in the list."""
    is_named = any(each["hot_key"] for each in categories)
    return {
        each["name"]: each["hot_key"] if is_named else str(place)
        for place, each in enumerate(categories, start=1)
        if not is_named or each["hot_key"]
    }
