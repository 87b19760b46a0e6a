/** The selected cuboid's faces. */
import type { Face } from '../../geometry/box';
import { type Action, action, hasSelected } from './action';

const STEP_M = 0.05;

const grow = (id: string, key: string, face: Face, deltaM: number): Action =>
  action('size', id, [key], (editor, hold) => editor.resizeFace(face, deltaM, hold), {
    repeats: true,
    isEnabled: hasSelected,
  });

export const SIZE: readonly Action[] = [
  grow('longer', 'Shift+ArrowUp', 'front', STEP_M),
  grow('shorter', 'Shift+ArrowDown', 'front', -STEP_M),
  grow('wider', 'Shift+ArrowRight', 'right', STEP_M),
  grow('narrower', 'Shift+ArrowLeft', 'right', -STEP_M),
  grow('taller', 'Shift+PageUp', 'top', STEP_M),
  grow('lower', 'Shift+PageDown', 'top', -STEP_M),
];
