/** Keeps the boxes over one camera's image up to date, outside of React: drags and hovers redraw within one frame. */
import type { Editor } from '../../editor/editor';
import { shownCuboids } from '../../editor/visibility';
import { cameraAt } from '../../geometry/camera_at';
import type { TrackId } from '../../model/ids';
import type { Box } from '../../model/records';
import type { CameraInfo } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';
import { headingHandle, pixelOf } from '../../geometry/pull';
import { corners } from '../../geometry/box';
import { onceAFrame } from '../throttle';
import {
  boxAt,
  BoxProjector,
  type CameraBox,
  drawBoxes,
  fitView,
  type ImageView,
  toElement,
  toImage,
} from './camera_boxes';
import {
  drawImageBoxes,
  drawRectangle,
  judge,
  type JudgedBox,
  LAYER_COLORS,
  withDraft,
} from './image_box_look';
import { PointsOverImage } from './points_layer';

/** What only the enlarged image has. */
export interface EnlargedParts {
  readonly points: HTMLCanvasElement;
  /** `4.2 px off`, or `from before the change: 4.2 px off`. */
  readonly offText: (differencePx: number, stands: boolean) => string;
}

const PLAIN_LAYERS = {
  cuboids: true,
  points: false,
  proj: false,
  trunc: false,
  tight: false,
  given: false,
  ignore: true,
};

export class Overlay {
  private view: ImageView | null = null;
  private readonly canvas: HTMLCanvasElement;
  private readonly editor: Editor;
  private readonly camera: CameraInfo;
  private readonly projector: BoxProjector;
  private readonly frame = onceAFrame(() => this.draw());
  private readonly stops: readonly (() => void)[];
  /** What hides others counts, drawn or not. */
  private all: readonly CameraBox[] = [];
  private boxes: readonly CameraBox[] = [];
  private shownFrame: number | null = null;

  private readonly enlarged: EnlargedParts | null;
  private readonly points: PointsOverImage;
  private pointsDrawn = '';

  /** @param enlarged without it, cuboids and ignore regions alone are drawn. */
  constructor(
    canvas: HTMLCanvasElement,
    editor: Editor,
    camera: CameraInfo,
    enlarged: EnlargedParts | null = null,
  ) {
    this.canvas = canvas;
    this.enlarged = enlarged;
    this.points = new PointsOverImage(editor, camera);
    this.editor = editor;
    this.camera = camera;
    this.projector = new BoxProjector(editor.scene.taxonomy);
    const resized = new ResizeObserver(() => this.frame.ask());
    resized.observe(canvas);
    this.stops = [
      editor.store.subscribe(this.frame.ask),
      editor.session.subscribe(this.frame.ask),
      () => resized.disconnect(),
      () => this.frame.stop(),
    ];
  }

  /** The frame whose image is on screen; null while there is none, and then no boxes either. */
  show(frameIndex: number | null): void {
    this.shownFrame = frameIndex;
    this.frame.ask();
  }

  /** The part of the image to show; null fits all of it to the element. */
  setView(view: ImageView | null): void {
    this.view = view;
    this.frame.ask();
  }

  get ownView(): ImageView | null {
    return this.view;
  }

  /** Draw again: something changed that neither labels nor session tell of. */
  refresh(): void {
    this.pointsDrawn = '';
    this.frame.ask();
  }

  /** A point in client coordinates as a pixel of the image, and CSS pixels for one of the image there. */
  pixelAt(clientX: number, clientY: number): { readonly uv: Vec2; readonly scale: number } {
    const rect = this.canvas.getBoundingClientRect();
    const view = this.currentView();
    return { uv: toImage(view, [clientX - rect.left, clientY - rect.top]), scale: view.scale };
  }

  /** How far from the camera the visible point of the cloud at a pixel is. */
  rangeAt(uv: Vec2, withinPx: number): number | null {
    return this.shownFrame === null ? null : this.points.rangeAt(this.shownFrame, uv, withinPx);
  }

  /** How many points of a frame's cloud this camera sees; null while the cloud is not here. */
  pointCountIn(frameIndex: number): number | null {
    return this.points.inImage(frameIndex)?.count ?? null;
  }

  /** The track under a point in client coordinates. */
  trackAt(clientX: number, clientY: number): TrackId | null {
    const rect = this.canvas.getBoundingClientRect();
    const point: Vec2 = [clientX - rect.left, clientY - rect.top];
    return boxAt(this.currentView(), this.boxes, point);
  }

  dispose(): void {
    this.stops.forEach((stop) => stop());
  }

  currentView(): ImageView {
    return this.view ?? fitView(this.camera, this.canvas.clientWidth, this.canvas.clientHeight);
  }

  private draw(): void {
    const { canvas, editor, camera } = this;
    const context = canvas.getContext('2d');
    if (context === null || canvas.clientWidth === 0) {
      return;
    }
    const ratio = window.devicePixelRatio;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    if (this.shownFrame === null) {
      this.all = [];
      this.boxes = [];
      return;
    }
    const frameIndex = this.shownFrame;
    const seen = cameraAt(editor.scene, frameIndex, camera);
    const cuboids = editor.store.resolveFrame(frameIndex);
    this.all = this.projector.project(cuboids, seen);
    const shown = new Set(shownCuboids(cuboids, editor.session.getState()).map(({ track }) => track.id));
    this.boxes = this.all.filter(({ trackId }) => shown.has(trackId));
    const view = this.currentView();
    context.save();
    // Beyond the picture there is nothing that a line could lie on; an enlarged one shows what goes on beyond it.
    context.beginPath();
    context.rect(view.left, view.top, view.scale * camera.width_px, view.scale * camera.height_px);
    if (this.enlarged === null || !editor.session.getState().imageLayers.proj) {
      context.clip();
    }
    this.drawShown(context, view, seen, frameIndex);
    context.restore();
    this.drawPoints(view, frameIndex);
  }

  private drawShown(
    context: CanvasRenderingContext2D,
    view: ImageView,
    seen: CameraInfo,
    frameIndex: number,
  ): void {
    const { editor, enlarged } = this;
    const session = editor.session.getState();
    const { selectedTrackId: selected, hoveredTrackId: hovered } = session;
    const layers = enlarged === null ? PLAIN_LAYERS : session.imageLayers;
    if (layers.cuboids) {
      drawBoxes(context, view, this.boxes, { selected, hovered });
    }
    const drawn = new Set(this.boxes.map(({ trackId }) => trackId));
    const shown = this.judged(seen, frameIndex).filter(
      ({ box, owner }) =>
        // A 2D box goes with its object, where that is in the image at all.
        box.track_id === null || owner === null || drawn.has(box.track_id),
    );
    drawImageBoxes(context, view, shown, this.boxes, {
      layers,
      selectedTrack: selected,
      hoveredTrack: hovered,
      selectedBox: enlarged === null ? null : session.selectedImageBoxId,
      part: session.imageBoxPart,
      offText: enlarged?.offText ?? String,
    });
    if (enlarged !== null) {
      this.drawEnlarged(context, view, seen, frameIndex);
    }
  }

  /** Only where they are shown: holding boxes against each other is wasted on small tiles. */
  private judged(seen: CameraInfo, frameIndex: number): readonly JudgedBox[] {
    const { editor, camera, enlarged } = this;
    const all = editor.imageBoxes.inImage(camera.name, frameIndex);
    if (enlarged === null) {
      return all
        .filter(({ kind }) => kind === 'ignore')
        .map((box) => ({ box, owner: null, off: [], stands: true }));
    }
    const { imageDraft } = editor.session.getState();
    const isHere = imageDraft?.camera === camera.name && imageDraft.frameIndex === frameIndex;
    return judge(seen, editor.scene.taxonomy, withDraft(all, isHere ? imageDraft : null), this.all);
  }

  private drawEnlarged(
    context: CanvasRenderingContext2D,
    view: ImageView,
    seen: CameraInfo,
    frameIndex: number,
  ): void {
    const { editor, camera } = this;
    const { imageDraft, imageFitting, pixelRay, activeCategory, imageLayers, hoveredTrackId } =
      editor.session.getState();
    for (const rectangle of [imageDraft, imageFitting]) {
      if (
        rectangle?.kind === 'cuboid' &&
        rectangle.camera === camera.name &&
        rectangle.frameIndex === frameIndex
      ) {
        drawRectangle(context, view, rectangle.ltrb_px, editor.category(activeCategory).color);
      }
    }
    const { selected } = editor;
    // Only with the pointer on it: dots on all corners hide what one looks at.
    const isHeld = editor.isGesturing || hoveredTrackId === selected?.track.id;
    if (selected !== null && isHeld && imageLayers.cuboids && frameIndex === editor.frameIndex) {
      this.drawGrips(context, view, seen, selected.cuboid);
    }
    if (pixelRay?.camera === camera.name && pixelRay.frameIndex === frameIndex) {
      const [x, y] = toElement(view, pixelRay.uv);
      context.strokeStyle = LAYER_COLORS.tight;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.moveTo(x - 12, y);
      context.lineTo(x + 12, y);
      context.moveTo(x, y - 12);
      context.lineTo(x, y + 12);
      context.stroke();
    }
  }

  /** Dots at the corners, and the handle that turns it. */
  private drawGrips(context: CanvasRenderingContext2D, view: ImageView, seen: CameraInfo, box: Box): void {
    context.fillStyle = LAYER_COLORS.cuboids;
    for (const corner of corners(box)) {
      const place = pixelOf(seen, corner);
      if (place !== null) {
        const [x, y] = toElement(view, place);
        context.fillRect(x - 2.5, y - 2.5, 5, 5);
      }
    }
    const handle = pixelOf(seen, headingHandle(box));
    if (handle !== null) {
      const [x, y] = toElement(view, handle);
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Drawn again only when they, their colours or the view have changed. */
  private drawPoints(view: ImageView, frameIndex: number): void {
    const canvas = this.enlarged?.points;
    if (canvas === undefined) {
      return;
    }
    const { imageLayers, imagePointColors, colorMode, showGround } = this.editor.session.getState();
    const place = [view.scale, view.left, view.top, canvas.clientWidth, canvas.clientHeight, frameIndex];
    const key = [imageLayers.points, imagePointColors, colorMode, showGround, ...place].join();
    if (key === this.pointsDrawn) {
      return;
    }
    this.pointsDrawn = key;
    if (imageLayers.points) {
      canvas.dataset['count'] = `${this.points.draw(canvas, view, frameIndex)}`;
    } else {
      // Setting the size clears it.
      canvas.width = 1;
      delete canvas.dataset['count'];
    }
  }
}
