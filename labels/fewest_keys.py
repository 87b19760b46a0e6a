"""Which keys of a run to keep so that what is derived between them stays within a tolerance: as few as there can be.

Keeping a key and the next kept one is an edge; the fewest keys are the shortest way from the first to the last one
(Imai and Iri 1988). An edge is allowed where all frames between lie within the tolerance of the straight, even way.
Each frame allows an interval of slopes from the edge's beginning, and the intervals of many frames have a running
intersection (the cone of Williams 1978), so all edges from all keys are judged by a few running minima and maxima. That
looks at directions one by one and so is too kind by a little: what it lets pass is measured exactly, all edges at once
or, where they are many, those of the way that is found, which is then looked for again. So the minimum is a true one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.spatial.transform import Rotation

from geometry.arrays import FloatArray, IntArray

ROUNDING = 1e-9
HORIZON = 400
"""Kept keys are at most so many frames apart, so that time and memory grow with a track's length, not its square."""
HALF_TURN_RAD = np.pi - 1e-6
"""Which way round a half turn goes is a matter of rounding: nothing is derived over one."""
FIRST_BLOCK = 16
MEASURED_AT_ONCE = 300_000
"""So many frames on edges are measured before a way is looked for; where there are more, most edges hold."""
LEVEL_COS = 0.95
GENEROUS = 1.05
DIRECTIONS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5**0.5, 0.5**0.5, 0], [0.5**0.5, -(0.5**0.5), 0]])


@dataclass(frozen=True)
class Tolerance:
    """How far a derived cuboid may be from what it stands for.

    Attributes:
        position_m: Distance of the middles.
        heading_rad: Angle between the rotations, tilt included.
        size_m: Difference of each side.
    """

    position_m: float = 0.1
    heading_rad: float = 0.05
    size_m: float = 0.05

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what is not a finite number from 0 on."""
        values = (self.position_m, self.heading_rad, self.size_m)
        if not all(np.isfinite(value) and value >= 0.0 for value in values):
            raise ValueError(f"tolerances must be 0 or more and finite, got {values}")


@dataclass(frozen=True, eq=False)
class Run:
    """N frames in a row in which a track has a cuboid, of which K have a key, the first and the last among them.

    Attributes:
        times_s: (N,) strictly rising.
        centers: (N, 3) in the frame of reference that cuboids are derived in.
        rotations: (N, 3, 3) likewise.
        sizes: (N, 3) length, width, height.
        keys: (K,) places of the keys.
    """

    times_s: FloatArray
    centers: FloatArray
    rotations: FloatArray
    sizes: FloatArray
    keys: IntArray

    @cached_property
    def quats(self) -> FloatArray:
        """(N, 4) the rotations as unit quaternions, w first."""
        return Rotation.from_matrix(self.rotations).as_quat(scalar_first=True)

    def only(self, kept: Sequence[int] | IntArray) -> Run:
        """The run as it is derived when only some of its keys are kept: by their places among the keys."""
        places = self.keys[np.asarray(kept)]
        return run_between(self.times_s, places, self.centers[places], self.rotations[places], self.sizes[places])


def run_between(
    times_s: FloatArray, keys: IntArray, centers: FloatArray, rotations: FloatArray, sizes: FloatArray
) -> Run:
    """A run from its keys alone: what lies between is derived, as ``labels.resolve`` does it.

    Args:
        times_s: (N,) of all frames from the first key to the last.
        keys: (K,) places of the keys among the frames; the first is 0, the last N - 1.
        centers: (K, 3) of the keys.
        rotations: (K, 3, 3) likewise.
        sizes: (K, 3) likewise.
    """
    if len(keys) == len(times_s):
        return Run(times_s, centers, rotations, sizes, keys)
    frames = np.arange(len(times_s))
    start = np.clip(np.searchsorted(keys, frames, side="right") - 1, 0, len(keys) - 2)
    share = (times_s - times_s[keys[start]]) / (times_s[keys[start + 1]] - times_s[keys[start]])
    turns = Rotation.from_matrix(np.swapaxes(rotations[:-1], 1, 2) @ rotations[1:]).as_rotvec()
    along = Rotation.from_rotvec(share[:, None] * turns[start]).as_matrix()
    all_rotations = rotations[start] @ along
    all_rotations[keys] = rotations
    mixed = [(1.0 - share[:, None]) * some[start] + share[:, None] * some[start + 1] for some in (centers, sizes)]
    return Run(times_s, mixed[0], all_rotations, mixed[1], keys)


def fewest_keys(run: Run, tolerance: Tolerance, must: Iterable[int] = ()) -> IntArray:
    """Places among the keys of those to keep; the first, the last and those in ``must`` are.

    Thinning what was thinned changes nothing. Where the smallest set of keys itself allows a smaller one by which the
    run would be off, keys that this one would miss are kept too, so that the result may have a key or two more than
    needed.
    """
    fixed = np.array(sorted(must), dtype=np.int64)
    graph, wanted = _Graph.of(run, tolerance), set(fixed.tolist())
    while True:
        kept = graph.fewest(wanted)
        if len(kept) == len(run.keys):
            return kept
        # Of what is left of a smaller set nothing goes, so that of the answer nothing goes either.
        left = kept[fewest_keys(run.only(kept), tolerance, np.flatnonzero(np.isin(kept, fixed)).tolist())]
        missed = set(_missed(run, tolerance, left))
        if not missed:
            return left
        # What is left of a set misses none of its keys, so these are others; but for a rotation that only between keys
        # is off, because turns about different axes do not add up evenly.
        if missed <= wanted:
            return np.arange(len(run.keys))
        wanted |= missed


@dataclass
class _Graph:
    """The edges of a run.

    Attributes:
        run: The run.
        tolerance: What they must hold.
        edges: (2, E) from which key to which one may go, by the first; what is found not to hold is struck out.
        is_measured: Whether all of them hold; else only single directions were looked at.
    """

    run: Run
    tolerance: Tolerance
    edges: IntArray
    is_measured: bool

    @classmethod
    def of(cls, run: Run, tolerance: Tolerance) -> _Graph:
        if len(run.keys) <= 2:
            return cls(run, tolerance, np.array([np.arange(len(run.keys) - 1), np.arange(1, len(run.keys))]), True)
        edges = _possible_edges(run, tolerance)
        lengths = run.keys[edges[1]] - run.keys[edges[0]] - 1
        is_measured = int(lengths.sum()) <= MEASURED_AT_ONCE
        if is_measured:
            edges = edges[:, _off_by_edge(run, tolerance, edges) == 0.0]
        return cls(run, tolerance, edges, is_measured)

    def fewest(self, must: Iterable[int]) -> IntArray:
        """The fewest keys; ``must`` parts the run into stretches, each solved by itself."""
        ends = sorted({0, len(self.run.keys) - 1, *must})
        return np.array([0, *(key for first, last in pairwise(ends) for key in self._shortest(first, last)[1:])])

    def _shortest(self, first: int, last: int) -> list[int]:
        """The shortest way between two keys over edges that hold."""
        while True:
            way = _way(self.edges, first, last)
            if self.is_measured:
                return way
            steps = np.array([way[:-1], way[1:]])
            broken = steps[:, _off_by_edge(self.run, self.tolerance, steps) > 0.0]
            if not broken.size:
                return way
            numbers, gone = (pair[0] * len(self.run.keys) + pair[1] for pair in (self.edges, broken))
            self.edges = self.edges[:, ~np.isin(numbers, gone)]


def _way(edges: IntArray, first: int, last: int) -> list[int]:
    """Breadth first; of equally short ways the one whose steps come from the earliest keys."""
    bounds = np.searchsorted(edges[0], np.arange(first, last + 1)).tolist()
    far = last - first + 1
    steps = np.full(far, far)
    origin = np.zeros(last - first + 1, dtype=np.int64)
    steps[0] = 0
    later = edges[1] - first
    for place in range(last - first):
        if steps[place] == far:
            continue
        reached = later[bounds[place] : bounds[place + 1]]
        reached = reached[: np.searchsorted(reached, last - first, side="right")]
        nearer = reached[steps[reached] > steps[place] + 1]
        steps[nearer], origin[nearer] = steps[place] + 1, place
    way = [last - first]
    while way[-1]:
        way.append(int(origin[way[-1]]))
    return [first + place for place in way[::-1]]


def _possible_edges(run: Run, tolerance: Tolerance) -> IntArray:
    """(2, E) from which key to which one may go, by the first, as far as single directions tell; all to the next."""
    number = np.full(len(run.times_s), -1)
    number[run.keys] = np.arange(len(run.keys))
    values, allowed = _channels(run, tolerance)
    rows = np.arange(len(run.keys) - 1)
    lower, upper = np.full((2, len(values), len(rows)), np.inf) * np.array([-1.0, 1.0])[:, None, None]
    found = [np.stack([rows, rows + 1])]
    start, width = 1, FIRST_BLOCK
    while len(rows) and start <= HORIZON:
        places = run.keys[rows][:, None] + np.arange(start, start + width)
        is_within = places < len(run.times_s)
        places = np.minimum(places, len(run.times_s) - 1)
        per_s = 1.0 / (run.times_s[places] - run.times_s[run.keys[rows]][:, None])
        slopes = (values[:, places] - values[:, run.keys[rows]][:, :, None]) * per_s
        slack = allowed[:, None, None] * per_s
        low, high = slopes - slack, slopes + slack
        low[:, :, 0], high[:, :, 0] = np.maximum(low[:, :, 0], lower), np.minimum(high[:, :, 0], upper)
        np.maximum.accumulate(low, axis=2, out=low)
        np.minimum.accumulate(high, axis=2, out=high)
        may = is_within & (number[places] > rows[:, None] + 1) & ((slopes >= low) & (slopes <= high)).all(axis=0)
        row, column = np.nonzero(may)
        found.append(np.stack([rows[row], number[places[row, column]]]))
        # Where the slopes that are left are none, no later key can be reached either.
        goes_on = is_within[:, -1] & (low[:, :, -1] <= high[:, :, -1]).all(axis=0)
        rows, lower, upper = rows[goes_on], low[:, goes_on, -1], high[:, goes_on, -1]
        start += width
        width = min(2 * width, HORIZON + 1 - start)
    edges = np.concatenate(found, axis=1)
    return edges[:, np.lexsort((edges[1], edges[0]))]


def _channels(run: Run, tolerance: Tolerance) -> tuple[FloatArray, FloatArray]:
    """(C, N) values that go evenly from key to key, and (C,) how far each may be off.

    What varies by less than that needs no look. The heading stands for the rotation: it is a bit more generous, and is
    left out where boxes are tilted.
    """
    along = run.centers @ DIRECTIONS.T
    channels = [(values, tolerance.position_m) for values in along.T]
    channels += [(side, tolerance.size_m) for side in run.sizes.T]
    if (run.rotations[:, 2, 2] > LEVEL_COS).all():
        yaw_rad = np.unwrap(np.arctan2(run.rotations[:, 1, 0], run.rotations[:, 0, 0]))
        channels.append((yaw_rad, GENEROUS * tolerance.heading_rad + ROUNDING))
    channels = [(values, allowed) for values, allowed in channels if np.ptp(values) > allowed]
    values = np.array([values for values, _ in channels]).reshape(-1, len(run.times_s))
    return values, np.array([allowed for _, allowed in channels]) + ROUNDING


def _off_by_edge(run: Run, tolerance: Tolerance, edges: IntArray) -> FloatArray:
    """(E,) by how many tolerances the frames on each edge would be off at most, where that is more than one; else 0."""
    first, last = run.keys[edges[0]], run.keys[edges[1]]
    # From a key to the next all is derived from these two.
    counts = np.where(edges[1] > edges[0] + 1, last - first - 1, 0)
    worst = np.zeros(edges.shape[1])
    some = np.flatnonzero(counts)
    if len(some):
        starts = np.concatenate([[0], np.cumsum(counts[some])[:-1]])
        off = _off(run, tolerance, *_between(first[some], last[some]))
        worst[some] = np.maximum.reduceat(off, starts)
    return worst


def _between(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """For each frame on each edge: the edge's first place, its own place, the edge's last place."""
    counts = last - first - 1
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(first, counts), np.repeat(first + 1, counts) + within, np.repeat(last, counts)


def _off(run: Run, tolerance: Tolerance, first: IntArray, place: IntArray, last: IntArray) -> FloatArray:
    """(M,) by how many tolerances frames are off the even way between two others; 0 where it is no more than one.

    Rotations are compared by their vectors as seen from the first frame, which are never nearer to each other than the
    rotations themselves are.
    """
    times_s = run.times_s
    share = ((times_s[place] - times_s[first]) / (times_s[last] - times_s[first]))[:, None]
    away = run.centers[first] + share * (run.centers[last] - run.centers[first]) - run.centers[place]
    off = np.sqrt(np.einsum("ij,ij->i", away, away)) / (tolerance.position_m + ROUNDING)
    if (np.ptp(run.sizes, axis=0) > tolerance.size_m).any():
        away = run.sizes[first] + share * (run.sizes[last] - run.sizes[first]) - run.sizes[place]
        off = np.maximum(off, np.abs(away).max(axis=1) / (tolerance.size_m + ROUNDING))
    whole = _turns(run.quats, first, last)
    away = share * whole - _turns(run.quats, first, place)
    off = np.maximum(off, np.sqrt(np.einsum("ij,ij->i", away, away)) / (tolerance.heading_rad + ROUNDING))
    off[np.einsum("ij,ij->i", whole, whole) > HALF_TURN_RAD**2] += 1.0
    return np.asarray(np.where(off > 1.0, off, 0.0))


def _turns(quats: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    """(M, 3) rotation vectors from one place to another, by quaternions."""
    w, x, y, z = quats[first].T
    other_w, other_x, other_y, other_z = quats[second].T
    cos = w * other_w + x * other_x + y * other_y + z * other_z
    sine = np.stack(
        [
            w * other_x - x * other_w - y * other_z + z * other_y,
            w * other_y + x * other_z - y * other_w - z * other_x,
            w * other_z - x * other_y + y * other_x - z * other_w,
        ],
        axis=1,
    )
    length = np.sqrt(np.einsum("ij,ij->i", sine, sine))
    angle = 2.0 * np.arctan2(length, np.abs(cos)) * np.where(cos < 0.0, -1.0, 1.0)
    scale = np.divide(angle, length, out=np.full(length.shape, 2.0), where=length > 1e-12)
    return np.asarray(sine * scale[:, None])


def _missed(run: Run, tolerance: Tolerance, kept: IntArray) -> Iterator[int]:
    """Of each stretch between kept keys that does not hold, the key that is farthest off."""
    edges = np.stack([kept[:-1], kept[1:]])
    for first, last in edges[:, _off_by_edge(run, tolerance, edges) > 0.0].T.tolist():
        between = run.keys[first + 1 : last]
        ends = (np.full(len(between), run.keys[place]) for place in (first, last))
        off = _off(run, tolerance, next(ends), between, next(ends))
        yield first + 1 + int(np.argmax(off))
