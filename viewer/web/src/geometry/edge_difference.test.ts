/** The rule and its limits are the server's; the numbers are written by `tests/golden/make_golden.py`. */
import { describe, expect, it } from 'vitest';

import golden from '../../../../tests/data/golden/edge_difference.json';
import type { Box } from '../model/records';
import type { CameraInfo, Taxonomy } from '../model/scene';
import type { LtrbPx } from '../model/tuples';
import {
  type Cover,
  type DifferenceRule,
  isDeformable,
  sideDifferences,
  visibleShareOf,
} from './edge_difference';
import { projectBox } from './project';

const cameras = golden.cameras as unknown as readonly CameraInfo[];
const cuboids = golden.cuboids as unknown as readonly (Box & {
  readonly track_id: string;
  readonly frame_index: number;
})[];
const RULES = ['edge_difference', 'tight_outside'] as const;

describe('where a 2D box and its cuboid disagree', () => {
  it.each(golden.cases.map((each, index) => ({ index, each })))('case $index', ({ each }) => {
    const camera = cameras.find(({ name }) => name === each.camera);
    const ofFrame = cuboids.filter(({ frame_index }) => frame_index === each.frame_index);
    const box = ofFrame.find(({ track_id }) => track_id === each.track_id);
    if (camera === undefined || box === undefined) {
      throw new Error('the golden file names a camera or cuboid that it does not have');
    }
    const covers = ofFrame.map((cuboid) => projectBox(camera, cuboid)).filter((seen) => seen !== null);
    const projected = projectBox(camera, box);
    const trunc = projected?.trunc_ltrb_px ?? null;
    if (projected === null || trunc === null) {
      throw new Error('the cuboid is not in the image');
    }
    const own: Cover = { ltrb_px: trunc, depth_m: projected.depth_m };
    const others = covers.flatMap(({ trunc_ltrb_px, depth_m }): Cover[] =>
      trunc_ltrb_px === null ? [] : [{ ltrb_px: trunc_ltrb_px, depth_m }],
    );
    const found = sideDifferences(camera, {
      kind: each.kind as 'tight' | 'given',
      ltrb_px: each.ltrb_px as unknown as LtrbPx,
      box,
      projected,
      isDeformable: isDeformable({ categories: [] } as unknown as Taxonomy, each.track_id),
      visibleShare: () => visibleShareOf(own, others),
    });
    for (const rule of RULES) {
      expectWorst(found, rule, each.worst[rule]);
    }
  });

  function expectWorst(
    found: ReturnType<typeof sideDifferences>,
    rule: DifferenceRule,
    expected: { side: string; difference_px: number; tolerance_px: number } | null,
  ): void {
    const broken = found.filter(({ rules }) => rules.includes(rule));
    const excessOf = (one: (typeof broken)[number]) => Math.abs(one.difference_px) / one.tolerance_px;
    expect(broken.length > 0).toBe(expected !== null);
    // Two sides may be off by the same; the check names one of them.
    const named = broken.find(({ side }) => side === expected?.side);
    if (expected !== null && named !== undefined) {
      expect(excessOf(named)).toBeCloseTo(Math.max(...broken.map(excessOf)), 4);
      // The check of what lies outside counts outwards.
      expect(Math.abs(named.difference_px)).toBeCloseTo(Math.abs(expected.difference_px), 5);
      expect(named.tolerance_px).toBeCloseTo(expected.tolerance_px, 5);
    }
    expect(named === undefined).toBe(expected === null);
  }

  it('has boxes that agree and boxes that do not, of both kinds', () => {
    const kinds = golden.cases.map(({ kind, worst }) => `${kind} ${worst.edge_difference === null}`);
    expect(new Set(kinds).size).toBe(4);
  });
});
