/** The points over one enlarged image: projected once for each cloud and camera, drawn again as the view moves. */
import type { ShownPoints } from '../../editor/cloud_probe';
import type { Editor } from '../../editor/editor';
import { cameraAt } from '../../geometry/camera_at';
import { type PointsInImage, pointsInImage, rangeAt } from '../../geometry/points_in_image';
import type { CameraInfo } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';
import { type ImageView, toElement } from './camera_boxes';
import { colorOfDistance } from './depth_colors';

/** A point of the cloud on the screen, CSS pixels. */
const POINT_PX = 2.2;

interface Known {
  readonly camera: CameraInfo;
  readonly xyz: Float32Array;
  readonly count: number;
  readonly seen: PointsInImage;
}

export class PointsOverImage {
  private readonly editor: Editor;
  private readonly camera: CameraInfo;
  private known: Known | null = null;

  constructor(editor: Editor, camera: CameraInfo) {
    this.editor = editor;
    this.camera = camera;
  }

  /** The points of the frame in the image; null while the cloud is not here. */
  inImage(frameIndex: number): PointsInImage | null {
    const points = this.editor.cloud.points();
    return points?.frameIndex === frameIndex ? this.project(points, frameIndex) : null;
  }

  /** How far the visible point at a pixel is from the camera; null where there is none. */
  rangeAt(frameIndex: number, uv: Vec2, withinPx: number): number | null {
    const seen = this.inImage(frameIndex);
    return seen === null ? null : rangeAt(seen, uv, withinPx);
  }

  /** Draw them, in device pixels; returns how many are drawn. */
  draw(canvas: HTMLCanvasElement, view: ImageView, frameIndex: number): number {
    const context = canvas.getContext('2d');
    const points = this.editor.cloud.points();
    const seen = this.inImage(frameIndex);
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (context === null || width === 0 || height === 0) {
      return 0;
    }
    Object.assign(canvas, { width, height });
    if (points === null || seen === null) {
      return 0;
    }
    const picture = context.createImageData(width, height);
    const isByDepth = this.editor.session.getState().imagePointColors === 'depth';
    const drawn = plot(new Uint32Array(picture.data.buffer), [width, height], seen, {
      view,
      ratio,
      colorOf: isByDepth
        ? (at) => colorOfDistance(seen.range_m[at] ?? 0)
        : (at) => points.colors[seen.index[at] ?? 0] ?? 0,
    });
    context.putImageData(picture, 0, 0);
    return drawn;
  }

  private project(points: ShownPoints, frameIndex: number): PointsInImage {
    const camera = cameraAt(this.editor.scene, frameIndex, this.camera);
    const { known } = this;
    if (known?.camera === camera && known.xyz === points.xyz && known.count === points.count) {
      return known.seen;
    }
    const seen = pointsInImage(camera, points);
    this.known = { camera, xyz: points.xyz, count: points.count, seen };
    return seen;
  }
}

interface Plot {
  readonly view: ImageView;
  readonly ratio: number;
  /** RGBA word of a point of the image; 0 hides it. */
  readonly colorOf: (at: number) => number;
}

function plot(
  pixels: Uint32Array,
  [width, height]: Vec2,
  seen: PointsInImage,
  { view, ratio, colorOf }: Plot,
): number {
  const side = Math.max(1, Math.round(POINT_PX * ratio * Math.min(2, Math.max(1, view.scale / 2))));
  let drawn = 0;
  for (let i = 0; i < seen.count; i += 1) {
    const color = colorOf(i);
    const [x, y] = toElement(view, [seen.u[i] ?? 0, seen.v[i] ?? 0]);
    const left = Math.round(x * ratio - side / 2);
    const top = Math.round(y * ratio - side / 2);
    if (color === 0 || left < 0 || top < 0 || left + side > width || top + side > height) {
      continue;
    }
    for (let row = top; row < top + side; row += 1) {
      pixels.fill(color, row * width + left, row * width + left + side);
    }
    drawn += 1;
  }
  return drawn;
}
