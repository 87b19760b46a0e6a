"""One sequence's folder as a scene: frames, rig and trajectory, without looking into a cloud."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from calibration import CameraModel, Pinhole, SensorRig
from formats.listing import IMAGE_SUFFIXES, Listing
from formats.map_world import world_on_map
from formats.pandaset.clouds import PandarCounter, PandarReader
from formats.pandaset.extras import Extras, read_extras
from formats.pandaset.sensor_json import read_intrinsics, read_poses, read_times
from fusion import CameraImage, Frame, ImageFileError, Problem, Scene, Sweep, image_size
from geometry import SE3, Trajectory

STEP_NS = 100_000_000
FRONT = "front_camera"
CLOUD_FILE = re.compile(r"(\d{1,5})\.pkl\.gz", re.ASCII)
MAX_SPREAD_M, MAX_SPREAD_RAD = 0.05, np.radians(0.5)


@dataclass(frozen=True)
class _Places:
    """Where the vehicle was, with the map's coordinates taken off.

    Attributes:
        trajectory: ``world_from_ego``, or None where no pose is known.
        map_from_world: The first place on the map.
    """

    trajectory: Trajectory | None
    map_from_world: SE3

    def map_from_ego(self, time_ns: int) -> SE3:
        """At a time."""
        if self.trajectory is None:
            return self.map_from_world
        return self.map_from_world @ self.trajectory.world_from_ego(time_ns)


def tables_of(listing: Listing, folder: Path) -> dict[int, Path]:
    """The ``.pkl.gz`` of a folder by frame number."""
    found = ((CLOUD_FILE.fullmatch(name), name) for name in listing.files(folder))
    return {int(match[1]): folder / name for match, name in found if match}


def open_sequence(folder: Path, name: str, format_name: str, listing: Listing) -> Scene:
    """The scene of a sequence's folder; what is wrong goes to the listing."""
    clouds = tables_of(listing, folder / "lidar")
    cameras = _camera_folders(folder, listing)
    images = {camera: listing.numbered(cameras[camera], IMAGE_SUFFIXES) for camera in cameras}
    labels = tables_of(listing, folder / "annotations" / "cuboids")
    frame_count = max((number for numbers in (clouds, labels, *images.values()) for number in numbers), default=-1) + 1
    times_ns = _frame_times(folder / "lidar", frame_count, listing)
    extras = read_extras(folder, listing)
    places = _places(folder / "lidar" / "poses.json", times_ns, extras, listing)
    _name_missing(folder / "lidar", clouds, frame_count, "cloud", listing)
    image_times = {camera: _image_times(cameras[camera], times_ns, listing) for camera in cameras}
    rig = _rig(cameras, images, image_times, places, extras, listing)
    frames = [
        Frame(
            index,
            time_ns,
            _sweeps(clouds.get(index), time_ns, places, extras),
            tuple(
                CameraImage(camera, image_times[camera][index], images[camera][index])
                for camera in rig.cameras
                if index in images[camera]
            ),
            f"{index:02d}",
        )
        for index, time_ns in enumerate(times_ns)
    ]
    return Scene(
        name,
        folder,
        format_name,
        rig,
        tuple(frames),
        places.trajectory,
        extras.origin_wgs84,
        problems=tuple(listing.problems),
        map_from_world=places.map_from_world if places.trajectory is not None else None,
    )


def _camera_folders(folder: Path, listing: Listing) -> dict[str, Path]:
    """The cameras' folders by name, the one that looks ahead first."""
    names = sorted(listing.folders(folder / "camera"), key=lambda name: name != FRONT)
    return {name: folder / "camera" / name for name in names}


def _frame_times(lidar: Path, frame_count: int, listing: Listing) -> tuple[int, ...]:
    times_ns = read_times(lidar / "timestamps.json", listing)
    if len(times_ns) >= frame_count:
        return times_ns[:frame_count]
    path = lidar / "timestamps.json"
    listing.complain(path, f"expected times of {frame_count} frames, found {len(times_ns)}: taken as 10 Hz")
    return tuple(STEP_NS * index for index in range(frame_count))


def _image_times(folder: Path, times_ns: tuple[int, ...], listing: Listing) -> tuple[int, ...]:
    found = read_times(folder / "timestamps.json", listing)
    if len(found) >= len(times_ns):
        return found[: len(times_ns)]
    path = folder / "timestamps.json"
    listing.complain(path, f"expected times of {len(times_ns)} frames, found {len(found)}: the clouds' are taken")
    return times_ns


def _places(path: Path, times_ns: tuple[int, ...], extras: Extras, listing: Listing) -> _Places:
    poses = {index: pose for index, pose in read_poses(path, listing).items() if index < len(times_ns)}
    if not poses or not extras.has_world:
        if extras.has_world:
            listing.complain(path, "expected poses of the lidar, found none: the map is taken as the vehicle's frame")
        return _Places(None, SE3.identity())
    if len(poses) < len(times_ns):
        found = f"found {len(poses)}: the others are taken between them"
        listing.complain(path, f"expected poses of {len(times_ns)} frames, {found}")
    pose_from_ego = extras.ego_from_pose.inverse()
    map_from_ego = {index: poses[index] @ pose_from_ego for index in sorted(poses)}
    return _Places(*world_on_map([times_ns[index] for index in map_from_ego], list(map_from_ego.values())))


def _sweeps(path: Path | None, time_ns: int, places: _Places, extras: Extras) -> tuple[Sweep, ...]:
    if path is None:
        return ()
    map_from_ego = places.map_from_ego(time_ns)
    return tuple(
        Sweep(
            lidar,
            time_ns,
            path,
            PandarReader(sensor_id, (map_from_ego @ ego_from_lidar).inverse(), time_ns),
            PandarCounter(sensor_id),
            part=str(sensor_id),
            deskew="done",
        )
        for sensor_id, (lidar, ego_from_lidar) in enumerate(extras.ego_from_lidar.items())
    )


def _rig(
    cameras: Mapping[str, Path],
    images: Mapping[str, Mapping[int, Path]],
    image_times: Mapping[str, tuple[int, ...]],
    places: _Places,
    extras: Extras,
    listing: Listing,
) -> SensorRig:
    ego_from_sensor: dict[str, SE3] = dict(extras.ego_from_lidar)
    models: dict[str, CameraModel] = {}
    for camera, folder in cameras.items():
        model = _camera(folder, images[camera], listing)
        place = _camera_place(folder / "poses.json", image_times[camera], places, listing)
        if camera in ego_from_sensor:
            listing.complain(folder, "expected another name than a lidar's, found the same")
        elif model is not None and place is not None:
            models[camera], ego_from_sensor[camera] = model, place
    return SensorRig(ego_from_sensor, models, tuple(extras.ego_from_lidar))


def _camera(folder: Path, images: Mapping[int, Path], listing: Listing) -> Pinhole | None:
    path = folder / "intrinsics.json"
    found = read_intrinsics(path, listing)
    if found is None:
        listing.complain(path, "expected the camera's intrinsics, found none: its images are not used")
        return None
    (fx, fy, cx, cy), given_size = found
    width, height = given_size or _first_size(images, listing) or (max(round(2 * cx), 1), max(round(2 * cy), 1))
    return Pinhole(fx, fy, cx, cy, width, height)


def _first_size(images: Mapping[int, Path], listing: Listing) -> tuple[int, int] | None:
    for path in [images[number] for number in sorted(images)][:1]:
        try:
            return image_size(path)
        except ImageFileError as error:
            listing.problems.append(Problem.of(error, listing.base))
    return None


def _camera_place(path: Path, times_ns: tuple[int, ...], places: _Places, listing: Listing) -> SE3 | None:
    """``ego_from_camera``: the mean over the frames in which the vehicle's own place is known."""
    poses = {index: pose for index, pose in read_poses(path, listing).items() if index < len(times_ns)}
    if not poses:
        listing.complain(path, "expected poses of the camera, found none: its images are not used")
        return None
    inside = poses
    if places.trajectory is not None:
        first, last = places.trajectory.timestamps_ns[[0, -1]].tolist()
        # Beyond the ends the vehicle's place is only held, and a camera would seem to drive off.
        inside = {index: pose for index, pose in poses.items() if first <= times_ns[index] <= last} or poses
    found = [places.map_from_ego(times_ns[index]).inverse() @ pose for index, pose in inside.items()]
    rotations = Rotation.from_matrix(np.array([place.rotation for place in found]))
    centers = np.array([place.translation for place in found])
    mean, center = rotations.mean(), centers.mean(axis=0)
    spread_m = float(np.linalg.norm(centers - center, axis=1).max())
    spread_rad = float((mean.inv() * rotations).magnitude().max())
    if spread_m > MAX_SPREAD_M or spread_rad > MAX_SPREAD_RAD:
        spread = f"{spread_m:.2f} m and {np.degrees(spread_rad):.1f}°"
        listing.complain(path, f"expected a camera fixed to the vehicle, found one that moves by {spread}: mean taken")
    return SE3(mean.as_matrix(), center)


def _name_missing(folder: Path, present: Mapping[int, Any], frame_count: int, what: str, listing: Listing) -> None:
    missing = frame_count - len(present)
    if missing:
        listing.complain(folder, f"{missing} of {frame_count} frames have no {what}")
