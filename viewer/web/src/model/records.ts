/** The label records exactly as they are on the wire (`labels/records.py`). */
import type { ChangeId, CuboidId, FrameStateId, ImageBoxId, SceneId, TrackId } from './ids';
import type { LtrbPx, QuatWxyz, Vec3 } from './tuples';

/** A rigid transform; variables that hold one are always named `dst_from_src`. */
export interface Se3 {
  readonly quat_wxyz: QuatWxyz;
  readonly translation_m: Vec3;
}

/** A box in `ego` of some frame; every `Cuboid` is one. The object frame sits at the centre, x along the length. */
export interface Box {
  readonly ego_from_object: Se3;
  readonly size_lwh_m: Vec3;
}

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;
export type InterpolationFrame = 'world' | 'ego';
export type FrameStateName = 'done' | 'empty';
export type ImageBoxKind = 'tight' | 'given' | 'ignore';

/** A key cuboid: a statement about the points of one frame. */
export interface Cuboid extends Box {
  readonly id: CuboidId;
  readonly track_id: TrackId;
  readonly frame_index: number;
  /** `human`, `propagated`, `model:<name>@<version>` or `imported:<format>`. */
  readonly source: string;
  readonly confirmed_by: string | null;
  readonly score: number | null;
  readonly attributes: Attributes;
  /** Whether nothing is derived between this key and the next. */
  readonly ends_segment: boolean;
}

/** One object through a scene. */
export interface Track {
  readonly id: TrackId;
  readonly external_id: string | null;
  readonly category: string;
  readonly is_rigid: boolean;
  readonly is_static: boolean;
  readonly first_frame: number;
  readonly last_frame: number;
  readonly interpolate_in: InterpolationFrame;
  readonly attributes: Attributes;
}

/** A rectangle in one image. */
export interface ImageBox {
  readonly id: ImageBoxId;
  readonly frame_index: number;
  readonly camera: string;
  readonly track_id: TrackId | null;
  readonly kind: ImageBoxKind;
  readonly ltrb_px: LtrbPx;
  readonly attributes: Attributes;
}

/** What a person says of a whole frame. */
export interface FrameState {
  readonly id: FrameStateId;
  readonly frame_index: number;
  readonly state: FrameStateName;
}

export interface RecordMap {
  readonly tracks: Track;
  readonly cuboids: Cuboid;
  readonly image_boxes: ImageBox;
  readonly frame_states: FrameState;
}
export type RecordKind = keyof RecordMap;
export type RecordOf<K extends RecordKind> = RecordMap[K];
export type AnyRecord = RecordMap[RecordKind];

/** Tracks come before what refers to them. */
export const RECORD_KINDS = ['tracks', 'cuboids', 'image_boxes', 'frame_states'] as const;

export const SCHEMA_VERSION = 1;

type Lists = { readonly [K in RecordKind]?: readonly RecordOf<K>[] };
type Pairs = {
  readonly [K in RecordKind]?: readonly { readonly from: RecordOf<K>; readonly to: RecordOf<K> }[];
};

/** The only way labels change: a recorded difference with an author. */
export interface LabelChange {
  readonly schema_version: number;
  readonly change_id: ChangeId;
  readonly scene_id: SceneId;
  readonly author: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly base_revision: number;
  readonly added: Lists;
  readonly updated: Pairs;
  readonly removed: Lists;
}

/** The answer of `GET /api/scenes/{id}/labels`; `removed` comes only with `since`. */
export interface SceneLabels {
  readonly revision: number;
  readonly tracks: readonly Track[];
  readonly cuboids: readonly Cuboid[];
  readonly image_boxes: readonly ImageBox[];
  readonly frame_states: readonly FrameState[];
  readonly removed?: Readonly<Partial<Record<RecordKind, readonly string[]>>> | null;
}
