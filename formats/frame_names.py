"""What the files of a scene's frames are called, so that they come back in their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from formats.scene_names import is_file_name
from fusion import Scene
from labels import Track


def in_order(names: Iterable[str]) -> list[str]:
    """Names sorted: by their numbers where all are numbers, else as texts."""
    kept = list(names)
    if all(name.isascii() and name.isdigit() and len(name) < 20 for name in kept):
        return sorted(kept, key=lambda name: (int(name), name))
    return sorted(kept)


def file_names(scene: Scene) -> list[str]:
    """One name a frame: its own where all can name files and sort as the frames do, else six-digit numbers."""
    names = [frame.name for frame in scene.frames]
    plain = all(is_file_name(name) and "." not in name for name in names)
    if plain and len(set(names)) == len(names) and in_order(names) == names:
        return names
    return [f"{index:06d}" for index in range(len(names))]


def track_names(tracks: Iterable[Track], *, numbers_only: bool = False) -> dict[str, str]:
    """What to call each track, by its id: its own external id where no other has it, else the next free number.

    Args:
        tracks: The tracks of a scene.
        numbers_only: Whether an external id must be a whole number to be kept.
    """
    kept = list(tracks)
    counts = Counter(track.external_id for track in kept)
    taken = set(counts)
    names: dict[str, str] = {}
    number = 0
    for track in kept:
        external = track.external_id
        if external and counts[external] == 1 and (not numbers_only or _is_number(external)):
            names[track.id] = external
            continue
        while str(number := number + 1) in taken:
            pass
        names[track.id] = str(number)
    return names


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and str(int(text)) == text
