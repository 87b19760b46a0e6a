"""What formats say of what they cannot hold, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from formats.format import Loss, SceneExport
from fusion import Scene


def count_losses(exports: Sequence[SceneExport], lost_of: Callable[[SceneExport], Iterable[str]]) -> list[Loss]:
    """The losses of all scenes, in the order in which they first come up.

    Args:
        exports: The scenes.
        lost_of: One message for every thing of a scene that is lost, the same for things of a kind.

    Raises:
        FormatError: ``lost_of`` does, for a scene that the format cannot hold.
    """
    counts: Counter[str] = Counter()
    for export in exports:
        counts.update(lost_of(export))
    return [Loss(message, count) for message, count in counts.items()]


def lost_between_and_masks(scene: Scene) -> Iterator[str]:
    """The lines of a form that has no place for clouds between frames and for masks of the own vehicle."""
    yield from ("clouds between frames: left out" for _ in scene.sweeps_between)
    yield from ("masks of the own vehicle: left out" for _ in scene.masks)


def lost_lenses(scene: Scene) -> Iterator[str]:
    """The lines of a form whose cameras are pinholes."""
    for name, camera in scene.rig.cameras.items():
        if camera.bends_lines:
            yield f"the lens distortion of {name}: only focal lengths and the principal point are written"


def lost_lidars(scene: Scene, kept: str) -> Iterator[str]:
    """The lines of a form that holds the clouds of one lidar."""
    for frame in scene.frames:
        yield from (
            f"clouds of {sweep.sensor}: a frame has one cloud" for sweep in frame.sweeps if sweep.sensor != kept
        )
