"""SemanticKITTI: ``sequences/<nn>/labels/<frame>.label``, a uint32 for every point: the class and the instance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.format import Loss, SceneExport, SensorFile, WriteReport
from formats.place_files import cloud_file
from formats.selection import SelectedCuboid
from formats.semantic.classes import SEMANTIC_KITTI, semantic_kitti_classes
from formats.semantic.frames import labelled_sweeps, point_losses, selected_of, sensor_folder
from formats.write_only import WriteOnly
from fusion import Scene
from labels import Taxonomy
from pointcloud import read_kitti_bin, write_kitti_bin

NO_TAXONOMY = Taxonomy("semantic", 1, ())
MAX_INSTANCES = 65_535


@dataclass(frozen=True)
class SemanticKitti(WriteOnly):
    """Low 16 bits the class of ``semantic-kitti.yaml``, high 16 bits the track; beside them a legend."""

    name: str = "semantic"
    title: str = "SemanticKITTI point labels"
    default_taxonomy: Taxonomy = NO_TAXONOMY

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write a label file a sweep and ``legend.json``.

        Raises:
            FormatError: A cloud cannot be read, or there are too many tracks or categories.
        """
        selected = selected_of(export)
        classes, instances = _numbers(export, selected)
        base = sequence_folder(export.scene)
        written: list[str] = []
        for item in labelled_sweeps(export, selected):
            folder = f"{base}/{sensor_folder(export.scene, item.sweep.sensor, 'labels')}"
            name = f"{folder}/{item.frame_index:06d}.label"
            labels = [classes[c.track.category] | instances[c.track.id] << 16 for c in item.cuboids]
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(item.spread(labels).astype("<u4").tobytes())
            written.append(name)
        legend = f"{base}/legend.json"
        (out / legend).parent.mkdir(parents=True, exist_ok=True)
        (out / legend).write_text(_legend(selected, classes, instances), encoding="utf-8", newline="\n")
        return WriteReport((*written, legend), len(selected))

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """The clouds as KITTI's ``velodyne/<frame>.bin``."""
        base = sequence_folder(export.scene)
        for frame in export.scene.frames:
            for sweep in frame.sweeps:
                folder = sensor_folder(export.scene, sweep.sensor, "velodyne")
                yield cloud_file(f"{base}/{folder}/{frame.index:06d}.bin", sweep, read_kitti_bin, write_kitti_bin)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What labels of points do not say."""
        lost = point_losses(exports)
        for export in exports:
            _numbers(export, selected_of(export))
        return lost


def sequence_folder(scene: Scene) -> str:
    """``sequences/03`` for a scene named by a number, as SemanticKITTI's programs look for it; else by its name."""
    name = scene.name
    is_number = name.isascii() and name.isdigit() and len(name) < 10
    return f"sequences/{int(name):02d}" if is_number else f"sequences/{name}"


def _numbers(export: SceneExport, selected: Sequence[SelectedCuboid]) -> tuple[dict[str, int], dict[str, int]]:
    """The class of each category, and from 1 the instance of each track."""
    tracks = list(dict.fromkeys(item.track.id for item in selected))
    if len(tracks) > MAX_INSTANCES:
        raise FormatError(export.scene.path, f"expected at most {MAX_INSTANCES} tracks, found {len(tracks)}")
    try:
        classes = semantic_kitti_classes(item.track.category for item in selected)
    except ValueError as error:
        raise FormatError(export.scene.path, str(error)) from error
    return classes, {track_id: number for number, track_id in enumerate(tracks, start=1)}


def _legend(selected: Sequence[SelectedCuboid], classes: dict[str, int], instances: dict[str, int]) -> str:
    names = {number: name for name, number in SEMANTIC_KITTI.items()}
    names |= {number: category for category, number in classes.items() if number not in names}
    tracks = {item.track.id: item.track for item in selected}
    legend = {
        "labels": {str(number): names[number] for number in sorted(names)},
        "categories": classes,
        "instances": {
            str(number): {"track": key, "external_id": tracks[key].external_id, "category": tracks[key].category}
            for key, number in instances.items()
        },
    }
    return json.dumps(legend, ensure_ascii=False, indent=1) + "\n"
