/** The selected cuboid's place and heading. */
import type { NudgeStep } from '../editor';
import { type Action, action, hasSelected, hasTrack, onSelected } from './action';

const STEP_M = 0.05;
const COARSE_M = 0.5;
const TURN_RAD = Math.PI / 180;

const nudge = (id: string, key: string, step: NudgeStep): Action =>
  action('move', id, [key], (editor, hold) => editor.nudge(step, hold), {
    repeats: true,
    isEnabled: hasSelected,
  });

export const MOVE: readonly Action[] = [
  nudge('move_forward', 'W', { dx: STEP_M }),
  nudge('move_back', 'S', { dx: -STEP_M }),
  nudge('move_left', 'A', { dy: STEP_M }),
  nudge('move_right', 'D', { dy: -STEP_M }),
  nudge('move_up', 'Q', { dz: STEP_M }),
  nudge('move_down', 'E', { dz: -STEP_M }),
  nudge('move_forward_far', 'Shift+W', { dx: COARSE_M }),
  nudge('move_back_far', 'Shift+S', { dx: -COARSE_M }),
  nudge('move_left_far', 'Shift+A', { dy: COARSE_M }),
  nudge('move_right_far', 'Shift+D', { dy: -COARSE_M }),
  nudge('turn_left', 'Z', { dyaw: TURN_RAD }),
  nudge('turn_right', 'X', { dyaw: -TURN_RAD }),
  onSelected('move', 'turn_left_90', ['Shift+Z'], (editor) => editor.rotate90(1)),
  onSelected('move', 'turn_right_90', ['Shift+X'], (editor) => editor.rotate90(-1)),
  onSelected('move', 'flip_heading', ['G'], (editor) => editor.flipHeading()),
  action('move', 'flip_track', ['Shift+G'], (editor) => editor.tracks.flipTrack(), { isEnabled: hasTrack }),
];
