"""A scene's rig, frames and trajectory as JSON values; rotations as matrices, so that every bit comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar, cast

import numpy as np

from calibration import BrownConrady, CameraModel, ImagesAre, KannalaBrandt, Pinhole, SensorRig
from fusion import Scene
from geometry import SE3, Trajectory
from labels import RecordError
from labels.json_fields import JsonFields

CAMERA_MODELS: Mapping[str, Callable[..., CameraModel]] = {
    "pinhole": Pinhole,
    "brown_conrady": BrownConrady,
    "kannala_brandt": KannalaBrandt,
}
MAX_TIME_NS = 2**63 - 1
Made = TypeVar("Made")
JsonObject = dict[str, Any]


def encode_place(dst_from_src: SE3) -> JsonObject:
    """``{rotation: [9], translation_m: [3]}``, the rotation row by row."""
    return {
        "rotation": dst_from_src.rotation.ravel().tolist(),
        "translation_m": dst_from_src.translation.tolist(),
    }


def decode_place(value: Any, where: str) -> SE3:
    """Inverse of ``encode_place``; raises ``RecordError``."""
    reader = JsonFields(value, where)
    rotation = np.array(reader.numbers("rotation", 9)).reshape(3, 3)
    translation = np.array(reader.numbers("translation_m", 3))
    reader.finish()
    if np.abs(rotation).max() > 2.0:
        raise RecordError(where, "expected a rotation matrix, found numbers above 1")
    return _checked(where, lambda: SE3(rotation, translation))


def encode_rig(rig: SensorRig) -> JsonObject:
    """A rig; raises ``ValueError`` where a camera is of a model that this form does not know."""
    return {
        "ego_from_sensor": {name: encode_place(place) for name, place in rig.ego_from_sensor.items()},
        "cameras": {name: _encode_camera(camera) for name, camera in rig.cameras.items()},
        "lidars": list(rig.lidars),
        "clock_offset_ns": dict(rig.clock_offset_ns),
        "images_are": rig.images_are,
        "revision": rig.revision,
    }


def decode_rig(value: Any, where: str) -> SensorRig:
    """Inverse of ``encode_rig``; raises ``RecordError``."""
    reader = JsonFields(value, where)
    places, cameras = _mapping(reader, "ego_from_sensor"), _mapping(reader, "cameras")
    offsets = _mapping(reader, "clock_offset_ns")
    ego_from_sensor = {name: decode_place(place, f"{where}.ego_from_sensor.{name}") for name, place in places.items()}
    models = {name: _decode_camera(camera, f"{where}.cameras.{name}") for name, camera in cameras.items()}
    lidars = tuple(texts(reader, "lidars"))
    clock_offset_ns = {name: time_ns(JsonFields(offsets, f"{where}.clock_offset_ns"), name) for name in offsets}
    images_are = cast(ImagesAre, reader.choice("images_are", ("raw", "rectified")))
    revision = reader.index("revision")
    reader.finish()
    return _checked(where, lambda: SensorRig(ego_from_sensor, models, lidars, clock_offset_ns, images_are, revision))


def encode_trajectory(trajectory: Trajectory | None) -> list[JsonObject] | None:
    """One pose a line, or None where the scene has no world."""
    if trajectory is None:
        return None
    stamps = trajectory.timestamps_ns.tolist()
    return [{"timestamp_ns": t} | encode_place(p) for t, p in zip(stamps, trajectory.poses, strict=True)]


def decode_trajectory(value: Any, where: str) -> Trajectory | None:
    """Inverse of ``encode_trajectory``; raises ``RecordError``."""
    if value is None:
        return None
    stamps: list[int] = []
    poses: list[SE3] = []
    for index, entry in enumerate(expect_list(value, where)):
        place = f"{where}[{index}]"
        reader = JsonFields(entry, place)
        stamps.append(time_ns(reader, "timestamp_ns"))
        poses.append(decode_place({name: reader.raw(name) for name in ("rotation", "translation_m")}, place))
        reader.finish()
    return _checked(where, lambda: Trajectory.from_poses(stamps, poses))


def encode_scene_head(scene: Scene) -> JsonObject:
    """What a scene holds besides its frames; raises ``ValueError`` on a camera model that is not known."""
    return {
        "name": scene.name,
        "is_sequential": scene.is_sequential,
        "origin_wgs84": None if scene.origin_wgs84 is None else list(scene.origin_wgs84),
        "map_name": scene.map_name,
        "map_from_world": None if scene.map_from_world is None else encode_place(scene.map_from_world),
        "rig": encode_rig(scene.rig),
        "trajectory": encode_trajectory(scene.trajectory),
    }


def expect_list(value: Any, where: str) -> list[Any]:
    """The value as a list; raises ``RecordError``."""
    if not isinstance(value, list):
        raise RecordError(where, f"expected a list, found {type(value).__name__}")
    return value


def texts(reader: JsonFields, name: str) -> list[str]:
    """A field that is a list of texts; raises ``RecordError``."""
    values = expect_list(reader.raw(name), f"{reader.where}.{name}")
    if not all(isinstance(value, str) for value in values):
        raise reader.wrong(name, "a list of texts", values)
    return cast(list[str], values)


def time_ns(reader: JsonFields, name: str) -> int:
    """A field that is a time, or a difference of times; raises ``RecordError``."""
    value = reader.raw(name)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_TIME_NS:
        raise reader.wrong(name, "whole nanoseconds", value)
    return value


def _mapping(reader: JsonFields, name: str) -> Mapping[str, Any]:
    value = reader.raw(name)
    if not isinstance(value, Mapping):
        raise reader.wrong(name, "an object", value)
    return value


def _encode_camera(camera: CameraModel) -> JsonObject:
    model = next((name for name, made in CAMERA_MODELS.items() if type(camera) is made), None)
    if model is None:
        raise ValueError(f"camera must be one of {', '.join(CAMERA_MODELS)}, got {type(camera).__name__}")
    values = {item.name: getattr(camera, item.name) for item in fields(cast(Any, camera))}
    return {"model": model} | {
        name: list(value) if isinstance(value, Sequence) else value for name, value in values.items()
    }


def _decode_camera(value: Any, where: str) -> CameraModel:
    reader = JsonFields(value, where)
    make = CAMERA_MODELS[reader.choice("model", tuple(CAMERA_MODELS))]
    arguments: dict[str, Any] = {}
    for item in fields(cast(Any, make)):
        raw = reader.raw(item.name)
        if isinstance(raw, list) and len(raw) <= 16:
            arguments[item.name] = tuple(reader.numbers(item.name, len(raw)))
        elif item.name.endswith("_px") and item.name[:-3] in ("width", "height"):
            arguments[item.name] = reader.index(item.name)
        else:
            arguments[item.name] = reader.optional_number(item.name)
    reader.finish()
    return _checked(where, lambda: make(**arguments))


def _checked(where: str, make: Callable[[], Made]) -> Made:
    """Turn a type's own complaint about its arguments into one that names the place."""
    try:
        return make()
    except (ValueError, TypeError, OverflowError) as error:
        raise RecordError(where, str(error)) from error
