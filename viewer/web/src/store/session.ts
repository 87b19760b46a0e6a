/** What one browser looks at: never undone, never saved. */
import { createStore, type StoreApi } from 'zustand/vanilla';

import type { Ray } from '../geometry/hit_test';
import type { ImageBoxPart } from '../geometry/image_box';
import type { Band, ProposedTrack } from '../model/autolabel';
import type { ImageBoxId, TrackId } from '../model/ids';
import type { FittedBox, ProposalReason } from '../model/proposals';
import type { Box, Cuboid, Track } from '../model/records';
import type { Person, SceneDetail } from '../model/scene';
import type { LtrbPx, Vec2, Vec3 } from '../model/tuples';

export type ToolName = 'select' | 'create' | 'ruler';
/** How many sweeps of each lidar before and after the frame's own may be shown with it. */
export const SWEEP_COUNTS = [0, 1, 2, 5, 10] as const;
export type SweepCount = (typeof SWEEP_COUNTS)[number];
export const COLOR_MODES = ['height', 'intensity', 'ring', 'age', 'category', 'image'] as const;
export type ColorMode = (typeof COLOR_MODES)[number];
/** Whether the sweeps of many times are shown as one cloud: not, around the selected object, or all of them. */
export const MERGED_MODES = ['off', 'object', 'scene'] as const;
export type MergedMode = (typeof MERGED_MODES)[number];

/** How far the shown points have come. */
export interface CloudProgress {
  readonly state: 'waiting' | 'filling' | 'full';
  readonly count: number;
  readonly total: number;
  /** Points of the files that have no place and are not shown. */
  readonly dropped: number;
  /** Sweeps of many times are in it, or asked for. */
  readonly isMerged: boolean;
  /** How many sweeps are in it, of how many, and which share of their points; null for a frame's own points. */
  readonly merged: { readonly sweeps: number; readonly of: number; readonly share: number } | null;
  /** The greatest distance in time of a point from the frame, seconds; null where points have no times. */
  readonly ageSpan_s: number | null;
}

/** One line for the person at the screen; `key` is an i18n key. */
export interface Notice {
  readonly id: number;
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A cuboid that a click asked for while the server fits it; `box` is of the usual size. */
export interface Placing {
  readonly id: number;
  readonly frameIndex: number;
  readonly category: string;
  readonly box: Box;
}

/** What the server said of the cuboid that it fitted last. */
export interface LastFit {
  readonly trackId: TrackId;
  readonly frameIndex: number;
  readonly fitted: FittedBox;
}

/** How much faster than it was driven a scene may be played. */
export const PLAYBACK_SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;
export type PlaybackSpeed = (typeof PLAYBACK_SPEEDS)[number];

/** A distance that is being measured in one frame; `end` follows the pointer until `isDone`. */
export interface Ruler {
  readonly frameIndex: number;
  readonly start_ego: Vec3;
  readonly end_ego: Vec3;
  readonly isDone: boolean;
}

/** Which frames of the selected object are meant while all of them are shown at once. */
export interface BatchGrid {
  /** Where the keyboard is. */
  readonly focus: number;
  /** Where a range starts. */
  readonly anchor: number;
  /** What the verbs change, by rising frame; never empty. */
  readonly frames: readonly number[];
  /** A fit of several frames that is under way. */
  readonly fitting: { readonly done: number; readonly count: number } | null;
}

/** Where carrying a track on stopped, and why; `frameIndex` is null at the scene's end. */
export interface TrackStop {
  readonly direction: 'forward' | 'back';
  readonly frameIndex: number | null;
  readonly count: number;
  readonly reason: ProposalReason;
}

/** What a press draws in an enlarged image, besides the tool in hand. */
export type ImageTool = 'select' | 'tight' | 'ignore';

/** What is drawn over the enlarged image. */
export const IMAGE_LAYERS = ['cuboids', 'points', 'proj', 'trunc', 'tight', 'given', 'ignore'] as const;
export type ImageLayer = (typeof IMAGE_LAYERS)[number];
export type ImageLayers = Readonly<Record<ImageLayer, boolean>>;

/** A rectangle that is being drawn or changed; `id` is the record's that it stands for meanwhile. */
export interface ImageDraft {
  readonly camera: string;
  readonly frameIndex: number;
  readonly kind: 'tight' | 'ignore' | 'cuboid';
  readonly id: ImageBoxId | null;
  readonly trackId: TrackId | null;
  readonly ltrb_px: LtrbPx;
}

/** A pixel that somebody pointed at, and what of the cloud lies there. */
export interface PixelRay {
  readonly camera: string;
  readonly frameIndex: number;
  readonly uv: Vec2;
  readonly ray: Ray;
  readonly point: Vec3 | null;
}

export type ReviewTab = 'learn' | 'review';

/** What the queue of proposed tracks is narrowed down to; null stands for everything. */
export interface ReviewFilter {
  readonly band: Band | null;
  readonly category: string | null;
  readonly source: string | null;
}

/** A track as it was before anybody looked at it. */
export interface SampledTrack {
  readonly track: Track;
  readonly keys: readonly Cuboid[];
}

/** A band that is to be accepted after a look at some of it. */
export interface Audit {
  /** All tracks that are to be accepted together. */
  readonly population: readonly TrackId[];
  readonly sample: readonly SampledTrack[];
  /** Found wrong, and left for later. */
  readonly aside: readonly TrackId[];
}

export interface ReviewState {
  readonly tab: ReviewTab;
  readonly filter: ReviewFilter;
  /** Whether somebody is being asked how many tracks to look at. */
  readonly isAskingAudit: boolean;
  readonly audit: Audit | null;
}

export interface SessionState {
  readonly frameIndex: number;
  readonly selectedTrackId: TrackId | null;
  readonly hoveredTrackId: TrackId | null;
  readonly tool: ToolName;
  /** The category of the next new object. */
  readonly activeCategory: string;
  readonly activeCamera: string | null;
  readonly isPlaying: boolean;
  readonly colorMode: ColorMode;
  readonly pointSize: number;
  // Big clouds: how many points are drawn while the camera moves; what is cut away, metres above the ground and from the
  // vehicle; between which percentiles intensities spread over the gradient; shading by depth; many sweeps as one cloud.
  readonly pointBudget: number;
  readonly heightClip: readonly [low: number, high: number] | null;
  readonly distanceClip: number | null;
  readonly intensityPercentiles: readonly [low: number, high: number];
  readonly eyeDome: boolean;
  readonly merged: MergedMode;
  readonly cloudProgress: CloudProgress | null;
  readonly sweeps: SweepCount;
  readonly showGround: boolean;
  readonly showGrid: boolean;
  readonly showFrustums: boolean;
  readonly othersHidden: boolean;
  readonly people: readonly Person[];
  readonly helpOpen: boolean;
  readonly exportOpen: boolean;
  /** Whether the findings stand where the object list is. */
  readonly findingsOpen: boolean;
  readonly selectionOrder: 'distance' | 'list';
  /** The box being drawn. */
  readonly draft: Box | null;
  // Placing and fitting: selected besides `selectedTrackId`; whether the create tool stays in hand; clicks whose fit is
  // on its way; the last fit; whether pitch and roll can be edited.
  readonly alsoSelected: readonly TrackId[];
  readonly isCreateSticky: boolean;
  readonly placings: readonly Placing[];
  readonly lastFit: LastFit | null;
  readonly isTiltOpen: boolean;
  /** Batch grid: null while it is closed. */
  readonly batchGrid: BatchGrid | null;
  // Images: the tool of the enlarged one; what is drawn over it, and its points by what; the selected 2D box and the part
  // of it that the arrow keys move; the rectangle in hand; one whose cuboid is being fitted; the pixel pointed at.
  readonly imageTool: ImageTool;
  readonly imageLayers: ImageLayers;
  readonly imagePointColors: 'depth' | 'scene';
  readonly selectedImageBoxId: ImageBoxId | null;
  readonly imageBoxPart: ImageBoxPart;
  readonly imageDraft: ImageDraft | null;
  readonly imageFitting: ImageDraft | null;
  readonly pixelRay: PixelRay | null;
  readonly notice: Notice | null;
  // Whole tracks: what the server is being asked; how far it carried a track on; the track that waits for the one to be
  // merged into it; the two whose merge waits for a decision; whether the selected object's way is drawn.
  readonly asking: { readonly textKey: string; readonly trackId: TrackId } | null;
  readonly extended: { readonly trackId: TrackId; readonly stops: readonly TrackStop[] } | null;
  readonly mergingTrackId: TrackId | null;
  readonly merge: { readonly intoId: TrackId; readonly otherId: TrackId } | null;
  readonly showTrajectory: boolean;
  // Habits
  /** What is typed into the command palette; null while it is closed. */
  readonly palette: string | null;
  /** Whether the table in which keys are changed is open. */
  readonly keysOpen: boolean;
  /** Names of the actions that were run from the palette, the newest first. */
  readonly recentActions: readonly string[];
  /** What objects the list shows, as `parseFilter` reads it, and whether the views hide the others. */
  readonly objectFilter: string;
  readonly filterHides: boolean;
  /** Whether the filter shall get the focus as soon as it is there. */
  readonly filterFocusAsked: boolean;
  readonly ruler: Ruler | null;
  /** An attribute is being answered by key: which one, or null while that is being chosen. */
  readonly attributeChord: { readonly attribute: string | null } | null;
  readonly playbackSpeed: PlaybackSpeed;
  /** Whether the timeline shows a lane for each track. */
  readonly lanesOpen: boolean;
  // Auto-labeling: what a model proposed, in the order of the queue; whether its panel covers the views, and how it stands.
  readonly proposed: readonly ProposedTrack[];
  readonly reviewOpen: boolean;
  readonly review: ReviewState;
}

export type SessionStore = StoreApi<SessionState>;

export function createSession(scene: SceneDetail): SessionStore {
  return createStore<SessionState>(() => ({
    frameIndex: 0,
    selectedTrackId: null,
    hoveredTrackId: null,
    tool: 'select',
    activeCategory: scene.taxonomy.categories[0]?.name ?? 'Car',
    activeCamera: null,
    isPlaying: false,
    colorMode: 'height',
    pointSize: 2,
    pointBudget: 1_000_000,
    heightClip: null,
    distanceClip: null,
    intensityPercentiles: [2, 98],
    eyeDome: false,
    merged: 'off',
    cloudProgress: null,
    sweeps: 0,
    showGround: true,
    showGrid: true,
    showFrustums: false,
    othersHidden: false,
    people: [],
    helpOpen: false,
    exportOpen: false,
    findingsOpen: false,
    selectionOrder: 'distance',
    draft: null,
    alsoSelected: [],
    isCreateSticky: false,
    placings: [],
    lastFit: null,
    isTiltOpen: false,
    batchGrid: null,
    imageTool: 'select',
    imageLayers: {
      cuboids: true,
      points: false,
      proj: false,
      trunc: false,
      tight: true,
      given: true,
      ignore: true,
    },
    imagePointColors: 'depth',
    selectedImageBoxId: null,
    imageBoxPart: 'all',
    imageDraft: null,
    imageFitting: null,
    pixelRay: null,
    notice: null,
    asking: null,
    extended: null,
    mergingTrackId: null,
    merge: null,
    showTrajectory: true,
    palette: null,
    keysOpen: false,
    recentActions: [],
    objectFilter: '',
    filterHides: false,
    filterFocusAsked: false,
    ruler: null,
    attributeChord: null,
    playbackSpeed: 1,
    lanesOpen: true,
    proposed: [],
    reviewOpen: false,
    review: {
      tab: 'learn',
      filter: { band: null, category: null, source: null },
      isAskingAudit: false,
      audit: null,
    },
  }));
}
