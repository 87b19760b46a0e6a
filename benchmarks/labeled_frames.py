"""Frames whose objects are known, to measure against labels: simulated ones, and real ones where there are any."""

from __future__ import annotations

import os
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from formats import get_format, open_dataset
from formats.attach import attach_labels
from fusion import CameraView, Scene, camera_views, fuse_frame
from geometry import SE3, Box
from geometry.arrays import FloatArray
from labels import Category, LabelSet, Resolver
from simulation import DriveOptions, SimulatedDrive, simulate_drive, spinning_lidar

Ltrb = tuple[float, float, float, float]
KITTI_CATEGORIES = "kitti-tracking"
NUSCENES_CATEGORIES = {
    "car": "vehicle.car",
    "truck": "vehicle.truck",
    "trailer": "vehicle.trailer",
    "bus": "vehicle.bus.rigid",
    "construction_vehicle": "vehicle.construction",
    "bicycle": "vehicle.bicycle",
    "motorcycle": "vehicle.motorcycle",
    "pedestrian": "human.pedestrian.adult",
    "traffic_cone": "movable_object.trafficcone",
    "barrier": "movable_object.barrier",
}
FEWEST_PIXELS = 60
"""Of less of an object nobody draws a rectangle around it."""
SIMULATED = (("simulated_64", 64, 21), ("simulated_32", 32, 22))


@dataclass(frozen=True, eq=False)
class Rectangle:
    """Where an object is in an image.

    Attributes:
        view: How the camera saw the frame.
        ltrb_px: Left, top, right, bottom around all of it, hidden parts too: as the dataset says, or of its cuboid.
        seen_ltrb_px: The same around the pixels that show it, as people draw; None where they are not known.
    """

    view: CameraView
    ltrb_px: Ltrb
    seen_ltrb_px: Ltrb | None = None


@dataclass(frozen=True)
class LabeledObject:
    """One object of a frame.

    Attributes:
        category: As its dataset calls it.
        box: In ``ego``.
        size_prior_lwh_m: What its dataset's taxonomy says of the category.
        is_rigid: Likewise.
        rectangle: Where it is in the image that shows it largest, if any does.
    """

    category: str
    box: Box
    size_prior_lwh_m: tuple[float, float, float]
    is_rigid: bool
    rectangle: Rectangle | None = None


@dataclass(frozen=True, eq=False)
class LabeledFrame:
    """A frame whose objects are known.

    Attributes:
        dataset: Where it comes from.
        points: (N, 3) in ``ego``.
        lidar_center: (3,) where they were seen from.
        objects: What is labelled.
    """

    dataset: str
    points: FloatArray
    lidar_center: FloatArray
    objects: tuple[LabeledObject, ...]


def data_folder() -> Path:
    """Real data: ``TRUEBOX_TEST_DATA``, or ../shared/data; may not be there."""
    named = os.environ.get("TRUEBOX_TEST_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def simulated_frames(frames: int, azimuths: int) -> Iterator[LabeledFrame]:
    """Frames of two simulated drives, one with a 64-beam and one with a 32-beam lidar, evenly spread over 40."""
    find = get_format(KITTI_CATEGORIES).default_taxonomy.category
    for name, beams, seed in SIMULATED:
        lidar = spinning_lidar(beams)
        drive = simulate_drive(seed, 40, options=DriveOptions(pictures=False, azimuths=azimuths, lidars=(lidar,)))
        for index in np.linspace(0, 39, frames).astype(int).tolist():
            frame = drive.frame(index)
            points = drive.ego_from_lidar.apply(np.asarray(frame.points_lidar[:, :3], dtype=np.float64))
            rectangles = _simulated_rectangles(drive, index, {item.track: item.box_ego for item in frame.objects})
            told = [(item.category, item.box_ego, rectangles.get(item.track)) for item in frame.objects]
            yield LabeledFrame(name, points, drive.ego_from_lidar.translation, _objects(told, find))


def _simulated_rectangles(drive: SimulatedDrive, index: int, boxes: Mapping[int, Box]) -> dict[int, Rectangle]:
    """Of each track that a picture shows."""
    found: defaultdict[int, list[Rectangle]] = defaultdict(list)
    pictures = drive.pictures(index)
    for camera in drive.cameras:
        view = CameraView(camera.model, camera.cam_from_ego)
        for track, box in boxes.items():
            projected = view.project_box(box)
            rows, columns = np.nonzero(pictures[camera.name].track == track)
            if projected is not None and projected.trunc_ltrb_px is not None and len(rows) >= FEWEST_PIXELS:
                seen = tuple(map(float, (columns.min(), rows.min(), columns.max(), rows.max())))
                found[track].append(Rectangle(view, projected.trunc_ltrb_px, seen))  # type: ignore[arg-type]
    return {track: max(rectangles, key=_area) for track, rectangles in found.items()}


def _area(rectangle: Rectangle) -> float:
    left, top, right, bottom = rectangle.ltrb_px
    return (right - left) * (bottom - top)


def real_frames(folder: Path) -> Iterator[LabeledFrame]:
    """Every labelled frame with a cloud that the folder holds."""
    for source in (_kitti_raw, _kitti_tracking, _kitti_object, _argoverse, _sustechpoints, _nuscenes):
        yield from source(folder)


def _kitti_raw(folder: Path) -> Iterator[LabeledFrame]:
    """Drive 0013 with its whole turn of the lidar; it is sequence 0003 of tracking, which has the labels."""
    if not ((folder / "kitti_raw").is_dir() and (folder / "kitti_tracking").is_dir()):
        return
    tracking = get_format("kitti-tracking")
    (raw,) = open_dataset(folder / "kitti_raw").scenes[:1]
    source = next(scene for scene in open_dataset(folder / "kitti_tracking").scenes if scene.name == "0003")
    labels = attach_labels(tracking.read_labels(source).labels, source, raw).labels
    yield from _frames("kitti_raw_0013", raw, labels, "kitti-tracking", range(len(raw.frames)))


def _kitti_tracking(folder: Path) -> Iterator[LabeledFrame]:
    """Sequence 0003 after the frames that ``_kitti_raw`` has, and two frames of 0001."""
    for name, first in (("0003", 12), ("0001", 0)):
        for scene, labels in _scenes(folder / "kitti_tracking", "kitti-tracking", name):
            yield from _frames(
                f"kitti_tracking_{name}", scene, labels, "kitti-tracking", range(first, len(scene.frames))
            )


def _kitti_object(folder: Path) -> Iterator[LabeledFrame]:
    for scene, labels in _scenes(folder / "kitti_object", "kitti-object"):
        yield from _frames("kitti_object", scene, labels, "kitti-object", range(len(scene.frames)))


def _argoverse(folder: Path) -> Iterator[LabeledFrame]:
    for scene, labels in _scenes(folder / "argoverse2", "av2"):
        yield from _frames("argoverse2", scene, labels, "av2", range(len(scene.frames)))


def _sustechpoints(folder: Path) -> Iterator[LabeledFrame]:
    for scene, labels in _scenes(folder / "sustechpoints_example", "sustechpoints"):
        yield from _frames("sustechpoints", scene, labels, "sustechpoints", range(len(scene.frames)))


def _scenes(folder: Path, form: str, name: str | None = None) -> Iterator[tuple[Scene, LabelSet]]:
    if folder.is_dir():
        for scene in open_dataset(folder, form).scenes:
            if name is None or scene.name == name:
                yield scene, get_format(form).read_labels(scene).labels


def _frames(dataset: str, scene: Scene, labels: LabelSet, form: str, indices: Sequence[int]) -> Iterator[LabeledFrame]:
    find = get_format(form).default_taxonomy.category
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    drawn = _given_rectangles(scene, labels)
    for index in indices:
        cuboids = [resolved.cuboid for resolved in resolver.frame(index)]
        if not cuboids or not any(sweep.path.is_file() for sweep in scene.frames[index].sweeps):
            continue
        told = [
            (labels.tracks[item.track_id].category, item.box_ego, drawn.get((index, item.track_id))) for item in cuboids
        ]
        cloud = fuse_frame(scene, index).cloud
        yield LabeledFrame(dataset, cloud.positions_m, lidar_center(scene), _objects(told, find))


def _given_rectangles(scene: Scene, labels: LabelSet) -> dict[tuple[int, str], Rectangle]:
    """By frame and track, the 2D boxes that came with the labels."""
    found: defaultdict[tuple[int, str], list[Rectangle]] = defaultdict(list)
    views: dict[int, dict[str, CameraView]] = {}
    for item in labels.image_boxes.values():
        seen = views.setdefault(item.frame_index, camera_views(scene, item.frame_index))
        if item.track_id is not None and item.kind == "given" and item.camera in seen:
            found[item.frame_index, item.track_id].append(Rectangle(seen[item.camera], item.ltrb_px))
    return {place: max(rectangles, key=_area) for place, rectangles in found.items()}


def lidar_center(scene: Scene) -> FloatArray:
    """(3,) where a scene's points were seen from, in ``ego``: the middle of its lidars.

    Argoverse 2 gives its two lidars' points as one cloud in ``ego``, and their places beside it.
    """
    places = scene.rig.ego_from_sensor
    names = [name for name in ("up_lidar", "down_lidar") if name in places] or list(scene.rig.lidars)
    return np.mean([places[name].translation for name in names], axis=0) if names else np.zeros(3)


def _objects(
    told: Sequence[tuple[str, Box, Rectangle | None]], find: Callable[[str], Category | None]
) -> tuple[LabeledObject, ...]:
    known = [(find(category), box, rectangle) for category, box, rectangle in told]
    return tuple(
        LabeledObject(category.name, box, category.size_prior_lwh_m, category.is_rigid, rectangle)
        for category, box, rectangle in known
        if category is not None
    )


def _nuscenes(folder: Path) -> Iterator[LabeledFrame]:
    """One key frame in the form that mmdetection3d keeps it."""
    find = get_format("nuscenes").default_taxonomy.category
    for path in sorted((folder / "nuscenes_demo").glob("*.pkl")):
        with path.open("rb") as file:
            info = _NumbersOnly(file).load()
        names = {number: NUSCENES_CATEGORIES[name] for name, number in info["metainfo"]["categories"].items()}
        sample = info["data_list"][0]
        ego_from_lidar = SE3.from_matrix(np.array(sample["lidar_points"]["lidar2ego"]))
        sweep = np.fromfile(path.parent / sample["lidar_points"]["lidar_path"], dtype=np.float32).reshape(-1, 5)
        told: list[tuple[str, Box, Rectangle | None]] = []
        for item in sample["instances"]:
            if item["bbox_label_3d"] in names:
                x, y, z, length, width, height, yaw = (float(value) for value in item["bbox_3d"])
                box = Box.from_yaw([x, y, z], [length, width, height], yaw)
                told.append((names[item["bbox_label_3d"]], box.transform(ego_from_lidar), None))
        points = ego_from_lidar.apply(sweep[:, :3].astype(np.float64))
        yield LabeledFrame("nuscenes", points, ego_from_lidar.translation, _objects(told, find))


class _NumbersOnly(pickle.Unpickler):
    """Reads plain values and numpy's numbers, and runs nothing else."""

    ALLOWED = frozenset({("numpy.core.multiarray", "scalar"), ("numpy", "dtype"), ("_codecs", "encode")})

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"expected numbers alone, found {module}.{name}")
        return super().find_class(module, name)
