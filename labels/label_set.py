"""The records of one scene's labels; only key cuboids are stored, the rest is derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from geometry import SE3, Box
from geometry.arrays import FloatArray

AttributeValue = str | int | float | bool
Attributes = Mapping[str, AttributeValue]

ImageBoxKind = Literal["tight", "given", "ignore"]
FrameStateName = Literal["done", "empty"]
InterpolationFrame = Literal["world", "ego"]


@dataclass(frozen=True)
class Cuboid:
    """A key cuboid: a statement about the points of one frame.

    Attributes:
        id: UUID, made by whoever created the record.
        track_id: The track it belongs to; a track has at most one key cuboid a frame.
        frame_index: The frame, from 0.
        ego_from_object: Where the box is, in ``ego`` at the frame's time; the object frame sits at the box's centre.
        size_lwh_m: (3,) length, width, height in metres.
        source: ``human``, ``propagated``, ``model:<name>@<version>`` or ``imported:<format>``.
        confirmed_by: Who agreed with it, or None.
        score: A model's confidence 0 … 1, or None.
        attributes: Answers of scope ``cuboid``.
        ends_segment: Whether nothing is derived between this key and the next.
    """

    id: str
    track_id: str
    frame_index: int
    ego_from_object: SE3
    size_lwh_m: FloatArray
    source: str = "human"
    confirmed_by: str | None = None
    score: float | None = None
    attributes: Attributes = field(default_factory=dict)
    ends_segment: bool = False

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a bad size, frame or score."""
        object.__setattr__(self, "size_lwh_m", Box(self.ego_from_object, self.size_lwh_m).size_lwh_m)
        object.__setattr__(self, "attributes", dict(self.attributes))
        if self.frame_index < 0:
            raise ValueError(f"frame_index must be 0 or more, got {self.frame_index}")
        if self.score is not None and not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score must lie in 0 … 1, got {self.score}")

    @property
    def box_ego(self) -> Box:
        """The box in ``ego`` at the frame's time."""
        return Box(self.ego_from_object, self.size_lwh_m)

    def __eq__(self, other: object) -> bool:
        """Equal to the last bit."""
        if not isinstance(other, Cuboid):
            return NotImplemented
        return self._comparable() == other._comparable()

    def __hash__(self) -> int:
        """Hash of the id."""
        return hash(self.id)

    def _comparable(self) -> tuple[object, ...]:
        return (
            self.id,
            self.track_id,
            self.frame_index,
            self.box_ego,
            self.source,
            self.confirmed_by,
            self.score,
            dict(self.attributes),
            self.ends_segment,
        )


@dataclass(frozen=True)
class Track:
    """One object through a scene.

    Attributes:
        id: UUID.
        category: A name of the taxonomy.
        first_frame: First frame of its life, inclusive.
        last_frame: Last frame of its life, inclusive.
        external_id: The format's own id (KITTI's 3, a nuScenes token), unique in its scene; or None.
        is_rigid: Whether its cuboids share one size.
        is_static: Whether it stands still in ``world``, so that one key serves its whole life.
        interpolate_in: Where keys are interpolated; ``ego`` for tracks that rough poses would spoil.
        attributes: Answers of scope ``track``.
    """

    id: str
    category: str
    first_frame: int
    last_frame: int
    external_id: str | None = None
    is_rigid: bool = True
    is_static: bool = False
    interpolate_in: InterpolationFrame = "world"
    attributes: Attributes = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an empty category or a life that ends before it starts."""
        if not self.category:
            raise ValueError("category must not be empty")
        if not 0 <= self.first_frame <= self.last_frame:
            raise ValueError(f"first_frame {self.first_frame} and last_frame {self.last_frame} must rise from 0")
        object.__setattr__(self, "attributes", dict(self.attributes))

    def __hash__(self) -> int:
        """Hash of the id."""
        return hash(self.id)


@dataclass(frozen=True)
class ImageBox:
    """A rectangle in one image.

    Attributes:
        id: UUID.
        frame_index: The frame, from 0.
        camera: The camera's name.
        ltrb_px: Left, top, right, bottom in pixels; (0, 0) is the centre of the top-left pixel.
        kind: ``tight`` (drawn by a person), ``given`` (came with an import) or ``ignore`` (not labeled, not scored).
        track_id: The track it shows, or None.
        attributes: What came with it; a ``given`` box keeps ``given_for``, the cuboid it was given for.
    """

    id: str
    frame_index: int
    camera: str
    ltrb_px: tuple[float, float, float, float]
    kind: ImageBoxKind
    track_id: str | None = None
    attributes: Attributes = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a rectangle whose sides are in the wrong order."""
        left, top, right, bottom = self.ltrb_px
        if not (left <= right and top <= bottom):
            raise ValueError(f"ltrb_px must be left ≤ right and top ≤ bottom, got {self.ltrb_px}")
        if self.frame_index < 0:
            raise ValueError(f"frame_index must be 0 or more, got {self.frame_index}")
        object.__setattr__(self, "attributes", dict(self.attributes))

    def __hash__(self) -> int:
        """Hash of the id."""
        return hash(self.id)


@dataclass(frozen=True)
class FrameState:
    """What a person says of a whole frame.

    Attributes:
        frame_index: The frame, from 0.
        state: ``done`` (all labeled) or ``empty`` (nothing to label in it).
    """

    frame_index: int
    state: FrameStateName

    @property
    def id(self) -> str:
        """A frame has one state, so its index is the record's id."""
        return str(self.frame_index)


@dataclass(frozen=True)
class LabelSet:
    """All labels of one scene at one revision.

    Attributes:
        taxonomy_version: The taxonomy they were made with.
        tracks: By id.
        cuboids: Key cuboids by id.
        image_boxes: By id.
        frame_states: By frame index as text.
        revision: Rises by one with every change.
    """

    taxonomy_version: int = 1
    tracks: Mapping[str, Track] = field(default_factory=dict)
    cuboids: Mapping[str, Cuboid] = field(default_factory=dict)
    image_boxes: Mapping[str, ImageBox] = field(default_factory=dict)
    frame_states: Mapping[str, FrameState] = field(default_factory=dict)
    revision: int = 0

    def keys_of_track(self, track_id: str) -> list[Cuboid]:
        """The key cuboids of a track, by frame."""
        keys = [cuboid for cuboid in self.cuboids.values() if cuboid.track_id == track_id]
        return sorted(keys, key=lambda cuboid: cuboid.frame_index)
