"""Auto-labeling as a job: a model learns from the labelled frames and proposes labels for scenes, one after another.

What is done stays done: an interrupted training is gone on with, a trained model is kept, and so is each scene that
has its proposals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from server.autolabel.labeled_frames import LabeledProject, read_lessons
from server.autolabel.model_files import hold_models
from server.autolabel.tally import Tally
from server.jobs.context import JobContext, Report
from server.store import jobs, projects, scenes
from server.store.db import Database
from server.store.tables import JsonObject, ModelSceneRow, SceneRow

if TYPE_CHECKING:
    from server.autolabel.plan import ProposedPlan

LEARNING = 0.6
"""The share of the work that is learning, where there is any."""
FIRST_SHARE = 0.5
"""The share of that which is learning from people's frames, where the model learns further afterwards."""
Keep = Callable[[Session, JsonObject], None]


@dataclass(frozen=True)
class AutolabelOptions:
    """What is wanted.

    Attributes:
        scene_ids: The scenes to propose labels for; None for all.
        wished_error: The share of wrong boxes that the accept band may hold.
        retrain: Whether to train; None where the labelled frames changed.
        model_version: The version that proposes, untrained; None for the active one.
        self_train: Whether the model learns further from what it is sure of, where that proves to help.
    """

    scene_ids: Sequence[str] | None = None
    wished_error: float = 0.02
    retrain: bool | None = None
    model_version: int | None = None
    self_train: bool = False


def run_autolabel(context: JobContext, arguments: JsonObject) -> JsonObject:
    """The job's body."""

    def keep(session: Session, result: JsonObject) -> None:
        jobs.keep_result(session, context.job_id, result)

    return autolabel_project(
        context.database,
        context.models_dir,
        context.project_id,
        AutolabelOptions(**arguments),
        report=context.report,
        job_id=context.job_id,
        keep=keep,
    )


def autolabel_project(
    database: Database,
    models_dir: Path,
    project_id: str,
    options: AutolabelOptions,
    *,
    report: Report,
    job_id: str | None = None,
    keep: Keep = lambda _session, _result: None,
) -> JsonObject:
    """Learn from a project's labelled frames where they changed, and propose labels for its scenes.

    Args:
        database: The store.
        models_dir: The folder of model files.
        project_id: The project.
        options: What is wanted.
        report: Told how far it is.
        job_id: The job that asks; its scenes are not done again when it is resumed.
        keep: Told the result so far, in the transaction that stores a scene's proposals.

    Returns:
        As ``AutolabelResult``.

    Raises:
        NotFoundError: There is no such project or model.
        InvalidError: A scene is not one of the project's, or there is no model and none is to be trained.
        NothingToLearnError: There is no labelled cuboid to learn from.
        AlreadyRunningError: Another process labels the project.
        ModelFileDamagedError: The model's file is gone or changed.
        ModelFileError: The new model cannot be saved.
    """
    report(0.0, "reading the labelled frames")
    with database.read() as session:
        projects.get_project(session, project_id)
        rows = scenes.choose_scenes(session, project_id, options.scene_ids)
        labeled = read_lessons(session, project_id)
    with hold_models(models_dir, project_id):
        return _Run(database, models_dir, project_id, options, labeled, report, job_id, keep).all_scenes(rows)


@dataclass(frozen=True)
class _Run:
    """One run."""

    database: Database
    models_dir: Path
    project_id: str
    options: AutolabelOptions
    labeled: LabeledProject
    report: Report
    job_id: str | None
    keep: Keep

    def all_scenes(self, rows: Sequence[SceneRow]) -> JsonObject:
        """Choose the model, then go from scene to scene."""
        from formats import FormatError
        from server.autolabel.propose_scene import SceneTask, find_done, propose_for_scene
        from server.autolabel.pulse import Pulse
        from server.autolabel.self_training import Wish, self_trained, told_of
        from server.autolabel.training import Teacher, choose_model

        teacher = Teacher(self.database, self.models_dir, self.project_id, self.labeled, self.job_id)
        learnt = LEARNING * (FIRST_SHARE if self.options.self_train else 1.0)
        learning = Pulse(self.report, 0.0, learnt, "learning")
        chosen = choose_model(teacher, self.options.retrain, self.options.model_version, learning)
        first = learnt if chosen.was_trained else 0.0
        if self.options.self_train:
            further = Pulse(self.report, first, LEARNING, "learning further")
            chosen = self_trained(teacher, chosen, Wish(rows, self.options.wished_error), further)
            first = LEARNING
        tally = Tally(chosen.row, self.job_id, was_trained=chosen.was_trained)
        if self.options.self_train:
            tally.result["self_training"] = told_of(chosen.row)

        def on_stored(session: Session, summary: ModelSceneRow, plan: ProposedPlan) -> None:
            tally.add(summary, plan)
            self.keep(session, tally.result)

        task = SceneTask(self.database, chosen, self.labeled, self.options.wished_error, self.job_id, on_stored)
        count = len(rows)
        for number, row in enumerate(rows):
            done, after = (first + (1.0 - first) * (number + more) / count for more in (0, 1))
            if (summary := find_done(task, row)) is not None:
                tally.add(summary, None)
                continue
            try:
                propose_for_scene(task, row, Pulse(self.report, done, after, f"{row.name} ({number + 1} of {count})"))
            except FormatError as error:  # its folder is not there: the others need not wait for it
                tally.leave_out(row.name, error)
        return tally.result
