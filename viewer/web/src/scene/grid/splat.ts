/** Points as little squares in the pixels of a picture: fast enough without a graphics card, and no context is needed. */
import { VIEW_AXES } from '../../editor/tools/box_drag';
import { cross } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import { HEIGHT_COLORS, wordOf } from '../colormap';
import { boxTest } from '../near_points';
import type { Crop } from './crop';
import { halfDepth, type Pane, scaleOf, type Size } from './panes';

/** Heights above the box's lower face that the gradient shows, metres. */
const LOWEST_M = -0.8;
const HIGHEST_M = 3.4;
/** What is outside of the box stands back; what is inside stands out. */
const OUTSIDE_SHARE = 0.6;
const INSIDE_WHITE = 0.45;

/** One RGBA word for each pixel. */
export interface Pixels extends Size {
  readonly words: Uint32Array;
}

/** A table of 256 colours on the way to another colour. */
function towards(to: number, share: number): Uint32Array {
  return HEIGHT_COLORS.map((word) => {
    const channel = (shift: number) => {
      const from = (word >> shift) & 255;
      return Math.round(from + (to - from) * share);
    };
    return wordOf(channel(0), channel(8), channel(16));
  });
}

const OUTSIDE = towards(12, 1 - OUTSIDE_SHARE);
const INSIDE = towards(255, INSIDE_WHITE);

/** @param ratio pixels of the picture for one CSS pixel. */
export function splatAll(
  pixels: Pixels,
  crop: Crop,
  box: Box,
  panes: readonly Pane[],
  zoom: number,
  ratio: number,
): void {
  const { points_object, isInside } = inObject(crop, box);
  for (const pane of panes) {
    splat(pixels, { points_object, isInside }, box, pane, scaleOf(pane, box, zoom), ratio);
  }
}

interface Located {
  /** (3·N) metres in the box's own axes. */
  readonly points_object: Float32Array;
  readonly isInside: Uint8Array;
}

function inObject({ xyz, region }: Crop, box: Box): Located {
  const { axes, center, half } = boxTest(box);
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = axes;
  const dx = center[0] - region.center[0];
  const dy = center[1] - region.center[1];
  const dz = center[2] - region.center[2];
  const points_object = new Float32Array(xyz.length);
  const isInside = new Uint8Array(xyz.length / 3);
  for (let i = 0, at = 0; i < isInside.length; i += 1, at += 3) {
    const x = (xyz[at] ?? 0) - dx;
    const y = (xyz[at + 1] ?? 0) - dy;
    const z = (xyz[at + 2] ?? 0) - dz;
    const along = ax * x + ay * y + az * z;
    const across = bx * x + by * y + bz * z;
    const up = cx * x + cy * y + cz * z;
    points_object[at] = along;
    points_object[at + 1] = across;
    points_object[at + 2] = up;
    isInside[i] =
      Math.abs(along) <= half[0] && Math.abs(across) <= half[1] && Math.abs(up) <= half[2] ? 1 : 0;
  }
  return { points_object, isInside };
}

/** The box's axis that an axis of a view runs along, and in which sense. */
function axisOf(direction: Vec3): readonly [index: number, sign: number] {
  const index = direction.findIndex((value) => value !== 0);
  return [index, Math.sign(direction[index] ?? 1)];
}

function splat(
  { words, width, height }: Pixels,
  { points_object, isInside }: Located,
  box: Box,
  pane: Pane,
  scale: number,
  ratio: number,
): void {
  const { right, up } = VIEW_AXES[pane.name];
  const [rightAxis, rightSign] = axisOf(right);
  const [upAxis, upSign] = axisOf(up);
  const [sightAxis] = axisOf(cross(right, up));
  const depth = halfDepth(pane.name, box);
  const perMetre = ratio / scale;
  const middleX = (pane.left + pane.width / 2) * ratio;
  const middleY = (pane.top + pane.height / 2) * ratio;
  const side = Math.max(1, Math.round(1.5 * ratio));
  const least = { x: Math.ceil(pane.left * ratio), y: Math.ceil(pane.top * ratio) };
  const mostX = Math.min(width, Math.floor((pane.left + pane.width) * ratio)) - side;
  const mostY = Math.min(height, Math.floor((pane.top + pane.height) * ratio)) - side;
  const lowest = -box.size_lwh_m[2] / 2 + LOWEST_M;
  const perHeight = 255 / (HIGHEST_M - LOWEST_M);
  // Those inside last, so that nothing covers them.
  for (const wanted of [0, 1]) {
    const table = wanted === 1 ? INSIDE : OUTSIDE;
    for (let i = 0, at = 0; i < isInside.length; i += 1, at += 3) {
      const sight = points_object[at + sightAxis] ?? 0;
      if (isInside[i] !== wanted || sight > depth || sight < -depth) {
        continue;
      }
      const x = Math.round(middleX + (points_object[at + rightAxis] ?? 0) * rightSign * perMetre - side / 2);
      const y = Math.round(middleY - (points_object[at + upAxis] ?? 0) * upSign * perMetre - side / 2);
      if (x < least.x || y < least.y || x > mostX || y > mostY) {
        continue;
      }
      const index = ((points_object[at + 2] ?? 0) - lowest) * perHeight;
      const word = table[index < 0 ? 0 : index > 255 ? 255 : index | 0] ?? 0;
      for (let row = y; row < y + side; row += 1) {
        for (let pixel = row * width + x, end = pixel + side; pixel < end; pixel += 1) {
          words[pixel] = word;
        }
      }
    }
  }
}
