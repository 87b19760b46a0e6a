"""An export as nuScenes' 13 tables, beside the scenes that were written there before."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path

from PIL import Image

from formats.errors import FormatError
from formats.format import SceneExport, WriteReport
from formats.listing import read_text
from formats.nuscenes.make_rows import SCENE_TABLES, SHARED_TABLES, RowMaker
from formats.nuscenes.plan_data import OWN_FORMAT
from formats.nuscenes.poses import MORE_POSES
from formats.nuscenes.rows import text_of
from formats.nuscenes.table_files import append_rows, merge_rows, take_out, write_rows
from formats.nuscenes.table_index import JsonObject, read_whole
from formats.nuscenes.tables import NEEDED, OWN_TABLE
from formats.scene_names import check_scene_name
from formats.write_files import check_not_own
from fusion import Scene

DEFAULT_VERSION = "v1.0-trainval"
SPLITS, ALL_SCENES = "splits.json", "all"
"""The development kit takes a split of one's own from this file."""


def write_nuscenes_labels(export: SceneExport, out: Path) -> WriteReport:
    """Write one scene's rows into all tables, in place of those that it may have there.

    Raises:
        FormatError: The scene's name is no file name, a time cannot be held, or the tables there are the dataset's own
            or another program's.
    """
    check_scene_name(export.scene.name, out)
    folder = out / version_of(export.scene)
    _check_folder(folder, export.scene)
    maker = RowMaker(export)
    # All that may fail is made before anything is written.
    rows = maker.all_rows()
    folder.mkdir(parents=True, exist_ok=True)
    _take_out_scene(folder, maker.scene_token)
    for table in SCENE_TABLES:
        append_rows(folder / f"{table}.json", rows[table])
    for table in SHARED_TABLES[:-1]:
        merge_rows(folder / f"{table}.json", rows[table])
    _merge_maps(folder, rows["map"][0])
    _write_splits(folder, export.scene.name)
    mask = out / "maps" / f"{maker.map_token}.png"
    mask.parent.mkdir(exist_ok=True)
    mask.write_bytes(_empty_mask())
    tables = [f"{folder.name}/{table}.json" for table in (*SHARED_TABLES, *SCENE_TABLES)]
    files = (*tables, f"{folder.name}/{SPLITS}", f"maps/{mask.name}")
    ignored = sum(box.kind == "ignore" for box in export.labels.image_boxes.values())
    return WriteReport(files, len(rows["sample_annotation"]) + ignored)


def version_of(scene: Scene) -> str:
    """The name of the table folder: the dataset's own, so that its samples' tokens and its splits stay of use."""
    return scene.path.name if scene.format == OWN_FORMAT else DEFAULT_VERSION


def _check_folder(folder: Path, scene: Scene) -> None:
    check_not_own(folder, scene)
    foreign = [table for table in NEEDED if (folder / f"{table}.json").exists()]
    if foreign and not (folder / f"{OWN_TABLE}.json").is_file():
        raise FormatError(folder, "expected a folder to export to, found tables that another program wrote")


def _take_out_scene(folder: Path, scene_token: str) -> None:
    """Remove a scene that was written before from the tables that scenes have rows in."""
    own = folder / f"{OWN_TABLE}.json"
    row = read_whole(own, lambda _: None).get(scene_token) if own.is_file() else None
    if row is None:
        return
    samples = _Tokens()
    take_out(folder / "sample.json", lambda found: samples.take(found, "scene_token", {scene_token}))
    data = _Tokens("ego_pose_token", "calibrated_sensor_token")
    take_out(folder / "sample_data.json", lambda found: data.take(found, "sample_token", samples.own))
    labels = _Tokens("instance_token")
    take_out(folder / "sample_annotation.json", lambda found: labels.take(found, "sample_token", samples.own))
    listed = row.get(MORE_POSES)
    more = {token for token in listed if isinstance(token, str)} if isinstance(listed, list) else set()
    gone = {
        "ego_pose": data.named | more,
        "calibrated_sensor": data.named,
        "instance": labels.named,
        "scene": {scene_token},
        OWN_TABLE: {scene_token},
        "log": {text_of(found, "log_token") for found in _rows_of(folder, "scene", scene_token)},
    }
    for table, tokens in gone.items():
        take_out(folder / f"{table}.json", partial(_is_one_of, tokens))


def _is_one_of(tokens: set[str], row: JsonObject) -> bool:
    return text_of(row, "token") in tokens


class _Tokens:
    """The tokens of rows that were taken out, and those that they name."""

    def __init__(self, *fields: str) -> None:
        self.own: set[str] = set()
        self.named: set[str] = set()
        self._fields = fields

    def take(self, row: JsonObject, field: str, owners: set[str]) -> bool:
        """Whether a row belongs to one of the owners; if so, keep its tokens."""
        if text_of(row, field) not in owners:
            return False
        self.own.add(text_of(row, "token"))
        self.named.update(text_of(row, name) for name in self._fields)
        return True


def _rows_of(folder: Path, table: str, token: str) -> list[JsonObject]:
    rows = read_whole(folder / f"{table}.json", lambda _: None)
    return [rows[token]] if token in rows else []


def _merge_maps(folder: Path, row: JsonObject) -> None:
    """Add a scene's log to its map, or the map."""
    path = folder / "map.json"
    known = read_whole(path, lambda _: None) if path.is_file() else {}
    before = known.get(row["token"], {}).get("log_tokens")
    # Logs of one scene each; a scene that moved to another map leaves the first.
    for other in known.values():
        if isinstance(other.get("log_tokens"), list):
            other["log_tokens"] = [token for token in other["log_tokens"] if token not in row["log_tokens"]]
    logs = [*(before if isinstance(before, list) else []), *row["log_tokens"]]
    known[row["token"]] = row | {"log_tokens": sorted(set(logs))}
    write_rows(path, known.values())


def _write_splits(folder: Path, scene_name: str) -> None:
    path = folder / SPLITS
    try:
        found = json.loads(read_text(path))[ALL_SCENES] if path.is_file() else []
    except (ValueError, KeyError, TypeError, RecursionError):
        found = []
    names = {name for name in found if isinstance(name, str)} | {scene_name}
    text = json.dumps({ALL_SCENES: sorted(names)}, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _empty_mask() -> bytes:
    """A map's mask of one pixel: the development kit wants a file."""
    data = io.BytesIO()
    Image.new("L", (1, 1)).save(data, "PNG")
    return data.getvalue()
