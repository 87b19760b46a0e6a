/** What the machine proposes, as the server says it (`server/schemas/proposals.py`), in the viewer's words for faces. */
import type { TrackId } from './ids';
import type { Box, Cuboid, Track } from './records';
import type { LtrbPx, Vec3 } from './tuples';

export type BoxFace = 'front' | 'back' | 'left' | 'right' | 'top' | 'bottom';
/** What a fit may change: all of the box, a part, or one face. */
export type FitWhat = 'all' | 'position' | 'size' | 'heading' | 'to_ground' | BoxFace;

/** Why something is so; `code` and `values` say it in any language, `sentence` in English. */
export interface ProposalReason {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly sentence: string;
}

/** The usual size that a fit went by, and who said so. */
export interface SizePrior {
  readonly size_lwh_m: Vec3;
  readonly source: 'given' | 'labels' | 'taxonomy' | 'box';
  readonly track_count: number;
}

export interface FittedBox {
  readonly box: Box;
  /** 0: nothing but the usual size speaks; else the overlap with the truth to be expected. */
  readonly confidence: number;
  /** The faces with points on them; the others are guessed, and drawn dashed. */
  readonly supported_faces: readonly BoxFace[];
  readonly point_count: number;
  /** What keeps the confidence down: `no_points`, `few_points`, `no_side`, `unusual`. */
  readonly reason: ProposalReason | null;
  readonly prior: SizePrior;
}

export interface FitRequest {
  /** Somewhere on the object, in `ego`. */
  readonly click: Vec3;
  readonly category: string;
  /** Where it heads, as a drag showed it. */
  readonly heading_rad?: number | null;
  readonly size_lwh_m?: Vec3 | null;
}

export interface RefitRequest {
  readonly box: Box;
  readonly category: string;
  readonly what: FitWhat;
}

export interface FitInImageRequest {
  readonly camera: string;
  readonly ltrb_px: LtrbPx;
  readonly category: string;
}

export interface FitInImageAnswer {
  readonly fitted: FittedBox | null;
  /** Of its picture with the rectangle. */
  readonly overlap: number;
  /** Why there is none: `camera_sees_no_points`, `no_points_in_rectangle`, `nothing_fits`, `rectangle_too_small`. */
  readonly reason: ProposalReason | null;
}

/** A track as the editor has it now, saved or not, with all its keys. */
export interface TrackRequest {
  readonly track: Track;
  readonly keys: readonly Cuboid[];
}

export interface ExtendRequest extends TrackRequest {
  readonly direction: 'forward' | 'back';
  readonly most_frames?: number;
  /** Whether the keys may be bettered too: one size from all frames, the heading from the way it moves. */
  readonly revise?: boolean;
}

export interface ProposedCuboid {
  readonly frame_index: number;
  readonly box: Box;
  readonly confidence: number;
  readonly supported_faces: readonly BoxFace[];
  readonly point_count: number;
}

export interface ExtendAnswer {
  /** One for each new frame, by frame. */
  readonly cuboids: readonly ProposedCuboid[];
  /** With `revise`: given keys, bettered; they belong into the same step. */
  readonly revised_keys: readonly ProposedCuboid[];
  /** The frame that it was not followed into; null at the scene's end. */
  readonly stopped_at: number | null;
  /**
   * `end_of_scene`, `most_frames`, `no_cloud`, `no_points`, `low_confidence`, `jump`, `overlap`, `out_of_range`,
   * `hidden`.
   */
  readonly reason: ProposalReason;
  /** `ego`: the scene has no poses to predict with. */
  readonly predicted_in: 'world' | 'ego';
  readonly prior: SizePrior;
}

export interface ThinRequest extends TrackRequest {
  readonly tolerance_m?: number;
  readonly tolerance_deg?: number;
  readonly keep_answers?: boolean;
}

/** Keys go or stay; they never move. */
export interface ThinAnswer {
  readonly keep: readonly number[];
  readonly remove: readonly number[];
  readonly made_static: boolean;
  readonly answers_lost: number;
}

export interface SnapRequest extends TrackRequest {
  /** The frame whose cuboid is right. */
  readonly frame_index: number;
  readonly most_m?: number;
}

export interface SnappedKey {
  readonly frame_index: number;
  readonly box: Box;
  readonly offset_m: number;
}

export interface SnapAnswer {
  /** Instead of the track's present keys; the one of `frame_index` is the box as it was. */
  readonly keys: readonly SnappedKey[];
  readonly frames_looked_at: number;
  readonly frames_bounded: readonly number[];
  /** `snapped`, `no_drift`, `no_points`, `no_poses`. */
  readonly reason: ProposalReason;
}

export interface TrackMotion {
  readonly track_id: TrackId;
  readonly motion: 'parked' | 'moving' | 'unknown';
  readonly reason: ProposalReason;
  readonly moved_m: number;
}

export interface FramePoints {
  readonly frame_index: number;
  readonly point_count: number;
  /** From the nearest lidar, level. */
  readonly distance_m: number;
}

export interface PointsPerFrame {
  readonly frames: readonly FramePoints[];
  readonly best_frame: number | null;
  /** False where a long track was only sampled. */
  readonly is_complete: boolean;
}
