/** The cuboids of one frame in one camera: projected once while nothing changes, drawn, and found under the pointer. */
import { drawnShares, type LineStyle, styleOf } from '../../editor/line_style';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { nearestProjected } from '../../geometry/hit_test';
import { projectBox, type ProjectedBox } from '../../geometry/project';
import type { TrackId } from '../../model/ids';
import { categoryOf } from '../../model/names';
import type { Box } from '../../model/records';
import type { CameraInfo, Taxonomy } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';

export interface CameraBox {
  readonly trackId: TrackId;
  readonly color: string;
  readonly style: LineStyle;
  readonly projected: ProjectedBox;
  readonly cuboid: Box;
  readonly category: string;
}

interface Seen {
  readonly camera: CameraInfo;
  readonly projected: ProjectedBox | null;
}

/** Projects each cuboid once: the store keeps the same object while a cuboid stays the same. */
export class BoxProjector {
  private readonly taxonomy: Taxonomy;
  private readonly cache = new WeakMap<ResolvedCuboid, Seen>();

  constructor(taxonomy: Taxonomy) {
    this.taxonomy = taxonomy;
  }

  /** Far boxes come first, so that near ones are drawn over them. */
  project(cuboids: readonly ResolvedCuboid[], camera: CameraInfo): readonly CameraBox[] {
    const boxes: CameraBox[] = [];
    for (const resolved of cuboids) {
      const projected = this.projected(resolved, camera);
      if (projected !== null && projected.trunc_ltrb_px !== null) {
        const { color } = categoryOf(this.taxonomy, resolved.track.category);
        const { track, cuboid, is_key } = resolved;
        const style = styleOf(cuboid, is_key);
        boxes.push({ trackId: track.id, color, style, projected, cuboid, category: track.category });
      }
    }
    return boxes.sort((a, b) => b.projected.depth_m - a.projected.depth_m);
  }

  private projected(resolved: ResolvedCuboid, camera: CameraInfo): ProjectedBox | null {
    const known = this.cache.get(resolved);
    if (known?.camera === camera) {
      return known.projected;
    }
    const projected = projectBox(camera, resolved.cuboid);
    this.cache.set(resolved, { camera, projected });
    return projected;
  }
}

/** Image pixels → element pixels: `element = scale * image + offset`. */
export interface ImageView {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The pixel (0, 0) is a pixel's centre, so its corner lies at -0.5. */
export function toElement(view: ImageView, [u, v]: Vec2): Vec2 {
  return [view.left + view.scale * (u + 0.5), view.top + view.scale * (v + 0.5)];
}

export function toImage(view: ImageView, [x, y]: Vec2): Vec2 {
  return [(x - view.left) / view.scale - 0.5, (y - view.top) / view.scale - 0.5];
}

export interface DrawStyle {
  readonly selected: TrackId | null;
  readonly hovered: TrackId | null;
}

/** Draws boxes in element pixels. */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  view: ImageView,
  boxes: readonly CameraBox[],
  style: DrawStyle,
): void {
  boxes.filter((box) => box.trackId !== style.selected).forEach((box) => drawBox(context, view, box, style));
  // The selected one comes last: nothing covers it.
  boxes.filter((box) => box.trackId === style.selected).forEach((box) => drawBox(context, view, box, style));
}

function drawBox(context: CanvasRenderingContext2D, view: ImageView, box: CameraBox, style: DrawStyle): void {
  const isSelected = box.trackId === style.selected;
  const isStrong = isSelected || box.trackId === style.hovered;
  const { front, edges } = box.projected;
  if (front.length > 2) {
    context.beginPath();
    front.forEach((point, index) => {
      const [x, y] = toElement(view, point);
      if (index === 0) {
        context.moveTo(x, y);
      } else {
        context.lineTo(x, y);
      }
    });
    context.closePath();
    context.globalAlpha = isStrong ? 0.35 : 0.15;
    context.fillStyle = box.color;
    context.fill();
  }
  const lines = edges.map((line) => line.map((point) => toElement(view, point)));
  if (isSelected) {
    context.globalAlpha = 0.9;
    context.strokeStyle = '#0b0f12';
    context.lineWidth = 4;
    strokeEdges(context, lines, box.style);
  }
  context.globalAlpha = isStrong ? 1 : 0.85;
  context.strokeStyle = isSelected ? '#ffffff' : box.color;
  context.lineWidth = isStrong ? 2 : 1.25;
  strokeEdges(context, lines, box.style);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function strokeEdges(
  context: CanvasRenderingContext2D,
  lines: readonly (readonly Vec2[])[],
  style: LineStyle,
): void {
  for (const line of lines) {
    context.setLineDash(dashesOf(style, line));
    context.beginPath();
    line.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.stroke();
  }
}

/** Drawn and left out in turn, in pixels along one edge. */
function dashesOf(style: LineStyle, line: readonly Vec2[]): number[] {
  const shares = drawnShares(style);
  if (shares === null) {
    return [...(PATTERNS_PX.get(style) ?? [4, 3])];
  }
  const length = line.slice(1).reduce((sum, [x, y], index) => {
    const [fromX, fromY] = line[index] ?? [x, y];
    return sum + Math.hypot(x - fromX, y - fromY);
  }, 0);
  return shares.length === 1
    ? []
    : shares.flatMap(([start, end], index) => [
        (end - start) * length,
        ((shares[index + 1]?.[0] ?? 2) - end) * length,
      ]);
}

const PATTERNS_PX: ReadonlyMap<LineStyle, readonly number[]> = new Map([
  ['dashed', [4, 3]],
  ['dash_dot', [7, 3, 1.5, 3]],
  ['dotted', [1.5, 2.5]],
]);

/** The track under a point of the element, or null. */
export function boxAt(view: ImageView, boxes: readonly CameraBox[], point: Vec2): TrackId | null {
  const drawn = boxes.map(({ trackId, projected }) => ({
    id: trackId,
    edges: projected.edges,
    ltrb: projected.proj_ltrb_px,
    depth_m: projected.depth_m,
  }));
  return nearestProjected(toImage(view, point), drawn, 5 / view.scale);
}

/** The view that shows the whole image in the middle of an element. */
export function fitView(camera: CameraInfo, widthPx: number, heightPx: number): ImageView {
  const scale = Math.min(widthPx / camera.width_px, heightPx / camera.height_px);
  return {
    scale,
    left: (widthPx - scale * camera.width_px) / 2,
    top: (heightPx - scale * camera.height_px) / 2,
  };
}

/** Nearer or farther, with the point under the pointer staying where it is. */
export function zoomView(
  view: ImageView,
  factor: number,
  [x, y]: Vec2,
  least: number,
  most: number,
): ImageView {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const actual = scale / view.scale;
  return { scale, left: x - (x - view.left) * actual, top: y - (y - view.top) * actual };
}
