/** How the lines of a cuboid say who made it, in 3D and in images. */
import type { Cuboid } from '../model/records';
import { type SourceKind, sourceKind } from '../model/sources';

/**
 * A person's key is solid, what is derived between keys dashed. What came from elsewhere and somebody agreed with has
 * gaps in its edges: one in what was imported, two in what a machine made. While nobody has agreed, the import is
 * dash-dotted, what was carried on is dotted, and of what a model proposed there are the corners only.
 */
export type LineStyle = 'solid' | 'gap' | 'gaps' | 'dashed' | 'dash_dot' | 'dotted' | 'corners';

const AGREED: Readonly<Record<SourceKind, LineStyle>> = {
  human: 'solid',
  imported: 'gap',
  propagated: 'gaps',
  model: 'gaps',
};
const OPEN: Readonly<Record<SourceKind, LineStyle>> = {
  human: 'solid',
  imported: 'dash_dot',
  propagated: 'dotted',
  model: 'corners',
};

export function styleOf(
  { source, confirmed_by }: Pick<Cuboid, 'source' | 'confirmed_by'>,
  isKey: boolean,
): LineStyle {
  const kind = sourceKind(source);
  if (!isKey) {
    return kind === 'model' && confirmed_by === null ? 'corners' : 'dashed';
  }
  return (confirmed_by === null ? OPEN : AGREED)[kind];
}

/** Which parts of an edge are drawn, as shares of its length; null where that depends on how long it is. */
export function drawnShares(style: LineStyle): readonly (readonly [number, number])[] | null {
  switch (style) {
    case 'solid':
      return [[0, 1]];
    case 'gap':
      return [
        [0, 0.42],
        [0.58, 1],
      ];
    case 'gaps':
      return [
        [0, 0.27],
        [0.39, 0.61],
        [0.73, 1],
      ];
    case 'corners':
      return [
        [0, 0.22],
        [0.78, 1],
      ];
    case 'dashed':
    case 'dash_dot':
    case 'dotted':
      return null;
  }
}
