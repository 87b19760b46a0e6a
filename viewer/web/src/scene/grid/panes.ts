/** Where the three little pictures of a cell lie, and how large they show a box; pure. */
import { VIEW_AXES, viewSize, type SideView as SideViewName } from '../../editor/tools/box_drag';
import { cross } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec2, Vec3 } from '../../model/tuples';
import { boxTest, type BoxTest } from '../near_points';

/** A picture's part of the cell, CSS pixels from the cell's upper left corner. */
export interface Pane {
  readonly name: SideViewName;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The tall top view on the left; side and rear, which are low, above each other beside it. */
const TOP_SHARE = 0.42;
const GAP_PX = 1;
/** The share of a picture that the box fills at most, width and height: the top view has a handle above the box. */
const FILLED: Readonly<Record<SideViewName, Vec2>> = {
  top: [0.52, 0.62],
  side: [0.66, 0.58],
  rear: [0.52, 0.58],
};
/** Small boxes are not blown up beyond this many metres across a picture. */
const LEAST_WINDOW_M = 1.6;
/** How much before and behind the box is drawn, metres; as in the large side views. */
const SLAB_M: Readonly<Record<SideViewName, number>> = { top: 1, side: 0.6, rear: 0.6 };
/** So far a box may move before its points have to be cut out anew: a share, and metres. */
const SPARE_SHARE = 1.15;
const SPARE_M = 0.6;

export const MIN_ZOOM = 0.5;
export const MAX_ZOOM = 3;

export function panesOf({ width, height }: Size): readonly Pane[] {
  const left = Math.round(width * TOP_SHARE);
  const upper = Math.round((height - GAP_PX) / 2);
  const beside = { left: left + GAP_PX, width: width - left - GAP_PX };
  return [
    { name: 'top', left: 0, top: 0, width: left, height },
    { name: 'side', ...beside, top: 0, height: upper },
    { name: 'rear', ...beside, top: upper + GAP_PX, height: height - upper - GAP_PX },
  ];
}

export function paneAt(panes: readonly Pane[], [x, y]: Vec2): Pane | null {
  const isIn = ({ left, top, width, height }: Pane) =>
    x >= left && x < left + width && y >= top && y < top + height;
  return panes.find(isIn) ?? null;
}

/** Metres of one CSS pixel. */
export function scaleOf({ name, width, height }: Pane, box: Box, zoom: number): number {
  const [across, upright] = viewSize(name, box);
  const [filledAcross, filledUpright] = FILLED[name];
  return (
    Math.max(
      Math.max(across / filledAcross, LEAST_WINDOW_M) / width,
      Math.max(upright / filledUpright, LEAST_WINDOW_M) / height,
    ) / zoom
  );
}

/** Half of what is drawn along the line of sight, metres. */
export function halfDepth(view: SideViewName, box: Box): number {
  const { right, up } = VIEW_AXES[view];
  const sight = cross(right, up);
  const depth = sight.reduce((sum, share, axis) => sum + Math.abs(share) * (box.size_lwh_m[axis] ?? 0), 0);
  return depth / 2 + SLAB_M[view];
}

/** The box, turned like `box`, that holds all that a cell shows of the points around it. */
export function shownRegion(box: Box, panes: readonly Pane[], zoom: number): BoxTest {
  const half = panes.reduce<Vec3>(
    (most, pane) => {
      const scale = scaleOf(pane, box, zoom);
      const { right, up } = VIEW_AXES[pane.name];
      const reach = (axis: 0 | 1 | 2) =>
        Math.max(
          most[axis],
          (Math.abs(right[axis]) * pane.width * scale) / 2,
          (Math.abs(up[axis]) * pane.height * scale) / 2,
        );
      return [reach(0), reach(1), reach(2)];
    },
    [0, 0, 0],
  );
  return { ...boxTest(box), half };
}

/** What is cut out of a cloud for it: more, so that a box that is dragged or turned a little needs no other points. */
export function cropRegion({ half, ...place }: BoxTest): BoxTest {
  const level = Math.max(half[0], half[1]) * SPARE_SHARE + SPARE_M;
  return { ...place, half: [level, level, half[2] * SPARE_SHARE + SPARE_M] };
}
