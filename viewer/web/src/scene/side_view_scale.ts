/** How large a box is shown in a side view; pure. */
import type { Vec2 } from '../model/tuples';

/** The share of the view that the box fills at most; the rest shows what is around it. */
const FILLED: Vec2 = [0.62, 0.56];
/** Room on each side for handles and sizes, CSS pixels, width and height; small views keep a third for the box. */
const ROOM_PX: Vec2 = [58, 38];
const LEAST_SHARE = 0.34;
/** Small boxes are not blown up beyond this many metres across the view. */
const LEAST_WINDOW_M = 1.6;
const MIN_ZOOM = 0.15;
const MAX_ZOOM = 8;
const ZOOM_PER_WHEEL = 0.0014;

/** @param boxM width and height of the box in the view, metres. */
export function metresPerPixel(
  boxM: Vec2,
  viewPx: { readonly width: number; readonly height: number },
  zoom: number,
): number {
  const across = windowOf(boxM[0], viewPx.width, FILLED[0], ROOM_PX[0]);
  const upright = windowOf(boxM[1], viewPx.height, FILLED[1], ROOM_PX[1]);
  return Math.max(across / viewPx.width, upright / viewPx.height) / zoom;
}

/** Metres across the whole view along one of its sides. */
function windowOf(boxM: number, viewPx: number, filled: number, roomPx: number): number {
  const share = Math.max(LEAST_SHARE, Math.min(filled, 1 - (2 * roomPx) / viewPx));
  return Math.max(boxM / share, LEAST_WINDOW_M);
}

/** @param wheelDelta pixels, positive away from the person reading: smaller. */
export function zoomAfterWheel(zoom: number, wheelDelta: number): number {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * Math.exp(-wheelDelta * ZOOM_PER_WHEEL)));
}
