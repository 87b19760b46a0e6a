/** The batch grid: one object in all of its frames at once, and the verbs on those that are chosen. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { Box, Track } from '../model/records';
import type { Transaction } from '../store/label_store';
import type { BatchGrid } from '../store/session';
import type { Editor } from './editor';
import { GridFitting } from './grid_fitting';
import { type Choice, choose, clampTo, type FrameRange, framesBetween, shownFrames } from './grid_frames';
import { predictBox } from './motion';
import { putBoxes } from './put_boxes';
import { isUnconfirmed } from './selection';
import { ensureKey, putBox, removeFromFrame } from './verbs';

const NO_FRAMES: FrameRange = { first: 0, last: -1 };

export class GridVerbs {
  /** Cells side by side; set by the panel. */
  columns = 1;
  private readonly editor: Editor;
  private readonly fitting: GridFitting;

  constructor(editor: Editor) {
    this.editor = editor;
    this.fitting = new GridFitting(editor);
  }

  get state(): BatchGrid | null {
    return this.editor.session.getState().batchGrid;
  }

  get isOpen(): boolean {
    return this.state !== null;
  }

  /** What verbs change; null while the grid is closed. */
  get frames(): readonly number[] | null {
    return this.state?.frames ?? null;
  }

  get track(): Track | undefined {
    return this.editor.store.get('tracks', this.editor.selectedTrackId ?? '');
  }

  /** All frames that have a cell. */
  get shown(): FrameRange {
    const { track } = this;
    return track ? shownFrames(track, this.editor.scene.frames.length) : NO_FRAMES;
  }

  resolved(frameIndex: number): ResolvedCuboid | undefined {
    const { track } = this;
    return track && this.editor.store.resolveTrack(track.id, frameIndex);
  }

  // Opening and choosing

  /** Show the selected object; where it is shown already, go to its frame that is nearest to the one at hand. */
  open(frameIndex = this.editor.frameIndex): void {
    const { session } = this.editor;
    if (!this.track) {
      this.editor.notify('grid.selectFirst');
      return;
    }
    this.cancelFit();
    this.editor.endGesture();
    const focus = clampTo(this.shown, frameIndex);
    session.setState({
      isPlaying: false,
      batchGrid: { focus, anchor: focus, frames: [focus], fitting: null },
    });
  }

  close(): void {
    if (this.isOpen) {
      this.cancelFit();
      this.editor.endGesture();
      this.editor.session.setState({ batchGrid: null });
    }
  }

  toggle(): void {
    if (this.isOpen) {
      this.close();
    } else {
      this.open();
    }
  }

  choose(frameIndex: number, choice: Choice = 'only'): void {
    this.editor.endHold();
    this.set((grid) => choose(grid, clampTo(this.shown, frameIndex), choice));
  }

  /** To the cell so many frames further on. */
  move(by: number, choice: Choice = 'only'): void {
    this.choose((this.state?.focus ?? 0) + by, choice);
  }

  /** All frames that the object is in. */
  chooseAll(): void {
    const { first, last } = this.shown;
    const frames = framesBetween(first, last).filter((frame) => this.resolved(frame) !== undefined);
    if (frames.length > 0) {
      this.set((grid) => ({ ...grid, frames }));
    }
  }

  /** Leave the grid for the focused frame in all views. */
  jump(frameIndex = this.state?.focus ?? this.editor.frameIndex): void {
    this.close();
    this.editor.goToFrame(frameIndex);
  }

  // Verbs; one undo step each

  /** Agree with the chosen cuboids: keys become confirmed, what is derived from them follows. */
  confirm(): void {
    const { context } = this.editor;
    const open = () => this.chosen.filter(({ cuboid }) => isUnconfirmed(cuboid));
    const agree = (tx: Transaction, { track, cuboid }: ResolvedCuboid) =>
      ensureKey(context, tx, track.id, cuboid.frame_index, { confirmed_by: context.author });
    this.perform('history.confirm', [
      (tx) =>
        open()
          .filter(({ is_key }) => is_key)
          .forEach((each) => agree(tx, each)),
      (tx) => open().forEach((each) => agree(tx, each)),
    ]);
  }

  /** Take the object out of the chosen frames. */
  remove(): void {
    const { context } = this.editor;
    this.perform(
      'history.delete',
      this.chosen.map(({ cuboid: { frame_index } }) => (tx: Transaction) => {
        const { track } = this;
        if (track) {
          removeFromFrame(context, tx, track, frame_index);
        }
      }),
    );
    if (this.track) {
      this.set((grid) => choose(grid, clampTo(this.shown, grid.focus), 'only'));
    } else {
      this.close();
      this.editor.select(null);
    }
  }

  /** Let everything between the first and the last chosen frame be derived from those two; a key alone goes. */
  interpolate(): void {
    const { chosen } = this;
    const [first, last] = [chosen[0]?.cuboid.frame_index, chosen.at(-1)?.cuboid.frame_index];
    if (first === undefined || last === undefined || first === last) {
      this.removeKeys();
      return;
    }
    const { context, store } = this.editor;
    this.editor.onTrack('history.remove_key', this.track?.id ?? null, (tx, { id }) => {
      ensureKey(context, tx, id, first, { ends_segment: false });
      ensureKey(context, tx, id, last);
      for (const key of store.keysOfTrack(id)) {
        if (key.frame_index > first && key.frame_index < last) {
          tx.remove('cuboids', key.id);
        }
      }
    });
  }

  /** Where all chosen cuboids are keys, let them be derived; else make keys, also where the object is not yet. */
  toggleKeys(): void {
    const frames = this.state?.frames ?? [];
    if (frames.every((frame) => this.resolved(frame)?.is_key)) {
      this.removeKeys();
    } else {
      this.addKeys(frames);
    }
  }

  /** The focused box in the other chosen frames, where the object should be by then. */
  copy(): void {
    const { track, state } = this;
    const from = state && this.resolved(state.focus);
    const frames = state?.frames.filter((frame) => frame !== state.focus) ?? [];
    if (!track || !from || frames.length === 0) {
      this.editor.notify('grid.chooseTargets');
      return;
    }
    const { context, store } = this.editor;
    const boxes = new Map(frames.map((frame) => [frame, predictBox(store, from, frame)] as const));
    const before = { keys: store.keysOfTrack(track.id), size_lwh_m: from.cuboid.size_lwh_m };
    this.editor.perform('history.copy', (tx) => putBoxes(context, tx, track, boxes, before));
  }

  /** Fit the chosen frames to their points, or all that the object is in. */
  async fit(which: 'chosen' | 'all'): Promise<void> {
    const { track, state } = this;
    if (track && state) {
      const { first, last } = this.shown;
      const all = framesBetween(first, last).filter((frame) => this.resolved(frame) !== undefined);
      const frames = which === 'all' ? all : state.frames;
      await this.fitting.run(track, frames, (frame) => this.boxAt(frame), which === 'all');
    }
  }

  get isFitting(): boolean {
    return this.fitting.isRunning;
  }

  cancelFit(): void {
    this.fitting.cancel();
  }

  /** The object's box in a frame, or where its nearest key leads to. */
  boxAt(frameIndex: number): Box | null {
    const { track } = this;
    const resolved = this.resolved(frameIndex);
    if (!track || resolved) {
      return resolved?.cuboid ?? null;
    }
    const { store } = this.editor;
    const away = (frame: number) => Math.abs(frame - frameIndex);
    const [near] = [...store.keysOfTrack(track.id)].sort((a, b) => away(a.frame_index) - away(b.frame_index));
    const from = near && store.resolveTrack(track.id, near.frame_index);
    return from ? predictBox(store, from, frameIndex) : null;
  }

  /** The chosen frames that the object is in. */
  private get chosen(): readonly ResolvedCuboid[] {
    return (this.state?.frames ?? []).flatMap((frame) => this.resolved(frame) ?? []);
  }

  private addKeys(frames: readonly number[]): void {
    const { context } = this.editor;
    // Outwards, so that each new key leads on to the next.
    const outwards = [...frames].sort((a, b) => this.beyondLife(a) - this.beyondLife(b));
    this.perform(
      'history.add_key',
      outwards.map((frame) => (tx: Transaction) => {
        const { track } = this;
        const box = this.resolved(frame) ? null : this.boxAt(frame);
        if (track && box) {
          const before = { keys: this.editor.store.keysOfTrack(track.id), size_lwh_m: box.size_lwh_m };
          putBox(context, tx, track, frame, box, before);
        } else if (track) {
          ensureKey(context, tx, track.id, frame);
        }
      }),
    );
  }

  private beyondLife(frame: number): number {
    const { first_frame = 0, last_frame = 0 } = this.track ?? {};
    return Math.max(first_frame - frame, frame - last_frame, 0);
  }

  /** The last key of a track stays. */
  private removeKeys(): void {
    const keys = this.editor.store.keysOfTrack(this.track?.id ?? '');
    const going = this.chosen.filter(({ is_key }) => is_key).slice(0, keys.length - 1);
    this.perform('history.remove_key', [
      (tx) => going.forEach(({ cuboid }) => tx.remove('cuboids', cuboid.id)),
    ]);
  }

  /** Several changes, each seeing what the one before did, as one step. */
  private perform(label: string, changes: readonly ((tx: Transaction) => void)[]): void {
    const { editor } = this;
    editor.endGesture();
    editor.history.mark(label);
    changes.forEach((change) => editor.store.transact(change));
    editor.history.close();
    editor.sync.commit();
  }

  private set(change: (grid: BatchGrid) => BatchGrid): void {
    this.editor.session.setState(({ batchGrid }) => ({ batchGrid: batchGrid && change(batchGrid) }));
  }
}
