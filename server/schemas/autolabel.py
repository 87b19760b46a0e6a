"""Labels by a model that a project's own labelled frames taught: models, what they propose, what to label next."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from autolabel.reason_code import ReasonCode
from server.schemas.common import Schema

MOST_SCENES = 10_000
SceneIds = Annotated[list[str], Field(min_length=1, max_length=MOST_SCENES)]
WishedError = Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)]
Band = Literal["accept", "check", "redo"]
ModelState = Literal["training", "active", "old", "failed"]


class AutolabelRequest(Schema):
    """What to propose labels for, and how."""

    scene_ids: SceneIds | None = Field(default=None, description="Null: all scenes of the project.")
    wished_error: WishedError = Field(
        default=0.02, description="The share of wrong boxes that the accept band may hold."
    )
    retrain: bool | None = Field(
        default=None, description="Whether to train first. Null: only where the labelled frames changed since."
    )
    self_train: bool = Field(
        default=False,
        description="Whether the model learns further from what it is sure of; a version of its own, made only where"
        " the labelled frames held back say that it is better.",
    )


class BandCounts(Schema):
    """Tracks by band."""

    accept: int = 0
    check: int = 0
    redo: int = 0


class SelfTraining(Schema):
    """What came of learning further from what the model was sure of."""

    was_kept: bool = Field(description="Whether the model that learnt further proposes now.")
    score_before: float | None = Field(
        description="In the labelled frames held back; null where there are too few to hold any back."
    )
    score_after: float | None = Field(description="The same of the one that learnt further; null where none was made.")


class AutolabelResult(Schema):
    """What a model proposed; while the job runs, what it did so far."""

    model_version: int
    was_trained: bool = Field(description="False: the model was there, and the labelled frames are the same.")
    scene_ids: list[str] = Field(description="Scenes whose labels changed.")
    scenes: int = Field(description="Scenes that were looked at.")
    scenes_kept: int = Field(description="Of these, how many had this model's proposals already.")
    tracks: int = Field(description="Objects proposed.")
    cuboids: int
    removed_cuboids: int = Field(description="Unconfirmed proposals of earlier models that went.")
    bands: BandCounts
    box_counts: dict[str, int] = Field(description="Labelled boxes it learned from, by category.")
    scores: dict[str, float] = Field(description="What was measured on frames held back while training.")
    train_s: float
    self_training: SelfTraining | None = Field(default=None, description="Null unless it was wished.")
    warnings: list[str] = Field(description="What people should know, a sentence each.")


class LearnedScene(Schema):
    """The labels of one scene that a model learned from."""

    scene_id: str
    scene_name: str | None = Field(description="Null where the scene is gone.")
    revision: int = Field(description="Its labels at that time.")
    frames: list[int]


class AutolabelModel(Schema):
    """One version of a project's model."""

    version: int = Field(ge=1)
    state: ModelState = Field(description="The active one proposes; a failed one keeps its reason in `error`.")
    created_at: str
    error: str | None
    learned_from: list[LearnedScene]
    box_counts: dict[str, int] = Field(description="Labelled boxes it learned from, by category.")
    scores: dict[str, float] = Field(description="What was measured on frames held back while training.")
    warnings: list[str]
    train_s: float
    scene_count: int = Field(description="Scenes that it proposed labels for.")
    track_count: int
    cuboid_count: int


class ActivateRequest(Schema):
    """Let another version propose from now on."""

    propose: bool = Field(default=False, description="Whether to put its proposals in place of the present ones.")
    scene_ids: SceneIds | None = Field(default=None, description="With propose; null: all scenes of the project.")
    wished_error: WishedError = 0.02


class ComparedValue(Schema):
    """One figure of two models."""

    name: str
    a: float | None
    b: float | None


class SceneProposals(Schema):
    """What a model proposed for a scene."""

    revision: int = Field(description="The scene's labels with them.")
    proposed_at: str
    tracks: int
    cuboids: int
    bands: BandCounts


class ComparedScene(Schema):
    """What two models proposed for one scene."""

    scene_id: str
    scene_name: str
    a: SceneProposals | None
    b: SceneProposals | None


class ModelComparison(Schema):
    """Two versions side by side."""

    a: AutolabelModel
    b: AutolabelModel
    scores: list[ComparedValue]
    box_counts: list[ComparedValue] = Field(description="Labelled boxes they learned from, by category.")
    scenes: list[ComparedScene]


class FaceDoubt(Schema):
    """How far a face of a proposed track may be off."""

    sigma_m: float = Field(ge=0, description="As a standard deviation.")
    is_unsure: bool = Field(description="Whether that is more than such objects may be off.")


class Faces(Schema):
    """The six faces of a proposed track, front and rear as the track has them."""

    front: FaceDoubt
    rear: FaceDoubt
    left: FaceDoubt
    right: FaceDoubt
    top: FaceDoubt
    bottom: FaceDoubt


class ProposedTrack(Schema):
    """An object that a model proposed and that is still among the labels."""

    track_id: str
    category: str = Field(description="As the track has it now.")
    band: Band
    score: float = Field(ge=0, le=1, description="How sure it is that there is such an object.")
    reasons: list[ReasonCode] = Field(
        description="Why it is in its band, as codes: what cost it most first; none in the accept band."
    )
    faces: Faces | None = Field(description="Null where that is not known, as of objects that people began.")
    first_frame: int
    last_frame: int
    frame_count: int = Field(description="Frames that it was proposed in.")
    unconfirmed_count: int = Field(description="Of these, how many nobody agreed with so far; 0: it is done.")
    expected_corrections: float = Field(description="Boxes to be put right, as far as one can tell.")
    expected_seconds: float = Field(description="To look at it and put it right.")


class ProposedTracks(Schema):
    """The queue: where a second of looking puts most right comes first; what is done comes last."""

    model_version: int | None = Field(description="Whose proposals they are; null where there are none.")
    revision: int = Field(description="The labels that the counts are of.")
    wished_error: float | None
    bands: BandCounts = Field(description="Of the tracks that wait for somebody.")
    tracks: list[ProposedTrack]


class CategoryNeed(Schema):
    """How much of a category is labelled."""

    category: str
    boxes: int
    tracks: int
    wanted: int = Field(description="With fewer boxes the machine will hardly find it.")


class LabelNext(Schema):
    """A frame whose labels would teach most."""

    scene_id: str
    scene_name: str
    frame_index: int
    gain: float = Field(description="What it would tell, in doubtful objects.")
    track_ids: list[str] = Field(description="Proposed objects in it that are most in doubt, the most doubtful first.")
    rare_categories: list[str] = Field(description="Categories in it of which little is labelled.")
    away_s: float | None = Field(description="Time to the nearest labelled frame of its scene; null where none is.")


class LabeledFrames(Schema):
    """The labelled frames of a scene."""

    scene_id: str
    scene_name: str
    frames: list[int]


class Readiness(Schema):
    """Whether there is enough to learn from."""

    can_learn: bool
    rule: Literal["closed_frames", "frames_with_own_boxes"] = Field(
        description="Which frames count: those that people closed as done or empty; else, where nobody closed any,"
        " those with a cuboid that a person made or confirmed and none that waits for somebody."
    )
    frame_count: int
    wanted_frames: int
    labelled: list[LabeledFrames]
    categories: list[CategoryNeed] = Field(description="Those that are labelled, by name.")
    warnings: list[str]
    next: list[LabelNext] = Field(description="What to label next, the best first.")
    active_version: int | None
    is_up_to_date: bool = Field(description="Whether the active model learned from the labelled frames as they are.")
