/** What one browser looks at: never undone, never saved. */
import { createStore, type StoreApi } from 'zustand/vanilla';

import type { TrackId } from '../model/ids';
import type { Box } from '../model/records';
import type { Person, SceneDetail } from '../model/scene';

export type ToolName = 'select' | 'create';
/** How many sweeps of each lidar before and after the frame's own may be shown with it. */
export const SWEEP_COUNTS = [0, 1, 2, 5, 10] as const;
export type SweepCount = (typeof SWEEP_COUNTS)[number];
export type ColorMode = 'height' | 'intensity' | 'category' | 'image';

/** One line for the person at the screen; `key` is an i18n key. */
export interface Notice {
  readonly id: number;
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
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
  readonly notice: Notice | null;
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
    notice: null,
  }));
}
