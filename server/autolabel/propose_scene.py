"""One scene gets a model's proposals: computed, planned against the labels as they are then, stored as one change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from labels import LabelSet, StaleRevisionError, encode_change
from server.autolabel.faces import faces_of
from server.autolabel.labeled_frames import LabeledProject
from server.autolabel.overlaps import SceneTimes
from server.autolabel.plan import ProposedPlan, plan_proposals
from server.autolabel.pulse import Pulse
from server.autolabel.queue import expected
from server.autolabel.suggestions import suggest
from server.autolabel.training import ChosenModel
from server.clock import utc_now
from server.scene_cache import open_stored_scene
from server.store import labels as label_store
from server.store import projects, proposed
from server.store.db import Database
from server.store.labels import PreparedChange
from server.store.proposed import FEW_SHOT
from server.store.tables import JsonObject, ModelSceneRow, ProposedTrackRow, SceneRow

if TYPE_CHECKING:
    from autolabel.labeled_scene import LabeledScene
    from autolabel.proposal import Proposal
    from fusion import Scene

TRIES = 4
"""How often a plan is made anew because somebody saved meanwhile."""
Keep = Callable[[Session, ModelSceneRow, ProposedPlan], None]


@dataclass(frozen=True)
class SceneTask:
    """What to do for each scene.

    Attributes:
        database: The store.
        chosen: The model that proposes.
        labeled: The labelled frames it knows.
        wished_error: The share of wrong boxes that the accept band may hold.
        job_id: The job that asks; None where a command does.
        keep: Told what was stored, in the same transaction.
    """

    database: Database
    chosen: ChosenModel
    labeled: LabeledProject
    wished_error: float
    job_id: str | None
    keep: Keep

    def frames_of(self, row: SceneRow) -> tuple[int, ...]:
        """The labelled frames of a scene."""
        lesson = self.labeled.lessons.get(row.id)
        return () if lesson is None else lesson.frames

    @property
    def source(self) -> str:
        """What the cuboids are known as, and who their author is."""
        return f"{FEW_SHOT}{self.chosen.row.version}"


def find_done(task: SceneTask, row: SceneRow) -> ModelSceneRow | None:
    """What this model proposed for a scene before: for this job, or nobody touched the labels since; else None."""
    with task.database.read() as session:
        before = proposed.find_summary(session, task.chosen.row.id, row.id)
        now = session.get(SceneRow, row.id)
    if before is None or now is None:
        return None
    is_own = task.job_id is not None and before.job_id == task.job_id
    is_same = before.revision == now.revision and before.wished_error == task.wished_error
    return before if is_own or is_same else None


def propose_for_scene(task: SceneTask, row: SceneRow, pulse: Pulse) -> None:
    """Compute a scene's proposals and store them.

    Raises:
        FormatError: Its folder is gone.
        StaleRevisionError: People changed the same records again and again.
    """
    scene = open_stored_scene(row)
    proposals = _propose(task, row, scene, pulse)
    for tries_left in reversed(range(TRIES)):
        try:
            _store(task, row, scene, proposals)
            return
        except StaleRevisionError:
            if not tries_left:
                raise


def _propose(task: SceneTask, row: SceneRow, scene: Scene, pulse: Pulse) -> list[Proposal]:
    from autolabel.propose import ProposeOptions, propose
    from autolabel.stopping import Stopped

    told = told_scene(task.labeled, row, scene)
    with pulse.stopping(Stopped):
        return propose(
            scene,
            told.recording,
            task.chosen.model,
            told,
            options=ProposeOptions(wished_error=task.wished_error),
            progress=pulse.progress,
            should_stop=pulse.should_stop,
        )


def told_scene(labeled: LabeledProject, row: SceneRow, scene: Scene) -> LabeledScene:
    """A scene with the frames that people labelled, perhaps none."""
    from autolabel.labeled_scene import LabeledScene
    from autolabel.recording import Recording

    lesson = labeled.lessons.get(row.id)
    labels, frames = (LabelSet(), ()) if lesson is None else (lesson.labels, lesson.frames)
    return LabeledScene.of(scene, Recording.of(scene), labels, frames)


def _store(task: SceneTask, row: SceneRow, scene: Scene, proposals: Sequence[Proposal]) -> None:
    """Plan against the labels as they are; write labels and what is known of the proposals in one transaction."""
    with task.database.read() as session:
        labels = label_store.load_label_set(session, row.id)
        own = proposed.own_records(session, row.id)
        known = _categories(session, row.project_id)
    wanted = [each for each in proposals if each.category in known]
    times = SceneTimes(scene.frame_times_ns, scene.trajectory)
    plan = plan_proposals(labels, own, wanted, task.source, times, task.frames_of(row))
    following = suggest(scene, task.frames_of(row), plan.tracks, task.labeled.boxes)
    # Read before the transaction: others may save meanwhile.
    prepared = _prepared(task, row, plan, labels.revision)
    with task.database.write() as session:
        revision = session.get_one(SceneRow, row.id).revision
        if prepared is not None:
            revision = label_store.append_prepared(session, row.id, prepared).revision
        summary = _summary(task, row, plan, revision, following)
        proposed.replace_proposed(session, row.id, summary, _rows(task, row, plan.tracks))
        task.keep(session, summary, plan)


def _prepared(task: SceneTask, row: SceneRow, plan: ProposedPlan, base_revision: int) -> PreparedChange | None:
    """The plan as a change to be stored; None where nothing changes."""
    if plan.is_empty:
        return None
    body = encode_change(plan.change(row.id, task.source, base_revision))
    with task.database.read() as session:
        label_store.name_as_stored(session, row.id, body)
    return label_store.prepare_change(body, task.source)


def _categories(session: Session, project_id: str) -> set[str]:
    taxonomy = projects.get_project(session, project_id).taxonomy
    return {category["name"] for category in taxonomy["categories"]}


def _summary(
    task: SceneTask, row: SceneRow, plan: ProposedPlan, revision: int, following: list[JsonObject]
) -> ModelSceneRow:
    return ModelSceneRow(
        model_id=task.chosen.row.id,
        scene_id=row.id,
        job_id=task.job_id,
        revision=revision,
        proposed_at=utc_now(),
        wished_error=task.wished_error,
        track_count=len(plan.tracks),
        cuboid_count=len(plan.new_cuboids),
        bands=dict(Counter(each.band for each in plan.tracks.values())),
        label_next=following,
    )


def _rows(task: SceneTask, row: SceneRow, tracks: Mapping[str, Proposal]) -> list[ProposedTrackRow]:
    rows = []
    for track_id, proposal in tracks.items():
        worth = expected(proposal.score, len(proposal.boxes_ego))
        rows.append(
            ProposedTrackRow(
                scene_id=row.id,
                track_id=track_id,
                model_id=task.chosen.row.id,
                band=proposal.band,
                score=proposal.score,
                reasons=list(proposal.reasons),
                first_frame=proposal.first_frame,
                last_frame=proposal.last_frame,
                frame_count=len(proposal.boxes_ego),
                expected_corrections=worth.corrections,
                expected_seconds=worth.seconds,
                faces=faces_of(proposal),
            )
        )
    return rows
