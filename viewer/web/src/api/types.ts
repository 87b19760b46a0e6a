/** Answers and bodies that only pages and dialogs see; scenes, labels and jobs are in `model`. */
import type { SceneId, TrackId } from '../model/ids';
import type { Problem } from '../model/scene';

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
  readonly lidars: readonly InspectedLidar[];
  readonly cameras: readonly InspectedCamera[];
}

export interface InspectReport {
  readonly format: string;
  readonly scenes: readonly InspectedScene[];
  readonly problems: readonly Problem[];
}

export interface ImportBody {
  readonly path: string;
  readonly format: string | null;
  readonly with_labels: boolean;
}

export interface ExportBody {
  readonly format: string;
  readonly scene_ids: readonly SceneId[] | null;
  readonly sources: readonly string[] | null;
  readonly categories: readonly string[] | null;
  readonly include_unconfirmed: boolean;
  readonly derive_2d: 'missing' | 'all';
}

export interface Loss {
  readonly message: string;
  readonly count: number;
}

export interface ExportCheck {
  readonly scenes: number;
  readonly cuboids: number;
  readonly unconfirmed: number;
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
