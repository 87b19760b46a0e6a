/** The 3D part of the editor: one canvas behind four views, kept in step with what the editor does. */
import type { Editor, ViewCommand } from '../editor/editor';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { NoWebGlViewport } from './no_webgl';
import type { ViewPreset } from './perspective_view';
import type { SideViewName } from './side_view';
import { probeWebGl } from './webgl';
import { WebGlViewport } from './webgl_viewport';

export type { SideViewName } from './side_view';
export type { ViewPreset } from './perspective_view';

export type ViewName = 'perspective' | SideViewName;
export type ViewElements = Readonly<Record<ViewName, HTMLElement>>;

/** A place on the page, CSS pixels. */
export interface PagePlace {
  readonly x: number;
  readonly y: number;
}

export interface ViewportStats {
  /** Points of the shown frame that are here. */
  readonly points: number;
  /** Points of the whole frame. */
  readonly totalPoints: number;
  /** Points that the last drawing of the big view showed: fewer while the camera moves over a big cloud. */
  readonly drawnPoints: number;
  /** Memory of the clouds that are kept for another look. */
  readonly keptBytes: number;
  /** When the shown frame was drawn, as `performance.now()` counts. */
  readonly frameReadyAt: number | null;
  /** From asking for the shown frame to its being drawn. */
  readonly lastSwitchMs: number | null;
}

export interface ViewportStatus {
  readonly state: 'loading' | 'ready' | 'empty' | 'failed' | 'no-webgl';
  /** The frame on the screen. */
  readonly frameIndex: number;
  /** The server's line when the points could not be had. */
  readonly message: string | null;
}

export interface ViewportTexts {
  /** Shown where 3D cannot be drawn. */
  readonly noWebGl: string;
}

export interface Viewport {
  readonly stats: ViewportStats;
  readonly status: ViewportStatus;
  /** Whether the wanted frame is drawn and the next one's points are here, so that playing may go on. */
  readonly canAdvance: boolean;
  setElements(elements: ViewElements): void;
  focusSelected(): void;
  /** The point that somebody pointed at in an image comes into the middle. */
  lookAtPixel(): void;
  viewFrom(preset: ViewPreset): void;
  /** Status or stats changed; at most once per drawing. */
  subscribe(listener: () => void): () => void;
  /** Points of the shown cloud inside a box; null while there is no cloud. */
  pointsInside(box: Box): number | null;
  /** Where a point is in the perspective view; null when it is not in view. */
  projectToScreen(point_ego: Vec3): PagePlace | null;
  sideViewRect(view: SideViewName): DOMRect | null;
  worldToSideView(view: SideViewName, point_ego: Vec3): PagePlace | null;
  dispose(): void;
}

const TEXTS: ViewportTexts = {
  noWebGl: 'This browser cannot draw in 3D: WebGL 2 is switched off or not supported.',
};

const PRESETS: Readonly<Partial<Record<ViewCommand, ViewPreset>>> = {
  'view-top': 'top',
  'view-behind': 'behind',
  'view-side': 'side',
  'view-free': 'free',
};

/**
 * Draw the editor's scene.
 * @param canvas lies behind all view elements and covers them.
 */
export function createViewport(
  canvas: HTMLCanvasElement,
  editor: Editor,
  texts: Partial<ViewportTexts> = {},
): Viewport {
  const { isAvailable, isSoftware } = probeWebGl();
  if (!isAvailable) {
    return new NoWebGlViewport({ ...TEXTS, ...texts }.noWebGl);
  }
  return new WebGlViewport(canvas, editor, isSoftware);
}

/** Do what the editor asks of its 3D views. */
export function runCommand(viewport: Viewport, command: ViewCommand): void {
  const preset = PRESETS[command];
  if (command === 'look-at-pixel') {
    viewport.lookAtPixel();
  } else if (preset === undefined) {
    viewport.focusSelected();
  } else {
    viewport.viewFrom(preset);
  }
}
