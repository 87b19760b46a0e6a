"""From rows of models and proposals to schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.schemas import autolabel as wire
from server.store.tables import ModelRow, ModelSceneRow, ProposedTrackRow, SceneRow

SceneNames = Mapping[str, str]


def model_view(row: ModelRow, names: SceneNames, proposed: Sequence[ModelSceneRow]) -> wire.AutolabelModel:
    """A version as the browser sees it.

    Args:
        row: The version.
        names: The project's scenes, by id.
        proposed: What it proposed.
    """
    return wire.AutolabelModel.model_validate(
        {
            "version": row.version,
            "state": row.state,
            "created_at": row.created_at,
            "error": row.error,
            "learned_from": [
                {"scene_id": scene_id, "scene_name": names.get(scene_id), **said}
                for scene_id, said in row.learned_from.items()
            ],
            "box_counts": row.box_counts,
            "scores": row.scores,
            "warnings": row.warnings,
            "train_s": row.train_s,
            "scene_count": len(proposed),
            "track_count": sum(each.track_count for each in proposed),
            "cuboid_count": sum(each.cuboid_count for each in proposed),
        }
    )


def compared_values(a: Mapping[str, float], b: Mapping[str, float]) -> list[wire.ComparedValue]:
    """Figures side by side, by name."""
    return [wire.ComparedValue(name=name, a=a.get(name), b=b.get(name)) for name in sorted({*a, *b})]


def compared_scenes(
    rows: Iterable[SceneRow], a: Mapping[str, ModelSceneRow], b: Mapping[str, ModelSceneRow]
) -> list[wire.ComparedScene]:
    """What two models proposed for each scene that one of them saw."""
    return [
        wire.ComparedScene(
            scene_id=row.id,
            scene_name=row.name,
            a=_scene_proposals(a.get(row.id)),
            b=_scene_proposals(b.get(row.id)),
        )
        for row in rows
        if row.id in a or row.id in b
    ]


def queue_view(tracks: Iterable[tuple[ProposedTrackRow, str]], waiting: Mapping[str, int]) -> list[wire.ProposedTrack]:
    """Tracks that wait for somebody, where a second of looking puts most right first; then those that are done."""
    shown = [_track(row, category, min(waiting.get(row.track_id, 0), row.frame_count)) for row, category in tracks]
    return sorted(shown, key=_place)


def _place(track: wire.ProposedTrack) -> tuple[bool, float, str]:
    return track.unconfirmed_count == 0, -track.expected_corrections / track.expected_seconds, track.track_id


def _track(row: ProposedTrackRow, category: str, unconfirmed: int) -> wire.ProposedTrack:
    return wire.ProposedTrack.model_validate(
        {
            "track_id": row.track_id,
            "category": category,
            "band": row.band,
            "score": row.score,
            "reasons": row.reasons,
            "first_frame": row.first_frame,
            "last_frame": row.last_frame,
            "frame_count": row.frame_count,
            "unconfirmed_count": unconfirmed,
            "expected_corrections": row.expected_corrections,
            "expected_seconds": row.expected_seconds,
            "faces": row.faces,
        }
    )


def _scene_proposals(row: ModelSceneRow | None) -> wire.SceneProposals | None:
    if row is None:
        return None
    return wire.SceneProposals(
        revision=row.revision,
        proposed_at=row.proposed_at,
        tracks=row.track_count,
        cuboids=row.cuboid_count,
        bands=wire.BandCounts.model_validate(row.bands),
    )
