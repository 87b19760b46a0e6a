"""What a merge of labels would do, as records and in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from labels.change import RecordTable, UpdateTable


@dataclass(frozen=True)
class MergeCounts:
    """What a merge would do, in numbers.

    Attributes:
        tracks_added: New tracks.
        tracks_matched: Incoming tracks that are taken to be ones that exist.
        tracks_updated: Existing tracks that get other categories, attributes or a longer life.
        tracks_removed: Existing tracks of which nothing is left.
        cuboids_added: New key cuboids.
        cuboids_updated: Existing key cuboids that get other values.
        cuboids_removed: Existing key cuboids that go.
        cuboids_same: Incoming cuboids that exist with the same values.
        cuboids_kept: Incoming cuboids that are left out because what a person made or confirmed, or what is surer than
            they are, stands.
        categories_kept: Existing tracks that keep their category although another one came.
        image_boxes_added: New 2D boxes.
        image_boxes_updated: Existing 2D boxes that get other values.
        image_boxes_removed: Existing 2D boxes that go.
        frame_states_added: Frames that are marked as done or empty from now on.
    """

    tracks_added: int = 0
    tracks_matched: int = 0
    tracks_updated: int = 0
    tracks_removed: int = 0
    cuboids_added: int = 0
    cuboids_updated: int = 0
    cuboids_removed: int = 0
    cuboids_same: int = 0
    cuboids_kept: int = 0
    categories_kept: int = 0
    image_boxes_added: int = 0
    image_boxes_updated: int = 0
    image_boxes_removed: int = 0
    frame_states_added: int = 0


@dataclass(frozen=True)
class MergePlan:
    """What a ``LabelChange`` needs to merge labels, and how much it is.

    Attributes:
        added: New records by kind.
        updated: Pairs (from, to) by kind.
        removed: Records that go, by kind.
        counts: All of it in numbers.
    """

    added: RecordTable = field(default_factory=dict)
    updated: UpdateTable = field(default_factory=dict)
    removed: RecordTable = field(default_factory=dict)
    counts: MergeCounts = MergeCounts()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.updated or self.removed)
