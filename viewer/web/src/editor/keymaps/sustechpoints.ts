/**
 * Keys of SUSTechPOINTS, from the lists of keys in its documentation (`doc/operations.md`, `doc/shortcuts_cn.md`):
 * digits go through boxes and frames, Q and E turn, R and F turn and fit, V opens the batch grid.
 */
import { categoriesBehind, type Preset } from './preset';

export const SUSTECHPOINTS: Preset = {
  id: 'sustechpoints',
  title: 'SUSTechPOINTS',
  keys: {
    ...categoriesBehind('Shift'),
    select_previous: ['1', 'Shift+Tab'],
    select_next: ['2', 'Tab'],
    previous_frame: ['3', 'PageUp', 'ArrowLeft'],
    next_frame: ['4', 'PageDown', 'ArrowRight'],
    move_left: ['A'],
    move_right: ['D'],
    move_forward: ['W'],
    move_back: ['S'],
    turn_left: ['Q'],
    turn_right: ['E'],
    move_up: ['Shift+Q'],
    move_down: ['Shift+E'],
    flip_heading: ['G'],
    delete_cuboid: ['Delete', 'Ctrl+D'],
    new_box: ['B'],
    fit_heading: ['R', 'F'],
    fit_all: ['Shift+R'],
    fit_to_ground: ['Alt+R'],
    open_grid: ['V'],
    grid_close: ['V', 'Escape'],
    grid_choose_all: ['S', 'Ctrl+A'],
    grid_fit: ['A'],
    grid_interpolate: ['E'],
    grid_confirm: ['F'],
    grid_delete: ['D', 'Delete'],
    grid_jump: ['G', 'Enter'],
    play: [' '],
    save: ['Ctrl+S'],
    points_larger: ['+', '='],
    points_smaller: ['-'],
  },
};
