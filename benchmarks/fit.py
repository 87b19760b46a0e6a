"""Quality of the box fit on every labelled object with at least ten points: from a click, and from a rough box.

Starts: ``click`` lies anywhere in the middle quarter of the footprint (half its length, half its width); ``click_03``
is the middle plus 0.3 m of noise both ways; ``drag`` is the first with a heading off by 6°; ``rough`` is a box off by
at most 0.4 m, 15 % in each size and 10°. ``after_5`` is ``click`` once the habits and usual sizes of a dataset have
been learnt from the first five boxes, which then are not counted; ``refit_5`` likewise. The confidence of a fit should
rank as its overlap does. Each box is clicked on, and made rough, several times, because some classes have few boxes.

``rectangle`` knows nothing but a rectangle in an image, each of whose sides is off by 2 pixels and 1 % (1 σ);
``click_rectangle`` has ``click`` beside it; ``click_shown`` is ``click`` for those objects that have a rectangle. The
datasets' rectangles are around all of an object, hidden parts too; ``…_seen`` are the same with rectangles around the
pixels that show it (simulated pictures), as people draw them.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from autolabel.follow import RectangleWitness, Subject, fit_in_image
from benchmarks.labeled_frames import (
    LabeledFrame,
    LabeledObject,
    Ltrb,
    Rectangle,
    data_folder,
    real_frames,
    simulated_frames,
)
from geometry import Box, iou_3d_aligned
from geometry.arrays import FloatArray
from pointcloud import FitHabits, FitScene, FittedBox, fit_at, learn_habits, refit

NAME = "fit"
FEWEST_POINTS = 10
LEARNT_FROM = 5
CLICK_NOISE_M, DRAG_NOISE_RAD = 0.3, np.deg2rad(6.0)
DRAWN_NOISE_PX, DRAWN_NOISE_SHARE = 2.0, 0.01
SMALLEST_PX = 8.0
OFF_M, OFF_UP_M, OFF_SIZE, OFF_RAD = 0.4, 0.15, 0.15, np.deg2rad(10.0)
CARS = {"Car", "REGULAR_VEHICLE", "vehicle.car"}
PEOPLE = {"Pedestrian", "PEDESTRIAN", "human.pedestrian.adult"}
CYCLISTS = {"Cyclist", "Rider", "BICYCLIST", "MOTORCYCLIST"}
STARTS = (
    *("click", "click_03", "drag", "after_5", "rough", "refit", "refit_5"),
    *("rectangle", "click_rectangle", "click_shown"),
    *("rectangle_seen", "click_rectangle_seen", "click_shown_seen"),
)
LOOKED_AT = {"kitti_raw_0013", "kitti_tracking_0003", "argoverse2", "simulated_64"}
"""The numbers of the fit were chosen on these; the others were only measured."""


@dataclass(frozen=True)
class Case:
    """An object, its frame, and how its dataset draws boxes once five of its category are known."""

    dataset: str
    scene: FitScene
    item: LabeledObject
    learnt: tuple[FitHabits, tuple[float, float, float]] | None


def run(*, real: bool = True, frames: int = 4, azimuths: int = 1800, seed: int = 0, draws: int = 6) -> dict[str, Any]:
    """Overlaps in space by dataset and category, and of the groups that have targets; milliseconds of a warm fit."""
    labeled = [*simulated_frames(frames, azimuths), *(real_frames(data_folder()) if real else ())]
    cases = list(_cases(labeled))
    rng = np.random.default_rng(seed)
    overlaps: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    times_ms: dict[str, list[float]] = {name: [] for name in ("click", "refit", "rectangle", "click_rectangle")}
    for case in cases * draws:
        overlaps[case.dataset, case.item.category].append(_measure(case, rng, times_ms))
    figures: dict[str, Any] = {"boxes": len(cases), "draws": draws}
    figures |= {f"{name}_ms": median(times) for name, times in times_ms.items() if times}
    rows = [row for kind in overlaps.values() for row in kind]
    agreement = spearmanr([row["confidence"] for row in rows], [row["click"] for row in rows]).statistic
    figures["confidence_rank_correlation"] = float(np.nan_to_num(agreement))
    figures["groups"] = {name: _summary(rows, draws) for name, rows in _groups(overlaps).items() if rows}
    figures["datasets"] = {
        dataset: {
            category: _summary(rows, draws) for (name, category), rows in sorted(overlaps.items()) if name == dataset
        }
        for dataset in sorted({name for name, _ in overlaps})
    }
    return figures


def _cases(labeled: Sequence[LabeledFrame]) -> Iterator[Case]:
    examples: dict[str, list[tuple[FitScene, Box]]] = defaultdict(list)
    sizes: dict[tuple[str, str], list[np.ndarray[Any, Any]]] = defaultdict(list)
    for frame in labeled:
        scene = FitScene.of(frame.points, frame.lidar_center)
        for item in frame.objects:
            if int(item.box.contains(scene.near(item.box.center[:2], 12.0)).sum()) < FEWEST_POINTS:
                continue
            known = sizes[frame.dataset, item.category]
            learnt = None
            if len(known) >= LEARNT_FROM:
                length, width, height = np.median(known[:LEARNT_FROM], axis=0).tolist()
                learnt = (learn_habits(examples[frame.dataset][:LEARNT_FROM]), (length, width, height))
            yield Case(frame.dataset, scene, item, learnt)
            known.append(item.box.size_lwh_m)
            if item.is_rigid:
                examples[frame.dataset].append((scene, item.box))


def _measure(case: Case, rng: np.random.Generator, times_ms: dict[str, list[float]]) -> dict[str, float]:
    """Overlap with the truth from every start, and of the rough box itself."""
    scene, item, truth = case.scene, case.item, case.item.box
    prior, is_rigid = item.size_prior_lwh_m, item.is_rigid
    within = np.array([*rng.uniform(-0.25, 0.25, 2), 0.0]) * truth.size_lwh_m
    click = truth.frame_from_object.apply(within[np.newaxis])[0]
    click_03 = truth.center + [*rng.normal(0.0, CLICK_NOISE_M, 2), 0.0]
    hint = truth.yaw_rad + float(rng.normal(0.0, DRAG_NOISE_RAD))
    rough = _rough(truth, rng)
    start = time.perf_counter()
    clicked = fit_at(scene, click, prior, is_rigid=is_rigid)
    middle = time.perf_counter()
    better = refit(scene, rough, prior)
    times_ms["click"].append((middle - start) * 1e3)
    times_ms["refit"].append((time.perf_counter() - middle) * 1e3)
    boxes = {
        "click": clicked,
        "click_03": fit_at(scene, click_03, prior, is_rigid=is_rigid),
        "drag": fit_at(scene, click, prior, is_rigid=is_rigid, heading_hint_rad=hint),
        "refit": better,
    }
    if case.learnt is not None:
        habits, size = case.learnt
        boxes["after_5"] = fit_at(scene, click, size, is_rigid=is_rigid, habits=habits)
        boxes["refit_5"] = refit(scene, rough, size, habits=habits)
    if item.rectangle is not None:
        boxes |= _by_rectangles(case, click, clicked, item.rectangle, times_ms)
    overlaps = {name: 0.0 if fitted is None else _overlap(fitted.box, truth) for name, fitted in boxes.items()}
    confidence = 0.0 if clicked is None else clicked.confidence
    return overlaps | {"rough": _overlap(rough, truth), "confidence": confidence}


def _by_rectangles(
    case: Case, click: FloatArray, clicked: FittedBox | None, shown: Rectangle, times_ms: dict[str, list[float]]
) -> dict[str, FittedBox | None]:
    """What rectangles in an image add; with chances of their own, so that the other figures stay what they were."""
    rng = np.random.default_rng(len(times_ms["rectangle"]))
    boxes: dict[str, FittedBox | None] = {}
    for suffix, ltrb_px in (("", shown.ltrb_px), ("_seen", shown.seen_ltrb_px)):
        drawn = None if ltrb_px is None else _drawn(ltrb_px, rng)
        if drawn is None:
            continue
        subject = Subject(case.item.category, case.item.size_prior_lwh_m, case.item.is_rigid)
        start = time.perf_counter()
        boxes[f"rectangle{suffix}"] = fit_in_image(case.scene, shown.view, drawn, subject).fitted
        middle = time.perf_counter()
        witness = RectangleWitness(shown.view, drawn)
        prior, is_rigid = case.item.size_prior_lwh_m, case.item.is_rigid
        boxes[f"click_rectangle{suffix}"] = fit_at(case.scene, click, prior, is_rigid=is_rigid, witness=witness)
        times_ms["rectangle"].append((middle - start) * 1e3)
        times_ms["click_rectangle"].append((time.perf_counter() - middle) * 1e3)
        boxes[f"click_shown{suffix}"] = clicked
    return boxes


def _drawn(ltrb_px: Ltrb, rng: np.random.Generator) -> Ltrb | None:
    """A rectangle as a person's hand draws it; None where it is too small to be drawn."""
    sides = np.array(ltrb_px)
    size = np.tile(sides[2:] - sides[:2], 2)
    left, top, right, bottom = (sides + rng.normal(0.0, DRAWN_NOISE_PX + DRAWN_NOISE_SHARE * size)).tolist()
    return (left, top, right, bottom) if min(right - left, bottom - top) >= SMALLEST_PX else None


def _rough(truth: Box, rng: np.random.Generator) -> Box:
    away, toward = OFF_M * np.sqrt(rng.uniform()), rng.uniform(-np.pi, np.pi)
    center = truth.center + [away * np.cos(toward), away * np.sin(toward), rng.uniform(-OFF_UP_M, OFF_UP_M)]
    size = truth.size_lwh_m * (1.0 + rng.uniform(-OFF_SIZE, OFF_SIZE, 3))
    return Box.from_yaw(center, size, truth.yaw_rad + float(rng.uniform(-OFF_RAD, OFF_RAD)))


def _overlap(box: Box, truth: Box) -> float:
    return float(iou_3d_aligned([box], [truth])[0])


def _groups(
    overlaps: dict[tuple[str, str], list[dict[str, float]]],
) -> dict[str, list[dict[str, float]]]:
    groups: dict[str, list[dict[str, float]]] = defaultdict(list)
    kinds = (("cars", CARS), ("people", PEOPLE), ("cyclists", CYCLISTS))
    for (dataset, category), rows in sorted(overlaps.items()):
        family = "kitti" if dataset.startswith("kitti") else "simulated" if dataset.startswith("sim") else "others"
        for kind in [name for name, members in kinds if category in members]:
            groups[f"{family}_{kind}"] += rows
            if dataset not in LOOKED_AT:
                groups[f"{family}_{kind}_unseen"] += rows
    return groups


def _summary(rows: list[dict[str, float]], draws: int) -> dict[str, Any]:
    summary: dict[str, Any] = {"boxes": len(rows) // draws}
    for name in STARTS:
        values = [row[name] for row in rows if name in row]
        if values:
            low, middle = np.quantile(values, [0.25, 0.5]).tolist()
            summary[name] = {
                "boxes": -(-len(values) // draws),
                "median": middle,
                "mean": float(np.mean(values)),
                "p25": low,
            }
    return summary
