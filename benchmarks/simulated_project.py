"""Projects of simulated scenes whose truth is known, for auto-labeling: made by seeds that nothing was tuned on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from autolabel.experiment import Target
from autolabel.seed_frames import spread_frames, usable_frames
from benchmarks.drives import DriveTruth, write_drive_with
from formats import open_dataset
from geometry import Box
from labels import Cuboid, LabelSet, Track
from simulation import DriveOptions, Population, rig_lidars, simulate_drive

FIRST_SEED = 900_000
REACH_M = 51.2
"""As far as such a team labels."""
RIGID = ("Car", "Van", "Truck")


@dataclass(frozen=True)
class Kind:
    """A kind of project.

    Attributes:
        name: What it is called.
        lidar: Its lidar's kind, as ``rig_lidars`` knows it.
        size_scale: Category → how much larger its objects are than those that the first weights were made from.
        number: Keeps its seeds apart from others'.
    """

    name: str
    lidar: str
    number: int
    size_scale: Mapping[str, float] = field(default_factory=dict)


KINDS = (
    Kind("simulated_64", "64", 0),
    Kind("simulated_32", "32", 1, {"Truck": 1.25, "Cyclist": 1.1, "Car": 1.06}),
)
OTHER_LIDARS = (
    Kind("simulated_16", "16", 2),
    Kind("simulated_128", "128", 3),
    Kind("simulated_solid_state", "raster", 4),
)


def make_project(folder: Path, kind: Kind, seed: int, *, scenes: int, frames: int, labeled: int) -> list[Target]:
    """Record scenes and open them again, with their truth and the frames that count as labelled.

    Args:
        folder: Where.
        kind: What kind.
        seed: Another one is another project.
        scenes: How many scenes.
        frames: Of each.
        labeled: How many frames are labelled in all of them together.
    """
    rng = np.random.default_rng([FIRST_SEED, kind.number, seed])
    truths: dict[str, DriveTruth] = {}
    for number in range(scenes):
        drive_seed = FIRST_SEED + 10_000 * kind.number + 100 * seed + number
        drive = simulate_drive(drive_seed, frames, options=_options(kind, rng))
        written = write_drive_with(folder, drive, f"{number:04d}")
        truths[written.name] = written.truth
    opened = [(scene, labels_of(truths[scene.name])) for scene in open_dataset(folder / "training").scenes]
    chosen = spread_frames([usable_frames(scene, labels) for scene, labels in opened], labeled)
    return [Target(scene, labels, tuple(seeds)) for (scene, labels), seeds in zip(opened, chosen, strict=True)]


def labels_of(truth: DriveTruth) -> LabelSet:
    """The truth near enough to be labelled, as somebody would label it who never errs."""
    boxes: defaultdict[str, dict[int, Box]] = defaultdict(dict)
    categories: dict[str, str] = {}
    for frame, objects in enumerate(truth):
        for item in objects:
            if np.abs(item.box_ego.center[:2]).max() < REACH_M and item.lidar_points > 0:
                boxes[str(item.track)][frame] = item.box_ego
                categories[str(item.track)] = item.category
    tracks = {
        key: Track(key, categories[key], min(found), max(found), is_rigid=categories[key] in RIGID)
        for key, found in boxes.items()
    }
    cuboids = [
        Cuboid(f"{key}:{frame}", key, frame, box.frame_from_object, box.size_lwh_m, ends_segment=frame + 1 not in found)
        for key, found in boxes.items()
        for frame, box in found.items()
    ]
    return LabelSet(tracks=tracks, cuboids={cuboid.id: cuboid for cuboid in cuboids})


def _options(kind: Kind, rng: np.random.Generator) -> DriveOptions:
    return DriveOptions(
        pictures=False,
        occlusion=False,
        sight_m=100.0,
        lidars=rig_lidars([kind.lidar]),
        surroundings=rng.choice(["town", "suburb", "country"]),
        slope=float(rng.choice([0.0, 0.06])),
        clutter=float(rng.uniform(0.7, 2.0)),
        lookalikes=float(rng.uniform(0.5, 2.0)),
        lively=True,
        population=Population(people=1.5, cyclists=1.5, lorries=2.0, size_scale=dict(kind.size_scale)),
    )
