/** How many pictures a row of the list has room for, and how large they are; pure. */

/** As the drawing room lays them out. */
export const STRIP_GAP_PX = 4;
export const STRIP_HEIGHT_PX = 92;
const GAP_PX = 8;
/** What of a row is no picture: the facts on the left, the buttons on the right, rims and gaps. */
export const INFO_PX = 212;
export const VERBS_PX = 34;
const RIM_PX = 24;
/** The image beside them, where the scene has cameras. */
export const PICTURE_PX = 116;
/** Pictures are wider than this where there is room for more than one. */
const LEAST_PX = 142;
const MOST_CELLS = 8;

export interface StripLayout {
  readonly count: number;
  readonly cellPx: { readonly width: number; readonly height: number };
}

export function stripLayout(widthPx: number, hasPicture: boolean): StripLayout {
  const beside = INFO_PX + VERBS_PX + RIM_PX + (hasPicture ? PICTURE_PX + GAP_PX : 0);
  const room = Math.max(LEAST_PX, widthPx - beside);
  const fitting = Math.floor((room + STRIP_GAP_PX) / (LEAST_PX + STRIP_GAP_PX));
  const count = Math.max(1, Math.min(MOST_CELLS, fitting));
  const width = Math.floor((room + STRIP_GAP_PX) / count) - STRIP_GAP_PX;
  return { count, cellPx: { width, height: STRIP_HEIGHT_PX } };
}
