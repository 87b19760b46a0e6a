"""Which cuboids of a scene an export writes: stored and derived ones, by source, category and confirmation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from formats.format import SceneExport
from labels import Cuboid, Resolver, Track


@dataclass(frozen=True)
class SelectedCuboid:
    """One cuboid to write.

    Attributes:
        cuboid: Stored, or derived between two keys.
        track: Its track.
        is_key: Whether it is stored.
        key: The stored cuboid that it is or that it follows from; a derived one has no attributes of its own.
    """

    cuboid: Cuboid
    track: Track
    is_key: bool
    key: Cuboid


@dataclass(frozen=True)
class Selection:
    """What an export writes.

    Attributes:
        cuboids: By frame, then in the order of the tracks.
        unconfirmed_count: Cuboids that pass every other choice but are unconfirmed; among ``cuboids`` only when asked.
    """

    cuboids: tuple[SelectedCuboid, ...]
    unconfirmed_count: int


def is_confirmed(cuboid: Cuboid) -> bool:
    """Whether a person made the cuboid or agreed with it."""
    return cuboid.source == "human" or cuboid.confirmed_by is not None


def select_cuboids(export: SceneExport) -> Selection:
    """Every cuboid of every frame that the options let through.

    A derived cuboid is what the keys around it are: it passes where all of them (two, or one for a static track) pass.
    """
    labels, options = export.labels, export.options
    resolver = Resolver(labels, export.scene.frame_times_ns, export.scene.trajectory)
    keys: defaultdict[str, list[Cuboid]] = defaultdict(list)
    for cuboid in sorted(labels.cuboids.values(), key=lambda cuboid: cuboid.frame_index):
        keys[cuboid.track_id].append(cuboid)
    selected: list[SelectedCuboid] = []
    unconfirmed_count = 0
    for frame_index in range(len(export.scene.frames)):
        for resolved in resolver.frame(frame_index):
            cuboid = resolved.cuboid
            track = labels.tracks[cuboid.track_id]
            around = [cuboid] if resolved.is_key else _keys_around(keys[track.id], frame_index)
            if options.categories is not None and track.category not in options.categories:
                continue
            if options.sources is not None and not all(_has_source(key, options.sources) for key in around):
                continue
            if not all(is_confirmed(key) for key in around):
                unconfirmed_count += 1
                if not options.include_unconfirmed:
                    continue
            selected.append(SelectedCuboid(cuboid, track, resolved.is_key, around[0]))
    return Selection(tuple(selected), unconfirmed_count)


def _keys_around(keys: list[Cuboid], frame_index: int) -> list[Cuboid]:
    """The last key before a frame and the first after it, as far as they exist."""
    before = [key for key in keys if key.frame_index < frame_index][-1:]
    after = [key for key in keys if key.frame_index > frame_index][:1]
    return before + after


def _has_source(cuboid: Cuboid, sources: tuple[str, ...]) -> bool:
    return cuboid.source in sources or cuboid.source.split(":", 1)[0] in sources
