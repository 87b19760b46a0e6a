"""Labels to the last bit: the record codec, and the rotations that a quaternion does not give back exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fusion import Scene
from geometry import SE3
from labels import Cuboid, ImageBox, LabelSet, RecordError, decode_label_set
from labels.json_fields import JsonFields
from labels.records import decode_se3, encode_se3

SAME_ROTATION = 1e-9


def exact_rotations(labels: LabelSet) -> dict[str, list[float]]:
    """The rotation matrices, by cuboid id, of which a quaternion of 16 digits only gives the last bit wrong."""
    rotations: dict[str, list[float]] = {}
    for cuboid_id, cuboid in sorted(labels.cuboids.items()):
        place = cuboid.ego_from_object
        if decode_se3(encode_se3(place), cuboid_id) != place:
            rotations[cuboid_id] = place.rotation.ravel().tolist()
    return rotations


def decode_labels(value: Any, rotations: Any) -> LabelSet:
    """The labels of both files; a quaternion that was edited wins over the matrix beside it.

    Raises:
        RecordError: Something is not as the record codec writes it.
    """
    labels = decode_label_set(value)
    if not isinstance(rotations, Mapping):
        raise RecordError("rotations", "expected an object")
    reader = JsonFields(rotations, "rotations")
    cuboids = dict(labels.cuboids)
    for cuboid_id in rotations:
        numbers = np.array(reader.numbers(cuboid_id, 9)).reshape(3, 3)
        cuboid = cuboids.get(cuboid_id)
        if cuboid is not None and np.abs(numbers - cuboid.ego_from_object.rotation).max() < SAME_ROTATION:
            cuboids[cuboid_id] = replace(cuboid, ego_from_object=SE3(numbers, cuboid.ego_from_object.translation))
    return replace(labels, cuboids=cuboids)


def keep_consistent(labels: LabelSet, scene: Scene, complaints: list[str]) -> LabelSet:
    """The labels without what refers to tracks or frames that are not there, or says a thing twice."""
    cuboids: dict[str, Cuboid] = {}
    taken: set[tuple[str, int]] = set()
    for cuboid in labels.cuboids.values():
        place = (cuboid.track_id, cuboid.frame_index)
        if reason := _wrong(cuboid, labels, scene):
            complaints.append(f"cuboid {cuboid.id}: {reason}")
        elif place in taken:
            complaints.append(f"cuboid {cuboid.id}: expected one a track in frame {cuboid.frame_index}, found a second")
        else:
            taken.add(place)
            cuboids[cuboid.id] = cuboid
    boxes: dict[str, ImageBox] = {}
    for box in labels.image_boxes.values():
        if reason := _wrong(box, labels, scene):
            complaints.append(f"image box {box.id}: {reason}")
        else:
            boxes[box.id] = box
    if len(cuboids) == len(labels.cuboids) and len(boxes) == len(labels.image_boxes):
        return labels
    return replace(labels, cuboids=cuboids, image_boxes=boxes)


def _wrong(record: Cuboid | ImageBox, labels: LabelSet, scene: Scene) -> str | None:
    if record.frame_index >= len(scene.frames):
        return f"expected a frame below {len(scene.frames)}, found {record.frame_index}"
    if record.track_id is not None and record.track_id not in labels.tracks:
        return f"expected a track of these labels, found {record.track_id[:40]}"
    return None
