"""Truebox's own folder: ``dataset.json`` and ``scenes/<name>/{scene.json,labels.json,data/}``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorFile,
    WriteReport,
)
from formats.json_files import json_text, read_json
from formats.listing import Listing
from formats.native.labels_codec import decode_labels, exact_rotations, keep_consistent
from formats.native.sensor_data import (
    FrameDecoder,
    encode_frame,
    encode_masks,
    encode_sweeps,
    native_sensor_files,
    placed_between,
)
from formats.scene_codec import decode_place, decode_rig, decode_trajectory, encode_scene_head, expect_list
from formats.scene_names import check_scene_name
from formats.selection import filter_labels
from formats.taxonomy_codec import decode_taxonomy, encode_taxonomy
from formats.write_files import check_not_own, write_files
from fusion import Problem, Scene
from labels import LabelSet, RecordError, Taxonomy, encode_label_set
from labels.json_fields import JsonFields

VERSION = 2
"""2 added maps, clouds with every channel, clouds between frames, rolling shutters and masks."""
MARK = "truebox"
NO_TAXONOMY = Taxonomy("empty", 1, ())
DATASET, SCENE, LABELS, ROTATIONS = "dataset.json", "scene.json", "labels.json", "rotations.json"


@dataclass(frozen=True)
class Native:
    """Everything a scene and its labels hold; nothing is lost and nothing rounded."""

    name: str = "native"
    title: str = "Truebox"
    looks_for: str = "dataset.json beside scenes/"
    default_taxonomy: Taxonomy = NO_TAXONOMY
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether the folder is one of ours."""
        return (path / DATASET).is_file() and (path / "scenes").is_dir()

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:  # noqa: ARG002 - asks nothing
        """Open every scene of a folder; one that cannot be read is named."""
        if not self.detect(path):
            raise FormatError(path, f"expected {self.looks_for}, found none")
        root = path.resolve()
        listing = Listing(root=root, base=root)
        if not listing.file(root / DATASET):
            raise FormatError(root / DATASET, listing.problems[0].message)
        taxonomy = _read_head(root)
        scenes: list[Scene] = []
        for name in listing.folders(root / "scenes"):
            try:
                scenes.append(self.open_scene(root / "scenes" / name, name))
            except FormatError as error:
                listing.problems.append(Problem.of(error, root))
        return Dataset(self.name, path, tuple(scenes), tuple(listing.problems), taxonomy)

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:  # noqa: ARG002
        """Open one scene by its folder."""
        folder = path.resolve()
        file = folder / SCENE
        listing = Listing(root=folder, base=folder)
        if folder.name != name or not listing.file(file):
            raise FormatError(path, f"expected the scene {name}, found no {SCENE} of it")
        try:
            return self._decode_scene(read_json(file), folder, listing)
        except RecordError as error:
            raise FormatError(file, str(error)) from error

    def read_labels(self, scene: Scene) -> LabelReading:
        """The records of ``labels.json``; empty where there is none."""
        file, listing = scene.path / LABELS, Listing(root=scene.path, base=scene.path)
        if not listing.file(file):
            return LabelReading(LabelSet(), tuple(listing.problems))
        try:
            rotations = read_json(scene.path / ROTATIONS) if listing.file(scene.path / ROTATIONS) else {}
            labels = decode_labels(read_json(file), rotations)
        except FormatError as error:
            return LabelReading(LabelSet(), (Problem.of(error, scene.path),))
        except (RecordError, ValueError) as error:
            return LabelReading(LabelSet(), (Problem.at(file, scene.path, str(error)),))
        complaints: list[str] = []
        labels = keep_consistent(labels, scene, complaints)
        listing.problems += [Problem.at(file, scene.path, complaint) for complaint in complaints]
        return LabelReading(labels, tuple(listing.problems))

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``dataset.json`` and one scene's folder.

        Raises:
            FormatError: The scene's name is no file name, one of its cameras cannot be written, or the folder is the
                dataset's own.
        """
        scene, folder = export.scene, f"scenes/{export.scene.name}"
        check_scene_name(scene.name, out)
        check_not_own(out / folder, scene)
        labels = filter_labels(export)
        rotations = exact_rotations(labels)
        files = {
            DATASET: json_text(_head(export.taxonomy)),
            f"{folder}/{SCENE}": json_text(_scene_object(export)),
            f"{folder}/{LABELS}": json_text(encode_label_set(labels)),
        } | ({f"{folder}/{ROTATIONS}": json_text(rotations)} if rotations else {})
        (out / folder / ROTATIONS).unlink(missing_ok=True)
        return WriteReport(write_files(out, files), len(labels.cuboids) + len(labels.image_boxes))

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images, one folder a sensor."""
        return native_sensor_files(export.scene)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """None; raises ``FormatError`` where a scene's name is no file name or a camera is of an unknown model."""
        for export in exports:
            check_scene_name(export.scene.name, export.scene.path)
            _scene_object(export)
        return []

    def _decode_scene(self, value: Any, folder: Path, listing: Listing) -> Scene:
        reader = JsonFields(value, "")
        version = _check_version(reader, folder / SCENE)
        if reader.text("name") != folder.name:
            raise reader.wrong("name", f"the folder's name {folder.name}", reader.raw("name"))
        rig = decode_rig(reader.raw("rig"), "rig")
        decoder = FrameDecoder(folder, frozenset(rig.cameras), frozenset(rig.lidars), listing, version)
        values = expect_list(reader.raw("frames"), "frames")
        frames = tuple(decoder.frame(entry, index) for index, entry in enumerate(values))
        trajectory = decode_trajectory(reader.raw("trajectory"), "trajectory")
        origin = None
        if reader.raw("origin_wgs84") is not None:
            latitude, longitude, altitude = reader.numbers("origin_wgs84", 3)
            origin = (latitude, longitude, altitude)
        is_sequential = reader.boolean("is_sequential")
        added = _added_by_version_2(reader, decoder) if version > 1 else {}
        reader.finish()
        try:
            return Scene(
                folder.name,
                folder,
                self.name,
                rig,
                frames,
                trajectory,
                origin,
                is_sequential,
                tuple(listing.problems),
                **added,
            )
        except ValueError as error:
            raise RecordError("frames", str(error)) from error


def _head(taxonomy: Taxonomy | None) -> dict[str, Any]:
    return {
        "format": MARK,
        "version": VERSION,
        "taxonomy": None if taxonomy is None else encode_taxonomy(taxonomy),
    }


def _read_head(root: Path) -> Taxonomy | None:
    """The taxonomy of a dataset's head, which must be of a version that is known."""
    path = root / DATASET
    try:
        reader = JsonFields(read_json(path), "")
        reader.choice("format", (MARK,))
        _check_version(reader, path)
        taxonomy = reader.raw("taxonomy")
        reader.finish()
        return None if taxonomy is None else decode_taxonomy(taxonomy, "taxonomy")
    except RecordError as error:
        raise FormatError(path, str(error)) from error


def _added_by_version_2(reader: JsonFields, decoder: FrameDecoder) -> dict[str, Any]:
    place, name = reader.raw("map_from_world"), reader.raw("map_name")
    if not isinstance(name, str):
        raise reader.wrong("map_name", "a text", name)
    return {
        "map_name": name,
        "map_from_world": None if place is None else decode_place(place, "map_from_world"),
        "sweeps_between": decoder.sweeps(reader.raw("sweeps_between"), "sweeps_between"),
        "masks": decoder.masks(reader.raw("masks")),
    }


def _check_version(reader: JsonFields, path: Path) -> int:
    version = reader.index("version")
    if not 1 <= version <= VERSION:
        raise FormatError(path, f"expected version 1 to {VERSION}, found {version}: a newer Truebox wrote it")
    return version


def _scene_object(export: SceneExport) -> dict[str, Any]:
    """A scene as JSON values; raises ``FormatError`` where a camera is of a model that this form does not know."""
    scene = export.scene
    with_files = export.options.sensor_data != "none"
    try:
        head = encode_scene_head(scene)
    except ValueError as error:
        raise FormatError(scene.path, str(error)) from error
    frames = [encode_frame(frame, with_files=with_files) for frame in scene.frames]
    between = encode_sweeps(list(placed_between(scene))) if with_files else []
    masks = encode_masks(scene) if with_files else {}
    return {"version": VERSION} | head | {"frames": frames, "sweeps_between": between, "masks": masks}
