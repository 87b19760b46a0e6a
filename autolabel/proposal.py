"""What the machine proposes for one object, and how it becomes a change of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import uuid4

from autolabel.reason_code import ReasonCode
from geometry import Box, Trajectory
from labels import Cuboid, LabelSet, Tolerance, Track, thin

ALIKE = Tolerance(position_m=0.02, heading_rad=0.01, size_m=0.005)
Band = Literal["accept", "check", "redo"]
FaceSigmas = tuple[float, float, float, float, float, float]
"""Of front, rear, left, right, top and bottom, in metres."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """One object.

    Attributes:
        track_id: The track that people began and this carries on; None for an object that is new.
        category: Its category.
        is_rigid: Whether its cuboids share one size.
        is_static: Whether it stands still in ``world``.
        score: 0 … 1, how sure it is that there is such an object, of the whole track.
        boxes_ego: By frame, where it is.
        scores: By frame, 0 … 1, how sure it is that a box belongs there; that of the track where it is not told.
        band: ``accept`` where hardly any is wrong, ``redo`` where most are, else ``check``.
        reasons: Why it is in its band, as codes such as ``few_points``; none in the accept band.
        face_sigmas_m: How far each face may be off, as a standard deviation; None where that is not known.
        may_stand: 0 … 1, how likely it is that a box of it, if it is an object, may stand as it is.
        detected: The frames in which it was detected, not just followed; none where people labelled the object.
    """

    track_id: str | None
    category: str
    is_rigid: bool
    is_static: bool
    score: float
    boxes_ego: Mapping[int, Box]
    scores: Mapping[int, float] = field(default_factory=dict)
    band: Band = "check"
    reasons: tuple[ReasonCode, ...] = ()
    face_sigmas_m: FaceSigmas | None = None
    may_stand: float = 1.0
    detected: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on an object that is nowhere."""
        if not self.boxes_ego:
            raise ValueError("boxes_ego must hold a frame at least")

    def score_in(self, frame: int) -> float:
        """How sure it is that a box belongs into a frame."""
        return self.scores.get(frame, self.score)

    @property
    def first_frame(self) -> int:
        """The first of its frames."""
        return min(self.boxes_ego)

    @property
    def last_frame(self) -> int:
        """The last of its frames."""
        return max(self.boxes_ego)


def with_proposals(labels: LabelSet, proposals: Iterable[Proposal], source: str) -> LabelSet:
    """Labels with proposals in them; what people said stays as it is.

    Args:
        labels: What there is.
        proposals: What is proposed; a frame in which the track has a key keeps that key.
        source: Such as ``model:few-shot@3``.
    """
    tracks, cuboids = dict(labels.tracks), dict(labels.cuboids)
    taken = {(cuboid.track_id, cuboid.frame_index) for cuboid in labels.cuboids.values()}
    for proposal in proposals:
        track = _track(labels, proposal)
        tracks[track.id] = track
        for cuboid in _keys(proposal, track, source):
            if (track.id, cuboid.frame_index) not in taken:
                cuboids[cuboid.id] = cuboid
    return LabelSet(labels.taxonomy_version, tracks, cuboids, labels.image_boxes, labels.frame_states, labels.revision)


def _track(labels: LabelSet, proposal: Proposal) -> Track:
    known = labels.tracks.get(proposal.track_id) if proposal.track_id is not None else None
    if known is None:
        return Track(
            id=str(uuid4()),
            category=proposal.category,
            first_frame=proposal.first_frame,
            last_frame=proposal.last_frame,
            is_rigid=proposal.is_rigid,
        )
    return replace(
        known,
        first_frame=min(known.first_frame, proposal.first_frame),
        last_frame=max(known.last_frame, proposal.last_frame),
    )


def _keys(proposal: Proposal, track: Track, source: str) -> Iterable[Cuboid]:
    """A key in each frame; where frames are left out, nothing is derived across."""
    frames = sorted(proposal.boxes_ego)
    for frame, following in zip(frames, [*frames[1:], frames[-1] + 1], strict=True):
        box = proposal.boxes_ego[frame]
        yield Cuboid(
            id=str(uuid4()),
            track_id=track.id,
            frame_index=frame,
            ego_from_object=box.frame_from_object,
            size_lwh_m=box.size_lwh_m,
            source=source,
            score=min(max(proposal.score_in(frame), 0.0), 1.0),
            ends_segment=following > frame + 1,
        )


def fewest_keys(labels: LabelSet, frame_times_ns: Sequence[int], trajectory: Trajectory | None) -> LabelSet:
    """Proposed tracks with as few keys as derive the same to the centimetre: one for what stands.

    Args:
        labels: The tracks and their keys.
        frame_times_ns: The time of each frame of the scene.
        trajectory: Ego poses.
    """
    edit = thin(labels, frame_times_ns, trajectory, ALIKE).edit
    gone = {record.id for record in edit.removed.get("cuboids", ())}
    tracks = {track.id: track for _, track in edit.updated.get("tracks", ()) if isinstance(track, Track)}
    return replace(
        labels,
        tracks={**labels.tracks, **tracks},
        cuboids={key: cuboid for key, cuboid in labels.cuboids.items() if key not in gone},
    )
