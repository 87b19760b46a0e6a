"""Learning further from what the model is sure of in scenes, as a version of its own where that proves to be better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.autolabel import model_files
from server.autolabel.propose_scene import told_scene
from server.autolabel.pulse import Pulse
from server.autolabel.training import ChosenModel, Teacher, labeled_scenes, lesson_of, save_version
from server.scene_cache import open_stored_scene
from server.store import models
from server.store.tables import JsonObject, ModelRow, SceneRow

if TYPE_CHECKING:
    from autolabel.self_training import FoundScene, SelfTrained

BEFORE, AFTER = "score_before_self_training", "score_after_self_training"
"""Among a version's scores."""
MOST_FRAMES = 1000
"""Scenes are looked at for what is sure until there are so many frames of them."""
PROPOSED = 0.4
"""The share of this work after which it is known what is sure."""


@dataclass(frozen=True)
class Wish:
    """What to learn from.

    Attributes:
        rows: The scenes to propose labels for.
        wished_error: The share of wrong boxes that the accept band may hold.
    """

    rows: Sequence[SceneRow]
    wished_error: float


def self_trained(teacher: Teacher, chosen: ChosenModel, wish: Wish, pulse: Pulse) -> ChosenModel:
    """The better of a model and what it becomes by learning further; a model for which that is known stays.

    An interrupted training is gone on with.

    Raises:
        JobCancelledError: The job was cancelled.
        ModelFileError: The new version cannot be saved.
    """
    from autolabel.training.held_out import FEWEST_FRAMES

    if BEFORE in chosen.row.scores or teacher.labeled.frame_count < FEWEST_FRAMES:
        return chosen
    outcome = _learn_further(teacher, chosen, wish, pulse)
    scores = _scores(outcome)
    if not outcome.was_kept:
        with teacher.database.write() as session:
            row = session.get_one(ModelRow, chosen.row.id)
            row.scores = row.scores | scores
        return ChosenModel(row, chosen.model, chosen.was_trained)
    with teacher.database.write() as session:
        row = models.begin(session, teacher.project_id, lesson_of(teacher.labeled), teacher.job_id)
    return save_version(teacher, row, outcome.learned, scores)


def told_of(row: ModelRow) -> JsonObject:
    """What came of it for a version, as ``SelfTraining``."""
    before, after = row.scores.get(BEFORE), row.scores.get(AFTER)
    is_better = before is not None and after is not None and after > before
    return {"was_kept": is_better, "score_before": before, "score_after": after}


def _learn_further(teacher: Teacher, chosen: ChosenModel, wish: Wish, pulse: Pulse) -> SelfTrained:
    from autolabel.learn import Learned
    from autolabel.self_training import self_train
    from autolabel.stopping import Stopped, part_of

    found = _found_scenes(teacher, chosen, wish, pulse)
    row = chosen.row
    learned = Learned(chosen.model, row.box_counts, tuple(row.warnings), row.scores, row.train_s)
    with pulse.stopping(Stopped):
        return self_train(
            learned,
            labeled_scenes(teacher.labeled),
            found,
            progress=part_of(pulse.progress, PROPOSED, 1.0),
            should_stop=pulse.should_stop,
            checkpoint=model_files.further_path(teacher.models_dir, row),
        )


def _found_scenes(teacher: Teacher, chosen: ChosenModel, wish: Wish, pulse: Pulse) -> list[FoundScene]:
    """What the model proposes for as many scenes as it is worth looking at."""
    from autolabel.propose import ProposeOptions, propose
    from autolabel.self_training import FoundScene
    from autolabel.stopping import Stopped, part_of
    from formats import FormatError

    rows = _few(wish.rows)
    found = []
    for number, row in enumerate(rows):
        try:
            scene = open_stored_scene(row)
        except FormatError:  # it is left out of what is proposed, too, and said there
            continue
        told = told_scene(teacher.labeled, row, scene)
        report = part_of(pulse.progress, PROPOSED * number / len(rows), PROPOSED * (number + 1) / len(rows))
        with pulse.stopping(Stopped):
            proposals = propose(
                scene,
                told.recording,
                chosen.model,
                told,
                options=ProposeOptions(wished_error=wish.wished_error),
                progress=report,
                should_stop=pulse.should_stop,
            )
        found.append(FoundScene(told, proposals))
    return found


def _few(rows: Sequence[SceneRow]) -> list[SceneRow]:
    """The first scenes, until they have enough frames; one at least."""
    chosen: list[SceneRow] = []
    for row in rows:
        if chosen and sum(each.frame_count for each in chosen) + row.frame_count > MOST_FRAMES:
            break
        chosen.append(row)
    return chosen


def _scores(outcome: SelfTrained) -> dict[str, float]:
    both = {BEFORE: outcome.score_before, AFTER: outcome.score_after}
    return {name: score for name, score in both.items() if score is not None}
