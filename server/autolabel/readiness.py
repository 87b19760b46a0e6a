"""Whether a project's labelled frames are enough to learn from, and what to label next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from autolabel.labeled_scene import FEW_BOXES, warnings_of
from geometry.errors import TrueboxError
from server.autolabel.labeled_frames import LabeledProject, Lesson, labeled_frames, read_lesson
from server.autolabel.suggestions import suggest, suggestions
from server.scene_cache import SceneCache
from server.schemas import autolabel as wire
from server.store import models, projects, proposed, scenes
from server.store.db import Database
from server.store.tables import JsonObject, ModelRow, SceneRow

WANTED_FRAMES = 10
MOST_NEXT = 10
MOST_OPENED = 10
"""Scenes that are looked into for what to label next, where no model has seen them."""
KEPT_LESSONS = 256
LessonKey = tuple[str, int, str, frozenset[int]]


class ReadinessOf:
    """Answers by project; what labelled frames hold is kept by revision, for it is asked again and again."""

    def __init__(self, database: Database, opened: SceneCache) -> None:
        """Nothing is read before it is asked for."""
        self._database, self._opened = database, opened
        self._lessons: OrderedDict[LessonKey, Lesson] = OrderedDict()
        self._lock = threading.Lock()

    def project(self, project_id: str) -> wire.Readiness:
        """Of one project; raises ``NotFoundError``."""
        with self._database.read() as session:
            projects.get_project(session, project_id)
            rows = scenes.list_scenes(session, project_id)
            labeled = self._labeled(session, project_id, rows)
            newest, active = models.newest_trained(session, project_id), models.active(session, project_id)
            stored = proposed.stored_suggestions(session, project_id)
        return wire.Readiness(
            can_learn=bool(labeled.boxes),
            rule=labeled.rule,
            frame_count=labeled.frame_count,
            wanted_frames=WANTED_FRAMES,
            labelled=[_frames(lesson) for lesson in labeled.lessons.values()],
            categories=_needs(labeled),
            warnings=_warnings(labeled),
            next=self._next(rows, labeled, stored),
            active_version=None if active is None else active.version,
            is_up_to_date=_is_up_to_date(newest, labeled),
        )

    def _labeled(self, session: Session, project_id: str, rows: list[SceneRow]) -> LabeledProject:
        rule, frames = labeled_frames(session, project_id)
        lessons: dict[str, Lesson] = {}
        for row in rows:
            if row.id in frames:
                key = (row.id, row.revision, rule, frozenset(frames[row.id]))
                with self._lock:
                    known = self._lessons.get(key)
                lessons[row.id] = known or read_lesson(session, row, rule, frames[row.id])
                self._keep(key, lessons[row.id])
        return LabeledProject(rule, lessons)

    def _keep(self, key: LessonKey, lesson: Lesson) -> None:
        with self._lock:
            self._lessons[key] = lesson
            self._lessons.move_to_end(key)
            while len(self._lessons) > KEPT_LESSONS:
                self._lessons.popitem(last=False)

    def _next(
        self, rows: list[SceneRow], labeled: LabeledProject, stored: Mapping[str, list[JsonObject]]
    ) -> list[wire.LabelNext]:
        found: list[wire.LabelNext] = []
        unseen = [row for row in rows if row.id not in stored]
        for row in rows:
            if row.id in stored:
                found += suggestions(row, stored[row.id], _labelled_in(labeled, row))
        for row in unseen[:MOST_OPENED]:
            found += self._in_unseen(row, labeled)
        return sorted(found, key=lambda each: -each.gain)[:MOST_NEXT]

    def _in_unseen(self, row: SceneRow, labeled: LabeledProject) -> Iterator[wire.LabelNext]:
        try:
            scene = self._opened.open(row)
        except TrueboxError:  # its folder is not there: nobody can label it now
            return iter(())
        frames = _labelled_in(labeled, row)
        return suggestions(row, suggest(scene, frames, {}, labeled.boxes), frames)


def _labelled_in(labeled: LabeledProject, row: SceneRow) -> tuple[int, ...]:
    lesson = labeled.lessons.get(row.id)
    return () if lesson is None else lesson.frames


def _frames(lesson: Lesson) -> wire.LabeledFrames:
    return wire.LabeledFrames(scene_id=lesson.row.id, scene_name=lesson.row.name, frames=list(lesson.frames))


def _needs(labeled: LabeledProject) -> list[wire.CategoryNeed]:
    return [
        wire.CategoryNeed(
            category=category,
            boxes=boxes,
            tracks=sum(len(lesson.tracks.get(category, ())) for lesson in labeled.lessons.values()),
            wanted=FEW_BOXES,
        )
        for category, boxes in labeled.boxes.items()
    ]


def _warnings(labeled: LabeledProject) -> list[str]:
    if not labeled.boxes:
        return ["no labelled frame has a cuboid: label about ten frames and close them as done"]
    found = list(warnings_of(labeled.boxes))
    if labeled.frame_count < WANTED_FRAMES:
        found.append(f"{labeled.frame_count} labelled frames; about {WANTED_FRAMES} are wanted")
    return found


def _is_up_to_date(newest: ModelRow | None, labeled: LabeledProject) -> bool:
    return newest is not None and newest.lesson == labeled.digest
