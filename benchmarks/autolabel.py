"""Few-shot labeling of whole projects: what it saves against labelling by hand, how precise it is, how long it takes.

About ten frames of each project count as labelled; the machine labels the rest, and everything else is scored. Real
scenes are KITTI's, where they are at hand. The full run takes hours; ``TRUEBOX_BENCH_SHARE`` (0.1, say) makes projects
smaller, which costs the effort its meaning, because ten labelled frames are then a larger part.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from autolabel.experiment import Experiment, Target, run_experiment, score
from autolabel.labeled_scene import LabeledScene
from autolabel.learn import LearnOptions
from autolabel.recording import Recording
from autolabel.seed_frames import usable_frames
from autolabel.training.model_file import Model
from autolabel.weights import INITIAL
from benchmarks.labeled_frames import data_folder
from benchmarks.simulated_project import KINDS, Kind, make_project
from formats import get_format, open_dataset
from formats.attach import attach_labels
from formats.kitti.taxonomy import KITTI_TAXONOMY
from fusion import Scene
from labels import LabelSet
from quality.effort import load_costs

NAME = "autolabel"
SEEDS, SCENES, FRAMES, LABELED = 3, 10, 100, 10
SAME_DRIVE, DRIVE = "0003", "2011_09_26_drive_0013_sync"
Row = dict[str, float | None]


def run(
    *, seeds: int = SEEDS, share: float | None = None, scenes: int = SCENES, steps: int | None = None
) -> dict[str, Any]:
    """Each project with several seeds: medians, and the ranges of what differs."""
    learning = [LearnOptions(seed, steps) for seed in range(seeds)]
    report = simulated(KINDS, learning, scenes=scenes, frames=frame_count(share))
    for name, targets in (("kitti_same_drive", _same_drive), ("kitti_other_place", _other_place)):
        rows = [_real(targets, each) for each in learning]
        report[name] = _summary([row for row in rows if row is not None])
    return report


def frame_count(share: float | None) -> int:
    """Frames a simulated scene: a share of the usual, as the environment says where None."""
    return max(int(FRAMES * (float(os.environ.get("TRUEBOX_BENCH_SHARE", "1")) if share is None else share)), 10)


def simulated(kinds: Iterable[Kind], learning: Sequence[LearnOptions], *, scenes: int, frames: int) -> dict[str, Any]:
    """By name, simulated projects of some kinds, one for each way of learning."""
    return {kind.name: _summary([_simulated(kind, (scenes, frames), each) for each in learning]) for kind in kinds}


def _simulated(kind: Kind, amount: tuple[int, int], learning: LearnOptions) -> Row:
    scenes, frames = amount
    folder = Path(tempfile.mkdtemp(prefix="truebox-autolabel-"))
    try:
        targets = make_project(folder, kind, learning.seed, scenes=scenes, frames=frames, labeled=LABELED)
        return _row(targets, [], learning)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _real(project: Callable[[], tuple[list[Target], list[LabeledScene]] | None], learning: LearnOptions) -> Row | None:
    found = project()
    return None if found is None else _row(*found, learning)


def _row(targets: Sequence[Target], elsewhere: Sequence[LabeledScene], learning: LearnOptions) -> Row:
    return row_of(run_experiment(targets, elsewhere, KITTI_TAXONOMY, Model.load(INITIAL), learning=learning))


def _same_drive() -> tuple[list[Target], list[LabeledScene]] | None:
    """Frames 0, 7, 14 … 63 of a drive are labelled, its others scored."""
    scenes = dict(_scenes("kitti_tracking"))
    if SAME_DRIVE not in scenes:
        return None
    scene, labels = scenes[SAME_DRIVE]
    return [Target(scene, labels, tuple(range(0, 64, 7)))], []


def _other_place() -> tuple[list[Target], list[LabeledScene]] | None:
    """Single frames and two of another drive are labelled; a drive that none of them shows is scored."""
    raw, tracking = dict(_scenes("kitti_raw")), dict(_scenes("kitti_tracking"))
    if DRIVE not in raw or SAME_DRIVE not in tracking:
        return None
    scene = raw[DRIVE][0]
    known, labels = tracking[SAME_DRIVE]
    told = [("kitti_object", None), ("kitti_tracking", "0001")]
    elsewhere = [
        LabeledScene.of(other, Recording.of(other), of_other, usable_frames(other, of_other))
        for folder, wanted in told
        for name, (other, of_other) in _scenes(folder)
        if wanted in (None, name) and usable_frames(other, of_other)
    ]
    return [Target(scene, attach_labels(labels, known, scene).labels)], elsewhere


def _scenes(folder: str) -> Iterator[tuple[str, tuple[Scene, LabelSet]]]:
    path = data_folder() / folder
    if path.is_dir():
        dataset = open_dataset(path)
        for scene in dataset.scenes:
            yield scene.name, (scene, get_format(dataset.format).read_labels(scene).labels)


def row_of(done: Experiment) -> Row:
    """The figures of one run that are compared."""
    scored = score(done, load_costs(None))
    effort, flips = scored["effort"], scored["heading_flips"]
    row: Row = {
        f"{baseline}_{seeds}": effort[baseline][seeds]
        for baseline in ("every_box", "copy_and_adjust", "key_frames")
        for seeds in ("without_seeds", "with_seeds", "with_seeds_one_click")
    }
    for overlap, by_name in scored["ap"].items():
        row |= {f"ap_{overlap}_{name}": value for name, value in by_name.items()}
    row |= {f"flips_{name}": flips["Car"][name]["share"] for name in ("moving", "parked") if "Car" in flips}
    row |= {f"false_tracks_{name}": float(count) for name, count in scored["false_tracks"].items()}
    row["errors_left"] = scored["errors_left"]["share"]
    train_s = None if done.learned is None else done.learned.train_s
    times = {"ms_per_frame": done.ms_per_frame, "detector_ms_per_frame": done.detector_ms_per_frame}
    return row | {"train_s": train_s} | times


def _summary(rows: list[Row]) -> dict[str, Any]:
    if not rows:
        return {"skipped": "the data is not at hand"}
    names = sorted({name for row in rows for name in row})
    values = {name: [value for row in rows if (value := row.get(name)) is not None] for name in names}
    return {
        name: {"median": median(known), "range": [float(np.min(known)), float(np.max(known))]}
        for name, known in values.items()
        if known
    } | {"runs": len(rows)}
