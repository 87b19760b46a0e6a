/** The ends of the selected track's life are dragged in its row of the timeline; the labels change when one is let go. */
import type { Editor } from '../../editor/editor';
import { lifeOf } from '../../editor/track_edits/life';
import type { Grip } from './timeline_canvas';
import { draggedLife, type LifeEnd, lifeEndAt } from './timeline_layout';

type Life = readonly [first: number, last: number];

export class LifeGrip implements Grip {
  private readonly top: number;
  private dragged: { readonly end: LifeEnd; readonly before: Life; readonly life: Life } | null = null;

  /** @param top where the row begins, in pixels. */
  constructor(top: number) {
    this.top = top;
  }

  /** As it is now, or as it is being dragged; null where nothing is selected. */
  lifeOfSelected(editor: Editor): Life | null {
    const { selectedTrackId, store } = editor;
    const track = selectedTrackId === null ? undefined : store.get('tracks', selectedTrackId);
    return this.dragged?.life ?? (track ? lifeOf(store, track) : null);
  }

  readonly isOver: Grip['isOver'] = (editor, scale, x, y) => {
    const life = this.lifeOfSelected(editor);
    return life !== null && y >= this.top && lifeEndAt(scale, life, x) !== null;
  };

  readonly begin: Grip['begin'] = (editor, scale, x) => {
    const before = this.lifeOfSelected(editor);
    const end = before && lifeEndAt(scale, before, x);
    this.dragged = before && end ? { end, before, life: before } : null;
  };

  readonly drag: Grip['drag'] = (editor, frame) => {
    if (this.dragged) {
      const { end, before } = this.dragged;
      this.dragged = { end, before, life: draggedLife(before, end, frame) };
      // The frame under the pointer is what the person decides by; it also paints the row anew.
      editor.goToFrame(frame);
    }
  };

  readonly end: Grip['end'] = (editor) => {
    const { dragged } = this;
    const { selectedTrackId } = editor;
    this.dragged = null;
    if (dragged && selectedTrackId !== null && dragged.life.join() !== dragged.before.join()) {
      editor.tracks.setLife(selectedTrackId, ...dragged.life);
    }
  };

  readonly cancel: Grip['cancel'] = () => {
    this.dragged = null;
  };
}
