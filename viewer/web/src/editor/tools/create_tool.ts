/** Draws a new box on the ground: a drag gives its rectangle, a click one of the usual size. */
import type { Box } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import type { Editor } from '../editor';
import { boxFromRectangle, boxOnGround, headingLike } from './ground_box';
import { CLICK_PX, type PointerInput, type Tool } from './tool';

type State =
  { readonly name: 'idle' } | { readonly name: 'drawing'; readonly start: Vec3; readonly viewYawRad: number };

export class CreateTool implements Tool {
  readonly id = 'create';

  private readonly editor: Editor;
  private state: State = { name: 'idle' };

  constructor(editor: Editor) {
    this.editor = editor;
  }

  get isDrawing(): boolean {
    return this.state.name === 'drawing';
  }

  onPointerDown({ ground, viewYawRad }: PointerInput): boolean {
    if (ground === null) {
      return false;
    }
    this.state = { name: 'drawing', start: ground, viewYawRad };
    return true;
  }

  /** Before the press the draft shows where a click would put the box. */
  onPointerMove(input: PointerInput): void {
    this.editor.session.setState({ draft: this.boxAt(input) });
  }

  onPointerUp(input: PointerInput): void {
    if (this.state.name === 'drawing') {
      const box = this.boxAt(input);
      this.reset();
      if (box) {
        this.editor.addCuboid(box);
      }
      this.editor.setTool('select');
    }
  }

  onDoubleClick(): void {
    this.onCancel();
  }

  onCancel(): void {
    this.reset();
    this.editor.setTool('select');
  }

  private reset(): void {
    this.state = { name: 'idle' };
    this.editor.session.setState({ draft: null });
  }

  private boxAt({ ground, movedPx }: PointerInput): Box | null {
    const { activeCategory, frameIndex } = this.editor.session.getState();
    const { size_prior_lwh_m } = this.editor.category(activeCategory);
    if (this.state.name === 'drawing' && ground && movedPx >= CLICK_PX) {
      const drawn = boxFromRectangle(this.state.start, ground, this.state.viewYawRad, size_prior_lwh_m[2]);
      if (drawn) {
        return drawn;
      }
    }
    const place = this.state.name === 'drawing' ? this.state.start : ground;
    const neighbours = this.editor.store.resolveFrame(frameIndex);
    return place && boxOnGround(place, size_prior_lwh_m, headingLike(neighbours, activeCategory, place));
  }
}
