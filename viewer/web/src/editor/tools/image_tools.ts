/** What the pointer does in an enlarged image: pick, pull a cuboid by its picture, draw and change 2D boxes. */
import { cameraAt } from '../../geometry/camera_at';
import {
  type ImageBoxPart,
  cursorOfPart,
  movePart,
  partAt,
  rectangleBetween,
} from '../../geometry/image_box';
import { projectBox } from '../../geometry/project';
import { type Grip, gripAt, gripPlace, pull, slide } from '../../geometry/pull';
import { rayThroughPixel } from '../../geometry/rays';
import type { TrackId } from '../../model/ids';
import type { Box, ImageBox } from '../../model/records';
import type { CameraInfo } from '../../model/scene';
import type { LtrbPx, Vec2 } from '../../model/tuples';
import type { ImageDraft } from '../../store/session';
import type { Editor } from '../editor';
import { canChange } from '../image_boxes';
import { boxOnGround, headingLike } from './ground_box';
import { CLICK_PX, type Modifiers } from './tool';

/** What counts as on a line, CSS pixels. */
const LINE_PX = 6;
/** How far beside a pixel's ray a point of the cloud counts, in pixels of the image. */
const BESIDE_PX = 8;

export interface ImagePointer {
  /** In pixels of the image. */
  readonly uv: Vec2;
  /** CSS pixels for one of the image. */
  readonly scale: number;
  readonly modifiers: Modifiers;
  /** Farthest way from the press so far, in CSS pixels. */
  readonly movedPx: number;
  /** The cuboid whose picture is under the pointer. */
  readonly trackId: TrackId | null;
}

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'pressed' }
  | { readonly name: 'drawing'; readonly kind: ImageDraft['kind']; readonly start: Vec2 }
  | { readonly name: 'changing'; readonly box: ImageBox; readonly part: ImageBoxPart; readonly start: Vec2 }
  | { readonly name: 'pulling'; readonly grip: Grip; readonly snapshot: Box; readonly offset: Vec2 }
  | { readonly name: 'sliding'; readonly snapshot: Box; readonly start: Vec2 };

/** What lies under the pointer. */
type Target =
  | { readonly kind: 'grip'; readonly grip: Grip; readonly box: Box }
  | { readonly kind: 'slide' }
  | { readonly kind: 'part'; readonly imageBox: ImageBox; readonly part: ImageBoxPart }
  | { readonly kind: 'track'; readonly trackId: TrackId }
  | { readonly kind: 'nothing' };

export class ImageTools {
  private readonly editor: Editor;
  private readonly base: CameraInfo;
  private state: State = { name: 'idle' };

  /** @param camera as the scene has it. */
  constructor(editor: Editor, camera: CameraInfo) {
    this.editor = editor;
    this.base = camera;
  }

  /** Whether a press began something that Escape takes back. */
  get isBusy(): boolean {
    return this.state.name !== 'idle' && this.state.name !== 'pressed';
  }

  /** Whether the tool takes the drag, so that the picture must stay still. */
  onPointerDown(input: ImagePointer): boolean {
    const drawn = this.drawnKind();
    if (drawn !== null) {
      this.state = { name: 'drawing', kind: drawn, start: input.uv };
      return true;
    }
    this.state = this.grab(input) ?? { name: 'pressed' };
    return this.isBusy;
  }

  onPointerMove(input: ImagePointer): void {
    const { state } = this;
    switch (state.name) {
      case 'idle':
        this.editor.hover(input.trackId);
        break;
      case 'drawing':
        this.show(state.kind, null, this.drawnTrack(state.kind), this.drawnBetween(state.start, input));
        break;
      case 'changing':
        this.show(kindOf(state.box), state.box, state.box.track_id, this.changed(state, input.uv));
        break;
      case 'pulling':
        this.update(pull(this.camera, state.snapshot, state.grip, minus(input.uv, state.offset)));
        break;
      case 'sliding':
        this.update(slide(this.camera, state.snapshot, state.start, input.uv));
        break;
      case 'pressed':
        break;
    }
  }

  onPointerUp(input: ImagePointer): void {
    const { state } = this;
    this.onPointerMove(input);
    this.state = { name: 'idle' };
    if (state.name === 'pressed' && input.movedPx < CLICK_PX) {
      this.click(input);
    } else if (state.name === 'pulling' || state.name === 'sliding') {
      this.editor.endGesture();
    } else if (state.name === 'drawing' || state.name === 'changing') {
      this.finish(state, input);
    }
  }

  /** As if the press had never been. */
  onCancel(): void {
    if (this.state.name === 'pulling' || this.state.name === 'sliding') {
      this.editor.cancelGesture();
    }
    this.state = { name: 'idle' };
    this.editor.session.setState({ imageDraft: null });
  }

  cursor(input: ImagePointer): string {
    if (this.drawnKind() !== null) {
      return 'crosshair';
    }
    const target = this.targetAt(input);
    switch (target.kind) {
      case 'grip':
        return target.grip.kind === 'heading' ? 'alias' : 'move';
      case 'part':
        return canChange(target.imageBox) ? cursorOfPart(target.part) : 'pointer';
      case 'slide':
        return 'all-scroll';
      case 'track':
        return 'pointer';
      case 'nothing':
        return 'default';
    }
  }

  private get camera(): CameraInfo {
    return cameraAt(this.editor.scene, this.editor.frameIndex, this.base);
  }

  /** What a press draws now; null where it draws nothing. */
  private drawnKind(): ImageDraft['kind'] | null {
    const { tool, imageTool } = this.editor.session.getState();
    if (tool === 'create') {
      return 'cuboid';
    }
    return imageTool === 'ignore' || (imageTool === 'tight' && this.editor.selectedTrackId !== null)
      ? imageTool
      : null;
  }

  private drawnTrack(kind: ImageDraft['kind']): TrackId | null {
    return kind === 'tight' ? this.editor.selectedTrackId : null;
  }

  private drawnBetween(start: Vec2, { uv, movedPx }: ImagePointer): LtrbPx | null {
    return movedPx < CLICK_PX ? null : rectangleBetween(this.camera, start, uv);
  }

  private changed({ box, part, start }: Extract<State, { name: 'changing' }>, uv: Vec2): LtrbPx {
    return movePart(this.camera, box.ltrb_px, part, minus(uv, start));
  }

  private show(
    kind: ImageDraft['kind'],
    box: ImageBox | null,
    trackId: TrackId | null,
    ltrb_px: LtrbPx | null,
  ): void {
    const { frameIndex } = this.editor;
    const draft = { camera: this.base.name, frameIndex, kind, id: box?.id ?? null, trackId };
    this.editor.session.setState({ imageDraft: ltrb_px === null ? null : { ...draft, ltrb_px } });
  }

  private update(box: Box | null): void {
    if (box !== null) {
      this.editor.updateGesture(box);
    }
  }

  private grab(input: ImagePointer): State | null {
    const target = this.targetAt(input);
    if (target.kind === 'part' && canChange(target.imageBox)) {
      this.editor.imageBoxes.select(target.imageBox.id);
      this.editor.session.setState({ imageBoxPart: target.part });
      return { name: 'changing', box: target.imageBox, part: target.part, start: input.uv };
    }
    if (target.kind === 'grip') {
      const place = gripPlace(this.camera, target.box, target.grip, input.uv);
      const label = target.grip.kind === 'heading' ? 'history.rotate' : 'history.resize';
      const snapshot = this.editor.beginGesture(label);
      return snapshot && { name: 'pulling', grip: target.grip, snapshot, offset: minus(input.uv, place) };
    }
    if (target.kind === 'slide') {
      const snapshot = this.editor.beginGesture('history.move');
      return snapshot && { name: 'sliding', snapshot, start: input.uv };
    }
    return null;
  }

  /** The selected 2D box first, then the selected cuboid, then the edges of other 2D boxes, then cuboids. */
  private targetAt(input: ImagePointer): Target {
    const { selected: selectedBox } = this.editor.imageBoxes;
    const own = selectedBox?.camera === this.base.name ? this.partTarget([selectedBox], input, true) : null;
    return (
      own ?? this.gripTarget(input) ?? this.partTarget(this.shownBoxes(), input, false) ?? trackTarget(input)
    );
  }

  private partTarget(
    boxes: readonly ImageBox[],
    { uv, scale }: ImagePointer,
    isInsideToo: boolean,
  ): Target | null {
    for (const imageBox of boxes) {
      const part = partAt(imageBox.ltrb_px, uv, LINE_PX / scale);
      if (part !== null && (isInsideToo || part !== 'all')) {
        return { kind: 'part', imageBox, part };
      }
    }
    return null;
  }

  private gripTarget({ uv, scale, modifiers, trackId }: ImagePointer): Target | null {
    const { selected } = this.editor;
    const isShown = this.editor.session.getState().imageLayers.cuboids;
    if (selected === null || !isShown) {
      return null;
    }
    if (modifiers.shift && trackId === selected.track.id) {
      return { kind: 'slide' };
    }
    const projected = projectBox(this.camera, selected.cuboid);
    const grip = projected && gripAt(this.camera, selected.cuboid, projected, uv, LINE_PX / scale);
    return grip && { kind: 'grip', grip, box: selected.cuboid };
  }

  private shownBoxes(): readonly ImageBox[] {
    const { imageLayers } = this.editor.session.getState();
    const all = this.editor.imageBoxes.inImage(this.base.name, this.editor.frameIndex);
    return all.filter(({ kind }) => imageLayers[kind]);
  }

  private click(input: ImagePointer): void {
    const target = this.targetAt(input);
    const trackId = target.kind === 'track' ? target.trackId : null;
    if (target.kind === 'part') {
      this.editor.imageBoxes.select(target.imageBox.id);
      return;
    }
    this.editor.imageBoxes.select(null);
    this.editor.select(trackId ?? input.trackId);
    if (trackId === null && input.trackId === null) {
      this.pointAt(input);
    } else {
      this.editor.session.setState({ pixelRay: null });
    }
  }

  /** Show in 3D what the pixel saw, and look at the nearest point along its ray. */
  private pointAt({ uv }: ImagePointer): void {
    const { camera, editor } = this;
    const ray = rayThroughPixel(camera, uv);
    if (ray === null) {
      return;
    }
    const { point } = editor.cloud.along(ray, BESIDE_PX / camera.fx_px);
    const pixelRay = { camera: camera.name, frameIndex: editor.frameIndex, uv, ray, point };
    editor.session.setState({ pixelRay });
    if (point === null) {
      editor.notify('images.noPointThere');
    } else {
      editor.viewCommand('look-at-pixel');
    }
  }

  private finish(state: Extract<State, { name: 'drawing' | 'changing' }>, input: ImagePointer): void {
    const draft = this.editor.session.getState().imageDraft;
    this.editor.session.setState({ imageDraft: null });
    if (state.name === 'drawing' && state.kind === 'cuboid') {
      this.finishCuboid(draft, input);
    } else if (draft !== null && draft.frameIndex === this.editor.frameIndex && input.movedPx >= CLICK_PX) {
      const id = this.editor.imageBoxes.keep(draft);
      if (state.name === 'drawing') {
        this.editor.imageBoxes.select(id);
        this.leaveUnlessMore(input.modifiers.shift);
      }
    }
  }

  private leaveUnlessMore(isMoreHeld: boolean): void {
    if (!isMoreHeld) {
      this.editor.session.setState({ imageTool: 'select' });
    }
  }

  /** A rectangle is fitted by the image, a click by the point that it meets. */
  private finishCuboid(draft: ImageDraft | null, input: ImagePointer): void {
    const { editor, camera } = this;
    if (draft !== null) {
      void editor.imageFitting.fit(draft);
    } else {
      const ray = rayThroughPixel(camera, input.uv);
      const hit = ray && editor.cloud.along(ray, BESIDE_PX / camera.fx_px);
      const place = hit?.ground ?? hit?.point ?? null;
      if (place === null) {
        editor.notify('images.noPointThere');
        return;
      }
      const { activeCategory } = editor.session.getState();
      const { size_prior_lwh_m } = editor.category(activeCategory);
      const heading = headingLike(editor.store.resolveFrame(editor.frameIndex), activeCategory, place);
      void editor.fitting.place({
        box: boxOnGround(place, size_prior_lwh_m, heading),
        click: hit?.point ?? place,
      });
    }
    if (!input.modifiers.shift && !editor.session.getState().isCreateSticky) {
      editor.setTool('select');
    }
  }
}

const minus = (a: Vec2, b: Vec2): Vec2 => [a[0] - b[0], a[1] - b[1]];

const kindOf = ({ kind }: ImageBox): ImageDraft['kind'] => (kind === 'ignore' ? 'ignore' : 'tight');

const trackTarget = ({ trackId }: ImagePointer): Target =>
  trackId === null ? { kind: 'nothing' } : { kind: 'track', trackId };
