/** Picks objects; with Shift it moves the selected one over the ground, with Ctrl it hands over to drawing. */
import { moveInEgo } from '../../geometry/box';
import { subtract } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import type { Editor } from '../editor';
import { CLICK_PX, type PointerInput, type Tool } from './tool';

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'pressed' }
  | { readonly name: 'moving'; readonly start: Vec3; readonly snapshot: Box };

export class SelectTool implements Tool {
  readonly id = 'select';

  private readonly editor: Editor;
  private state: State = { name: 'idle' };

  constructor(editor: Editor) {
    this.editor = editor;
  }

  onPointerDown(input: PointerInput): boolean {
    this.state = this.movingFrom(input) ?? { name: 'pressed' };
    return this.state.name === 'moving';
  }

  onPointerMove({ ground, trackId }: PointerInput): void {
    if (this.state.name === 'moving' && ground) {
      const [dx, dy] = subtract(ground, this.state.start);
      this.editor.updateGesture(moveInEgo(this.state.snapshot, [dx, dy, 0]));
    } else if (this.state.name === 'idle') {
      this.editor.hover(trackId);
    }
  }

  onPointerUp({ trackId, movedPx }: PointerInput): void {
    if (this.state.name === 'moving') {
      this.editor.endGesture();
    } else if (this.state.name === 'pressed' && movedPx < CLICK_PX) {
      this.editor.select(trackId);
    }
    this.state = { name: 'idle' };
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
    this.state = { name: 'idle' };
  }

  private movingFrom({ ground, trackId, modifiers }: PointerInput): State | null {
    if (!modifiers.shift || ground === null || trackId === null || trackId !== this.editor.selectedTrackId) {
      return null;
    }
    const snapshot = this.editor.beginGesture('history.move');
    return snapshot && { name: 'moving', start: ground, snapshot };
  }
}
