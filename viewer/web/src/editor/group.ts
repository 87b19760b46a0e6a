/** Several objects selected at once: one of them, `selectedTrackId`, is what panels and side views show. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { TrackId } from '../model/ids';
import type { Editor } from './editor';
import { neighbour } from './selection';
import { removeFromFrame } from './verbs';

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

  /** Take all that is selected out of the current frame, as one step. */
  deleteCuboids(): void {
    const { editor } = this;
    const { cuboids, trackIds } = this;
    if (trackIds.length < 2) {
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
