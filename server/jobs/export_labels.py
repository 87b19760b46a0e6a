"""Export: the labels of a project's scenes in other people's form, as a folder or as an archive to download."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from server.errors import InvalidError
from server.inspection import describe_categories
from server.jobs.context import JobContext, Report
from server.scene_cache import open_stored_scene
from server.store import labels, projects, scenes
from server.store.db import Database
from server.store.tables import JsonObject, SceneRow
from server.store.taxonomies import decode_taxonomy

if TYPE_CHECKING:
    from formats import Loss, SceneExport
    from formats.mapping import CategoryMapping
    from labels import LabelSet, Taxonomy


def run_export(context: JobContext, arguments: JsonObject) -> JsonObject:
    """The job's body: write a folder, then pack it."""
    exports = collect_exports(context.database, context.project_id, arguments)
    with context.database.read() as session:
        project_name = projects.get_project(session, context.project_id).name
    folder = context.exports_dir / context.job_id
    folder.mkdir(parents=True, exist_ok=True)
    file_name = f"{_file_name(project_name)}-{arguments['format']}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as work:
        rows = write_exports(exports, arguments["format"], Path(work), context.report)
        _pack(Path(work), folder / file_name, context.report)
    return {
        "download_url": f"/api/jobs/{context.job_id}/download",
        "file_name": file_name,
        "scenes": len(exports),
        "rows": rows,
        "losses": describe_losses(exports, arguments["format"]),
    }


def check_export(database: Database, project_id: str, arguments: JsonObject) -> JsonObject:
    """What an export would write and lose, without writing."""
    from formats import get_format
    from formats.selection import select_cuboids

    taxonomy, _, label_sets = _read(database, project_id, arguments)
    target = get_format(arguments["format"]).default_taxonomy
    exports = collect_exports(database, project_id, arguments)
    selections = [select_cuboids(export) for export in exports]
    return {
        "categories": describe_categories(_used(label_sets), taxonomy, target),
        "format_categories": [category.name for category in target.categories],
        "scenes": len(exports),
        "cuboids": sum(len(selection.cuboids) for selection in selections),
        "unconfirmed": sum(selection.unconfirmed_count for selection in selections),
        "losses": describe_losses(exports, arguments["format"]),
    }


def collect_exports(database: Database, project_id: str, arguments: JsonObject) -> list[SceneExport]:
    """The scenes with their labels as they are now.

    Raises:
        NotFoundError: No such project.
        InvalidError: A scene is not one of the project's, or there is none.
        FormatError: The folder of a scene is gone.
    """
    from formats import ExportOptions, SceneExport
    from formats.mapping import map_labels

    options = ExportOptions(
        sources=_optional_tuple(arguments["sources"]),
        include_unconfirmed=arguments["include_unconfirmed"],
        derive_2d=arguments["derive_2d"],
    )
    taxonomy, rows, label_sets = _read(database, project_id, arguments)
    mapping = _mapping(arguments, taxonomy, label_sets)
    opened = [open_stored_scene(row) for row in rows]
    names = unique_names([scene.name for scene in opened])
    return [
        SceneExport(replace(scene, name=name), map_labels(label_set, mapping), options, taxonomy=taxonomy)
        for scene, name, label_set in zip(opened, names, label_sets, strict=True)
    ]


def _read(
    database: Database, project_id: str, arguments: JsonObject
) -> tuple[Taxonomy, list[SceneRow], list[LabelSet]]:
    """What the project labels, and the chosen scenes with their labels."""
    with database.read() as session:
        taxonomy = decode_taxonomy(projects.get_project(session, project_id).taxonomy)
        rows = _chosen(scenes.list_scenes(session, project_id), arguments["scene_ids"])
        return taxonomy, rows, [labels.load_label_set(session, row.id) for row in rows]


def _used(label_sets: Sequence[LabelSet]) -> Counter[str]:
    return Counter(track.category for label_set in label_sets for track in label_set.tracks.values())


def _mapping(arguments: JsonObject, taxonomy: Taxonomy, label_sets: Sequence[LabelSet]) -> CategoryMapping:
    """What becomes of each category: what a person chose, by default the format's nearest names."""
    from formats import get_format
    from formats.mapping import CategoryMapping, default_mapping, given_mapping

    target, unknown = get_format(arguments["format"]).default_taxonomy, arguments.get("unknown", "keep")
    given = arguments.get("mapping")
    if given is None:
        mapping = default_mapping(taxonomy, target, unknown)
    else:
        mapping = given_mapping(CategoryMapping(given, unknown), taxonomy, target)
    wanted = arguments["categories"]
    # Chosen by the project's names, which are gone once the labels are mapped.
    left_out = {} if wanted is None else dict.fromkeys(_used(label_sets).keys() - set(wanted))
    return replace(mapping, to={**mapping.to, **left_out})


def write_exports(exports: Sequence[SceneExport], format_name: str, out: Path, report: Report) -> int:
    """Write all scenes below a folder; the number of rows."""
    from formats import get_format

    item = get_format(format_name)
    rows = 0
    for index, export in enumerate(exports):
        report(0.9 * index / len(exports), f"{export.scene.name} ({index + 1} of {len(exports)})")
        rows += item.write_labels(export, out).rows
    return rows


def describe_losses(exports: Sequence[SceneExport], format_name: str) -> list[JsonObject]:
    """What the format cannot hold, and scenes that go by another name."""
    from formats import Loss, get_format

    losses: list[Loss] = list(get_format(format_name).losses(exports))
    renamed = [export.scene.name for export in exports if re.search(r"~\d+$", export.scene.name)]
    if renamed:
        losses.append(Loss(f"scenes share a name; the later ones are written as {', '.join(renamed)}", len(renamed)))
    return [{"message": loss.message, "count": loss.count} for loss in losses]


def unique_names(names: Sequence[str]) -> list[str]:
    """The names, where the second of a kind becomes ``name~2``: two datasets may both have a scene 0003."""
    seen: Counter[str] = Counter()
    unique: list[str] = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return unique


def _chosen(rows: Sequence[SceneRow], scene_ids: Sequence[str] | None) -> list[SceneRow]:
    if scene_ids is not None:
        by_id = {row.id: row for row in rows}
        if unknown := [scene_id for scene_id in scene_ids if scene_id not in by_id]:
            raise InvalidError(f"scene_ids: the project has no scene {unknown[0]}")
        rows = [by_id[scene_id] for scene_id in dict.fromkeys(scene_ids)]
    if not rows:
        raise InvalidError("there is no scene to export")
    return list(rows)


def _optional_tuple(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _pack(folder: Path, archive: Path, report: Report) -> None:
    """Pack file by file, so that no export is too large for the memory."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    partial = archive.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packed:
        for index, path in enumerate(files):
            report(0.9 + 0.1 * index / len(files), f"packing {index + 1} of {len(files)} files")
            packed.write(path, path.relative_to(folder))
    shutil.move(partial, archive)


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "labels"
