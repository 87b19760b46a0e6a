/** Where the little pictures of a track lie beside each other: from the top and from the side for each frame; pure. */
import type { Pane, Size } from '../grid/panes';

export const STRIP_GAP_PX = 4;
const LINE_PX = 1;
/** The top view is upright, the side view lies. */
const TOP_SHARE = 0.42;

/** The two pictures of a strip's cell. */
export function cellPanes(cell: Size, index: number): readonly Pane[] {
  const start = index * (cell.width + STRIP_GAP_PX);
  const width = Math.round(cell.width * TOP_SHARE);
  const { height } = cell;
  return [
    { name: 'top', left: start, top: 0, width, height },
    {
      name: 'side',
      left: start + width + LINE_PX,
      top: 0,
      width: cell.width - width - LINE_PX,
      height,
    },
  ];
}

export const stripWidth = (cell: Size, count: number): number =>
  Math.max(1, count * (cell.width + STRIP_GAP_PX) - STRIP_GAP_PX);
