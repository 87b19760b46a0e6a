"""What Datumaro's and Supervisely's files have in common: boxes in the lidar's frame, numbered tracks, losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from formats.box_records import carried_box
from formats.euler_xyz import euler_from_rotation
from formats.format import SceneExport
from formats.frame_names import file_names, track_names
from formats.losses import lost_between_and_masks, lost_lidars
from formats.scene_extras import encode_extras, main_lidar
from formats.scene_names import check_scene_name
from formats.selection import SelectedCuboid, filter_labels, select_cuboids


@dataclass(frozen=True)
class LidarBox:
    """A box as those files keep it.

    Attributes:
        position_lidar: Its centre.
        angles_rad: About x, y, z of the turning frame.
        size_lwh_m: Along its own x, y, z.
    """

    position_lidar: tuple[float, ...]
    angles_rad: tuple[float, ...]
    size_lwh_m: tuple[float, ...]


class Exported:
    """One scene as it is written."""

    def __init__(self, export: SceneExport) -> None:
        """Take a scene with its labels."""
        self.export = export
        self.scene = export.scene
        self.names = file_names(export.scene)
        self._lidar_from_ego = main_lidar(export.scene)[1].inverse()

    @cached_property
    def by_frame(self) -> dict[int, list[SelectedCuboid]]:
        """The cuboids of each frame."""
        return select_cuboids(self.export).by_frame

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The number of each track, as text."""
        return track_names(self.export.labels.tracks.values(), numbers_only=True)

    @cached_property
    def categories(self) -> list[str]:
        """The categories that are written, sorted."""
        return sorted({item.track.category for items in self.by_frame.values() for item in items})

    def box(self, item: SelectedCuboid) -> LidarBox:
        """A box in the lidar's frame."""
        place = self._lidar_from_ego @ item.cuboid.ego_from_object
        return LidarBox(
            tuple(place.translation.tolist()),
            euler_from_rotation(place.rotation),
            tuple(item.cuboid.size_lwh_m.tolist()),
        )

    def carried(self, item: SelectedCuboid, held: set[str]) -> dict[str, Any]:
        """What a box carries; answers that the form holds itself are not said twice."""
        return carried_box(item, self.numbers[item.track.id], held)

    def extras(self, keys: Mapping[str, str]) -> dict[str, Any]:
        """What the scene carries; ``keys`` is what a reader takes each track's boxes by."""
        return encode_extras(self.scene, filter_labels(self.export), keys)

    def losses(self) -> Iterator[str]:
        """One message for every thing that such files do not hold."""
        scene = self.scene
        check_scene_name(scene.name, Path(scene.name))
        if scene.map_from_world is not None:
            yield "places on a map: the drive begins at zero"
        if scene.origin_wgs84 is not None:
            yield "the place on Earth: left out"
        if not scene.is_sequential:
            yield "samples that do not follow each other: read as a drive"
        yield from (f"the calibration of {camera}: boxes alone are read back" for camera in scene.rig.cameras)
        if self.export.options.sensor_data == "none":
            return
        yield from lost_lidars(scene, main_lidar(scene)[0])
        yield from lost_between_and_masks(scene)
