/** An editor that lives as long as its page: made, started, wired to the socket, and closed. */
import { useEffect, useState } from 'react';

import { api } from '../api/client';
import { takeLabels } from '../api/opening';
import { proposalsFor } from '../api/proposals';
import type { Socket } from '../api/socket';
import { createEditor, type Editor } from '../editor/editor';
import type { LabelChange } from '../model/records';
import type { SceneDetail } from '../model/scene';
import { isEqual } from '../store/equal';
import { keepSettings } from '../store/settings';
import type { Transport } from '../store/transport';
import { tellLost, watchLeaving } from './leaving';
import { useSocket } from './socket_context';

/** Who last changed each record, as far as this browser heard. */
export type Authors = ReadonlyMap<string, string>;

export type EditorSession =
  | { readonly state: 'opening' }
  | { readonly state: 'failed'; readonly error: Error; readonly retry: () => void }
  | { readonly state: 'open'; readonly editor: Editor; readonly authors: Authors };

export function useEditorSession(scene: SceneDetail): EditorSession {
  const socket = useSocket();
  const [attempt, setAttempt] = useState(0);
  const [session, setSession] = useState<EditorSession>({ state: 'opening' });
  useEffect(() => {
    let isCancelled = false;
    let close: (() => void) | null = null;
    const open = async () => {
      const editor = await createEditor({
        scene,
        transport: transportOf(scene),
        proposer: proposalsFor(scene.id),
      });
      const authors = new Map<string, string>();
      const unwire = wire(editor, socket, authors);
      close = () => {
        unwire();
        editor.dispose();
      };
      // The page may have been left while the journal opened.
      if (isCancelled) {
        close();
        return;
      }
      await editor.start();
      setSession({ state: 'open', editor, authors });
    };
    open().catch((error: unknown) => {
      if (!isCancelled) {
        const retry = () => {
          setSession({ state: 'opening' });
          setAttempt((count) => count + 1);
        };
        setSession({
          state: 'failed',
          error: error instanceof Error ? error : new Error(String(error)),
          retry,
        });
      }
    });
    return () => {
      isCancelled = true;
      close?.();
    };
  }, [scene, socket, attempt]);
  return session;
}

function transportOf(scene: SceneDetail): Transport {
  return {
    postChange: (change) => api.postChange(change),
    fetchLabels: (since) => (since === undefined ? takeLabels(scene.id) : api.getLabels(scene.id, since)),
  };
}

function wire(editor: Editor, socket: Socket, authors: Map<string, string>): () => void {
  const { scene, session, sync } = editor;
  let isHeard = false;
  const stops = [
    watchLeaving(editor),
    tellLost(editor),
    keepSettings(editor.session),
    socket.on('open', () => {
      isHeard = false;
    }),
    socket.on('revision', ({ scene_id, revision, change }) => {
      if (scene_id === scene.id) {
        remember(authors, change);
        sync.receive(revision, change);
      }
    }),
    socket.on('presence', ({ scene_id, people }) => {
      if (scene_id === scene.id) {
        const others = people.filter(({ client_id }) => client_id !== socket.clientId);
        // The server also tells of oneself, and then nothing has changed here.
        if (!isEqual(others, session.getState().people)) {
          session.setState({ people: others });
        }
        // From now on the server tells of every change; what came before, since the labels were fetched or while the
        // line was down, must be asked for.
        if (!isHeard) {
          isHeard = true;
          void sync.pull();
        }
      }
    }),
    session.subscribe((state, before) => {
      if (state.frameIndex !== before.frameIndex || state.selectedTrackId !== before.selectedTrackId) {
        announce(editor, socket);
      }
    }),
  ];
  socket.watch(scene.id);
  announce(editor, socket);
  return () => {
    stops.forEach((stop) => stop());
    socket.watch(null);
  };
}

function announce(editor: Editor, socket: Socket): void {
  const { frameIndex, selectedTrackId } = editor.session.getState();
  socket.announce({ frame_index: frameIndex, selected_track_id: selectedTrackId });
}

function remember(authors: Map<string, string>, change: LabelChange): void {
  for (const records of [...Object.values(change.added), ...Object.values(change.removed)]) {
    records.forEach(({ id }) => authors.set(id, change.author));
  }
  for (const pairs of Object.values(change.updated)) {
    pairs.forEach(({ to }) => authors.set(to.id, change.author));
  }
}
