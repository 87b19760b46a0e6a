"""The labels of a scene as ``annotations.feather``."""

from __future__ import annotations

from typing import Any

import numpy as np

from formats.av2.feather import feather_bytes
from formats.av2.log import BARE_TIMES
from formats.av2.poses import TIMESTAMP
from formats.av2.read_annotations import (
    CATEGORY,
    FRAME_STATES,
    IMAGE_BOXES,
    POINTS,
    POINTS_GIVEN,
    POINTS_GIVEN_FOR,
    SIZE_LWH,
    TRACK,
    TRACKS,
)
from formats.av2.transforms import transform_columns
from formats.box_records import CONFIRMED_BY
from formats.carried import KEY, carried_cuboid, carried_frame_states, carried_image_boxes, carried_text, carried_track
from formats.count_points import UNCOUNTED, count_points
from formats.format import SceneExport
from formats.given import fingerprints
from formats.selection import SelectedCuboid, select_cuboids
from geometry.arrays import IntArray
from labels import Cuboid, Track

OWN_SOURCE = "imported:av2"
OWN_ATTRIBUTES = (POINTS_GIVEN, POINTS_GIVEN_FOR)


def annotations_bytes(export: SceneExport) -> tuple[bytes, int]:
    """The file and its number of rows."""
    selected = select_cuboids(export).cuboids
    cuboids = [item.cuboid for item in selected]
    keys = {item.track.id: track_key(item.track) for item in selected}
    times = np.array([export.scene.frames[cuboid.frame_index].timestamp_ns for cuboid in cuboids], dtype=np.int64)
    sizes = np.array([cuboid.size_lwh_m for cuboid in cuboids]).reshape(-1, 3)
    columns: dict[str, Any] = {
        TIMESTAMP: times,
        TRACK: [keys[cuboid.track_id] for cuboid in cuboids],
        CATEGORY: [item.track.category for item in selected],
    }
    columns |= {name: np.ascontiguousarray(sizes[:, index]) for index, name in enumerate(SIZE_LWH)}
    columns |= transform_columns([cuboid.ego_from_object for cuboid in cuboids])
    columns[POINTS] = interior_points(export, selected)
    columns[KEY] = [carried_text(_carried_cuboid(item)) for item in selected]
    return feather_bytes(columns, _carried(export, selected, keys)), len(cuboids)


def track_key(track: Track) -> str:
    """What the file calls a track: its own id where it came with one."""
    return track.external_id or track.id


def interior_points(export: SceneExport, selected: tuple[SelectedCuboid, ...]) -> IntArray:
    """(N,) points in each cuboid; the count that came with it where its frame has no cloud, -1 where none did."""
    counted = count_points(export.scene, selected)
    return np.where(counted == UNCOUNTED, _given_counts(selected), counted)


def _given_counts(selected: tuple[SelectedCuboid, ...]) -> IntArray:
    """Counts that came with cuboids which are still what they were."""
    counts = np.full(len(selected), UNCOUNTED, dtype=np.int64)
    given = [index for index, item in enumerate(selected) if POINTS_GIVEN in item.cuboid.attributes]
    cuboids = [selected[index].cuboid for index in given]
    marks = fingerprints(
        [selected[index].track.category for index in given],
        np.array([cuboid.ego_from_object.rotation for cuboid in cuboids]).reshape(-1, 3, 3),
        np.array([cuboid.ego_from_object.translation for cuboid in cuboids]).reshape(-1, 3),
        np.array([cuboid.size_lwh_m for cuboid in cuboids]).reshape(-1, 3),
    )
    for index, cuboid, mark in zip(given, cuboids, marks, strict=True):
        count = cuboid.attributes[POINTS_GIVEN]
        if isinstance(count, int) and count >= 0 and cuboid.attributes.get(POINTS_GIVEN_FOR) == mark:
            counts[index] = min(count, 2**62)
    return counts


def _carried_cuboid(item: SelectedCuboid) -> dict[str, Any]:
    value = carried_cuboid(item.cuboid)
    if _is_as_read(item.cuboid):
        value = {name: found for name, found in value.items() if name not in ("source", "confirmed_by")}
    attributes = {name: found for name, found in item.cuboid.attributes.items() if name not in OWN_ATTRIBUTES}
    rest = {name: found for name, found in value.items() if name != "attributes"}
    return rest | ({"attributes": attributes} if attributes else {})


def _is_as_read(cuboid: Cuboid) -> bool:
    return cuboid.source == OWN_SOURCE and cuboid.confirmed_by == CONFIRMED_BY


def _carried(export: SceneExport, selected: tuple[SelectedCuboid, ...], keys: dict[str, str]) -> dict[str, Any] | None:
    tracks = {keys[item.track.id]: _carried_track(item.track) for item in selected}
    annotated = {item.cuboid.frame_index for item in selected}
    value = {
        BARE_TIMES: [frame.timestamp_ns for frame in export.scene.frames if frame.index not in annotated],
        TRACKS: {key: track for key, track in tracks.items() if track},
        IMAGE_BOXES: carried_image_boxes(export.labels, keys),
        FRAME_STATES: carried_frame_states(export.labels),
    }
    return {name: found for name, found in value.items() if found} or None


def _carried_track(track: Track) -> dict[str, Any]:
    """A reader takes the key for the external id, so only the lack of one has to be said."""
    value = {name: found for name, found in carried_track(track).items() if name != "external_id"}
    return value | ({"external_id": None} if track.external_id is None else {})
