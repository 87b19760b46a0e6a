"""A scene as the parts of an OpenLABEL file: coordinate systems, streams, and the properties of its frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from formats.carried import KEY
from formats.errors import FormatError
from formats.format import SceneExport, SensorFile
from formats.openlabel.coordinates import EGO
from formats.openlabel.streams import encode_camera
from formats.openlabel.timestamps import encode_time
from formats.openlabel.transforms import encode_transform
from formats.place_files import cloud_file, image_file, image_suffix
from formats.scene_names import as_file_name
from fusion import CameraImage, Frame, Scene, Sweep
from pointcloud import read_kitti_bin, read_pcd, write_kitti_bin, write_pcd

JsonObject = dict[str, Any]


class SceneParts:
    """Makes the parts of one scene's file that say nothing of labels.

    Attributes:
        numbers: The master frame number of every frame.
        systems: The names of the vehicle's, the world's and the map's coordinate systems, as far as they exist.
    """

    def __init__(self, export: SceneExport) -> None:
        """Take a scene."""
        self._scene = export.scene
        self._with_files = export.options.sensor_data != "none"
        self.numbers = frame_numbers(export.scene)
        self.systems = _system_names(export.scene)

    def coordinate_systems(self) -> JsonObject:
        """The tree: map, world, vehicle, and every sensor on the vehicle."""
        scene, names = self._scene, self.systems
        found: JsonObject = {}
        world, around = names.get("world"), names.get("map")
        if around is not None:
            found[around] = {"type": "scene_cs", "parent": "", "children": [world]}
        if world is not None:
            found[world] = {"type": "scene_cs", "parent": around or "", "children": [names["ego"]]}
            if scene.map_from_world is not None:
                found[world]["pose_wrt_parent"] = encode_transform(scene.map_from_world)
        sensors = list(scene.rig.ego_from_sensor)
        found[names["ego"]] = {"type": "local_cs", "parent": world or "", "children": sensors}
        for name, place in scene.rig.ego_from_sensor.items():
            pose = encode_transform(place)
            found[name] = {"type": "sensor_cs", "parent": names["ego"], "children": [], "pose_wrt_parent": pose}
        return found

    def streams(self) -> JsonObject:
        """Lidars, and cameras with how they see.

        Raises:
            FormatError: A camera is of a model that the form does not have.
        """
        streams: JsonObject = {name: {"type": "lidar", "description": "", "uri": ""} for name in self._scene.rig.lidars}
        for name, camera in self._scene.rig.cameras.items():
            try:
                properties = encode_camera(camera)
            except ValueError as error:
                raise FormatError(self._scene.path, f"camera {name}: {error}") from error
            streams[name] = {"type": "camera", "description": "", "uri": "", "stream_properties": properties}
        return streams

    def frame_properties(self, frame: Frame) -> JsonObject:
        """Time, ego pose and streams of one frame."""
        properties: JsonObject = {"timestamp": encode_time(frame.timestamp_ns)}
        pose = self._scene.world_from_ego(frame.index)
        if pose is not None:
            ego, world = self.systems["ego"], self.systems["world"]
            transform = {"src": ego, "dst": world, "transform_src_to_dst": encode_transform(pose)}
            properties["transforms"] = {f"{ego}_to_{world}": transform}
        if streams := {item.name: item.stream(with_file=self._with_files) for item in frame_files(self._scene, frame)}:
            properties["streams"] = streams
        own: JsonObject = {}
        if frame.name and frame.name != str(self.numbers[frame.index]):
            own["name"] = frame.name
        elif not frame.name and self.numbers != list(range(len(self.numbers))):
            own["name"] = ""
        if frame.cameras is not None:
            own["cameras"] = list(frame.cameras)
        return properties | ({KEY: own} if own else {})

    def own(self) -> JsonObject:
        """What of the scene the form has no field for."""
        scene = self._scene
        own: JsonObject = {"coordinate_systems": dict(self.systems)}
        rig: JsonObject = {"images_are": scene.rig.images_are, "revision": scene.rig.revision}
        if scene.rig.clock_offset_ns:
            rig["clock_offset_ns"] = dict(scene.rig.clock_offset_ns)
        own["rig"] = rig
        if scene.origin_wgs84 is not None:
            own["origin_wgs84"] = list(scene.origin_wgs84)
        if not scene.is_sequential:
            own["is_sequential"] = False
        if scene.trajectory is not None and tuple(scene.trajectory.timestamps_ns.tolist()) != scene.frame_times_ns:
            own["trajectory"] = [
                {"timestamp": encode_time(stamp), "world_from_ego": encode_transform(pose)}
                for stamp, pose in zip(scene.trajectory.timestamps_ns.tolist(), scene.trajectory.poses, strict=True)
            ]
        return own


class StreamFile:
    """A cloud or an image of a frame, and where it goes.

    Attributes:
        name: The stream's.
        target_stem: The file's name below the folder, without its suffix.
        data: The cloud or the image.
    """

    def __init__(self, name: str, target_stem: str, data: Sweep | CameraImage) -> None:
        """Take one."""
        self.name, self.target_stem, self.data = name, target_stem, data

    def stream(self, *, with_file: bool) -> JsonObject:
        """The frame's entry of the stream: its own time, and the file where that goes along."""
        own: JsonObject = {}
        if isinstance(self.data, CameraImage) and self.data.row_time_ns:
            own["row_time_ns"] = self.data.row_time_ns
        elif isinstance(self.data, Sweep) and self.data.deskew != "off":
            own["deskew"] = self.data.deskew
        properties: JsonObject = {"sync": {"timestamp": encode_time(self.data.timestamp_ns)}}
        stream: JsonObject = {"stream_properties": properties | ({KEY: own} if own else {})}
        return stream | ({"uri": self.target_stem + self._suffix()} if with_file else {})

    def sensor_file(self) -> SensorFile:
        """The file itself: a cloud as it is where it is KITTI's or a PCD, else as a PCD; an image as it is."""
        if isinstance(self.data, CameraImage):
            return image_file(self.target_stem, self.data)
        if self.data.read is read_kitti_bin and not self.data.part:
            return cloud_file(f"{self.target_stem}.bin", self.data, read_kitti_bin, write_kitti_bin)
        return cloud_file(f"{self.target_stem}.pcd", self.data, read_pcd, write_pcd)

    def _suffix(self) -> str:
        if isinstance(self.data, CameraImage):
            return image_suffix(self.data)
        return PurePosixPath(self.sensor_file().target).suffix


def frame_files(scene: Scene, frame: Frame) -> Iterator[StreamFile]:
    """The clouds and images of a frame."""
    for sweep in frame.sweeps:
        yield StreamFile(sweep.sensor, f"{scene.name}/{as_file_name(sweep.sensor)}/{frame.index:06d}", sweep)
    for image in frame.images:
        yield StreamFile(image.camera, f"{scene.name}/{as_file_name(image.camera)}/{frame.index:06d}", image)


def frame_numbers(scene: Scene) -> list[int]:
    """The master frame numbers: the frames' names where those are rising whole numbers, else their indices."""
    names = [frame.name for frame in scene.frames]
    if all(name.isascii() and name.isdigit() and len(name) < 10 and str(int(name)) == name for name in names):
        numbers = [int(name) for name in names]
        if sorted(set(numbers)) == numbers:
            return numbers
    return list(range(len(names)))


def _system_names(scene: Scene) -> dict[str, str]:
    """Names that no sensor has."""
    taken = {*scene.rig.ego_from_sensor, ""}
    wanted = {"ego": EGO}
    if scene.trajectory is not None:
        wanted["world"] = "odom"
        if scene.map_from_world is not None:
            wanted["map"] = scene.map_name or "map"
    names: dict[str, str] = {}
    for role, name in wanted.items():
        candidates = (name + "_cs" * count for count in range(len(taken) + 1))
        free = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(free)
        names[role] = free
    return names
