"""Which cuboids of a scene an export writes: stored and derived ones, by source, category and confirmation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from formats.format import SceneExport
from labels import Cuboid, LabelSet, ResolvedCuboid, Resolver, Track


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

    @property
    def by_frame(self) -> dict[int, list[SelectedCuboid]]:
        """The cuboids of each frame that has any."""
        return cuboids_by_frame(self.cuboids)


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
    for track in labels.tracks.values():
        if options.categories is not None and track.category not in options.categories:
            continue
        for resolved in _life(track, keys[track.id], resolver, len(export.scene.frames)):
            cuboid = resolved.cuboid
            around = [cuboid] if resolved.is_key else _keys_around(keys[track.id], cuboid.frame_index)
            if options.sources is not None and not all(_has_source(key, options.sources) for key in around):
                continue
            if not all(is_confirmed(key) for key in around):
                unconfirmed_count += 1
                if not options.include_unconfirmed:
                    continue
            selected.append(SelectedCuboid(cuboid, track, resolved.is_key, around[0]))
    # Stable: within a frame the order of the tracks stays.
    selected.sort(key=lambda item: item.cuboid.frame_index)
    return Selection(tuple(selected), unconfirmed_count)


def cuboids_by_frame(cuboids: Iterable[SelectedCuboid]) -> dict[int, list[SelectedCuboid]]:
    """Cuboids by their frame, in their order; frames without one are absent."""
    found: defaultdict[int, list[SelectedCuboid]] = defaultdict(list)
    for item in cuboids:
        found[item.cuboid.frame_index].append(item)
    return dict(found)


def filter_labels(export: SceneExport) -> LabelSet:
    """The records that the options let through, for formats that keep keys: the whole set where that is all of it.

    A track goes with its category; a cuboid with its track, its source and its confirmation; an image box with its
    track.
    """
    labels, options = export.labels, export.options
    tracks = {
        key: track
        for key, track in labels.tracks.items()
        if options.categories is None or track.category in options.categories
    }
    cuboids = {
        key: cuboid
        for key, cuboid in labels.cuboids.items()
        if cuboid.track_id in tracks
        and (options.sources is None or _has_source(cuboid, options.sources))
        and (options.include_unconfirmed or is_confirmed(cuboid))
    }
    boxes = {key: box for key, box in labels.image_boxes.items() if box.track_id is None or box.track_id in tracks}
    return replace(labels, tracks=tracks, cuboids=cuboids, image_boxes=boxes)


def _life(track: Track, keys: list[Cuboid], resolver: Resolver, frame_count: int) -> Iterator[ResolvedCuboid]:
    """A track's cuboids by frame: track by track, because scenes of thousands of samples have as many tracks."""
    frames = {key.frame_index for key in keys}
    if keys:
        frames.update(range(track.first_frame, min(track.last_frame + 1, frame_count)))
    for frame_index in sorted(frames):
        resolved = resolver.track_in_frame(track.id, frame_index) if frame_index < frame_count else None
        if resolved is not None:
            yield resolved


def _keys_around(keys: list[Cuboid], frame_index: int) -> list[Cuboid]:
    """The last key before a frame and the first after it, as far as they exist."""
    before = [key for key in keys if key.frame_index < frame_index][-1:]
    after = [key for key in keys if key.frame_index > frame_index][:1]
    return before + after


def _has_source(cuboid: Cuboid, sources: tuple[str, ...]) -> bool:
    return cuboid.source in sources or cuboid.source.split(":", 1)[0] in sources
