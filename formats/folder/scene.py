"""A plain folder as a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration import CameraModel, ImagesAre, Pinhole, SensorRig
from formats.errors import FormatError
from formats.folder.calibration_file import NAME, CalibrationFile, SensorEntry, read_calibration_file
from formats.folder.clouds import cloud_reader, guess_full_intensity, guess_point_fields
from formats.folder.extrinsics import place_sensors
from formats.folder.look import SensorFiles, find_files
from formats.folder.pair import Pairing, pair_files
from formats.folder.poses_file import check_poses_path, read_poses
from formats.folder.sensors import find_sensors
from formats.format import Answers, Guess
from formats.listing import Listing
from formats.map_world import world_on_map
from formats.settler import Settler
from fusion import CameraImage, Frame, ImageFileError, Problem, Scene, Sweep, image_size
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray
from pointcloud import PointCloud, PointFileError

FAR_M = 4096.0
"""No lidar sees as far: points whose middle lies farther out are in map coordinates."""
EGO_FROM_AHEAD = SE3(np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]), np.zeros(3))
"""Where a camera sits that looks straight ahead from the ego's origin."""
LOOKED_AT_FILES = 3


@dataclass(frozen=True)
class _Points:
    """How clouds are read.

    Attributes:
        fields: Numbers a point of ``.bin``.
        full_intensity: What becomes 1.
        in_map: Whether they are in map coordinates.
        middle_m: (3,) the middle of the first clouds, in whole metres.
    """

    fields: int
    full_intensity: float
    in_map: bool
    middle_m: FloatArray


@dataclass(frozen=True)
class _World:
    trajectory: Trajectory | None
    map_from_world: SE3 | None


def open_folder_scene(root: Path, name: str, format_name: str, assume: Answers) -> tuple[Scene, tuple[Guess, ...]]:
    """One folder as a scene, and how its questions were settled.

    Raises:
        FormatError: There is no file of a sensor, or the calibration file cannot be used.
    """
    listing, settler = Listing(root=root, base=root), Settler(root, assume)
    calibration = read_calibration_file(root / NAME, listing) if listing.file(root / NAME) else None
    sensors = find_sensors(root, find_files(root, listing), calibration, listing, settler)
    entries = {entry.name: entry for entry in calibration.sensors} if calibration is not None else {}
    points = _look_at_points([sensor for sensor in sensors if sensor.kind == "lidar"], listing, settler)
    rig = _rig(sensors, calibration, points, listing, settler)
    used = [sensor for sensor in sensors if sensor.name in rig.ego_from_sensor]
    if not used:
        raise FormatError(root, f"expected a lidar, or cameras with a calibration in {NAME}, found neither")
    pairing = pair_files(used, listing, settler, dict(calibration.told) if calibration is not None else {})
    world = _world(root, calibration, pairing, points, listing)
    scene = Scene(
        name,
        root,
        format_name,
        rig,
        _frames(pairing, rig, entries, points, world),
        world.trajectory,
        is_sequential=pairing.is_sequential,
        problems=tuple(listing.problems),
        map_from_world=world.map_from_world,
        assume=dict(assume),
        masks=_masks(root, rig, entries, listing),
    )
    return scene, tuple(settler.guesses)


def _look_at_points(lidars: Sequence[SensorFiles], listing: Listing, settler: Settler) -> _Points:
    """Read the first cloud of each lidar, and settle what its numbers mean."""
    fields = 4
    if bins := [path for lidar in lidars for path in lidar.files[:LOOKED_AT_FILES] if path.suffix.lower() == ".bin"]:
        fields = _point_fields(bins, listing, settler)
    clouds: list[PointCloud] = []
    for lidar in lidars:
        try:
            clouds.append(cloud_reader(lidar.files[0], fields, 1.0, None)[0](lidar.files[0], lidar.name))
        except PointFileError as error:
            listing.problems.append(Problem.of(error, listing.base))
    if not lidars:
        return _Points(fields, 1.0, False, np.zeros(3))
    full, why, is_sure = guess_full_intensity(clouds)
    full_intensity = float(settler.settle("intensity", str(full), why, is_sure=is_sure))
    middles = [cloud.positions_m.mean(axis=0) for cloud in clouds if len(cloud)]
    middle_m: FloatArray = np.asarray(np.round(np.mean(middles, axis=0))) if middles else np.zeros(3)
    far_m = float(np.abs(middle_m).max())
    why = f"the middle of {len(middles)} first clouds is {far_m:.0f} m from their origin"
    in_map = settler.settle(
        "points_in", "map" if far_m > FAR_M else "sensor", why, is_sure=far_m > FAR_M or far_m < 100
    )
    return _Points(fields, full_intensity, in_map == "map", middle_m)


def _point_fields(bins: Sequence[Path], listing: Listing, settler: Settler) -> int:
    try:
        fields, why, is_sure = guess_point_fields(bins)
    except PointFileError as error:
        listing.problems.append(Problem.of(error, listing.base))
        fields, why, is_sure = 4, "the first files cannot be read", False
    return int(settler.settle("point_fields", str(fields), why, is_sure=is_sure))


def _rig(
    sensors: Sequence[SensorFiles],
    calibration: CalibrationFile | None,
    points: _Points,
    listing: Listing,
    settler: Settler,
) -> SensorRig:
    """The rig of the file's sensors, and of the lidars and cameras that it does not name, as settled."""
    entries = calibration.sensors if calibration is not None else ()
    ego_from_sensor = place_sensors(entries, listing, settler)
    cameras: dict[str, CameraModel] = {
        entry.name: entry.camera for entry in entries if entry.camera is not None and entry.name in ego_from_sensor
    }
    images_are: ImagesAre = calibration.images_are if calibration is not None else "rectified"
    for name in [name for name, camera in cameras.items() if camera.bends_lines and images_are == "rectified"]:
        listing.complain(
            listing.base / NAME, f"sensor {name} is left out: its lens bends lines, but images_are is not raw"
        )
        del cameras[name], ego_from_sensor[name]
    lidars = [sensor for sensor in sensors if sensor.kind == "lidar"]
    for sensor in lidars:
        if sensor.name not in ego_from_sensor and (calibration is not None or len(lidars) > 1):
            listing.complain(sensor.files[0].parent, f"{NAME} does not place {sensor.name}: it is taken as the ego")
        if sensor.name not in ego_from_sensor or points.in_map:
            ego_from_sensor[sensor.name] = SE3.identity()
    for sensor in _uncalibrated(sensors, cameras, settler):
        model = _nominal(sensor, listing)
        if model is not None:
            cameras[sensor.name], ego_from_sensor[sensor.name] = model, EGO_FROM_AHEAD
    present = {sensor.name for sensor in sensors}
    return SensorRig(
        {name: place for name, place in ego_from_sensor.items() if name in present},
        {name: camera for name, camera in cameras.items() if name in present},
        tuple(sensor.name for sensor in lidars),
        images_are=images_are,
    )


def _uncalibrated(
    sensors: Sequence[SensorFiles], cameras: Mapping[str, CameraModel], settler: Settler
) -> list[SensorFiles]:
    """The cameras to be shown without a calibration."""
    lacking = [sensor for sensor in sensors if sensor.kind == "camera" and sensor.name not in cameras]
    if not lacking:
        return []
    why = (
        f"{NAME} describes none of {', '.join(sensor.name for sensor in lacking)}; nominal would show them with a view"
        " of 90° straight ahead, where boxes are drawn in the wrong places"
    )
    return lacking if settler.settle("uncalibrated", "leave_out", why, is_sure=False) == "nominal" else []


def _nominal(sensor: SensorFiles, listing: Listing) -> Pinhole | None:
    try:
        width, height = image_size(sensor.files[0])
    except ImageFileError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return None
    listing.complain(
        sensor.files[0].parent, f"{sensor.name} has no calibration: what is drawn in its images is not right"
    )
    return Pinhole(width / 2, width / 2, (width - 1) / 2, (height - 1) / 2, width, height)


def _world(
    root: Path, calibration: CalibrationFile | None, pairing: Pairing, points: _Points, listing: Listing
) -> _World:
    """From the poses; without any, points of a map stand in a world where the ego does not move."""
    name = calibration.poses_file if calibration is not None else ""
    path = check_poses_path(root, name, listing) if name else None
    if path is not None and calibration is not None:
        poses = read_poses(path, calibration.poses_form, pairing.times_ns, listing)
        if poses is not None:
            origin_m = poses.world_from_ego(pairing.times_ns[0]).translation
            return _World(*world_on_map(poses.timestamps_ns.tolist(), poses.poses, origin_m))
    if not points.in_map:
        return _World(None, None)
    still = Trajectory.from_poses([pairing.times_ns[0]], [SE3.identity()])
    return _World(still, SE3(np.eye(3), points.middle_m))


def _frames(
    pairing: Pairing, rig: SensorRig, entries: Mapping[str, SensorEntry], points: _Points, world: _World
) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    for index, (time_ns, name, files) in enumerate(zip(pairing.times_ns, pairing.names, pairing.files, strict=True)):
        sweeps = tuple(_sweep(lidar, *files[lidar], points, world) for lidar in rig.lidars if lidar in files)
        images = tuple(
            CameraImage(
                camera,
                files[camera][1],
                files[camera][0],
                row_time_ns=entries[camera].row_time_ns if camera in entries else 0,
            )
            for camera in rig.cameras
            if camera in files
        )
        frames.append(Frame(index, time_ns, sweeps, images, name))
    return tuple(frames)


def _sweep(lidar: str, path: Path, time_ns: int, points: _Points, world: _World) -> Sweep:
    ego_from_map = None
    if points.in_map and world.trajectory is not None and world.map_from_world is not None:
        map_from_ego = world.map_from_world @ world.trajectory.world_from_ego(time_ns)
        ego_from_map = map_from_ego.inverse()
    read, count = cloud_reader(path, points.fields, points.full_intensity, ego_from_map)
    return Sweep(lidar, time_ns, path, read, count)


def _masks(root: Path, rig: SensorRig, entries: Mapping[str, SensorEntry], listing: Listing) -> dict[str, Path]:
    masks: dict[str, Path] = {}
    for name in rig.cameras:
        mask = entries[name].mask if name in entries else ""
        if not mask:
            continue
        if listing.file(root / mask):
            masks[name] = root / mask
        else:
            listing.complain(root / mask, f"expected the mask of {name}, found none")
    return masks
