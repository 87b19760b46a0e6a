"""The frames of a scene that people labelled, as the machine learns from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from autolabel.recording import Recording
from autolabel.upright import upright
from fusion import Scene
from geometry import Box
from geometry.arrays import FloatArray
from labels import LabelSet, Resolver

FEW_BOXES = 10
"""With fewer boxes of a category, people are told that the machine will hardly find it."""


@dataclass(frozen=True)
class LabeledObject:
    """A cuboid of a labelled frame.

    Attributes:
        track_id: Its track.
        category: The track's category.
        box_ego: Where it is.
    """

    track_id: str
    category: str
    box_ego: Box


@dataclass(frozen=True, eq=False)
class LabeledScene:
    """A scene with its labelled frames.

    Attributes:
        scene: The scene.
        recording: Its points.
        frames: By number, the objects of each labelled frame; an empty frame is labelled too.
    """

    scene: Scene
    recording: Recording
    frames: Mapping[int, tuple[LabeledObject, ...]]

    @classmethod
    def of(cls, scene: Scene, recording: Recording, labels: LabelSet, frames: Iterable[int]) -> LabeledScene:
        """What the labels say in some frames, stored or derived; of the other frames nothing is known then.

        Raises:
            ValueError: The scene has no such frame.
        """
        chosen = sorted(set(frames))
        resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
        return cls(scene, recording, {frame: tuple(_objects(resolver, labels, frame)) for frame in chosen})

    def boxes_ego(self, frame_index: int) -> FloatArray:
        """(N, 7) upright boxes of a labelled frame."""
        return upright(item.box_ego for item in self.frames[frame_index])

    def tracks(self) -> dict[str, tuple[str, dict[int, Box]]]:
        """Category and boxes by frame of each track."""
        boxes: defaultdict[str, dict[int, Box]] = defaultdict(dict)
        categories: dict[str, str] = {}
        for frame, objects in self.frames.items():
            for item in objects:
                boxes[item.track_id][frame] = item.box_ego
                categories[item.track_id] = item.category
        return {track_id: (categories[track_id], boxes[track_id]) for track_id in boxes}


def _objects(resolver: Resolver, labels: LabelSet, frame: int) -> Iterable[LabeledObject]:
    for resolved in resolver.frame(frame):
        cuboid = resolved.cuboid
        yield LabeledObject(cuboid.track_id, labels.tracks[cuboid.track_id].category, cuboid.box_ego)


def labels_of_frames(scene: Scene, labels: LabelSet, frames: Iterable[int]) -> LabelSet:
    """What labels say of some frames alone, as keys between which nothing is derived."""
    wanted = sorted(set(frames))
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    cuboids = [resolved.cuboid for frame in wanted for resolved in resolver.frame(frame)]
    lives: defaultdict[str, list[int]] = defaultdict(list)
    for cuboid in cuboids:
        lives[cuboid.track_id].append(cuboid.frame_index)
    tracks = {
        key: replace(labels.tracks[key], first_frame=life[0], last_frame=life[-1], is_static=False)
        for key, life in lives.items()
    }
    return LabelSet(
        labels.taxonomy_version,
        tracks,
        {cuboid.id: replace(cuboid, ends_segment=True) for cuboid in cuboids},
        {key: box for key, box in labels.image_boxes.items() if box.frame_index in wanted},
        {key: state for key, state in labels.frame_states.items() if state.frame_index in wanted},
    )


def sizes_by_category(scenes: Iterable[LabeledScene]) -> dict[str, FloatArray]:
    """(N, 3) sizes of the labelled tracks of each category, a track counting once."""
    sizes: defaultdict[str, list[FloatArray]] = defaultdict(list)
    for scene in scenes:
        for category, boxes in scene.tracks().values():
            sizes[category].append(np.median([box.size_lwh_m for box in boxes.values()], axis=0))
    return {category: np.stack(found) for category, found in sizes.items()}


def count_boxes(scenes: Iterable[LabeledScene]) -> dict[str, int]:
    """How many labelled boxes there are of each category."""
    counts: defaultdict[str, int] = defaultdict(int)
    for scene in scenes:
        for objects in scene.frames.values():
            for item in objects:
                counts[item.category] += 1
    return dict(counts)


def warnings_of(counts: Mapping[str, int]) -> tuple[str, ...]:
    """A sentence for each category of which little is labelled."""
    return tuple(
        f"{category}: {count} labelled {'box' if count == 1 else 'boxes'}, at least {FEW_BOXES} are wanted"
        for category, count in sorted(counts.items())
        if count < FEW_BOXES
    )
