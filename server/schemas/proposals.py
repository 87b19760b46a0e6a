"""What the machine proposes: boxes fitted to points, tracks carried on, keys to spare; nothing of it is stored."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.schemas.common import Schema, Se3, Vector3
from server.schemas.records import Cuboid, Track

MOST_FRAMES = 400
MOST_KEYS = 10_000
Metres = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Side = Annotated[float, Field(allow_inf_nan=False, gt=0.01, lt=100.0)]
Pixels = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Radians = Annotated[float, Field(allow_inf_nan=False, ge=-100.0, le=100.0)]
Place = tuple[Metres, Metres, Metres]
Size = tuple[Side, Side, Side]
FaceName = Literal["front", "rear", "left", "right", "top", "bottom"]
FitWhat = Literal["all", "position", "size", "heading", "to_ground", "front", "rear", "left", "right", "top", "bottom"]


class PlacedBox(Schema):
    """A box in ego at a frame's time; the object frame sits at its centre."""

    ego_from_object: Se3
    size_lwh_m: Size = Field(description="Length (x), width (y), height (z) in metres.")


class Reason(Schema):
    """Why something is so: a code and values to say it in any language, and an English sentence."""

    code: str
    values: dict[str, str | float]
    sentence: str


class SizePrior(Schema):
    """The usual size that a fit went by."""

    size_lwh_m: Vector3
    source: Literal["given", "labels", "taxonomy", "box"] = Field(
        description="given: by the request; labels: the median of what people agreed with; taxonomy: the category's; "
        "box: the box's own, of a category that nobody knows a size of."
    )
    track_count: int = Field(description="How many tracks a size of source labels was taken from.")


class FittedBox(Schema):
    """A box, and what the points say about it."""

    box: PlacedBox
    confidence: float = Field(description="0: the usual size alone; else the overlap with the truth to be expected.")
    supported_faces: list[FaceName] = Field(description="The faces with points on them; others are guessed.")
    point_count: int = Field(description="Points inside, without the ground.")
    reason: Reason | None = Field(
        description="What keeps the confidence down: `no_points`, `few_points` {count}, `no_side`, `unusual`."
    )
    prior: SizePrior


class FitRequest(Schema):
    """One click on an object, or a drag along it."""

    click: Place = Field(description="Somewhere on the object, in ego.")
    category: str = Field(min_length=1, max_length=200)
    heading_rad: Radians | None = Field(default=None, description="Where it heads, as a drag showed it.")
    size_lwh_m: Size | None = Field(default=None, description="Its usual size where the client knows better.")


class RefitRequest(Schema):
    """A box that is roughly right."""

    box: PlacedBox
    category: str = Field(min_length=1, max_length=200)
    what: FitWhat = "all"


class FitInImageRequest(Schema):
    """A rectangle drawn in an image."""

    camera: str = Field(min_length=1, max_length=200)
    ltrb_px: tuple[Pixels, Pixels, Pixels, Pixels] = Field(description="Left, top, right, bottom in pixels.")
    category: str = Field(min_length=1, max_length=200)


class FitInImageAnswer(Schema):
    """The cuboid whose picture fills the rectangle best, or why there is none."""

    fitted: FittedBox | None
    overlap: float = Field(description="Intersection over union of its picture with the rectangle.")
    reason: Reason | None = Field(
        description="Why there is none: `camera_sees_no_points`, `no_points_in_rectangle`, `nothing_fits`, "
        "`rectangle_too_small`."
    )


class TrackRequest(Schema):
    """A track as the client has it now, saved or not."""

    track: Track
    keys: list[Cuboid] = Field(min_length=1, max_length=MOST_KEYS, description="All its keys.")


class ExtendRequest(TrackRequest):
    """Carry a track on beyond its first or last key."""

    direction: Literal["forward", "back"]
    most_frames: int = Field(default=40, ge=1, le=MOST_FRAMES)
    revise: bool = Field(
        default=False,
        description="Whether the keys may be bettered too: one size from all frames, the heading from the way it "
        "moves. Without it they stay, and the new cuboids have the size of the nearest key.",
    )


class ProposedCuboid(Schema):
    """A cuboid of one frame."""

    frame_index: int
    box: PlacedBox
    confidence: float
    supported_faces: list[FaceName]
    point_count: int


class ExtendAnswer(Schema):
    """How far a track could be followed."""

    cuboids: list[ProposedCuboid] = Field(description="One for each new frame, by frame; fit to be keys.")
    revised_keys: list[ProposedCuboid] = Field(
        description="With `revise`: keys given, bettered; put them in the same step."
    )
    stopped_at: int | None = Field(description="The frame that it was not followed into; null at the scene's end.")
    reason: Reason = Field(
        description="Why it stopped: `end_of_scene`, `most_frames`, `no_cloud`, `no_points`, `low_confidence` "
        "{confidence, least}, `jump` {jump_m, most_m}, `overlap` {track, overlap}, `out_of_range` {range_m}, "
        "`hidden` {share}."
    )
    predicted_in: Literal["world", "ego"] = Field(description="ego: the scene has no poses to predict with.")
    prior: SizePrior


class ThinRequest(TrackRequest):
    """How far cuboids may then be from where they are now."""

    tolerance_m: float = Field(default=0.1, ge=0, le=10, allow_inf_nan=False)
    tolerance_deg: float = Field(default=3.0, ge=0, le=180, allow_inf_nan=False)
    keep_answers: bool = Field(default=False, description="Whether keys with attributes stay.")


class ThinAnswer(Schema):
    """The fewest keys from which all cuboids of today are derived; keys never move."""

    keep: list[int] = Field(description="Frames whose keys stay.")
    remove: list[int] = Field(description="Frames whose keys may go.")
    made_static: bool = Field(description="Whether the track should become a static one.")
    answers_lost: int = Field(description="Keys to go that have attributes.")


class SnapRequest(TrackRequest):
    """Let a static track follow its points where the poses drift."""

    frame_index: int = Field(ge=0, description="The frame whose cuboid is right.")
    most_m: float = Field(default=0.3, gt=0, le=1.0, allow_inf_nan=False, description="The largest offset.")


class SnappedKey(Schema):
    """A key of a static track, off its one place by a bounded offset."""

    frame_index: int
    box: PlacedBox
    offset_m: float


class SnapAnswer(Schema):
    """The keys that the track should have instead of its present ones."""

    keys: list[SnappedKey] = Field(description="By frame; the one of `frame_index` is the box as it was.")
    frames_looked_at: int
    frames_bounded: list[int] = Field(description="Frames whose offset was cut to the bound.")
    reason: Reason = Field(
        description="`snapped` {frames, most_m}, `no_drift`, `no_points`, `no_poses`: one key is enough."
    )


class TrackMotion(Schema):
    """Whether an object stands or moves, as its cuboids say."""

    track_id: str
    motion: Literal["parked", "moving", "unknown"]
    reason: Reason = Field(
        description="`no_poses`, `one_key`, `moves` {moved_m, duration_s}, `too_short` {duration_s}, "
        "`too_little` {moved_m, duration_s}, `stays` {spread_m, allowed_m, duration_s}."
    )
    moved_m: float


class SceneMotion(Schema):
    """Of every track that has a key."""

    revision: int | None = Field(description="The labels it was taken from; null for a track sent with the request.")
    tracks: list[TrackMotion]


class FramePoints(Schema):
    """One frame of a track."""

    frame_index: int
    point_count: int = Field(description="Points inside its box.")
    distance_m: float = Field(description="From the nearest lidar, level.")


class PointsPerFrame(Schema):
    """How well an object is seen, frame by frame."""

    frames: list[FramePoints] = Field(description="The frames in which it has a cuboid, by frame.")
    best_frame: int | None = Field(description="Where it has the most points.")
    is_complete: bool = Field(description="Whether all its frames were looked at; long tracks are sampled.")
