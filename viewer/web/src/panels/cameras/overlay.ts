/** Keeps the boxes over one camera's image up to date, outside of React: drags and hovers redraw within one frame. */
import type { Editor } from '../../editor/editor';
import { cameraAt } from '../../geometry/camera_at';
import type { TrackId } from '../../model/ids';
import type { CameraInfo } from '../../model/scene';
import type { Vec2 } from '../../model/tuples';
import { onceAFrame } from '../throttle';
import { boxAt, BoxProjector, type CameraBox, drawBoxes, fitView, type ImageView } from './camera_boxes';

export class Overlay {
  private view: ImageView | null = null;
  private readonly canvas: HTMLCanvasElement;
  private readonly editor: Editor;
  private readonly camera: CameraInfo;
  private readonly projector: BoxProjector;
  private readonly frame = onceAFrame(() => this.draw());
  private readonly stops: readonly (() => void)[];
  private boxes: readonly CameraBox[] = [];
  private shownFrame: number | null = null;

  constructor(canvas: HTMLCanvasElement, editor: Editor, camera: CameraInfo) {
    this.canvas = canvas;
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
      this.boxes = [];
      return;
    }
    const frameIndex = this.shownFrame;
    const { selectedTrackId, hoveredTrackId, othersHidden } = editor.session.getState();
    const seen = cameraAt(editor.scene, frameIndex, camera);
    this.boxes = this.projector.project(editor.store.resolveFrame(frameIndex), seen);
    const ignored = editor.store
      .all('image_boxes')
      .filter((box) => box.kind === 'ignore' && box.frame_index === frameIndex && box.camera === camera.name);
    const view = this.currentView();
    context.save();
    // Beyond the picture there is nothing that a line could lie on.
    context.beginPath();
    context.rect(view.left, view.top, view.scale * camera.width_px, view.scale * camera.height_px);
    context.clip();
    drawBoxes(context, view, this.boxes, ignored, {
      selected: selectedTrackId,
      hovered: hoveredTrackId,
      onlySelected: othersHidden && selectedTrackId !== null,
    });
    context.restore();
  }
}
