/** What the auto-labeler learned and proposed, as the server says it (`server/schemas/autolabel.py`). */
import type { SceneId, TrackId } from './ids';

/** How much of it is expected to be right: hardly any wrong, some, most. */
export const BANDS = ['accept', 'check', 'redo'] as const;
export type Band = (typeof BANDS)[number];
export type BandCounts = Readonly<Record<Band, number>>;

/** How far a face of a proposed track may be off, and whether that is more than such objects may be. */
export interface FaceDoubt {
  readonly sigma_m: number;
  readonly is_unsure: boolean;
}

export const WIRE_FACES = ['front', 'rear', 'left', 'right', 'top', 'bottom'] as const;
export type WireFace = (typeof WIRE_FACES)[number];

/** A track that a model proposed and that is still among the labels. */
export interface ProposedTrack {
  readonly track_id: TrackId;
  readonly category: string;
  readonly band: Band;
  /** 0 … 1, how sure the model is that there is such an object. */
  readonly score: number;
  /** Why it is in its band: codes such as `few_points`. */
  readonly reasons: readonly string[];
  /** Front and rear as the track has them; null where nothing is known of its faces. */
  readonly faces: Readonly<Record<WireFace, FaceDoubt>> | null;
  readonly first_frame: number;
  readonly last_frame: number;
  /** Frames that it was proposed in, and how many of them nobody agreed with. */
  readonly frame_count: number;
  readonly unconfirmed_count: number;
  readonly expected_corrections: number;
  /** To look at it and put it right. */
  readonly expected_seconds: number;
}

/** The queue: where a second of looking puts most right comes first. */
export interface ProposedTracks {
  readonly model_version: number | null;
  readonly revision: number;
  readonly wished_error: number | null;
  readonly bands: BandCounts;
  readonly tracks: readonly ProposedTrack[];
}

export interface CategoryNeed {
  readonly category: string;
  readonly boxes: number;
  readonly tracks: number;
  /** With fewer boxes the machine will hardly find it. */
  readonly wanted: number;
}

/** A frame whose labels would teach most. */
export interface LabelNext {
  readonly scene_id: SceneId;
  readonly scene_name: string;
  readonly frame_index: number;
  /** What it would tell, in doubtful objects. */
  readonly gain: number;
  /** Proposed objects in it that are most in doubt, the most doubtful first. */
  readonly track_ids: readonly TrackId[];
  /** Categories in it of which little is labelled. */
  readonly rare_categories: readonly string[];
  /** Time to the nearest labelled frame of its scene; null where there is none. */
  readonly away_s: number | null;
}

export interface LabeledFrames {
  readonly scene_id: SceneId;
  readonly scene_name: string;
  readonly frames: readonly number[];
}

/** Whether there is enough to learn from. */
export interface Readiness {
  readonly can_learn: boolean;
  readonly rule: 'closed_frames' | 'frames_with_own_boxes';
  readonly frame_count: number;
  readonly wanted_frames: number;
  readonly labelled: readonly LabeledFrames[];
  readonly categories: readonly CategoryNeed[];
  readonly warnings: readonly string[];
  readonly next: readonly LabelNext[];
  readonly active_version: number | null;
  readonly is_up_to_date: boolean;
}

export interface LearnedScene {
  readonly scene_id: SceneId;
  readonly scene_name: string | null;
  readonly revision: number;
  readonly frames: readonly number[];
}

/** One version of a project's model. */
export interface AutolabelModel {
  readonly version: number;
  readonly state: 'training' | 'active' | 'old' | 'failed';
  readonly created_at: string;
  readonly error: string | null;
  readonly learned_from: readonly LearnedScene[];
  readonly box_counts: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly train_s: number;
  readonly scene_count: number;
  readonly track_count: number;
  readonly cuboid_count: number;
}

export interface ComparedValue {
  readonly name: string;
  readonly a: number | null;
  readonly b: number | null;
}

export interface SceneProposals {
  readonly revision: number;
  readonly proposed_at: string;
  readonly tracks: number;
  readonly cuboids: number;
  readonly bands: BandCounts;
}

export interface ComparedScene {
  readonly scene_id: SceneId;
  readonly scene_name: string;
  readonly a: SceneProposals | null;
  readonly b: SceneProposals | null;
}

export interface ModelComparison {
  readonly a: AutolabelModel;
  readonly b: AutolabelModel;
  readonly scores: readonly ComparedValue[];
  readonly box_counts: readonly ComparedValue[];
  readonly scenes: readonly ComparedScene[];
}

/** What came of learning further from what the model was sure of; scores are of frames held back. */
export interface SelfTraining {
  readonly was_kept: boolean;
  readonly score_before: number | null;
  readonly score_after: number | null;
}

/** What a job that proposes labels did, so far or in all. */
export interface AutolabelResult {
  readonly model_version: number;
  readonly was_trained: boolean;
  readonly scene_ids: readonly SceneId[];
  readonly scenes: number;
  readonly scenes_kept: number;
  readonly tracks: number;
  readonly cuboids: number;
  readonly removed_cuboids: number;
  readonly bands: BandCounts;
  readonly box_counts: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly train_s: number;
  /** Null unless it was wished; jobs of earlier versions do not say. */
  readonly self_training?: SelfTraining | null;
  readonly warnings: readonly string[];
}
