/**
 * Picks objects. With Shift it adds to what is selected, by clicks or by a rectangle, and moves what is selected over
 * the ground; with Ctrl it hands over to creating.
 */
import { moveInEgo } from '../../geometry/box';
import { subtract } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec2, Vec3 } from '../../model/tuples';
import type { Editor } from '../editor';
import { CLICK_PX, type PointerInput, type Tool } from './tool';

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'pressed' }
  | { readonly name: 'banding'; readonly start: Vec2 }
  | { readonly name: 'moving'; readonly start: Vec3; readonly snapshot: Box };

const IDLE: State = { name: 'idle' };

export class SelectTool implements Tool {
  readonly id = 'select';

  private readonly editor: Editor;
  private state: State = IDLE;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  get band(): Vec2 | null {
    return this.state.name === 'banding' ? this.state.start : null;
  }

  onPointerDown(input: PointerInput): boolean {
    this.state = input.modifiers.shift
      ? (this.movingFrom(input) ?? { name: 'banding', start: input.place })
      : { name: 'pressed' };
    return this.state.name !== 'pressed';
  }

  onPointerMove({ ground, trackId }: PointerInput): void {
    if (this.state.name === 'moving' && ground) {
      const [dx, dy] = subtract(ground, this.state.start);
      this.editor.updateGesture(moveInEgo(this.state.snapshot, [dx, dy, 0]));
    } else if (this.state.name === 'idle') {
      this.editor.hover(trackId);
    }
  }

  onPointerUp(input: PointerInput): void {
    const { name } = this.state;
    const isClick = input.movedPx < CLICK_PX;
    if (name === 'moving') {
      this.editor.endGesture();
    }
    if (name === 'banding' && !isClick) {
      this.editor.group.add(input.trackIdsFrom(this.band ?? input.place));
    } else if (name === 'pressed' && isClick) {
      this.editor.select(input.trackId);
    } else if (name !== 'idle' && isClick && input.trackId !== null) {
      this.editor.group.toggle(input.trackId);
    }
    this.state = IDLE;
  }

  onDoubleClick({ trackId }: PointerInput): void {
    if (trackId !== null) {
      this.editor.select(trackId);
      this.editor.viewCommand('zoom-to-object');
    }
  }

  onCancel(): void {
    if (this.state.name === 'moving') {
      this.editor.cancelGesture();
    }
    this.state = IDLE;
  }

  private movingFrom({ ground, trackId }: PointerInput): State | null {
    if (ground === null || trackId === null || !this.editor.group.has(trackId)) {
      return null;
    }
    const snapshot = this.editor.beginGesture('history.move');
    return snapshot && { name: 'moving', start: ground, snapshot };
  }
}
