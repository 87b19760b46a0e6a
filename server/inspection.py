"""What an import of a folder would do: the dataset's report, held against the project that is to get it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from formats import get_format, inspect_dataset
from formats.location import location_text
from formats.mapping import default_mapping
from fusion import why_no_registration
from labels import Category, Taxonomy
from server.default_taxonomy import default_taxonomy
from server.store import projects, scenes
from server.store.db import Database
from server.store.tables import SceneRow
from server.store.taxonomies import NEW_CATEGORY_COLOR, NEW_CATEGORY_SIZE_LWH_M, decode_taxonomy

JsonObject = dict[str, Any]


def inspect_for_project(
    database: Database,
    folder: Path,
    format: str | None,  # noqa: A002
    assume: Mapping[str, str],
    project_id: str | None,
) -> JsonObject:
    """The report of ``formats.inspect_dataset`` and, beside it, what concerns a project.

    Returns:
        The report; each scene's ``is_known`` says whether the project has it; ``categories[]`` of the labels with
        ``name``, ``tracks``, ``is_known`` and ``suggestion``, the project's nearest name; ``project_categories``; and
        ``registration`` with why poses cannot be made, or null.

    Raises:
        FormatError: The folder is no dataset.
        NotFoundError: There is no such project.
        ValueError: There is no such question or answer.
    """
    rows, taxonomy = _project(database, project_id)
    report = inspect_dataset(folder, format, assume)
    used: Counter[str] = Counter()
    for scene in report["scenes"]:
        used.update(scene.pop("categories"))
        scene["is_known"] = any(_is_same(row, scene["name"], report["format"], location_text(folder)) for row in rows)
    return report | {
        "categories": describe_categories(used, _with(get_format(report["format"]).default_taxonomy, used), taxonomy),
        "project_categories": [category.name for category in taxonomy.categories],
        "registration": why_no_registration(),
    }


def describe_categories(used: Mapping[str, int], source: Taxonomy, target: Taxonomy) -> list[JsonObject]:
    """Each category that labels use, whether another taxonomy has it, and the nearest name where it has not."""
    names = {category.name for category in target.categories}
    # A taxonomy without categories takes any name.
    suggested = default_mapping(source, target).to if names else {}
    return [
        {
            "name": name,
            "tracks": tracks,
            "is_known": name in names or not names,
            "suggestion": None if name in names else suggested.get(name),
        }
        for name, tracks in sorted(used.items())
    ]


def _with(taxonomy: Taxonomy, used: Iterable[str]) -> Taxonomy:
    """The taxonomy with the categories that labels use beside it: what their words mean may be known, too."""
    known = {category.name for category in taxonomy.categories}
    more = [
        Category(name, NEW_CATEGORY_COLOR, NEW_CATEGORY_SIZE_LWH_M)
        for name in used
        if name not in known and name.strip() == name != ""
    ]
    return replace(taxonomy, categories=(*taxonomy.categories, *more))


def _project(database: Database, project_id: str | None) -> tuple[list[SceneRow], Taxonomy]:
    if project_id is None:
        return [], default_taxonomy()
    with database.read() as session:
        taxonomy = decode_taxonomy(projects.get_project(session, project_id).taxonomy)
        return scenes.list_scenes(session, project_id), taxonomy


def _is_same(row: SceneRow, name: str, format_name: str, folder: str) -> bool:
    """Whether a row is the scene of that name in the folder; a dataset's scenes may lie above or below it."""
    is_near = f"{row.dataset_path}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{row.dataset_path}/")
    return is_near and (row.source_name, row.format) == (name, format_name)
