"""An OpenLABEL file as a scene: rig, frames, times, trajectory, and sensor data where its streams name files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from calibration import CameraModel, ImagesAre, SensorRig
from formats.carried import KEY
from formats.checked_values import as_list, as_object, finite_number, place_wgs84, usable_text
from formats.format import Answers, Guess
from formats.listing import Listing
from formats.map_world import world_on_map
from formats.openlabel.coordinates import Coordinates
from formats.openlabel.document import Document, FileFrame, read_document
from formats.openlabel.stream_files import StreamFiles
from formats.openlabel.streams import decode_camera
from formats.openlabel.timestamps import QUESTION, decode_time, frame_times
from formats.openlabel.transforms import decode_transform
from fusion import Frame, Scene
from geometry import SE3, Trajectory

SUFFIX = ".json"
NEAR_ORIGIN_M = 1e-6


@dataclass(frozen=True)
class OpenedFile:
    """A file and what its scene was made of.

    Attributes:
        document: The file's parts.
        coordinates: Its coordinate systems.
        scene: The scene.
        guesses: How open questions were settled.
    """

    document: Document
    coordinates: Coordinates
    scene: Scene
    guesses: tuple[Guess, ...]


def open_file(path: Path, format_name: str, assume: Answers) -> OpenedFile:
    """Open a file as a scene named after it; its folder is the scene's.

    Raises:
        FormatError: The file is no OpenLABEL.
    """
    folder = path.parent.resolve()
    listing = Listing(root=folder, base=folder)
    file = folder / path.name

    def complain(message: str) -> None:
        listing.complain(file, message)

    document = read_document(file, complain)
    coordinates = Coordinates(document, complain)
    builder = _SceneBuilder(document, coordinates, listing, assume)
    scene = builder.build(scene_name(path), folder, format_name)
    return OpenedFile(document, coordinates, scene, tuple(builder.guesses))


def scene_name(path: Path) -> str:
    """A scene's name: the file's without its suffix."""
    return path.name[: -len(SUFFIX)] if path.name.lower().endswith(SUFFIX) else path.name


@dataclass
class _SceneBuilder:
    document: Document
    coordinates: Coordinates
    listing: Listing
    assume: Answers
    guesses: list[Guess] = field(default_factory=list)

    def build(self, name: str, folder: Path, format_name: str) -> Scene:
        own = self.document.own
        rig = self._rig()
        times_ns = self._times_ns()
        frames = self._frames(times_ns, rig)
        trajectory, map_from_world, map_name = self._trajectory(times_ns)
        scene = Scene(
            name,
            folder,
            format_name,
            rig,
            frames,
            trajectory,
            place_wgs84(own.get("origin_wgs84")),
            is_sequential=own.get("is_sequential") is not False,
            map_from_world=map_from_world,
            map_name=map_name,
            assume=dict(self.assume),
        )
        return replace(scene, problems=tuple(self.listing.problems))

    def _complain(self, message: str) -> None:
        self.listing.complain(self.document.path, message)

    def _times_ns(self) -> list[int]:
        unit = self.assume.get(QUESTION, "s" if self.document.own else None)
        values = [frame.properties.get("timestamp") for frame in self.document.frames]
        times_ns, guess, fault = frame_times(values, [frame.number for frame in self.document.frames], unit)
        if guess is not None and not self.document.own:
            self.guesses.append(guess)
        if fault:
            self._complain(fault)
        self._unit = guess.answer if guess is not None else (unit or "s")
        return times_ns

    def _rig(self) -> SensorRig:
        tree = self.coordinates
        places = {name: place for name in tree.systems if (place := tree.dst_from_src(tree.ego, name)) is not None}
        cameras: dict[str, CameraModel] = {}
        lidars: list[str] = []
        for name, value in self.document.part("streams").items():
            stream = as_object(value)
            kind = stream.get("type")
            if kind not in ("camera", "lidar") or usable_text(name) != name:
                continue
            if not tree.systems:
                places.setdefault(name, SE3.identity())
            if name not in places:
                self._complain(f"stream {name}: expected a coordinate system by that name, found none: left out")
            elif kind == "lidar":
                lidars.append(name)
            else:
                self._take_camera(name, as_object(stream.get("stream_properties")), places, cameras)
        fixed = {tree.ego, tree.world, tree.map}
        sensors = {name: place for name, place in places.items() if name not in fixed or name in (*cameras, *lidars)}
        return self._make_rig(sensors, _ahead_first(cameras, places, is_own=bool(self.document.own)), lidars)

    def _take_camera(
        self, name: str, properties: Mapping[str, object], places: dict[str, SE3], cameras: dict[str, CameraModel]
    ) -> None:
        try:
            camera, cam_from_stream = decode_camera(properties)
        except (ValueError, OverflowError) as error:
            self._complain(f"stream {name}: {error}: the camera is left out")
            return
        cameras[name] = camera
        if cam_from_stream.translation.any() or (cam_from_stream.rotation != np.eye(3)).any():
            places[name] = places[name] @ cam_from_stream.inverse()

    def _make_rig(
        self, places: Mapping[str, SE3], cameras: Mapping[str, CameraModel], lidars: Sequence[str]
    ) -> SensorRig:
        own = as_object(self.document.own.get("rig"))
        bends = any(camera.bends_lines for camera in cameras.values())
        images_are: ImagesAre = "raw" if bends or own.get("images_are") == "raw" else "rectified"
        offsets = {
            name: value
            for name, value in as_object(own.get("clock_offset_ns")).items()
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62
        }
        revision = finite_number(own.get("revision"))
        whole = int(revision) if revision is not None and 1 <= revision < 2**31 else 1
        return SensorRig(places, cameras, tuple(lidars), offsets, images_are, whole)

    def _frames(self, times_ns: Sequence[int], rig: SensorRig) -> tuple[Frame, ...]:
        files = StreamFiles(self.document, rig, self.listing, self._unit)
        numbers = [frame.number for frame in self.document.frames]
        # Numbers that only count say nothing; others are what the file calls its moments.
        counts = numbers == list(range(len(numbers)))
        frames: list[Frame] = []
        for index, (frame, time_ns) in enumerate(zip(self.document.frames, times_ns, strict=True)):
            sweeps, images = files.of_frame(frame, time_ns)
            name = frame.own.get("name", "" if counts else str(frame.number))
            cameras = _cameras_of(frame, rig)
            frames.append(Frame(index, time_ns, sweeps, images, name if isinstance(name, str) else "", cameras))
        files.complain_of_missing()
        return tuple(frames)

    def _trajectory(self, times_ns: Sequence[int]) -> tuple[Trajectory | None, SE3 | None, str]:
        """``world_from_ego`` of every frame that has one, with the world put where the vehicle starts."""
        tree = self.coordinates
        if tree.world is None:
            return None, None, ""
        found = [tree.dst_from_src(tree.world, tree.ego, frame) for frame in range(len(times_ns))]
        stamps = [time_ns for time_ns, pose in zip(times_ns, found, strict=True) if pose is not None]
        poses = [pose for pose in found if pose is not None]
        if not poses:
            return None, None, ""
        if len(poses) < len(times_ns):
            missing = len(times_ns) - len(poses)
            self._complain(f"expected an ego pose in every frame, found none in {missing} of {len(times_ns)}")
        if self.document.own:
            finer = self._own_trajectory()
            map_from_world = None if tree.map is None else tree.dst_from_src(tree.map, tree.world)
            return finer or Trajectory.from_poses(stamps, poses), map_from_world, tree.map or ""
        start = poses[0].translation
        if np.abs(start).max() <= NEAR_ORIGIN_M:
            return Trajectory.from_poses(stamps, poses), None, ""
        return *world_on_map(stamps, poses), tree.world

    def _own_trajectory(self) -> Trajectory | None:
        """The trajectory that was written whole because it has other times than the frames."""
        entries = as_list(self.document.own.get("trajectory"))
        stamps: list[int] = []
        poses: list[SE3] = []
        try:
            for entry in entries:
                stamp = decode_time(as_object(entry).get("timestamp"), "s")
                if stamp is None:
                    raise ValueError("expected a timestamp in every pose of the trajectory, found none")
                stamps.append(stamp)
                poses.append(decode_transform(as_object(entry).get("world_from_ego")))
            return Trajectory.from_poses(stamps, poses) if poses else None
        except ValueError as error:
            self._complain(f"{KEY}.trajectory: {error}: the frames' own poses are taken")
            return None


def _cameras_of(frame: FileFrame, rig: SensorRig) -> tuple[str, ...] | None:
    names = frame.own.get("cameras")
    if not isinstance(names, list):
        return None
    return tuple(name for name in names if isinstance(name, str) and name in rig.cameras)


def _ahead_first(
    cameras: Mapping[str, CameraModel], places: Mapping[str, SE3], *, is_own: bool
) -> Mapping[str, CameraModel]:
    """The cameras, the one that looks ahead first; in their order in files that were written with one."""
    if is_own:
        return cameras
    ahead = max(cameras, key=lambda name: float(places[name].rotation[0, 2]), default=None)
    return dict(sorted(cameras.items(), key=lambda item: item[0] != ahead))
