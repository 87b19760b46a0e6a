import { expect, it } from 'vitest';

import type { Face } from '../../geometry/box';
import type { Box } from '../../model/records';
import { cellPanes } from '../strips/strip_panes';
import { drawBox } from './draw_box';

const BOX: Box = {
  ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [0, 0, 0] },
  size_lwh_m: [4, 2, 1.5],
};

/** Whether each line that is drawn of the box's rim is dashed, pane by pane: below, right, above, left. */
function dashed(unsure: readonly Face[], isGhost = false): readonly (readonly boolean[])[] {
  return cellPanes({ width: 150, height: 96 }, 0).map((pane) => {
    const strokes: boolean[] = [];
    let dash: readonly number[] = [];
    const context = new Proxy(
      {
        setLineDash: (next: readonly number[]) => (dash = next),
        stroke: () => strokes.push(dash.length > 0),
      },
      {
        get: (own, name) => (name in own ? own[name as keyof typeof own] : () => undefined),
        set: () => true,
      },
    );
    const looks = { color: '#fff', isGhost, lit: null, hasHandles: false, unsure };
    drawBox(context as unknown as CanvasRenderingContext2D, pane, BOX, BOX, 1, looks);
    return strokes;
  });
}

it('dashes the sides of faces that are unsure, and no others', () => {
  const none = [false, false, false, false];
  expect(dashed([])).toEqual([none, none]);
  const [top, side] = dashed(['back']);
  expect(top).toEqual([true, false, false, false]);
  expect(side?.filter(Boolean)).toHaveLength(1);
  expect(dashed(['top'])[0]).toEqual(none);
});

it('dashes all sides of what is no cuboid of the frame', () => {
  expect(dashed([], true)[0]).toEqual([true, true, true, true]);
});
