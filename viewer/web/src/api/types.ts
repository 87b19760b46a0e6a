/** Answers and bodies that only pages and dialogs see; scenes, labels and jobs are in `model`. */
import type { AutolabelModel } from '../model/autolabel';
import type { ProjectId, SceneId, TrackId } from '../model/ids';
import type { Job, Problem, TrajectorySource } from '../model/scene';

export interface FormatInfo {
  readonly name: string;
  readonly title: string;
  readonly can_read_scenes: boolean;
  readonly can_read_labels: boolean;
  readonly can_write_labels: boolean;
}

export interface BrowseEntry {
  readonly name: string;
  readonly path: string;
  readonly is_dir: boolean;
  readonly format: string | null;
}

export interface BrowseResult {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly BrowseEntry[];
}

export interface InspectedLidar {
  readonly name: string;
  readonly frames: number;
  readonly points: number;
}

export interface InspectedCamera {
  readonly name: string;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

export interface InspectedScene {
  readonly name: string;
  readonly frames: number;
  readonly tracks: number;
  readonly labels: number;
  readonly ignored: number;
  readonly sequential: boolean;
  readonly poses: boolean;
  /** The project has it already. */
  readonly is_known: boolean;
  readonly lidars: readonly InspectedLidar[];
  readonly cameras: readonly InspectedCamera[];
}

/** Something that a format leaves open, and how it was settled. */
export interface Guess {
  readonly question: string;
  /** The question as a sentence, in English. */
  readonly text: string;
  /** Empty for free text. */
  readonly choices: readonly string[];
  readonly answer: string;
  readonly why: string;
  readonly is_sure: boolean;
}

/** A category that labels use, and whether those who get them have it. */
export interface CategoryUse {
  readonly name: string;
  readonly tracks: number;
  readonly is_known: boolean;
  readonly suggestion: string | null;
}

export interface InspectBody {
  readonly path: string;
  readonly format: string | null;
  readonly assume: Answers;
  readonly project_id: ProjectId | null;
}

export interface InspectReport {
  readonly format: string;
  readonly scenes: readonly InspectedScene[];
  readonly guesses: readonly Guess[];
  readonly categories: readonly CategoryUse[];
  readonly project_categories: readonly string[];
  /** Why poses cannot be made by registration; null where they can. */
  readonly registration: string | null;
  readonly problems: readonly Problem[];
}

/** Question to answer. */
export type Answers = Readonly<Record<string, string>>;

/** What becomes of categories; null leaves their tracks out, and one that is not listed keeps its name. */
export type CategoryNames = Readonly<Record<string, string | null>>;

export interface ImportBody {
  readonly path: string;
  readonly format: string | null;
  readonly with_labels: boolean;
  readonly assume: Answers;
  readonly mapping: CategoryNames | null;
  /** What becomes of categories that neither the mapping nor those who get them have. */
  readonly unknown: 'keep' | 'drop';
  readonly trajectory: TrajectorySource;
}

/** What a look at a scene's raw files found. */
export interface FileReport {
  readonly files: number;
  readonly problem_count: number;
  readonly problems: readonly Problem[];
}

export interface RelinkBody {
  readonly old_root: string;
  readonly new_root: string;
  readonly with_changed: boolean;
  readonly dry_run: boolean;
}

export interface RelinkedScene {
  readonly scene_id: SceneId;
  readonly name: string;
  readonly old_path: string;
  readonly new_path: string;
  readonly compared_files: number;
  readonly problems: readonly Problem[];
  readonly changed_count: number;
  readonly changed: readonly Problem[];
}

export interface RelinkReport {
  readonly is_done: boolean;
  readonly scenes: readonly RelinkedScene[];
}

export interface ExportBody {
  readonly format: string;
  readonly scene_ids: readonly SceneId[] | null;
  readonly sources: readonly string[] | null;
  readonly categories: readonly string[] | null;
  readonly include_unconfirmed: boolean;
  readonly derive_2d: 'missing' | 'all';
  readonly mapping: CategoryNames | null;
  /** What becomes of categories that neither the mapping nor those who get them have. */
  readonly unknown: 'keep' | 'drop';
}

export interface MergeBody {
  /** A file or folder of the server's machine. */
  readonly path: string;
  readonly format: string | null;
  /** Null: all scenes of the project. */
  readonly scene_ids: readonly SceneId[] | null;
  readonly policy: 'add' | 'replace_source' | 'match';
  readonly min_iou: number;
  /** What the cuboids are to be known as, such as `model:pillar@3`; null: as the format says. */
  readonly source: string | null;
  readonly mapping: CategoryNames | null;
  /** What becomes of categories that neither the mapping nor those who get them have. */
  readonly unknown: 'keep' | 'drop';
}

export interface MergeCounts {
  readonly tracks_added: number;
  readonly tracks_matched: number;
  readonly tracks_updated: number;
  readonly tracks_removed: number;
  readonly cuboids_added: number;
  readonly cuboids_updated: number;
  readonly cuboids_removed: number;
  readonly cuboids_same: number;
  /** Left out, because what a person made or confirmed stands. */
  readonly cuboids_kept: number;
  readonly categories_kept: number;
  readonly image_boxes_added: number;
  readonly image_boxes_updated: number;
  readonly image_boxes_removed: number;
  readonly frame_states_added: number;
}

/** What labels would change in scenes that exist. */
export interface MergeReport {
  readonly scenes: number;
  readonly counts: MergeCounts;
  readonly unmatched_frames: number;
  readonly categories: readonly CategoryUse[];
  readonly project_categories: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Loss {
  readonly message: string;
  readonly count: number;
}

export interface ExportCheck {
  readonly scenes: number;
  readonly cuboids: number;
  readonly unconfirmed: number;
  readonly categories: readonly CategoryUse[];
  readonly format_categories: readonly string[];
  readonly losses: readonly Loss[];
}

export interface Health {
  readonly status: string;
  readonly version: string;
}

/** The answer to a posted label change. */
export interface PostedChange {
  readonly revision: number;
  readonly change_id: string;
  readonly was_known: boolean;
}

/** How sure a rule is that something must be mended, the gravest first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that looks wrong, and where. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** In English. */
  readonly sentence: string;
  /** Null where it concerns the whole scene. */
  readonly frame_index: number | null;
  readonly track_id: TrackId | null;
  readonly label_ids: readonly string[];
  readonly value: number | null;
  /** What the sentence is made of. */
  readonly details: Readonly<Record<string, string | number>>;
}

export interface FindingRule {
  readonly rule: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly needs_points: boolean;
}

/** What the checks know by now. */
export interface Findings {
  readonly revision: number;
  readonly state: 'computing' | 'ready';
  readonly findings: readonly Finding[];
  readonly rules: readonly FindingRule[];
}

export interface AutolabelBody {
  /** Null: all scenes of the project. */
  readonly scene_ids: readonly SceneId[] | null;
  /** The share of wrong boxes that the accept band may hold. */
  readonly wished_error: number;
  /** Null: only where the labelled frames changed since. */
  readonly retrain: boolean | null;
  /** Whether to learn further from what is sure, where that proves to help. */
  readonly self_train: boolean;
}

export interface ActivateBody {
  /** Whether its proposals come in place of the present ones. */
  readonly propose: boolean;
  readonly scene_ids: readonly SceneId[] | null;
  readonly wished_error: number;
}

export interface ModelActivation {
  readonly model: AutolabelModel;
  readonly job: Job | null;
}
