"""A scene with its labels, and all that is shown of one of its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np

from formats import Dataset, FormatError, get_format
from fusion import ImageFileError, Problem, Scene, color_from_images, fuse_frame, read_image
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
        images: Pixels (H, W, 3) by camera, of those that have an image.
        cuboids: Stored and derived ones.
        problems: What is missing or could not be read, one line each.
    """

    scene: Scene
    frame_index: int
    cloud: PointCloud
    ground_z_m: float
    cameras: tuple[str, ...]
    images: Mapping[str, ByteArray]
    cuboids: tuple[ShownCuboid, ...]
    problems: tuple[str, ...]

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
        parts = [_counted(len(self.cloud), "point")]
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

    def content(self, frame_index: int, *, with_images: bool = True) -> FrameContent:
        """What is shown of a frame; files that cannot be read are named in its ``problems``.

        Raises:
            ValueError: The scene has no such frame.
        """
        fused = fuse_frame(self.scene, frame_index)
        cameras = self.scene.cameras_of(frame_index)
        images, wrong = self._images(frame_index) if with_images else ({}, [])
        cloud, cuboids = fused.cloud, self._cuboids(frame_index)
        if images and len(cloud):
            cloud = replace(cloud, rgb=color_from_images(cloud.positions_m, images, self.scene.rig))
        problems = [_line(problem) for problem in (*fused.problems, *wrong)]
        if not cameras:
            problems.append("no camera is calibrated")
        if self.problems:
            problems.append(f"{len(self.problems)} problem(s) in the labels; see truebox inspect")
        return FrameContent(
            self.scene,
            frame_index,
            cloud,
            _ground_z_m(cloud, cuboids),
            cameras,
            images,
            cuboids,
            tuple(problems),
        )

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

    def _images(self, frame_index: int) -> tuple[dict[str, ByteArray], list[Problem]]:
        images: dict[str, ByteArray] = {}
        problems: list[Problem] = []
        for reference in self.scene.frame(frame_index).images:
            try:
                images[reference.camera] = read_image(reference.path)
            except ImageFileError as error:
                problems.append(Problem.of(error, self.scene.path))
        return images, problems


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
