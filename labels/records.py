"""The one codec of label records, for the log, the wire and the native format; plain JSON values on the outside.

``schema_version`` stands in every change. A reader takes its own version and older ones, and refuses newer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import numpy as np

from geometry import SE3
from labels.change import RECORD_KINDS, SCHEMA_VERSION, LabelChange, Record, RecordKind
from labels.errors import RecordError
from labels.json_fields import JsonFields
from labels.label_set import (
    Cuboid,
    FrameState,
    FrameStateName,
    ImageBox,
    ImageBoxKind,
    InterpolationFrame,
    LabelSet,
    Track,
)

JsonObject = dict[str, Any]


def encode_se3(dst_from_src: SE3) -> JsonObject:
    """``{quat_wxyz: [4], translation_m: [3]}``."""
    return {
        "quat_wxyz": dst_from_src.quat_wxyz.tolist(),
        "translation_m": dst_from_src.translation.tolist(),
    }


def decode_se3(value: Any, where: str) -> SE3:
    """Inverse of ``encode_se3``; a quaternion slightly off length 1 is normalised."""
    fields = JsonFields(value, where)
    with _record_errors(where):
        transform = SE3.from_quat_wxyz(fields.numbers("quat_wxyz", 4), fields.numbers("translation_m", 3))
    fields.finish()
    return transform


def encode_cuboid(cuboid: Cuboid) -> JsonObject:
    """A key cuboid as JSON values."""
    return {
        "id": cuboid.id,
        "track_id": cuboid.track_id,
        "frame_index": cuboid.frame_index,
        "ego_from_object": encode_se3(cuboid.ego_from_object),
        "size_lwh_m": cuboid.size_lwh_m.tolist(),
        "source": cuboid.source,
        "confirmed_by": cuboid.confirmed_by,
        "score": cuboid.score,
        "attributes": dict(cuboid.attributes),
        "ends_segment": cuboid.ends_segment,
    }


def decode_cuboid(value: Any, where: str = "cuboid") -> Cuboid:
    """Inverse of ``encode_cuboid``; raises ``RecordError``."""
    fields = JsonFields(value, where)
    with _record_errors(where):
        cuboid = Cuboid(
            id=fields.text("id"),
            track_id=fields.text("track_id"),
            frame_index=fields.index("frame_index"),
            ego_from_object=decode_se3(fields.raw("ego_from_object"), f"{where}.ego_from_object"),
            size_lwh_m=np.array(fields.numbers("size_lwh_m", 3)),
            source=fields.text("source"),
            confirmed_by=fields.optional_text("confirmed_by"),
            score=fields.optional_number("score"),
            attributes=fields.attributes("attributes"),
            ends_segment=fields.boolean("ends_segment"),
        )
    fields.finish()
    return cuboid


def encode_track(track: Track) -> JsonObject:
    """A track as JSON values."""
    return {
        "id": track.id,
        "external_id": track.external_id,
        "category": track.category,
        "is_rigid": track.is_rigid,
        "is_static": track.is_static,
        "first_frame": track.first_frame,
        "last_frame": track.last_frame,
        "interpolate_in": track.interpolate_in,
        "attributes": dict(track.attributes),
    }


def decode_track(value: Any, where: str = "track") -> Track:
    """Inverse of ``encode_track``; raises ``RecordError``."""
    fields = JsonFields(value, where)
    with _record_errors(where):
        track = Track(
            id=fields.text("id"),
            external_id=fields.optional_text("external_id"),
            category=fields.text("category"),
            is_rigid=fields.boolean("is_rigid"),
            is_static=fields.boolean("is_static"),
            first_frame=fields.index("first_frame"),
            last_frame=fields.index("last_frame"),
            interpolate_in=cast(InterpolationFrame, fields.choice("interpolate_in", ("world", "ego"))),
            attributes=fields.attributes("attributes"),
        )
    fields.finish()
    return track


def encode_image_box(box: ImageBox) -> JsonObject:
    """An image box as JSON values."""
    return {
        "id": box.id,
        "frame_index": box.frame_index,
        "camera": box.camera,
        "track_id": box.track_id,
        "kind": box.kind,
        "ltrb_px": list(box.ltrb_px),
        "attributes": dict(box.attributes),
    }


def decode_image_box(value: Any, where: str = "image_box") -> ImageBox:
    """Inverse of ``encode_image_box``; raises ``RecordError``."""
    fields = JsonFields(value, where)
    with _record_errors(where):
        left, top, right, bottom = fields.numbers("ltrb_px", 4)
        box = ImageBox(
            id=fields.text("id"),
            frame_index=fields.index("frame_index"),
            camera=fields.text("camera"),
            track_id=fields.optional_text("track_id"),
            kind=cast(ImageBoxKind, fields.choice("kind", ("tight", "given", "ignore"))),
            ltrb_px=(left, top, right, bottom),
            attributes=fields.attributes("attributes"),
        )
    fields.finish()
    return box


def encode_frame_state(state: FrameState) -> JsonObject:
    """A frame state as JSON values."""
    return {"id": state.id, "frame_index": state.frame_index, "state": state.state}


def decode_frame_state(value: Any, where: str = "frame_state") -> FrameState:
    """Inverse of ``encode_frame_state``; raises ``RecordError``."""
    fields = JsonFields(value, where)
    state = FrameState(
        frame_index=fields.index("frame_index"),
        state=cast(FrameStateName, fields.choice("state", ("done", "empty"))),
    )
    if fields.text("id") != state.id:
        raise fields.wrong("id", f"the frame index {state.id}", fields.raw("id"))
    fields.finish()
    return state


ENCODERS: Mapping[RecordKind, Callable[[Any], JsonObject]] = {
    "tracks": encode_track,
    "cuboids": encode_cuboid,
    "image_boxes": encode_image_box,
    "frame_states": encode_frame_state,
}
DECODERS: Mapping[RecordKind, Callable[[Any, str], Record]] = {
    "tracks": decode_track,
    "cuboids": decode_cuboid,
    "image_boxes": decode_image_box,
    "frame_states": decode_frame_state,
}


def encode_label_set(labels: LabelSet) -> JsonObject:
    """All records of a scene as JSON values, in a stable order."""
    tables: JsonObject = {
        kind: [ENCODERS[kind](record) for _, record in sorted(getattr(labels, kind).items())] for kind in RECORD_KINDS
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "taxonomy_version": labels.taxonomy_version,
        "revision": labels.revision,
        **tables,
    }


def decode_label_set(value: Any, where: str = "labels") -> LabelSet:
    """Inverse of ``encode_label_set``; raises ``RecordError``."""
    fields = JsonFields(value, where)
    _check_version(fields)
    tables: dict[str, dict[str, Any]] = {}
    for kind in RECORD_KINDS:
        records = _decode_list(fields.raw(kind), kind, f"{where}.{kind}")
        tables[kind] = {record.id: record for record in records}
    labels = LabelSet(
        taxonomy_version=fields.index("taxonomy_version"),
        revision=fields.index("revision"),
        **tables,
    )
    fields.finish()
    return labels


def encode_change(change: LabelChange) -> JsonObject:
    """A label change as JSON values; kinds without records are left out."""
    return {
        "schema_version": change.schema_version,
        "change_id": change.change_id,
        "scene_id": change.scene_id,
        "author": change.author,
        "time": change.time,
        "base_revision": change.base_revision,
        "added": {kind: [ENCODERS[kind](record) for record in records] for kind, records in change.added.items()},
        "updated": {
            kind: [{"from": ENCODERS[kind](before), "to": ENCODERS[kind](after)} for before, after in pairs]
            for kind, pairs in change.updated.items()
        },
        "removed": {kind: [ENCODERS[kind](record) for record in records] for kind, records in change.removed.items()},
    }


def decode_change(value: Any, where: str = "change") -> LabelChange:
    """Inverse of ``encode_change``; raises ``RecordError`` that names the place, such as ``added.cuboids[3]``."""
    fields = JsonFields(value, where)
    _check_version(fields)
    with _record_errors(where):
        change = LabelChange(
            change_id=fields.text("change_id"),
            scene_id=fields.text("scene_id"),
            author=fields.text("author"),
            time=fields.text("time"),
            base_revision=fields.index("base_revision"),
            added=dict(_decode_tables(fields.raw("added"), "added")),
            updated=dict(_decode_updates(fields.raw("updated"))),
            removed=dict(_decode_tables(fields.raw("removed"), "removed")),
        )
    fields.finish()
    return change


def _check_version(fields: JsonFields) -> None:
    version = fields.index("schema_version")
    if version != SCHEMA_VERSION:
        raise fields.wrong("schema_version", f"version {SCHEMA_VERSION}", version)


def _kinds(value: Any, where: str) -> Iterator[tuple[RecordKind, Any]]:
    fields = JsonFields(value, where)
    for kind in RECORD_KINDS:
        if fields.has(kind):
            yield kind, fields.raw(kind)
    fields.finish()


def _decode_tables(value: Any, where: str) -> Iterator[tuple[RecordKind, tuple[Record, ...]]]:
    for kind, records in _kinds(value, where):
        yield kind, tuple(_decode_list(records, kind, f"{where}.{kind}"))


def _decode_updates(
    value: Any,
) -> Iterator[tuple[RecordKind, tuple[tuple[Record, Record], ...]]]:
    for kind, pairs in _kinds(value, "updated"):
        where = f"updated.{kind}"
        yield (
            kind,
            tuple(_decode_pair(pair, kind, f"{where}[{i}]") for i, pair in enumerate(_expect_list(pairs, where))),
        )


def _decode_pair(value: Any, kind: RecordKind, where: str) -> tuple[Record, Record]:
    fields = JsonFields(value, where)
    before = DECODERS[kind](fields.raw("from"), f"{where}.from")
    after = DECODERS[kind](fields.raw("to"), f"{where}.to")
    fields.finish()
    return before, after


def _decode_list(value: Any, kind: RecordKind, where: str) -> list[Record]:
    return [DECODERS[kind](item, f"{where}[{i}]") for i, item in enumerate(_expect_list(value, where))]


def _expect_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise RecordError(where, f"expected a list, found {type(value).__name__}")
    return value


@contextmanager
def _record_errors(where: str) -> Iterator[None]:
    """Turn a type's own complaint about its arguments into one that names the place."""
    try:
        yield
    except ValueError as error:
        raise RecordError(where, str(error)) from error
