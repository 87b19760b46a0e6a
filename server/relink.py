"""A dataset that moved: find its scenes at the new place, make sure that they are the same, and point to them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from formats import FormatError
from formats.location import location_text, parse_location
from fusion import Problem
from server.errors import InvalidError
from server.file_index import FileIndex, file_state, frames_digest
from server.scene_cache import open_stored_scene
from server.store import projects, scenes
from server.store.db import Database
from server.store.tables import SceneRow

if TYPE_CHECKING:
    from fusion import Scene

SAMPLED_FILES = 64
NAMED_FOLDERS = 3


@dataclass(frozen=True)
class Move:
    """A scene and where it is to be found from now on.

    Attributes:
        scene_id: The scene.
        name: Its name.
        old_path: Its folder so far.
        new_path: Its folder at the new place.
        compared_files: How many files were compared by size; 0 where the import kept no state of them.
        problems: Why it is not the same scene.
        changed: Files that are gone or differ, of a scene that is the same otherwise.
    """

    scene_id: str
    name: str
    old_path: str
    new_path: str
    compared_files: int
    problems: tuple[Problem, ...]
    changed: tuple[Problem, ...]


def plan_relink(database: Database, project_id: str, old_root: str, new_root: str) -> list[Move]:
    """Look for every scene below a root at another; changes nothing.

    Raises:
        NotFoundError: No such project.
        InvalidError: No scene of the project lies below the old root, or both roots are the same.
    """
    with database.read() as session:
        projects.get_project(session, project_id)
        rows = scenes.list_scenes(session, project_id)
        packed = {row.id: scenes.read_files(session, row.id) for row in rows}
    if old_root == new_root:
        raise InvalidError(f"new_root: expected another folder than {old_root}, found the same")
    # A folder that is still there may have been named through a link.
    roots = [old_root.rstrip("/"), location_text(parse_location(old_root))]
    old_root = next((root for root in roots if any(_is_below(row, root) for row in rows)), roots[0])
    below = [row for row in rows if _is_below(row, old_root)]
    if not below:
        folders = list(dict.fromkeys(row.dataset_path for row in rows))
        known = ", ".join(folders[:NAMED_FOLDERS]) or "nowhere"
        raise InvalidError(f"old_root: expected a folder with scenes of the project ({known}), found {old_root}")
    moving = {row.id for row in below}
    taken = {(row.dataset_path, row.source_name) for row in rows if row.id not in moving}
    return [_plan(row, packed[row.id], old_root, new_root, taken) for row in below]


def apply_relink(database: Database, moves: Sequence[Move], *, with_changed: bool = False) -> int:
    """Point scenes to their new folders, all or none; the number of them.

    Args:
        database: The store.
        moves: What ``plan_relink`` found.
        with_changed: Whether scenes may move of which only files differ; those show as changed from then on.

    Raises:
        InvalidError: A scene is not the same at the new place.
    """
    for move in moves:
        for problem in (*move.problems, *(() if with_changed else move.changed)):
            wrong = sum(bool(other.problems or (other.changed and not with_changed)) for other in moves)
            raise InvalidError(
                f"{wrong} of {len(moves)} scenes are not the same at the new place; {move.name}:"
                f" {problem.path}: {problem.message}"
            )
    with database.write() as session:
        for move in moves:
            scenes.get_scene(session, move.scene_id).dataset_path = move.new_path
    return len(moves)


def _is_below(row: SceneRow, root: str) -> bool:
    return f"{row.dataset_path}/".startswith(f"{root}/")


def _plan(row: SceneRow, packed: bytes | None, old_root: str, new_root: str, taken: set[tuple[str, str]]) -> Move:
    new_path = new_root.rstrip("/") + row.dataset_path[len(old_root) :]
    index = None if packed is None else FileIndex.unpacked(packed)
    problems: list[Problem] = []
    changed: list[Problem] = []
    if (new_path, row.source_name) in taken:
        problems.append(Problem(new_path, "expected a scene that is new to the project, found one that it has"))
    try:
        scene = open_stored_scene(row, new_path)
    except FormatError as error:
        problems.append(Problem(str(error.path), error.reason))
    else:
        problems += _differences(row, index, scene)
        changed += [] if index is None else _file_differences(index, scene.path)
    compared = 0 if index is None else len(index.files)
    return Move(row.id, row.name, row.dataset_path, new_path, compared, tuple(problems), tuple(changed))


def _differences(row: SceneRow, index: FileIndex | None, scene: Scene) -> Iterator[Problem]:
    """What keeps a scene from being the one that was imported."""
    if len(scene.frames) != row.frame_count:
        yield Problem(".", f"expected {row.frame_count} frames, found {len(scene.frames)}")
        return
    if list(scene.rig.lidars) != row.lidars:
        yield Problem(".", f"expected the lidars {_names(row.lidars)}, found {_names(scene.rig.lidars)}")
    if list(scene.rig.cameras) != row.cameras:
        yield Problem(".", f"expected the cameras {_names(row.cameras)}, found {_names(list(scene.rig.cameras))}")
    if index is not None and frames_digest(scene) != index.frames:
        yield Problem(".", "expected the frames of the import, found frames of other times")


def _file_differences(index: FileIndex, folder: Path) -> Iterator[Problem]:
    """Every file by name and size, and a sample of them by their bytes."""
    inside = {name: state for name, state in index.files.items() if not Path(name).is_absolute()}
    step = max(1, -(-len(inside) // SAMPLED_FILES))
    for number, (name, before) in enumerate(inside.items()):
        path = folder / name
        try:
            size = path.stat().st_size
            digest = file_state(path).digest if size == before.size and number % step == 0 else before.digest
        except OSError:
            yield Problem(name, "expected the file that was imported, found none")
            continue
        if size != before.size:
            yield Problem(name, f"expected {before.size} bytes, found {size}")
        elif digest != before.digest:
            yield Problem(name, "expected the bytes that were imported, found others of the same size")


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
