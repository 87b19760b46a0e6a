"""Which model proposes: the one there is, or one that learns from the labelled frames as they are now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geometry.errors import TrueboxError
from server.autolabel import model_files
from server.autolabel.labeled_frames import LabeledProject
from server.autolabel.pulse import Pulse
from server.errors import InvalidError, ModelFileDamagedError
from server.scene_cache import open_stored_scene
from server.store import models, projects
from server.store.db import Database
from server.store.tables import ModelRow
from server.store.taxonomies import decode_taxonomy

if TYPE_CHECKING:
    from autolabel.labeled_scene import LabeledScene
    from autolabel.learn import Learned
    from autolabel.training.model_file import Model


@dataclass(frozen=True)
class Teacher:
    """Where models are kept and what they learn from.

    Attributes:
        database: The store.
        models_dir: The folder of model files.
        project_id: The project.
        labeled: Its labelled frames.
        job_id: The job that asks; None where a command does.
    """

    database: Database
    models_dir: Path
    project_id: str
    labeled: LabeledProject
    job_id: str | None = None


@dataclass(frozen=True, eq=False)
class ChosenModel:
    """The model that proposes.

    Attributes:
        row: Its row.
        model: Itself.
        was_trained: Whether it was trained just now.
    """

    row: ModelRow
    model: Model
    was_trained: bool


def choose_model(teacher: Teacher, retrain: bool | None, version: int | None, pulse: Pulse) -> ChosenModel:
    """The model to propose with.

    Args:
        teacher: The project.
        retrain: Whether to train; None where the labelled frames changed since the newest model learned from them, or
            where the active model's file is damaged.
        version: This one, untrained; None for the active one.
        pulse: Told how far it is.

    Raises:
        NothingToLearnError: There is no labelled cuboid to learn from.
        InvalidError: There is no model yet, and none is to be trained.
        ModelFileDamagedError: The model's file is gone or changed.
    """
    with teacher.database.read() as session:
        newest = models.newest_trained(session, teacher.project_id)
        row = models.active(session, teacher.project_id)
        if version is not None:
            row, retrain = models.get_trained(session, teacher.project_id, version), False
    was_trained = newest is not None and teacher.job_id is not None and newest.job_id == teacher.job_id
    if was_trained:
        row = newest
    elif retrain or (retrain is None and _has_changed(teacher, newest)):
        return train_model(teacher, pulse)
    if row is None:
        raise InvalidError("the project has no model yet; train one first")
    try:
        return ChosenModel(row, model_files.load_model(teacher.models_dir, row), was_trained)
    except ModelFileDamagedError:
        if retrain is False or not teacher.labeled.boxes:
            raise
        return train_model(teacher, pulse)


def _has_changed(teacher: Teacher, newest: ModelRow | None) -> bool:
    """Whether the labelled frames are others than the newest model learned from."""
    return newest is None or (bool(teacher.labeled.boxes) and newest.lesson != teacher.labeled.digest)


def train_model(teacher: Teacher, pulse: Pulse) -> ChosenModel:
    """Train the next version and let it propose from now on; an interrupted training is gone on with.

    Whatever goes wrong, the version that was active stays active.
    """
    from autolabel.learn import NothingToLearnError

    if not teacher.labeled.boxes:
        raise NothingToLearnError
    with teacher.database.write() as session:
        row = models.begin(session, teacher.project_id, lesson_of(teacher.labeled), teacher.job_id)
    try:
        return save_version(teacher, row, _learn(teacher, row, pulse))
    except (TrueboxError, ValueError, MemoryError) as error:
        with teacher.database.write() as session:
            models.fail(session, row.id, " ".join(str(error).split()) or type(error).__name__)
        raise


def save_version(
    teacher: Teacher, row: ModelRow, learned: Learned, more_scores: Mapping[str, float] | None = None
) -> ChosenModel:
    """Keep what was learnt as the version that was begun, and let it propose from now on.

    Raises:
        ModelFileError: It cannot be written; the version that was active stays active.
    """
    digest = model_files.save_model(teacher.models_dir, row, learned.model)
    scores = {**learned.scores, **(more_scores or {})}
    with teacher.database.write() as session:
        kept = session.get_one(ModelRow, row.id)
        kept.file_digest, kept.box_counts, kept.scores = digest, dict(learned.counts), _finite(scores)
        kept.warnings, kept.train_s = list(learned.warnings), learned.train_s
        models.activate(session, kept)
    return ChosenModel(kept, learned.model, was_trained=True)


def _finite(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores that are numbers: of a category that no frame held back shows there is none."""
    return {name: float(score) for name, score in scores.items() if math.isfinite(score)}


def lesson_of(labeled: LabeledProject) -> models.Lesson:
    """What a version is to learn from."""
    learned_from = {
        scene_id: {"revision": lesson.labels.revision, "frames": list(lesson.frames)}
        for scene_id, lesson in labeled.lessons.items()
    }
    return models.Lesson(labeled.digest, learned_from, labeled.boxes)


def _learn(teacher: Teacher, row: ModelRow, pulse: Pulse) -> Learned:
    from autolabel.learn import learn
    from autolabel.stopping import Stopped

    with teacher.database.read() as session:
        taxonomy = decode_taxonomy(projects.get_project(session, teacher.project_id).taxonomy)
    checkpoint = model_files.checkpoint_path(teacher.models_dir, row)
    model_files.remove_other_checkpoints(checkpoint)
    with pulse.stopping(Stopped):
        return learn(
            labeled_scenes(teacher.labeled),
            taxonomy,
            init=_initial_model(),
            progress=pulse.progress,
            should_stop=pulse.should_stop,
            checkpoint=checkpoint,
        )


def _initial_model() -> Model:
    """The weights that came along, to begin with."""
    from autolabel.training.model_file import Model
    from autolabel.weights import INITIAL

    return Model.load(INITIAL)


def labeled_scenes(labeled: LabeledProject) -> list[LabeledScene]:
    """The scenes with labelled frames, as ``learn`` takes them."""
    from autolabel.labeled_scene import LabeledScene
    from autolabel.recording import Recording

    found = []
    for lesson in labeled.lessons.values():
        scene = open_stored_scene(lesson.row)
        found.append(LabeledScene.of(scene, Recording.of(scene), lesson.labels, lesson.frames))
    return found
