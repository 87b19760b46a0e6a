"""Labels put into labels that exist: what would be added, changed and removed, for showing before it happens."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from geometry.arrays import FloatArray
from labels.change import RECORD_KINDS, RecordKind
from labels.label_set import Cuboid, ImageBox, LabelSet, Track
from labels.match import match_cuboids
from labels.merge_plan import MergeCounts, MergePlan

ROUNDING = 1e-9
"""More than what a passage through the store changes, in metres and in the entries of a rotation."""
MergePolicy = Literal["add", "replace_source", "match"]
HUMAN = "human"
IMPORT = "import"
"""What ``confirmed_by`` says of labels that an import took to be right: nobody looked at them here."""


def plan_merge(
    existing: LabelSet,
    incoming: LabelSet,
    policy: MergePolicy,
    min_iou: float = 0.5,
    derived: Sequence[Cuboid] = (),
) -> MergePlan:
    """What it takes to merge labels into those that exist.

    * ``add``: everything comes in as it is, beside what exists; only what is there to the last bit is left out.
    * ``replace_source``: what came from the same sources before goes and the new comes. What a person made or
      confirmed stands, and incoming cuboids in its place or overlapping it are left out.
    * ``match``: incoming tracks that overlap existing ones are taken to be those, which keep their ids. Their cuboids
      take the incoming values, but for those that a person made or confirmed, and those that somebody confirmed where
      the incoming ones are unconfirmed.

    Args:
        existing: The labels of a scene.
        incoming: Other labels of the same scene.
        policy: What to do where both say something.
        min_iou: How much two cuboids must overlap to be of one object, as intersection over union of volumes.
        derived: Cuboids that follow from the existing keys, so that what comes between two keys can be matched.

    Raises:
        ValueError: There is no such policy, or ``min_iou`` is no share.
    """
    if policy not in ("add", "replace_source", "match"):
        raise ValueError(f"policy must be add, replace_source or match, got {policy}")
    if not 0.0 < min_iou <= 1.0:
        raise ValueError(f"min_iou must lie above 0 and be at most 1, got {min_iou}")
    return _Merge(existing, incoming, policy, min_iou, derived).plan()


def is_by_person(cuboid: Cuboid) -> bool:
    """Whether a person made, changed or confirmed a cuboid."""
    return cuboid.source == HUMAN or cuboid.confirmed_by not in (None, IMPORT)


def _sureness(cuboid: Cuboid) -> int:
    """2 for a person's work, 1 for what an import took to be right, 0 for what is unconfirmed."""
    return 2 if is_by_person(cuboid) else int(cuboid.confirmed_by is not None)


class _Merge:
    """The work of one merge: what belongs together first, then record by record."""

    def __init__(
        self, existing: LabelSet, incoming: LabelSet, policy: MergePolicy, min_iou: float, derived: Sequence[Cuboid]
    ) -> None:
        self.existing, self.incoming, self.policy = existing, incoming, policy
        self.keys = _by_track(existing.cuboids.values())
        self.incoming_keys = _by_track(incoming.cuboids.values())
        self.added: dict[RecordKind, dict[str, Any]] = {kind: {} for kind in RECORD_KINDS}
        self.updated: dict[RecordKind, dict[str, tuple[Any, Any]]] = {kind: {} for kind in RECORD_KINDS}
        self.removed: dict[RecordKind, dict[str, Any]] = {kind: {} for kind in RECORD_KINDS}
        self.counts: Counter[str] = Counter()
        # Of an incoming track to the existing one that it is taken to be, and of an incoming cuboid to that of the
        # same frame; both by id.
        self.home: dict[str, str] = {}
        self.match: dict[str, Cuboid] = {}
        # Existing cuboids that make room, and tracks that go with them.
        self.replaced: set[str] = set()
        self.leaving: set[str] = set()
        if policy == "add":
            self._pair_same()
        elif policy == "replace_source":
            self._pair_source(min_iou)
        else:
            self._pair_overlapping(min_iou, derived)
        self.places = {(key.track_id, key.frame_index) for key in existing.cuboids.values()}
        tracks = (track for track in existing.tracks.values() if track.id not in self.leaving)
        self.external_ids = {track.external_id for track in tracks}
        self.slots = {_slot(box): box for box in existing.image_boxes.values()}
        # Of an incoming track and frame to the track and the cuboid that have its values now.
        self.placed: dict[tuple[str | None, int], tuple[str, str]] = {}

    def plan(self) -> MergePlan:
        for track in self.incoming.tracks.values():
            self._merge_track(track)
        self._remove_replaced()
        for box in self.incoming.image_boxes.values():
            self._merge_image_box(box)
        self._merge_frame_states()
        counted = {f"{kind}_added": len(self.added[kind]) for kind in RECORD_KINDS}
        for kind in ("tracks", "cuboids", "image_boxes"):
            counted |= {f"{kind}_updated": len(self.updated[kind]), f"{kind}_removed": len(self.removed[kind])}
        return MergePlan(
            {kind: tuple(records.values()) for kind, records in self.added.items() if records},
            {kind: tuple(pairs.values()) for kind, pairs in self.updated.items() if pairs},
            {kind: tuple(records.values()) for kind, records in self.removed.items() if records},
            MergeCounts(**counted, **self.counts),
        )

    def _pair_same(self) -> None:
        """A track is one that exists where none of its cuboids says anything else than what is there."""
        for track in self.incoming.tracks.values():
            same = self.existing.tracks.get(track.id)
            if same is None or (same.category, same.external_id) != (track.category, track.external_id):
                continue
            frames = {key.frame_index: key for key in self.keys[track.id]}
            pairs = [(frames.get(key.frame_index), key) for key in self.incoming_keys[track.id]]
            if all(old is None or (old.id == key.id and _is_same(old, key)) for old, key in pairs):
                self.home[track.id] = track.id
                self.match |= {key.id: old for old, key in pairs if old is not None}

    def _pair_source(self, min_iou: float) -> None:
        """Tracks are the same by id, cuboids by track and frame; else one is a person's where it overlaps that."""
        sources = {cuboid.source for cuboid in self.incoming.cuboids.values()}
        kept = [cuboid for cuboid in self.existing.cuboids.values() if is_by_person(cuboid)]
        self.replaced = {c.id for c in self.existing.cuboids.values() if c.source in sources and not is_by_person(c)}
        self.home = {track_id: track_id for track_id in self.incoming.tracks if track_id in self.existing.tracks}
        drawn_on = {box.track_id for box in self.existing.image_boxes.values() if box.kind == "tight"}
        self.leaving = {
            track_id
            for track_id, keys in self.keys.items()
            if track_id not in self.home and track_id not in drawn_on and all(key.id in self.replaced for key in keys)
        }
        incoming = list(self.incoming.cuboids.values())
        rows = match_cuboids(kept, incoming, min_iou, only_overlapping=True).cuboids.tolist()
        places = {(key.track_id, key.frame_index): key for key in self.existing.cuboids.values()}
        for key, row in zip(incoming, rows, strict=True):
            old = places.get((key.track_id, key.frame_index))
            if row >= 0 and (old is None or not is_by_person(old)):
                old = kept[row]
            if old is not None:
                self.match[key.id] = old

    def _pair_overlapping(self, min_iou: float, derived: Sequence[Cuboid]) -> None:
        first, incoming = [*self.existing.cuboids.values(), *derived], list(self.incoming.cuboids.values())
        matches = match_cuboids(first, incoming, min_iou)
        self.home = matches.tracks
        rows = zip(incoming, matches.cuboids.tolist(), strict=True)
        self.match = {key.id: first[row] for key, row in rows if row >= 0}

    def _merge_track(self, track: Track) -> None:
        home = self.home.get(track.id)
        track_id = home or self._free_id("tracks", track.id)
        keys = self.incoming_keys[track.id]
        owners = [self._merge_cuboid(key, track_id) for key in keys]
        self._end_segments(track_id, keys, owners)
        if home is not None:
            self.counts["tracks_matched"] += 1
            self._update_track(self.existing.tracks[home], track, keys)
        elif track_id in owners or not keys:
            self.added["tracks"][track_id] = replace(
                track, id=track_id, external_id=self._free_external_id(track.external_id)
            )

    def _merge_cuboid(self, key: Cuboid, track_id: str) -> str | None:
        """Put an incoming cuboid where it belongs; the track that has a key cuboid of it in its frame then."""
        old = self.match.get(key.id)
        if old is None or old.id not in self.existing.cuboids:
            return self._add_cuboid(key, track_id if old is None else old.track_id)
        if _is_same(old, key):
            self.replaced.discard(old.id)
            self.counts["cuboids_same"] += 1
        elif self._stands(old, key):
            self.counts["cuboids_kept"] += 1
            return old.track_id
        else:
            self.replaced.discard(old.id)
            attributes = {**old.attributes, **key.attributes}
            new = replace(key, id=old.id, track_id=old.track_id, attributes=attributes)
            self.updated["cuboids"][old.id] = (old, new)
        self.placed[key.track_id, key.frame_index] = (old.track_id, old.id)
        return old.track_id

    def _add_cuboid(self, key: Cuboid, track_id: str) -> str | None:
        place = (track_id, key.frame_index)
        if place in self.places or self._follows_from_a_person(*place):
            self.counts["cuboids_kept"] += 1
            return None
        self.places.add(place)
        new = replace(key, id=self._free_id("cuboids", key.id), track_id=track_id)
        self.added["cuboids"][new.id] = new
        self.placed[key.track_id, key.frame_index] = (track_id, new.id)
        return track_id

    def _stands(self, old: Cuboid, key: Cuboid) -> bool:
        if self.policy == "replace_source":
            return old.id not in self.replaced
        return is_by_person(old) or _sureness(key) < _sureness(old)

    def _follows_from_a_person(self, track_id: str, frame_index: int) -> bool:
        """Whether what an existing track shows in a frame without a key follows from a key of a person."""
        track = self.existing.tracks.get(track_id)
        if track is None:
            return False
        keys = self.keys[track_id]
        after = bisect_left(keys, frame_index, key=lambda key: key.frame_index)
        around = keys[max(after - 1, 0) : after + 1]
        if not track.first_frame <= frame_index <= track.last_frame or not any(map(is_by_person, around)):
            return False
        is_between = 0 < after < len(keys) and not keys[after - 1].ends_segment
        return is_between or (track.is_static and not (after > 0 and keys[after - 1].ends_segment))

    def _end_segments(self, track_id: str, keys: Sequence[Cuboid], owners: Sequence[str | None]) -> None:
        """Nothing is derived from a key over the frame of the next one where that did not come to the same track."""
        for key, owner, next_owner in zip(keys, owners, owners[1:], strict=False):
            if owner == track_id != next_owner:
                self._end_segment(self.placed.get((key.track_id, key.frame_index), ("", ""))[1])

    def _end_segment(self, cuboid_id: str) -> None:
        if cuboid_id in self.added["cuboids"]:
            new = self.added["cuboids"][cuboid_id]
            self.added["cuboids"][cuboid_id] = replace(new, ends_segment=True)
        elif cuboid_id in self.updated["cuboids"]:
            old, new = self.updated["cuboids"][cuboid_id]
            self.updated["cuboids"][cuboid_id] = (old, replace(new, ends_segment=True))

    def _update_track(self, old: Track, track: Track, keys: Sequence[Cuboid]) -> None:
        """Give an existing track what came for it, but a category and answers only where nobody surer gave others."""
        standing = [key for key in self.keys[old.id] if key.id not in self.replaced]
        frames = [key.frame_index for key in keys if self._owner(track.id, key.frame_index) == old.id]
        new = old
        if not standing and self.keys[old.id]:
            new = replace(track, id=old.id, external_id=old.external_id)
        elif max(map(_sureness, keys), default=0) >= max(map(_sureness, standing), default=0) < 2:
            new = replace(old, category=track.category, attributes={**old.attributes, **track.attributes})
        elif old.category != track.category:
            self.counts["categories_kept"] += 1
        first, last = min([new.first_frame, *frames]), max([new.last_frame, *frames])
        new = replace(new, first_frame=first, last_frame=last)
        if new != old:
            self.updated["tracks"][old.id] = (old, new)

    def _owner(self, track_id: str | None, frame_index: int) -> str | None:
        """The track that has the values of an incoming track in a frame."""
        return self.placed.get((track_id, frame_index), (None, ""))[0]

    def _remove_replaced(self) -> None:
        """Take away the cuboids that made room, what belonged to them, and tracks of which nothing is left."""
        gone = [self.existing.cuboids[cuboid_id] for cuboid_id in self.replaced]
        self.removed["cuboids"] = {cuboid.id: cuboid for cuboid in gone}
        emptied = {cuboid.track_id for cuboid in gone} - {track_id for track_id, _ in self.placed.values()}
        emptied = {track_id for track_id in emptied if all(key.id in self.replaced for key in self.keys[track_id])}
        boxes = self.existing.image_boxes.values()
        emptied -= {box.track_id for box in boxes if box.kind == "tight" and box.track_id is not None}
        frames = {(cuboid.track_id, cuboid.frame_index) for cuboid in gone}
        for box in boxes:
            if box.track_id in emptied or (box.kind == "given" and (box.track_id, box.frame_index) in frames):
                self.removed["image_boxes"][box.id] = box
        for track_id in emptied:
            self.removed["tracks"][track_id] = self.existing.tracks[track_id]
            self.updated["tracks"].pop(track_id, None)

    def _merge_image_box(self, box: ImageBox) -> None:
        """A drawn box stands, a given one goes with its cuboid, a region to ignore comes where none is like it."""
        track_id = self._owner(box.track_id, box.frame_index)
        if box.track_id is not None and track_id is None:
            return
        new = replace(box, track_id=track_id)
        old = self.slots.get(_slot(new))
        if old is None:
            new = replace(new, id=self._free_id("image_boxes", box.id))
            self.added["image_boxes"][new.id] = new
            self.slots[_slot(new)] = new
        elif old.id in self.existing.image_boxes and old.kind == "given" and replace(new, id=old.id) != old:
            self.removed["image_boxes"].pop(old.id, None)
            self.updated["image_boxes"][old.id] = (old, replace(new, id=old.id))
        else:
            self.removed["image_boxes"].pop(old.id, None)

    def _merge_frame_states(self) -> None:
        """What was said of a frame stands; a frame with cuboids is not empty."""
        with_cuboids = {frame_index for _, frame_index in self.places}
        for key, state in self.incoming.frame_states.items():
            if key not in self.existing.frame_states and (
                state.state == "done" or state.frame_index not in with_cuboids
            ):
                self.added["frame_states"][key] = state

    def _free_id(self, kind: RecordKind, record_id: str) -> str:
        taken: tuple[Mapping[str, object], ...] = (getattr(self.existing, kind), self.added[kind])
        free, number = record_id, 0
        while any(free in records for records in taken):
            number += 1
            free = str(uuid5(NAMESPACE_URL, f"truebox:merge:{record_id}:{number}"))
        return free

    def _free_external_id(self, name: str | None) -> str | None:
        """The name, or None where another track has it: writers number such tracks anew."""
        if name is None or name in self.external_ids:
            return None
        self.external_ids.add(name)
        return name


def _slot(box: ImageBox) -> tuple[object, ...]:
    """What there is at most one 2D box of: a track in an image, or a region of it to ignore."""
    place = (box.frame_index, box.camera, box.kind)
    return (*place, box.track_id) if box.track_id is not None else (*place, *(round(side, 2) for side in box.ltrb_px))


def _by_track(cuboids: Iterable[Cuboid]) -> defaultdict[str, list[Cuboid]]:
    """The keys of each track, by frame."""
    keys: defaultdict[str, list[Cuboid]] = defaultdict(list)
    for cuboid in sorted(cuboids, key=lambda cuboid: cuboid.frame_index):
        keys[cuboid.track_id].append(cuboid)
    return keys


def _is_same(old: Cuboid, new: Cuboid) -> bool:
    """Whether two cuboids say the same but for rounding, whatever their ids and tracks are."""
    return (
        (old.source, old.confirmed_by, old.score, old.ends_segment)
        == (new.source, new.confirmed_by, new.score, new.ends_segment)
        and old.attributes == new.attributes
        and _is_near(old.size_lwh_m, new.size_lwh_m)
        and _is_near(old.ego_from_object.translation, new.ego_from_object.translation)
        and _is_near(old.ego_from_object.rotation, new.ego_from_object.rotation)
    )


def _is_near(left: FloatArray, right: FloatArray) -> bool:
    return left.tobytes() == right.tobytes() or bool(np.abs(left - right).max() <= ROUNDING)
