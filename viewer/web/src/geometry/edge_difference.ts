/**
 * Where a 2D box and its cuboid's outline, clipped to the image, disagree: the rules and limits of
 * `quality/checks/edge_difference.py` and `tight_outside.py`, so that a person sees at once what the check will say.
 */
import type { Box } from '../model/records';
import type { CameraInfo, Taxonomy } from '../model/scene';
import type { LtrbPx } from '../model/tuples';
import { corners } from './box';
import { imageFromRay } from './camera_model';
import { SIDES, type Side } from './image_box';
import type { ProjectedBox } from './project';
import { apply } from './se3';

const TOLERANCE_PX = 2;
const TOLERANCE_M = 0.02;
/** With more than this outside the image, a cuboid's box is not compared where it ends with the image. */
const CUT_SHARE = 0.5;
const NEAREST_M = 0.5;
/** A drawn box goes around what is in sight: of a cuboid that others cover more than this leaves, nothing is compared. */
const COVERED_BELOW = 0.95;
/** Cells along each side of a box that are looked at for what covers it. */
const GRID = 24;

/** The server's checks that a side breaks. */
export type DifferenceRule = 'edge_difference' | 'tight_outside';

/** One side of a 2D box that is off; in pixels, positive to the right and down. */
export interface SideDifference {
  readonly side: Side;
  readonly rules: readonly DifferenceRule[];
  readonly difference_px: number;
  readonly tolerance_px: number;
}

/** A 2D box beside its cuboid in one image. */
export interface BoxPair {
  readonly kind: 'tight' | 'given';
  readonly ltrb_px: LtrbPx;
  readonly box: Box;
  readonly projected: ProjectedBox;
  /** Whether the outline moves by itself (a walking person), so that the cuboid says little about its width. */
  readonly isDeformable: boolean;
  /** How much of the cuboid no nearer one covers, 0 … 1; asked for drawn boxes only. */
  readonly visibleShare: () => number;
}

/** The sides that are off beyond their tolerance; none where the cuboid is not in the image. */
export function sideDifferences(camera: CameraInfo, pair: BoxPair): readonly SideDifference[] {
  const trunc = pair.projected.trunc_ltrb_px;
  if (trunc === null) {
    return [];
  }
  const isCompared =
    !isCut(camera, pair) && !(pair.kind === 'tight' && !(pair.visibleShare() >= COVERED_BELOW));
  const tolerances = edgeTolerancesPx(camera, nearestDepth(camera, pair.box));
  return SIDES.flatMap((side, index) => {
    const difference_px = (pair.ltrb_px[index] ?? 0) - (trunc[index] ?? 0);
    const tolerance_px = tolerances[index % 2] ?? TOLERANCE_PX;
    const isWidth = index % 2 === 0;
    const isOff = isCompared && !(pair.isDeformable && isWidth) && Math.abs(difference_px) > tolerance_px;
    // Beyond the outline nothing of the object can be seen, whatever covers it.
    const outside = index < 2 ? -difference_px : difference_px;
    const isOutside = pair.kind === 'tight' && outside > tolerance_px;
    const rules = [isOff ? 'edge_difference' : null, isOutside ? 'tight_outside' : null] as const;
    const broken = rules.filter((rule) => rule !== null);
    return broken.length > 0 ? [{ side, rules: broken, difference_px, tolerance_px }] : [];
  });
}

/** How far a side may be off across and upright: 2 px and what 2 cm are at the nearest corner. */
export function edgeTolerancesPx(camera: CameraInfo, nearestM: number): readonly [number, number] {
  const [across, upright] = focalLengthsPx(camera);
  const metres = TOLERANCE_M / Math.max(nearestM, NEAREST_M);
  return [TOLERANCE_PX + across * metres, TOLERANCE_PX + upright * metres];
}

/** Pixels that one metre at one metre's depth takes near the optical axis, across and upright. */
function focalLengthsPx(camera: CameraInfo): readonly [number, number] {
  const middle = imageFromRay(camera, [0, 0, 1]);
  const right = imageFromRay(camera, [0.01, 0, 1]);
  const below = imageFromRay(camera, [0, 0.01, 1]);
  return [(right[0] - middle[0]) / 0.01, (below[1] - middle[1]) / 0.01];
}

function nearestDepth(camera: CameraInfo, box: Box): number {
  return Math.min(...corners(box).map((corner) => apply(camera.cam_from_ego, corner)[2]));
}

/** Whether the cuboid is mostly outside of the image, its 2D box ending where the image does. */
function isCut(camera: CameraInfo, { ltrb_px, projected }: BoxPair): boolean {
  const { trunc_ltrb_px, proj_ltrb_px, truncation } = projected;
  const border = [0, 0, camera.width_px - 1, camera.height_px - 1];
  const endsThere = SIDES.some(
    (_, index) =>
      Math.abs((ltrb_px[index] ?? 0) - (border[index] ?? 0)) <= TOLERANCE_PX &&
      trunc_ltrb_px?.[index] !== proj_ltrb_px[index],
  );
  return truncation >= CUT_SHARE && endsThere;
}

/** One cuboid of an image, for `visibleShareOf`. */
export interface Cover {
  readonly ltrb_px: LtrbPx;
  readonly depth_m: number;
}

/** The share of a clipped 2D box that none of a nearer cuboid covers; twin of `fusion.visible_shares`. */
export function visibleShareOf(
  { ltrb_px: [left, top, right, bottom], depth_m }: Cover,
  all: readonly Cover[],
): number {
  const nearer = all.filter(
    ({ ltrb_px: [l, t, r, b], depth_m: away }) =>
      away < depth_m && l <= right && r >= left && t <= bottom && b >= top,
  );
  let seen = 0;
  for (let row = 0; row < GRID; row += 1) {
    const v = top + ((row + 0.5) / GRID) * (bottom - top);
    for (let column = 0; column < GRID; column += 1) {
      const u = left + ((column + 0.5) / GRID) * (right - left);
      const isCovered = nearer.some(({ ltrb_px: [l, t, r, b] }) => u >= l && u <= r && v >= t && v <= b);
      seen += isCovered ? 0 : 1;
    }
  }
  return seen / GRID ** 2;
}

/** Whether an object of the category changes its outline; by its name where the taxonomy does not know it. */
export function isDeformable(taxonomy: Taxonomy, category: string): boolean {
  const known = taxonomy.categories.find(({ name }) => name === category);
  return known === undefined ? /pedestrian|person/iu.test(category) : !known.is_rigid;
}
