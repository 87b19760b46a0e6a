"""Which scenes a job changed since it was looked at last."""

from __future__ import annotations

from server.store.jobs import ACTIVE
from server.store.tables import JobRow


class JobNews:
    """Scenes in jobs' results; each is told once."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._told: dict[str, set[str]] = {}

    def of(self, row: JobRow) -> list[str]:
        """Ids of scenes whose labels a job changed and that were not told before."""
        told = self._told.setdefault(row.id, set())
        new = [scene_id for scene_id in (row.result or {}).get("scene_ids", []) if scene_id not in told]
        told.update(new)
        if row.state not in ACTIVE:
            del self._told[row.id]
        return new
