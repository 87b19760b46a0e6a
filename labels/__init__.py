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
from labels.fewest_keys import Tolerance
from labels.label_set import Cuboid, FrameState, ImageBox, LabelSet, Track
from labels.motion import judge_motion, scene_drift_ms
from labels.records import (
    decode_change,
    decode_label_set,
    encode_change,
    encode_label_set,
)
from labels.resolve import ResolvedCuboid, Resolver, resolve
from labels.taxonomy import Attribute, Category, Taxonomy
from labels.thin import ThinPlan, thin
from labels.timeline import Timeline
from labels.track_edits import MOST_SNAP_M, resize_about_near_corner
from labels.track_path import track_paths

__all__ = [
    "MOST_SNAP_M",
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
    "ThinPlan",
    "Timeline",
    "Tolerance",
    "Track",
    "apply",
    "decode_change",
    "decode_label_set",
    "encode_change",
    "encode_label_set",
    "invert",
    "judge_motion",
    "resize_about_near_corner",
    "resolve",
    "scene_drift_ms",
    "squash",
    "thin",
    "track_paths",
]
