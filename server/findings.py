"""What the checks find in a scene: computed beside the requests, kept by revision, and given out as far as it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from server.scene_cache import SceneCache
from server.store import labels, projects, scenes
from server.store.db import Database
from server.store.taxonomies import NEW_CATEGORY_SIZE_LWH_M, decode_taxonomy

if TYPE_CHECKING:
    from fusion import Scene
    from labels import LabelSet, Taxonomy
    from quality import Finding, PointCounts

KEPT_SCENES = 16
FindingsState = Literal["computing", "ready"]
RunKey = tuple[str, bool]
"""A scene's id, and whether clouds are looked into."""


class _SupersededError(Exception):
    """Newer labels are there, or the server ends: what is being computed will not be needed."""


@dataclass(frozen=True)
class FoundInScene:
    """What is known by now.

    Attributes:
        revision: The labels that were checked.
        state: ``computing`` while the clouds are still being looked into, or newer labels are being checked.
        findings: What was found so far, in the order of ``quality.run_checks``.
    """

    revision: int
    state: FindingsState
    findings: tuple[Finding, ...]


@dataclass
class _Run:
    """The checks of one scene at one revision."""

    revision: int
    known: FoundInScene
    counts: PointCounts
    is_superseded: bool = False
    future: Future[FoundInScene] = field(default_factory=Future)


class SceneFindings:
    """Checks scenes one after another in a thread of its own; the newest revision of a scene wins.

    Label checks take less than a second. The clouds are looked into only when somebody asks for it, and later runs look
    into those only whose cuboids changed.
    """

    def __init__(self, database: Database, opened: SceneCache) -> None:
        """Nothing is computed before it is asked for."""
        self._database = database
        self._opened = opened
        self._runs: OrderedDict[RunKey, _Run] = OrderedDict()
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="checks")

    def get(self, scene_id: str, wait_s: float, *, with_points: bool) -> FoundInScene:
        """What is known of the scene's labels as they are now, after waiting that long for all of it.

        Args:
            scene_id: The scene.
            wait_s: How long to wait.
            with_points: Whether to run the checks that look into the clouds too.

        Raises:
            NotFoundError: There is no such scene.
            FormatError: Its folder is gone.
        """
        with self._database.read() as session:
            row = scenes.get_scene(session, scene_id)
        key = (scene_id, with_points)
        run = self._run_of(key, row.revision, self._opened.open(row))
        try:
            return run.future.result(timeout=wait_s)
        except (TimeoutError, _SupersededError):
            return run.known
        except Exception:
            self._drop(key, run)
            raise

    def forget(self) -> None:
        """Look into all clouds anew from now on: an import may have found changed files."""
        with self._lock:
            for run in self._runs.values():
                run.is_superseded = True
            self._runs.clear()

    def close(self) -> None:
        """End what runs at the next cloud."""
        self.forget()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _run_of(self, key: RunKey, revision: int, scene: Scene) -> _Run:
        from quality import PointCounts

        with self._lock:
            before = self._runs.get(key)
            if before is not None and before.revision >= revision:
                self._runs.move_to_end(key)
                return before
            if before is None:
                run = _Run(revision, FoundInScene(revision, "computing", ()), PointCounts())
            else:
                before.is_superseded = True
                run = _Run(revision, replace(before.known, state="computing"), before.counts)
            self._runs[key] = run
            self._runs.move_to_end(key)
            while len(self._runs) > KEPT_SCENES:
                self._runs.popitem(last=False)[1].is_superseded = True
            run.future = self._executor.submit(self._compute, key, scene, run)
        return run

    def _compute(self, key: RunKey, scene: Scene, run: _Run) -> FoundInScene:
        def stop_if_superseded() -> None:
            if run.is_superseded:
                raise _SupersededError

        scene_id, with_points = key
        stop_if_superseded()
        run.counts.on_cloud = stop_if_superseded
        with self._database.read() as session:
            label_set = labels.load_label_set(session, scene_id)
            project = projects.get_project(session, scenes.get_scene(session, scene_id).project_id)
        taxonomy = _with_known_sizes(decode_taxonomy(project.taxonomy))
        found = FoundInScene(label_set.revision, "computing", _check(scene, label_set, taxonomy, None))
        run.known = found
        if with_points and any(frame.sweeps for frame in scene.frames):
            stop_if_superseded()
            found = replace(found, findings=found.findings + _check(scene, label_set, taxonomy, run.counts))
        run.known = replace(found, state="ready", findings=_sorted(found.findings))
        return run.known

    def _drop(self, key: RunKey, run: _Run) -> None:
        """The next request tries again."""
        with self._lock:
            if self._runs.get(key) is run:
                del self._runs[key]


def _check(scene: Scene, label_set: LabelSet, taxonomy: Taxonomy, counts: PointCounts | None) -> tuple[Finding, ...]:
    """Without counts the checks that need no points, with counts those that do."""
    from formats.given import cuboid_fingerprint
    from quality import all_checks, run_checks

    rules = [check.rule for check in all_checks() if check.needs_points == (counts is not None)]
    return tuple(
        run_checks(
            scene,
            label_set,
            rules,
            taxonomy=taxonomy,
            with_points=counts is not None,
            point_counts=counts,
            fingerprint=cuboid_fingerprint,
        )
    )


def _sorted(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    from quality import finding_order

    return tuple(sorted(findings, key=finding_order))


def _with_known_sizes(taxonomy: Taxonomy) -> Taxonomy:
    """Without the categories that an import added with a size that nobody chose."""
    categories = [
        replace(category, parent=None)
        for category in taxonomy.categories
        if category.size_prior_lwh_m != NEW_CATEGORY_SIZE_LWH_M
    ]
    return replace(taxonomy, categories=tuple(categories), attributes=())
