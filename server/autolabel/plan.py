"""What becomes of a scene's labels when a model proposes: its proposals come, those of earlier models go.

What people made, confirmed, closed or touched stays as it is, and nothing is proposed over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from autolabel.proposal import Proposal, fewest_keys, with_proposals
from labels import Cuboid, LabelChange, LabelSet, RecordKind, Track
from labels.change import Record
from server.autolabel.overlaps import SceneTimes
from server.autolabel.settled import settled
from server.clock import utc_now
from server.store.proposed import OwnRecords


@dataclass
class ProposedPlan:
    """A change to be made.

    Attributes:
        tracks: The tracks that are proposed or carried on, with what is proposed for each.
        new_tracks: Those of them that are new.
        longer_tracks: Tracks that people began, as they are and as they will be.
        new_cuboids: What is proposed.
        old_tracks: What earlier models proposed and nobody agreed with.
        old_cuboids: The same.
    """

    tracks: dict[str, Proposal] = field(default_factory=dict)
    new_tracks: list[Track] = field(default_factory=list)
    longer_tracks: list[tuple[Track, Track]] = field(default_factory=list)
    new_cuboids: list[Cuboid] = field(default_factory=list)
    old_tracks: list[Track] = field(default_factory=list)
    old_cuboids: list[Cuboid] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new_cuboids or self.longer_tracks or self.old_tracks or self.old_cuboids)

    def change(self, scene_id: str, author: str, base_revision: int) -> LabelChange:
        """The plan as a change with an id of its own."""
        return LabelChange(
            change_id=str(uuid4()),
            scene_id=scene_id,
            author=author,
            time=utc_now(),
            base_revision=base_revision,
            added=_by_kind(self.new_tracks, self.new_cuboids),
            updated={"tracks": tuple(self.longer_tracks)} if self.longer_tracks else {},
            removed=_by_kind(self.old_tracks, self.old_cuboids),
        )


def plan_proposals(
    labels: LabelSet,
    own: OwnRecords,
    proposals: Sequence[Proposal],
    source: str,
    times: SceneTimes,
    labeled: Iterable[int] = (),
) -> ProposedPlan:
    """Plan what a model's proposals change.

    Args:
        labels: The scene's labels as they are.
        own: What models made before and nobody touched since.
        proposals: What is proposed now.
        source: What the new cuboids are to be known as, such as ``model:few-shot@3``.
        times: The scene's.
        labeled: Frames that count as labelled though nobody closed them.
    """
    closed = {state.frame_index for state in labels.frame_states.values()} | set(labeled)
    waiting = {key for key in own.cuboid_ids if labels.cuboids[key].frame_index not in closed}
    keys: defaultdict[str, list[Cuboid]] = defaultdict(list)
    for cuboid in labels.cuboids.values():
        keys[cuboid.track_id].append(cuboid)
    theirs = _theirs(labels, own, waiting)
    plan = ProposedPlan()
    for track_id in labels.tracks.keys() - theirs.tracks.keys():
        plan.old_tracks.append(labels.tracks[track_id])
        plan.old_cuboids += keys[track_id]
    for proposal in settled(proposals, theirs, closed, times):
        if proposal.track_id is None:
            _put_new(plan, proposal, source, times)
        else:
            _carry_on(plan, proposal, labels.tracks[proposal.track_id], keys[proposal.track_id], waiting, source)
    return plan


def _by_kind(tracks: Sequence[Track], cuboids: Sequence[Cuboid]) -> dict[RecordKind, tuple[Record, ...]]:
    kinds: dict[RecordKind, tuple[Record, ...]] = {"tracks": tuple(tracks), "cuboids": tuple(cuboids)}
    return {kind: records for kind, records in kinds.items() if records}


def _theirs(labels: LabelSet, own: OwnRecords, waiting: set[str]) -> LabelSet:
    """The objects that stay: some of it is not the machine's alone."""
    staying = labels.tracks.keys() - own.track_ids
    staying |= {cuboid.track_id for key, cuboid in labels.cuboids.items() if key not in waiting}
    staying |= {box.track_id for box in labels.image_boxes.values() if box.track_id is not None}
    return replace(
        labels,
        tracks={track_id: track for track_id, track in labels.tracks.items() if track_id in staying},
        cuboids={key: cuboid for key, cuboid in labels.cuboids.items() if cuboid.track_id in staying},
    )


def _put_new(plan: ProposedPlan, proposal: Proposal, source: str, times: SceneTimes) -> None:
    made = fewest_keys(with_proposals(LabelSet(), [proposal], source), times.times_ns, times.trajectory)
    (track,) = made.tracks.values()
    plan.tracks[track.id] = proposal
    plan.new_tracks.append(track)
    plan.new_cuboids += made.cuboids.values()


def _carry_on(
    plan: ProposedPlan, proposal: Proposal, track: Track, keys: Sequence[Cuboid], waiting: set[str], source: str
) -> None:
    """Put what is proposed for a track in place of what was; keys that are not the machine's stay."""
    staying = LabelSet(tracks={track.id: track}, cuboids={key.id: key for key in keys if key.id not in waiting})
    made = with_proposals(staying, [proposal], source)
    new = [cuboid for key, cuboid in made.cuboids.items() if key not in staying.cuboids]
    if not new:
        return
    plan.tracks[track.id] = replace(proposal, boxes_ego={key.frame_index: key.box_ego for key in new})
    plan.new_cuboids += new
    plan.old_cuboids += [key for key in keys if key.id in waiting]
    if made.tracks[track.id] != track:
        plan.longer_tracks.append((track, made.tracks[track.id]))
