"""Labels or predictions into scenes that a project has: planned scene by scene, and made if that is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy.orm import Session

from labels import (
    Cuboid,
    LabelChange,
    LabelSet,
    Resolver,
    StaleRevisionError,
    Taxonomy,
    encode_change,
)
from labels.merge import MergePolicy, plan_merge
from labels.merge_plan import MergeCounts, MergePlan
from server.clock import utc_now
from server.errors import InvalidError, NotFoundError
from server.inspection import describe_categories
from server.jobs.context import Report
from server.scene_cache import open_stored_scene
from server.store import labels as label_store
from server.store import projects, scenes
from server.store.db import Database
from server.store.tables import JsonObject, SceneRow
from server.store.taxonomies import decode_taxonomy, encode_taxonomy, extended

if TYPE_CHECKING:
    from formats import Dataset
    from formats.mapping import CategoryMapping
    from fusion import Problem, Scene

TRIES = 4
"""How often a plan is made anew because somebody saved meanwhile."""


@dataclass(frozen=True)
class Incoming:
    """Labels on their way into one scene.

    Attributes:
        row: The scene.
        scene: The same, open.
        labels: What comes, on the scene's frames and in the project's words.
        problems: What was assumed or left out.
        unmatched_frames: How many frames with labels the scene does not have.
        used: The tracks of each category, by the names that they came with.
    """

    row: SceneRow
    scene: Scene
    labels: LabelSet
    problems: Sequence[Problem]
    unmatched_frames: int
    used: Counter[str]


@dataclass(frozen=True)
class _Merge:
    """What to do with labels that come."""

    database: Database
    project_id: str
    dataset: Dataset
    taxonomy: Taxonomy
    mapping: CategoryMapping
    policy: MergePolicy
    min_iou: float
    dry_run: bool


def merge_labels(
    database: Database,
    project_id: str,
    path: Path,
    format: str | None,  # noqa: A002
    *,
    assume: Mapping[str, str] = MappingProxyType({}),
    mapping: Mapping[str, str | None] | None = None,
    unknown: Literal["keep", "drop"] = "keep",
    policy: MergePolicy = "match",
    min_iou: float = 0.5,
    onto: Sequence[str] | None = None,
    source: str | None = None,
    dry_run: bool = False,
    report: Report = lambda _progress, _message: None,
) -> JsonObject:
    """Put the labels of a dataset into scenes of a project, each as one label change.

    Args:
        database: The store.
        project_id: The project.
        path: The dataset.
        format: Its format; found out where None.
        assume: How what the format leaves open was settled: question to answer.
        mapping: What the labels' categories become; None for the project's nearest names.
        unknown: What happens to categories that neither the mapping nor the project has.
        policy: What happens where labels exist; see ``labels.merge.plan_merge``.
        min_iou: How much two cuboids of one object overlap at least.
        onto: Ids of the scenes that may get labels; None for all of the project.
        source: What the cuboids are to be known as, such as ``model:pillar@3``, unconfirmed; None as the format says.
        dry_run: Whether to say what would happen and write nothing.
        report: Told how far it is.

    Returns:
        ``scenes`` (that labels were found for), ``counts`` (as ``MergeCounts``) and ``unmatched_frames``. Of a dry run
        ``categories``, ``project_categories`` and ``problems`` with ``path`` and ``message``; else ``scene_ids`` of
        those that changed, and how many ``problems``.

    Raises:
        FormatError: The path is no dataset.
        InvalidError: The format has no labels.
        NotFoundError: There is no such project or scene.
        ValueError: There is no such format, question, answer or policy.
    """
    from formats import get_format, open_dataset
    from formats.mapping import CategoryMapping, default_mapping, given_mapping

    report(0.0, f"looking through {path.name}")
    dataset = open_dataset(path, format, assume)
    item = get_format(dataset.format)
    if not item.can_read_labels:
        raise InvalidError(f"{path}: {item.name} holds no labels")
    with database.read() as session:
        taxonomy = decode_taxonomy(projects.get_project(session, project_id).taxonomy)
        rows = _chosen(scenes.list_scenes(session, project_id), onto)
    own = dataset.taxonomy or item.default_taxonomy
    named = default_mapping(own, taxonomy, unknown)
    if mapping is not None:
        named = given_mapping(CategoryMapping(mapping, unknown), own, taxonomy)
    merge = _Merge(database, project_id, dataset, taxonomy, named, policy, min_iou, dry_run)
    total: Counter[str] = Counter({field.name: 0 for field in fields(MergeCounts)})
    result: JsonObject = {"scenes": 0, "scene_ids": [], "unmatched_frames": 0}
    problems = list(dataset.problems)
    used: Counter[str] = Counter()
    pairs = list(_pairs(dataset, rows, problems))
    for index, (scene, row) in enumerate(pairs):
        report(index / len(pairs), f"{row.name} ({index + 1} of {len(pairs)})")
        incoming = _read(merge, scene, row, source)
        problems += incoming.problems
        used += incoming.used
        result["scenes"] += 1
        result["unmatched_frames"] += incoming.unmatched_frames
        plan = _merge_scene(merge, incoming)
        total.update(asdict(plan.counts))
        if not plan.is_empty:
            result["scene_ids"].append(row.id)
    result["counts"] = dict(total)
    if not dry_run:
        return result | {"problems": len(problems)}
    del result["scene_ids"]
    return result | {
        "categories": describe_categories(used, own, taxonomy),
        "project_categories": [category.name for category in taxonomy.categories],
        "problems": [{"path": problem.path, "message": problem.message} for problem in problems],
    }


def _chosen(rows: Sequence[SceneRow], onto: Sequence[str] | None) -> list[SceneRow]:
    if onto is None:
        return list(rows)
    by_id = {row.id: row for row in rows}
    if missing := [scene_id for scene_id in onto if scene_id not in by_id]:
        raise NotFoundError(f"the project has no scene {missing[0]}")
    return [by_id[scene_id] for scene_id in dict.fromkeys(onto)]


def _pairs(dataset: Dataset, rows: Sequence[SceneRow], problems: list[Problem]) -> Iterator[tuple[Scene, SceneRow]]:
    """Which scene gets the labels of which: the one of the same name; where there is one of each, that one."""
    from fusion import Problem

    if len(dataset.scenes) == len(rows) == 1:
        yield dataset.scenes[0], rows[0]
        return
    for scene in dataset.scenes:
        named = [row for row in rows if scene.name in (row.source_name, row.name)]
        if len(named) == 1:
            yield scene, named[0]
        else:
            found = f"{len(named)} scenes are" if named else "no scene is"
            problems.append(
                Problem(scene.name, f"its labels are left out: {found} called so; choose the one to get them")
            )


def _read(merge: _Merge, source_scene: Scene, row: SceneRow, source: str | None) -> Incoming:
    from formats import get_format
    from formats.attach import attach_labels, match_frames
    from formats.mapping import map_labels
    from fusion import Problem

    scene = open_stored_scene(row)
    reading = get_format(merge.dataset.format).read_labels(source_scene)
    labels = reading.labels if source is None else known_as(reading.labels, source)
    attached = attach_labels(map_labels(labels, merge.mapping), source_scene, scene)
    frames = match_frames(source_scene, scene).target_from_source
    found = [Problem(f"{source_scene.name}/{problem.path}", problem.message) for problem in reading.problems]
    return Incoming(
        row,
        scene,
        attached.labels,
        [*found, *attached.problems],
        len({cuboid.frame_index for cuboid in labels.cuboids.values()} - set(frames)),
        Counter(track.category for track in labels.tracks.values()),
    )


def known_as(labels: LabelSet, source: str) -> LabelSet:
    """The labels as unconfirmed ones of a source, with ids of their own: they are not those of another import."""

    def own_id(record_id: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"truebox:{source}:{record_id}"))

    tracks = [replace(track, id=own_id(track.id)) for track in labels.tracks.values()]
    cuboids = [
        replace(cuboid, id=own_id(cuboid.id), track_id=own_id(cuboid.track_id), source=source, confirmed_by=None)
        for cuboid in labels.cuboids.values()
    ]
    boxes = [
        replace(box, id=own_id(box.id), track_id=own_id(box.track_id))
        for box in labels.image_boxes.values()
        if box.track_id is not None
    ]
    return replace(
        labels,
        tracks={track.id: track for track in tracks},
        cuboids={cuboid.id: cuboid for cuboid in cuboids},
        image_boxes={box.id: box for box in boxes},
        frame_states={},
    )


def _merge_scene(merge: _Merge, incoming: Incoming) -> MergePlan:
    """Plan the merge of one scene and make it; anew where somebody saved the same records meanwhile."""
    plan = MergePlan()
    for tries_left in reversed(range(TRIES)):
        with merge.database.read() as session:
            existing = label_store.load_label_set(session, incoming.row.id)
        derived = _derived(existing, incoming) if merge.policy == "match" else []
        plan = plan_merge(existing, incoming.labels, merge.policy, merge.min_iou, derived)
        if merge.dry_run or plan.is_empty:
            break
        try:
            with merge.database.write() as session:
                _extend_taxonomy(session, merge, incoming.labels)
                _append(session, merge, incoming.row.id, plan, existing.revision)
            break
        except StaleRevisionError:
            if not tries_left:
                raise
    return plan


def _derived(existing: LabelSet, incoming: Incoming) -> list[Cuboid]:
    """What the existing keys say of those frames that labels come for."""
    resolver = Resolver(existing, incoming.scene.frame_times_ns, incoming.scene.trajectory)
    frames = sorted({cuboid.frame_index for cuboid in incoming.labels.cuboids.values()})
    resolved = (
        resolver.track_in_frame(track.id, frame_index)
        for track in existing.tracks.values()
        for frame_index in frames
        if track.first_frame <= frame_index <= track.last_frame
    )
    return [found.cuboid for found in resolved if found is not None and not found.is_key]


def _append(session: Session, merge: _Merge, scene_id: str, plan: MergePlan, base_revision: int) -> None:
    author = f"import:{merge.dataset.format}"
    change = LabelChange(
        change_id=str(uuid4()),
        scene_id=scene_id,
        author=author,
        time=utc_now(),
        base_revision=base_revision,
        added=plan.added,
        updated=plan.updated,
        removed=plan.removed,
    )
    body = encode_change(change)
    label_store.name_as_stored(session, scene_id, body)
    label_store.append_change(session, scene_id, body, author)


def _extend_taxonomy(session: Session, merge: _Merge, labels: LabelSet) -> None:
    """Let the project have the categories that come and are new to it."""
    from formats import get_format

    project = projects.get_project(session, merge.project_id)
    before = decode_taxonomy(project.taxonomy)
    used = {track.category for track in labels.tracks.values()}
    own = merge.dataset.taxonomy or get_format(merge.dataset.format).default_taxonomy
    categories = tuple(replace(row, parent=None) for row in own.categories if row.name in used)
    after = extended(before, Taxonomy(own.name, own.version, categories), used)
    if after != before:
        project.taxonomy = encode_taxonomy(after)
        session.flush()
