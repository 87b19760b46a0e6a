"""The tree of coordinate systems, with the transforms that change from frame to frame."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formats.checked_values import as_object, usable_text
from formats.openlabel.document import Complain, Document, FileFrame
from formats.openlabel.transforms import decode_transform
from geometry import SE3

Edges = Mapping[tuple[str, str], SE3]
"""Transforms by destination and source."""
EGO = "vehicle-iso8855"
EGO_NAMES = (EGO, "ego", "base_link", "base", "vehicle")
WORLD_KINDS = ("scene", "geo")
MAX_POSE_LINES = 3


@dataclass(frozen=True)
class CoordinateSystem:
    """One system of the tree.

    Attributes:
        name: Its name.
        kind: ``scene_cs``, ``local_cs``, ``sensor_cs`` or whatever the file says.
        parent: The name of the system it hangs on, or "".
    """

    name: str
    kind: str
    parent: str


class Coordinates:
    """Finds the transform between any two systems at any frame.

    Attributes:
        systems: By name.
        ego: The name of the vehicle's own system.
        world: The name of the fixed one that the vehicle moves in, or None.
        map: The name of the one that holds the world, or None.
        moving: The transforms of every frame, in the order of the document's frames.
    """

    def __init__(self, document: Document, complain: Complain) -> None:
        """Take the systems of a file; what cannot be used is named."""
        self.systems = _read_systems(document)
        self.moving: Sequence[Edges] = [_frame_edges(frame, complain) for frame in document.frames]
        self._moving_pairs = {frozenset(pair) for edges in self.moving for pair in edges}
        self._still = self._still_edges(document, complain)
        own = as_object(document.own.get("coordinate_systems"))
        self.ego = self._named(own, "ego") or self._find_ego()
        self.world = self._named(own, "world") or self._find_world()
        self.map = self._named(own, "map")

    def dst_from_src(self, dst: str, src: str, frame: int | None = None) -> SE3 | None:
        """The transform between two systems, or None where the file does not say.

        Args:
            dst: The system to go to.
            src: The system to come from.
            frame: The place of a frame in the document, or None for what holds in all of them.
        """
        edges = self._still if frame is None else {**self._still, **self.moving[frame]}
        return _path(dst, src, edges)

    def _still_edges(self, document: Document, complain: Complain) -> Edges:
        edges: dict[tuple[str, str], SE3] = {}
        for name, system in self.systems.items():
            value = as_object(document.part("coordinate_systems").get(name)).get("pose_wrt_parent")
            if system.parent == "" or frozenset((name, system.parent)) in self._moving_pairs:
                continue
            try:
                if value is not None:
                    _link(edges, system.parent, name, decode_transform(value))
                elif system.kind.startswith("sensor"):
                    complain(f"coordinate system {name}: expected pose_wrt_parent, found none: taken as its parent's")
                    _link(edges, system.parent, name, SE3.identity())
            except ValueError as error:
                complain(f"coordinate system {name}: {error}")
        return edges

    def _named(self, own: Mapping[str, Any], role: str) -> str | None:
        name = own.get(role)
        return name if isinstance(name, str) and name in self.systems else None

    def _find_ego(self) -> str:
        """The one local system, the one with a usual name, else the one on which most others hang."""
        local = [name for name, system in self.systems.items() if system.kind.startswith("local")]
        for candidates in (local, list(self.systems)):
            if usual := [name for name in EGO_NAMES if name in candidates]:
                return usual[0]
        if local:
            return local[0]
        others = [name for name, system in self.systems.items() if not system.kind.startswith(WORLD_KINDS)]
        children = {name: sum(system.parent == name for system in self.systems.values()) for name in others}
        return max(children, key=lambda name: children[name], default=EGO)

    def _find_world(self) -> str | None:
        """The outermost system that the vehicle hangs on, else one that it moves in."""
        above: list[str] = []
        name = self.ego
        while (system := self.systems.get(name)) is not None and system.parent and system.parent not in above:
            name = system.parent
            above.append(name)
        fixed = [name for name, system in self.systems.items() if system.kind.startswith(WORLD_KINDS)]
        beside = sorted(name for pair in self._moving_pairs if self.ego in pair for name in pair - {self.ego})
        candidates = [*reversed(above), *fixed, *(name for name in beside if name not in self._below_ego())]
        return next((name for name in candidates if name != self.ego and self._moves(name)), None)

    def _below_ego(self) -> set[str]:
        return {name for name, system in self.systems.items() if system.parent == self.ego}

    def _moves(self, name: str) -> bool:
        """Whether the vehicle moves in a system."""
        if self.dst_from_src(name, self.ego) is not None:
            return False
        return any(edges and self.dst_from_src(name, self.ego, frame) for frame, edges in enumerate(self.moving))


def _read_systems(document: Document) -> dict[str, CoordinateSystem]:
    systems: dict[str, CoordinateSystem] = {}
    for name, value in document.part("coordinate_systems").items():
        fields = as_object(value)
        kind, parent = fields.get("type"), fields.get("parent")
        systems[name] = CoordinateSystem(
            name, kind if isinstance(kind, str) else "", parent if isinstance(parent, str) else ""
        )
    return systems


def _frame_edges(frame: FileFrame, complain: Complain) -> Edges:
    """The transforms of one frame, from ``transforms`` or, as some write it, from ``odometry``."""
    edges: dict[tuple[str, str], SE3] = {}
    transforms = as_object(frame.properties.get("transforms"))
    odometry = as_object(frame.properties.get("odometry"))
    for name, value in [*transforms.items(), *([("odometry", odometry)] if "src" in odometry else [])]:
        fields = as_object(value)
        src, dst = usable_text(fields.get("src")), usable_text(fields.get("dst"))
        try:
            if src is None or dst is None:
                raise ValueError("expected the names of src and dst, found none")
            _link(edges, dst, src, decode_transform(fields.get("transform_src_to_dst")))
        except ValueError as error:
            complain(f"frame {frame.number}, transform {name[:60]}: {error}")
    return edges


def _link(edges: dict[tuple[str, str], SE3], dst: str, src: str, dst_from_src: SE3) -> None:
    edges[dst, src] = dst_from_src
    edges[src, dst] = dst_from_src.inverse()


def _path(dst: str, src: str, edges: Edges) -> SE3 | None:
    """The product of the transforms along the shortest way; None where there is none."""
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for to, start in edges:
        neighbours[start].append(to)
    came_from: dict[str, str] = {src: src}
    queue = deque([src])
    while queue and dst not in came_from:
        here = queue.popleft()
        for name in neighbours[here]:
            if name not in came_from:
                came_from[name] = here
                queue.append(name)
    if dst not in came_from:
        return None
    dst_from_here, here = SE3.identity(), dst
    while here != src:
        before = came_from[here]
        dst_from_here = edges[here, before] if here == dst else dst_from_here @ edges[here, before]
        here = before
    return dst_from_here
