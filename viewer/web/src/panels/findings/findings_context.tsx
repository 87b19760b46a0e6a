/** What the checks know of the scene, asked again after each saved change; the badge, the list and the timeline read it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

import { api } from '../../api/client';
import type { Findings } from '../../api/types';
import { useEditor, useSession } from '../editor_context';

/** The first frame is drawn before anything is checked. */
const FIRST_AFTER_MS = 1200;
/** One nudge rarely comes alone, and nothing is asked while a box is dragged or saved. */
const SETTLED_AFTER_MS = 800;
const ASK_AGAIN_MS = 500;

export interface FindingsState {
  /** Null until the first answer. */
  readonly answer: Findings | null;
  readonly isComputing: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

const NOTHING: FindingsState = { answer: null, isComputing: false, error: null, retry: () => undefined };

const Context = createContext<FindingsState>(NOTHING);

export const useFindings = (): FindingsState => useContext(Context);

export function FindingsProvider({ children }: { readonly children: ReactNode }) {
  const { scene } = useEditor();
  const revision = useSettledRevision();
  const withPoints = useOnceOpened();
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({
    queryKey: ['findings', scene.id, withPoints, revision],
    queryFn: ({ signal }) => api.getFindings(scene.id, withPoints, signal),
    enabled: revision !== null,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.state === 'computing' ? ASK_AGAIN_MS : false),
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const isComputing = data === undefined ? isFetching : isPlaceholderData || data.state === 'computing';
  const state = useMemo<FindingsState>(
    () => ({ answer: data ?? null, isComputing, error, retry: () => void refetch() }),
    [data, isComputing, error, refetch],
  );
  return <Context.Provider value={state}>{children}</Context.Provider>;
}

/** The server's revision once it has not changed for a moment; null right after opening. */
function useSettledRevision(): number | null {
  const editor = useEditor();
  const [revision, setRevision] = useState<number | null>(null);
  useEffect(() => {
    const { store, sync } = editor;
    let seen = store.revision;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAfter = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (editor.isGesturing || sync.state !== 'saved') {
          readAfter(SETTLED_AFTER_MS);
        } else {
          setRevision(store.revision);
        }
      }, ms);
    };
    const heard = () => {
      if (store.revision !== seen) {
        seen = store.revision;
        readAfter(SETTLED_AFTER_MS);
      }
    };
    const stops = [store.subscribe(heard), sync.subscribe(heard)];
    readAfter(FIRST_AFTER_MS);
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(timer);
    };
  }, [editor]);
  return revision;
}

/** Looking into every cloud of a long scene takes time: it is done once somebody wants to see the findings. */
function useOnceOpened(): boolean {
  const isOpen = useSession((state) => state.findingsOpen);
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) {
    setWasOpen(true);
  }
  return wasOpen || isOpen;
}
