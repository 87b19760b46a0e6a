"""A painted street: cars are blue behind and yellow in front, walkers are green, trunks are brown."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autolabel.camera.crops import Crop
from autolabel.camera.examples import CropExample
from autolabel.classes import ClassSet, ObjectClass
from autolabel.labeled_scene import LabeledObject, LabeledScene
from autolabel.recording import Recording
from calibration import CameraModel, Pinhole, SensorRig
from fusion import CameraImage, Frame, Scene, camera_view
from geometry import SE3, Box

CLASSES: ClassSet = (
    ObjectClass("Car", (4.2, 1.8, 1.5), is_rigid=True),
    ObjectClass("Walker", (0.7, 0.6, 1.75), is_rigid=False),
)
COLOURS = {"Walker": (20, 170, 40), "Trunk": (110, 70, 30)}
REAR, FRONT = (30, 40, 200), (230, 220, 30)
CAMERA = Pinhole(300.0, 300.0, 239.5, 79.5, 480, 160)
CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
CAM_FROM_EGO = SE3(CAM_FROM_FORWARD, np.array([0.0, 1.5, 0.0]))
Placed = tuple[str, Box]


def _given(data: bytes, _path: Path) -> bytes:
    return data


@dataclass(frozen=True)
class Street:
    """Frames of painted things, in pictures and in points.

    Attributes:
        frames: What is in each frame: category, or ``Trunk``, and box in ``ego``.
        camera: How the camera sees.
        image_size_px: How large pictures are stored.
    """

    frames: tuple[tuple[Placed, ...], ...]
    camera: CameraModel = CAMERA
    image_size_px: tuple[int, int] = (480, 160)

    def scene(self) -> Scene:
        """With one camera that looks ahead."""
        rig = SensorRig({"front": CAM_FROM_EGO.inverse()}, {"front": self.camera}, (), images_are="raw")
        bare = Scene("street", Path("street"), "made", rig, tuple(Frame(i, i * 100) for i in range(len(self.frames))))
        return replace(bare, frames=tuple(self._pictured(bare, frame) for frame in bare.frames))

    def recording(self) -> Recording:
        """Level ground, and points in all things."""
        times = [i * 100 for i in range(len(self.frames))]
        return Recording(times, None, self._points, np.array([0.0, 0.0, 1.7]))

    def labeled(self, frames: Sequence[int]) -> LabeledScene:
        """With everything labelled but trunks."""
        told = {
            frame: tuple(
                LabeledObject(str(number), category, box)
                for number, (category, box) in enumerate(self.frames[frame])
                if category != "Trunk"
            )
            for frame in frames
        }
        return LabeledScene(self.scene(), self.recording(), told)

    def _pictured(self, scene: Scene, frame: Frame) -> Frame:
        view = camera_view(scene, frame.index, "front")
        pixels = np.random.default_rng(frame.index).integers(90, 130, (160, 480, 3)).astype(np.uint8)
        for category, box in sorted(self.frames[frame.index], key=lambda item: -float(item[1].center[0])):
            shown = view.project_box(box)
            if shown is not None and shown.trunc_ltrb_px is not None:
                left, top, right, bottom = (int(side) for side in shown.trunc_ltrb_px)
                away = np.arctan2(box.center[1], box.center[0])
                car = REAR if np.cos(box.yaw_rad - away) > 0.0 else FRONT
                pixels[top : bottom + 1, left : right + 1] = COLOURS.get(category, car)
        data = io.BytesIO()
        Image.fromarray(pixels).resize(self.image_size_px).save(data, "PNG")
        image = CameraImage("front", frame.timestamp_ns, Path("front.png"), load=partial(_given, data.getvalue()))
        return replace(frame, images=(image,))

    def _points(self, frame: int) -> np.ndarray:
        rng = np.random.default_rng([frame, 1])
        ground = np.column_stack([rng.uniform([2, -15], [40, 15], (3000, 2)), rng.normal(0.0, 0.01, 3000)])
        things = [
            box.frame_from_object.apply(rng.uniform(-0.5, 0.5, (120, 3)) * box.size_lwh_m)
            for _, box in self.frames[frame]
        ]
        points = np.concatenate([ground, *things])
        return np.column_stack([points, np.full(len(points), 0.5)]).astype(np.float32)


def _things(rng: np.random.Generator) -> tuple[Placed, ...]:
    """Some of everything, side by side."""
    sizes = {"Car": (4.2, 1.8, 1.5), "Walker": (0.7, 0.6, 1.75), "Trunk": (0.6, 0.6, 2.2)}
    names = rng.permutation(["Car", "Walker", "Trunk", "Trunk"]).tolist()
    found = []
    for slot, name in enumerate(names):
        ahead = float(rng.uniform(9.0, 22.0))
        aside = (slot - 1.5 + rng.uniform(-0.1, 0.1)) * 0.38 * ahead
        yaw = float(rng.choice([0.0, np.pi]) + rng.normal(0.0, 0.2))
        found.append((name, Box.from_yaw([ahead, aside, sizes[name][2] / 2.0], sizes[name], yaw)))
    return tuple(found)


@pytest.fixture(scope="session")
def make_street() -> Callable[..., Street]:
    """A street by its seed and how many frames it has."""

    def make(seed: int = 0, frames: int = 6) -> Street:
        rng = np.random.default_rng([seed, 3])
        return Street(tuple(_things(rng) for _ in range(frames)))

    return make


@pytest.fixture(scope="session")
def two_classes() -> ClassSet:
    """What the street has."""
    return CLASSES


@pytest.fixture(scope="session")
def make_example() -> Callable[..., CropExample]:
    """A crop of one colour before grey, of a class and an angle."""

    def make(colour: tuple[int, int, int], class_index: int, alpha_rad: float = 0.0) -> CropExample:
        pixels = np.full((64, 64, 4), 110, np.uint8)
        pixels[..., 3] = 0
        pixels[14:50, 14:50] = (*colour, 255)
        return CropExample(Crop(pixels, alpha_rad), class_index, is_rigid=class_index == 0)

    return make
