"""Tracks after the images were asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autolabel.adoption import boxes_ego
from autolabel.camera.opinion import CameraOpinion, Sighting, camera_opinion
from autolabel.recording import Recording
from autolabel.stopping import ShouldStop, never
from autolabel.tracking.heading import certainty, faced, odds_of
from autolabel.tracking.track import ProposedTrack
from autolabel.training.model_file import Model
from fusion import Scene


def pictured(
    tracks: Sequence[ProposedTrack],
    scene: Scene,
    recording: Recording,
    model: Model,
    *,
    first_frame: int = 0,
    knows_scene: bool,
    should_stop: ShouldStop = never,
) -> list[ProposedTrack]:
    """Tracks with what the images say of them, faced the likelier way.

    Args:
        tracks: Any.
        scene: Whose images are asked.
        recording: What the tracks are in.
        model: Who looks at the images; without an opinion of them, tracks stay as they are.
        first_frame: The frame of the scene that the recording begins with.
        knows_scene: Whether the model learnt from frames of this scene.
        should_stop: Asked before each image.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    sightings = [_sighting(track, recording, model, first_frame) for track in tracks]
    opinions = camera_opinion(scene, sightings, model, knows_scene=knows_scene, should_stop=should_stop)
    return [_judged(track, opinion) for track, opinion in zip(tracks, opinions, strict=True)]


def _sighting(track: ProposedTrack, recording: Recording, model: Model, first_frame: int) -> Sighting:
    boxes = {first_frame + frame: box for frame, box in boxes_ego(track, recording).items()}
    return Sighting(model.classes[track.class_index].name, boxes)


def _judged(track: ProposedTrack, opinion: CameraOpinion) -> ProposedTrack:
    if not opinion.looks:
        return track
    front = odds_of(track.heading) + opinion.log_odds_heading
    boxes = faced(track.boxes_base, front)
    return replace(track, boxes_base=boxes, heading=certainty(front), camera=opinion.log_odds_object)
