"""nuScenes-lidarseg: ``lidarseg/<scene>/<frame>_lidarseg.bin``, a byte for every point: its class."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.format import Loss, SceneExport, SensorFile, WriteReport
from formats.place_files import cloud_file
from formats.selection import SelectedCuboid
from formats.semantic.classes import LIDARSEG, lidarseg_classes
from formats.semantic.frames import JsonObject, labelled_sweeps, point_losses, selected_of, sensor_folder
from formats.write_only import WriteOnly
from labels import Taxonomy
from pointcloud import read_kitti_bin, write_kitti_bin

NO_TAXONOMY = Taxonomy("semantic-nuscenes", 1, ())


@dataclass(frozen=True)
class Lidarseg(WriteOnly):
    """nuScenes' class numbers; beside them a legend and which cloud each file is of."""

    name: str = "semantic-nuscenes"
    title: str = "nuScenes-lidarseg point labels"
    default_taxonomy: Taxonomy = NO_TAXONOMY

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write a label file a sweep, and ``legend.json``.

        Raises:
            FormatError: A cloud cannot be read, or there are more categories than numbers.
        """
        selected = selected_of(export)
        classes = _classes(export, selected)
        base = f"lidarseg/{export.scene.name}"
        entries: list[JsonObject] = []
        (out / base).mkdir(parents=True, exist_ok=True)
        for item in labelled_sweeps(export, selected):
            folder = sensor_folder(export.scene, item.sweep.sensor, "labels")
            name = f"{base}/{folder}/{item.frame_index:06d}_lidarseg.bin"
            values = item.spread([classes[cuboid.track.category] for cuboid in item.cuboids])
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(values.astype("u1").tobytes())
            frame = export.scene.frames[item.frame_index]
            entries.append(
                {
                    "filename": name,
                    "sensor": item.sweep.sensor,
                    "frame_index": item.frame_index,
                    "frame_name": frame.name,
                    "timestamp_ns": item.sweep.timestamp_ns,
                }
            )
        legend = f"{base}/legend.json"
        (out / legend).write_text(_legend(classes, entries), encoding="utf-8", newline="\n")
        return WriteReport((*(entry["filename"] for entry in entries), legend), len(selected))

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """The clouds as x, y, z and intensity beside the labels."""
        for frame in export.scene.frames:
            for sweep in frame.sweeps:
                folder = sensor_folder(export.scene, sweep.sensor, "points")
                target = f"lidarseg/{export.scene.name}/{folder}/{frame.index:06d}.bin"
                yield cloud_file(target, sweep, read_kitti_bin, write_kitti_bin)

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What labels of points do not say; tracks too."""
        lost, counts = point_losses(exports), 0
        for export in exports:
            selected = selected_of(export)
            _classes(export, selected)
            counts += len({item.track.id for item in selected})
        return [*lost, Loss("tracks: points of one class are not told apart", counts)] if counts else lost


def _classes(export: SceneExport, selected: Sequence[SelectedCuboid]) -> dict[str, int]:
    try:
        return lidarseg_classes(item.track.category for item in selected)
    except ValueError as error:
        raise FormatError(export.scene.path, str(error)) from error


def _legend(classes: dict[str, int], entries: list[JsonObject]) -> str:
    names = {number: name for name, number in LIDARSEG.items()}
    names |= {number: category for category, number in classes.items() if number not in names}
    legend = {
        "category": [{"index": number, "name": names[number]} for number in sorted(names)],
        "categories": classes,
        "lidarseg": entries,
    }
    return json.dumps(legend, ensure_ascii=False, indent=1) + "\n"
