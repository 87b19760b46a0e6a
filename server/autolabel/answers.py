"""Answers to questions about models and what they proposed; none of it needs torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from server.autolabel.model_files import check_model_file
from server.autolabel.readiness import ReadinessOf
from server.autolabel.views import compared_scenes, compared_values, model_view, queue_view
from server.errors import NotFoundError
from server.scene_cache import SceneCache
from server.schemas import autolabel as wire
from server.store import jobs, models, projects, proposed, scenes
from server.store.db import Database
from server.store.tables import ModelRow, ModelSceneRow


class AutolabelAnswers:
    """See ``server.api.autolabel`` for what each answers."""

    def __init__(self, database: Database, opened: SceneCache, models_dir: Path) -> None:
        """As the services of the app."""
        self._database, self._models_dir = database, models_dir
        self._readiness = ReadinessOf(database, opened)

    def readiness(self, project_id: str) -> wire.Readiness:
        """Whether enough is labelled."""
        return self._readiness.project(project_id)

    def check_scenes(self, project_id: str, scene_ids: Sequence[str] | None) -> None:
        """Raise ``InvalidError`` where a scene is none of the project's; None stands for all."""
        with self._database.read() as session:
            projects.get_project(session, project_id)
            if scene_ids is not None:
                scenes.choose_scenes(session, project_id, scene_ids)

    def models(self, project_id: str) -> list[wire.AutolabelModel]:
        """The versions."""
        with self._database.read() as session:
            projects.get_project(session, project_id)
            is_busy = jobs.is_active(session, "autolabel", project_id)
            rows = models.list_models(session, project_id)
            # A training that nobody goes on with now is no version; the next job may take it up.
            return _views(session, project_id, [row for row in rows if is_busy or row.state != "training"])

    def activate(self, project_id: str, version: int) -> wire.AutolabelModel:
        """Another version proposes; raises ``ModelFileDamagedError`` where its file is not what was saved."""
        with self._database.write() as session:
            projects.get_project(session, project_id)
            row = models.get_trained(session, project_id, version)
            check_model_file(self._models_dir, row)
            models.activate(session, row)
            return _views(session, project_id, [row])[0]

    def compare(self, project_id: str, a: int | None, b: int | None) -> wire.ModelComparison:
        """Two versions."""
        with self._database.read() as session:
            projects.get_project(session, project_id)
            pair = _pair(session, project_id, a, b)
            first, second = _views(session, project_id, pair)
            before, after = (_by_scene(session, row) for row in pair)
            rows = scenes.list_scenes(session, project_id)
        return wire.ModelComparison(
            a=first,
            b=second,
            scores=compared_values(first.scores, second.scores),
            box_counts=compared_values(first.box_counts, second.box_counts),
            scenes=compared_scenes(rows, before, after),
        )

    def proposed_tracks(self, scene_id: str) -> wire.ProposedTracks:
        """The queue of a scene."""
        with self._database.read() as session:
            revision = scenes.get_scene(session, scene_id).revision
            found = proposed.model_of_scene(session, scene_id)
            tracks = queue_view(proposed.present_tracks(session, scene_id), proposed.waiting_counts(session, scene_id))
        bands = Counter(track.band for track in tracks if track.unconfirmed_count)
        return wire.ProposedTracks(
            model_version=None if found is None else found[0].version,
            revision=revision,
            wished_error=None if found is None else found[1].wished_error,
            bands=wire.BandCounts.model_validate(bands),
            tracks=tracks,
        )


def _views(session: Session, project_id: str, rows: list[ModelRow]) -> list[wire.AutolabelModel]:
    names = {row.id: row.name for row in scenes.list_scenes(session, project_id)}
    summaries = proposed.summaries(session, [row.id for row in rows])
    return [model_view(row, names, [each for each in summaries if each.model_id == row.id]) for row in rows]


def _by_scene(session: Session, row: ModelRow) -> dict[str, ModelSceneRow]:
    return {each.scene_id: each for each in proposed.summaries(session, [row.id])}


def _pair(session: Session, project_id: str, a: int | None, b: int | None) -> list[ModelRow]:
    """The versions that are meant; raises ``NotFoundError`` where there are no two."""
    trained = [row for row in models.list_models(session, project_id) if row.state in models.TRAINED]
    active = models.active(session, project_id)
    after = models.get_trained(session, project_id, b) if b is not None else active
    if a is not None:
        before: ModelRow | None = models.get_trained(session, project_id, a)
    else:
        before = next((row for row in trained if after is not None and row.version < after.version), None)
    if before is None or after is None:
        raise NotFoundError(f"there are no two models to compare; the project has {len(trained)}")
    return [before, after]
