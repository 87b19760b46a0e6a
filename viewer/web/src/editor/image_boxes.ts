/** Rectangles that people draw in images: one tight box for each track, frame and camera, and regions to ignore. */
import { movePart } from '../geometry/image_box';
import { type ImageBoxId, newImageBoxId, type TrackId } from '../model/ids';
import type { ImageBox } from '../model/records';
import type { CameraInfo } from '../model/scene';
import type { LtrbPx, Vec2 } from '../model/tuples';
import { stepsOfKind } from '../store/diff';
import { isEqual } from '../store/equal';
import type { ImageDraft } from '../store/session';
import type { Editor, HoldOption } from './editor';

export class ImageBoxes {
  private readonly editor: Editor;
  private byImage: ReadonlyMap<string, readonly ImageBox[]> | null = null;
  private isFollowing = false;
  /** Whether a key that changes a box is held, so that its undo step is open. */
  private isHeld = false;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** All 2D boxes of one image; the same array until one changes. */
  inImage(camera: string, frameIndex: number): readonly ImageBox[] {
    this.byImage ??= this.index();
    return this.byImage.get(imageKey(camera, frameIndex)) ?? NONE;
  }

  /** The box that a person drew around an object. */
  tightOf(trackId: TrackId, camera: string, frameIndex: number): ImageBox | undefined {
    return this.inImage(camera, frameIndex).find((box) => box.kind === 'tight' && box.track_id === trackId);
  }

  /** The selected 2D box, while its frame is shown. */
  get selected(): ImageBox | null {
    const { selectedImageBoxId, frameIndex } = this.editor.session.getState();
    const box =
      selectedImageBoxId === null ? undefined : this.editor.store.get('image_boxes', selectedImageBoxId);
    return box?.frame_index === frameIndex ? box : null;
  }

  /** Its object gets selected with it. */
  select(id: ImageBoxId | null): void {
    const box = id === null ? undefined : this.editor.store.get('image_boxes', id);
    if (box && box.track_id !== null) {
      this.editor.select(box.track_id);
    }
    this.editor.session.setState({ selectedImageBoxId: box?.id ?? null, imageBoxPart: 'all' });
  }

  /** Keep a rectangle that was drawn; one in hand is put in place of the record that it stands for. */
  keep({ camera, frameIndex, kind, id, trackId, ltrb_px }: ImageDraft): ImageBoxId | null {
    if (
      kind === 'cuboid' ||
      (kind === 'tight' && (trackId === null || !this.editor.store.get('tracks', trackId)))
    ) {
      return null;
    }
    const known =
      kind === 'tight' && trackId !== null ? this.tightOf(trackId, camera, frameIndex) : undefined;
    const old = (id === null ? undefined : this.editor.store.get('image_boxes', id)) ?? known;
    if (old) {
      this.change(old, ltrb_px);
      return old.id;
    }
    const fresh: ImageBox = {
      id: newImageBoxId(),
      frame_index: frameIndex,
      camera,
      track_id: kind === 'tight' ? trackId : null,
      kind,
      ltrb_px,
      attributes: {},
    };
    this.editor.perform(kind === 'tight' ? 'images.drawTight' : 'images.drawIgnore', (tx) =>
      tx.put('image_boxes', fresh),
    );
    return fresh.id;
  }

  /** Another rectangle for a box that a person may change: what came with an import stays as it came. */
  change(box: ImageBox, ltrb_px: LtrbPx): void {
    if (canChange(box) && !isEqual(box.ltrb_px, ltrb_px)) {
      this.editor.perform('images.change', (tx) => tx.put('image_boxes', { ...box, ltrb_px }));
    }
  }

  /** The same as a part of a held key's step, which stays open until `endHold`. */
  private changeHeld(box: ImageBox, ltrb_px: LtrbPx): void {
    if (canChange(box) && !isEqual(box.ltrb_px, ltrb_px)) {
      if (!this.isHeld) {
        this.editor.endGesture();
        this.editor.history.mark('images.change');
        this.isHeld = true;
      }
      this.editor.store.transact((tx) => tx.put('image_boxes', { ...box, ltrb_px }));
    }
  }

  /** The held key is up, or something else begins. */
  endHold(): void {
    if (this.isHeld) {
      this.isHeld = false;
      this.editor.history.close();
      this.editor.sync.commit();
    }
  }

  /** Move the part of the selected box that the arrow keys have, by pixels of the image. */
  nudge(delta: Vec2, { hold = false }: HoldOption = {}): void {
    const { selected } = this;
    const camera = this.cameraOf(selected);
    const { imageBoxPart } = this.editor.session.getState();
    if (selected && camera) {
      const moved = movePart(camera, selected.ltrb_px, imageBoxPart, delta);
      if (hold) {
        this.changeHeld(selected, moved);
      } else {
        this.change(selected, moved);
      }
    }
  }

  /** The arrow keys move another part: all, then left, top, right and bottom. */
  nextPart(): void {
    this.editor.session.setState(({ imageBoxPart }) => ({
      imageBoxPart: PARTS[(PARTS.findIndex((part) => part === imageBoxPart) + 1) % PARTS.length] ?? 'all',
    }));
  }

  /** Delete the selected box; false where there is none that a person may delete. */
  removeSelected(): boolean {
    const { selected } = this;
    if (!selected || !canChange(selected)) {
      return false;
    }
    this.editor.perform('images.delete', (tx) => tx.remove('image_boxes', selected.id));
    this.editor.session.setState({ selectedImageBoxId: null });
    return true;
  }

  private cameraOf(box: ImageBox | null): CameraInfo | undefined {
    return this.editor.scene.cameras.find(({ name }) => name === box?.camera);
  }

  private index(): ReadonlyMap<string, readonly ImageBox[]> {
    const { store } = this.editor;
    if (!this.isFollowing) {
      this.isFollowing = true;
      store.onDiff((diff) => {
        this.byImage = stepsOfKind(diff, 'image_boxes').length > 0 ? null : this.byImage;
      });
    }
    const byImage = new Map<string, ImageBox[]>();
    for (const box of store.all('image_boxes')) {
      const key = imageKey(box.camera, box.frame_index);
      const known = byImage.get(key);
      if (known) {
        known.push(box);
      } else {
        byImage.set(key, [box]);
      }
    }
    return byImage;
  }
}

const NONE: readonly ImageBox[] = [];
const PARTS = ['all', 'left', 'top', 'right', 'bottom'] as const;

const imageKey = (camera: string, frameIndex: number): string => `${frameIndex} ${camera}`;

/** What a person drew or what is ignored; a given box is a statement of the import. */
export const canChange = ({ kind }: ImageBox): boolean => kind !== 'given';
