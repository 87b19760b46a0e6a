"""Label records and changes as they are on the wire; the fields are those of ``labels.records``, its codec."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from server.schemas.common import Schema, Se3, Vector3

AttributeValue = str | bool | int | float
RecordKindName = Literal["tracks", "cuboids", "image_boxes", "frame_states"]


class Cuboid(Schema):
    """A key cuboid: a statement about the points of one frame. What lies between two keys is derived, never stored."""

    id: str = Field(description="UUID, made by whoever creates the record.")
    track_id: str = Field(description="A track has at most one key cuboid a frame.")
    frame_index: int = Field(ge=0)
    ego_from_object: Se3 = Field(description="The box in ego at the frame's time; object sits at the box's centre.")
    size_lwh_m: Vector3 = Field(description="Length (x), width (y), height (z) in metres, each above zero.")
    source: str = Field(description="human, propagated, model:<name>@<version> or imported:<format>.")
    confirmed_by: str | None = Field(description="Who agreed with it.")
    score: float | None = Field(description="A model's confidence, 0 to 1.")
    attributes: dict[str, AttributeValue] = Field(description="Answers of scope cuboid.")
    ends_segment: bool = Field(description="Nothing is derived between this key and the next.")


class Track(Schema):
    """One object through a scene."""

    id: str = Field(description="UUID, made by whoever creates the record.")
    external_id: str | None = Field(description="The format's own id, such as KITTI's track number; unique in a scene.")
    category: str = Field(description="A name of the project's taxonomy.")
    is_rigid: bool = Field(description="Its cuboids share one size.")
    is_static: bool = Field(description="It stands still in world: one key serves its whole life.")
    first_frame: int = Field(ge=0, description="First frame of its life, inclusive.")
    last_frame: int = Field(ge=0, description="Last frame of its life, inclusive.")
    interpolate_in: Literal["world", "ego"] = Field(description="Where cuboids between two keys are derived.")
    attributes: dict[str, AttributeValue] = Field(description="Answers of scope track.")


class ImageBox(Schema):
    """A rectangle in one image."""

    id: str = Field(description="UUID, made by whoever creates the record.")
    frame_index: int = Field(ge=0)
    camera: str
    track_id: str | None = Field(description="The track it shows.")
    kind: Literal["tight", "given", "ignore"] = Field(
        description="tight: drawn by a person; given: came with an import; ignore: not labeled, not scored."
    )
    ltrb_px: tuple[float, float, float, float] = Field(
        description="Left, top, right, bottom in pixels; (0, 0) is the centre of the top-left pixel."
    )
    attributes: dict[str, AttributeValue]


class FrameState(Schema):
    """What a person says of a whole frame."""

    id: str = Field(description="The frame index as text.")
    frame_index: int = Field(ge=0)
    state: Literal["done", "empty"] = Field(description="done: all labeled; empty: nothing to label in it.")


class RecordTables(Schema):
    """Records by kind; a kind without records may be left out."""

    tracks: list[Track] = Field(default_factory=list)
    cuboids: list[Cuboid] = Field(default_factory=list)
    image_boxes: list[ImageBox] = Field(default_factory=list)
    frame_states: list[FrameState] = Field(default_factory=list)


class TrackUpdate(Schema):
    """A track before and after."""

    from_: Track = Field(alias="from")
    to: Track


class CuboidUpdate(Schema):
    """A key cuboid before and after."""

    from_: Cuboid = Field(alias="from")
    to: Cuboid


class ImageBoxUpdate(Schema):
    """An image box before and after."""

    from_: ImageBox = Field(alias="from")
    to: ImageBox


class FrameStateUpdate(Schema):
    """A frame state before and after."""

    from_: FrameState = Field(alias="from")
    to: FrameState


class UpdateTables(Schema):
    """Updates by kind; a kind without updates may be left out."""

    tracks: list[TrackUpdate] = Field(default_factory=list)
    cuboids: list[CuboidUpdate] = Field(default_factory=list)
    image_boxes: list[ImageBoxUpdate] = Field(default_factory=list)
    frame_states: list[FrameStateUpdate] = Field(default_factory=list)


class LabelChange(Schema):
    """The only way labels change. Sending the same `change_id` again stores nothing and gives the same answer."""

    schema_version: Literal[1]
    change_id: str = Field(description="UUID made by the client.")
    scene_id: str
    author: str = Field(description="human:<name>, model:<name>@<version> or import:<format>; the server sets it.")
    time: str = Field(description="When it was made, ISO 8601 in UTC.")
    base_revision: int = Field(ge=0, description="The revision of the scene that the author saw.")
    added: RecordTables
    updated: UpdateTables
    removed: RecordTables = Field(description="The records that go, as they were.")


class ChangeAnswer(Schema):
    """A change is safe on disk."""

    revision: int = Field(description="The scene's revision that the change made.")
    change_id: str
    was_known: bool = Field(description="It had been stored before, under this revision.")


class LoggedChange(Schema):
    """One entry of the log."""

    revision: int
    change: LabelChange


class ChangeLog(Schema):
    """A stretch of the log, oldest first."""

    changes: list[LoggedChange]


class RemovedIds(Schema):
    """Ids of records that went after `since`, by kind."""

    tracks: list[str]
    cuboids: list[str]
    image_boxes: list[str]
    frame_states: list[str]


class Labels(Schema):
    """The labels of a scene: all of them, or what was touched after `since`."""

    revision: int
    tracks: list[Track]
    cuboids: list[Cuboid]
    image_boxes: list[ImageBox]
    frame_states: list[FrameState]
    removed: RemovedIds = Field(description="Empty lists without `since`.")


class RecordConflict(Schema):
    """One record that somebody else changed first."""

    kind: RecordKindName
    id: str
    reason: str
    yours: dict[str, Any] | None = Field(description="The record as the refused change wants it; null: removed.")
    theirs: dict[str, Any] | None = Field(description="The record as it is; null: it is gone.")


class StaleRevisionDetails(Schema):
    """`details` of the error stale_revision."""

    base_revision: int
    current_revision: int
    conflicts: list[RecordConflict]
