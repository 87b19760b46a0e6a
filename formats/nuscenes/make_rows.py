"""One scene of an export as rows of all tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from calibration import Pinhole
from formats.carried import KEY, carried_frame_states, carried_image_boxes
from formats.format import SceneExport
from formats.nuscenes.label_rows import LabelRows
from formats.nuscenes.plan_data import (
    PlannedData,
    channels_of,
    main_lidar,
    micros,
    plan_data,
    sample_tokens,
)
from formats.nuscenes.poses import HAS_WORLD, MAP, MORE_POSES
from formats.nuscenes.read_labels import FRAME_STATES, IMAGE_BOXES
from formats.nuscenes.read_scene import IS_SEQUENTIAL, ORIGIN
from formats.nuscenes.rig import (
    FRAMES,
    IMAGES_ARE,
    OFFSETS,
    ORDER,
    REVISION,
    TOP_LIDAR,
    camera_matrix,
    encoded_camera,
)
from formats.nuscenes.row_parts import neighbours, place_fields, timed_row
from formats.nuscenes.rows import CAMERA, CAMERAS, DESKEW, IS_ABSENT, NAME, ROW_TIME
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.tables import OWN_TABLE
from formats.nuscenes.tokens import make_token
from formats.scene_codec import encode_place
from fusion import CameraImage, Sweep
from geometry import SE3

SHARED_TABLES = ("category", "attribute", "visibility", "sensor", "map")
SCENE_TABLES = (
    "log",
    "scene",
    "sample",
    "sample_data",
    "ego_pose",
    "calibrated_sensor",
    "instance",
    "sample_annotation",
    OWN_TABLE,
)
UNKNOWN_DATE = "1970-01-01"


@dataclass(frozen=True, eq=False)
class RowMaker:
    """Makes the rows of one scene; tokens follow from names, so that writing twice gives the same.

    Attributes:
        export: The scene and its labels.
    """

    export: SceneExport

    @property
    def scene_token(self) -> str:
        """The scene's token."""
        return make_token("scene", self.export.scene.name)

    @property
    def map_token(self) -> str:
        """The token of the map that the scene lies on."""
        return make_token("map", self.export.scene.map_name)

    @cached_property
    def planned(self) -> list[PlannedData]:
        """The clouds and images that become rows; raises ``FormatError``."""
        return plan_data(self.export.scene)

    @cached_property
    def labels(self) -> LabelRows:
        """Makes the rows of the labels."""
        return LabelRows(self.export)

    def all_rows(self) -> dict[str, list[JsonObject]]:
        """The rows of every table; raises ``FormatError`` where a time cannot be held."""
        makers = {
            "category": self.labels.category,
            "attribute": self.labels.attribute,
            "visibility": self.labels.visibility,
            "sensor": self._sensor,
            "map": self._map,
            "log": self._log,
            "scene": self._scene,
            "sample": self._sample,
            "sample_data": self._sample_data,
            "ego_pose": self._ego_pose,
            "calibrated_sensor": self._calibrated_sensor,
            "instance": self.labels.instance,
            "sample_annotation": self.labels.sample_annotation,
            OWN_TABLE: self._own,
        }
        return {table: list(make()) for table, make in makers.items()}

    @cached_property
    def _samples(self) -> list[str]:
        return sample_tokens(self.export.scene)

    def _log(self) -> Iterator[JsonObject]:
        scene = self.export.scene
        yield {
            "token": make_token("log", scene.name),
            "logfile": scene.name,
            "vehicle": "",
            "date_captured": UNKNOWN_DATE,
            "location": scene.map_name,
        }

    def _map(self) -> Iterator[JsonObject]:
        yield {
            "token": self.map_token,
            "log_tokens": [make_token("log", self.export.scene.name)],
            "category": "semantic_prior",
            "filename": f"maps/{self.map_token}.png",
        }

    def _sensor(self) -> Iterator[JsonObject]:
        rig = self.export.scene.rig
        for name, channel in ({TOP_LIDAR: TOP_LIDAR} | channels_of(rig)).items():
            if name != TOP_LIDAR or main_lidar(rig) in (None, TOP_LIDAR):
                modality = "camera" if name in rig.cameras else "lidar"
                yield {"token": make_token("sensor", channel), "channel": channel, "modality": modality}

    def _scene(self) -> Iterator[JsonObject]:
        samples, scene = self._samples, self.export.scene
        yield {
            "token": self.scene_token,
            "log_token": make_token("log", scene.name),
            "nbr_samples": len(samples),
            "first_sample_token": samples[0] if samples else "",
            "last_sample_token": samples[-1] if samples else "",
            "name": scene.name,
            "description": "",
        }

    def _sample(self) -> Iterator[JsonObject]:
        scene, tokens = self.export.scene, self._samples
        for frame, (before, after) in zip(scene.frames, neighbours(tokens), strict=True):
            carried: JsonObject = {}
            if frame.name and frame.name != tokens[frame.index]:
                carried[NAME] = frame.name
            if frame.cameras is not None:
                carried[CAMERAS] = list(frame.cameras)
            yield timed_row(
                {
                    "token": tokens[frame.index],
                    "timestamp": micros(frame.timestamp_ns, scene),
                    "prev": before if scene.is_sequential else "",
                    "next": after if scene.is_sequential else "",
                    "scene_token": self.scene_token,
                },
                frame.timestamp_ns,
                carried,
            )

    def _sample_data(self) -> Iterator[JsonObject]:
        by_channel: defaultdict[str, list[PlannedData]] = defaultdict(list)
        for item in self.planned:
            by_channel[item.channel].append(item)
        for items in by_channel.values():
            tokens = [self._data_token(item) for item in items]
            for item, token, (before, after) in zip(items, tokens, neighbours(tokens), strict=True):
                yield self._data_row(item, token, before, after)

    def _data_row(self, item: PlannedData, token: str, before: str, after: str) -> JsonObject:
        scene = self.export.scene
        camera = scene.rig.cameras.get(item.sensor)
        carried: JsonObject = {IS_ABSENT: True} if item.item is None else {}
        if isinstance(item.item, CameraImage) and item.item.row_time_ns:
            carried[ROW_TIME] = item.item.row_time_ns
        return timed_row(
            {
                "token": token,
                "sample_token": self._samples[item.frame_index],
                "ego_pose_token": token,
                "calibrated_sensor_token": self._calibration_token(item.channel),
                "timestamp": micros(item.timestamp_ns, scene),
                "fileformat": "pcd" if camera is None else item.file.rpartition(".")[2],
                "is_key_frame": item.is_key,
                "height": 0 if camera is None else camera.height_px,
                "width": 0 if camera is None else camera.width_px,
                "filename": item.file,
                "prev": before if scene.is_sequential else "",
                "next": after if scene.is_sequential else "",
            },
            item.timestamp_ns,
            carried,
        )

    def _ego_pose(self) -> Iterator[JsonObject]:
        for item in self.planned:
            yield self._pose_row(self._data_token(item), item.timestamp_ns)
        for timestamp_ns in self._more_pose_times:
            yield self._pose_row(self._pose_token(timestamp_ns), timestamp_ns)

    def _pose_row(self, token: str, timestamp_ns: int) -> JsonObject:
        row = {"token": token, "timestamp": micros(timestamp_ns, self.export.scene)}
        return timed_row(row | place_fields(self.export.scene.map_from_ego(timestamp_ns)), timestamp_ns, {})

    @cached_property
    def _more_pose_times(self) -> list[int]:
        """Times of poses that no cloud or image is taken at; those before 1970 cannot be held."""
        trajectory = self.export.scene.trajectory
        if trajectory is None:
            return []
        used = {item.timestamp_ns for item in self.planned}
        return [time for time in trajectory.timestamps_ns.tolist() if time >= 0 and time not in used]

    def _calibrated_sensor(self) -> Iterator[JsonObject]:
        rig = self.export.scene.rig
        sweeps = {item.sensor: item.item for item in reversed(self.planned) if isinstance(item.item, Sweep)}
        for name, channel in channels_of(rig).items():
            camera = rig.cameras.get(name)
            carried: JsonObject = {} if name == channel else {NAME: name}
            if camera is not None and not isinstance(camera, Pinhole):
                carried[CAMERA] = encoded_camera(name, camera)
            if name in sweeps and sweeps[name].deskew != "done":
                carried[DESKEW] = sweeps[name].deskew
            matrix = [] if camera is None else camera_matrix(camera)
            yield self._calibration_row(channel, rig.ego_from_sensor[name], matrix, carried)
        if main_lidar(rig) is None:
            yield self._calibration_row(TOP_LIDAR, SE3.identity(), [], {IS_ABSENT: True})

    def _calibration_row(
        self, channel: str, ego_from_sensor: SE3, matrix: list[list[float]], carried: JsonObject
    ) -> JsonObject:
        row = {"token": self._calibration_token(channel), "sensor_token": make_token("sensor", channel)}
        return row | place_fields(ego_from_sensor) | {"camera_intrinsic": matrix} | ({KEY: carried} if carried else {})

    def _own(self) -> Iterator[JsonObject]:
        scene = self.export.scene
        rig = scene.rig
        sensors = {*rig.cameras, *rig.lidars}
        row: JsonObject = {
            "token": self.scene_token,
            ORDER: [*rig.lidars, *rig.cameras],
            IMAGES_ARE: rig.images_are,
            REVISION: rig.revision,
            OFFSETS: dict(rig.clock_offset_ns),
            FRAMES: {name: encode_place(place) for name, place in rig.ego_from_sensor.items() if name not in sensors},
            HAS_WORLD: scene.trajectory is not None,
            MAP: None if scene.map_from_world is None else encode_place(scene.map_from_world),
            MORE_POSES: [self._pose_token(time) for time in self._more_pose_times],
            IS_SEQUENTIAL: scene.is_sequential,
            ORIGIN: None if scene.origin_wgs84 is None else list(scene.origin_wgs84),
            IMAGE_BOXES: carried_image_boxes(self.export.labels, self.labels.instances),
            FRAME_STATES: carried_frame_states(self.export.labels),
        }
        yield row

    def _data_token(self, item: PlannedData) -> str:
        return make_token("sample_data", self.export.scene.name, item.channel, item.file)

    def _pose_token(self, timestamp_ns: int) -> str:
        return make_token("ego_pose", self.export.scene.name, timestamp_ns)

    def _calibration_token(self, channel: str) -> str:
        return make_token("calibrated_sensor", self.export.scene.name, channel)
