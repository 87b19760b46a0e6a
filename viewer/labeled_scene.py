"""A scene with its labels, and all that is shown of one of its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from formats import Dataset, FormatError, get_format
from fusion import (
    CameraView,
    Problem,
    Scene,
    accumulate,
    camera_view,
    color_cloud,
    fuse_frame,
    read_images,
)
from geometry import Box
from geometry.arrays import ByteArray
from labels import LabelSet, Resolver, Taxonomy
from pointcloud import PointCloud
from pointcloud.ground import ground_plane
from viewer.colors import UNKNOWN_CATEGORY, Rgb, rgb_from_hex

GROUND_RADIUS_M = 25.0
NAMED_SCENES = 12


@dataclass(frozen=True)
class ShownCuboid:
    """A cuboid as it is drawn.

    Attributes:
        box_ego: Where it is.
        category: What it is.
        name: What people call it: its category and its number in the dataset.
        color: Of its category.
        is_key: Whether it is stored; else it is derived from its neighbours in time.
    """

    box_ego: Box
    category: str
    name: str
    color: Rgb
    is_key: bool


@dataclass(frozen=True, eq=False)
class FrameContent:
    """All that is shown of one frame.

    Attributes:
        scene: Its scene.
        frame_index: Which of its frames.
        cloud: The points in ``ego``, with ``rgb`` where images were read; empty where there are none.
        ground_z_m: The height of the ground in ``ego``, about.
        cameras: The cameras that the frame was taken with.
        views: How each of them saw the frame: at its image's own time, row by row where its shutter rolls.
        images: Pixels (H, W, 3) by camera, of those that have an image.
        cuboids: Stored and derived ones.
        problems: What is missing or could not be read, one line each.
        sweep_count: How many sweeps the points are of.
    """

    scene: Scene
    frame_index: int
    cloud: PointCloud
    ground_z_m: float
    cameras: tuple[str, ...]
    views: Mapping[str, CameraView]
    images: Mapping[str, ByteArray]
    cuboids: tuple[ShownCuboid, ...]
    problems: tuple[str, ...]
    sweep_count: int = 1

    @property
    def title(self) -> str:
        """The scene and the frame, for people."""
        frames = self.scene.frames
        name = frames[self.frame_index].name
        named = f" ({name})" if name and name != str(self.frame_index) else ""
        return f"{self.scene.name}  ·  frame {self.frame_index}{named} of 0 … {len(frames) - 1}"

    @property
    def figures(self) -> str:
        """How much there is to see, for people."""
        keys = sum(cuboid.is_key for cuboid in self.cuboids)
        derived = len(self.cuboids) - keys
        points = _counted(len(self.cloud), "point")
        parts = [points if self.sweep_count <= 1 else f"{points} of {self.sweep_count} sweeps"]
        if keys or not derived:
            parts.append(_counted(keys, "cuboid"))
        if derived:
            parts.append(_counted(derived, "derived cuboid"))
        return ", ".join(parts)


@dataclass(frozen=True)
class LabeledScene:
    """A scene with the labels that came with it.

    Attributes:
        scene: The scene.
        labels: Its labels; empty where its format holds none.
        taxonomy: Where the colours of the categories stand.
        problems: What of the labels could not be read.
    """

    scene: Scene
    labels: LabelSet
    taxonomy: Taxonomy
    problems: tuple[Problem, ...] = ()

    def content(self, frame_index: int, *, with_images: bool = True, sweeps: int = 0) -> FrameContent:
        """What is shown of a frame; files that cannot be read are named in its ``problems``.

        Args:
            frame_index: Which.
            with_images: Whether to read the images, and colour the points by them.
            sweeps: How many sweeps of each lidar before the frame's own to show with it, and how many after; what
                moves is carried by its track.

        Raises:
            ValueError: The scene has no such frame.
        """
        cloud, problems, sweep_count = self._points(frame_index, sweeps)
        cameras = self.scene.cameras_of(frame_index)
        images, wrong = read_images(self.scene, self.scene.frame(frame_index)) if with_images else ({}, [])
        cuboids = self._cuboids(frame_index)
        if images and len(cloud):
            cloud, more = color_cloud(self.scene, frame_index, cloud, images)
            wrong += more
        lines = [_line(problem) for problem in (*problems, *wrong)]
        if not cameras:
            lines.append("no camera is calibrated")
        if self.problems:
            lines.append(f"{len(self.problems)} problem(s) in the labels; see truebox inspect")
        return FrameContent(
            self.scene,
            frame_index,
            cloud,
            _ground_z_m(cloud, cuboids),
            cameras,
            {camera: camera_view(self.scene, frame_index, camera) for camera in cameras},
            images,
            cuboids,
            tuple(lines),
            sweep_count,
        )

    def _points(self, frame_index: int, sweeps: int) -> tuple[PointCloud, tuple[Problem, ...], int]:
        if not sweeps:
            fused = fuse_frame(self.scene, frame_index)
            return fused.cloud, fused.problems, len(fused.point_counts)
        tracks = self._tracks_around(frame_index, sweeps)
        found = accumulate(self.scene, frame_index, before=sweeps, after=sweeps, tracks=tracks)
        return found.cloud, found.problems, found.sweep_count

    def _tracks_around(self, frame_index: int, reach: int) -> dict[str, dict[int, Box]]:
        """Every track's cuboids in the frames that sweeps around a frame can be of."""
        tracks: dict[str, dict[int, Box]] = {}
        last = len(self.scene.frames) - 1
        # One frame further on either side, for sweeps between frames.
        for index in range(max(frame_index - reach - 1, 0), min(frame_index + reach + 1, last) + 1):
            for resolved in self._resolver.frame(index):
                cuboid = resolved.cuboid
                tracks.setdefault(cuboid.track_id, {})[index] = Box(cuboid.ego_from_object, cuboid.size_lwh_m)
        return tracks

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.labels, self.scene.frame_times_ns, self.scene.trajectory)

    @cached_property
    def _colors(self) -> dict[str, Rgb]:
        return {category.name: rgb_from_hex(category.color) for category in self.taxonomy.categories}

    def _cuboids(self, frame_index: int) -> tuple[ShownCuboid, ...]:
        shown: list[ShownCuboid] = []
        for resolved in self._resolver.frame(frame_index):
            cuboid, track = resolved.cuboid, self.labels.tracks[resolved.cuboid.track_id]
            box_ego = Box(cuboid.ego_from_object, cuboid.size_lwh_m)
            name = f"{track.category} {track.external_id}" if track.external_id else track.category
            color = self._colors.get(track.category, UNKNOWN_CATEGORY)
            shown.append(ShownCuboid(box_ego, track.category, name, color, resolved.is_key))
        return tuple(shown)


def choose_scene(dataset: Dataset, name: str | None) -> Scene:
    """The scene of that name, or the first one.

    Raises:
        FormatError: There is no such scene, or none at all.
    """
    scenes = {scene.name: scene for scene in dataset.scenes}
    if not scenes:
        raise FormatError(dataset.path, "expected a scene, found none")
    if name is None:
        return dataset.scenes[0]
    if name not in scenes:
        known = ", ".join(islice(scenes, NAMED_SCENES))
        more = f" and {len(scenes) - NAMED_SCENES} more" if len(scenes) > NAMED_SCENES else ""
        raise FormatError(dataset.path, f"there is no scene {name}; there is: {known}{more}")
    return scenes[name]


def read_labeled_scene(dataset: Dataset, scene: Scene) -> LabeledScene:
    """A scene of a dataset, with the labels beside it."""
    item = get_format(dataset.format)
    taxonomy = dataset.taxonomy or item.default_taxonomy
    if not item.can_read_labels:
        return LabeledScene(scene, LabelSet(), taxonomy)
    reading = item.read_labels(scene)
    return LabeledScene(scene, reading.labels, taxonomy, reading.problems)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _line(problem: Problem) -> str:
    return problem.message if problem.path == "." else f"{problem.path}: {problem.message}"


def _ground_z_m(cloud: PointCloud, cuboids: tuple[ShownCuboid, ...]) -> float:
    """By the points around the vehicle, else by what stands on the ground."""
    plane = ground_plane(cloud.positions_m, (0.0, 0.0), GROUND_RADIUS_M)
    if plane is not None:
        return plane.height_m
    bottoms = [float(cuboid.box_ego.corners()[:, 2].min()) for cuboid in cuboids]
    return float(np.median(bottoms)) if bottoms else 0.0
