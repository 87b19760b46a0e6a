import { describe, expect, it } from 'vitest';

import type { LineStyle } from '../../editor/line_style';
import { type Face, uprightBox } from '../../geometry/box';
import { distance } from '../../geometry/vec3';
import { dashes, edgeSegments, faceTriangles, FACES, headingSegments } from './cuboid_lines';

const BOX = uprightBox([10, 5, 1], [4, 2, 1.5], 0);

describe('cuboid lines', () => {
  it('tells keys, derived and unconfirmed cuboids apart', () => {
    expect(edgeSegments(BOX, 'solid')).toHaveLength(12);
    expect(edgeSegments(BOX, 'corners')).toHaveLength(24);
    expect(edgeSegments(BOX, 'gap')).toHaveLength(24);
    expect(edgeSegments(BOX, 'gaps')).toHaveLength(36);
    const [dashDots, dashed] = [edgeSegments(BOX, 'dash_dot'), edgeSegments(BOX, 'dashed')];
    expect(dashDots).not.toEqual(dashed);
    expect(Math.max(...dashDots.map(([from, to]) => distance(from, to)))).toBeLessThan(1);
    expect(edgeSegments(BOX, 'dashed').length).toBeGreaterThan(24);
  });

  it('dashes the edges of faces that no points hold', () => {
    const whole = (held: readonly Face[], style: LineStyle = 'solid') =>
      edgeSegments(BOX, style, held).filter(([from, to]) => distance(from, to) > 1);
    expect(whole(['front', 'back', 'left', 'right', 'top', 'bottom'])).toHaveLength(12);
    expect(whole(['front', 'left', 'right', 'top', 'bottom'])).toHaveLength(8);
    expect(whole(['front', 'left', 'top'])).toHaveLength(3);
    expect(whole([])).toHaveLength(0);
    expect(whole(['front', 'left', 'top'], 'gap')).toHaveLength(2);
    expect(edgeSegments(BOX, 'corners', [])).toEqual(edgeSegments(BOX, 'corners'));
  });

  it('starts and ends with a dash', () => {
    const parts = dashes([0, 0, 0], [3, 0, 0]);
    expect(parts[0]?.[0]).toEqual([0, 0, 0]);
    expect(parts.at(-1)?.[1]?.[0]).toBeCloseTo(3);
    expect(dashes([0, 0, 0], [0.01, 0, 0]).length).toBeGreaterThanOrEqual(2);
  });

  it('points forward', () => {
    const [shaft] = headingSegments(BOX);
    expect(shaft?.[0]).toEqual([12, 5, 0.25]);
    expect(shaft?.[1]?.[0]).toBeGreaterThan(12.3);
  });

  it('has six faces of two triangles, the front first', () => {
    expect(FACES).toHaveLength(6);
    const front = faceTriangles(BOX, FACES[0] ?? []);
    expect(front).toHaveLength(18);
    expect(front.filter((_, i) => i % 3 === 0).every((x) => x === 12)).toBe(true);
  });
});
