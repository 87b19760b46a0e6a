"""What a job of auto-labeling did so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store.tables import JsonObject, ModelRow, ModelSceneRow

if TYPE_CHECKING:
    from server.autolabel.plan import ProposedPlan


class Tally:
    """The result of a run, scene by scene, as ``AutolabelResult``."""

    def __init__(self, row: ModelRow, job_id: str | None, *, was_trained: bool) -> None:
        """Nothing is proposed yet.

        Args:
            row: The model.
            job_id: The job that asks.
            was_trained: Whether the run, or the part of it before an interruption, trained the model.
        """
        self._job_id = job_id
        self.result: JsonObject = {
            "model_version": row.version,
            "was_trained": was_trained,
            "scene_ids": [],
            "scenes": 0,
            "scenes_kept": 0,
            "tracks": 0,
            "cuboids": 0,
            "removed_cuboids": 0,
            "bands": {},
            "box_counts": row.box_counts,
            "scores": row.scores,
            "train_s": row.train_s,
            "self_training": None,
            "warnings": list(row.warnings),
        }

    def add(self, summary: ModelSceneRow, plan: ProposedPlan | None) -> None:
        """A scene got its proposals; without a plan it has had them since before."""
        result = self.result
        result["scenes"] += 1
        result["scenes_kept"] += plan is None
        result["tracks"] += summary.track_count
        result["cuboids"] += summary.cuboid_count
        bands = result["bands"]
        result["bands"] = {band: bands.get(band, 0) + summary.bands.get(band, 0) for band in {*bands, *summary.bands}}
        if plan is not None:
            result["removed_cuboids"] += len(plan.old_cuboids)
        is_own = self._job_id is not None and summary.job_id == self._job_id
        if is_own if plan is None else not plan.is_empty:
            result["scene_ids"].append(summary.scene_id)

    def leave_out(self, scene_name: str, error: Exception) -> None:
        """A scene could not be looked at."""
        self.result["warnings"].append(f"{scene_name} is left out: {error}")
