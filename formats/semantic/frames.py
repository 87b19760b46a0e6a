"""What both forms share: the sweeps of a scene with the cuboids of their frames, and refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from formats.errors import FormatError
from formats.format import Loss, SceneExport
from formats.losses import count_losses
from formats.scene_names import as_file_name, check_scene_name
from formats.selection import SelectedCuboid, cuboids_by_frame, select_cuboids
from formats.semantic.point_labels import owners_in_file_order
from fusion import Scene, Sweep
from geometry.arrays import IntArray
from pointcloud import read_kitti_bin

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class LabelledSweep:
    """A sweep with the box of every point.

    Attributes:
        frame_index: Its frame.
        sweep: The sweep.
        owners: (N,) the index of each point's cuboid among ``cuboids``, -1 for none, in the order of the file.
        cuboids: The frame's cuboids.
    """

    frame_index: int
    sweep: Sweep
    owners: IntArray
    cuboids: Sequence[SelectedCuboid]

    def spread(self, values: Sequence[int]) -> IntArray:
        """(N,) a value for every point: that of its cuboid, 0 where it has none."""
        # The last is taken for the index -1.
        return np.array([*values, 0], dtype=np.int64)[self.owners]


def labelled_sweeps(export: SceneExport, selected: Sequence[SelectedCuboid]) -> Iterator[LabelledSweep]:
    """Every sweep of every frame, one at a time; raises ``FormatError`` where a cloud cannot be read."""
    of_frame = cuboids_by_frame(selected)
    for frame in export.scene.frames:
        items = of_frame.get(frame.index, [])
        boxes = [item.cuboid.box_ego for item in items]
        for sweep in frame.sweeps:
            owners = owners_in_file_order(export.scene, sweep, frame.timestamp_ns, boxes)
            yield LabelledSweep(frame.index, sweep, owners, items)


def selected_of(export: SceneExport) -> Sequence[SelectedCuboid]:
    """The cuboids to write; none of a scene without clouds.

    Raises:
        FormatError: The scene's name is no file name.
    """
    check_scene_name(export.scene.name, export.scene.path)
    return select_cuboids(export).cuboids if has_clouds(export) else ()


def has_clouds(export: SceneExport) -> bool:
    """Whether there are points to label."""
    return any(frame.sweeps for frame in export.scene.frames)


def point_losses(exports: Sequence[SceneExport]) -> list[Loss]:
    """What labels of points do not say, counted over all scenes.

    Raises:
        FormatError: No scene has a cloud.
    """
    if exports and not any(map(has_clouds, exports)):
        raise FormatError(exports[0].scene.path, "expected clouds, found none: these labels are of points")
    return count_losses(exports, _lost)


def _lost(export: SceneExport) -> Iterator[str]:
    if not has_clouds(export):
        yield "scenes without clouds: left out but for their legend"
    yield from ("cuboids: only the points in them are labelled" for _ in selected_of(export))
    yield from ("image boxes: left out" for _ in export.labels.image_boxes)
    yield from ("frames marked done or empty: left out" for _ in export.labels.frame_states)
    for frame in export.scene.frames:
        for sweep in frame.sweeps:
            if sweep.read is not read_kitti_bin:
                yield f"points of {sweep.sensor} without a finite place: no labels, the others' stand in their order"
    if export.options.sensor_data != "none":
        yield from ("images: left out" for frame in export.scene.frames for _ in frame.images)


def sensor_folder(scene: Scene, sensor: str, first: str) -> str:
    """A folder's name: the plain one for the scene's first lidar, one with the lidar's name for others."""
    if scene.rig.lidars and sensor == scene.rig.lidars[0]:
        return first
    return f"{first}_{as_file_name(sensor)}"
