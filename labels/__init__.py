"""What people say about a scene: taxonomy, tracks, key cuboids, derived cuboids, label changes and their records."""

from labels.change import (
    RECORD_KINDS,
    SCHEMA_VERSION,
    LabelChange,
    RecordKind,
    apply,
    invert,
    squash,
)
from labels.errors import Conflict, LabelError, RecordError, StaleRevisionError
from labels.label_set import Cuboid, FrameState, ImageBox, LabelSet, Track
from labels.records import (
    decode_change,
    decode_label_set,
    encode_change,
    encode_label_set,
)
from labels.resolve import ResolvedCuboid, Resolver, resolve
from labels.taxonomy import Attribute, Category, Taxonomy

__all__ = [
    "RECORD_KINDS",
    "SCHEMA_VERSION",
    "Attribute",
    "Category",
    "Conflict",
    "Cuboid",
    "FrameState",
    "ImageBox",
    "LabelChange",
    "LabelError",
    "LabelSet",
    "RecordError",
    "RecordKind",
    "ResolvedCuboid",
    "Resolver",
    "StaleRevisionError",
    "Taxonomy",
    "Track",
    "apply",
    "decode_change",
    "decode_label_set",
    "encode_change",
    "encode_label_set",
    "invert",
    "resolve",
    "squash",
]
