/** How many cells stand side by side, and how large they are; pure. */
export const GAP_PX = 8;
export const HEAD_PX = 26;
/** Cells are wider than this where the grid has room for more than one. */
const LEAST_PX = 236;
const HEIGHT_SHARE = 0.6;
/** Borders on both sides. */
const RIM_PX = 2;

export interface GridLayout {
  readonly columns: number;
  /** Of a cell, with its head and border. */
  readonly cellPx: { readonly width: number; readonly height: number };
  /** Of the pictures in it. */
  readonly picturePx: { readonly width: number; readonly height: number };
}

export function layoutOf(widthPx: number): GridLayout {
  const columns = Math.max(1, Math.floor((widthPx - GAP_PX) / (LEAST_PX + GAP_PX)));
  const width = Math.max(80, Math.floor((widthPx - GAP_PX) / columns) - GAP_PX);
  const picturePx = { width: width - RIM_PX, height: Math.round((width - RIM_PX) * HEIGHT_SHARE) };
  return { columns, cellPx: { width, height: picturePx.height + HEAD_PX + RIM_PX }, picturePx };
}

/** The frames of some rows, in reading order. */
export function fetchOrder(
  rows: readonly number[],
  columns: number,
  first: number,
  last: number,
): readonly number[] {
  return rows.flatMap((row) =>
    Array.from({ length: columns }, (_, column) => first + row * columns + column).filter(
      (frame) => frame <= last,
    ),
  );
}
