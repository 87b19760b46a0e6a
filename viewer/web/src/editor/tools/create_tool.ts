/**
 * Makes new cuboids: a click places one that is fitted to the points, a drag draws its rectangle on the ground, and a
 * drag with Ctrl from its back to its front gives the heading to fit with.
 */
import type { Box } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import type { Editor } from '../editor';
import { boxAlong, boxFromRectangle, boxOnGround, headingLike, headingOf } from './ground_box';
import { CLICK_PX, type PointerInput, type Tool } from './tool';

interface Drawing {
  readonly start: Vec3;
  /** The point of the object that was pressed on; the ground where there is none. */
  readonly click: Vec3;
  readonly viewYawRad: number;
  /** Whether the drag gives the heading, and not the rectangle. */
  readonly isHeading: boolean;
}

export class CreateTool implements Tool {
  readonly id = 'create';
  readonly band = null;

  private readonly editor: Editor;
  private drawing: Drawing | null = null;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  get isDrawing(): boolean {
    return this.drawing !== null;
  }

  onPointerDown({ ground, point, viewYawRad, modifiers }: PointerInput): boolean {
    if (ground === null) {
      return false;
    }
    this.drawing = { start: ground, click: point ?? ground, viewYawRad, isHeading: modifiers.ctrl };
    return true;
  }

  /** Before the press the draft shows where a click would put the box. */
  onPointerMove(input: PointerInput): void {
    this.editor.session.setState({
      draft: this.drawn(input) ?? this.usual(this.drawing?.start ?? input.ground),
    });
  }

  onPointerUp(input: PointerInput): void {
    const { drawing } = this;
    if (drawing === null) {
      return;
    }
    const drawn = this.drawn(input);
    const usual = this.usual(drawing.start);
    this.reset();
    if (drawn && drawing.isHeading) {
      const headingRad = headingOf(drawing.start, input.ground ?? drawing.start);
      const click = middleOf(drawing.start, input.ground ?? drawing.start);
      void this.editor.fitting.place({ box: drawn, click, headingRad });
    } else if (drawn) {
      this.editor.addCuboid(drawn);
    } else if (usual) {
      void this.editor.fitting.place({ box: usual, click: drawing.click });
    }
    this.leaveUnlessMore(input.modifiers.shift);
  }

  onDoubleClick(): void {
    this.leaveUnlessMore(false);
  }

  onCancel(): void {
    this.reset();
    this.editor.setTool('select');
  }

  /** More of the same: for good after Shift+F, for once more while Shift is held. */
  private leaveUnlessMore(isMoreHeld: boolean): void {
    if (!isMoreHeld && !this.editor.session.getState().isCreateSticky) {
      this.editor.setTool('select');
    }
  }

  private reset(): void {
    this.drawing = null;
    this.editor.session.setState({ draft: null });
  }

  /** The box that the drag tells so far; null for a click. */
  private drawn({ ground, movedPx }: PointerInput): Box | null {
    const { drawing, usualSize } = this;
    if (drawing === null || ground === null || movedPx < CLICK_PX) {
      return null;
    }
    return drawing.isHeading
      ? boxAlong(drawing.start, ground, usualSize)
      : boxFromRectangle(drawing.start, ground, drawing.viewYawRad, usualSize[2]);
  }

  private usual(place: Vec3 | null): Box | null {
    const { activeCategory, frameIndex } = this.editor.session.getState();
    const neighbours = this.editor.store.resolveFrame(frameIndex);
    return place && boxOnGround(place, this.usualSize, headingLike(neighbours, activeCategory, place));
  }

  private get usualSize(): Vec3 {
    return this.editor.category(this.editor.session.getState().activeCategory).size_prior_lwh_m;
  }
}

const middleOf = (a: Vec3, b: Vec3): Vec3 => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2];
