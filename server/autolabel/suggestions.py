"""What to label next: the frames of each scene that would teach most, and the best of all scenes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from autolabel.label_next import label_next
from server.schemas.autolabel import LabelNext
from server.store.tables import JsonObject, SceneRow

if TYPE_CHECKING:
    from autolabel.proposal import Proposal
    from fusion import Scene

PER_SCENE = 5


def suggest(
    scene: Scene, labeled: Collection[int], tracks: Mapping[str, Proposal], counts: Mapping[str, int]
) -> list[JsonObject]:
    """The frames of a scene that would teach most, as JSON: they are kept beside what was proposed.

    Args:
        scene: The scene.
        labeled: Its labelled frames.
        tracks: What is proposed, by track.
        counts: Labelled boxes of each category.
    """
    if not scene.frames:
        return []
    start_ns = scene.frames[0].timestamp_ns
    times_s = [(time_ns - start_ns) * 1e-9 for time_ns in scene.frame_times_ns]
    ids = list(tracks)
    found = label_next(times_s, labeled, list(tracks.values()), counts, most=PER_SCENE)
    return [
        {
            "frame_index": each.frame_index,
            "gain": each.gain,
            "track_ids": [ids[number] for number in each.doubtful],
            "rare": list(each.rare),
            "away_s": each.away_s,
        }
        for each in found
    ]


def suggestions(row: SceneRow, stored: Sequence[JsonObject], labeled: Collection[int]) -> Iterator[LabelNext]:
    """A scene's suggestions as the browser sees them, without frames that were labelled since."""
    for each in stored:
        if each["frame_index"] not in labeled:
            yield _suggestion(row, each)


def _suggestion(row: SceneRow, stored: JsonObject) -> LabelNext:
    return LabelNext(
        scene_id=row.id,
        scene_name=row.name,
        frame_index=stored["frame_index"],
        gain=stored["gain"],
        track_ids=stored["track_ids"],
        rare_categories=stored["rare"],
        away_s=stored["away_s"],
    )
