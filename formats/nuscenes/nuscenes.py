"""nuScenes as a format: ``v1.0-*/`` with its tables, beside ``samples/``, ``sweeps/`` and ``maps/``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorFile,
    WriteReport,
)
from formats.listing import Listing, entries_in
from formats.nuscenes.losses import nuscenes_losses
from formats.nuscenes.plan_data import nuscenes_sensor_files
from formats.nuscenes.read_labels import read_scene_labels
from formats.nuscenes.read_scene import ALL_FRAMES, FRAMES, KEY_FRAMES, read_scene
from formats.nuscenes.rows import NAME, text_of
from formats.nuscenes.sensor_folders import SensorFolders
from formats.nuscenes.tables import NEEDED, OWN_TABLE, Tables, open_tables
from formats.nuscenes.taxonomy import NUSCENES_TAXONOMY
from formats.nuscenes.write_labels import write_nuscenes_labels
from formats.settler import told
from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

VERSION = "version"
PREFERRED = ("v1.0-trainval", "v1.0-mini", "v1.0-test")
SCENE_TABLES = (*NEEDED, "log", OWN_TABLE)


@dataclass(frozen=True)
class NuScenes:
    """The dataset, opened by its root or by one of its table folders."""

    name: str = "nuscenes"
    title: str = "nuScenes"
    looks_for: str = "v1.0-*/ with scene.json, sample.json and sample_data.json, or that folder itself"
    default_taxonomy: Taxonomy = NUSCENES_TAXONOMY
    can_read_labels: bool = True
    can_write_labels: bool = True
    can_read_scenes: bool = True
    is_last_resort: bool = False
    questions: tuple[Question, ...] = (
        Question(FRAMES, "Which sweeps are frames: those of the key frames, or all?", (KEY_FRAMES, ALL_FRAMES)),
        Question(VERSION, "Which of the table folders is opened?"),
    )

    def detect(self, path: Path) -> bool:
        """Whether the folder is one of tables, or holds one."""
        return bool(_versions(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every scene of one table folder."""
        folder, guesses = _pick_version(path, assume)
        tables = open_tables(folder)
        listing = Listing(root=tables.root, base=tables.root if path.resolve() != folder else folder)
        folders = SensorFolders(listing)
        scenes: dict[str, Scene] = {}
        for token, row in tables.scenes.items():
            name = text_of(row, NAME)
            if not name or not name.isprintable() or name in scenes:
                listing.complain(tables.path("scene"), f"scene {token[:40]} has no name of its own: left out")
            else:
                scenes[name] = read_scene(tables, token, folders, assume)
        for name in [name for name, scene in scenes.items() if not scene.frames]:
            listing.complain(tables.path("sample"), f"scene {name[:60]} has no sample: left out")
            del scenes[name]
        tables.complain_to(listing, SCENE_TABLES)
        ordered = tuple(scenes[name] for name in sorted(scenes))
        between = sum(len(scene.sweeps_between) for scene in ordered)
        guesses += _frames_guess(assume, sum(len(scene.frames) for scene in ordered), between)
        return Dataset(self.name, path, ordered, tuple(listing.problems), guesses=guesses)

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one scene of a table folder."""
        folder, _ = _pick_version(path, assume)
        tables = open_tables(folder)
        token = _token(tables, name)
        if token is None:
            raise FormatError(path, f"expected the scene {name}, found none by that name in scene.json")
        return read_scene(tables, token, SensorFolders(Listing(root=tables.root, base=folder)), assume)

    def read_labels(self, scene: Scene) -> LabelReading:
        """The annotations of a scene."""
        try:
            tables = open_tables(scene.path)
            token = _token(tables, scene.name)
            return LabelReading(LabelSet()) if token is None else read_scene_labels(tables, token, scene)
        except FormatError as error:
            return LabelReading(LabelSet(), (Problem.of(error, scene.path),))

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write a scene into all 13 tables, beside scenes that this program wrote there before."""
        return write_nuscenes_labels(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images under ``samples`` and ``sweeps``."""
        return nuscenes_sensor_files(export.scene)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What the tables cannot hold."""
        return nuscenes_losses(exports)


def _is_version(folder: Path) -> bool:
    return all((folder / f"{table}.json").is_file() for table in ("scene", "sample", "sample_data"))


def _versions(path: Path) -> list[Path]:
    """The table folders that a path stands for: itself, or those in it."""
    if _is_version(path):
        return [path]
    inside = [entry for entry in entries_in(path) if entry.name.startswith("v1.") and _is_version(entry)]
    names = {name: place for place, name in enumerate(PREFERRED)}
    return sorted(inside, key=lambda entry: (names.get(entry.name, len(names)), entry.name))


def _pick_version(path: Path, assume: Answers) -> tuple[Path, tuple[Guess, ...]]:
    found = {folder.name: folder for folder in _versions(path)}
    if not found:
        raise FormatError(path, f"expected {NuScenes.looks_for}, found none")
    named = assume.get(VERSION, next(iter(found)))
    if named not in found:
        raise FormatError(path, f"expected the table folder {named[:60]}, found {', '.join(found)}")
    folder = found[named].resolve()
    if not folder.is_relative_to(path.resolve()):
        raise FormatError(
            found[named], "a link that leaves the dataset's folder is not followed: open its target instead"
        )
    if _is_version(path) or len(found) == 1:
        return folder, ()
    why = f"{len(found)} table folders: {', '.join(found)}"
    return folder, (told(VERSION, assume) or Guess(VERSION, named, why, is_sure=False),)


def _frames_guess(assume: Answers, frame_count: int, between: int) -> tuple[Guess, ...]:
    why = f"labels are made for the {frame_count} key frames; {between} sweeps lie between them"
    guess = told(FRAMES, assume) or (Guess(FRAMES, KEY_FRAMES, why) if between else None)
    return () if guess is None else (guess,)


def _token(tables: Tables, name: str) -> str | None:
    """The token of the first scene of that name."""
    return next((token for token, row in tables.scenes.items() if text_of(row, NAME) == name), None)
