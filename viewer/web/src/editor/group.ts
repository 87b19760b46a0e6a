/** Several objects selected at once: one of them, `selectedTrackId`, is what panels and side views show. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { TrackId } from '../model/ids';
import type { Box } from '../model/records';
import type { Editor } from './editor';
import { isUnconfirmed, neighbour } from './selection';
import { ensureKey, putBox, putCategory, removeFromFrame } from './verbs';

export class Group {
  private readonly editor: Editor;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** All that is selected, the shown one first. */
  get trackIds(): readonly TrackId[] {
    const { selectedTrackId, alsoSelected } = this.editor.session.getState();
    return selectedTrackId === null ? [] : [selectedTrackId, ...alsoSelected];
  }

  /** Those that the current frame has. */
  get cuboids(): readonly ResolvedCuboid[] {
    const { store, frameIndex } = this.editor;
    return this.trackIds.flatMap((id) => store.resolveTrack(id, frameIndex) ?? []);
  }

  get isAlone(): boolean {
    return this.trackIds.length < 2;
  }

  has(trackId: TrackId): boolean {
    return this.trackIds.includes(trackId);
  }

  /** Add an object, or take it out; the newest is the one that is shown. */
  toggle(trackId: TrackId): void {
    const others = this.trackIds.filter((id) => id !== trackId);
    this.set(this.has(trackId) ? others : [trackId, ...others]);
  }

  add(trackIds: readonly TrackId[]): void {
    this.set([...new Set([...this.trackIds, ...trackIds])]);
  }

  /** All objects of the frame. */
  addAll(): void {
    const { store, frameIndex } = this.editor;
    this.add(store.resolveFrame(frameIndex).map(({ track }) => track.id));
  }

  /** Also the object that Tab would go to. */
  addNext(): void {
    const outside = this.editor.inOrder.filter(({ track }) => !this.has(track.id) || this.isShown(track.id));
    const next = neighbour(outside, this.editor.selectedTrackId, 1);
    if (next !== null && !this.has(next.track.id)) {
      this.toggle(next.track.id);
    }
  }

  set([shown, ...others]: readonly TrackId[]): void {
    this.editor.select(shown ?? null);
    this.editor.session.setState({ alsoSelected: others });
  }

  /** Go on to another object with what is selected, or go back over it: it is left out again. */
  extendTo(trackId: TrackId): void {
    const [shown, ...others] = this.trackIds;
    if (this.has(trackId) && trackId !== shown) {
      this.set([trackId, ...others.filter((id) => id !== trackId)]);
    } else if (!this.has(trackId)) {
      this.toggle(trackId);
    }
  }

  // Verbs on all of them; each one undo step

  edit(label: string, change: (box: Box) => Box): void {
    const { editor, cuboids } = this;
    editor.perform(label, (tx) =>
      cuboids.forEach(({ track, cuboid }) => {
        const { ego_from_object, size_lwh_m } = change(cuboid);
        putBox(editor.context, tx, track, editor.frameIndex, { ego_from_object, size_lwh_m });
      }),
    );
  }

  setCategory(name: string): void {
    const { editor, trackIds } = this;
    const { store } = editor;
    const to = editor.category(name);
    editor.perform('history.category', (tx) =>
      trackIds.forEach((id) => {
        const track = store.get('tracks', id);
        if (track) {
          putCategory(store, tx, track, to);
        }
      }),
    );
  }

  /** Agree with what is selected in the current frame, and go on to what nobody has agreed with. */
  confirm(): void {
    const { editor, cuboids } = this;
    if (this.isAlone) {
      editor.confirming.confirm();
      return;
    }
    const { context, frameIndex, selectedTrackId } = editor;
    editor.perform('history.confirm', (tx) =>
      cuboids
        .filter(({ cuboid }) => isUnconfirmed(cuboid))
        .forEach(({ track }) =>
          ensureKey(context, tx, track.id, frameIndex, { confirmed_by: context.author }),
        ),
    );
    editor.confirming.goToNext(selectedTrackId);
  }

  /** Take all that is selected out of the current frame. */
  deleteCuboids(): void {
    const { editor } = this;
    const { cuboids, trackIds } = this;
    if (this.isAlone) {
      editor.tracks.deleteCuboid();
      return;
    }
    editor.perform('history.delete', (tx) =>
      cuboids.forEach(({ track }) => removeFromFrame(editor.context, tx, track, editor.frameIndex)),
    );
    this.set(trackIds.filter((id) => editor.store.get('tracks', id) !== undefined));
  }

  private isShown(trackId: TrackId): boolean {
    return trackId === this.editor.selectedTrackId;
  }
}
