/**
 * Keys of CVAT, from the list of shortcuts in its documentation: F and D step through frames, C and V by ten, R and E
 * through keys, N draws, Ctrl with a digit sets the label. Its 3D boxes are moved by mouse; here the arrows do it with
 * Ctrl, because D is a frame.
 */
import { categoriesBehind, type Preset } from './preset';

export const CVAT: Preset = {
  id: 'cvat',
  title: 'CVAT',
  keys: {
    ...categoriesBehind('Ctrl'),
    next_frame: ['F', 'ArrowRight'],
    previous_frame: ['D', 'ArrowLeft'],
    skip_forward: ['V'],
    skip_back: ['C'],
    next_key: ['R'],
    previous_key: ['E'],
    go_to_frame: ['`'],
    new_box: ['N', 'Shift+N'],
    select_next: ['Tab'],
    select_previous: ['Shift+Tab'],
    toggle_key: ['K'],
    attribute: ['Q'],
    copy_to_next: ['Ctrl+B', 'Alt+ArrowRight'],
    merge: ['M'],
    split: ['Alt+M'],
    copy: ['Ctrl+C'],
    paste: ['Ctrl+V'],
    delete_cuboid: ['Delete'],
    delete_track: ['Shift+Delete'],
    fit_all: ['Shift+R'],
    fit_heading: ['Alt+R'],
    fit_to_ground: ['Ctrl+Alt+R'],
    move_forward: ['Ctrl+ArrowUp'],
    move_back: ['Ctrl+ArrowDown'],
    move_left: ['Ctrl+ArrowLeft'],
    move_right: ['Ctrl+ArrowRight'],
    move_up: ['Alt+ArrowUp'],
    move_down: ['Alt+ArrowDown'],
    confirm: ['Enter'],
    hide_others: ['H'],
    play: [' '],
    undo: ['Ctrl+Z'],
    redo: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    save: ['Ctrl+S'],
    help: ['F1', '?'],
    keys: ['F2'],
  },
};
