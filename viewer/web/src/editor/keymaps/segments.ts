/**
 * Keys of Segments.ai, from the shortcuts of its cuboid interface: W A S D move, with Shift up and down, F and G turn,
 * I J K L U O size, Q fits, Z measures.
 */
import type { Preset } from './preset';

export const SEGMENTS: Preset = {
  id: 'segments',
  title: 'Segments.ai',
  keys: {
    move_forward: ['W'],
    move_left: ['A'],
    move_back: ['S'],
    move_right: ['D'],
    move_up: ['Shift+W'],
    move_down: ['Shift+S'],
    turn_left: ['F'],
    turn_right: ['G'],
    turn_left_90: ['Shift+F'],
    turn_right_90: ['Shift+G'],
    longer: ['I'],
    shorter: ['K'],
    wider: ['L'],
    narrower: ['J'],
    taller: ['O'],
    lower: ['U'],
    new_box: ['B'],
    next_frame: ['ArrowRight'],
    previous_frame: ['ArrowLeft'],
    select_next: ['Tab'],
    select_previous: ['Shift+Tab'],
    delete_cuboid: ['Delete'],
    undo: ['Ctrl+Z'],
    play: [' '],
    hide_others: ['H'],
    zoom_to_object: ['T'],
    view_top: ['V'],
    fit_all: ['Q'],
    ruler: ['Z'],
    flip_heading: ['X'],
  },
};
