/** The verbs on whole tracks and on their keys. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import { rotateYaw } from '../geometry/box';
import { newTrackId, type TrackId } from '../model/ids';
import type { AttributeValue } from '../model/records';
import type { Editor } from './editor';
import { claimAnswer } from './given_answers';
import { likelyPartner, predictBox } from './motion';
import { lifeOf } from './track_edits/life';
import { type MergeChoices, mergeTracks } from './track_edits/merge';
import { setTrackSize } from './track_edits/size';
import { canSplit, splitTrack } from './track_edits/split';
import { isLeft, trimLife } from './track_edits/trim';
import { ensureKey, putBox, putCategory, removeFromFrame, removeTrack, withAttribute } from './verbs';

export class Tracks {
  private readonly editor: Editor;
  private stopWaiting: () => void = () => undefined;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  // Keys

  /** Take the object out of the current frame. */
  deleteCuboid(trackId = this.editor.selectedTrackId): void {
    const { context, store, frameIndex } = this.editor;
    this.editor.onTrack('history.delete', trackId, (tx, track) => {
      if (store.resolveTrack(track.id, frameIndex)) {
        removeFromFrame(context, tx, track, frameIndex);
      }
    });
    this.dropSelectionOfNothing();
  }

  /** Make a key in the current frame: of what is derived there; elsewhere, of where the nearest key leads to. */
  addKey(trackId = this.editor.selectedTrackId): void {
    const { context, store, frameIndex } = this.editor;
    this.editor.onTrack('history.add_key', trackId, (tx, track) => {
      const nearest = this.nearestKey(track.id);
      if (store.resolveTrack(track.id, frameIndex)) {
        ensureKey(context, tx, track.id, frameIndex);
      } else if (nearest) {
        putBox(context, tx, track, frameIndex, predictBox(store, nearest, frameIndex));
      }
    });
  }

  /** Let the current frame's cuboid be derived again; the last key of a track stays. */
  removeKey(trackId = this.editor.selectedTrackId): void {
    const { store, frameIndex } = this.editor;
    this.editor.onTrack('history.remove_key', trackId, (tx, track) => {
      const keys = store.keysOfTrack(track.id);
      const key = keys.find((each) => each.frame_index === frameIndex);
      if (key && keys.length > 1) {
        tx.remove('cuboids', key.id);
      }
    });
  }

  toggleKey(trackId = this.editor.selectedTrackId): void {
    const { store, frameIndex } = this.editor;
    const isKey = trackId !== null && store.resolveTrack(trackId, frameIndex)?.is_key;
    if (isKey) {
      this.removeKey(trackId);
    } else {
      this.addKey(trackId);
    }
  }

  /** Make a key in another frame where the object should be by then, and go there. */
  copyToFrame(trackId = this.editor.selectedTrackId, frameIndex = this.editor.frameIndex + 1): void {
    const { editor } = this;
    const { store } = editor;
    const resolved = trackId === null ? undefined : store.resolveTrack(trackId, editor.frameIndex);
    if (!resolved || frameIndex < 0 || frameIndex >= editor.scene.frames.length) {
      return;
    }
    const box = predictBox(store, resolved, frameIndex);
    const before = { keys: store.keysOfTrack(resolved.track.id), size_lwh_m: box.size_lwh_m };
    editor.perform('history.copy', (tx) =>
      putBox(editor.context, tx, resolved.track, frameIndex, box, before),
    );
    editor.goToFrame(frameIndex);
  }

  // The whole track

  deleteTrack(trackId = this.editor.selectedTrackId): void {
    const { store } = this.editor;
    this.editor.onTrack('history.delete_track', trackId, (tx, track) => removeTrack(store, tx, track.id));
    this.dropSelectionOfNothing();
  }

  /** Front becomes back in all of the track's keys. */
  flipTrack(trackId = this.editor.selectedTrackId): void {
    const { store } = this.editor;
    this.editor.onTrack('history.flip', trackId, (tx, track) => {
      for (const key of store.keysOfTrack(track.id)) {
        tx.put('cuboids', { ...key, ego_from_object: rotateYaw(key, Math.PI).ego_from_object });
      }
    });
  }

  setCategory(trackId: TrackId, category: string): void {
    const to = this.editor.category(category);
    const { store } = this.editor;
    this.editor.onTrack('history.category', trackId, (tx, track) => putCategory(store, tx, track, to));
  }

  /** The number people know the object by; where another track has it, it may be the same object: both are shown for a merge. */
  setTrackNumber(trackId: TrackId, external_id: string | null): boolean {
    const { editor } = this;
    const name = external_id?.trim() ?? '';
    const isTaken = editor.store
      .all('tracks')
      .find((track) => track.external_id === name && track.id !== trackId);
    if (isTaken) {
      editor.notify('notice.number_taken', { number: name });
      editor.session.setState({ merge: { intoId: isTaken.id, otherId: trackId } });
      return false;
    }
    editor.onTrack('history.number', trackId, (tx, track) =>
      tx.put('tracks', { ...track, external_id: name === '' ? null : name }),
    );
    return true;
  }

  /** Answer a question of the taxonomy, for the track or for the current frame's cuboid; null takes the answer back. */
  setAttribute(trackId: TrackId, name: string, value: AttributeValue | null): void {
    const { context, store, scene, frameIndex } = this.editor;
    const attribute = scene.taxonomy.attributes.find((each) => each.name === name);
    this.editor.onTrack('history.attribute', trackId, (tx, track) => {
      if (attribute?.scope === 'track') {
        tx.put('tracks', { ...track, attributes: withAttribute(track.attributes, name, value) });
      } else {
        const old = store.resolveTrack(trackId, frameIndex)?.cuboid.attributes ?? {};
        ensureKey(context, tx, trackId, frameIndex, { attributes: withAttribute(old, name, value) });
        claimAnswer(store, tx, trackId, frameIndex, name);
      }
    });
  }

  /** Whether the object stands still in `world`, so that one key serves its whole life. */
  setStatic(trackId: TrackId, is_static: boolean): void {
    this.editor.onTrack('history.static', trackId, (tx, track) => tx.put('tracks', { ...track, is_static }));
  }

  /** One key: an object that stands is labelled once, wherever it is seen; one that stood moves again. */
  toggleStatic(trackId = this.editor.selectedTrackId): void {
    const track = this.editor.store.get('tracks', trackId ?? '');
    if (track?.is_static) {
      this.setStatic(track.id, false);
    } else {
      void this.editor.propagation.labelOnce(trackId);
    }
  }

  /** From when to when the object is there; what lies beyond goes. Nothing happens where nothing would be left. */
  setLife(trackId: TrackId, firstFrame: number, lastFrame: number): void {
    const { context, scene } = this.editor;
    const first = Math.max(0, Math.min(firstFrame, lastFrame));
    const last = Math.min(scene.frames.length - 1, Math.max(firstFrame, lastFrame));
    this.editor.onTrack('history.life', trackId, (tx, track) => {
      if (!isLeft(context, track, first, last)) {
        this.editor.notify('sequences.nothingLeft', { first, last });
      }
      trimLife(context, tx, track, first, last);
    });
  }

  /** The object's life begins in this frame: what was before goes, and what stands is there from here on. */
  beginLifeHere(trackId = this.editor.selectedTrackId): void {
    this.changeLife(trackId, ([, last], frame) => [frame, Math.max(last, frame)]);
  }

  endLifeHere(trackId = this.editor.selectedTrackId): void {
    this.changeLife(trackId, ([first], frame) => [Math.min(first, frame), frame]);
  }

  private changeLife(
    trackId: TrackId | null,
    change: (life: readonly [number, number], frame: number) => readonly [number, number],
  ): void {
    const { store, frameIndex } = this.editor;
    const track = store.get('tracks', trackId ?? '');
    if (track) {
      this.setLife(track.id, ...change(lifeOf(store, track), frameIndex));
    }
  }

  /** From this frame on it is another object, which gets selected. */
  split(trackId = this.editor.selectedTrackId): void {
    const { editor } = this;
    const track = editor.store.get('tracks', trackId ?? '');
    if (!track) {
      return;
    }
    if (!canSplit(editor.context, track, editor.frameIndex)) {
      editor.notify('sequences.oneSide');
      return;
    }
    const newId = newTrackId();
    editor.onTrack('sequences.stepSplit', track.id, (tx, now) =>
      splitTrack(editor.context, tx, now, editor.frameIndex, newId),
    );
    editor.select(newId);
  }

  /** The size that the object has in this frame, for all of its keys. */
  useSizeEverywhere(trackId = this.editor.selectedTrackId): void {
    const { context, store, frameIndex } = this.editor;
    this.editor.onTrack('history.resize', trackId, (tx, track) => {
      const size = store.resolveTrack(track.id, frameIndex)?.cuboid.size_lwh_m;
      if (size) {
        setTrackSize(context, tx, store.keysOfTrack(track.id), size);
      }
    });
  }

  // Merging

  /** The object waits for another one to be merged into it: the next that gets selected; once more, and a list asks. */
  beginMerge(): void {
    const { session, selectedTrackId } = this.editor;
    const { mergingTrackId } = session.getState();
    if (mergingTrackId !== null) {
      const otherId = likelyPartner(this.editor.store, mergingTrackId);
      this.cancelMerge();
      if (otherId !== null) {
        session.setState({ merge: { intoId: mergingTrackId, otherId } });
      }
    } else if (selectedTrackId !== null) {
      session.setState({ mergingTrackId: selectedTrackId });
      this.stopWaiting = session.subscribe(({ selectedTrackId: otherId }) => {
        if (otherId !== null && otherId !== selectedTrackId) {
          this.cancelMerge();
          session.setState({ merge: { intoId: selectedTrackId, otherId } });
        }
      });
    }
  }

  /** False where nothing waits. */
  cancelMerge(): boolean {
    const isWaiting = this.editor.session.getState().mergingTrackId !== null;
    this.stopWaiting();
    this.stopWaiting = () => undefined;
    if (isWaiting) {
      this.editor.session.setState({ mergingTrackId: null });
    }
    return isWaiting;
  }

  merge(intoId: TrackId, otherId: TrackId, choices: MergeChoices = {}): void {
    const { context, store } = this.editor;
    const other = store.get('tracks', otherId);
    this.editor.session.setState({ merge: null });
    if (other && intoId !== otherId) {
      this.editor.onTrack('sequences.stepMerge', intoId, (tx, into) =>
        mergeTracks(context, tx, into, other, choices),
      );
      this.editor.select(intoId);
    }
  }

  /** The track's key that is fewest frames away. */
  private nearestKey(trackId: TrackId): ResolvedCuboid | undefined {
    const { store, frameIndex } = this.editor;
    const away = ({ frame_index }: { readonly frame_index: number }) => Math.abs(frame_index - frameIndex);
    const [nearest] = [...store.keysOfTrack(trackId)].sort((a, b) => away(a) - away(b));
    return nearest && store.resolveTrack(trackId, nearest.frame_index);
  }

  private dropSelectionOfNothing(): void {
    const { selectedTrackId, store } = this.editor;
    if (selectedTrackId !== null && !store.get('tracks', selectedTrackId)) {
      this.editor.select(null);
    }
  }
}
