"""What the images say of tracks: whether each is an object of its class, and whether it heads the way it is said to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from autolabel.camera.crop_net import CropNet, heading_odds, inputs_of, object_odds, stacked
from autolabel.camera.crops import Crop, Placed, crops_of, placed_in
from autolabel.camera.trust import AT_ONCE, ONE_CORE, SURE
from autolabel.classes import ClassSet
from autolabel.stopping import ShouldStop, Stopped, never
from autolabel.training.model_file import CAMERA, Model
from autolabel.upright import upright
from fusion import Scene
from geometry import Box
from geometry.arrays import FloatArray, IntArray

LOOKS = 5
"""So many frames of a track are looked at, the best ones."""
SAMPLED_FRAMES = 40
"""The best ones of so many."""
MOST_IMAGES = 600
"""Of a whole scene; where tracks need more, each is looked at less often."""


@dataclass(frozen=True)
class Sighting:
    """A track to be looked at.

    Attributes:
        category: What it is said to be.
        boxes_ego: Its boxes by frame.
    """

    category: str
    boxes_ego: Mapping[int, Box]


@dataclass(frozen=True)
class CameraOpinion:
    """What the images say of a track.

    Attributes:
        log_odds_object: That it is an object of its class; 0 where they say nothing.
        log_odds_heading: That it heads the way it is said to and not the opposite; 0 where nothing is known of it.
        looks: How many pictures were looked at.
    """

    log_odds_object: float = 0.0
    log_odds_heading: float = 0.0
    looks: int = 0


NO_OPINION = CameraOpinion()


class CropJudge:
    """The trained network, asked about crops."""

    def __init__(self, state: Mapping[str, Tensor], class_count: int) -> None:
        """Take the parameters of a ``CropNet``."""
        self._net = CropNet(class_count)
        self._net.load_state_dict(dict(state))
        self._net.eval()

    def odds(self, crops: Sequence[Crop], classes: IntArray) -> FloatArray:
        """(N, 2) log odds, as trusted, that crops show objects of the classes (N,), and that headings are right."""
        found = [np.zeros((0, 2))]
        for first in range(0, len(crops), AT_ONCE):
            part = crops[first : first + AT_ONCE]
            alphas = torch.tensor([each.alpha_rad for each in part], dtype=torch.float32)
            with ONE_CORE.in_use(), torch.inference_mode():
                scores, ways = self._net(inputs_of(stacked(part)))
                objects = object_odds(scores, torch.from_numpy(classes[first : first + AT_ONCE]))
                odds = torch.stack([objects, heading_odds(ways, alphas)], dim=1).clamp(-SURE, SURE) * self._net.trust
            found.append(odds.double().numpy())
        return np.concatenate(found)


def camera_opinion(
    scene: Scene,
    tracks: Sequence[Sighting],
    model: Model,
    *,
    knows_scene: bool = False,
    should_stop: ShouldStop = never,
) -> list[CameraOpinion]:
    """Ask the images about each track; without images, cameras or a network that looks, they say nothing.

    The log odds are the mean of the looks, so that many looks at one thing do not count as many things.

    Args:
        scene: The scene.
        tracks: What is claimed; their boxes hide each other.
        model: What was learnt.
        knows_scene: Whether it was learnt from frames of this scene too. Else nothing is said of headings: of cars that
            a handful of others taught, it was no better than chance.
        should_stop: Asked before each image.

    Raises:
        Stopped: ``should_stop`` said so.
        ValueError: A track is of no class of the model's, or in a frame that the scene has not.
    """
    if CAMERA not in model.opinions or not scene.rig.cameras:
        return [NO_OPINION] * len(tracks)
    judge, numbers = CropJudge(model.opinions[CAMERA], len(model.classes)), _numbers_of(tracks, model.classes)
    odds: defaultdict[int, list[FloatArray]] = defaultdict(list)
    for frame, wanted in _chosen(_candidates(scene, tracks, should_stop)).items():
        if should_stop():
            raise Stopped
        crops = crops_of(scene, frame, [place for _, place in wanted])
        seen = [(track, crop) for (track, _), crop in zip(wanted, crops, strict=True) if crop is not None]
        classes = numbers[np.array([track for track, _ in seen], np.int64)]
        found = judge.odds([crop for _, crop in seen], classes)
        for (track, _), each in zip(seen, found, strict=True):
            odds[track].append(each)
    rigid = [model.classes[number].is_rigid for number in numbers.tolist()]
    return [_opinion(odds[track], is_faced=knows_scene and is_rigid) for track, is_rigid in enumerate(rigid)]


def _candidates(
    scene: Scene, tracks: Sequence[Sighting], should_stop: ShouldStop
) -> dict[int, list[tuple[int, Placed]]]:
    """By frame, which tracks can be looked at there and where; of each track, some frames all over its life."""
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    present: defaultdict[int, list[int]] = defaultdict(list)
    for number, track in enumerate(tracks):
        frames = sorted(track.boxes_ego)
        for place in np.linspace(0, len(frames) - 1, min(SAMPLED_FRAMES, len(frames))).astype(int).tolist():
            wanted[frames[place]].add(number)
        for frame in frames:
            present[frame].append(number)
    found: dict[int, list[tuple[int, Placed]]] = {}
    for frame in sorted(wanted):
        if should_stop():
            raise Stopped
        numbers = present[frame]
        placed = placed_in(scene, frame, upright(tracks[number].boxes_ego[frame] for number in numbers))
        found[frame] = [(numbers[each.box], each) for each in placed if numbers[each.box] in wanted[frame]]
    return found


def _chosen(candidates: Mapping[int, Sequence[tuple[int, Placed]]]) -> dict[int, list[tuple[int, Placed]]]:
    """The best looks at each track, the first of every track before the second of any, within so many images."""
    by_track: defaultdict[int, list[tuple[float, int, Placed]]] = defaultdict(list)
    for frame, places in candidates.items():
        for track, place in places:
            by_track[track].append((-place.merit, frame, place))
    ranked = {track: sorted(looks, key=lambda look: look[:2]) for track, looks in by_track.items()}
    chosen: defaultdict[int, list[tuple[int, Placed]]] = defaultdict(list)
    images: Counter[tuple[int, str]] = Counter()
    for turn in range(LOOKS):
        for track, looks in ranked.items():
            if turn < len(looks):
                _, frame, place = looks[turn]
                if (frame, place.camera) in images or len(images) < MOST_IMAGES:
                    images[frame, place.camera] += 1
                    chosen[frame].append((track, place))
    return dict(sorted(chosen.items()))


def _numbers_of(tracks: Sequence[Sighting], classes: ClassSet) -> IntArray:
    """(N,) the class of each track."""
    numbers = {item.name: number for number, item in enumerate(classes)}
    unknown = {track.category for track in tracks} - numbers.keys()
    if unknown:
        raise ValueError(f"tracks must be of {', '.join(numbers)}, got {min(unknown)}")
    return np.array([numbers[track.category] for track in tracks], np.int64)


def _opinion(odds: Sequence[FloatArray], *, is_faced: bool) -> CameraOpinion:
    if not odds:
        return NO_OPINION
    objects, headings = np.mean(odds, axis=0).tolist()
    return CameraOpinion(objects, headings if is_faced else 0.0, len(odds))
