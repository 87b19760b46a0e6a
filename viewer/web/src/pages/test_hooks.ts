/** `window.__truebox`: read-only hooks for browser tests and benchmarks. */
import type { Editor } from '../editor/editor';
import type { Vec3 } from '../model/tuples';
import type { ShownImages } from '../panels/cameras/shown_images';
import type { PagePlace, SideViewName, Viewport } from '../scene/viewport';

export interface TrueboxHooks {
  readonly editor: Editor;
  readonly viewport: Viewport;
  /** The frame's points are drawn, its images are shown, the labels are here. */
  ready(): boolean;
  /** CSS pixels on the page; null out of view. */
  projectToScreen(pointEgo: Vec3): PagePlace | null;
  sideViewRect(view: SideViewName): DOMRect | null;
  worldToSideView(view: SideViewName, pointEgo: Vec3): PagePlace | null;
  /** The pictures of the batch grid that was opened last. */
  readonly grid?: { readonly isComplete: boolean; readonly pointCount: number };
  /** Those of the proposed tracks. */
  readonly strips?: { readonly isComplete: boolean };
}

declare global {
  interface Window {
    __truebox?: TrueboxHooks;
  }
}

export function installHooks(editor: Editor, viewport: Viewport, images: ShownImages): () => void {
  const hooks: TrueboxHooks = {
    editor,
    viewport,
    ready: () => {
      const { status, stats } = viewport;
      const isHere = status.state !== 'loading' && status.frameIndex === editor.frameIndex;
      const isDrawn = isHere && stats.frameReadyAt !== null;
      return isDrawn && images.isShowing(editor.frameIndex);
    },
    projectToScreen: (point) => viewport.projectToScreen(point),
    sideViewRect: (view) => viewport.sideViewRect(view),
    worldToSideView: (view, point) => viewport.worldToSideView(view, point),
  };
  window.__truebox = hooks;
  return () => {
    if (window.__truebox === hooks) {
      delete window.__truebox;
    }
  };
}
