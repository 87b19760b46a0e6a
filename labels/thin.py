"""A dense track turned into the fewest keys that derive the same cuboids, within a tolerance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geometry import Trajectory
from geometry.arrays import FloatArray, IntArray
from labels.edit import Draft, LabelEdit
from labels.fewest_keys import ROUNDING, Run, Tolerance, fewest_keys, run_between
from labels.label_set import Cuboid, LabelSet, Track
from labels.track_path import TrackPath, track_paths

USUAL = Tolerance()


@dataclass(frozen=True)
class ThinnedTrack:
    """What thinning does to one track.

    Attributes:
        keys_before: Its keys.
        keys_after: Those that stay.
        made_static: Whether it becomes one that stands still, with a single key.
        answers_lost: Keys that go although somebody answered questions for their frame.
    """

    keys_before: int
    keys_after: int
    made_static: bool = False
    answers_lost: int = 0


@dataclass(frozen=True)
class ThinPlan:
    """What thinning would do.

    Attributes:
        edit: The difference; one change, one step of undo.
        tracks: By id, those that lose keys.
    """

    edit: LabelEdit
    tracks: Mapping[str, ThinnedTrack] = field(default_factory=dict)

    @property
    def keys_removed(self) -> int:
        """How many keys go."""
        return sum(track.keys_before - track.keys_after for track in self.tracks.values())


def thin(
    labels: LabelSet,
    frame_times_ns: Sequence[int],
    trajectory: Trajectory | None = None,
    tolerance: Tolerance = USUAL,
    *,
    track_ids: Collection[str] | None = None,
    keep_answers: bool = False,
    find_static: bool = True,
) -> ThinPlan:
    """The fewest keys from which ``Resolver`` derives every cuboid of today within the tolerance.

    The smallest number there is among the keys that exist, but for what ``fewest_keys`` says. The first and the last
    key stay, and so do those at the two sides of a gap; keys are removed, never moved. An object that stays within the
    tolerance of one of its keys for its whole life becomes static with that single key.

    Args:
        labels: The stored labels.
        frame_times_ns: The time of each frame of the scene.
        trajectory: Ego poses; without them everything is derived in ``ego``.
        tolerance: How far a cuboid may then be from where it is now.
        track_ids: The tracks to thin; all by default.
        keep_answers: Whether keys with attributes stay, since derived cuboids have none.
        find_static: Whether rigid tracks that stand still are made static ones.
    """
    draft, thinned = Draft(labels), {}
    chosen = {
        track_id: track for track_id, track in labels.tracks.items() if track_ids is None or track_id in track_ids
    }
    for track, path in _paths(labels, chosen, frame_times_ns, trajectory):
        only = _only_key(track, path, tolerance, find_static=find_static, keep_answers=keep_answers)
        kept = _kept(path, frame_times_ns, tolerance, keep_answers) if only is None else {only}
        if len(kept) == len(path):
            continue
        gone = [key for place, key in enumerate(path.keys) if place not in kept]
        for key in gone:
            draft.remove(key)
        made_static = only is not None and not track.is_static
        if made_static:
            draft.put(replace(track, is_static=True))
        answers = sum(bool(key.attributes) for key in gone)
        thinned[track.id] = ThinnedTrack(len(path), len(kept), made_static, answers)
    return ThinPlan(draft.edit(), thinned)


def _paths(
    labels: LabelSet, tracks: Mapping[str, Track], frame_times_ns: Sequence[int], trajectory: Trajectory | None
) -> Iterator[tuple[Track, TrackPath]]:
    """The tracks' ways in the frame of reference that each is derived in."""
    for frame in ("world", "ego"):
        some = {track_id: track for track_id, track in tracks.items() if track.interpolate_in == frame}
        cuboids = {key: cuboid for key, cuboid in labels.cuboids.items() if cuboid.track_id in some}
        paths = track_paths(LabelSet(cuboids=cuboids), frame_times_ns, trajectory if frame == "world" else None)
        yield from ((some[track_id], path) for track_id, path in paths.items())


def _only_key(
    track: Track, path: TrackPath, tolerance: Tolerance, *, find_static: bool, keep_answers: bool
) -> int | None:
    """The key that can stand for all others, or None."""
    may = track.is_static or (find_static and track.is_rigid and path.in_world and _is_dense(track, path))
    if not may or len(path) < 2 or any(key.ends_segment or (keep_answers and key.attributes) for key in path.keys):
        return None
    sizes = np.array([key.size_lwh_m for key in path.keys])
    if (np.ptp(path.centers, axis=0) > 2 * tolerance.position_m + ROUNDING).any():
        return None
    middle = np.abs(path.centers - path.centers.mean(axis=0)).sum(axis=1)
    # The nearest to the middle first; a few are enough, for what only just fits is hardly standing.
    for place in np.argsort(middle, kind="stable")[:5].tolist():
        away_m = np.linalg.norm(path.centers - path.centers[place], axis=1)
        turned_rad = _angles(path.rotations, path.rotations[place])
        is_near = away_m.max() <= tolerance.position_m and turned_rad.max() <= tolerance.heading_rad
        if is_near and np.abs(sizes - sizes[place]).max() <= tolerance.size_m:
            return int(place)
    return None


def _is_dense(track: Track, path: TrackPath) -> bool:
    """Whether every frame of its life has a key: where some were left out, what they said is not known any more."""
    return (track.first_frame, track.last_frame, len(path)) == (
        path.frames[0],
        path.frames[-1],
        path.frames[-1] - path.frames[0] + 1,
    )


def _angles(rotations: FloatArray, rotation: FloatArray) -> FloatArray:
    """(K,) angles between rotations (K, 3, 3) and one."""
    difference = rotation.T @ rotations
    sine = np.linalg.norm(difference - np.swapaxes(difference, 1, 2), axis=(1, 2)) / np.sqrt(8.0)
    return np.asarray(np.arctan2(sine, (np.trace(difference, axis1=1, axis2=2) - 1.0) / 2.0))


def _kept(path: TrackPath, frame_times_ns: Sequence[int], tolerance: Tolerance, keep_answers: bool) -> set[int]:
    """Places of the keys that stay."""
    cuts = [place for place, key in enumerate(path.keys) if key.ends_segment and place + 1 < len(path)]
    kept: set[int] = set()
    for first, last in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(path) - 1], strict=True):
        keys = path.keys[first : last + 1]
        must = [place for place, key in enumerate(keys) if keep_answers and key.attributes]
        run = _run(path.part(first, last), frame_times_ns)
        places = range(len(keys)) if run is None else fewest_keys(run, tolerance, must).tolist()
        kept.update(first + place for place in places)
    return kept


def _run(path: TrackPath, frame_times_ns: Sequence[int]) -> Run | None:
    """All frames from the first key to the last, or None where time does not rise over them."""
    first, last = int(path.frames[0]), int(path.frames[-1])
    times_ns: IntArray = np.array(frame_times_ns[first : last + 1], dtype=np.int64)
    if (np.diff(times_ns) <= 0).any():
        return None
    sizes = np.array([key.size_lwh_m for key in path.keys])
    times_s = (times_ns - times_ns[0]) * 1e-9
    return run_between(times_s, path.frames - first, path.centers, path.rotations, sizes)


def cuboids_left(labels: LabelSet, plan: ThinPlan) -> list[Cuboid]:
    """The keys after thinning."""
    gone = {record.id for record in plan.edit.removed.get("cuboids", ())}
    return [cuboid for cuboid in labels.cuboids.values() if cuboid.id not in gone]
