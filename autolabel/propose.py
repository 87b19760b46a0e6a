"""A scene labelled by the machine: what people began is carried on, what they did not label is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autolabel.adoption import adopt, boxes_ego
from autolabel.classes import ClassSet
from autolabel.continued import continue_objects, stands
from autolabel.contradiction import chosen, not_contradicted
from autolabel.detections import Detections
from autolabel.finder import Finder
from autolabel.judging.bands import WORTH_A_LOOK, bands_of
from autolabel.judging.carried import carried_trust
from autolabel.judging.evidence import evidence_of
from autolabel.judging.shown import share_shown, with_box_scores
from autolabel.labeled_scene import LabeledScene
from autolabel.proposal import Proposal
from autolabel.reason_code import ReasonCode
from autolabel.reasons import Circumstances, costs_of, reasons_of
from autolabel.recording import Recording
from autolabel.region import LabeledRegion, grid_over
from autolabel.side_by_side import side_by_side
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress, part_of
from autolabel.tracking.build_tracks import build_tracks
from autolabel.tracking.faces import face_sigmas
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack
from autolabel.training.model_file import Model
from fusion import Scene
from geometry import Box

CONTINUED, DETECTED = 0.15, 0.85
"""Shares of the work after which these steps are done."""


@dataclass(frozen=True)
class ProposeOptions:
    """What is wanted.

    Attributes:
        wished_error: The share of wrong boxes that the ``accept`` band may hold.
    """

    wished_error: float = 0.02

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a share that is none."""
        if not 0.0 < self.wished_error < 1.0:
            raise ValueError(f"wished_error must lie within 0 … 1, got {self.wished_error}")


USUAL_PROPOSING = ProposeOptions()


def propose(
    scene: Scene,
    recording: Recording,
    model: Model,
    known: LabeledScene,
    *,
    options: ProposeOptions = USUAL_PROPOSING,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> list[Proposal]:
    """Propose labels for all frames of a scene but those that people labelled.

    Args:
        scene: The scene.
        recording: Its points.
        model: What was learnt.
        known: The frames that people labelled; perhaps none.
        options: What is wanted.
        progress: Told how far it is.
        should_stop: Asked before each frame.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    return propose_by(
        Finder.of(model), scene, recording, known, options=options, progress=progress, should_stop=should_stop
    )


def propose_by(
    finder: Finder,
    scene: Scene,
    recording: Recording,
    known: LabeledScene,
    *,
    options: ProposeOptions = USUAL_PROPOSING,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> list[Proposal]:
    """As ``propose``, by whatever finds objects in a frame."""
    region = finder.rule.of(scene)
    seen = region.cut(recording)
    begun = continue_objects(seen, known, finder.classes, part_of(progress, 0.0, CONTINUED), should_stop)
    detections = detect_all(seen, region, finder, part_of(progress, CONTINUED, DETECTED), should_stop)
    progress(DETECTED, "joining what was seen to tracks")
    rigid = frozenset(item.name for item in finder.classes if item.is_rigid)
    found_tracks = tracks_of(scene, seen, detections, finder.classes)
    knows_scene = bool(known.frames)
    found_tracks = finder.witnesses.heard(found_tracks, scene, seen, knows_scene=knows_scene, should_stop=should_stop)
    adopted = adopt(found_tracks, seen, known, begun, rigid)
    tracks = not_contradicted(adopted.others, seen, known, adopted.begun)
    found = _found(tracks, seen, detections, finder)
    carried = [_carried(track_id, boxes, known, seen, finder.classes) for track_id, boxes in adopted.begun.items()]
    told = with_box_scores(carried, seen, should_stop)
    progress(1.0, "")
    return _banded([*told, *found], options)


def detect_all(
    recording: Recording, region: LabeledRegion, finder: Finder, progress: Progress, should_stop: ShouldStop
) -> list[Detections]:
    """What is seen in each frame by itself, where labels are at all."""
    grid = grid_over(recording, region)
    frames = range(len(recording))
    found = []
    with side_by_side(lambda frame: finder.find(recording, frame, grid), frames, finder.at_once) as in_turn:
        for frame in frames:
            if should_stop():
                raise Stopped
            progress(frame / len(recording), f"frame {frame + 1} of {len(recording)}")
            detections = next(in_turn)
            found.append(chosen(detections, region.holds(detections.boxes_ego)))
    return found


def tracks_of(
    scene: Scene, recording: Recording, detections: Sequence[Detections], classes: ClassSet
) -> list[ProposedTrack]:
    """Objects through the scene; where its frames do not follow each other, each is of one frame."""
    if scene.is_sequential:
        return build_tracks(recording, detections, classes)
    tracks = []
    for frame, seen in enumerate(detections):
        alone = build_tracks(recording.part(frame, frame), [seen], classes)
        tracks += [replace(track, frames=track.frames + frame) for track in alone]
    return tracks


def _found(
    tracks: Sequence[ProposedTrack], recording: Recording, detections: Sequence[Detections], finder: Finder
) -> list[Proposal]:
    """The objects that nobody labelled, as far as they are worth a look."""
    moments = Moments.of(recording)
    around = Circumstances.of(tracks, moments, detections, finder.classes, finder.spreads)
    found = []
    for number, track in enumerate(tracks):
        item = finder.classes[track.class_index]
        evidence = evidence_of(track, recording)
        score = finder.calibration.probability(evidence, item.name)
        if score < WORTH_A_LOOK:
            continue
        proposal = Proposal(
            None,
            item.name,
            item.is_rigid,
            track.is_static,
            score=score,
            boxes_ego=boxes_ego(track, recording),
            scores=dict(zip(track.frames.tolist(), (score * share_shown(track.point_counts)).tolist(), strict=True)),
            detected=frozenset(track.frames[track.is_seen].tolist()),
            may_stand=finder.exactness.probability(evidence, item.name),
            reasons=reasons_of(around.known(track, number, costs_of(evidence, item.name, finder.exactness))),
            face_sigmas_m=face_sigmas(track, moments, item, finder.spreads.get(item.name)),
        )
        found.append(proposal)
    return found


def _carried(
    track_id: str, boxes: Mapping[int, Box], known: LabeledScene, recording: Recording, classes: ClassSet
) -> Proposal:
    """An object that people labelled in some frames."""
    category, keys = known.tracks()[track_id]
    is_rigid = next(item.is_rigid for item in classes if item.name == category)
    is_static = stands(recording, keys)
    score, may_stand = carried_trust(boxes, keys, recording, stands=is_static)
    reasons: tuple[ReasonCode, ...] = ("carried_on",)
    return Proposal(track_id, category, is_rigid, is_static, score, boxes, reasons=reasons, may_stand=may_stand)


def _banded(proposals: Sequence[Proposal], options: ProposeOptions) -> list[Proposal]:
    probability = np.array([each.score for each in proposals])
    may_stand = np.array([each.may_stand for each in proposals])
    counts = np.array([float(len(each.boxes_ego)) for each in proposals])
    bands = bands_of(probability, may_stand, counts, options.wished_error)
    return [
        replace(each, band=band, reasons=() if band == "accept" else each.reasons)
        for each, band in zip(proposals, bands, strict=True)
    ]
