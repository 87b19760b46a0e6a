/** Where a view lies in the canvas; pure. */

/** CSS pixels from the canvas' lower left corner, as WebGL counts. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The sides of a rectangle on the page, CSS pixels. */
export interface PageRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The part of the canvas behind a view, or null when the view has no size or lies elsewhere. */
export function placeInCanvas(canvas: PageRect, view: PageRect): Placement | null {
  const width = view.right - view.left;
  const height = view.bottom - view.top;
  const isBeside = view.right <= canvas.left || view.left >= canvas.right;
  const isAbove = view.bottom <= canvas.top || view.top >= canvas.bottom;
  if (width < 1 || height < 1 || isBeside || isAbove) {
    return null;
  }
  return { x: view.left - canvas.left, y: canvas.bottom - view.bottom, width, height };
}

/** Size of an element in whole CSS pixels, at least one. */
export function cssSize(element: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
}
