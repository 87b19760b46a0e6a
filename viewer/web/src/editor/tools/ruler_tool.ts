/** Measures between two points of the frame: nothing is kept of it. Drags are left to the camera. */
import { norm, subtract } from '../../geometry/vec3';
import type { Vec2, Vec3 } from '../../model/tuples';
import type { Ruler } from '../../store/session';
import type { Editor } from '../editor';
import { CLICK_PX, type PointerInput, type Tool } from './tool';

export class RulerTool implements Tool {
  readonly id = 'ruler';
  readonly band: Vec2 | null = null;

  private readonly editor: Editor;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  onPointerDown(): boolean {
    return false;
  }

  onPointerMove(input: PointerInput): void {
    if (isOpen(this.editor)) {
      moveRuler(this.editor, placeOf(input));
    }
  }

  onPointerUp(input: PointerInput): void {
    if (input.movedPx < CLICK_PX) {
      clickRuler(this.editor, placeOf(input));
    }
  }

  onDoubleClick(): void {
    // Both clicks were taken already.
  }

  onCancel(): void {
    this.editor.setTool('select');
  }
}

/** A point of the cloud where one is near, else the ground. */
const placeOf = ({ point, ground }: PointerInput): Vec3 | null => point ?? ground;

const isOpen = (editor: Editor): boolean => editor.session.getState().ruler?.isDone === false;

/** The first click begins a distance, the second one ends it, the third one begins another. */
export function clickRuler(editor: Editor, place_ego: Vec3 | null): void {
  const { ruler, frameIndex } = editor.session.getState();
  if (place_ego === null) {
    return;
  }
  const isSecond = ruler?.isDone === false && ruler.frameIndex === frameIndex;
  const start_ego = isSecond ? ruler.start_ego : place_ego;
  editor.session.setState({ ruler: { frameIndex, start_ego, end_ego: place_ego, isDone: isSecond } });
}

/** The open end follows the pointer. */
export function moveRuler(editor: Editor, place_ego: Vec3 | null): void {
  const { ruler, frameIndex } = editor.session.getState();
  if (place_ego !== null && ruler?.isDone === false && ruler.frameIndex === frameIndex) {
    editor.session.setState({ ruler: { ...ruler, end_ego: place_ego } });
  }
}

export interface Measured {
  /** Along ego's axes, metres. */
  readonly delta_m: Vec3;
  readonly distance_m: number;
  readonly horizontal_m: number;
}

export function measure({ start_ego, end_ego }: Ruler): Measured {
  const delta_m = subtract(end_ego, start_ego);
  return { delta_m, distance_m: norm(delta_m), horizontal_m: Math.hypot(delta_m[0], delta_m[1]) };
}
