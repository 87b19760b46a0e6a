"""The tree of frames that TF messages draw: where one frame is in another, once and for all or over time.

Names and directions: https://www.ros.org/reps/rep-0105.html. A TransformStamped says ``header.frame_id`` from
``child_frame_id``: it takes points of the child into the parent.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from geometry import SE3
from geometry.arrays import FloatArray, IntArray

MAX_DEPTH = 100
UNIT_TOLERANCE = 1e-2
PLACE_LIMIT_M = 1e9
MOVES_M = 1e-3
MOVES_RAD = 1e-3


@dataclass(frozen=True)
class StampedTransform:
    """One transform of a message, ``parent_from_child``.

    Attributes:
        parent: The frame it leads to.
        child: The frame it comes from.
        stamp_ns: When it held, by the message.
        log_time_ns: When it was recorded.
        translation_m: x, y, z.
        quat_xyzw: As ROS orders them, the real part last.
    """

    parent: str
    child: str
    stamp_ns: int
    log_time_ns: int
    translation_m: tuple[float, float, float]
    quat_xyzw: tuple[float, float, float, float]

    @property
    def is_usable(self) -> bool:
        """Whether it is a rigid transform between two frames."""
        # There are a hundred a second: too many for an array each. What is not a number is not near 1 either.
        is_rigid = abs(math.hypot(*self.quat_xyzw) - 1.0) < UNIT_TOLERANCE and all(map(_is_place, self.translation_m))
        return is_rigid and bool(self.parent) and self.child != self.parent


@dataclass(frozen=True)
class Edge:
    """Where a child frame is in its parent over time.

    Attributes:
        parent: The parent's name.
        times_ns: (N,) strictly rising.
        rotations: N rotations, parent from child.
        translations_m: (N, 3).
    """

    parent: str
    times_ns: IntArray
    rotations: Rotation
    translations_m: FloatArray

    @property
    def moves(self) -> bool:
        """Whether any sample differs from the first by more than a millimetre or a thousandth of a radian."""
        if len(self.times_ns) == 1:
            return False
        turned = (self.rotations * self.rotations[0].inv()).magnitude().max()
        return bool(turned > MOVES_RAD or np.abs(self.translations_m - self.translations_m[0]).max() > MOVES_M)

    def at(self, times_ns: IntArray) -> tuple[FloatArray, FloatArray]:
        """Rotations (T, 3, 3) and translations (T, 3), interpolated; held beyond either end."""
        if len(self.times_ns) == 1:
            count = len(times_ns)
            return np.repeat(self.rotations.as_matrix(), count, axis=0), np.repeat(self.translations_m, count, axis=0)
        # Relative times, so that nanoseconds since 1970 keep their digits as float64.
        own = (self.times_ns - self.times_ns[0]).astype(np.float64)
        wanted = (times_ns - self.times_ns[0]).astype(np.float64).clip(0, own[-1])
        matrices = Slerp(own, self.rotations)(wanted).as_matrix()
        places = np.stack([np.interp(wanted, own, self.translations_m[:, axis]) for axis in range(3)], axis=1)
        return matrices, places


@dataclass(frozen=True)
class FrameTree:
    """Frames, each in its parent.

    Attributes:
        edges: By child.
        problems: What the messages contradict each other in.
    """

    edges: Mapping[str, Edge]
    problems: tuple[str, ...] = ()

    def frames(self) -> set[str]:
        """Every frame that is named."""
        return set(self.edges) | {edge.parent for edge in self.edges.values()}

    def ancestors(self, frame: str) -> list[str]:
        """The frame itself, its parent, and so on to the root; a cycle ends where it closes."""
        chain = [frame]
        while (edge := self.edges.get(chain[-1])) is not None and edge.parent not in chain and len(chain) < MAX_DEPTH:
            chain.append(edge.parent)
        return chain

    def moving_between(self, dst: str, src: str) -> list[str]:
        """The frames on the way whose place in their parent changes; raises ``ValueError`` where there is no way."""
        up, down = self._way(dst, src)
        return [frame for frame in (*up, *down) if self.edges[frame].moves]

    def dst_from_src(self, dst: str, src: str) -> SE3:
        """By the first sample of every edge; raises ``ValueError`` where there is no way."""
        rotations, places = self.dst_from_src_at(dst, src, None)
        return SE3(rotations[0], places[0])

    def dst_from_src_at(self, dst: str, src: str, times_ns: IntArray | None) -> tuple[FloatArray, FloatArray]:
        """Rotations (T, 3, 3) and translations (T, 3) at times; raises ``ValueError`` where there is no way."""
        up, down = self._way(dst, src)
        top_from_src, top_from_dst = self._climb(up, times_ns), self._climb(down, times_ns)
        dst_from_top = np.swapaxes(top_from_dst[0], 1, 2)
        rotations = dst_from_top @ top_from_src[0]
        places = np.einsum("tij,tj->ti", dst_from_top, top_from_src[1] - top_from_dst[1])
        return rotations, places

    def sample_times_ns(self, dst: str, src: str) -> IntArray:
        """When the frame on the way that moves most often was sampled; empty where none moves."""
        times = [self.edges[frame].times_ns for frame in self.moving_between(dst, src)]
        return max(times, key=len) if times else np.zeros(0, dtype=np.int64)

    def _way(self, dst: str, src: str) -> tuple[list[str], list[str]]:
        """The frames below the nearest common ancestor: from the source up, and from the destination up."""
        from_src, from_dst = self.ancestors(src), self.ancestors(dst)
        top = next((frame for frame in from_src if frame in from_dst), None)
        if top is None:
            raise ValueError(f"expected a transform between {src} and {dst}, found none")
        return from_src[: from_src.index(top)], from_dst[: from_dst.index(top)]

    def _climb(self, frames: Sequence[str], times_ns: IntArray | None) -> tuple[FloatArray, FloatArray]:
        """From the first frame up to the last one's parent."""
        count = 1 if times_ns is None else len(times_ns)
        rotations, places = np.repeat(np.eye(3)[np.newaxis], count, axis=0), np.zeros((count, 3))
        for frame in frames:
            edge = self.edges[frame]
            turn, shift = edge.at(edge.times_ns[:1] if times_ns is None else times_ns)
            rotations = turn @ rotations
            places = np.einsum("tij,tj->ti", turn, places) + shift
        return rotations, places


def build_tree(transforms: Sequence[StampedTransform], *, by_log_time: bool = False) -> FrameTree:
    """The tree of many transforms; a frame with two parents keeps the one that names it more often."""
    problems: list[str] = []
    usable = [item for item in transforms if item.is_usable]
    if len(usable) < len(transforms):
        count = len(transforms) - len(usable)
        problems.append(f"expected transforms with rotations of length 1, found {count} others: left out")
    groups: dict[str, list[StampedTransform]] = {}
    for item in usable:
        groups.setdefault(item.child, []).append(item)
    edges: dict[str, Edge] = {}
    for child, items in groups.items():
        parents = Counter(item.parent for item in items).most_common()
        if len(parents) > 1:
            others = ", ".join(name for name, _ in parents[1:])
            problems.append(f"expected one parent of {child}, found {parents[0][0]} and {others}: the first is taken")
        edges[child] = _edge([item for item in items if item.parent == parents[0][0]], by_log_time)
    return FrameTree(edges, tuple(problems))


def _is_place(coordinate_m: float) -> bool:
    return abs(coordinate_m) < PLACE_LIMIT_M


def _edge(items: Sequence[StampedTransform], by_log_time: bool) -> Edge:
    times = np.array([item.log_time_ns if by_log_time else item.stamp_ns for item in items], dtype=np.int64)
    times, first = np.unique(times, return_index=True)
    quats = np.array([items[i].quat_xyzw for i in first])
    places = np.array([items[i].translation_m for i in first])
    # scipy's order is ROS's: the real part last.
    return Edge(items[0].parent, times, Rotation.from_quat(quats), places)
