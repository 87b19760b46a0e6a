/** How panels reach the editor, and how they hear that something changed. */
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';

import type { Editor } from '../editor/editor';
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { Box } from '../model/records';
import type { SessionState } from '../store/session';
import type { ShownImages } from './cameras/shown_images';
import { throttled } from './throttle';

/** Panels redraw at most this often while a box is dragged. */
const DRAG_REDRAW_MS = 80;

/** What the panels need besides the editor; pages fill it in. */
export interface EditorTools {
  readonly editor: Editor;
  readonly images: ShownImages;
  /** Points of the shown cloud inside a box, or null while there is no cloud. */
  readonly pointsInside: (box: Box) => number | null;
  /** Called when the cloud on screen changes. */
  readonly onCloud: (listener: () => void) => () => void;
  /** Who last changed a record, as far as this browser heard. */
  readonly authorOf: (id: string) => string | null;
}

const Context = createContext<EditorTools | null>(null);

export const EditorToolsProvider = Context.Provider;

export function useEditorTools(): EditorTools {
  const tools = useContext(Context);
  if (tools === null) {
    throw new Error('a panel of the editor stands outside of EditorToolsProvider');
  }
  return tools;
}

export const useEditor = (): Editor => useEditorTools().editor;

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useEditor().session, select);
}

/** Redraws when labels change, in bursts while something is dragged; returns the version it redrew for. */
export function useLabelVersion(): number {
  const { store } = useEditor();
  const subscribe = useMemo(
    () => throttled((listener) => store.subscribe(listener), DRAG_REDRAW_MS),
    [store],
  );
  return useSyncExternalStore(subscribe, () => store.version);
}

/** The cuboids of the frame on screen. */
export function useResolvedFrame(): readonly ResolvedCuboid[] {
  const { store } = useEditor();
  useLabelVersion();
  const frameIndex = useSession((state) => state.frameIndex);
  return store.resolveFrame(frameIndex);
}

/** The selected object's cuboid in the frame on screen, or null. */
export function useSelected(): ResolvedCuboid | null {
  const { store } = useEditor();
  useLabelVersion();
  const frameIndex = useSession((state) => state.frameIndex);
  const trackId = useSession((state) => state.selectedTrackId);
  return trackId === null ? null : (store.resolveTrack(trackId, frameIndex) ?? null);
}
