"""The rig of a recording: sensors placed by TF, cameras described by CameraInfo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np

from calibration import CameraModel, ImagesAre, SensorRig
from formats.ros.cameras import camera_from_info, has_shift
from formats.ros.pictures import load_picture_part
from formats.ros.recording import Recording
from formats.ros.topics import Topics
from formats.ros.transforms import FrameTree
from formats.settler import Settler
from fusion import CameraImage, ImageFileError, image_size
from geometry import SE3

EGO_FRAMES = ("base_link", "base_footprint", "ego_vehicle", "ego", "vehicle", "car", "body", "imu_link")
OPTICAL_FROM_BODY = SE3(np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]]), np.zeros(3))
"""A camera's body looks along x with z up; its optical frame along z with y down (REP 103)."""
UPRIGHT = 0.7
"""The cosine of 45 degrees."""


@dataclass(frozen=True)
class RigBuilder:
    """What a rig is made from.

    Attributes:
        recording: The recording.
        topics: What was chosen of it.
        tree: Its frames.
        settler: Settles what is open.
    """

    recording: Recording
    topics: Topics
    tree: FrameTree
    settler: Settler

    def ego(self) -> str:
        """The vehicle's frame."""
        frames = [self.frame_of(topic) for topic in (*self.topics.lidars.values(), *self.topics.cameras.values())]
        linked = set(self.tree.ancestors(frames[0]))
        known = [name for name in EGO_FRAMES if name in linked]
        if known:
            answer, why = known[0], f"a usual name; {frames[0]} has it above itself in TF"
        else:
            answer, why = (
                frames[0],
                f"TF has none of {', '.join(EGO_FRAMES[:4])} above {frames[0] or 'the first sensor'}",
            )
        return self.settler.settle("ego", answer, why, is_sure=bool(known))

    def build(self, ego: str) -> SensorRig:
        """The rig; a sensor that TF does not place, or a camera that nothing describes, is left out and named."""
        ego_from_sensor: dict[str, SE3] = {}
        lidars: list[str] = []
        for name, topic in self.topics.lidars.items():
            place = self._place(topic, ego)
            if place is not None:
                ego_from_sensor[name] = place
                lidars.append(name)
        cameras: dict[str, CameraModel] = {}
        infos = {name: info for name, topic in self.topics.cameras.items() if (info := self._info(topic)) is not None}
        images_are = self._images_are(infos)
        shift = self._shift(infos)
        body = self._camera_frames(ego)
        for name, info in infos.items():
            topic = self.topics.cameras[name]
            place = self._place(topic, ego)
            if place is None:
                continue
            try:
                fit = camera_from_info(info, images_are, self._size(name, topic), shifted=shift == "projection")
            except (ValueError, ImageFileError) as error:
                self.recording.complain(self.recording.path, f"{topic} is left out: {error}")
                continue
            frame_from_cam = fit.frame_from_cam
            if body == "body":
                frame_from_cam = OPTICAL_FROM_BODY.inverse() @ frame_from_cam
            ego_from_sensor[name] = place @ frame_from_cam
            cameras[name] = fit.model
        ordered = _looking_ahead_first(cameras, ego_from_sensor)
        return SensorRig(ego_from_sensor, ordered, tuple(lidars), images_are=images_are)

    def frame_of(self, topic: str) -> str:
        """The frame that most of a topic's messages hold in."""
        frames = Counter(item.frame_id for item in self.recording.references[topic])
        return frames.most_common(1)[0][0]

    def _place(self, topic: str, ego: str) -> SE3 | None:
        frame = self.frame_of(topic)
        try:
            moving = self.tree.moving_between(ego, frame)
        except ValueError as error:
            self.recording.complain(self.recording.path, f"{topic} is left out: {error}")
            return None
        if moving:
            message = (
                f"expected {frame} to stay where it is in {ego}, found {', '.join(moving)} moving: the first holds"
            )
            self.recording.complain(self.recording.path, message)
        return self.tree.dst_from_src(ego, frame)

    def _info(self, topic: str) -> Any | None:
        """The CameraInfo beside a topic, or the one of the same frame."""
        infos = self.recording.infos
        beside = [f"{'/'.join(topic.split('/')[:-depth])}/camera_info" for depth in (1, 2, 3)]
        found = next((infos[name] for name in beside if name in infos), None)
        if found is None:
            frame = self.frame_of(topic)
            same = [info for info in infos.values() if info.header.frame_id.lstrip("/") == frame]
            found = same[0] if len(same) == 1 else None
        if found is None:
            self.recording.complain(self.recording.path, f"{topic} is left out: expected {beside[0]}, found none")
        return found

    def _images_are(self, infos: Mapping[str, Any]) -> ImagesAre:
        topics = [self.topics.cameras[name] for name in infos]
        rectified = [topic for topic in topics if "rect" in topic.lower()]
        if not topics:
            return "rectified"
        answer = "rectified" if len(rectified) == len(topics) else "raw"
        why = f"{len(rectified)} of {len(topics)} topics have rect in their names"
        return cast("ImagesAre", self.settler.settle("images", answer, why, is_sure=len(rectified) in (0, len(topics))))

    def _shift(self, infos: Mapping[str, Any]) -> str:
        """Two cameras in one frame can only differ by the projection."""
        moved = [name for name, info in infos.items() if has_shift(info)]
        if not moved:
            return "tf"
        frames = Counter(self.frame_of(self.topics.cameras[name]) for name in infos)
        shared = [frame for frame, count in frames.items() if count > 1]
        answer = "projection" if shared else "tf"
        why = f"{len(moved)} cameras have one; {len(shared)} frames of TF are shared by several cameras"
        return self.settler.settle("camera_shift", answer, why, is_sure=bool(shared))

    def _camera_frames(self, ego: str) -> str:
        """Optical unless most of the frames stand upright: an optical frame's z is never up."""
        ups: dict[str, float] = {}
        for topic in self.topics.cameras.values():
            try:
                ups[topic] = float(self.tree.dst_from_src(ego, self.frame_of(topic)).rotation[2, 2])
            except ValueError:
                continue
        if not ups:
            return "optical"
        upright = [topic for topic, cosine in ups.items() if cosine > UPRIGHT]
        answer = "body" if len(upright) * 2 > len(ups) else "optical"
        why = f"the z axis of {len(upright)} of {len(ups)} cameras' frames points up"
        return self.settler.settle("camera_frames", answer, why, is_sure=len(upright) in (0, len(ups)))

    def _size(self, name: str, topic: str) -> tuple[int, int]:
        """The size of the first picture."""
        first = self.recording.references[topic][0]
        load = partial(load_picture_part, part=first.part, channel=first.channel)
        return image_size(CameraImage(name, first.stamp_ns, first.path, first.part, load))


def _looking_ahead_first(
    cameras: Mapping[str, CameraModel], ego_from_sensor: Mapping[str, SE3]
) -> dict[str, CameraModel]:
    def turned_away(name: str) -> float:
        return -float(ego_from_sensor[name].rotation[0, 2])

    names: Sequence[str] = list(cameras)
    first = min(names, key=turned_away, default=None)
    return {name: cameras[name] for name in sorted(names, key=lambda name: name != first)}
