/** Which part of an image a close-up shows. */
import type { LtrbPx } from '../../model/tuples';
import { type ImageView, toElement } from './camera_boxes';

export interface ElementSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The share of the element that the object fills at first, and the shares at which the view is set anew. */
const FILL = 0.62;
const LEAST_FILL = 0.35;
const MOST_FILL = 0.92;
const MOST_SCALE = 12;

/** The present view while the object still lies well in it, else one with the object in its middle. */
export function closeUpView(
  ltrb: LtrbPx,
  image: ElementSize,
  size: ElementSize,
  present: ImageView | null,
): ImageView {
  return present !== null && isGood(ltrb, size, present) ? present : centred(ltrb, image, size);
}

function centred([left, top, right, bottom]: LtrbPx, image: ElementSize, size: ElementSize): ImageView {
  const { widthPx, heightPx } = size;
  const width = Math.max(1, right - left);
  const height = Math.max(1, bottom - top);
  const cover = Math.max(widthPx / image.widthPx, heightPx / image.heightPx);
  const scale = Math.max(cover, Math.min(MOST_SCALE, FILL * Math.min(widthPx / width, heightPx / height)));
  const [x, y] = [(left + right + 1) / 2, (top + bottom + 1) / 2];
  return {
    scale,
    left: held(widthPx / 2 - scale * x, widthPx - scale * image.widthPx),
    top: held(heightPx / 2 - scale * y, heightPx - scale * image.heightPx),
  };
}

/** Nothing beside the image is shown. */
const held = (offset: number, least: number): number => Math.min(0, Math.max(least, offset));

function isGood(
  [left, top, right, bottom]: LtrbPx,
  { widthPx, heightPx }: ElementSize,
  view: ImageView,
): boolean {
  const [x0, y0] = toElement(view, [left, top]);
  const [x1, y1] = toElement(view, [right, bottom]);
  const fill = Math.max((x1 - x0) / widthPx, (y1 - y0) / heightPx);
  const isInside = x0 >= 0 && y0 >= 0 && x1 <= widthPx && y1 <= heightPx;
  const isLargeEnough = fill >= LEAST_FILL || view.scale >= MOST_SCALE;
  return isInside && fill <= MOST_FILL && isLargeEnough;
}
